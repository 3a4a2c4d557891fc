"""Compressed responses: large text is packed where it is welcome, and whatever is welcome where it must be.

A function can answer with six megabytes: of text as a JSON string, of anything else in base64.
"""

import gzip
from typing import Final

from starlette.datastructures import Headers, MutableHeaders

PACKED_FROM: Final = 10_000  # bytes; below it packing saves no packet worth the name
TEXT_BYTES: Final = 2_000_000  # as a JSON string a byte comes to three at most; above it text is packed anyhow
ANSWER_BYTES: Final = 4_000_000  # Lambda's limit of 6 MB, in base64
_TEXT: Final = ("application/json", "text/")


def packed(asked: Headers, headers: MutableHeaders, body: bytes) -> bytes | None:
    """The body as it is sent, its headers adapted; None if it is more than a function can answer.

    A strong entity tag becomes a weak one: it says that the contents are the same, not the bytes.
    """
    text = headers.get("content-type", "").startswith(_TEXT)
    if text and len(body) >= PACKED_FROM and "content-encoding" not in headers:
        headers.add_vary_header("accept-encoding")
        if len(body) > TEXT_BYTES or accepts_gzip(asked.get("accept-encoding", "")):
            body = gzip.compress(body, compresslevel=6, mtime=0)
            headers["content-encoding"] = "gzip"
            if headers.get("etag", "").startswith('"'):
                headers["etag"] = f"W/{headers['etag']}"
    return body if len(body) <= ANSWER_BYTES else None


def accepts_gzip(accepted: str) -> bool:
    """Whether an Accept-Encoding names gzip, or anything, with a weight above zero (RFC 9110, 12.5.3)."""
    weights: dict[str, bool] = {}
    for member in accepted.lower().split(",")[:20]:
        coding, _, weight = member.partition(";")
        weights[coding.strip()] = weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return weights.get("gzip", weights.get("*", False))
