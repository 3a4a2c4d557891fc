"""Whatever is sent, the answer has the one error body, and it is never our fault."""

import ast
import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine, text

from functions.api.dependencies import Dependencies
from functions.api.errors import status_of
from functions.api.handler import handle
from infra.rows import REQUEST_ROLE
from local.database.postgres import Postgres
from medley import errors, limits
from medley.db import migrations
from medley.db.engine import make_engine
from medley.db.unit_of_work import SqlUnitOfWork
from medley.errors import DatabaseUnavailable, InvariantBroken
from tests.api import post
from tests.api.gateway import CONTEXT, Browser, Reply, http_event
from tests.local.waiting import wait_until

ROOT = Path(__file__).parents[2]


def body_of(reply: Reply) -> dict[str, Any]:
    """The error, after checking that it is all there."""
    assert set(reply.json) == {"error"}
    error: dict[str, Any] = reply.json["error"]
    assert set(error) == {"code", "message", "http_status", "metadata", "timestamp", "request_id"}
    assert error["http_status"] == reply.status
    assert error["message"]
    assert reply.headers["content-type"] == "application/json"
    assert reply.headers["x-request-id"] == error["request_id"]
    assert datetime.now(UTC) - datetime.fromisoformat(error["timestamp"]) < timedelta(minutes=1)
    return error


def test_an_error_says_what_for_whom_and_when(visitor: Browser) -> None:
    error = body_of(visitor.get("/v1/me"))
    assert (error["code"], error["http_status"]) == ("not_signed_in", 401)
    assert error["request_id"].startswith("request-")


def test_a_wrong_field_is_named(visitor: Browser) -> None:
    error = body_of(visitor.post("/v1/auth/sign-up/complete", {"token": "x", "name": 7, "extra": 1}))
    assert {(fault["field"], fault["code"]) for fault in error["metadata"]["fields"]} == {
        ("body.password", "missing"),
        ("body.name", "string_type"),
        ("body.extra", "extra_forbidden"),
    }


def test_what_was_sent_is_not_sent_back(visitor: Browser) -> None:
    reply = visitor.post("/v1/auth/sign-in", {"email": "x", "password": ["hunter2hunter2"]})
    assert reply.status == 422
    assert "hunter2" not in reply.text


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "PUT"])
@pytest.mark.parametrize(
    "path", ["/", "/v1", "/v1/nothing", "/v1/projects/", "/v1//projects", "/%00", "/%ff", "/../etc"]
)
def test_an_unknown_address_is_said_to_be_one(visitor: Browser, method: str, path: str) -> None:
    reply = visitor.send(method, path)
    assert reply.status == 404
    if method != "HEAD":
        assert body_of(reply)["code"] == "unknown_route"


def test_an_unknown_method_is_said_to_be_one(visitor: Browser) -> None:
    reply = visitor.send("PUT", "/v1/projects")
    assert (reply.status, body_of(reply)["code"]) == (405, "method_not_allowed")
    assert reply.headers["allow"] == "GET, POST, HEAD"


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "{",
        "nonsense",
        '{"email": "ada@example.com",}',
        "'single'",
        "\x00",
        b"\xff\xfe",
        b'{"email": "\xc3\x28"}',
        "[" * 100_000,
        '{"email": ' * 50_000,
        '{"email": ' + "9" * 5_000 + "}",
    ],
)
def test_what_is_no_json_is_said_to_be_none(visitor: Browser, raw: str | bytes) -> None:
    reply = visitor.post("/v1/auth/sign-in", raw=raw)
    assert (reply.status, body_of(reply)["code"]) in {(400, "invalid_json"), (422, "invalid_input")}
    assert (reply.status == 422) == (raw == "")  # nothing was sent at all: fields are missing


@pytest.mark.parametrize(
    "raw", ["null", "[]", "7", '"text"', "true", "NaN", "{}", '{"email": NaN, "password": Infinity}']
)
def test_json_of_another_shape_is_refused(visitor: Browser, raw: str) -> None:
    reply = visitor.post("/v1/auth/sign-in", raw=raw)
    assert (reply.status, body_of(reply)["code"]) == (422, "invalid_input")


