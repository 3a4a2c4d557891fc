"""Texts without end that are dear to read: whatever text of whatever body has one, it is refused at once."""

import json
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import pytest

from tests.api.conftest import Studio

MARKS: Final = 20_000  # of each class: sorting them takes the square, some seconds
CPU_S: Final = 0.5
TEXTS: Final = {
    "marks out of order": "a" + "\u0301" * MARKS + "\u0323" * MARKS,
    "what becomes eighteen characters": "\ufdfa" * MARKS,
    "a quoted name that never ends": '"' + 'a\\"' * MARKS,
}
DOCUMENT: Final = json.loads((Path(__file__).parents[2] / "docs" / "openapi.json").read_text())
Place = tuple[str | int, ...]


def resolved(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" not in schema:
        return schema
    found: Mapping[str, Any] = DOCUMENT["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return found


def texts(schema: Mapping[str, Any], place: Place = ()) -> Iterator[Place]:
    """Where in a body a client writes a text, choices of a few words apart."""
    schema = resolved(schema)
    if schema.get("type") == "string" and not {"enum", "const"} & set(schema):
        yield place
    for each in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        yield from texts(each, place)
    for name, each in schema.get("properties", {}).items():
        yield from texts(each, (*place, name))
    if isinstance(schema.get("items"), dict):
        yield from texts(schema["items"], (*place, 0))


def put(body: Any, place: Place, text: str) -> Any:
    """The body with a text at that place."""
    if not place:
        return text
    first, *rest = place
    if first == 0:
        return [put(None, tuple(rest), text)]
    inner = body if isinstance(body, dict) else {}
    return {**inner, first: put(inner.get(first), tuple(rest), text)}


def bodies() -> list[tuple[str, str, Any, Place]]:
    """Method, path, example and place of every text of every body."""
    found = []
    for path, item in DOCUMENT["paths"].items():
        for method, operation in item.items():
            if "requestBody" in operation:
                schema = resolved(operation["requestBody"]["content"]["application/json"]["schema"])
                places = dict.fromkeys(texts(schema))
                found += [(method.upper(), path, schema["examples"][0], place) for place in places]
    return found


def test_every_kind_of_text_is_among_them() -> None:
    found = {(path, place) for _, path, _, place in bodies()}
    assert {
        ("/v1/auth/sign-up", ("email",)),
        ("/v1/me", ("name",)),
        ("/v1/projects/{project_id}/clips", ("name",)),
        ("/v1/projects/{project_id}/quote", ("spec", "groups", 0, "caption")),
        ("/v1/clips/{clip_id}/complete", ("parts", 0, "etag")),
    } <= found


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_text_without_end_is_refused_at_once(studio: Studio, text: str) -> None:
    ids = {
        "project_id": studio.project_id,
        "clip_id": studio.clip_ids[0],
        "generation_id": studio.order().json["id"],
        "group_id": studio.browser.post(f"/v1/projects/{studio.project_id}/groups", {"name": "Hook"}).json["id"],
    }
    kept = studio.browser.post("/v1/presets", {"app": "video_mixer", "name": "Short", "spec": {"count": 2}})
    ids["preset_id"] = kept.json["id"]
    others = dict.fromkeys(("bundle_id", "asset_id", "user_id", "session_id"), uuid4())
    for method, path, example, place in bodies():
        target = path.format(**ids, **others, n=1)
        began = time.process_time()
        reply = studio.browser.send(method, target, put(example, place, text), headers={"idempotency-key": "k"})
        took_s = time.process_time() - began
        assert (reply.status in (413, 422), took_s < CPU_S) == (True, True), (
            method,
            path,
            place,
            took_s,
            reply.text[:300],
        )
