"""Entity tags: whether a client has the answer already (RFC 9110, 8.8.3 and 13.1.2)."""

import hashlib
import re
from typing import Final

from fastapi import Request, Response

_TAG: Final = re.compile(r'\s*(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")\s*(?:,|$)')


def has_it(request: Request, etag: str) -> bool:
    """True if the client's If-None-Match is `*` or a list with this tag; weak or not makes no difference here."""
    known = request.headers.get("if-none-match", "").strip()
    if known == "*":
        return True
    at, tags = 0, set()
    while at < len(known):
        found = _TAG.match(known, at)
        if found is None:
            return False  # not a list of tags, so it says nothing
        tags.add(found[1])
        at = found.end()
    return etag.removeprefix("W/") in tags


def cacheable(request: Request, body: bytes, media_type: str, *, headers: dict[str, str] | None = None) -> Response:
    """An answer that is the same for everybody: kept by whoever likes, asked for anew after a minute by its tag."""
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    told = {"etag": etag, "cache-control": "public, max-age=60", **(headers or {})}
    if has_it(request, etag):
        return Response(status_code=304, headers=told)
    return Response(body, media_type=media_type, headers=told)
