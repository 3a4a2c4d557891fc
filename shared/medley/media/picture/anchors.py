"""Anchors of overlays: one of nine places within the safe margins of the canvas (EBU R 95: a twentieth a side)."""

from dataclasses import dataclass
from typing import Literal

from medley.contracts.engine import Anchor, Canvas

MARGIN_PERCENT = 5  # of the canvas's width at its sides, of its height above and below
Side = Literal["near", "middle", "far"]  # left or top, neither, right or bottom


@dataclass(frozen=True)
class SafeArea:
    """The part of a canvas overlays keep to, in pixels."""

    x: int
    y: int
    width: int
    height: int


def safe_area(canvas: Canvas) -> SafeArea:
    """The canvas without its margins."""
    x, y = -(-canvas.width * MARGIN_PERCENT // 100), -(-canvas.height * MARGIN_PERCENT // 100)
    return SafeArea(x, y, canvas.width - 2 * x, canvas.height - 2 * y)


def across(anchor: Anchor) -> Side:
    """Where an anchor stands from left to right."""
    return "near" if anchor.endswith("left") else "far" if anchor.endswith("right") else "middle"


def down(anchor: Anchor) -> Side:
    """Where an anchor stands from top to bottom."""
    return "near" if anchor.startswith("top") else "far" if anchor.startswith("bottom") else "middle"


def start(side: Side, from_: int, length: int, size: int | str) -> str:
    """Where something of `size` begins that stands at `side` of `length` pixels from `from_`: an FFmpeg expression, in
    which `size` may be a name."""
    if side == "near":
        return str(from_)
    slack = f"{from_}+({length}-{size})"
    return slack if side == "far" else f"{slack}/2"
