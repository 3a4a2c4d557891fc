"""The shots of a video, for the others to make the same: read from the report of `medley mix`."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Shot:
    """A clip from its start: so many frames of the video at `speed`. Width and height are the clip's, upright."""

    path: Path
    width: int
    height: int
    frames: int
    speed: Fraction

    def cover(self, width: int, height: int) -> tuple[int, int]:
        """The clip's size, in even pixels, when it is as small as it can be and still covers a picture."""
        scale = max(Fraction(width, self.width), Fraction(height, self.height))
        return (2 * round(self.width * scale / 2), 2 * round(self.height * scale / 2))


@dataclass(frozen=True)
class Edit:
    """Shots one after the other, each dissolving into the next for `overlap` frames; 0 is a cut."""

    shots: tuple[Shot, ...]
    overlap: int
    width: int
    height: int
    fps: int

    @property
    def frames(self) -> int:
        return sum(shot.frames for shot in self.shots) - self.overlap * (len(self.shots) - 1)


def edits(report: Mapping[str, Any], *, width: int, height: int, fps: int) -> list[Edit]:
    """The videos of a report; their clips are shown from the start, as all cases here have it."""
    clips = {clip["clip_id"]: clip for clip in report["clips"]}
    return [
        Edit(
            tuple(_shot(clips[shot["clip_id"]], shot) for shot in output["shots"]),
            max((shot["transition"] or {"frames": 0})["frames"] for shot in output["shots"]),
            width,
            height,
            fps,
        )
        for output in report["outputs"]
    ]


def _shot(clip: Mapping[str, Any], shot: Mapping[str, Any]) -> Shot:
    assert shot["start_frame"] == 0
    video = clip["facts"]["video"]
    sides = (video["width"], video["height"])
    width, height = sides if video["rotation"] % 180 == 0 else sides[::-1]
    return Shot(Path(clip["path"]), width, height, shot["frames"], Fraction(shot["speed"]))
