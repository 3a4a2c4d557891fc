"""Checks of a request's body: it has to be what its headers say of it, or S3 refuses it.

`Content-MD5`, `x-amz-checksum-…` and, where it was signed, `x-amz-content-sha256`. A body is checked while it passes,
so it need not be held.
"""

import base64
import binascii
import hashlib
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import Final, Protocol

from local.signatures import UNSIGNED_PAYLOAD, Refused

CHECKSUM: Final = "x-amz-checksum-"
_ABOUT: Final = frozenset({f"{CHECKSUM}{name}" for name in ("algorithm", "mode", "type")})  # are no checksums


class _Digest(Protocol):
    def update(self, data: bytes, /) -> None: ...

    def digest(self) -> bytes: ...


class _Crc32:
    def __init__(self) -> None:
        self._value = 0

    def update(self, data: bytes, /) -> None:
        self._value = zlib.crc32(data, self._value)

    def digest(self) -> bytes:
        return self._value.to_bytes(4, "big")


ALGORITHMS: Final[Mapping[str, Callable[[], _Digest]]] = {
    f"{CHECKSUM}crc32": _Crc32,
    f"{CHECKSUM}sha1": lambda: hashlib.sha1(usedforsecurity=False),
    f"{CHECKSUM}sha256": hashlib.sha256,
    "content-md5": lambda: hashlib.md5(usedforsecurity=False),
}


class BodyChecks:
    """What one request says of its body.

    Args:
        headers: names in lower case.
        payload: SHA-256 (hex) that was signed, or UNSIGNED-PAYLOAD.

    Raises:
        Refused: a checksum that cannot be one, or of a kind that is not checked here.
    """

    def __init__(self, headers: Mapping[str, str], payload: str) -> None:
        self._expected: dict[str, tuple[_Digest, bytes]] = {}
        for name in headers:
            if name == "content-md5" or (name.startswith(CHECKSUM) and name not in _ABOUT):
                self._expected[name] = _expected(name, headers[name])
        if payload != UNSIGNED_PAYLOAD:
            try:
                self._expected["payload"] = hashlib.sha256(), bytes.fromhex(payload)
            except ValueError as error:
                raise _not_implemented(f"A payload of {payload!r:.60} cannot be taken here.") from error

    def watching(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The chunks, unchanged; `require_right` after the last says whether they were as told."""
        for chunk in chunks:
            for digest, _ in self._expected.values():
                digest.update(chunk)
            yield chunk

    def require_right(self) -> None:
        """Raises: Refused, if the body was another."""
        for name, (digest, expected) in self._expected.items():
            if digest.digest() != expected:
                code = "XAmzContentSHA256Mismatch" if name == "payload" else "BadDigest"
                raise Refused(code, HTTPStatus.BAD_REQUEST, f"The body is not what {name} says.")


def _expected(name: str, value: str) -> tuple[_Digest, bytes]:
    if name not in ALGORITHMS:
        raise _not_implemented(f"{name} is not checked here.")
    digest = ALGORITHMS[name]()
    try:
        expected = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        expected = b""
    if len(expected) != len(digest.digest()):
        code = "InvalidDigest" if name == "content-md5" else "InvalidRequest"
        raise Refused(code, HTTPStatus.BAD_REQUEST, f"The value of {name} is none.")
    return digest, expected


def _not_implemented(message: str) -> Refused:
    return Refused("NotImplemented", HTTPStatus.NOT_IMPLEMENTED, message)
