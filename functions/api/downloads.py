"""Answers that may be large: packed on the way, since a function can answer with six megabytes at most."""

import gzip
from typing import Final

from fastapi import Request, Response

PACKED_FROM: Final = 10_000  # bytes; below it packing saves no packet worth the name
ANSWER_BYTES: Final = 4_000_000  # above it an answer is packed whatever the client says: Lambda's limit, in base64


def answer(request: Request, text: str, media_type: str, *, file_name: str | None = None) -> Response:
    """An answer with this text; with a (plain ASCII) `file_name` it is saved rather than shown."""
    body = text.encode()
    headers = {"vary": "accept-encoding"}
    if file_name is not None:
        headers["content-disposition"] = f'attachment; filename="{file_name}"'
    accepted = "gzip" in request.headers.get("accept-encoding", "")
    if len(body) > ANSWER_BYTES or (accepted and len(body) >= PACKED_FROM):
        body = gzip.compress(body, compresslevel=6, mtime=0)
        headers["content-encoding"] = "gzip"
    return Response(body, media_type=media_type, headers=headers)
