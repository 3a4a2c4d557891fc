"""Sizes: how a clip's picture is scaled, turned and placed on a canvas. Pure integer arithmetic on pixels.

A clip is scaled while still as coded and turned afterwards, to one explicit size computed here: filters are
then never surprised by a picture that changes its size in mid-stream, and turning touches fewer pixels.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from medley.contracts.engine import Canvas
from medley.contracts.media import VideoFacts


@dataclass(frozen=True)
class Size:
    width: int
    height: int

    @property
    def turned(self) -> "Size":
        return Size(self.height, self.width)


def display_ratio(video: VideoFacts) -> Fraction:
    """Width over height as shown: after pixel aspect ratio and rotation."""
    ratio = Fraction(video.width * video.sar_num, video.height * video.sar_den)
    return 1 / ratio if video.rotation in (90, 270) else ratio


def scaled(ratio: Fraction, box: Size, how: Literal["cover", "contain"]) -> Size:
    """The even size of a picture of `ratio` that covers `box` or is contained in it, touching it on one axis."""
    wider = ratio > Fraction(box.width, box.height)
    if wider == (how == "cover"):
        across = _even(ratio * box.height)
        return Size(max(across, box.width) if how == "cover" else min(across, box.width), box.height)
    down = _even(box.width / ratio)
    return Size(box.width, max(down, box.height) if how == "cover" else min(down, box.height))


def fitted(video: VideoFacts, canvas: Canvas, zoom_percent: int = 100) -> Size:
    """The clip's upright size on the canvas: covering it for `crop` and `smart`, inside it for `pad` and `blur`.

    `zoom_percent` enlarges it from there; what then lies outside the canvas is cut off.
    """
    how: Literal["cover", "contain"] = "cover" if canvas.fit in ("crop", "smart") else "contain"
    return scaled(display_ratio(video), zoomed(canvas, zoom_percent), how)


def zoomed(canvas: Canvas, zoom_percent: int) -> Size:
    """The box that a clip is fitted to."""
    return Size(_even(Fraction(canvas.width * zoom_percent, 100)), _even(Fraction(canvas.height * zoom_percent, 100)))


def within(size: Size, box: Size) -> Size:
    """What of a picture of `size` can be seen on a canvas of size `box`."""
    return Size(min(size.width, box.width), min(size.height, box.height))


def centred(size: Size, part: Size, x: int, y: int) -> tuple[int, int]:
    """The even top left of a `part` of a picture whose centre is at `x` and `y`, in thousandths of it, as nearly as
    the picture's edges allow."""
    return _placed(size.width, part.width, x), _placed(size.height, part.height, y)


def _placed(whole: int, part: int, thousandths: int) -> int:
    wanted = _nearest_even(Fraction(whole * thousandths, 1000) - Fraction(part, 2))
    return min(max(wanted, 0), (whole - part) // 2 * 2)


def _even(value: Fraction) -> int:
    return max(2, _nearest_even(value))


def _nearest_even(value: Fraction) -> int:
    return 2 * round(value / 2)
