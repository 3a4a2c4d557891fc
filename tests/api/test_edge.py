"""The edge of the API: no answer is too large, each leaves one line in the log, and HTTP's own rules are kept."""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from functions.api import compressed_response
from functions.api.compressed_response import accepts_gzip
from functions.api.dependencies import Dependencies
from functions.api.handler import handle
from medley import limits
from medley.apps.registry import registry
from tests.api.conftest import Studio, lines, logged
from tests.api.gateway import CONTEXT, Browser, Reply, http_event, openapi

SMALL = 20_000  # bytes of the largest refusal: FAULTS_MAX faults of a line each
NOBODY = "01890f3e-7c2a-7d3e-9b1a-2f6d6c1e0e03"


def refused(reply: Reply) -> list[dict[str, Any]]:
    """The faults of a refusal, which is small whatever was sent."""
    assert reply.status == 422, reply.text[:300]
    assert len(reply.text) < SMALL
    faults: list[dict[str, Any]] = reply.metadata["fields"]
    assert 1 <= len(faults) <= limits.FAULTS_MAX
    for fault in faults:
        assert set(fault) == {"field", "code", "message", "parameters"}
        assert len(fault["field"]) <= 2 * limits.FIELD_CHARACTERS
        assert len(fault["message"]) <= limits.MESSAGE_CHARACTERS
    return faults


def lists_of(schema: dict[str, Any], within: dict[str, Any]) -> list[str]:
    """The names of the fields of an object's schema that are lists."""
    if "$ref" in schema:
        schema = within[schema["$ref"].rsplit("/", 1)[1]]
    return [name for name, field in schema["properties"].items() if field.get("type") == "array"]


@pytest.mark.parametrize("wrong", [0, "x", None, {}, [], [0] * 3])
@pytest.mark.parametrize("app_id", sorted(registry().apps))
def test_a_flood_of_wrong_items_in_any_list_of_a_spec_is_a_small_refusal(
    studio: Studio, app_id: str, wrong: object
) -> None:
    schema = registry().apps[app_id].spec.model_json_schema()
    names = lists_of(schema, schema.get("$defs", {}))
    assert names
    for name in names:
        spec = {name: [wrong] * 60_000, "mode": "groups" if name == "groups" else "automatic"}
        (fault, *more) = refused(studio.browser.post(f"/v1/projects/{studio.project_id}/quote", {"spec": spec}))
        assert fault["field"].startswith(name)
        assert not more


def test_a_flood_within_a_list_of_a_spec_is_one_too(studio: Studio) -> None:
    path = f"/v1/projects/{studio.project_id}/quote"
    for inner in ([0] * 60_000, [NOBODY] * 20_000):
        assert len(refused(studio.browser.post(path, {"spec": {"never_adjacent": [inner]}}))) == 1


@pytest.mark.parametrize("wrong", [0, "x", None, {}, []])
def test_a_flood_of_wrong_items_in_any_list_of_any_body_is_a_small_refusal(studio: Studio, wrong: object) -> None:
    flooded = 0
    for template, item in openapi()["paths"].items():
        for method, operation in item.items():
            body = operation.get("requestBody")
            if body is None:
                continue
            schemas = openapi()["components"]["schemas"]
            schema = body["content"]["application/json"]["schema"]
            example = schemas[schema["$ref"].rsplit("/", 1)[1]]["examples"][0]
            path = template
            for name in ("project_id", "group_id", "clip_id", "generation_id"):
                path = path.replace(f"{{{name}}}", studio.project_id)
            for name in lists_of(schema, schemas):
                reply = studio.browser.send(
                    method.upper(), path, {**example, name: [wrong] * 60_000}, headers={"idempotency-key": "k"}
                )
                assert len(refused(reply)) <= 3  # of one item with several wrong fields
                flooded += 1
    assert flooded >= 4


@pytest.mark.parametrize("count", [limits.BODY_FIELDS, limits.BODY_FIELDS + 1, 40_000])
def test_a_flood_of_unknown_fields_is_a_small_refusal(studio: Studio, count: int) -> None:
    fields = {f"f{n}": 1 for n in range(count)}
    path = f"/v1/projects/{studio.project_id}"
    for reply in (
        studio.browser.post(f"{path}/quote", {"spec": fields}),
        studio.browser.post(f"{path}/quote", fields),
        studio.browser.post(f"{path}/groups", {"name": "G", **fields}),
        studio.browser.post(f"{path}/quote", {"spec": {"caption_style": fields}}),
        studio.browser.post("/v1/auth/sign-in", fields),
    ):
        faults = refused(reply)
        if count > limits.BODY_FIELDS:
            assert [fault["code"] for fault in faults] == ["too_many_fields"]


