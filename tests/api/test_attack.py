"""What a machine makes of the OpenAPI document, sent to the real application: every operation, right and wrong alike.

No answer is a server error, none is one the document does not promise, what the document calls right is refused only
for reasons that a schema cannot say, and what it calls wrong is refused. ATTACK is how many requests each operation is
sent (`make attack`: more). Without it requests are sent for LASTS_S at most, to each operation one at least.
"""

import json
import os
import time
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit
from zlib import crc32

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks

from functions.api.handler import handle
from medley import limits
from medley.apps.registry import registry
from tests.api.conftest import Studio, Workers
from tests.api.gateway import CONTEXT, Reply, http_event

TAGS_CHARACTERS: Final = 1_000  # of If-None-Match; longer ones are no fault: HTTP passes over what it cannot read
LASTS_S: Final = 120  # seconds, of all operations together
MODES: Final = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
REQUESTS: Final = int(os.environ.get("ATTACK", "0"))
# Faults of a field that its schema says nothing of: two fields that do not go together, words that do not suit.
UNSAYABLE: Final = {
    *("no_effect", "named_twice", "window_missing", "trim_missing", "smart_spread", "mov_av1", "skip_without_seed"),
    *("set_too_small", "unwritable", "unknown_word", "unmatched_brace", "empty_text", "control_character"),
    *("speed_out_of_range", "not_a_speed", "one_group"),
    *("decimal_max_places", "text_not_storable", "json_too_deep", "email", "finite_number"),
}
# What there is, whose it is and how often it is asked for; no schema knows.
OF_THE_MOMENT: Final = {401, 402, 403, 404, 409, 429}
# Refusals of the whole: what its words mean, or what they would come to.
UNSAYABLE_CODES: Final = {
    *("invalid_name", "invalid_naming", "weak_password", "wrong_password", "invalid_link", "invalid_cursor"),
    *("unknown_app", "unknown_clips", "duplicate_clips", "unknown_parts", "wrong_parts", "not_restorable"),
    "idempotency_key_reused",
    *("not_video", "not_audio", "not_image", "file_too_large", "preset_too_large", "kept_longer", "plan_too_large"),
    *("too_few_clips", "no_clips", "too_many_outputs"),
    *(code for app in registry().apps.values() for code in app.manifest.codes),
}
CHECKS: Final = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]


DOCUMENT: Final = json.loads((Path(__file__).parents[2] / "docs" / "openapi.json").read_text())
TOOK_S: Final[dict[tuple[str, str], float]] = {}  # the requests of each operation so far


@cache
def _schema() -> Any:
    schema = schemathesis.openapi.from_dict(DOCUMENT)
    schema.config.generation.update(with_security_parameters=False)
    return schema


@cache
def _cases(path: str, method: str) -> SearchStrategy[Any]:
    """Requests of one operation, as the document wants them or not."""
    return st.one_of(*(_schema()[path][method].as_strategy(generation_mode=mode) for mode in MODES))


