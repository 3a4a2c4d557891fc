"""Secrets (ports.identity): 256 bits of the system's randomness, in base64url."""

import hashlib
import re
import secrets
from typing import Final

from medley.ports.identity import Secret

SECRET_BYTES: Final = 32
_SHAPE: Final = re.compile(r"[A-Za-z0-9_-]{43}")


class RandomSecrets:
    """Made anew each time; known again by their SHA-256, for there is nothing to guess in 256 random bits."""

    def new(self) -> Secret:
        return _secret(secrets.token_urlsafe(SECRET_BYTES))

    def read(self, text: str) -> Secret | None:
        return _secret(text) if _SHAPE.fullmatch(text) else None


def _secret(text: str) -> Secret:
    return Secret(text, hashlib.sha256(text.encode()).hexdigest())
