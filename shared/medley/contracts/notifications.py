"""S3's event notifications, as they stand in the messages of queue `uploads`."""

import json
from collections.abc import Sequence
from typing import Any, Literal
from urllib.parse import quote_plus, unquote_plus

from pydantic import BaseModel, Field, ValidationError

from medley.errors import Broken


class _Object(BaseModel):
    key: str  # URL-encoded


class _Entity(BaseModel):
    object: _Object


class _Record(BaseModel):
    event_name: str = Field(alias="eventName")
    s3: _Entity


class _Notification(BaseModel):
    """Fields Medley does not read are ignored: AWS adds some now and then."""

    records: list[_Record] | None = Field(default=None, alias="Records")
    event: Literal["s3:TestEvent"] | None = Field(default=None, alias="Event")  # sent when a notification is set up


def created_keys(body: str) -> Sequence[str]:
    """The keys of the objects a message says were created; none for S3's test message.

    Raises:
        Broken: code `unreadable_notification`.
    """
    try:
        notification = _Notification.model_validate_json(body)
    except ValidationError as error:
        raise Broken("not a notification of S3", code="unreadable_notification") from error
    if notification.records is None and notification.event is None:
        raise Broken("not a notification of S3", code="unreadable_notification")
    created = [record for record in notification.records or () if record.event_name.startswith("ObjectCreated:")]
    return [unquote_plus(record.s3.object.key) for record in created]


def object_created(bucket: str, key: str) -> str:
    """What we read of the message S3 sends for a new object, to be sent again by us."""
    entity: dict[str, Any] = {
        "s3SchemaVersion": "1.0",
        "bucket": {"name": bucket, "arn": f"arn:aws:s3:::{bucket}"},
        "object": {"key": quote_plus(key, safe="/")},
    }
    record = {"eventVersion": "2.1", "eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "s3": entity}
    return json.dumps({"Records": [record]})
