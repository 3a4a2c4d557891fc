"""Where somebody is signed in: what is shown of it, and ending it from elsewhere."""

from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import Engine, text

from functions.api.dependencies import Dependencies
from medley import limits
from medley.settings import CallerSettings
from tests.api.gateway import PASSWORD, Browser

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
CHROME = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36"
SECRET = "a secret of the proxy"


def sign_in(browser: Browser, user_agent: str, **headers: str) -> None:
    body = {"email": "ada@example.com", "password": PASSWORD}
    reply = browser.post("/v1/auth/sign-in", body, headers={"user-agent": user_agent, **headers})
    assert reply.status == 200
    browser.token = reply.json["access_token"]


def test_a_person_sees_where_they_are_signed_in(ada: Browser, deps: Dependencies) -> None:
    proxied = replace(deps, caller=CallerSettings.model_validate({"proxy_secrets": [SECRET]}))
    phone, laptop = Browser(proxied), Browser(deps, source_ip="2001:db8:0:1::7")
    sign_in(laptop, FIREFOX, **{"cloudfront-viewer-country": "FR"})  # nobody vouches for it
    place = {"cloudfront-viewer-address": "192.0.2.7:4000", "cloudfront-viewer-country": "ID"}
    sign_in(phone, CHROME, **place, **{"x-origin-verify": SECRET})
    first, second, third = phone.get("/v1/sessions", headers={"x-origin-verify": SECRET}).json["items"]
    assert (first["device"]["name"], first["device"]["platform"]) == ("Chrome", "Android")
    assert (first["place"], first["current"]) == ({"network": "192.0.2.7", "country": "ID"}, True)
    assert (second["device"]["name"], second["device"]["platform"]) == ("Firefox", "Windows")
    assert (second["place"], second["current"]) == ({"network": "2001:db8:0:1::/64", "country": None}, False)
    assert (third["device"]["name"], third["device"]["platform"]) == ("tests", "")


def test_a_session_is_seen_when_its_token_is_exchanged(ada: Browser, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE sessions SET last_seen_at = now() - interval '1 hour', rotated_at = created_at")
        )
    [before] = ada.get("/v1/sessions").json["items"]
    ada.post("/v1/auth/refresh")
    [after] = ada.get("/v1/sessions").json["items"]
    assert after["last_seen_at"] > before["last_seen_at"]
    assert after["signed_in_at"] == before["signed_in_at"]


def test_one_session_is_ended_from_another_and_its_device_is_a_strangers_then(ada: Browser, deps: Dependencies) -> None:
    phone = Browser(deps, source_ip="192.0.2.7")
    sign_in(phone, CHROME)
    [mine] = [each["id"] for each in phone.get("/v1/sessions").json["items"] if each["current"]]
    assert ada.delete(f"/v1/sessions/{mine}").status == 204
    assert phone.get("/v1/me").code == "session_ended"
    assert phone.post("/v1/auth/refresh").code == "session_ended"
    assert len(ada.get("/v1/sessions").json["items"]) == 1
    for gone in (mine, str(uuid4())):
        assert ada.delete(f"/v1/sessions/{gone}").code == "unknown_session"
    for n in range(limits.SIGN_IN_FAILURES_PER_ACCOUNT):
        Browser(deps, source_ip=f"198.51.100.{n % 20}").sign_in("ada@example.com", "a guess")
    phone.source_ip = "192.0.2.8"
    assert phone.sign_in("ada@example.com").status == 429


def test_all_others_are_ended_and_all(ada: Browser, deps: Dependencies) -> None:
    others = [Browser(deps) for _ in range(2)]
    for browser in others:
        sign_in(browser, FIREFOX)
    assert ada.post("/v1/sessions/end-others").status == 204
    assert [browser.get("/v1/me").status for browser in (ada, *others)] == [200, 401, 401]
    sign_in(others[0], FIREFOX)
    assert ada.post("/v1/sessions/end-all").status == 204
    assert [browser.get("/v1/me").status for browser in (ada, others[0])] == [401, 401]


