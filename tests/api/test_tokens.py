"""Access tokens: every one that we did not sign for this purpose, or not for now, is refused."""

import base64
import hmac
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from joserfc import jwt
from joserfc.jwk import OKPKey

from medley import limits
from medley.errors import NotSignedIn
from medley.ports.identity import Claims
from medley.runtime.tokens import ALGORITHM, SKEW_S, SignedTokens, new_private_key
from tests.api.conftest import KEY, FakeClock
from tests.api.gateway import Browser

SIGNER = OKPKey.import_key(json.loads(KEY))
SIGNER.ensure_kid()


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
    other = OKPKey.import_key(json.loads(new_private_key()))
    claims = claims_of(ada.token or "")
    assert refused(ada, sign(claims, other))
    assert refused(ada, sign(claims, other, kid=other.thumbprint()))
    assert refused(ada, sign(claims, other, jwk=other.as_dict(private=False)))
    assert refused(ada, sign(claims, other, jku="https://eve.example.com/keys"))
    assert refused(ada, sign(claims, kid="unknown"))


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
    tokens = SignedTokens(KEY, "medley", clock)
    claims = Claims(uuid4(), uuid4())
    assert tokens.read_ticket(tokens.ticket(claims)) == claims
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


def test_every_route_below_v1_but_those_of_signing_in_wants_a_token(visitor: Browser) -> None:
    routes = visitor.get("/openapi.json").json["paths"]
    open_routes = {"/v1/auth/sign-up", "/v1/auth/sign-in", "/v1/auth/refresh", "/v1/auth/sign-out"}
    guarded = [
        (method, path)
        for path, item in routes.items()
        for method in item
        if path.startswith("/v1") and path not in open_routes
    ]
    assert len(guarded) > 20
    for method, path in guarded:
        target = path.replace("{n}", "1")
        for name in ("project_id", "clip_id", "group_id", "generation_id"):
            target = target.replace(f"{{{name}}}", str(uuid4()))
        reply = visitor.send(method.upper(), target, {} if method in {"post", "put", "patch"} else None)
        assert (reply.status, reply.code) == (401, "not_signed_in"), target
