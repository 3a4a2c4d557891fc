"""Where a request comes from: the gateway says so, or a proxy that shows our secret; IPv6 counts by network."""

from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import Engine, text

from functions.api.dependencies import Dependencies
from functions.api.request_context import viewer_address
from medley import limits
from medley.settings import CallerSettings
from tests.api.gateway import PASSWORD, Browser, Reply

SECRET, NEXT_SECRET = "a secret of the proxy", "the one that comes after it"
EDGE = "198.51.100.1"  # an address of the proxy: everybody's


@pytest.fixture
def proxied(deps: Dependencies) -> Dependencies:
    return replace(deps, caller=CallerSettings.model_validate({"proxy_secrets": [SECRET, NEXT_SECRET]}))


def guess(deps: Dependencies, viewer: str, *, secret: str | None = SECRET, email: str = "ada@example.com") -> Reply:
    """A wrong password, by way of the proxy."""
    headers = {"cloudfront-viewer-address": viewer} | ({} if secret is None else {"x-origin-verify": secret})
    body = {"email": email, "password": "a guess"}
    return Browser(deps, source_ip=EDGE).send("POST", "/v1/auth/sign-in", body, headers=headers, documented=False)


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("203.0.113.9:46532", "203.0.113.9"),
        ("2001:db8:85a3::8a2e:370:7334:46532", "2001:db8:85a3::8a2e:370:7334"),
        ("2001:0db8:85a3:0000:0000:8a2e:0370:7334:46532", "2001:db8:85a3::8a2e:370:7334"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        (" 203.0.113.9:1 ", "203.0.113.9"),
        ("203.0.113.9", None),
        ("203.0.113.9:", None),
        ("203.0.113.9:x", None),
        ("203.0.113.9:٣", None),
        ("203.0.113.9:1,203.0.113.10:2", None),
        ("[203.0.113.9:1", None),
        ("example.com:443", None),
        (":443", None),
        ("", None),
    ],
)
def test_what_the_proxy_says_is_read(value: str, address: str | None) -> None:
    assert viewer_address(value) == address


@pytest.mark.parametrize("secret", [SECRET, NEXT_SECRET])
def test_callers_behind_the_proxy_are_told_apart(proxied: Dependencies, ada: Browser, secret: str) -> None:
    for n in range(limits.SIGN_IN_FAILURES_PER_ADDRESS + 1):
        assert guess(proxied, f"203.0.113.{n}:4000", secret=secret, email=f"user{n}@example.com").status == 401
    for port in range(limits.SIGN_IN_FAILURES):
        assert guess(proxied, f"192.0.2.7:{port}", secret=secret).status == 401
    assert guess(proxied, "192.0.2.7:9999", secret=secret).status == 429


@pytest.mark.parametrize("secret", [None, "", "a secret of the prox", f"{SECRET},{SECRET}", "ä" * 20])
def test_past_the_proxy_nobody_is_answered(
    proxied: Dependencies, ada: Browser, engine: Engine, secret: str | None
) -> None:
    """Whatever is asked, even where there is nothing; what guards the proxy's door would be of no use otherwise."""

    def counted() -> Any:
        with engine.connect() as connection:
            return connection.execute(text("SELECT sum(failures) FROM sign_in_failures")).scalar()

    before = counted()
    reply = guess(proxied, "203.0.113.9:4000", secret=secret)
    assert (reply.status, reply.code) == (403, "direct_request")
    assert counted() == before
    headers = {} if secret is None else {"x-origin-verify": secret}
    stranger = Browser(proxied, source_ip=EDGE, token=ada.token)
    for method, path in (("GET", "/v1/me"), ("GET", "/openapi.json"), ("GET", "/readyz"), ("BREW", "/nothing")):
        reply = stranger.send(method, path, headers=headers, documented=False)
        assert (reply.status, reply.code) == (403, "direct_request")