@pytest.fixture
def known(studio: Studio, workers: Workers, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The ids of what there is, by the names of parameters. All is asked for as often as it takes."""
    for operation in limits.REQUESTS_PER_MINUTE:
        monkeypatch.setitem(limits.REQUESTS_PER_MINUTE, operation, 10**6)  # type: ignore[arg-type]  # it is a dict
    browser, project = studio.browser, studio.project_id
    group = browser.post(f"/v1/projects/{project}/groups", {"name": "Hook", "clip_ids": studio.clip_ids[:2]})
    asked = {"kind": "audio", "name": "a.mp3", "size_bytes": 10, "content_type": "audio/mpeg"}
    asset = browser.post(f"/v1/projects/{project}/assets", asked)
    generation = studio.order(count=1)
    workers.work()
    bundle = browser.post(f"/v1/generations/{generation.json['id']}/bundles", {}, headers={"idempotency-key": "b"})
    preset = browser.post("/v1/presets", {"app": "video_mixer", "name": "Short", "spec": {"count": 2}})
    return {
        "project_id": project,
        "clip_id": studio.clip_ids[2],
        "group_id": group.json["id"],
        "asset_id": asset.json["asset"]["id"],
        "generation_id": generation.json["id"],
        "bundle_id": bundle.json["id"],
        "preset_id": preset.json["id"],
    }


@pytest.mark.parametrize("path", DOCUMENT["paths"])
def test_every_answer_keeps_the_promises_of_the_document(path: str, studio: Studio, known: dict[str, str]) -> None:
    for method in sorted(DOCUMENT["paths"][path], key="delete".__eq__):  # which leaves nothing to be asked about
        _attack_operation(path, method, studio, known)


def _attack_operation(path: str, method: str, studio: Studio, known: dict[str, str]) -> None:
    @given(data=st.data())
    @settings(
        suppress_health_check=list(HealthCheck),
        deadline=None,
        database=None,
        max_examples=REQUESTS or 8,
        derandomize=not REQUESTS,
    )
    def attack(data: st.DataObject) -> None:
        if not REQUESTS and (path, method) in TOOK_S and sum(TOOK_S.values()) > LASTS_S:
            return
        began = time.monotonic()
        try:
            _attack(data.draw(_cases(path, method)), studio, known)
        except BaseException:
            TOOK_S.clear()  # the same is sent again, to find the smallest that fails
            raise
        TOOK_S[path, method] = TOOK_S.get((path, method), 0.0) + time.monotonic() - began

    attack()


def _attack(case: Any, studio: Studio, known: dict[str, str]) -> None:
    """Send one request, and judge its answer."""
    right = case.meta is None or case.meta.generation.mode is GenerationMode.POSITIVE
    for name in case.path_parameters or ():
        if right and name in known and crc32(str(case.path_parameters[name]).encode()) % 4:
            case.path_parameters[name] = known[name]
    sent = _request(case)
    answer = _response(studio, sent)
    if "%0A" in urlsplit(sent.url or "").path.upper():  # with a line break in it it is another address
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "unknown_route")
        return
    case.validate_response(answer, checks=CHECKS)
    if right and answer.status_code >= 400:
        _require_unsayable(answer.json()["error"])
    passed_over = len((case.headers or {}).get("If-None-Match", "")) > TAGS_CHARACTERS
    if not right and answer.status_code < 300 and not passed_over:
        case.validate_response(answer, checks=[checks.negative_data_rejection])


def _require_unsayable(error: dict[str, Any]) -> None:
    """Refused although it is as the document wants it: then for a reason that has a code of its own."""
    if error["http_status"] in OF_THE_MOMENT:
        return
    if error["code"] in ("invalid_input", "invalid_spec"):
        assert {fault["code"] for fault in error["metadata"]["fields"]} <= UNSAYABLE, error
    else:
        assert error["code"] in UNSAYABLE_CODES, error


def _request(case: Any) -> requests.PreparedRequest:
    told = case.as_transport_kwargs(base_url="http://api.example.com")
    names = ("method", "url", "headers", "params", "json", "data", "files", "cookies")
    return requests.Request(**{name: told[name] for name in names if name in told}).prepare()


def _response(studio: Studio, sent: requests.PreparedRequest) -> schemathesis.Response:
    url = urlsplit(sent.url or "")
    body = sent.body.encode() if isinstance(sent.body, str) else sent.body
    headers = {name.lower(): value for name, value in sent.headers.items() if name.lower() != "cookie"}
    event = http_event(
        str(sent.method),
        url.path + (f"?{url.query}" if url.query else ""),
        headers={**headers, "authorization": f"Bearer {studio.browser.token}"},
        body=body,
    )
    answer = handle(json.loads(json.dumps(event)), CONTEXT, studio.browser.deps)
    reply = Reply.of(answer)
    return schemathesis.Response(
        status_code=reply.status,
        headers={name: [value] for name, value in reply.headers.items()},
        content=reply.text.encode(),
        request=sent,
        elapsed=0.0,
        verify=False,
    )
