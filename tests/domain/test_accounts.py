"""Decisions about accounts."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from medley import limits
from medley.domain.accounts import (
    Refresh,
    Session,
    attempt_limits,
    check_password,
    decide_refresh,
    network_of,
    normalise_email,
)
from medley.domain.weak_passwords import WEAK_PASSWORDS
from medley.errors import InvalidInput

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
SESSION = Session(
    id=uuid4(),
    user_id=uuid4(),
    refresh_hash="current",
    previous_hash="previous",
    rotated_at=NOW,
    expires_at=NOW + timedelta(days=30),
    read_at=NOW,
)


@pytest.mark.parametrize(
    ("presented", "seconds", "decision"),
    [
        ("current", 0, Refresh.KEEP),
        ("current", limits.REFRESH_GRACE_S, Refresh.KEEP),
        ("current", limits.REFRESH_GRACE_S + 0.001, Refresh.ROTATE),
        ("previous", 0, Refresh.REPEAT),
        ("previous", limits.REFRESH_GRACE_S, Refresh.REPEAT),
        ("previous", limits.REFRESH_GRACE_S + 0.001, Refresh.REVOKE),
        ("older", 0, Refresh.REVOKE),
        ("current", 30 * 86_400 - 0.001, Refresh.ROTATE),
        ("current", 30 * 86_400, Refresh.REFUSE),
    ],
)
def test_a_refresh_token_is_judged_by_its_place_and_its_age(presented: str, seconds: float, decision: Refresh) -> None:
    session = replace(SESSION, read_at=NOW + timedelta(seconds=seconds))
    assert decide_refresh(session, presented, issued=True) is decision


def test_a_token_nobody_issued_ends_no_session() -> None:
    assert decide_refresh(SESSION, "made up", issued=False) is Refresh.REFUSE


@pytest.mark.parametrize(("presented", "decision"), [("current", Refresh.KEEP), ("previous", Refresh.REPEAT)])
def test_a_token_is_known_by_its_row_where_its_key_is_gone(presented: str, decision: Refresh) -> None:
    assert decide_refresh(SESSION, presented, issued=False) is decision


@pytest.mark.parametrize("ended", [{"revoked_at": NOW}, {"user_disabled": True}])
@pytest.mark.parametrize("presented", ["current", "previous", "older"])
def test_an_ended_session_is_refused_whatever_is_presented(ended: dict[str, object], presented: str) -> None:
    session = replace(SESSION, **ended)  # type: ignore[arg-type]  # a table
    assert decide_refresh(session, presented, issued=True) is Refresh.REFUSE


def test_a_session_that_was_never_rotated_has_no_previous_token() -> None:
    session = replace(SESSION, previous_hash=None)
    assert decide_refresh(session, "older", issued=True) is Refresh.REVOKE
    assert decide_refresh(session, "current", issued=True) is Refresh.ROTATE


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("Ada@Example.COM", "ada@example.com"),
        ("  ada@example.com\r\n", "ada@example.com"),
        ("\uff41da\uff20example.com", "ada@example.com"),
        ("ada@example\uff0ecom", "ada@example.com"),
        ("a\u0323\u0307@x.io", "ạ̇@x.io"),
    ],
)
def test_an_address_has_one_spelling(written: str, normal: str) -> None:
    assert normalise_email(written) == normal
    assert normalise_email(normal) == normal


def test_what_is_longer_than_any_address_is_not_made_one() -> None:
    endless = "a" + "\u0301" * 20_000 + "\u0323" * 20_000  # sorting them takes the square
    began = time.process_time()
    assert normalise_email(endless) == endless
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("a" + "b" * (limits.PASSWORD_CHARACTERS_MIN - 2), "too_short"),
        ("ab" * (limits.PASSWORD_CHARACTERS_MAX // 2) + "c", "too_long"),
        ("aaaaaaaa", "well_known"),
        ("PassWord123", "well_known"),
        ("lovelace@example.com", "is_email"),
        ("LOVELACE", "is_email"),
    ],
)
def test_a_password_that_would_be_guessed_is_refused(password: str, reason: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        check_password(password, "lovelace@example.com")
    assert (raised.value.code, raised.value.metadata["reason"]) == ("weak_password", reason)
    assert password not in raised.value.message


@pytest.mark.parametrize("length", [limits.PASSWORD_CHARACTERS_MIN, 64, limits.PASSWORD_CHARACTERS_MAX])
def test_any_other_password_is_accepted(length: int) -> None:
    check_password(("x7$ 🦊é" * 32)[:length], "ada@example.com")


def test_the_list_of_weak_passwords_holds_what_can_be_entered() -> None:
    assert len(WEAK_PASSWORDS) > 400
    assert {"password", "12345678", "qwertyuiop", "iloveyou"} <= WEAK_PASSWORDS
    assert all(len(word) >= limits.PASSWORD_CHARACTERS_MIN and word == word.casefold() for word in WEAK_PASSWORDS)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8::1", "2001:db8::/64"),
        ("2001:db8:0:1:ffff:ffff:ffff:ffff", "2001:db8:0:1::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("", ""),
        ("unix", "unix"),
    ],
)
def test_a_caller_is_an_ipv4_address_or_an_ipv6_network(address: str, network: str) -> None:
    assert network_of(address, 64) == network


def test_where_the_owner_was_before_the_limit_on_the_account_is_not_for_them() -> None:
    assert "email:ada@x.io" not in attempt_limits("ada@x.io", "192.0.2.1", known=True)


def test_an_attempt_counts_against_account_address_and_both() -> None:
    ours, theirs = (attempt_limits("ada@x.io", f"192.0.2.{n}", known=False) for n in (1, 2))
    assert len(ours) == 3
    assert ours.keys() & theirs.keys() == {"email:ada@x.io"}
    assert ours["email:ada@x.io"] > ours["ip:192.0.2.1"] > ours["email:ada@x.io ip:192.0.2.1"]
