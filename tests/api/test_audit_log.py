"""The audit log: acts that matter are in it, nobody fills it, and no secret is."""

from typing import Any

import pytest
from sqlalchemy import Engine, text

from functions.api.dependencies import Dependencies
from medley import limits
from tests.api.gateway import PASSWORD, Browser

WRONG = "not the password"
ASKED_AGAIN: dict[str, dict[str, str]] = {  # where somebody signed in gives the password again
    "/v1/me/email": {"email": "ada@example.org"},
    "/v1/me/confirm-password": {},
    "/v1/me/exports": {},
    "/v1/me/password": {"new_password": "another private sentence"},
    "/v1/me/delete": {},
}


def logged(engine: Engine, action: str) -> list[dict[str, Any]]:
    with engine.connect() as connection:
        found = connection.execute(
            text("SELECT * FROM audit_events WHERE action = :action ORDER BY id"), {"action": action}
        )
        return [dict(row) for row in found.mappings()]


def test_a_wrong_password_at_signing_in_is_written_down_about_its_account(
    deps: Dependencies, ada: Browser, engine: Engine
) -> None:
    eve = Browser(deps, source_ip="198.51.100.66")
    assert eve.sign_in("ada@example.com", WRONG).status == 401
    [event] = logged(engine, "wrong_password")
    assert (str(event["user_id"]), event["actor_id"], event["detail"]) == (ada.user["id"], None, {})
    assert event["network"] == "198.51.100.66"
    assert eve.sign_in("nobody@example.com", WRONG).status == 401
    assert eve.sign_in("ada@example.com").status == 200
    assert len(logged(engine, "wrong_password")) == 1


@pytest.mark.parametrize("path", ASKED_AGAIN)
def test_a_wrong_password_where_it_is_asked_for_again_is_written_down(ada: Browser, engine: Engine, path: str) -> None:
    assert ada.post(path, {"password": WRONG, **ASKED_AGAIN[path]}).code == "wrong_password"
    [event] = logged(engine, "wrong_password")
    assert str(event["user_id"]) == str(event["actor_id"]) == ada.user["id"]


def test_wrong_passwords_without_end_fill_no_log(
    deps: Dependencies, ada: Browser, bob: Browser, engine: Engine
) -> None:
    for n in range(limits.WRONG_PASSWORDS_PER_HOUR + 15):
        eve = Browser(deps, source_ip=f"198.51.100.{n}")
        assert eve.sign_in("ada@example.com", WRONG).status == 401
    assert len(logged(engine, "wrong_password")) == limits.WRONG_PASSWORDS_PER_HOUR
    assert bob.post("/v1/me/confirm-password", {"password": WRONG}).code == "wrong_password"
    assert len(logged(engine, "wrong_password")) == limits.WRONG_PASSWORDS_PER_HOUR + 1, "about somebody else"


def test_an_address_that_was_asked_for_is_written_down_before_it_is_anybodys(ada: Browser, engine: Engine) -> None:
    asked = [
        ada.post("/v1/me/email", {"email": "ada@example.org", "password": PASSWORD})
        for _ in range(limits.ADDRESSES_PER_USER + 3)
    ]
    assert [reply.status for reply in asked] == [202] * limits.ADDRESSES_PER_USER + [429] * 3
    events = logged(engine, "email_change_asked")
    assert len(events) == limits.ADDRESSES_PER_USER
    assert {(str(event["user_id"]), str(event["actor_id"])) for event in events} == {(ada.user["id"],) * 2}


def test_no_secret_is_in_the_log(deps: Dependencies, ada: Browser, engine: Engine) -> None:
    for path, more in ASKED_AGAIN.items():
        if path != "/v1/me/delete":
            ada.post(path, {"password": WRONG, **more})
            ada.post(path, {"password": PASSWORD, **more})
        ada.sign_in("ada@example.com", WRONG)
    ada.get("/v1/projects/01890f3e-7c2a-7d3e-9b1a-2f6d6c1e0c03")
    with engine.connect() as connection:
        log = "\n".join(connection.scalars(text("SELECT e::text FROM audit_events e")))
    for action in ("wrong_password", "password_changed", "email_change_asked", "export_asked", "not_found"):
        assert action in log
    for secret in (WRONG, PASSWORD, "another private sentence", "@example", ada.token or "", *ada.cookies.values()):
        assert secret not in log