def test_signing_in_again_on_a_device_takes_the_place_of_the_session_before(ada: Browser, deps: Dependencies) -> None:
    before = Browser(deps, token=ada.token)
    assert ada.sign_in("ada@example.com").status == 200
    assert before.get("/v1/me").code == "session_ended"
    assert len(ada.get("/v1/sessions").json["items"]) == 1


def test_somebody_is_signed_in_on_so_many_devices(ada: Browser, deps: Dependencies, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO sessions (id, user_id, refresh_hash, expires_at, last_seen_at)"
                " SELECT gen_random_uuid(), id, n::text, now() + interval '1 day', now() - n * interval '1 hour'"
                " FROM users, generate_series(1, :n) n"
            ),
            {"n": limits.SESSIONS_PER_USER - 1},
        )
    assert len(ada.get("/v1/sessions").json["items"]) == limits.SESSIONS_PER_USER
    phone = Browser(deps)
    assert phone.sign_in("ada@example.com").status == 200
    left = phone.get("/v1/sessions").json["items"]
    assert len(left) == limits.SESSIONS_PER_USER
    with engine.connect() as connection:
        ended = connection.execute(text("SELECT refresh_hash FROM sessions WHERE revoked_at IS NOT NULL")).scalars()
        assert list(ended) == [str(limits.SESSIONS_PER_USER - 1)], "the one not seen longest"


@pytest.mark.parametrize("path", ["/v1/auth/refresh", "/v1/auth/sign-out", "/v1/auth/sign-in", "/v1/auth/sign-up"])
def test_pages_of_another_origin_can_do_nothing_with_the_cookies(ada: Browser, path: str) -> None:
    bodies = {"/v1/auth/sign-in": {"email": "ada@example.com", "password": PASSWORD}}
    bodies["/v1/auth/sign-up"] = {"email": "x@example.com"}
    for origin in ("https://evil.example.com", "null", "https://app.example.com:8443", "http://app.example.com"):
        reply = ada.post(path, bodies.get(path), headers={"origin": origin})
        assert (reply.status, reply.code) == (403, "foreign_origin")
    assert ada.get("/v1/me").status == 200
    assert ada.post(path, bodies.get(path), headers={"origin": "https://app.example.com"}).status < 300


def test_only_hashes_of_cookies_and_links_are_stored(ada: Browser, engine: Engine) -> None:
    ada.post("/v1/auth/reset-password", {"email": "ada@example.com"})
    with engine.connect() as connection:
        devices = connection.execute(text("SELECT devices::text FROM devices")).scalars().all()
        outbox = connection.execute(text("SELECT outbox::text FROM outbox")).scalars().all()
    assert not any(ada.cookies["__Host-medley_device"] in row for row in devices)
    assert len(outbox) == 2
    assert not any("token" in row for row in outbox), "a secret is made when the mail is sent"


def events(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.execute(text("SELECT action FROM audit_events ORDER BY id")).scalars())


def test_asking_again_and_again_to_end_what_has_ended_fills_no_log(ada: Browser, engine: Engine) -> None:
    before, token = events(engine), ada.token
    for _ in range(3):
        assert ada.post("/v1/sessions/end-others").status == 204
    assert events(engine) == before
    for _ in range(3):
        ada.token = token
        assert ada.post("/v1/auth/sign-out").status == 204
    assert events(engine) == [*before, "signed_out"]


@pytest.mark.parametrize("others", [0, 1])
def test_ending_all_is_written_down_with_the_own(ada: Browser, deps: Dependencies, engine: Engine, others: int) -> None:
    for _ in range(others):
        sign_in(Browser(deps), CHROME)
    live = {session["id"] for session in ada.get("/v1/sessions").json["items"]}
    assert len(live) == others + 1
    assert ada.post("/v1/sessions/end-all").status == 204
    with engine.connect() as connection:
        query = text("SELECT detail -> 'sessions' FROM audit_events WHERE action = 'sessions_ended'")
        [ended] = connection.execute(query).scalars()
    assert set(ended) == live


def test_what_is_ended_is_written_down_once(ada: Browser, deps: Dependencies, engine: Engine) -> None:
    sign_in(Browser(deps), CHROME)
    before = events(engine)
    for _ in range(2):
        assert ada.post("/v1/sessions/end-others").status == 204
    assert events(engine) == [*before, "sessions_ended"]
