"""Titles of videos from the template of the spec."""

import unicodedata
from posixpath import splitext
from string import Formatter

from medley import limits

FIELDS = frozenset({"n", "count", "opening"})
_UNSAFE_CATEGORIES = frozenset({"Cc", "Cs", "Zl", "Zp"})  # control, surrogate, line and paragraph separators
_BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # make "gpj.exe" of "exe.jpg"


def check_template(template: str) -> str:
    """The template, if every field of it is known.

    Raises:
        ValueError: it is not a template for titles.
    """
    try:
        parts = list(Formatter().parse(template))
    except ValueError as error:
        raise ValueError(f"the title's braces do not match: {error}") from error
    for _, name, form, conversion in parts:
        if name is not None and (name not in FIELDS or form or conversion):
            known = ", ".join(f"{{{known}}}" for known in sorted(FIELDS))
            raise ValueError(f"the title can hold {known}; {name!r} is none of them")
    if not template.strip() or any(_unsafe(character) for character in template):
        raise ValueError("the title is empty or holds a control character")
    return template


def title(template: str, *, number: int, count: int, opening: str) -> str:
    """The title of video `number` of `count`; numbers are padded so that titles sort. `opening` is a clip's name."""
    name = "".join(" " if _unsafe(character) else character for character in splitext(opening)[0])
    padded = f"{number:0{len(str(count))}}"
    return template.format(n=padded, count=count, opening=name)[: limits.NAME_CHARACTERS].strip() or f"Video {padded}"


def _unsafe(character: str) -> bool:
    return unicodedata.category(character) in _UNSAFE_CATEGORIES or character in _BIDI_CONTROLS
