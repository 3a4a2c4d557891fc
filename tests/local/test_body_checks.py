"""What a request's headers say of its body holds, or it is refused."""

import base64
import hashlib

import pytest

from local.signatures import UNSIGNED_PAYLOAD, Refused
from local.storage.body_checks import BodyChecks

BODY = (b"hello ", b"world")
RIGHT = {
    "content-md5": "XrY7u+Ae7tCTyyK7j1rNww==",
    "x-amz-checksum-crc32": "DUoRhQ==",
    "x-amz-checksum-sha1": "Kq5sNclPz7QV2+lfQIuc6R7oRu0=",
    "x-amz-checksum-sha256": "uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek=",
}


def verdict(headers: dict[str, str], payload: str = UNSIGNED_PAYLOAD) -> str | None:
    """The code of a refusal."""
    try:
        checks = BodyChecks(headers, payload)
        assert b"".join(checks.watching(BODY)) == b"hello world"
        checks.require_right()
    except Refused as error:
        return error.code
    return None


@pytest.mark.parametrize("name", RIGHT)
def test_a_checksum_that_is_right_and_one_that_is_not(name: str) -> None:
    assert verdict({name: RIGHT[name]}) is None
    wrong = base64.b64encode(bytes(len(base64.b64decode(RIGHT[name])))).decode()
    assert verdict({name: wrong}) == "BadDigest"
    for none in ("", "not base64", "AAAA", "é"):
        assert verdict({name: none}) == ("InvalidDigest" if name == "content-md5" else "InvalidRequest")


def test_what_was_signed_of_a_body() -> None:
    assert verdict({}, hashlib.sha256(b"hello world").hexdigest()) is None
    assert verdict({}, hashlib.sha256(b"another").hexdigest()) == "XAmzContentSHA256Mismatch"
    assert verdict({}, "STREAMING-UNSIGNED-PAYLOAD-TRAILER") == "NotImplemented"


def test_a_checksum_of_another_kind_is_not_passed_over() -> None:
    assert verdict({"x-amz-checksum-crc64nvme": "AAAAAAAAAAA="}) == "NotImplemented"
    assert verdict({"x-amz-checksum-mode": "ENABLED"}) is None
