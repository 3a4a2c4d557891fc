"""Access tokens: every one that we did not sign for this purpose, or not for now, is refused."""

import base64
import hmac
import json
import re
from collections.abc import Mapping
from datetime import timedelta
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest
from joserfc import jwt
from joserfc.jwk import OKPKey

from medley import limits
from medley.errors import NotSignedIn
from medley.ports.identity import Claims
from medley.runtime.token_keys import TokenKeys, new_keys
from medley.runtime.tokens import ALGORITHM, SKEW_S, SignedTokens
from tests.api.conftest import KEYS, FakeClock
from tests.api.gateway import Browser

[SIGNER] = TokenKeys.parse(KEYS).signing


def claims_of(token: str) -> dict[str, Any]:
    payload = token.split(".")[1]
    return dict(json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))))


def segment(value: Mapping[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def sign(claims: Mapping[str, Any], key: OKPKey = SIGNER, **header: Any) -> str:
    return jwt.encode({"alg": ALGORITHM, "kid": SIGNER.kid, **header}, dict(claims), key, algorithms=[ALGORITHM])


def refused(browser: Browser, token: str) -> bool:
    browser.token = token
    reply = browser.get("/v1/wallet")
    return (reply.status, reply.code, reply.headers["www-authenticate"]) == (401, "invalid_token", "Bearer")


def test_a_token_says_who_for_what_and_until_when(ada: Browser, clock: FakeClock) -> None:
    claims = claims_of(ada.token or "")
    now = int(clock.now().timestamp())
    assert claims | {"sid": ""} == {
        "iss": "medley",
        "aud": "medley-api",
        "iat": now,
        "nbf": now,
        "exp": now + limits.ACCESS_TOKEN_S,
        "sub": ada.user["id"],
        "sid": "",
        "typ": "access",
    }


def test_a_token_without_signature_is_refused(ada: Browser) -> None:
    claims = segment(claims_of(ada.token or ""))
    for alg in ("none", "None", "NONE"):
        assert refused(ada, f"{segment({'alg': alg, 'typ': 'JWT'})}.{claims}.")
        assert refused(ada, f"{segment({'alg': alg, 'typ': 'JWT', 'kid': SIGNER.kid})}.{claims}.AAAA")


def test_the_public_key_is_no_secret_to_sign_with(ada: Browser) -> None:
    for public in (SIGNER.as_pem(private=False), json.dumps(SIGNER.as_dict(private=False)).encode()):
        head = f"{segment({'alg': 'HS256', 'typ': 'JWT', 'kid': SIGNER.kid})}.{segment(claims_of(ada.token or ''))}"
        signature = base64.urlsafe_b64encode(hmac.digest(public, head.encode(), "sha256")).decode().rstrip("=")
        ada_token = ada.token
        assert refused(ada, f"{head}.{signature}")
        ada.token = ada_token


def test_the_key_is_never_taken_from_the_token(ada: Browser) -> None:
    [other] = TokenKeys.parse(new_keys()).signing
    claims = claims_of(ada.token or "")
    assert refused(ada, sign(claims, other))
    assert refused(ada, sign(claims, other, kid=other.thumbprint()))
    assert refused(ada, sign(claims, other, jwk=other.as_dict(private=False)))
    assert refused(ada, sign(claims, other, jku="https://eve.example.com/keys"))
    assert refused(ada, sign(claims, kid="unknown"))
    assert refused(ada, jwt.encode({"alg": ALGORITHM}, claims, SIGNER, algorithms=[ALGORITHM]))


def of_kind(keys: str, kty: str) -> list[dict[str, str]]:
    return [key for key in json.loads(keys)["keys"] if key["kty"] == kty]


def key_set(*keys: list[dict[str, str]]) -> str:
    return json.dumps({"keys": [each for some in keys for each in some]})


def test_a_key_is_replaced_without_anyone_noticing(clock: FakeClock) -> None:
    """Old and new servers run side by side at each of the three steps."""
    old, new = new_keys(), new_keys()
    refresh = of_kind(old, "oct")
    first, second = of_kind(old, "OKP"), of_kind(new, "OKP")
    steps = [
        key_set(first, refresh),
        key_set(first, second, refresh),
        key_set(second, first, refresh),
        key_set(second, refresh),
    ]
    servers = [SignedTokens(keys, "medley", clock) for keys in steps]
    claims = Claims(uuid4(), uuid4())
    for before, after in pairwise(servers):
        assert before.read_access(after.access(claims)) == claims
        assert after.read_access(before.access(claims)) == claims
    with pytest.raises(NotSignedIn):
        servers[-1].read_access(servers[0].access(claims))


def test_the_key_of_refresh_tokens_is_replaced_by_itself(clock: FakeClock) -> None:
    old, new = new_keys(), new_keys()
    signing = of_kind(old, "OKP")
    before = SignedTokens(old, "medley", clock)
    during = SignedTokens(key_set(signing, of_kind(new, "oct"), of_kind(old, "oct")), "medley", clock)
    after = SignedTokens(key_set(signing, of_kind(new, "oct")), "medley", clock)
    token = before.refresh(uuid4())
    [child] = before.children(token)
    mine, theirs = during.children(during.read_refresh(token.text))
    assert theirs.digest == child.digest != mine.digest
    assert [each.digest for each in after.children(token)] == [mine.digest]
    assert [tokens.read_refresh(token.text).issued for tokens in (before, during, after)] == [True, True, False]
    assert after.read_refresh(token.text).digest == token.digest


def test_what_signs_does_not_make_refresh_tokens(clock: FakeClock) -> None:
    """Nor the other way round: one taken is not both."""
    keys = new_keys()
    other = key_set(of_kind(new_keys(), "OKP"), of_kind(keys, "oct"))
    token = SignedTokens(keys, "medley", clock).refresh(uuid4())
    assert SignedTokens(other, "medley", clock).read_refresh(token.text).issued


@pytest.mark.parametrize(
    "keys",
    [
        "",
        "[]",
        "{}",
        '{"keys": []}',
        '{"keys": [7]}',
        key_set(of_kind(KEYS, "OKP")),
        key_set(of_kind(KEYS, "oct")),
        key_set(of_kind(KEYS, "OKP"), of_kind(KEYS, "OKP"), of_kind(KEYS, "oct")),
        key_set(of_kind(KEYS, "OKP"), [{"kty": "oct", "k": "AAAA"}]),
        key_set(of_kind(KEYS, "OKP"), of_kind(KEYS, "oct"), [{"kty": "RSA", "n": "AAAA"}]),
        key_set([SIGNER.as_dict(private=False)], of_kind(KEYS, "oct")),
    ],
    ids=range(11),
)
def test_keys_that_are_none_are_refused_and_not_shown(keys: str) -> None:
    with pytest.raises(ValueError, match="token keys") as caught:
        TokenKeys.parse(keys)
    secrets = [value for key in json.loads(KEYS)["keys"] for name, value in key.items() if name in {"d", "k"}]
    assert not any(secret in str(caught.value) for secret in secrets)


@pytest.mark.parametrize(
    "change",
    [
        {"aud": "another-api"},
        {"iss": "another"},
        {"typ": "ticket"},
        {"typ": "refresh"},
        {"sub": "ada"},
        {"sub": 7},
        {"sid": None},
        {"exp": "tomorrow"},
        {"exp": None},
        {"iat": None},
        {"nbf": None},
    ],
)
def test_every_claim_counts(ada: Browser, change: dict[str, Any]) -> None:
    assert refused(ada, sign({name: v for name, v in (claims_of(ada.token or "") | change).items() if v is not None}))


def test_a_token_lasts_as_long_as_it_says_give_or_take_the_skew_of_clocks(ada: Browser, clock: FakeClock) -> None:
    begun = clock.now()
    for seconds, status in ((-SKEW_S, 200), (-SKEW_S - 1, 401), (limits.ACCESS_TOKEN_S + SKEW_S - 1, 200)):
        clock.time = begun + timedelta(seconds=seconds)
        assert ada.get("/v1/wallet").status == status
    clock.time = begun + timedelta(seconds=limits.ACCESS_TOKEN_S + SKEW_S + 1)
    assert ada.get("/v1/wallet").code == "invalid_token"


def test_neither_a_ticket_nor_a_refresh_token_is_an_access_token(ada: Browser) -> None:
    ticket = ada.post("/v1/socket-tickets").json["ticket"]
    assert refused(ada, ticket)
    assert refused(ada, ada.cookies["__Host-medley_refresh"])


def test_an_access_token_is_no_ticket(clock: FakeClock) -> None:
    tokens = SignedTokens(KEYS, "medley", clock)
    claims = Claims(uuid4(), uuid4())
    ticket, other = (tokens.read_ticket(tokens.ticket(claims, "https://app.example.com")) for _ in range(2))
    assert (ticket.claims, ticket.origin) == (claims, "https://app.example.com")
    assert ticket.digest != other.digest
    with pytest.raises(NotSignedIn):
        tokens.read_ticket(tokens.access(claims))


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", "not_signed_in"),
        ("Bearer", "not_signed_in"),
        ("Bearer    ", "not_signed_in"),
        ("Basic YWRhOnNlY3JldA==", "not_signed_in"),
        ("Bearer x", "invalid_token"),
        ("Bearer a.b.c", "invalid_token"),
        ("Bearer ..", "invalid_token"),
        ("Bearer é.日本.🦊", "invalid_token"),
        ("Bearer \x00", "invalid_token"),
        ("Bearer " + "x" * 100_000, "invalid_token"),
    ],
)
def test_a_header_that_makes_no_sense_is_no_sign_in(visitor: Browser, header: str, code: str) -> None:
    reply = visitor.get("/v1/wallet", headers={"authorization": header})
    assert (reply.status, reply.code) == (401, code)


def test_two_tokens_are_none(ada: Browser) -> None:
    reply = ada.get("/v1/wallet", headers={"authorization": f"Bearer {ada.token},Bearer {ada.token}"})
    assert reply.code == "invalid_token"


def test_the_scheme_is_read_in_any_case(ada: Browser) -> None:
    assert ada.get("/v1/wallet", headers={"authorization": f"bearer {ada.token}"}).status == 200


PUBLIC = {"/v1/apps", "/v1/limits"}  # what anybody may know


def test_every_route_below_v1_but_those_of_signing_in_wants_a_token(visitor: Browser) -> None:
    routes = visitor.get("/openapi.json").json["paths"]
    guarded = [
        (method, path)
        for path, item in routes.items()
        for method in item
        if path.startswith("/v1") and not path.startswith("/v1/auth/") and path not in PUBLIC
    ]
    assert len(guarded) > 20
    for method, path in guarded:
        target = path.replace("{n}", "1")
        target = re.sub(r"\{\w+_id\}", str(uuid4()), target)
        reply = visitor.send(method.upper(), target, {} if method in {"post", "put", "patch"} else None)
        assert (reply.status, reply.code) == (401, "not_signed_in"), target
