"""Glyphs of captions: what can be written. The typeface is the media functions' alone, so what it has is listed beside
this: `characters.txt`, ranges of code points."""

import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

_SEEN = ("L", "N", "P", "S")  # Unicode categories of what is drawn by itself
_LISTED = Path(__file__).with_name("characters.txt")


def unwritable(text: str) -> list[str]:
    """The letters in it that captions do not have, each once: without them it cannot be read."""
    return [character for character in _missing(text) if unicodedata.category(character).startswith("L")]


def left_out(text: str) -> list[str]:
    """All else in it that captions do not have, each once, such as most emoji."""
    return [character for character in _missing(text) if not unicodedata.category(character).startswith("L")]


def _missing(text: str) -> Iterator[str]:
    for character in dict.fromkeys(unicodedata.normalize("NFC", text)):
        if unicodedata.category(character).startswith(_SEEN) and character not in characters():
            yield character


@cache
def characters() -> frozenset[str]:
    """All the typeface has."""
    ranges = (line.split("-") for line in _LISTED.read_text().split())
    return frozenset(chr(code) for first, last in ranges for code in range(int(first, 16), int(last, 16) + 1))
