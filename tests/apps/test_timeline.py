"""What stands in each video: exact lengths, stretches, captions, groups, and what cannot be cut as asked."""

from collections import Counter
from typing import Any

import pytest

from medley import limits
from medley.apps.registry import Library
from medley.apps.video_mixer import APP
from medley.apps.video_mixer.operations import RenderSegments
from medley.apps.video_mixer.recipe import Recipe
from medley.contracts.media import Activity
from medley.domain.generations import Plan
from medley.errors import InvalidInput
from tests.apps.builders import clip, clip_id, library

FOUR = Library(tuple(clip(name, seconds=seconds) for name, seconds in zip("abcd", (2, 3, 4, 5), strict=True)))


def plan(found: Library = FOUR, seed: int = 7, **options: Any) -> Plan:
    return APP.plan(APP.spec.model_validate(options), found, seed)


def refusal(found: Library = FOUR, **options: Any) -> InvalidInput:
    """The reason both the quote and the plan give."""
    spec = APP.spec.model_validate({"count": 1, **options})
    with pytest.raises(InvalidInput) as quoted:
        APP.quote(spec, found)
    with pytest.raises(InvalidInput) as planned:
        APP.plan(spec, found, 1)
    assert (quoted.value.code, quoted.value.message) == (planned.value.code, planned.value.message)
    return quoted.value


@pytest.mark.parametrize("share", ["equal", "proportional", "smart"])
@pytest.mark.parametrize("transition", [{}, {"transition": "wipe", "transition_frames": 8}], ids=str)
@pytest.mark.parametrize("fps", [30, "29.97", 24])
def test_every_video_is_as_long_as_asked(share: str, transition: dict[str, Any], fps: object) -> None:
    made = plan(count=24, duration_s="7.3", share=share, fps=fps, **transition)
    frames = round(APP.spec.model_validate({"fps": fps}).canvas.fps.fraction * 73 / 10)
    assert {output.work for output in made.outputs} == {frames}
    overlap = transition.get("transition_frames", 0)
    for output in made.outputs:
        recipe = Recipe.model_validate(output.recipe)
        assert sum(shot.frames for shot in recipe.shots) - 3 * overlap == frames
        assert sum(piece.frames for piece in recipe.pieces) == frames
        assert sum(sound.frames - sound.overlap for sound in recipe.sounds) == frames


def test_equal_shares_need_one_segment_of_each_clip() -> None:
    made = plan(count=24, duration_s="7")
    assert len({piece["digest"] for output in made.outputs for piece in output.recipe["pieces"]}) == 4


def test_smart_shares_keep_the_busiest_stretch() -> None:
    busy = clip("a", seconds=4)
    scores = Activity(step_us=500_000, motion=(0, 0, 0, 0, 0, 0, 255, 255), loudness=(0,) * 8)
    facts = busy.facts.model_copy(update={"activity": scores})
    found = Library((busy.model_copy(update={"facts": facts}), clip("b", seconds=4)))
    made = plan(found, count=1, duration_s="2", share="smart")
    shots = {shot["clip"]: shot for shot in made.outputs[0].recipe["shots"]}
    kept = shots[str(clip_id("a"))]
    assert kept["start"] + kept["frames"] == 120  # its last second is the busy one
    assert kept["frames"] > shots[str(clip_id("b"))]["frames"]


def test_every_variant_is_used_evenly() -> None:
    made = plan(library("abc"), count=54, speeds=["1", "2", "1/2"], choose="random")
    used = Counter(shot["speed"] for output in made.outputs for shot in output.recipe["shots"])
    assert sum(used.values()) == 162
    assert set(used) == {"1/1", "2/1", "1/2"}
    assert len({output.fingerprint for output in made.outputs}) == 54


def test_speeds_windows_and_looks_multiply_the_capacity() -> None:
    spec = {"speeds": ["1", "5/4"], "looks": ["none", "mono"], "trim": "spread", "window_s": "1", "windows": 3}
    quote = APP.quote(APP.spec.model_validate({"count": 5, **spec}), library("ab"))
    assert quote.capacity == 2 * (2 * 2 * 3) ** 2
    effects = {effect.option: effect.capacity_factor for effect in quote.effects}
    assert effects == {"order": 2, "speeds": 4, "looks": 4, "trim": 9}
    assert "4 times the different videos" in next(effect.text for effect in quote.effects if effect.option == "looks")


def test_a_look_that_nobody_took_costs_nothing() -> None:
    one = APP.quote(APP.spec(count=1), library("ab"))
    assert [effect.option for effect in one.effects] == ["order"]
    assert one.work_ms > 0


def test_text_that_differs_from_video_to_video_is_encoded_for_each() -> None:
    found = library("abcd", {"hook": "ab", "cta": "cd"})

    def frames(caption: str) -> int:
        groups = [{"name": "cta", "caption": caption}]
        return APP.quote(APP.spec.model_validate({"mode": "groups", "count": 8, "groups": groups}), found).work

    assert (frames("Now"), frames("No. {n}")) == (4 * 60, 8 * 2 * 60)


