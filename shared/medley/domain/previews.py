"""Previews: the first videos of an order as they would be, before it is placed. Plain values."""

from dataclasses import dataclass
from fractions import Fraction

from medley.domain.reports import Timeline


@dataclass(frozen=True)
class Screen:
    """The picture of a video: its size in pixels, and its frames in a second."""

    width: int
    height: int
    fps: Fraction

    def seconds(self, frames: int) -> float:
        """How long so many frames last."""
        return float(frames / self.fps)


@dataclass(frozen=True)
class PreviewedVideo:
    """Output `n` of the order, from 1; `frames` is its length. Its timeline names no segments: none are cut yet."""

    n: int
    title: str
    frames: int
    timeline: Timeline
