"""Encoder settings: what makes the segments of an output join by copying, for each codec."""

from dataclasses import dataclass
from typing import Any

from medley.contracts.media import Encoding, Quality, Rational


@dataclass(frozen=True)
class Effort:
    """How hard an encoder tries, and how well: its own names. Equal for all segments of an output, or they would not
    join."""

    preset: str
    crf: int


X264: dict[Quality, Effort] = {
    "draft": Effort("ultrafast", 24),
    "standard": Effort("veryfast", 20),
    "high": Effort("medium", 18),
}


def options(encoding: Encoding, fps: Rational, threads: int) -> dict[str, Any]:
    """FFmpeg's output options for the picture of one segment, on `threads` threads."""
    effort = X264[encoding.quality]
    return {
        "f": "mp4",
        "vcodec": "libx264",
        "preset": effort.preset,
        "crf": effort.crf,
        "bf": 0,
        "g": round(fps.fraction),
        "threads": threads,
        "x264-params": "stitchable=1:open-gop=0:scenecut=0",
    }