def test_a_name_without_end_is_told_by_its_beginning(studio: Studio) -> None:
    long = "n" * 900_000
    path = f"/v1/projects/{studio.project_id}"
    for reply in (
        studio.browser.post(f"{path}/quote", {"spec": {long: 1}}),
        studio.browser.post(f"{path}/quote", {long: 1}),
        studio.browser.post("/v1/auth/sign-in", {long: 1}),
    ):
        assert any(fault["field"].endswith("…") for fault in refused(reply))
    for body in ({"app": long, "name": "P"}, {"app": "video_mixer", "name": long}):
        reply = studio.browser.post("/v1/projects", body)
        assert reply.status == 422
        assert len(reply.text) < SMALL
    file = {"name": "a.mp4", "size_bytes": 1, "content_type": long}
    assert len(studio.browser.post(f"{path}/clips", file).text) < SMALL
    assert len(studio.browser.post(f"{path}/quote", {"spec": {"title": long, "caption": long}}).text) < SMALL
    assert len(studio.browser.post("/v1/auth/sign-up", {"email": long, "password": long, "name": long}).text) < SMALL


@pytest.mark.parametrize("depth", [limits.FAULTS_MAX, 10_000, 400_000])
def test_nesting_without_end_is_a_small_refusal(studio: Studio, depth: int) -> None:
    for raw in (
        '{"spec": ' + "[" * depth + "]" * depth + "}",
        '{"spec": {"never_adjacent": ' + "[" * depth + "]" * depth + "}}",
        '{"spec": ' + '{"a":' * (depth // 3) + "1" + "}" * (depth // 3) + "}",
    ):
        reply = studio.browser.post(f"/v1/projects/{studio.project_id}/quote", raw=raw)
        assert (reply.status, reply.code) in {(400, "invalid_json"), (422, "invalid_input"), (422, "invalid_spec")}
        assert len(reply.text) < SMALL


def test_long_paths_queries_and_headers_are_not_sent_back(ada: Browser) -> None:
    long = "9" * 9_000
    for target in (f"/v1/projects?limit={long}", f"/v1/projects?cursor={long}", f"/v1/clips/{long}", f"/{long}"):
        assert len(ada.get(target).text) < SMALL
    assert len(ada.get(f"/v1/projects?{'&'.join(['limit=x'] * 1_000)}").text) < SMALL
    reply = ada.post(f"/v1/projects/{NOBODY}/generations", {"spec": {}}, headers={"idempotency-key": long})
    assert (reply.status, reply.code) == (422, "invalid_idempotency_key")
    assert len(reply.text) < SMALL


def test_an_answer_over_the_limit_is_replaced_by_one_that_says_so(
    ada: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compressed_response, "ANSWER_BYTES", 400)
    for n in range(4):
        ada.project(f"Project {n}")
    reply = ada.send("GET", "/v1/projects", documented=False)
    assert (reply.status, reply.code) == (422, "answer_too_large")
    refusal = ada.send("POST", "/v1/projects", {f"f{n}": 1 for n in range(20)}, documented=False)
    assert (refusal.status, refusal.code) == (500, "internal")


# The log


@pytest.fixture
def log(ada: Browser) -> Iterator[io.StringIO]:
    """What the function writes, once `ada` is signed up."""
    with logged("api") as written:
        yield written


def test_every_answer_leaves_one_line(log: io.StringIO, studio: Studio) -> None:
    browser, user, project = studio.browser, studio.browser.user["id"], studio.project_id
    generation = studio.order().json["id"]
    seen = browser.get(f"/v1/generations/{generation}").headers["etag"]
    lines(log)
    answers = (
        (browser.get("/v1/me"), ("GET", "/v1/me", 200, None, user)),
        (browser.send("HEAD", "/v1/me"), ("HEAD", "/v1/me", 200, None, user)),
        (browser.get(f"/v1/projects/{project}"), ("GET", "/v1/projects/{project_id}", 200, None, user)),
        (
            browser.get(f"/v1/generations/{generation}", headers={"if-none-match": seen}),
            ("GET", "/v1/generations/{generation_id}", 304, None, user),
        ),
        (browser.get(f"/v1/clips/{NOBODY}"), ("GET", "/v1/clips/{clip_id}", 404, "unknown_clip", user)),
        (browser.get("/nothing"), ("GET", "none", 404, "unknown_route", None)),
        (browser.send("PUT", "/v1/projects"), ("PUT", "/v1/projects", 405, "method_not_allowed", None)),
        (browser.send("BREW", "/v1/projects"), ("other", "/v1/projects", 405, "method_not_allowed", None)),
        (browser.post("/v1/auth/sign-in", {}), ("POST", "/v1/auth/sign-in", 422, "invalid_input", None)),
        (browser.post("/v1/auth/sign-in", raw="{"), ("POST", "/v1/auth/sign-in", 400, "invalid_json", None)),
        (browser.post("/x", raw="x" * (limits.REQUEST_BODY_BYTES + 1)), ("POST", "none", 413, "too_large", None)),
        (browser.delete(f"/v1/clips/{studio.clip_ids[0]}"), ("DELETE", "/v1/clips/{clip_id}", 204, None, user)),
        (browser.get("/openapi.json"), ("GET", "/openapi.json", 200, None, None)),
    )
    for line, (reply, expected) in zip(lines(log), answers, strict=True):
        told = (line["method"], line["route"], line["status"], line.get("code"), line.get("user_id"))
        assert told == expected
        assert line["request_id"] == reply.headers["x-request-id"]
        assert line["ms"] >= 0


def test_what_nobody_foresaw_leaves_its_line_too(log: io.StringIO, deps: Dependencies, ada: Browser) -> None:
    def broken() -> Any:
        raise ZeroDivisionError

    event = http_event("GET", "/v1/me", headers={"authorization": f"Bearer {ada.token}"})
    lines(log)
    handle(event, CONTEXT, replace(deps, unit_of_work=broken))
    (line,) = lines(log)
    assert (line["status"], line["code"], line["user_id"]) == (500, "internal", ada.user["id"])


def test_nothing_a_client_wrote_is_in_the_log(log: io.StringIO, ada: Browser) -> None:
    mark = "f0rged"
    ada.get(f"/v1/{mark}%0a12:00:00%20api%1b[31m")
    ada.get(f"/v1/projects/{mark}?{mark}={mark}", headers={"user-agent": mark, "x-request-id": mark, "host": mark})
    ada.send(mark.upper(), "/v1/me")
    ada.post("/v1/projects", {"app": mark, "name": mark, mark: mark})
    ada.post("/v1/auth/sign-in", {"email": f"{mark}@example.com", "password": mark})
    assert mark not in log.getvalue().lower()


def test_of_a_clients_trace_the_log_has_its_number_alone(log: io.StringIO, ada: Browser) -> None:
    number, mark = "0af7651916cd43dd8448eb211c80319c", "f0rged"
    ada.get("/v1/me", headers={"traceparent": f"00-{number}-b7ad6b7169203331-01", "tracestate": f"x={mark}"})
    (line,) = lines(log)
    assert line["trace_id"] == number
    for odd in (
        mark,
        f"00-{number}",
        f"00-{mark}{number[6:]}-b7ad6b7169203331-01",
        f"00-{number}-b7ad6b7169203331-01-x",
    ):
        ada.get("/v1/me", headers={"traceparent": odd, "baggage": f"x={mark}"})
        assert mark not in log.getvalue()
        (line,) = lines(log)
        assert re.fullmatch("[0-9a-f]{32}", line["trace_id"])
        assert line["trace_id"] != number


# What HTTP says


def test_head_is_answered_as_get_is_without_a_body(studio: Studio) -> None:
    asked = 0
    for template, item in openapi()["paths"].items():
        if "get" in item:
            path = template.replace("{project_id}", studio.project_id).replace("{clip_id}", studio.clip_ids[0])
            path = path.replace("{generation_id}", NOBODY).replace("{n}", "1")
            got, head = studio.browser.get(path), studio.browser.send("HEAD", path)
            assert (head.status, head.text) == (got.status, "")
            assert head.headers["content-type"] == got.headers["content-type"]
            asked += 1
    assert asked > 15


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/v1/projects", "GET, POST, HEAD"),
        ("/v1/me", "GET, PATCH, HEAD"),
        ("/v1/auth/sign-in", "POST"),
        ("/openapi.json", "GET, HEAD"),
        ("/healthz", "GET, HEAD"),
        (f"/v1/clips/{NOBODY}", "GET, DELETE, HEAD"),
    ],
)
def test_a_refused_method_names_those_that_are_not(ada: Browser, path: str, allowed: str) -> None:
    for method in ("BREW", "OPTIONS"):
        reply = ada.send(method, path)
        assert (reply.status, reply.code) == (405, "method_not_allowed")
        assert set(reply.headers["allow"].split(", ")) == set(allowed.split(", "))


