"""Compressed responses: answers that may be large, since a function can answer with six megabytes at most."""

import gzip
from typing import Final

from fastapi import Request, Response

from medley.errors import InvalidInput

PACKED_FROM: Final = 10_000  # bytes; below it packing saves no packet worth the name
ANSWER_BYTES: Final = 4_000_000  # Lambda's limit of 6 MB, in base64; above it an answer is packed whatever is accepted
TOO_LARGE: Final = "This is more than one answer can hold: ask for fewer videos at a time, with cursor and limit."


def answer(request: Request, text: str, media_type: str, *, file_name: str | None = None) -> Response:
    """An answer with this text; with a (plain ASCII) `file_name` it is saved rather than shown.

    Raises:
        InvalidInput: code `answer_too_large`; even packed it is more than a function can answer.
    """
    body = text.encode()
    headers = {"vary": "accept-encoding"}
    if file_name is not None:
        headers["content-disposition"] = f'attachment; filename="{file_name}"'
    accepted = "gzip" in request.headers.get("accept-encoding", "")
    if len(body) > ANSWER_BYTES or (accepted and len(body) >= PACKED_FROM):
        body = gzip.compress(body, compresslevel=6, mtime=0)
        headers["content-encoding"] = "gzip"
    if len(body) > ANSWER_BYTES:
        raise InvalidInput(TOO_LARGE, code="answer_too_large", limit_bytes=ANSWER_BYTES)
    return Response(body, media_type=media_type, headers=headers)
