"""Uploads, clips and assets alike: the states they go through, and the checks of what is said of them."""

import re
from enum import StrEnum
from typing import Final

from medley.errors import InvalidInput, TooLarge

_MEDIA_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}")


class UploadState(StrEnum):
    """Of a clip or an asset. Only `expected` is left by what ingest finds."""

    EXPECTED = "expected"  # its upload was requested; nothing is known of the file yet
    READY = "ready"
    REJECTED = "rejected"
    DELETED = "deleted"


def media_type_of(text: str) -> str:
    """A media type in lower case without parameters, as an upload is signed for it; empty if it is none."""
    media_type = text.partition(";")[0].strip().lower()
    return media_type if _MEDIA_TYPE.fullmatch(media_type) else ""


def check_size(size_bytes: int, limit: int, what: str) -> None:
    """Check the size a caller says their file has; `what` begins a sentence, such as "A clip".

    Raises:
        InvalidInput: code `empty_file`. TooLarge: code `file_too_large`.
    """
    if size_bytes <= 0:
        raise InvalidInput("The file is empty.", code="empty_file")
    if size_bytes > limit:
        raise TooLarge(f"{what} has at most {limit} bytes.", code="file_too_large", limit=limit, size=size_bytes)