@pytest.mark.parametrize("path", ["/v1/me%0a", "/healthz%0a", "/v1/projects%0A", "/openapi.json%0a"])
def test_a_line_break_makes_another_address(ada: Browser, path: str) -> None:
    reply = ada.get(path)
    assert (reply.status, reply.code) == (404, "unknown_route")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "json"])
def test_a_body_of_another_kind_is_said_to_be_one(ada: Browser, kind: str) -> None:
    reply = ada.post("/v1/projects", raw='{"app": "video_mixer", "name": "P"}', headers={"content-type": kind})
    assert (reply.status, reply.code) == (415, "unsupported_media_type")


@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=utf-8", "application/problem+json"])
def test_json_goes_by_several_names(ada: Browser, kind: str) -> None:
    reply = ada.post("/v1/projects", raw='{"app": "video_mixer", "name": "P"}', headers={"content-type": kind})
    assert reply.status == 201


def test_an_entity_tag_is_compared_as_http_says(studio: Studio) -> None:
    path = f"/v1/generations/{studio.order().json['id']}"
    tag = studio.browser.get(path).headers["etag"]
    bare = tag.removeprefix("W/")
    for known in (bare, f"W/{bare}", f'"a", {bare}', f'"a",W/{bare} , "b"', "*", f"  {bare}  "):
        reply = studio.browser.get(path, headers={"if-none-match": known})
        assert (reply.status, reply.text, reply.headers["etag"]) == (304, "", tag), known
    for known in (f"x{bare}x", f"{bare}x", bare.strip('"'), f'"x{bare[1:]}', "", '"*"', f'"a" {bare}', f'x, "{bare}"'):
        assert studio.browser.get(path, headers={"if-none-match": known}).status == 200, known


