"""Access tokens and socket tickets (signed JWTs), and refresh tokens (opaque)."""

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from typing import Any, Final, Literal
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import GuestProtocol, OKPKey

from medley.errors import NotSignedIn
from medley.limits import ACCESS_TOKEN_S, SOCKET_TICKET_S
from medley.ports.identity import Claims, Clock, RefreshToken, Ticket
from medley.runtime.token_keys import TokenKeys

ALGORITHM: Final = "Ed25519"  # EdDSA on that curve, by the name RFC 9864 gives it
AUDIENCE: Final = "medley-api"
SKEW_S: Final = 30  # seconds by which the clocks of two servers may differ
TOKEN_CHARACTERS: Final = 2_048  # ours have about 500; nothing longer is parsed
SECRET_BYTES: Final = 32
TAG_BYTES: Final = 18
_REFRESH: Final = re.compile(r"[A-Za-z0-9_-]{64}(?:[A-Za-z0-9_-]{24})?")  # base64url of 16 + SECRET_BYTES + TAG_BYTES

Kind = Literal["access", "ticket"]
_LIFETIME_S: Final[dict[Kind, int]] = {"access": ACCESS_TOKEN_S, "ticket": SOCKET_TICKET_S}


class SignedTokens:
    """Tokens (ports.identity): JWTs signed with the first of our Ed25519 keys, good if signed with any of them.

    Only that algorithm is accepted, the key is never taken from the token but named by its `kid`, and `typ` keeps a
    ticket from passing for an access token.

    A refresh token is base64url of its session's id, a secret, and a tag by which we know it again (tokens of 0.1 have
    none). The secret of its child is an HMAC of its own under the refresh key, so only we can go from one to the next.
    """

    def __init__(self, keys: str, issuer: str, clock: Clock) -> None:
        self._keys = TokenKeys.parse(keys)
        self._issuer = issuer
        self._clock = clock

    def access(self, claims: Claims) -> str:
        return self._sign("access", claims)

    def ticket(self, claims: Claims, origin: str) -> str:
        return self._sign("ticket", claims, jti=secrets.token_urlsafe(16), ori=origin)

    def read_access(self, token: str) -> Claims:
        return _claims(self._read("access", token))

    def read_ticket(self, token: str) -> Ticket:
        found = self._read("ticket", token)
        origin = found.get("ori")
        return Ticket(_claims(found), _digest(token.encode()), origin if isinstance(origin, str) else None)

    def refresh(self, session_id: UUID) -> RefreshToken:
        return self._refresh_token(session_id, secrets.token_bytes(SECRET_BYTES))

    def children(self, token: RefreshToken) -> Sequence[RefreshToken]:
        parent = base64.urlsafe_b64encode(_raw(token.text)[: 16 + SECRET_BYTES])
        return [
            self._refresh_token(token.session_id, hmac.digest(key, parent, hashlib.sha256))
            for key in self._keys.refresh
        ]

    def read_refresh(self, text: str) -> RefreshToken:
        if not _REFRESH.fullmatch(text):
            raise NotSignedIn("Sign in again.", code="session_ended")
        raw = _raw(text)
        known, tag = raw[: 16 + SECRET_BYTES], raw[16 + SECRET_BYTES :]
        issued = any(hmac.compare_digest(_tag(key, known), tag) for key in self._keys.refresh)
        return RefreshToken(UUID(bytes=raw[:16]), text, _digest(known[16:]), issued=issued)

    def _refresh_token(self, session_id: UUID, secret: bytes) -> RefreshToken:
        known = session_id.bytes + secret
        text = base64.urlsafe_b64encode(known + _tag(self._keys.refresh[0], known)).decode()
        return RefreshToken(session_id, text, _digest(secret), issued=True)

    def _sign(self, kind: Kind, claims: Claims, **more: str) -> str:
        now = int(self._clock.now().timestamp())
        payload: dict[str, Any] = {
            "iss": self._issuer,
            "aud": AUDIENCE,
            "iat": now,
            "nbf": now,
            "exp": now + _LIFETIME_S[kind],
            "sub": str(claims.user_id),
            "sid": str(claims.session_id),
            "typ": kind,
            **more,
        }
        key = self._keys.signing[0]
        return jwt.encode({"alg": ALGORITHM, "kid": key.kid}, payload, key, algorithms=[ALGORITHM])

    def _read(self, kind: Kind, token: str) -> dict[str, Any]:
        """The claims of a token of this kind. Raises: NotSignedIn."""
        required = jwt.JWTClaimsRegistry(
            now=int(self._clock.now().timestamp()),
            leeway=SKEW_S,
            iss={"essential": True, "value": self._issuer},
            aud={"essential": True, "value": AUDIENCE},
            exp={"essential": True},
            nbf={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
            sid={"essential": True},
            typ={"essential": True, "value": kind},
        )
        try:
            found = self._verified(token)
            required.validate(found)
            _claims(found)
            return found  # noqa: TRY300 - what it says was read
        except (JoseError, ValueError, TypeError, AttributeError) as error:
            raise NotSignedIn("The token is not valid, or not any more.", code="invalid_token") from error

    def _verified(self, token: str) -> dict[str, Any]:
        """The claims of a token we signed. Raises: JoseError, ValueError."""
        if len(token) > TOKEN_CHARACTERS:
            raise ValueError("no token of ours is that long")
        return jwt.decode(token, self._named_key, algorithms=[ALGORITHM]).claims

    def _named_key(self, token: GuestProtocol) -> OKPKey:
        """The key of ours that a token names. Raises: ValueError."""
        named = token.headers().get("kid")
        for key in self._keys.signing:
            if key.kid == named:
                return key
        raise ValueError("signed with another key")


def _claims(found: dict[str, Any]) -> Claims:
    """Raises: ValueError, TypeError, AttributeError."""
    return Claims(UUID(found["sub"]), UUID(found["sid"]))


def _raw(refresh_token: str) -> bytes:
    return base64.urlsafe_b64decode(refresh_token)


def _tag(key: bytes, known: bytes) -> bytes:
    """What shows that a refresh token was made here. A child's HMAC is of base64url, which has no line end."""
    return hmac.digest(key, b"issued\n" + known, hashlib.sha256)[:TAG_BYTES]


def _digest(secret: bytes) -> str:
    return hashlib.sha256(secret).hexdigest()
