"""Attacks on accounts, and mishaps, by number: what each comes to.

15 to 17 are about signing in with another provider's account, which Medley has not; more of 18 is in
tests/api/test_somebody_elses.py.
"""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, cast
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, event, text

from functions.api.dependencies import Dependencies
from functions.socket.handler import Dependencies as SocketDependencies
from functions.socket.handler import handle as handle_socket
from medley import limits
from medley.runtime.observability import logger
from medley.runtime.passwords import Argon2Hasher
from medley.services import sign_up
from tests.api import post
from tests.api.conftest import SITE, FakeClock, Studio
from tests.api.gateway import CONTEXT, PASSWORD, Browser, Reply
from tests.api.test_socket import event as socket_event
from tests.api.test_tokens import claims_of, segment, sign
from tests.flows.fakes import FakePusher

NEW_PASSWORD = "another private sentence"
WRONG = "not the password"


def change(engine: Engine, statement: str, **values: object) -> None:
    with engine.begin() as connection:
        connection.execute(text(statement), values)


def asked_for_reset(browser: Browser, email: str) -> str:
    """The token in the mail to somebody who asked for another password."""
    assert browser.post("/v1/auth/reset-password", {"email": email}).status == 202
    [received] = post.deliver(browser.deps)
    assert received.to == email
    return received.token


def reset(browser: Browser, token: str, password: str = NEW_PASSWORD) -> Reply:
    return browser.post("/v1/auth/reset-password/complete", {"token": token, "password": password})


def open_socket(deps: Dependencies, browser: Browser, name: str) -> None:
    sockets = SocketDependencies(deps.unit_of_work, deps.tokens, deps.pusher, deps.caller, logger("socket"))
    ticket = browser.post("/v1/socket-tickets").json["ticket"]
    opening = socket_event("$connect", query={"ticket": ticket}, connection_id=name)
    assert handle_socket(opening, CONTEXT, sockets)["statusCode"] == 200


def test_scenario_01_a_forged_token_is_refused_and_no_key_is_fetched(ada: Browser) -> None:
    claims = claims_of(ada.token or "")
    unsigned = f"{segment({'alg': 'none', 'typ': 'JWT'})}.{segment(claims)}."
    hashed = f"{segment({'alg': 'HS256', 'typ': 'JWT'})}.{segment(claims)}.{segment({'x': 1})}"
    for forged in (unsigned, hashed, sign(claims, kid="unknown"), (ada.token or "")[:-4] + "AAAA"):
        ada.token = forged
        assert (ada.get("/v1/wallet").status, ada.get("/v1/wallet").code) == (401, "invalid_token")


def test_scenario_02_a_token_of_another_time_or_for_another_place_is_refused(ada: Browser, clock: FakeClock) -> None:
    claims, begun = claims_of(ada.token or ""), clock.now()
    for wrong in ({"aud": "elsewhere"}, {"iss": "somebody"}, {"nbf": claims["nbf"] + 60}, {"exp": claims["iat"] - 60}):
        ada.token = sign(claims | wrong)
        assert ada.get("/v1/wallet").code == "invalid_token"
    ada.token = sign(claims)
    assert ada.get("/v1/wallet").status == 200
    clock.time = begun + timedelta(seconds=limits.ACCESS_TOKEN_S + 31)
    assert ada.get("/v1/wallet").code == "invalid_token"


def test_scenario_03_a_token_for_one_thing_is_worth_nothing_for_another(ada: Browser, visitor: Browser) -> None:
    for other in (ada.cookies["__Host-medley_refresh"], ada.post("/v1/socket-tickets").json["ticket"]):
        assert Browser(ada.deps, token=other).get("/v1/wallet").code == "invalid_token"
    visitor.post("/v1/auth/sign-up", {"email": "new@example.com"})
    [welcome] = post.deliver(visitor.deps)
    to_reset = asked_for_reset(visitor, "ada@example.com")
    assert reset(visitor, welcome.token).code == "invalid_link"
    assert visitor.complete_sign_up(to_reset).code == "invalid_link"
    assert visitor.post("/v1/auth/confirm-email", {"token": to_reset}).code == "invalid_link"
    assert reset(visitor, to_reset).status == 200, "it is still good for what it is for"


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Basic eA==", "Bearer x, Bearer y", "Bearer é🦊", "Bearer " + "x" * 100_000]
)
def test_scenario_04_a_header_that_makes_no_sense_is_no_sign_in(visitor: Browser, header: str) -> None:
    assert visitor.get("/v1/wallet", headers={"authorization": header}).status == 401


