"""Typeface of the captions: which characters it has, and how wide they are."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "fonts" / "DejaVuSans-Bold.ttf"


@dataclass(frozen=True)
class Typeface:
    """Measures in ems, the size a font is asked for by: `advances` of each character, `line` from line to line."""

    advances: Mapping[str, float]
    line: float

    def width(self, text: str) -> float:
        """How far the text reaches, before kerning, which only ever draws this face's letters together."""
        return sum(self.advances[character] for character in text)


@cache
def typeface() -> Typeface:
    """That of `FILE`, read once."""
    from fontTools.ttLib import TTFont

    with TTFont(FILE, lazy=True) as font:
        em = font["head"].unitsPerEm
        advances = {chr(code): font["hmtx"][glyph][0] / em for code, glyph in font.getBestCmap().items()}
        return Typeface(advances, (font["hhea"].ascent - font["hhea"].descent + font["hhea"].lineGap) / em)
