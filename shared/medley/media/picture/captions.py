"""Captions: whatever a person typed, laid out within the safe margins and drawn by FFmpeg from a file.

The text itself is never part of a command: FFmpeg reads it from a file of its own and expands nothing in it. What the
typeface cannot draw is left out, since a box in its place would say less than nothing.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from medley.contracts.engine import Anchor, Canvas, Caption
from medley.media.picture import anchors
from medley.media.picture.typeface import FILE, Typeface, typeface

JOINERS = "\u200c\u200d"  # invisible, but they shape letters; other formatting characters only reorder or hide text
STRAY_JOINERS = re.compile(rf"(?<!\w)[{JOINERS}]+|[{JOINERS}]+(?!\w)")  # left over by a pictograph that was left out
BREAKS = dict.fromkeys(map(ord, "\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"), "\n")
OUTLINE_EMS = 0.07  # of black around each letter: white text is read on any picture
SHRINK_PERCENT = 94  # each try's size, of the one before
WHOLE_WORDS_PERCENT = 50  # of the wanted size, down to which no word is broken
SMALLEST_PX = 6  # below it nothing is read, and what is left over is cut off
ELLIPSIS = "…"
ALIGN: dict[anchors.Side, str] = {"near": "L", "middle": "C", "far": "R"}


@dataclass(frozen=True)
class Layout:
    """A caption as it is drawn: its lines, and its font size in pixels."""

    lines: tuple[str, ...]
    px: int

    @property
    def outline_px(self) -> int:
        return max(1, round(self.px * OUTLINE_EMS))


@dataclass(frozen=True)
class Text:
    """A layout whose lines stand in `file`."""

    layout: Layout
    anchor: Anchor
    file: Path


def written(caption: Caption, canvas: Canvas, file: Path) -> Text | None:
    """Lay out the caption and write its lines into `file`; None if nothing of it can be drawn."""
    layout = laid_out(caption, canvas)
    if layout is None:
        return None
    file.write_text("\n".join(layout.lines), encoding="utf-8", newline="\n")
    return Text(layout, caption.anchor, file)


def drawn(stream: Any, text: Text, canvas: Canvas) -> Any:
    """The text over a picture on the canvas."""
    area, layout = anchors.safe_area(canvas), text.layout
    height = _height(len(layout.lines), layout.px)
    side, level = anchors.across(text.anchor), anchors.down(text.anchor)
    outline = layout.outline_px
    return stream.filter(
        "drawtext",
        textfile=str(text.file),
        fontfile=str(FILE),
        expansion="none",
        fontsize=layout.px,
        fontcolor="white",
        borderw=outline,
        bordercolor="black@0.8",
        text_align=ALIGN[side],
        y_align="font",
        x=anchors.start(side, area.x + outline, area.width - 2 * outline, "text_w"),
        y=anchors.start(level, area.y + outline, area.height - 2 * outline, height),
    )


def laid_out(caption: Caption, canvas: Canvas) -> Layout | None:
    """The caption in the largest size up to the wanted one in which it keeps to the safe margins.

    Its lines are kept; one that is too wide goes on in the next. Words are broken only where even half the wanted size
    is too large for them. None if nothing of it can be drawn.
    """
    face = typeface()
    lines = _plain(caption.text, face)
    if not any(lines):
        return None
    area = anchors.safe_area(canvas)
    wanted = max(SMALLEST_PX, int(canvas.height * caption.size_percent / 100 / face.line))
    for px in _sizes(wanted):
        found = Layout((), px)
        width_ems = (area.width - 2 * found.outline_px) / px
        room = area.height - 2 * found.outline_px
        wrapped = [part for line in lines for part in _balanced(line, width_ems, face)]
        whole = all(face.width(word) <= width_ems for line in lines for word in line.split())
        if _height(len(wrapped), px) <= room and (whole or px * 100 < wanted * WHOLE_WORDS_PERCENT):
            return Layout(tuple(wrapped), px)
    fitting = max(1, int(room / (face.line * px)))
    if len(wrapped) <= fitting:  # with a word broken, on a canvas too small to try half the size
        return Layout(tuple(wrapped), px)
    return Layout((*wrapped[: fitting - 1], _ended(wrapped[fitting - 1], width_ems, face)), px)


def _height(lines: int, px: int) -> int:
    """Of so many lines, in pixels, rounded up as a rasteriser rounds each."""
    return lines * -int(-typeface().line * px // 1)


def _sizes(wanted: int) -> Iterator[int]:
    px = wanted
    while px > SMALLEST_PX:
        yield px
        px = min(px - 1, px * SHRINK_PERCENT // 100)
    yield SMALLEST_PX


def _plain(text: str, face: Typeface) -> list[str]:
    """The lines of the text in characters the typeface has; no empty ones but single ones between others."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").translate(BREAKS).replace("\t", " "))
    kept = "".join(character for character in text if character == "\n" or _drawable(character, face))
    lines = [" ".join(line.split()) for line in STRAY_JOINERS.sub("", kept).strip().split("\n")]
    return [line for line, before in zip(lines, ["", *lines], strict=False) if line or before]


def _drawable(character: str, face: Typeface) -> bool:
    if unicodedata.category(character) in ("Cc", "Cf", "Cs"):
        return character in JOINERS and character in face.advances
    return character in face.advances


def _balanced(line: str, width_ems: float, face: Typeface) -> list[str]:
    """The line in as few parts as fit, and these about equally wide: no word is left alone at the end."""
    best = _wrapped(line, width_ems, face)
    longest_word = max((face.width(word) for word in line.split()), default=0)
    for percent in range(95, 40, -5):
        parts = _wrapped(line, max(longest_word, width_ems * percent / 100), face)
        if longest_word > width_ems or len(parts) > len(best):
            break
        best = parts
    return best


def _wrapped(line: str, width_ems: float, face: Typeface) -> list[str]:
    """The line in parts of at most that width, broken between words, or within one that alone is too wide."""
    parts = [""]
    for word in line.split():
        joined = f"{parts[-1]} {word}".lstrip()
        if face.width(joined) <= width_ems:
            parts[-1] = joined
            continue
        *whole, rest = _broken(word, width_ems, face)
        parts = [*parts, *whole, rest] if parts[-1] else [*whole, rest]
    return parts


def _broken(word: str, width_ems: float, face: Typeface) -> list[str]:
    parts = [""]
    for character in word:
        if parts[-1] and face.width(parts[-1] + character) > width_ems:
            parts.append("")
        parts[-1] += character
    return parts


def _ended(line: str, width_ems: float, face: Typeface) -> str:
    """The line with an ellipsis that says it goes on."""
    while line and face.width(line + ELLIPSIS) > width_ems:
        line = line[:-1]
    return line + ELLIPSIS
