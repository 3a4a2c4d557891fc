"""The WebSocket's handler, with events as API Gateway makes them."""

import json
from dataclasses import replace
from typing import Any, cast
from uuid import UUID

import pytest
from sqlalchemy import Engine, text

from functions.api.dependencies import Dependencies
from functions.socket.handler import Dependencies as SocketDependencies
from functions.socket.handler import handle
from medley import limits
from medley.contracts.pushes import SocketClosing
from medley.db.engine import make_engine
from medley.db.unit_of_work import SqlUnitOfWork
from medley.runtime.observability import logger
from medley.settings import CallerSettings
from tests.api.conftest import FakeClock, lines, logged
from tests.api.gateway import CONTEXT, Browser
from tests.flows.fakes import FakePusher

SECRET, NEXT_SECRET = "a secret of the proxy", "the one that comes after it"


def event(
    route: str, *, query: dict[str, str] | None = None, body: str | None = None, connection_id: str = "c-1="
) -> dict[str, Any]:
    """What API Gateway hands over; a message has a body, a $connect its query."""
    kind = {"$connect": "CONNECT", "$disconnect": "DISCONNECT"}.get(route, "MESSAGE")
    made: dict[str, Any] = {
        "requestContext": {
            "routeKey": route,
            "eventType": kind,
            "connectionId": connection_id,
            "requestId": "r-1",
            "domainName": "live.example.com",
            "stage": "$default",
        },
        "isBase64Encoded": False,
    }
    if query is not None:
        made["queryStringParameters"] = query
    return made | ({"body": body} if body is not None else {})


@pytest.fixture
def sockets(deps: Dependencies) -> SocketDependencies:
    return SocketDependencies(deps.unit_of_work, deps.tokens, deps.pusher, deps.caller, logger("socket"))


def connections(deps: Dependencies, browser: Browser) -> list[str]:
    with deps.unit_of_work() as uow:
        return list(uow.sockets.of_user(UUID(browser.user["id"])))


def test_a_ticket_opens_the_socket_and_leaving_forgets_it(
    ada: Browser, deps: Dependencies, sockets: SocketDependencies
) -> None:
    ticket = ada.post("/v1/socket-tickets")
    assert (ticket.status, ticket.json["url"]) == (201, "wss://live.example.com")
    assert ticket.json["expires_in_s"] == limits.SOCKET_TICKET_S
    opening = event("$connect", query={"ticket": ticket.json["ticket"]})
    assert handle(opening, CONTEXT, sockets) == {"statusCode": 200}
    assert handle(opening, CONTEXT, sockets) == {"statusCode": 200}  # the same event again
    assert connections(deps, ada) == ["c-1="]
    assert handle(event("$disconnect"), CONTEXT, sockets) == {"statusCode": 200}
    assert handle(event("$disconnect"), CONTEXT, sockets) == {"statusCode": 200}
    assert connections(deps, ada) == []


@pytest.mark.parametrize("query", [None, {}, {"ticket": ""}, {"ticket": "x"}, {"token": "x"}, {"ticket": "\x00"}])
def test_without_a_ticket_it_stays_shut(
    deps: Dependencies, sockets: SocketDependencies, query: dict[str, str] | None
) -> None:
    assert handle(event("$connect", query=query), CONTEXT, sockets)["statusCode"] == 401


def test_an_access_token_is_no_ticket(ada: Browser, deps: Dependencies, sockets: SocketDependencies) -> None:
    opening = event("$connect", query={"ticket": ada.token or ""})
    assert handle(opening, CONTEXT, sockets)["statusCode"] == 401
    assert connections(deps, ada) == []


def test_a_ticket_is_soon_worth_nothing(ada: Browser, sockets: SocketDependencies, clock: FakeClock) -> None:
    ticket = ada.post("/v1/socket-tickets").json["ticket"]
    clock.advance(limits.SOCKET_TICKET_S + 31)
    assert handle(event("$connect", query={"ticket": ticket}), CONTEXT, sockets)["statusCode"] == 401


def test_signing_out_closes_the_door_and_stops_the_pushes(
    ada: Browser, deps: Dependencies, sockets: SocketDependencies
) -> None:
    first, second = (ada.post("/v1/socket-tickets").json["ticket"] for _ in range(2))
    handle(event("$connect", query={"ticket": first}), CONTEXT, sockets)
    ada.post("/v1/auth/sign-out")
    assert connections(deps, ada) == []
    assert handle(event("$connect", query={"ticket": second}), CONTEXT, sockets)["statusCode"] == 401


