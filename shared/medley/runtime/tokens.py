"""Access tokens and socket tickets (signed JWTs), and refresh tokens (opaque)."""

import base64
import hashlib
import hmac
import json
import re
import secrets
from typing import Any, Final, Literal
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from medley.errors import NotSignedIn
from medley.limits import ACCESS_TOKEN_S, SOCKET_TICKET_S
from medley.ports.identity import Claims, Clock, RefreshToken

ALGORITHM: Final = "Ed25519"  # EdDSA on that curve, by the name RFC 9864 gives it
AUDIENCE: Final = "medley-api"
SKEW_S: Final = 30  # seconds by which the clocks of two servers may differ
TOKEN_CHARACTERS: Final = 2_048  # ours have about 500; nothing longer is parsed
SECRET_BYTES: Final = 32
_REFRESH: Final = re.compile(r"[A-Za-z0-9_-]{64}")  # base64url of 16 + SECRET_BYTES bytes

Kind = Literal["access", "ticket"]
_LIFETIME_S: Final[dict[Kind, int]] = {"access": ACCESS_TOKEN_S, "ticket": SOCKET_TICKET_S}


def new_private_key() -> str:
    """A fresh Ed25519 private JWK, as JSON: what TOKEN_PRIVATE_KEY holds."""
    return json.dumps(OKPKey.generate_key("Ed25519", private=True).as_dict(private=True))


class SignedTokens:
    """Tokens (ports.identity): JWTs signed with one Ed25519 key.

    Only that algorithm is accepted, the key is never taken from the token, and `typ` keeps a ticket from passing
    for an access token. A refresh token is base64url of its session's id and a secret; the secret of its child is an
    HMAC of its own under a key derived from the private key, so only we can go from one to the next.
    """

    def __init__(self, private_key: str, issuer: str, clock: Clock) -> None:
        self._key = OKPKey.import_key(json.loads(private_key))
        self._key.ensure_kid()
        self._rotation_key = hashlib.sha256(b"medley refresh rotation\n" + private_key.encode()).digest()
        self._issuer = issuer
        self._clock = clock

    def access(self, claims: Claims) -> str:
        return self._sign("access", claims)

    def ticket(self, claims: Claims) -> str:
        return self._sign("ticket", claims)

    def read_access(self, token: str) -> Claims:
        return self._read("access", token)

    def read_ticket(self, token: str) -> Claims:
        return self._read("ticket", token)

    def refresh(self, session_id: UUID) -> RefreshToken:
        return _refresh_token(session_id, secrets.token_bytes(SECRET_BYTES))

    def child(self, token: RefreshToken) -> RefreshToken:
        secret = hmac.digest(self._rotation_key, token.text.encode(), hashlib.sha256)
        return _refresh_token(token.session_id, secret)

    def read_refresh(self, text: str) -> RefreshToken:
        if not _REFRESH.fullmatch(text):
            raise NotSignedIn("Sign in again.", code="session_ended")
        raw = base64.urlsafe_b64decode(text)
        return _refresh_token(UUID(bytes=raw[:16]), raw[16:])

    def _sign(self, kind: Kind, claims: Claims) -> str:
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
        }
        return jwt.encode({"alg": ALGORITHM, "kid": self._key.kid}, payload, self._key, algorithms=[ALGORITHM])

    def _read(self, kind: Kind, token: str) -> Claims:
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
            return Claims(UUID(found["sub"]), UUID(found["sid"]))
        except (JoseError, ValueError, TypeError, AttributeError) as error:
            raise NotSignedIn("The token is not valid, or not any more.", code="invalid_token") from error

    def _verified(self, token: str) -> dict[str, Any]:
        """The claims of a token we signed. Raises: JoseError, ValueError."""
        if len(token) > TOKEN_CHARACTERS:
            raise ValueError("no token of ours is that long")
        decoded = jwt.decode(token, self._key, algorithms=[ALGORITHM])
        if decoded.header.get("kid") != self._key.kid:
            raise ValueError("signed with another key")
        return decoded.claims


def _refresh_token(session_id: UUID, secret: bytes) -> RefreshToken:
    text = base64.urlsafe_b64encode(session_id.bytes + secret).decode()
    return RefreshToken(session_id, text, hashlib.sha256(secret).hexdigest())
