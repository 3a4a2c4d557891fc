"""Names people give to things: kept as they are, as long as they are one line a person can read."""

import unicodedata
from typing import Final

from medley.errors import InvalidInput
from medley.limits import FILE_NAME_CHARACTERS, NAME_CHARACTERS

# Line breaks that are not controls, and the overrides that make `gpj.mp4` read as `4pm.jpg`.
_MISLEADING: Final = frozenset("\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def _one_line(text: str, limit: int, what: str) -> str:
    """`text` in NFC without outer blanks, if it is one visible line of at most `limit` characters."""
    name = unicodedata.normalize("NFC", text).strip()
    if not name:
        raise InvalidInput(f"{what} is empty.", code="invalid_name", reason="empty")
    if len(name) > limit:
        raise InvalidInput(f"{what} has more than {limit} characters.", code="invalid_name", reason="too_long")
    if any(unicodedata.category(c) in {"Cc", "Cs"} or c in _MISLEADING for c in name):
        raise InvalidInput(
            f"{what} contains a control character, such as a line break.", code="invalid_name", reason="control"
        )
    return name


def name_of(text: str, what: str) -> str:
    """The name of a project, group or person as it is stored.

    Raises:
        InvalidInput: code `invalid_name`.
    """
    return _one_line(text, NAME_CHARACTERS, what)


def file_name_of(text: str) -> str:
    """A clip's file name as it is stored. Quotes, emoji and `../` are fine: it never becomes a path or an argument.

    Raises:
        InvalidInput: code `invalid_name`.
    """
    return _one_line(text, FILE_NAME_CHARACTERS, "The file name")
