"""Continuation: more videos of an order that an earlier planner chose, and none of its videos again.

A numbering is fixed by the planner's version, so the numbers of an older one cannot be gone on with. Its videos can be
left out: they are looked up by their recipes among those possible now, and the others follow in the new order.
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import count, islice
from typing import Any

from medley.apps.video_mixer.fitting import Fitted
from medley.apps.video_mixer.planning.arrangements import Pick, Video
from medley.apps.video_mixer.planning.planner import Numbering
from medley.apps.video_mixer.recipe import Recipe, RecipeShot
from medley.apps.video_mixer.timeline import TimelineBuilder


def videos_of(fitted: Fitted, recipes: Sequence[Mapping[str, Any]]) -> set[Video]:
    """The videos of recipes, as far as they are possible."""
    places = {clip.clip_id: place for place, clip in enumerate(fitted.selection.clips)}
    found = set()
    for recipe in recipes:
        picks = [_pick(fitted.builder, places.get(shot.clip), shot) for shot in Recipe.model_validate(recipe).shots]
        video = tuple(pick for pick in picks if pick is not None)
        if len(video) == len(picks) and fitted.arrangements.rank(video) is not None:
            found.add(video)
    return found


def _pick(builder: TimelineBuilder, place: int | None, shot: RecipeShot) -> Pick | None:
    """The variant a shot shows: at its speed, in its look, and from the place nearest to where it began."""
    alike = [
        (abs(variant.start_frame - shot.start), number)
        for number, variant in enumerate(builder.variants.get(place, ()) if place is not None else ())
        if variant.speed.fraction == Fraction(shot.speed) and variant.look == shot.look
    ]
    return None if place is None or not alike else Pick(place, min(alike)[1])


def chosen(numbering: Numbering, skip: int, wanted: int, earlier: set[Video]) -> Iterator[Video]:
    """`wanted` videos after the first `skip`, which begin with the `earlier` ones; those do not come again."""
    if not earlier:
        return (numbering[number] for number in range(skip, skip + wanted))
    others = (video for video in map(numbering.__getitem__, count()) if video not in earlier)
    start = max(0, skip - len(earlier))
    return islice(others, start, start + wanted)
