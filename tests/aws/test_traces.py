"""A trace goes with what is sent and stored, and is found where it arrives."""

from typing import Any
from uuid import uuid4

import httpx2
import pytest

from local.storage.service import Storage
from medley import tracing
from medley.aws.queues import ATTRIBUTE_BYTES, BATCH_BYTES, Postpone, SqsQueue
from medley.aws.sockets import SocketPusher
from medley.aws.storage import S3Store
from medley.contracts import keys
from medley.contracts.pushes import WalletChanged
from medley.ports.cloud import Message

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
NUMBER = "0af7651916cd43dd8448eb211c80319c"


@pytest.fixture
def queue(storage: Storage) -> str:
    url: str = storage.sqs().create_queue(QueueName=f"traced-{uuid4()}")["QueueUrl"]
    return url


def told(storage: Storage, queue: str) -> dict[str, str | None]:
    """The trace of each message, by its body."""
    asked = {"QueueUrl": queue, "MaxNumberOfMessages": 10, "MessageAttributeNames": ["All"]}
    messages: list[dict[str, Any]] = storage.sqs().receive_message(**asked)["Messages"]  # type: ignore[arg-type]
    return {
        each["Body"][:9]: each.get("MessageAttributes", {}).get(tracing.TRACEPARENT, {}).get("StringValue")
        for each in messages
    }


def test_a_message_tells_its_own_trace_or_that_it_is_sent_in(storage: Storage, queue: str) -> None:
    other = PARENT.replace("0af7", "1111")
    send = SqsQueue(storage.sqs(), {"render": queue}).send
    send([Message("render", "owner", "alone")])
    with tracing.follow(PARENT, "test"):
        send([Message("render", "owner", "within"), Message("render", "owner", "its own", trace=other)])
        Postpone(storage.sqs())(
            f"arn:aws:sqs:us-east-1:123456789012:{queue.rpartition('/')[2]}", "later", None, delay_s=0, postponed=1
        )
    assert told(storage, queue) == {"alone": None, "within": PARENT, "its own": other, "later": PARENT}


def test_a_body_that_leaves_no_room_goes_without(storage: Storage, queue: str) -> None:
    full = BATCH_BYTES - ATTRIBUTE_BYTES
    with tracing.follow(PARENT, "test"):
        sent = [Message("render", "o", "just fits".ljust(full)), Message("render", "o", "no room".ljust(full + 1))]
        assert SqsQueue(storage.sqs(), {"render": queue}).send(sent) == []
    assert told(storage, queue) == {"just fits": PARENT, "no room  ": None}


@pytest.fixture
def upload_key() -> str:
    return str(keys.UploadKey(uuid4(), uuid4(), uuid4()))


def test_an_upload_tells_the_trace_of_whoever_asked_for_it(store: S3Store, upload_key: str) -> None:
    with tracing.follow(PARENT, "test"):
        request = store.sign_put(upload_key, "video/mp4", 5)
    assert request.headers["x-amz-meta-traceparent"] == PARENT
    without = {name: value for name, value in request.headers.items() if not name.startswith("x-amz-meta")}
    assert httpx2.put(request.url, content=b"clip!", headers=without).status_code == 403
    assert httpx2.put(request.url, content=b"clip!", headers=dict(request.headers)).status_code == 200
    found = store.head(upload_key)
    assert found is not None
    assert found.trace == PARENT


def test_so_does_one_in_parts(store: S3Store, upload_key: str) -> None:
    with tracing.follow(PARENT, "test"):
        upload_id = store.start_multipart(upload_key, "video/mp4")
    part = store.upload_part(upload_key, upload_id, 1, b"clip!")
    store.complete_multipart(upload_key, upload_id, [part])
    found = store.head(upload_key)
    assert found is not None
    assert found.trace == PARENT


def test_a_push_has_its_number() -> None:
    posted: list[bytes] = []

    class Api:
        def post_to_connection(self, *, ConnectionId: str, Data: bytes) -> None:  # noqa: N803 - boto3's names
            posted.append(Data)

    pusher = SocketPusher(Api())  # type: ignore[arg-type]
    with tracing.follow(PARENT, "test"):
        pusher.push("c", WalletChanged(available=1, reserved=0))
    pusher.push("c", WalletChanged(available=1, reserved=0))
    assert posted[0] == b'{"trace_id":"%s","type":"wallet_changed","available":1,"reserved":0}' % NUMBER.encode()
    assert posted[1] == b'{"type":"wallet_changed","available":1,"reserved":0}'