@pytest.mark.parametrize(
    ("accepted", "packed"),
    [
        ("gzip", True),
        ("br, gzip;q=0.5", True),
        ("*", True),
        ("GZIP", True),
        ("gzip;q=0", False),
        ("gzip;q=0.0, *", False),
        ("identity", False),
        ("", False),
    ],
)
def test_packing_is_done_where_it_is_welcome(accepted: str, packed: bool) -> None:
    assert accepts_gzip(accepted) is packed


def test_large_answers_are_packed_and_their_tags_say_so(visitor: Browser) -> None:
    plain = visitor.get("/openapi.json")
    packed = visitor.get("/openapi.json", headers={"accept-encoding": "gzip"})
    assert packed.json == plain.json
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["vary"] == plain.headers["vary"] == "accept-encoding"
    assert packed.headers["etag"] == f"W/{plain.headers['etag']}"
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 4


@pytest.mark.parametrize("odd", ["%00", "a%00b", "%ed%a0%80", "%ff", "%f0%9f%8e%ac" * 500])
def test_no_text_in_a_query_is_too_odd(studio: Studio, odd: str) -> None:
    """What the database cannot hold is refused before it is asked; of any length, whatever the parameter."""
    ids = {"project_id": studio.project_id, "generation_id": studio.order().json["id"], "clip_id": studio.clip_ids[0]}
    tried = []
    for path, item in openapi()["paths"].items():
        for parameter in item.get("get", {}).get("parameters", ()):
            if parameter["in"] == "query":
                others = ("group_id", "preset_id", "bundle_id", "asset_id", "user_id")
                where = path.format(**ids, **dict.fromkeys(others, uuid4()), n=1)
                reply = studio.browser.get(f"{where}?{parameter['name']}={odd}")
                assert reply.status < 500, (path, parameter["name"])
                tried.append(parameter["name"])
    assert {"app", "search", "cursor", "state", "since", "limit"} <= set(tried)