@pytest.mark.parametrize("text", ["a\u0000b", "\ud800", "a\udfff"])
def test_text_no_database_can_keep_is_refused(ada: Browser, text: str) -> None:
    raw = json.dumps({"app": "video_mixer", "name": text})
    reply = ada.post("/v1/projects", raw=raw)
    assert (reply.status, body_of(reply)["code"]) == (422, "invalid_input")
    assert ada.post("/v1/auth/sign-in", raw=json.dumps({"email": text, "password": "x"})).status == 422


def test_a_form_is_no_json(visitor: Browser) -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}
    reply = visitor.post("/v1/auth/sign-in", raw="email=ada@example.com", headers=form)
    assert (reply.status, body_of(reply)["code"]) == (415, "unsupported_media_type")


def test_a_body_has_a_limit_that_is_looked_at_first(deps: Dependencies, visitor: Browser) -> None:
    class NoHasher:
        def hash(self, password: str) -> str:
            raise AssertionError("the password of an endless request was hashed")

    visitor.post("/v1/auth/sign-up", {"email": "ada@example.com"})
    [received] = post.deliver(deps)
    shell = len(json.dumps({"token": received.token, "password": "", "name": "Ada"}))
    for excess, expected in ((0, (422, "invalid_input")), (1, (413, "too_large"))):
        body = {
            "token": received.token,
            "password": "x" * (limits.REQUEST_BODY_BYTES - shell + excess),
            "name": "Ada",
        }
        reply = Browser(replace(deps, hasher=NoHasher())).post("/v1/auth/sign-up/complete", body)  # type: ignore[arg-type]
        assert (reply.status, body_of(reply)["code"]) == expected
    binary = visitor.post("/nothing", raw=b"\x00" * (limits.REQUEST_BODY_BYTES + 1))
    assert body_of(binary)["metadata"]["limit"] == limits.REQUEST_BODY_BYTES


@pytest.mark.parametrize("id_", ["x", "1", "%00", "%F0%9F%A6%8A", "0" * 10_000, "{}", "01890f3e-7c2a-7d3e-9b1a"])
def test_an_id_of_another_shape_is_refused(ada: Browser, id_: str) -> None:
    for path in (f"/v1/projects/{id_}", f"/v1/clips/{id_}", f"/v1/generations/{id_}"):
        assert body_of(ada.get(path))["code"] == "invalid_input"


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "a:b:c"},
        {"host": "[::1]:8000"},
        {"host": ""},
        {"x-forwarded-port": "many"},
        {"cookie": "\x00;=;;;"},
        {"user-agent": "\x00\x1b[31m" + "x" * 5_000},
        {"content-type": "application/json; charset=\xff"},
        {"x-forwarded-proto": "gopher"},
        {"if-none-match": "é"},
    ],
)
def test_strange_headers_do_no_harm(visitor: Browser, headers: dict[str, str]) -> None:
    body = {"email": f"{uuid4()}@example.com"}
    assert visitor.post("/v1/auth/sign-up", body, headers=headers).status == 202


def test_an_event_may_leave_out_what_is_empty(deps: Dependencies) -> None:
    event = http_event("GET", "/healthz", headers={})
    del event["headers"]
    assert handle(event, CONTEXT, deps)["statusCode"] == 200


def test_every_answer_carries_the_headers_that_keep_browsers_careful(visitor: Browser) -> None:
    answers = (visitor.get("/healthz"), visitor.get("/nothing"), visitor.get("/v1/me"), visitor.post("/openapi.json"))
    for reply in answers:
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["x-frame-options"] == "DENY"
        assert reply.headers["cache-control"] == "no-store"
        assert "max-age" in reply.headers["strict-transport-security"]
        assert "frame-ancestors 'none'" in reply.headers["content-security-policy"]


def test_a_database_that_is_down_is_a_503_and_the_process_is_still_alive(deps: Dependencies) -> None:
    gone = make_engine("postgresql://nobody@127.0.0.1:1/none")
    browser = Browser(
        replace(deps, unit_of_work=lambda: SqlUnitOfWork(gone), check_database=lambda: migrations.check(gone))
    )
    for reply in (browser.sign_in("ada@example.com"), browser.get("/readyz")):
        assert (reply.status, body_of(reply)["code"]) == (503, "database_unavailable")
        assert reply.headers["retry-after"] == "2"
    assert browser.get("/healthz").status == 200
    gone.dispose()


