"""Refresh tokens and the sessions behind them; times are the database's, so the tests move its rows."""

import base64
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, text

from functions.api.dependencies import Dependencies
from medley import limits
from tests.api.gateway import Browser

COOKIE = "__Host-medley_refresh"


def age_rotation(engine: Engine, seconds: int) -> None:
    """Let so many seconds pass since the last exchange."""
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE sessions SET rotated_at = rotated_at - make_interval(secs => :s)"), {"s": seconds}
        )


def holding(deps: Dependencies, cookie: str) -> Browser:
    return Browser(deps, cookies={COOKIE: cookie})


def test_a_refresh_token_is_exchanged_for_another(ada: Browser) -> None:
    first = ada.cookies[COOKIE]
    reply = ada.post("/v1/auth/refresh")
    assert reply.status == 200
    assert ada.cookies[COOKIE] != first
    ada.token = reply.json["access_token"]
    assert ada.get("/v1/me").json == reply.json["user"] == ada.user


def test_only_hashes_are_stored(ada: Browser, engine: Engine) -> None:
    ada.post("/v1/auth/refresh")
    with engine.connect() as connection:
        stored = connection.execute(text("SELECT sessions::text || users::text FROM sessions, users")).scalar_one()
    assert ada.cookies[COOKIE] not in stored
    assert "a long and private sentence" not in stored


def test_a_used_token_ends_the_session_and_all_that_came_from_it(
    ada: Browser, deps: Dependencies, engine: Engine
) -> None:
    stolen = ada.cookies[COOKIE]
    ada.token = ada.post("/v1/auth/refresh").json["access_token"]
    age_rotation(engine, limits.REFRESH_GRACE_S + 1)
    assert holding(deps, stolen).post("/v1/auth/refresh").code == "session_ended"
    assert ada.post("/v1/auth/refresh").code == "session_ended"
    assert ada.get("/v1/wallet").code == "session_ended"


def test_a_lost_answer_can_be_asked_for_again(ada: Browser, deps: Dependencies, engine: Engine) -> None:
    first = ada.cookies[COOKIE]
    ada.post("/v1/auth/refresh")
    age_rotation(engine, limits.REFRESH_GRACE_S - 1)
    again = holding(deps, first)
    assert again.post("/v1/auth/refresh").status == 200
    assert again.cookies[COOKIE] == ada.cookies[COOKIE]
    assert again.post("/v1/auth/refresh").status == 200


def test_two_tabs_refreshing_at_once_both_stay_signed_in(ada: Browser, deps: Dependencies) -> None:
    tabs = [holding(deps, ada.cookies[COOKIE]) for _ in range(8)]
    with ThreadPoolExecutor(len(tabs)) as pool:
        replies = list(pool.map(lambda tab: tab.send("POST", "/v1/auth/refresh", None), tabs))
    assert {reply.status for reply in replies} == {200}
    assert len({tab.cookies[COOKIE] for tab in tabs}) == 1
    assert tabs[0].post("/v1/auth/refresh").status == 200


def test_slow_tabs_stay_signed_in_however_many_exchanges_a_moment_has(ada: Browser, deps: Dependencies) -> None:
    slow = holding(deps, ada.cookies[COOKIE])
    for _ in range(3):
        assert ada.post("/v1/auth/refresh").status == 200
    assert slow.post("/v1/auth/refresh").status == 200
    assert slow.cookies[COOKIE] == ada.cookies[COOKIE]


def test_a_token_of_two_exchanges_ago_ends_the_session_even_within_the_grace(
    ada: Browser, deps: Dependencies, engine: Engine
) -> None:
    first = ada.cookies[COOKIE]
    ada.post("/v1/auth/refresh")
    age_rotation(engine, limits.REFRESH_GRACE_S + 1)
    second = ada.cookies[COOKIE]
    ada.post("/v1/auth/refresh")
    assert ada.cookies[COOKIE] != second
    assert holding(deps, first).post("/v1/auth/refresh").code == "session_ended"
    assert ada.post("/v1/auth/refresh").code == "session_ended"


@pytest.mark.parametrize("made_up", [32, 50])
def test_a_session_is_not_ended_by_who_knows_its_id_alone(ada: Browser, deps: Dependencies, made_up: int) -> None:
    session_id = base64.urlsafe_b64decode(ada.cookies[COOKIE])[:16]
    cookie = base64.urlsafe_b64encode(session_id + bytes(made_up)).decode()
    assert holding(deps, cookie).post("/v1/auth/refresh").code == "session_ended"
    assert holding(deps, cookie).post("/v1/auth/sign-out").status == 204
    assert ada.get("/v1/me").status == 200
    assert ada.post("/v1/auth/refresh").status == 200


@pytest.mark.parametrize(
    "cookie", ["", "x", "x" * 64, "é" * 64, "A" * 63 + "+", "A" * 65, "A" * 87, "A" * 89, "x" * 100_000]
)
def test_what_is_no_refresh_token_is_refused(deps: Dependencies, cookie: str) -> None:
    reply = holding(deps, cookie).post("/v1/auth/refresh")
    assert (reply.status, reply.code) == (401, "session_ended")


def test_no_cookie_is_no_session(visitor: Browser) -> None:
    assert visitor.post("/v1/auth/refresh").code == "session_ended"


def test_a_session_ends_by_itself_and_lives_on_by_use(ada: Browser, engine: Engine) -> None:
    def expire(interval: str) -> None:
        with engine.begin() as connection:
            connection.execute(text(f"UPDATE sessions SET expires_at = now() + interval '{interval}'"))  # noqa: S608

    expire("1 second")
    assert ada.post("/v1/auth/refresh").status == 200
    with engine.connect() as connection:
        left = connection.execute(text("SELECT expires_at - now() > interval '29 days' FROM sessions")).scalar_one()
    assert left
    expire("-1 second")
    assert ada.get("/v1/wallet").code == "session_ended"
    assert ada.post("/v1/auth/refresh").code == "session_ended"


def test_signing_out_ends_the_session_at_once(ada: Browser) -> None:
    token = ada.token
    reply = ada.post("/v1/auth/sign-out")
    assert reply.status == 204
    assert COOKIE not in ada.cookies
    ada.token = token
    assert ada.post("/v1/projects", {"app": "video_mixer", "name": "P"}).code == "session_ended"
    assert ada.get("/v1/me").code == "session_ended"
    assert ada.post("/v1/socket-tickets").code == "session_ended"
    assert ada.post("/v1/auth/refresh").code == "session_ended"


def test_signing_out_works_with_either_proof_and_with_none(ada: Browser, deps: Dependencies) -> None:
    by_cookie, by_token, nobody = holding(deps, ada.cookies[COOKIE]), Browser(deps, token=ada.token), Browser(deps)
    assert nobody.post("/v1/auth/sign-out").status == 204
    assert ada.get("/v1/me").status == 200
    assert by_cookie.post("/v1/auth/sign-out").status == 204
    assert ada.get("/v1/me").status == 401
    ada.sign_in("ada@example.com")
    by_token.token = ada.token
    assert by_token.post("/v1/auth/sign-out").status == 204
    assert ada.post("/v1/auth/refresh").status == 401
    assert by_token.post("/v1/auth/sign-out").status == 204


def test_one_device_signing_out_leaves_the_others(ada: Browser, deps: Dependencies) -> None:
    phone = Browser(deps)
    assert phone.sign_in("ada@example.com").status == 200
    ada.post("/v1/auth/sign-out")
    assert phone.get("/v1/me").status == 200
