"""Stored plans and tasks, read back: recipes as the videos they make, details as prints."""

from collections.abc import Mapping, Sequence
from typing import Any

from medley.apps.video_mixer.recipe import Passing, Recipe, RecipeShot
from medley.apps.video_mixer.spec import MixSpec
from medley.domain.reports import SegmentUse, Timeline, TimelineEntry


def timeline(spec: MixSpec, stored: Mapping[str, Any]) -> Timeline:
    """The video of a stored recipe, from its first frame to its last."""
    recipe = Recipe.model_validate(stored)
    segments = tuple(SegmentUse(piece.digest, piece.frames) for piece in recipe.pieces)
    return Timeline(spec.canvas.fps.fraction, _entries(recipe.shots, recipe.transition), segments)


def planned(spec: MixSpec, shots: Sequence[RecipeShot], passing: Passing | None) -> Timeline:
    """The video of shots that are not cut into segments yet."""
    return Timeline(spec.canvas.fps.fraction, _entries(shots, passing), ())


def _entries(shots: Sequence[RecipeShot], passing: Passing | None) -> tuple[TimelineEntry, ...]:
    """Clips in a transition are both seen while it lasts."""
    entries, at_frame = [], 0
    for number, shot in enumerate(shots, start=1):
        following = passing if number < len(shots) else None
        overlap = following.frames if following else 0
        entries.append(
            TimelineEntry(
                clip_id=shot.clip,
                at_frame=at_frame,
                start_frame=shot.start,
                frames=shot.frames,
                speed=shot.speed,
                look=shot.look,
                transition=following.kind if following else None,
                transition_frames=overlap,
                group=shot.group,
                caption=shot.caption,
            )
        )
        at_frame += shot.frames - overlap
    return tuple(entries)


def prints(details: Sequence[Mapping[str, Any]]) -> dict[str, Sequence[str]]:
    """The prints of segments that finished tasks told of, by digest."""
    return {digest: hashes for detail in details for digest, hashes in detail.get("prints", {}).items()}