@pytest.mark.parametrize(
    "email", ["\u0430da@example.com", "ada@example.com.", "a@b.co\r\nbcc: x@y.z", "a" * 255 + "@x.io"]
)
def test_scenario_05_an_address_is_made_one_spelling_before_it_is_looked_at(visitor: Browser, email: str) -> None:
    for path in ("/v1/auth/sign-up", "/v1/auth/reset-password"):
        assert visitor.post(path, {"email": email}).status == 422
    full_width = visitor.post("/v1/auth/sign-up", {"email": "ada\uff20example.com"})
    assert (full_width.status, full_width.json["email"]) == (202, "ada@example.com")


def test_scenario_06_one_address_is_one_account_and_nobody_learns_whose(
    deps: Dependencies, ada: Browser, visitor: Browser
) -> None:
    answers = [visitor.post("/v1/auth/sign-up", {"email": email}) for email in ("ADA@example.com", "eve@example.com")]
    assert len({(answer.status, answer.json["expires_in_s"]) for answer in answers}) == 1
    told, welcome = post.deliver(deps)
    assert (told.to, told.token, welcome.to) == ("ada@example.com", "", "eve@example.com")
    for spelling in ("Bob@example.com", "bob@EXAMPLE.com"):
        visitor.post("/v1/auth/sign-up", {"email": spelling})
    tokens = [received.token for received in post.deliver(deps)]
    with ThreadPoolExecutor(2) as pool:
        replies = list(pool.map(lambda token: Browser(deps).complete_sign_up(token), tokens))
    assert sorted(reply.status for reply in replies) == [201, 422]


def test_scenario_06_asking_is_the_same_work_whether_there_is_an_account(ada: Browser, engine: Engine) -> None:
    """No lookup tells by its time: it is made by whoever sends the mail."""
    for path in ("/v1/auth/sign-up", "/v1/auth/reset-password"):
        with statements(engine) as known:
            ada.post(path, {"email": "ada@example.com"})
        with statements(engine) as unknown:
            ada.post(path, {"email": "eve@example.com"})
        assert known == unknown


def test_scenario_07_a_password_that_would_be_guessed_is_refused(ada: Browser) -> None:
    too_long = "x" * (limits.PASSWORD_CHARACTERS_MAX + 1)
    for weak in ("x7$kQ2p", "Password123", "ada@example.com", too_long):
        reply = ada.post("/v1/me/password", {"password": PASSWORD, "new_password": weak})
        assert (reply.status, reply.code) == (422, "invalid_input" if weak == too_long else "weak_password")
    long = "🦊 and 日本語 " * 6 + "x" * 8
    assert ada.post("/v1/me/password", {"password": PASSWORD, "new_password": long}).status == 204
    endless = {"password": "x" * limits.REQUEST_BODY_BYTES, "new_password": long}
    assert ada.post("/v1/me/password", endless).status == 413


@dataclass
class CountingHasher(Argon2Hasher):
    """Argon2, cheaply; counts how often it compared."""

    compared: list[bool] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(memory_kib=8)

    def verify(self, password: str, hashed: str | None) -> bool:
        self.compared.append(hashed is not None)
        return super().verify(password, hashed)


