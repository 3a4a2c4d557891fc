"""The messages of the WebSocket, for the documentation: the models they are made from, with an example each."""

from typing import Any, Final, get_args

from pydantic import BaseModel

from functions.api.openapi_parts import SOCKET_DESCRIPTION
from medley.contracts import pushes

Json = dict[str, Any]
PUSHES: Final[tuple[type[BaseModel], ...]] = get_args(pushes.Push)


def socket_messages() -> dict[str, Json]:
    """The schema of each message a socket may hear, by the name of its model."""
    return {model.__name__: _schema(model) for model in PUSHES}


def _schema(model: type[BaseModel]) -> Json:
    schema = model.model_json_schema(mode="serialization", ref_template="#/components/schemas/{model}")
    schema["required"] = [name for name in schema["properties"] if name != "trace_id"]
    schema["properties"]["trace_id"].pop("default")  # it is not there where there is none
    schema.pop("additionalProperties", None)  # a client passes over what it does not know yet
    return schema


def socket_section() -> Json:
    """What is said of the WebSocket beside the paths: OpenAPI has no word for it."""
    return {
        "description": SOCKET_DESCRIPTION,
        "receive": {
            model.model_fields["type"].default: {"$ref": f"#/components/schemas/{model.__name__}"} for model in PUSHES
        },
        "send": {"ping": {"type": "ping"}},
    }