def test_captions_of_groups_and_of_the_opening() -> None:
    groups = [{"name": "hook", "caption": "Look!"}, {"name": "cta", "caption": "Video {n}"}]
    found = library("abcd", {"hook": "ab", "cta": "cd"})
    made = plan(found, count=2, mode="groups", order="fixed", groups=groups, caption="No. {n}")
    for n, output in enumerate(made.outputs, 1):
        assert [shot["caption"] for shot in output.recipe["shots"]] == [f"No. {n}\nLook!", f"Video {n}"]
        assert [shot["group"] for shot in output.recipe["shots"]] == ["hook", "cta"]


def test_volumes_of_groups() -> None:
    found = library("abcd", {"hook": "ab", "cta": "cd"})
    made = plan(found, count=4, mode="groups", groups=[{"name": "cta", "volume_percent": 30}])
    for output in made.outputs:
        recipe = Recipe.model_validate(output.recipe)
        volumes = [sound.volume_percent for sound in recipe.sounds]
        assert volumes == [100 if shot.group == "hook" else 30 for shot in recipe.shots]


def test_several_clips_of_a_group() -> None:
    found = library("abcdef", {"hook": "ab", "body": "cdef"})
    made = plan(found, count=6, mode="groups", order="fixed", groups=[{"name": "body", "clips": 3}])
    for output in made.outputs:
        assert [shot["group"] for shot in output.recipe["shots"]] == ["hook"] + ["body"] * 3
        assert len({shot["clip"] for shot in output.recipe["shots"]}) == 4


def test_passages_are_rendered_once_and_name_both_clips() -> None:
    made = plan(count=24, transition="dissolve", transition_frames=10)
    tasks = [RenderSegments.model_validate(task.payload) for task in made.tasks if task.operation == "render"]
    passages = [(task, segment) for task in tasks for segment in task.segments if segment.into is not None]
    assert len(passages) == 4 * 3
    for task, segment in passages:
        contents = {source.facts.sha256 for source in task.clips}
        assert {shot.clip_sha256 for shot in segment.shots} <= contents
        assert segment.frames == 10


def test_the_scores_of_a_clip_do_not_travel() -> None:
    scored = clip("a")
    scores = Activity(step_us=500_000, motion=(9,) * 4, loudness=(9,) * 4, center_x=123)
    scored = scored.model_copy(update={"facts": scored.facts.model_copy(update={"activity": scores})})
    made = plan(Library((scored,)), count=1, fit="smart")
    activity = made.tasks[0].payload["clips"][0]["facts"]["activity"]
    assert (activity["motion"], activity["center_x"]) == ([], 123)


@pytest.mark.parametrize(
    ("options", "code", "told"),
    [
        ({"duration_s": "15"}, "too_little_footage", {"seconds": "14"}),
        ({"duration_s": "10", "clips_per_video": 2}, "too_little_footage", {"seconds": "9"}),
        ({"duration_s": "14", "transition": "fade"}, "too_little_footage", {"seconds": "12.5"}),
        ({"duration_s": "1", "transition": "fade"}, "length_too_short", {"seconds": "1.633"}),
        (
            {"transition": "fade", "transition_frames": 30, "speeds": ["2"]},
            "clip_too_short",
            {"clip": "a.mp4", "frames": 30, "transition_frames": 30},
        ),
    ],
)
def test_what_cannot_be_cut_as_asked(options: dict[str, Any], code: str, told: dict[str, Any]) -> None:
    reason = refusal(**options)
    assert reason.code == code
    assert told.items() <= reason.metadata.items()


def test_a_length_that_just_fits() -> None:
    assert plan(count=1, duration_s="14").outputs[0].work == 14 * 30
    least = plan(count=1, duration_s="1.634", transition="fade").outputs[0]
    assert [shot["frames"] for shot in least.recipe["shots"]] == [16, 31, 31, 16]  # the ends have one transition


def test_an_asset_that_is_not_there() -> None:
    reason = refusal(music={"asset": str(clip_id("song"))})
    assert (reason.code, reason.metadata["field"]) == ("asset_not_in_project", "music")
    assert refusal(watermark={"asset": str(clip_id("logo"))}).metadata["field"] == "watermark"


def test_captions_have_a_limit() -> None:
    text = "x" * limits.CAPTION_CHARACTERS
    found = library("ab", {"x": "a", "y": "b"})
    made = plan(found, count=1, mode="groups", caption=text, groups=[{"name": "x", "caption": text}])
    assert len(made.outputs[0].recipe["shots"][0]["caption"]) == limits.CAPTION_CHARACTERS
    with pytest.raises(ValueError, match="at most"):
        APP.spec(caption=text + "x")
