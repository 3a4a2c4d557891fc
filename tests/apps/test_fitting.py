"""What cannot be cut as asked is left out and said; only where nothing is left the order is refused."""

from typing import Any

import pytest

from medley import limits
from medley.apps.registry import Library
from medley.apps.video_mixer import APP
from medley.domain.generations import Plan
from medley.domain.quotes import Quote
from medley.errors import InvalidInput
from tests.apps.builders import clip, clip_id


def of_frames(*frames: int) -> Library:
    """Clips a, b, c ... of so many frames at 30 a second."""
    return Library(
        tuple(clip(name, seconds=count / 30) for name, count in zip("abcdefghijklmnop", frames, strict=False))
    )


def quote(found: Library, **options: Any) -> Quote:
    return APP.quote(APP.spec.model_validate({"count": 1, **options}), found)


def plan(found: Library, count: int, **options: Any) -> Plan:
    return APP.plan(APP.spec.model_validate({"count": count, **options}), found, 5)


def shown(made: Plan) -> set[str]:
    return {shot["clip"] for output in made.outputs for shot in output.recipe["shots"]}


def test_a_short_clip_does_not_block_an_exact_length() -> None:
    found = of_frames(30, *[150] * 9)
    told = quote(found, clips_per_video=3, duration_s="12")
    assert told.capacity == 9 * 8 * 7
    assert "216 of 720 videos are left out: they have too little footage for 12 s." in told.notes
    made = plan(found, 504, clips_per_video=3, duration_s="12")
    assert {output.work for output in made.outputs} == {360}
    assert str(clip_id("a")) not in shown(made)
    with pytest.raises(InvalidInput, match="only 504 are possible"):
        plan(found, 505, clips_per_video=3, duration_s="12")


def test_videos_too_quick_for_the_length_are_left_out() -> None:
    found = of_frames(60, 90, 120, 150)
    assert quote(found, duration_s="14", speeds=["1", "1.5"]).capacity == 24  # all at speed 1
    assert quote(found, duration_s="13", speeds=["1", "1.5"]).capacity == 3 * 24  # or a or b quicker


def test_shortest_neighbours_that_cannot_be_refuse_nothing() -> None:
    """The two clips of ten frames are never side by side, so no video is too short."""
    found = of_frames(10, 10, 60)
    apart = {"never_adjacent": [[str(clip_id("a")), str(clip_id("b"))]]}
    told = quote(found, clips_per_video=2, duration_s="2", **apart)
    assert (told.capacity, told.notes) == (4, ())


def test_of_many_videos_clips_and_speeds_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LISTED_VIDEOS", 20)
    found = of_frames(30, 40, *[150] * 8)
    options: dict[str, Any] = {"clips_per_video": 3, "duration_s": "12", "speeds": ["1", "2"]}
    told = quote(found, **options)
    assert told.capacity == 8 * 7 * 6 + 3 * 7 * 6  # one clip is left its double speed: 150 + 150 + 75 frames are enough
    (note,) = told.notes
    assert note.startswith("Left out, too short for 12 s: a.mp4, b.mp4, c.mp4 at speed 2,")
    assert note.endswith(" and 4 more.")
    made = plan(found, 462, **options)
    assert {output.work for output in made.outputs} == {360}
    assert len({output.fingerprint for output in made.outputs}) == 462


def test_where_no_clip_can_go_alone_the_longest_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the double speed of a no other clip is left to take its place, and the video is still too short."""
    monkeypatch.setattr(limits, "LISTED_VIDEOS", 1)
    told = quote(of_frames(8, 6, 24), clips_per_video=2, duration_s="1.033", speeds=["1", "2"])
    assert told.capacity == 2
    assert "b.mp4" in told.notes[0]


def test_only_as_much_is_left_out_as_must_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LISTED_VIDEOS", 1)
    found = of_frames(30, 60, 90, 90, 90)
    assert quote(found, clips_per_video=3, duration_s="8").capacity == 4 * 3 * 2  # without a
    groups = {"first_clip": str(clip_id("a"))}
    with pytest.raises(InvalidInput) as caught:
        quote(found, clips_per_video=3, duration_s="8", **groups)
    assert caught.value.code == "too_little_footage"  # every video shows it


def test_only_the_transitions_a_clip_has_count() -> None:
    alone = of_frames(10)
    (output,) = plan(alone, 1, transition="fade", transition_frames=15).outputs
    assert (output.work, [piece["frames"] for piece in output.recipe["pieces"]]) == (10, [10])
    row = of_frames(20, 60, 60, 20)
    (output,) = plan(row, 1, order="fixed", transition="dissolve", transition_frames=15).outputs
    assert output.work == 160 - 45
    assert sum(piece["frames"] for piece in output.recipe["pieces"]) == 115
    assert [piece["frames"] for piece in output.recipe["pieces"]] == [5, 15, 30, 15, 30, 15, 5]


def test_a_clip_too_short_between_transitions_stands_at_an_end() -> None:
    found = of_frames(20, 60, 60)
    told = quote(found, transition="dissolve", transition_frames=15)
    assert told.capacity == 4
    assert "2 of 6 videos are left out: they have too little footage for transitions of 15 frames." in told.notes
    made = plan(found, 4, transition="dissolve", transition_frames=15)
    assert all(output.recipe["shots"][1]["clip"] != str(clip_id("a")) for output in made.outputs)


def test_many_videos_with_a_clip_too_short_for_its_transitions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LISTED_VIDEOS", 5)
    options: dict[str, Any] = {"transition": "dissolve", "transition_frames": 15}
    with pytest.raises(InvalidInput) as caught:
        quote(of_frames(20, 60, 60), **options)
    assert caught.value.code == "clip_too_short"
    assert "pin the clip to an end" in caught.value.message
    assert quote(of_frames(20, 60, 60), first_clip=str(clip_id("a")), **options).capacity == 2
    assert quote(of_frames(20, 60, 60, 60), clips_per_video=3, **options).capacity == 6  # without it


@pytest.mark.parametrize("order", ["fixed", "shuffled"])
def test_one_clip_can_be_first_and_last(order: str) -> None:
    pins = {"first_clip": str(clip_id("a")), "last_clip": str(clip_id("a"))}
    assert quote(of_frames(60, 60), clips_per_video=1, order=order, **pins).capacity == 1
    with pytest.raises(InvalidInput) as caught:
        quote(of_frames(60, 60), clips_per_video=2, order=order, **pins)
    assert caught.value.code == "pins_clash"