def test_a_ticket_opens_one_socket(ada: Browser, deps: Dependencies, sockets: SocketDependencies) -> None:
    ticket = ada.post("/v1/socket-tickets").json["ticket"]
    first, second = (event("$connect", query={"ticket": ticket}, connection_id=name) for name in ("c-1", "c-2"))
    assert handle(first, CONTEXT, sockets)["statusCode"] == 200
    assert handle(second, CONTEXT, sockets)["statusCode"] == 401
    handle(event("$disconnect", connection_id="c-1"), CONTEXT, sockets)
    assert handle(second, CONTEXT, sockets)["statusCode"] == 401
    assert connections(deps, ada) == []


@pytest.mark.parametrize(
    ("given_to", "opened_by", "status"),
    [
        ("https://app.example.com", "https://app.example.com", 200),
        ("https://app.example.com", "https://evil.example.com", 401),
        ("https://app.example.com", None, 401),
        (None, "https://evil.example.com", 401),
        (None, None, 200),
    ],
)
def test_a_ticket_is_for_pages_of_the_origin_it_was_given_to(
    ada: Browser, sockets: SocketDependencies, given_to: str | None, opened_by: str | None, status: int
) -> None:
    ticket = ada.post("/v1/socket-tickets", headers={"origin": given_to} if given_to else {}).json["ticket"]
    opening = event("$connect", query={"ticket": ticket})
    opening["headers"] = {"Origin": opened_by} if opened_by else {}
    assert handle(opening, CONTEXT, sockets)["statusCode"] == status


@pytest.mark.parametrize(
    ("shown", "status"), [(SECRET, 200), (NEXT_SECRET, 200), (None, 403), ("", 403), (SECRET[1:], 403)]
)
def test_past_the_proxy_no_socket_is_opened(
    ada: Browser, deps: Dependencies, sockets: SocketDependencies, shown: str | None, status: int
) -> None:
    """A ticket is not used up by that."""
    proxied = replace(sockets, caller=CallerSettings.model_validate({"proxy_secrets": [SECRET, NEXT_SECRET]}))
    opening = event("$connect", query={"ticket": ada.post("/v1/socket-tickets").json["ticket"]})
    opening["headers"] = {} if shown is None else {"X-Origin-Verify": shown}
    answer = handle(opening, CONTEXT, proxied)
    assert answer["statusCode"] == status
    if status == 403:
        assert json.loads(answer["body"])["code"] == "direct_request"
        assert connections(deps, ada) == []
        assert handle(opening | {"headers": {"X-Origin-Verify": SECRET}}, CONTEXT, proxied)["statusCode"] == 200
    assert connections(deps, ada) == ["c-1="]
    for route in ("$default", "$disconnect"):  # which have no headers
        assert handle(event(route), CONTEXT, proxied)["statusCode"] == 200