def test_scenario_08_an_unknown_address_is_answered_as_a_wrong_password_is(
    deps: Dependencies, ada: Browser, engine: Engine
) -> None:
    """The same words after the same work: the statements, and one comparison."""
    hasher = CountingHasher()
    visitor = Browser(replace(deps, hasher=hasher), source_ip="192.0.2.9")
    told = []
    for email in ("ada@example.com", "eve@example.com"):
        with statements(engine) as ran:
            reply = visitor.sign_in(email, WRONG)
        error = reply.json["error"]
        told.append((reply.status, error["code"], error["message"], error["metadata"], ran))
    assert told[0] == told[1]
    assert hasher.compared == [True, False]


def test_scenario_09_guesses_are_limited_and_the_owner_gets_in_from_elsewhere_or_by_mail(
    deps: Dependencies, ada: Browser
) -> None:
    eve = Browser(deps, source_ip="198.51.100.66")
    statuses = [eve.sign_in("ada@example.com", WRONG).status for _ in range(20)]
    assert statuses == [401] * limits.SIGN_IN_FAILURES + [429] * (20 - limits.SIGN_IN_FAILURES)
    many = Browser(deps, source_ip="198.51.100.67")
    statuses = [many.sign_in(f"user{n}@example.com", WRONG).status for n in range(100)]
    assert statuses.count(429) == 100 - limits.SIGN_IN_FAILURES_PER_ADDRESS
    assert Browser(deps, source_ip="192.0.2.1").sign_in("ada@example.com").status == 200
    assert reset(eve, asked_for_reset(eve, "ada@example.com")).status == 200


def test_scenario_09_no_other_mail_that_strangers_ask_for_keeps_the_owner_from_a_reset(
    deps: Dependencies, ada: Browser, bob: Browser
) -> None:
    eve = Browser(deps, source_ip="198.51.100.66")
    for _ in range(limits.MAILS_PER_ADDRESS + 1):
        assert eve.post("/v1/auth/sign-up", {"email": "ada@example.com"}).status == 202
    for _ in range(limits.ADDRESSES_PER_USER):
        assert bob.post("/v1/me/email", {"email": "ada@example.com", "password": PASSWORD}).status == 202
    told = post.deliver(deps)
    assert len(told) == limits.MAILS_PER_ADDRESS - 1 + limits.ADDRESSES_PER_USER, "one was of her own signing up"
    assert not any(received.token for received in told), "she has an account: there is no link in these"
    assert reset(ada, asked_for_reset(ada, "ada@example.com")).status == 200


def test_scenario_09_resets_that_strangers_ask_for_leave_the_owner_as_many_links(
    deps: Dependencies, ada: Browser
) -> None:
    eve = Browser(deps, source_ip="198.51.100.66")
    for _ in range(limits.MAILS_PER_ADDRESS + 3):
        assert eve.post("/v1/auth/reset-password", {"email": "ada@example.com"}).status == 202
    received = post.deliver(deps)
    assert len(received) == limits.MAILS_PER_ADDRESS
    assert reset(ada, received[0].token).status == 200


def test_scenario_09_what_strangers_try_is_not_held_against_a_known_device(deps: Dependencies, ada: Browser) -> None:
    """They sit in its own network, too, and in as many others as they like."""
    ada.post("/v1/auth/sign-out")
    for n in range(limits.SIGN_IN_FAILURES_PER_ACCOUNT):
        Browser(deps, source_ip=f"198.51.100.{n % 20}").sign_in("ada@example.com", WRONG)
    for _ in range(limits.SIGN_IN_FAILURES_PER_ADDRESS):
        Browser(deps, source_ip=ada.source_ip).sign_in("ada@example.com", WRONG)
    assert Browser(deps, source_ip=ada.source_ip).sign_in("ada@example.com").status == 429
    assert ada.sign_in("ada@example.com").status == 200
    assert replace_network(ada, "192.0.2.99").sign_in("ada@example.com").status == 200


