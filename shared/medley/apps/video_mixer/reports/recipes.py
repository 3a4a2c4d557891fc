"""An output's recipe, read back as the video it makes."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from medley.apps.video_mixer.spec import MixSpec
from medley.domain.reports import SegmentUse, Timeline, TimelineEntry


def timeline(spec: MixSpec, recipe: Mapping[str, Any]) -> Timeline:
    """The video from its first frame to its last. Clips in a transition are both seen while it lasts."""
    shots: Sequence[Mapping[str, Any]] = recipe["shots"]
    passage: Mapping[str, Any] = recipe["transition"] or {"kind": None, "frames": 0}
    entries, at_frame = [], 0
    for number, shot in enumerate(shots, start=1):
        passes = number < len(shots)
        entries.append(
            TimelineEntry(
                clip_id=UUID(shot["clip"]),
                at_frame=at_frame,
                start_frame=shot["start"],
                frames=shot["frames"],
                speed=shot["speed"],
                look=shot["look"],
                transition=passage["kind"] if passes else None,
                transition_frames=passage["frames"] if passes else 0,
                group=shot.get("group"),
                caption=shot.get("caption"),
            )
        )
        at_frame += shot["frames"] - passage["frames"]
    segments = tuple(SegmentUse(piece["digest"], piece["frames"]) for piece in recipe["pieces"])
    return Timeline(spec.canvas.fps.fraction, tuple(entries), segments)
