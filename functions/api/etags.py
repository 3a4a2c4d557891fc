"""Entity tags: whether a client has the answer already (RFC 9110, 13.1.2)."""

import re
from typing import Final

from fastapi import Request

_TAG: Final = re.compile(r'(?:W/)?("[^"]*")')


def has_it(request: Request, etag: str) -> bool:
    """True if the client's If-None-Match names this (strong) tag, or `*`."""
    known = request.headers.get("if-none-match", "").strip()
    return known == "*" or etag in _TAG.findall(known)