@pytest.mark.parametrize("secret", [None, "no secret of the proxy", SECRET])
def test_whether_the_api_lives_anybody_may_ask(proxied: Dependencies, secret: str | None) -> None:
    headers = {} if secret is None else {"x-origin-verify": secret}
    for method in ("GET", "HEAD"):
        assert Browser(proxied).send(method, "/healthz", headers=headers).status == 200


@pytest.mark.parametrize("secret", [SECRET, "", None])
def test_where_there_is_no_proxy_nobody_is(deps: Dependencies, ada: Browser, secret: str | None) -> None:
    for n in range(limits.SIGN_IN_FAILURES):
        assert guess(deps, f"203.0.113.{n}:4000", secret=secret).status == 401
    assert guess(deps, "203.0.113.99:4000", secret=secret).status == 429


def test_a_proxy_that_does_not_say_who_is_calling_is_the_caller(proxied: Dependencies, ada: Browser) -> None:
    for _ in range(limits.SIGN_IN_FAILURES):
        assert guess(proxied, "").status == 401
    assert guess(proxied, "").status == 429


def test_the_addresses_of_one_ipv6_network_are_one_caller(proxied: Dependencies, ada: Browser) -> None:
    for n in range(limits.SIGN_IN_FAILURES):
        assert guess(proxied, f"2001:db8:0:1:{n}::{n}:4000").status == 401
    assert guess(proxied, "2001:db8:0:1:ffff::1:4000").status == 429
    assert guess(proxied, "2001:db8:0:2::1:4000").status == 401


def test_accounts_from_one_ipv6_network_are_counted_together(deps: Dependencies, engine: Engine) -> None:
    body = {"email": "one@example.com"}
    assert Browser(deps, source_ip="2001:db8:0:1::1").post("/v1/auth/sign-up", body).status == 202
    with engine.begin() as connection:
        connection.execute(text("UPDATE sign_in_failures SET failures = :n"), {"n": limits.MAILS_PER_NETWORK})
    body |= {"email": "two@example.com"}
    assert Browser(deps, source_ip="2001:db8:0:1::2").post("/v1/auth/sign-up", body).status == 429
    assert Browser(deps, source_ip="2001:db8:0:2::1").post("/v1/auth/sign-up", body).status == 202


def test_a_device_is_kept_with_the_address_it_came_from(proxied: Dependencies, ada: Browser, engine: Engine) -> None:
    headers = {"cloudfront-viewer-address": "2001:db8::7:4000", "x-origin-verify": SECRET}
    body = {"email": "ada@example.com", "password": PASSWORD}
    assert Browser(proxied, source_ip=EDGE).post("/v1/auth/sign-in", body, headers=headers).status == 200
    with engine.connect() as connection:
        kept = connection.execute(text("SELECT address, network FROM sessions ORDER BY created_at DESC LIMIT 1")).one()
    assert tuple(kept) == ("2001:db8::7", "2001:db8::/64")


def test_strangers_everywhere_do_not_keep_the_owner_out(deps: Dependencies, ada: Browser) -> None:
    for n in range(limits.SIGN_IN_FAILURES_PER_ACCOUNT):
        stranger = Browser(deps, source_ip=f"198.51.100.{n % 10}")
        assert stranger.sign_in("ada@example.com", "a guess").status == 401
    assert Browser(deps, source_ip="192.0.2.1").sign_in("ada@example.com").status == 429
    home = Browser(deps, source_ip=ada.source_ip)
    assert home.sign_in("ada@example.com").status == 200
    for _ in range(limits.SIGN_IN_FAILURES):
        assert home.sign_in("ada@example.com", "a guess").status == 401
    assert home.sign_in("ada@example.com").status == 429  # home is limited as any other place


def test_a_secret_that_could_be_guessed_is_none() -> None:
    long_enough = "x" * limits.PROXY_SECRET_CHARACTERS
    assert len(CallerSettings.model_validate({"proxy_secrets": [long_enough]}).proxy_secrets) == 1
    with pytest.raises(ValidationError):
        CallerSettings.model_validate({"proxy_secrets": [long_enough[1:]]})
