"""Whatever an answer says to a person has a code and parameters beside it, so that it can be said in any language."""

import re
import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from functions.api.error_catalogue import CATALOGUE
from functions.api.schemas.effects import OptionEffectView
from functions.api.schemas.quotes import QuoteView
from medley.apps.video_mixer import APP
from medley.contracts.facts import ClipRefused, TaskFailed, reason, refusal
from medley.contracts.keys import UploadKey
from medley.domain.wording import CORE, about, refused
from medley.sentences import fill
from tests.api.conftest import Studio, Workers
from tests.api.gateway import Browser, openapi
from tests.apps.builders import clip_id, library

SAYING = {"message", "label"}  # names of what is said, which has its code and parameters beside it
SAID = {"binding", "notes", "note", "reason", "unavailable"}  # names of what is a sentence as a whole
WHOLE = {"#/components/schemas/Sentence", "#/components/schemas/Reason"}
PROTOCOL = {"SocketClosing"}  # whose reason is a word of the protocol of sockets
ERRORS = {"ErrorDetail"}  # its parameters are its `metadata`


def schemas() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, schema in openapi()["components"]["schemas"].items():
        if "properties" in schema and name not in PROTOCOL:
            yield name, schema["properties"]


def test_no_answer_says_something_without_saying_of_what_it_is_made() -> None:
    checked = 0
    for name, fields in schemas():
        for saying in SAYING & set(fields):
            beside = {"code", "metadata" if name in ERRORS else "parameters"}
            assert beside <= set(fields), f"{name}.{saying}"
            checked += 1
        for said in SAID & set(fields):
            shape = fields[said]
            kinds = [shape, shape.get("items", {}), *shape.get("anyOf", [])]
            assert WHOLE & {kind.get("$ref") for kind in kinds}, f"{name}.{said}"
            checked += 1
        assert "text" not in fields, name
    assert checked >= 12


def sentences(value: Any) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every sentence within a body: code, English, parameters."""
    if isinstance(value, dict):
        english = value.get("message", value.get("label"))
        if isinstance(english, str) and "code" in value:
            yield value["code"], english, value["parameters"]
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from sentences(inner)


ORDERS: list[dict[str, Any]] = [
    {"count": 3},
    {"count": 500, "clips_per_video": 2, "first_clip": str(clip_id("a")), "last_clip": str(clip_id("b"))},
    {"count": 1, "never_adjacent": [[str(clip_id("a")), str(clip_id("b"))]], "fps": 60, "looks": ["none", "mono"]},
    {"count": 9, "mode": "groups", "speeds": ["1", "5/4"], "caption": "{opening} 🔥", "resolution": 1080},
    {"count": 900, "mode": "groups", "order": "shuffled", "groups": [{"name": "x", "clips": 2}]},
    {"count": 2, "duration_s": "3.5", "share": "smart", "transition": "fade", "clips_per_video": 2},
]


@pytest.mark.parametrize("order", ORDERS, ids=str)
def test_what_a_quote_says_is_what_its_templates_give(order: dict[str, Any]) -> None:
    found = library("abcde", {"x": "abc", "y": "cde"})
    body = QuoteView.of(APP.quote(APP.spec.model_validate(order), found)).model_dump(mode="json")
    templates = {**CORE.templates, **APP.sentences}
    said = list(sentences(body))
    assert {"binding", "video"} <= {code for code, _, _ in said}
    for code, english, parameters in said:
        assert fill(templates[code], parameters) == english
    for effect in body["effects"]:
        assert set(effect) == set(OptionEffectView.model_fields)


def test_what_a_reason_was_made_of_is_kept(studio: Studio, workers: Workers) -> None:
    """Of a clip, of an output and of its generation; what an older worker said has no parameters."""
    owner = UUID(studio.browser.user["id"])
    clip = studio.browser.clip(studio.project_id, "long.mp4")["clip"]["id"]
    error = refused("too_long", what="clip", seconds=700, most=600)
    workers.record(refusal(UploadKey(owner, UUID(studio.project_id), UUID(clip)), error.code, error.message))
    kept = studio.browser.get(f"/v1/clips/{clip}").json["reason"]
    assert kept["message"] == "The clip is 700 seconds long; 600 are possible."
    assert fill(CORE.templates[kept["code"]], kept["parameters"]) == kept["message"]

    generation = studio.order().json["id"]
    broken = about(refused("unreadable", what="part").message, CORE.say("of_file", name="a.mp4"))
    workers.work(lambda command: [TaskFailed(**command.work.about, **reason("unreadable", broken))])
    answer = studio.browser.get(f"/v1/generations/{generation}").json
    for told in (answer["generation"]["reason"], answer["outputs"][0]["reason"]):
        assert (told["code"], told["message"]) == ("unreadable", "a.mp4: A part of the clip cannot be decoded.")
        assert fill(CORE.templates[told["code"]], told["parameters"]) == told["message"]
    listed = studio.browser.get(f"/v1/generations/{generation}/manifest").json["outputs"][0]
    assert listed["reason"] == answer["outputs"][0]["reason"]

    older = studio.browser.clip(studio.project_id, "old.mp4")["clip"]["id"]
    workers.record(ClipRefused(owner_id=owner, clip_id=UUID(older), code="no_video", message="As it was said once."))
    assert studio.browser.get(f"/v1/clips/{older}").json["reason"] == {
        "code": "no_video",
        "message": "As it was said once.",
        "parameters": {},
    }


def test_the_note_of_an_entry_is_a_sentence(ada: Browser) -> None:
    (bonus,) = ada.get("/v1/wallet/entries").json["items"]
    assert bonus["note"] == {"code": "welcome", "message": "Welcome", "parameters": {}}


def test_a_refused_spec_is_told_of_in_words_for_persons(ada: Browser) -> None:
    project = ada.project()
    spec = {"speeds": ["3"], "count": 0, "duration_s": 4000, "share": "even"}
    reply = ada.post(f"/v1/projects/{project}/quote", {"spec": spec})
    assert (reply.status, reply.code) == (422, "invalid_spec")
    told = {fault["field"]: fault for fault in reply.metadata["fields"]}
    assert {field: fault["message"] for field, fault in told.items()} == {
        "count": "At least 1.",
        "speeds.0": "A speed is between 0.5 and 2, not 3.",
        "duration_s": "At most 3600.",
        "share": "One of these: equal, proportional, smart.",
    }
    for fault in told.values():
        assert fill({**CORE.templates, **APP.sentences}[fault["code"]], fault["parameters"]) == fault["message"]


def test_what_errors_say_can_be_said_from_their_metadata() -> None:
    """Of those with no template of the core's too; only what is the same for everybody stands in the sentence."""
    namespace = runpy.run_path(str(Path(__file__).parents[2] / "docs" / "generate_sentences.py"))
    errors = namespace["templates"]()["errors"]
    assert set(errors) | set(CORE.templates) >= set(CATALOGUE)
    for code, template in errors.items():
        error = CATALOGUE[code]
        assert fill(template, error.metadata) == error.message
        left = set(re.findall(r"\d+", template)) - {"1"}
        assert not left or code == "storage_full", template  # which says its bytes as GiB