def test_a_session_that_the_database_ended_meanwhile_is_no_error_for_anybody(
    ada: Browser, deps: Dependencies, postgres: Postgres, engine: Engine
) -> None:
    """As of an environment that nobody has asked anything for minutes: only so can a database go to sleep."""
    postgres.let_in(REQUEST_ROLE)
    hasty = make_engine(f"{postgres.url('medley', REQUEST_ROLE)}?options=-cidle_session_timeout%3D500")

    def open_sessions() -> int:
        query = text("SELECT count(*) FROM pg_stat_activity WHERE usename = :role")
        with engine.connect() as connection:
            return int(connection.execute(query, {"role": REQUEST_ROLE}).scalar_one())

    ada.deps = replace(deps, unit_of_work=lambda: SqlUnitOfWork(hasty))
    try:
        for _ in range(2):
            assert ada.get("/v1/me").status == 200
            wait_until(lambda: open_sessions() == 0)
        assert ada.post("/v1/projects", {"app": "video_mixer", "name": "After a while"}).status == 201
    finally:
        hasty.dispose()


def test_a_database_of_another_schema_is_not_ready(visitor: Browser, engine: Engine) -> None:
    assert visitor.get("/readyz").status == 200
    with engine.begin() as connection:
        (version,) = connection.execute(text("SELECT version_num FROM alembic_version")).one()
        connection.execute(text("UPDATE alembic_version SET version_num = 'older'"))
    try:
        reply = visitor.get("/readyz")
        assert (reply.status, reply.code) == (503, "schema_behind")
    finally:
        with engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})


@pytest.mark.parametrize("error", [InvariantBroken("I2: the wallet of 7 is off"), ZeroDivisionError("secret detail")])
def test_what_nobody_foresaw_is_a_500_that_tells_nothing(deps: Dependencies, error: Exception) -> None:
    def broken() -> SqlUnitOfWork:
        raise error

    event = http_event("POST", "/v1/auth/refresh", headers={}, cookies=[f"__Host-medley_refresh={'A' * 64}"])
    answer = handle(event, CONTEXT, replace(deps, unit_of_work=broken))
    reply = Reply(answer["statusCode"], answer["headers"], (), answer["body"])
    assert (reply.status, body_of(reply)["code"]) == (500, "internal")
    assert str(error) not in reply.text


def test_every_kind_of_error_has_its_status() -> None:
    def leaves(kind: type[errors.MedleyError]) -> set[type[errors.MedleyError]]:
        below = kind.__subclasses__()
        return {leaf for each in below for leaf in leaves(each)} if below else {kind}

    for leaf in leaves(errors.MedleyError):
        status = status_of(leaf(""))
        branch = next(kind for kind in (errors.Rejected, errors.Unavailable, errors.Broken) if issubclass(leaf, kind))
        expected = {errors.Rejected: range(400, 500), errors.Unavailable: {503}, errors.Broken: {500}}[branch]
        assert status in expected, leaf


def test_a_code_has_one_status_whoever_gives_it() -> None:
    statuses: dict[str, set[int]] = defaultdict(set)
    for path in (*(ROOT / "shared" / "medley").rglob("*.py"), *(ROOT / "functions").rglob("*.py")):
        for call in (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)):
            kind = getattr(errors, getattr(call.func, "id", ""), None)
            for keyword in call.keywords:
                if kind is not None and keyword.arg == "code" and isinstance(keyword.value, ast.Constant):
                    statuses[str(keyword.value.value)].add(status_of(kind("")))
    assert "unknown_clip" in statuses
    assert {code: found for code, found in statuses.items() if len(found) > 1} == {}


def test_a_commit_that_is_not_confirmed_is_a_503(deps: Dependencies, ada: Browser) -> None:
    class Unconfirmed(SqlUnitOfWork):
        def commit(self) -> None:
            raise DatabaseUnavailable("The database did not confirm the commit.")

    factory: Callable[[], SqlUnitOfWork] = deps.unit_of_work  # type: ignore[assignment]
    engine = factory()._engine
    ada.deps = replace(deps, unit_of_work=lambda: Unconfirmed(engine))
    reply = ada.post("/v1/projects", {"app": "video_mixer", "name": "P"})
    assert (reply.status, reply.code) == (503, "database_unavailable")
    ada.deps = deps
    assert ada.get("/v1/projects").json["items"] == []