def test_every_event_leaves_a_line(sockets: SocketDependencies, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", "medley.socket"):
        handle(event("$connect", query={"ticket": "none"}), CONTEXT, sockets)
        handle(event("$default"), CONTEXT, sockets)
    lines = [(each.__dict__["route"], each.__dict__["status"]) for each in caplog.records if each.msg == "answered"]
    assert lines == [("$connect", 401), ("$default", 200)]


def test_the_line_of_a_refusal_says_why(sockets: SocketDependencies, caplog: pytest.LogCaptureFixture) -> None:
    proxied = replace(sockets, caller=CallerSettings.model_validate({"proxy_secrets": [SECRET]}))
    with caplog.at_level("INFO", "medley.socket"):
        handle(event("$connect", query={"ticket": "none"}), CONTEXT, sockets)
        handle(event("$connect", query={"ticket": "none"}), CONTEXT, proxied)
    told = [each.__dict__["code"] for each in caplog.records if each.msg == "answered"]
    assert told == ["invalid_token", "direct_request"]


def test_whoever_signs_out_or_is_signed_out_has_their_sockets_closed(
    ada: Browser, deps: Dependencies, sockets: SocketDependencies
) -> None:
    pusher = cast(FakePusher, deps.pusher)
    phone, laptop = Browser(deps), Browser(deps)
    for browser, name in ((ada, "ada"), (phone, "phone"), (laptop, "laptop")):
        browser.sign_in("ada@example.com")
        ticket = browser.post("/v1/socket-tickets").json["ticket"]
        handle(event("$connect", query={"ticket": ticket}, connection_id=name), CONTEXT, sockets)
    assert phone.post("/v1/auth/sign-out").status == 204
    assert pusher.closed == ["phone"]
    assert ada.post("/v1/sessions/end-others").status == 204
    assert pusher.closed == ["phone", "laptop"]
    assert pusher.told == [(name, SocketClosing(reason="session_ended")) for name in ("phone", "laptop")]
    assert connections(deps, ada) == ["ada"]


def test_only_the_newest_connections_of_a_person_are_told(
    ada: Browser, bob: Browser, deps: Dependencies, sockets: SocketDependencies
) -> None:
    def connect(browser: Browser, connection_id: str) -> None:
        ticket = browser.post("/v1/socket-tickets").json["ticket"]
        opening = event("$connect", query={"ticket": ticket}, connection_id=connection_id)
        assert handle(opening, CONTEXT, sockets) == {"statusCode": 200}

    connect(bob, "bob")
    opened = [f"ada {n}" for n in range(limits.SOCKETS_PER_USER)]
    for connection_id in opened:
        connect(ada, connection_id)
    assert sorted(connections(deps, ada)) == sorted(opened)
    for connection_id in ("new", "newer"):
        connect(ada, connection_id)
    assert sorted(connections(deps, ada)) == sorted([*opened[2:], "new", "newer"])
    assert connections(deps, bob) == ["bob"]
    pusher = cast(FakePusher, deps.pusher)
    assert pusher.closed == opened[:2], "nobody waits at a socket that hears nothing"
    assert pusher.told == [(name, SocketClosing(reason="replaced")) for name in opened[:2]]


def test_dead_connections_are_forgotten(
    ada: Browser, deps: Dependencies, sockets: SocketDependencies, engine: Engine
) -> None:
    ticket = ada.post("/v1/socket-tickets").json["ticket"]
    handle(event("$connect", query={"ticket": ticket}), CONTEXT, sockets)
    with deps.unit_of_work() as uow:
        assert uow.sockets.remove_dead(7_200, 100) == 0
        uow.commit()
    with engine.begin() as connection:
        connection.execute(text("UPDATE sockets SET connected_at = connected_at - interval '2 hours 1 second'"))
    with deps.unit_of_work() as uow:
        assert uow.sockets.remove_dead(7_200, 100) == 1
        uow.commit()
    assert connections(deps, ada) == []


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        ('{"type": "ping"}', '{"type": "pong"}'),
        ('{"type": "ping", "at": 7}', '{"type": "pong"}'),
        ('{"type": "shout"}', None),
        ('["ping"]', None),
        ("ping", None),
        ("", None),
        (None, None),
        ("[" * 100_000, None),
    ],
)
def test_a_ping_is_answered_and_nothing_else_is(
    sockets: SocketDependencies, body: str | None, answer: str | None
) -> None:
    expected = {"statusCode": 200} | ({"body": answer} if answer else {})
    assert handle(event("$default", body=body), CONTEXT, sockets) == expected


def broken() -> Any:
    raise ZeroDivisionError


def test_every_answer_leaves_one_line(ada: Browser, sockets: SocketDependencies) -> None:
    ticket, user = ada.post("/v1/socket-tickets").json["ticket"], ada.user["id"]
    gone = make_engine("postgresql://nobody@127.0.0.1:1/none")
    down = replace(sockets, unit_of_work=lambda: SqlUnitOfWork(gone))
    other = ada.post("/v1/socket-tickets").json["ticket"]
    answers: list[tuple[dict[str, Any], SocketDependencies, tuple[Any, ...]]] = [
        (event("$connect", query={"ticket": ticket}), sockets, ("$connect", 200, None, user)),
        (
            event("$connect", query={"ticket": ticket}, connection_id="c-2"),
            sockets,
            ("$connect", 401, "invalid_token", user),
        ),
        (event("$connect", query={"ticket": "f0rged"}), sockets, ("$connect", 401, "invalid_token", None)),
        (event("$connect", query={"ticket": other}), down, ("$connect", 503, "database_unavailable", user)),
        (event("$default", body='{"type": "ping", "f0rged": 1}'), sockets, ("$default", 200, None, None)),
        (event("$disconnect"), sockets, ("$disconnect", 200, None, None)),
    ]
    with logged("socket") as log:
        for asked, its, _ in answers:
            handle(asked, CONTEXT, its)
        with pytest.raises(ZeroDivisionError):
            handle(event("$disconnect"), CONTEXT, replace(sockets, unit_of_work=broken))
        assert "f0rged" not in log.getvalue()
        found = lines(log)
    gone.dispose()
    told = [(line["route"], line["status"], line.get("code"), line.get("user_id")) for line in found]
    assert told == [*(expected for _, _, expected in answers), ("$disconnect", 500, "internal", None)]
    assert {line["request_id"] for line in found} == {"r-1"}
    assert all(line["ms"] >= 0 for line in found)


def test_a_database_that_is_down_lets_nobody_in(ada: Browser, sockets: SocketDependencies) -> None:
    ticket = ada.post("/v1/socket-tickets").json["ticket"]
    gone = make_engine("postgresql://nobody@127.0.0.1:1/none")
    down = replace(sockets, unit_of_work=cast(Any, lambda: SqlUnitOfWork(gone)))
    assert handle(event("$connect", query={"ticket": ticket}), CONTEXT, down)["statusCode"] == 503
    gone.dispose()
