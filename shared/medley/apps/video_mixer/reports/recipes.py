"""What is stored of a plan and its tasks, read back: recipes as the videos they make, details as prints."""

from collections.abc import Mapping, Sequence
from typing import Any

from medley.apps.video_mixer.recipe import Recipe
from medley.apps.video_mixer.spec import MixSpec
from medley.domain.reports import SegmentUse, Timeline, TimelineEntry


def timeline(spec: MixSpec, stored: Mapping[str, Any]) -> Timeline:
    """The video of a stored recipe, from its first frame to its last. Clips in a transition are both seen while it
    lasts."""
    recipe = Recipe.model_validate(stored)
    entries, at_frame = [], 0
    for number, shot in enumerate(recipe.shots, start=1):
        passing = recipe.transition if number < len(recipe.shots) else None
        overlap = passing.frames if passing else 0
        entries.append(
            TimelineEntry(
                clip_id=shot.clip,
                at_frame=at_frame,
                start_frame=shot.start,
                frames=shot.frames,
                speed=shot.speed,
                look=shot.look,
                transition=passing.kind if passing else None,
                transition_frames=overlap,
                group=shot.group,
                caption=shot.caption,
            )
        )
        at_frame += shot.frames - overlap
    segments = tuple(SegmentUse(piece.digest, piece.frames) for piece in recipe.pieces)
    return Timeline(spec.canvas.fps.fraction, tuple(entries), segments)


def prints(details: Sequence[Mapping[str, Any]]) -> dict[str, Sequence[str]]:
    """The prints of segments that finished tasks told of, by digest."""
    return {digest: hashes for detail in details for digest, hashes in detail.get("prints", {}).items()}
