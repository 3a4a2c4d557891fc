"""The planner against an enumeration that shares no code with it: how many videos there are, and which."""

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from random import Random

import pytest

from medley.apps.registry import Library
from medley.apps.video_mixer import APP
from medley.apps.video_mixer.spec import MixSpec
from medley.contracts.media import ClipFacts
from medley.domain.generations import PlannedOutput
from medley.errors import InvalidInput
from tests.apps.enumeration import Shots, every_video
from tests.apps.random_orders import random_order

SHARDS, ORDERS = 4, 250  # each shard has so many
ENUMERATED, PLANNED = 3_000, 150  # videos of an order, at most


@pytest.mark.parametrize("shard", range(SHARDS))
def test_the_videos_possible_are_those_enumerated(shard: int) -> None:
    chance = Random(f"shard {shard}")
    for _ in range(ORDERS):
        spec, library = random_order(chance)
        difference = compare(spec, library)
        assert not difference, f"{difference}\n{spec!r}\n{[(c.name, c.facts.video.frames) for c in library.clips]}"


def compare(spec: MixSpec, library: Library) -> str:
    """In what the planner and the enumeration differ; empty where they agree."""
    try:
        videos = every_video(spec, library, most=ENUMERATED)
    except OverflowError:
        return ""
    try:
        quote = APP.quote(spec, library)
    except InvalidInput as error:
        return f"{len(videos)} videos, refused: {error.code}: {error}" if videos else ""
    if quote.capacity != len(videos):
        return f"{len(videos)} videos, capacity {quote.capacity}"
    return _compare_plans(spec, library, videos)


def _compare_plans(spec: MixSpec, library: Library, videos: set[Shots]) -> str:
    try:
        APP.plan(spec.model_copy(update={"count": len(videos) + 1}), library, seed=7)
    except InvalidInput as error:
        if error.code != "too_many_outputs":
            return f"one more than there are: {error.code}"
    else:
        return "one more than there are was planned"
    if len(videos) > PLANNED:
        return ""
    plan = APP.plan(spec.model_copy(update={"count": len(videos)}), library, seed=7)
    contents = {str(clip.clip_id): clip.facts for clip in library.clips}
    shown = Counter(
        tuple((contents[shot["clip"]].sha256, Fraction(shot["speed"]), shot["look"]) for shot in output.recipe["shots"])
        for output in plan.outputs
    )
    if shown != Counter(tuple((shot.content, Fraction(shot.speed), shot.look) for shot in video) for video in videos):
        return "other videos"
    if len({str(output.recipe["shots"]) for output in plan.outputs}) < len(videos):
        return "two videos are the same"
    return next(filter(None, (_fault(spec, output, contents) for output in plan.outputs)), "")


def _fault(spec: MixSpec, output: PlannedOutput, contents: Mapping[str, ClipFacts]) -> str:
    """What is wrong with the frames of a video."""
    shots = output.recipe["shots"]
    frames = sum(shot["frames"] for shot in shots) - spec.overlap * (len(shots) - 1)
    pieces = sum(piece["frames"] for piece in output.recipe["pieces"])
    if not frames == pieces == output.work == (spec.total_frames or frames):
        return f"a video of {frames} frames"
    for shot in shots:
        own = Fraction(contents[shot["clip"]].video.duration_us, 1_000_000) * spec.canvas.fps.fraction
        if shot["start"] + (shot["frames"] - Fraction(1, 4)) * Fraction(shot["speed"]) > own:
            return f"a shot past the end of its clip: {shot}"
    return ""
