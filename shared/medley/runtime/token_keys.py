"""The keys behind tokens, as one JWK Set (RFC 7517): Ed25519 keys sign, `oct` keys are for refresh tokens.

Of each kind the first is in use and all are accepted. So a key is replaced without anyone noticing: put the new one
second and deploy, put it first and deploy, and take the old one away when nothing it made is good any more.
"""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass
from typing import Any, Final

from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from medley.settings import TokenSettings

REFRESH_KEY_BYTES: Final = 32


@dataclass(frozen=True)
class TokenKeys:
    """At least one key of each kind; `signing` keys have a `kid` each, the thumbprint unless one is given."""

    signing: tuple[OKPKey, ...]
    refresh: tuple[bytes, ...]

    @classmethod
    def parse(cls, text: str) -> "TokenKeys":
        """Read a JWK Set.

        Raises:
            ValueError: it is none, or lacks a kind of key, or has two of one `kid`. The message holds no key.
        """
        try:
            entries = json.loads(text)["keys"]
            signing = tuple(_signing(each) for each in entries if each["kty"] == "OKP")
            refresh = tuple(_refresh(each) for each in entries if each["kty"] == "oct")
        except (JoseError, ValueError, TypeError, KeyError):
            raise ValueError("The token keys are not a JWK Set of Ed25519 and oct keys.") from None
        if not signing or not refresh or len(signing) + len(refresh) != len(entries):
            raise ValueError("The token keys have at least one Ed25519 and one oct key, and no others.")
        if len({key.kid for key in signing}) != len(signing):
            raise ValueError("Two of the token keys have one kid.")
        return cls(signing, refresh)


def configured(settings: TokenSettings) -> str:
    """The keys that TOKEN_* describe. Raises: NotFound, SecretsUnavailable, where a secret holds them."""
    if settings.keys is not None:
        return settings.keys.get_secret_value()
    from medley.aws.secrets import SecretStore

    return SecretStore.from_environment().read(settings.secret or "")


def new_keys() -> str:
    """A fresh key of each kind, as JSON: what TOKEN_KEYS holds."""
    signing = OKPKey.generate_key("Ed25519", private=True).as_dict(private=True)
    return _key_set(signing, secrets.token_bytes(REFRESH_KEY_BYTES))


def of_one_key(private_key: str) -> str:
    """The keys behind tokens made by 0.1, which knew one Ed25519 JWK and derived the refresh key from its text."""
    return _key_set(
        json.loads(private_key), hashlib.sha256(b"medley refresh rotation\n" + private_key.encode()).digest()
    )


def _key_set(signing: Any, refresh: bytes) -> str:
    key = OKPKey.import_key(signing)
    key.ensure_kid()
    value = base64.urlsafe_b64encode(refresh).decode().rstrip("=")
    return json.dumps({"keys": [key.as_dict(private=True), {"kty": "oct", "k": value}]})


def _signing(entry: Any) -> OKPKey:
    key = OKPKey.import_key(entry)
    if not key.is_private or entry.get("crv") != "Ed25519":
        raise ValueError("not a private Ed25519 key")
    key.ensure_kid()
    return key


def _refresh(entry: Any) -> bytes:
    value: str = entry["k"]
    key = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
    if len(key) < REFRESH_KEY_BYTES:
        raise ValueError("too short")
    return key