def test_scenario_09_a_known_device_is_limited_by_itself_and_its_cookie_is_no_pass(
    deps: Dependencies, ada: Browser, bob: Browser
) -> None:
    bob.cookies = {"__Host-medley_device": bob.cookies["__Host-medley_device"]}
    statuses = [bob.sign_in("ada@example.com", WRONG).status for _ in range(limits.SIGN_IN_FAILURES + 1)]
    assert statuses[-1] == 429, "a device is known for the accounts that were signed in to on it"
    statuses = [ada.sign_in("ada@example.com", WRONG).status for _ in range(limits.SIGN_IN_FAILURES + 1)]
    assert statuses[-1] == 429
    made_up = Browser(deps, cookies={"__Host-medley_device": "A" * 43}, source_ip="192.0.2.5")
    assert made_up.sign_in("ada@example.com").status == 200
    assert made_up.cookies["__Host-medley_device"] != "A" * 43


def test_scenario_10_an_exchanged_token_ends_the_session_and_two_tabs_stay(
    ada: Browser, deps: Dependencies, engine: Engine
) -> None:
    tabs = [Browser(deps, cookies=dict(ada.cookies)) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        replies = list(pool.map(lambda tab: tab.send("POST", "/v1/auth/refresh"), tabs))
    assert [reply.status for reply in replies] == [200, 200]
    open_socket(deps, tabs[0].__class__(deps, token=replies[0].json["access_token"]), "tab")
    change(
        engine, "UPDATE sessions SET rotated_at = rotated_at - make_interval(secs => :s)", s=limits.REFRESH_GRACE_S + 1
    )
    assert ada.post("/v1/auth/refresh").code == "session_ended"
    assert tabs[0].post("/v1/auth/refresh").code == "session_ended"
    assert cast(FakePusher, deps.pusher).closed == ["tab"]


def test_scenario_11_after_signing_out_a_token_buys_nothing(studio: Studio) -> None:
    ada = studio.browser
    token = ada.token
    assert ada.post("/v1/auth/sign-out").status == 204
    ada.token = token
    assert (studio.order().status, studio.order().code) == (401, "session_ended")


def test_scenario_12_who_is_disabled_is_out_everywhere(ada: Browser, deps: Dependencies, engine: Engine) -> None:
    open_socket(deps, ada, "c-1")
    change(engine, "UPDATE users SET disabled_at = now()")
    assert ada.get("/v1/wallet").code == "session_ended"
    assert ada.post("/v1/auth/refresh").code == "session_ended"
    assert ada.sign_in("ada@example.com").code == "wrong_credentials"
    with deps.unit_of_work() as uow:
        user = uow.accounts.user_by_email("ada@example.com")
        assert user is not None
        assert uow.sockets.of_user(user.id) == []
    ada.post("/v1/auth/reset-password", {"email": "ada@example.com"})
    assert post.deliver(deps) == []


def test_scenario_12_an_administrator_disables_an_account_and_enables_it(
    ada: Browser, bob: Browser, deps: Dependencies, engine: Engine
) -> None:
    path = f"/v1/admin/users/{bob.user['id']}/disabled"
    assert ada.send("PUT", path, {"disabled": True}).code == "role_required"
    change(engine, "UPDATE users SET role = 'admin' WHERE email = 'ada@example.com'")
    open_socket(deps, bob, "of-bob")
    assert ada.send("PUT", path, {"disabled": True}).status == 204
    assert cast(FakePusher, deps.pusher).closed == ["of-bob"]
    assert (bob.get("/v1/me").code, bob.post("/v1/auth/refresh").code) == ("session_ended", "session_ended")
    assert bob.sign_in("bob@example.com").code == "wrong_credentials"
    assert ada.send("PUT", path, {"disabled": True}).status == 204  # it is so: nothing happens
    assert ada.send("PUT", path, {"disabled": False}).status == 204
    assert bob.post("/v1/auth/refresh").code == "session_ended"  # what was ended stays so
    assert bob.sign_in("bob@example.com").status == 200
    told = [event["action"] for event in ada.get(f"/v1/admin/audit?user_id={bob.user['id']}").json["items"]]
    assert told.count("account_disabled") == told.count("account_enabled") == 1


def test_whom_an_administrator_cannot_disable(ada: Browser, bob: Browser, engine: Engine) -> None:
    def put(of: Browser | UUID) -> Reply:
        user_id = of if isinstance(of, UUID) else of.user["id"]
        return ada.send("PUT", f"/v1/admin/users/{user_id}/disabled", {"disabled": True})

    change(engine, "UPDATE users SET role = 'admin' WHERE email = 'ada@example.com'")
    change(engine, "UPDATE users SET role = 'super_admin' WHERE email = 'bob@example.com'")
    assert (put(ada).code, put(bob).code, put(uuid4()).code) == ("own_account", "role_required", "unknown_user")
    bad = ada.send("PUT", f"/v1/admin/users/{bob.user['id']}/disabled", {"disabled": 1})
    assert bad.code == "invalid_input"
    age = "UPDATE sessions SET authenticated_at = now() - interval '1 hour'"
    change(engine, age)
    assert put(bob).code == "password_required"
    assert bob.get("/v1/me").status == 200


def test_scenario_13_another_password_ends_all_other_sessions_and_is_told_by_mail(
    ada: Browser, deps: Dependencies
) -> None:
    phone = Browser(deps)
    phone.sign_in("ada@example.com")
    open_socket(deps, phone, "phone")
    wrong = ada.post("/v1/me/password", {"password": WRONG, "new_password": NEW_PASSWORD})
    assert (wrong.status, wrong.code) == (422, "wrong_password")
    assert ada.post("/v1/me/password", {"password": PASSWORD, "new_password": NEW_PASSWORD}).status == 204
    assert ada.get("/v1/me").status == 200
    assert phone.get("/v1/me").code == "session_ended"
    assert cast(FakePusher, deps.pusher).closed == ["phone"]
    [notice] = post.deliver(deps)
    assert (notice.to, notice.subject) == ("ada@example.com", "Your Medley password was changed")
    assert phone.sign_in("ada@example.com").code == "wrong_credentials"
    assert phone.sign_in("ada@example.com", NEW_PASSWORD).status == 200


def test_scenario_13_a_reset_ends_every_session_and_its_link_works_once(ada: Browser, deps: Dependencies) -> None:
    visitor = Browser(deps, source_ip="192.0.2.9")
    other = asked_for_reset(visitor, "ada@example.com")
    token = asked_for_reset(visitor, "ada@example.com")
    signed_in = reset(visitor, token)
    assert (signed_in.status, signed_in.json["user"]["email"]) == (200, "ada@example.com")
    assert ada.get("/v1/me").code == "session_ended"
    for used in (token, other):
        assert reset(Browser(deps), used).code == "invalid_link"
    [notice] = post.deliver(deps)
    assert notice.subject == "Your Medley password was changed"
    assert Browser(deps).sign_in("ada@example.com", NEW_PASSWORD).status == 200


def test_scenario_14_a_link_that_is_not_good_is_answered_in_one_way(
    ada: Browser, deps: Dependencies, engine: Engine
) -> None:
    visitor = Browser(deps, source_ip="192.0.2.9")
    used, expired, of_old = (asked_for_reset(visitor, "ada@example.com") for _ in range(3))
    change(
        engine,
        "UPDATE mail_links SET expires_at = now() WHERE secret_hash = :h",
        h=deps.secrets.read(expired).digest,  # type: ignore[union-attr]
    )
    bad = [expired, "", "x", "A" * 43, "A" * 200]
    answers = [reset(visitor, token) for token in bad]
    assert ada.post("/v1/me/email", {"email": "ada@new.example.com", "password": PASSWORD}).status == 202
    [to_new] = post.deliver(deps)
    assert (to_new.to, ada.get("/v1/me").json["email"]) == ("ada@new.example.com", "ada@example.com")
    assert ada.post("/v1/auth/confirm-email", {"token": to_new.token}).status == 204
    answers += [reset(visitor, token) for token in (used, of_old)]
    answers.append(ada.post("/v1/auth/confirm-email", {"token": to_new.token}))
    said = {(answer.status, answer.code, answer.json["error"]["message"]) for answer in answers}
    assert len(said) == 1
    assert ada.get("/v1/me").json["email"] == "ada@new.example.com"
    [told] = post.deliver(deps)
    assert (told.to, told.subject) == ("ada@example.com", "The address of your Medley account was changed")
    guesser = Browser(deps, source_ip="198.51.100.9")
    guesses = [reset(guesser, f"{n:043d}").status for n in range(limits.LINK_TRIES + 1)]
    assert guesses == [422] * limits.LINK_TRIES + [429]


def test_scenario_14_links_that_are_good_are_not_held_against_a_network(
    ada: Browser, deps: Dependencies, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A class, or an office, signs up within a minute."""
    monkeypatch.setattr(sign_up, "LINK_TRIES", 1)
    visitor = Browser(deps, source_ip=ada.source_ip)
    for n in range(2):
        assert reset(visitor, asked_for_reset(visitor, "ada@example.com"), f"{NEW_PASSWORD} {n}").status == 200
        post.deliver(deps)
    for name in ("bea", "cleo"):
        assert visitor.post("/v1/auth/sign-up", {"email": f"{name}@example.com"}).status == 202
        token = post.deliver(deps)[-1].token
        made = {"token": token, "name": name, "password": PASSWORD}
        assert visitor.post("/v1/auth/sign-up/complete", made).status == 201
        assert visitor.sign_in(f"{name}@example.com").status == 200
        assert visitor.post("/v1/me/email", {"email": f"{name}@new.example.com", "password": PASSWORD}).status == 202
        [to_new] = post.deliver(deps)
        assert visitor.post("/v1/auth/confirm-email", {"token": to_new.token}).status == 204
        post.deliver(deps)
    assert [reset(visitor, "x").status for _ in range(2)] == [422, 429]


def test_scenario_14_mails_to_an_address_that_is_not_ones_own_are_few_and_say_nothing_of_ones_own(
    deps: Dependencies, ada: Browser
) -> None:
    """Whoever sends them pays nothing for it, and what strangers make of them is everybody's reputation."""
    mark = "Win at https://evil.example.com"
    assert ada.send("PATCH", "/v1/me", {"name": mark}).status == 200
    asked = [
        ada.post("/v1/me/email", {"email": f"eve{n}@example.com", "password": PASSWORD})
        for n in range(limits.ADDRESSES_PER_USER + 1)
    ]
    assert [reply.status for reply in asked] == [202] * limits.ADDRESSES_PER_USER + [429]
    assert (asked[-1].code, int(asked[-1].headers["retry-after"]) > 60) == ("too_many_attempts", True)
    ada.post("/v1/auth/sign-up", {"email": "eve@example.com"})
    sent = post.deliver(deps)
    assert len(sent) == limits.ADDRESSES_PER_USER + 1
    for received in sent:
        assert received.to != "ada@example.com"
        assert "evil" not in received.subject + received.mail.text + received.mail.html


def test_scenario_14_an_address_gets_few_mails_whoever_gives_it(deps: Dependencies, ada: Browser, bob: Browser) -> None:
    for browser in (ada, bob):
        for _ in range(limits.ADDRESSES_PER_USER):
            assert browser.post("/v1/me/email", {"email": "eve@example.com", "password": PASSWORD}).status == 202
    assert len(post.deliver(deps)) == limits.MAILS_PER_ADDRESS


def test_scenario_14_links_lead_to_the_site_whatever_host_was_asked(visitor: Browser) -> None:
    headers = {"host": "evil.example.com", "x-forwarded-host": "evil.example.com"}
    visitor.post("/v1/auth/sign-up", {"email": "ada@example.com"}, headers=headers)
    [welcome] = post.deliver(visitor.deps)
    assert f"{SITE}/sign-up/complete#token={welcome.token}" in welcome.mail.text
    assert "evil" not in welcome.mail.text + welcome.mail.html


def test_scenario_18_what_is_somebody_elses_does_not_exist_and_asking_is_written_down(
    studio: Studio, bob: Browser, engine: Engine
) -> None:
    ordered = studio.order().json["id"]
    session_id = studio.browser.get("/v1/sessions").json["items"][0]["id"]
    asked = [
        bob.get(f"/v1/projects/{studio.project_id}"),
        bob.get(f"/v1/clips/{studio.clip_ids[0]}"),
        bob.get(f"/v1/generations/{ordered}"),
        bob.post(f"/v1/generations/{ordered}/cancel"),
        bob.get(f"/v1/generations/{ordered}/outputs/1/link"),
        bob.post(f"/v1/clips/{studio.clip_ids[0]}/parts", {"numbers": [1]}),
        bob.delete(f"/v1/sessions/{session_id}"),
    ]
    assert {reply.status for reply in asked} == {404}
    nothing = bob.get(f"/v1/generations/{uuid4()}")
    assert nothing.json["error"]["message"] == asked[2].json["error"]["message"]
    assert not_found(engine, bob) == 8
    for _ in range(limits.NOT_FOUND_PER_HOUR):
        bob.get(f"/v1/projects/{studio.project_id}")
    assert not_found(engine, bob) == limits.NOT_FOUND_PER_HOUR
    assert studio.browser.get("/v1/me").status == 200


def not_found(engine: Engine, browser: Browser) -> int:
    with engine.connect() as connection:
        found = connection.execute(
            text("SELECT count(*) FROM audit_events WHERE action = 'not_found' AND actor_id = :user"),
            {"user": browser.user["id"]},
        )
        return int(found.scalar_one())


@pytest.mark.parametrize("name", ["role", "credits", "user_id", "price", "email_verified", "email"])
def test_scenario_19_nobody_sets_what_is_not_theirs_to_set(ada: Browser, name: str) -> None:
    before = ada.get("/v1/me").json
    reply = ada.send("PATCH", "/v1/me", {"name": "Eve", name: "admin"})
    assert (reply.status, reply.metadata["fields"][0]["code"]) == (422, "extra_forbidden")
    assert ada.get("/v1/me").json == before


def test_scenario_20_administration_takes_the_role_and_the_password_given_lately(
    ada: Browser, bob: Browser, engine: Engine
) -> None:
    role = f"/v1/admin/users/{bob.user['id']}/role"
    assert (ada.get("/v1/admin/audit").status, ada.get("/v1/admin/audit").code) == (403, "role_required")
    change(engine, "UPDATE users SET role = 'admin' WHERE email = 'ada@example.com'")
    assert ada.get("/v1/admin/audit").status == 200
    assert ada.send("PUT", role, {"role": "admin"}).code == "role_required"
    change(engine, "UPDATE users SET role = 'super_admin' WHERE email = 'ada@example.com'")
    change(engine, "UPDATE sessions SET authenticated_at = now() - make_interval(secs => :s)", s=limits.FRESH_S + 1)
    for reply in (ada.get("/v1/admin/audit"), ada.send("PUT", role, {"role": "admin"})):
        assert (reply.status, reply.code) == (403, "password_required")
    assert ada.post("/v1/me/confirm-password", {"password": WRONG}).code == "wrong_password"
    assert ada.post("/v1/me/confirm-password", {"password": PASSWORD}).status == 204
    promoted = ada.send("PUT", role, {"role": "admin"})
    assert (promoted.status, promoted.json["role"]) == (200, "admin")
    own = ada.send("PUT", f"/v1/admin/users/{ada.user['id']}/role", {"role": "user"})
    assert (own.status, own.code) == (409, "own_role")
    assert ada.send("PUT", f"/v1/admin/users/{uuid4()}/role", {"role": "user"}).code == "unknown_user"
    events = ada.get(f"/v1/admin/audit?user_id={bob.user['id']}").json["items"]
    assert [each["action"] for each in events] == ["role_changed", "signed_up"]
    assert events[0]["detail"] == {"from": "user", "to": "admin"}
    assert events[0]["actor_id"] == ada.user["id"]


def replace_network(browser: Browser, source_ip: str) -> Browser:
    """The same device, somewhere else."""
    return Browser(browser.deps, source_ip=source_ip, cookies=dict(browser.cookies))


@contextmanager
def statements(engine: Engine) -> Any:
    """The statements that are sent meanwhile, in order."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)
