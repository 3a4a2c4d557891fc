"""What is possible, why not more, and what cannot be done at all."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest

from medley import limits
from medley.apps.registry import Library
from medley.apps.video_mixer import APP
from medley.apps.video_mixer.planning.diverse_prefix import DiversePrefix
from medley.contracts.assets import AssetSource, AudioAssetFacts, ImageFacts
from medley.domain.pairs import pair_tables
from medley.domain.projects import Group
from medley.domain.quotes import Quote
from medley.errors import InvalidInput
from tests.apps.builders import clip, clip_id, library

A = "a" * 64


def quote(found: Library, **options: Any) -> Quote:
    return APP.quote(APP.spec.model_validate(options), found)


def refusal(found: Library, **options: Any) -> InvalidInput:
    """The reason that both the quote and the plan give."""
    spec = APP.spec.model_validate(options)
    with pytest.raises(InvalidInput) as quoted:
        APP.quote(spec, found)
    with pytest.raises(InvalidInput) as planned:
        APP.plan(spec, found, 1)
    assert (quoted.value.code, quoted.value.message) == (planned.value.code, planned.value.message)
    return quoted.value


def pin(name: str) -> str:
    return str(clip_id(name))


GROUPS = {"hook": "ab", "body": "cde", "cta": "fg"}
THREE = library("abcdefg", GROUPS)


@pytest.mark.parametrize(
    ("options", "capacity", "advice"),
    [
        ({}, 5040, "add clips"),
        ({"order": "fixed"}, 1, "shuffle the order"),
        ({"clips_per_video": 3}, 210, "more clips per video"),
        ({"clips_per_video": 3, "order": "fixed"}, 35, "shuffle the order"),
        ({"first_clip": pin("a")}, 720, "pin no clip"),
        ({"first_clip": pin("a"), "last_clip": pin("b"), "clips_per_video": 3}, 5, "pin no clip"),
        ({"clips_per_video": 1}, 7, "more clips per video"),
        ({"mode": "groups", "order": "fixed"}, 12, "shuffle the order"),
        ({"mode": "groups", "order": "shuffled"}, 72, "add clips"),
        ({"mode": "groups", "order": "fixed", "first_clip": pin("a")}, 6, "shuffle the order"),
        ({"mode": "groups", "order": "shuffled", "first_clip": pin("d")}, 8, "pin no clip"),
        (
            {"mode": "groups", "order": "shuffled", "first_clip": pin("d"), "last_clip": pin("a")},
            2,
            "pin no clip",
        ),
    ],
    ids=str,
)
def test_capacity_and_what_binds(options: Mapping[str, Any], capacity: int, advice: str) -> None:
    found = quote(THREE, count=1, **options)
    assert found.capacity == capacity
    assert advice in found.binding


@pytest.mark.parametrize("options", [{}, {"mode": "groups"}, {"mode": "groups", "order": "shuffled"}], ids=str)
def test_asking_for_one_too_many(options: dict[str, Any]) -> None:
    found = library("abc", {"hook": "ab", "cta": "c"})
    possible = quote(found, **options).capacity
    spec = APP.spec.model_validate(options | {"count": possible})
    assert len(APP.plan(spec, found, 1).outputs) == possible
    over = spec.model_copy(update={"count": possible + 1})
    with pytest.raises(InvalidInput) as caught:
        APP.plan(over, found, 1)
    assert caught.value.code == "too_many_outputs"
    assert caught.value.metadata["possible"] == possible
    assert caught.value.metadata["requested"] == possible + 1
    assert caught.value.metadata["binding"] in caught.value.message
    assert any(note.startswith(f"Only {possible} ") for note in APP.quote(over, found).notes)


def test_skipped_videos_count_as_asked_for() -> None:
    with pytest.raises(InvalidInput) as caught:
        APP.plan(APP.spec(count=2, skip=5, seed=1), library("abc"), 1)
    assert (caught.value.metadata["requested"], caught.value.metadata["possible"]) == (7, 6)


def test_the_same_content_counts_once() -> None:
    found = Library((clip("a"), clip("b"), clip("c", content="a")))
    made = quote(found)
    assert made.capacity == 2
    assert any("c.mp4" in note for note in made.notes)
    assert len(APP.plan(APP.spec(count=2), found, 1).outputs[0].recipe["pieces"]) == 2
    assert refusal(found, clips_per_video=3).metadata == {"where": "project", "requested": 3, "available": 2}


def test_a_pinned_duplicate_is_its_content() -> None:
    found = Library((clip("a"), clip("b"), clip("c", content="a")))
    plan = APP.plan(APP.spec.model_validate({"count": 1, "first_clip": pin("c")}), found, 1)
    assert plan.outputs[0].recipe["shots"][0]["clip"] == pin("a")


def test_a_content_twice_in_a_group_counts_once() -> None:
    clips = (clip("a"), clip("b", content="a"), clip("c"))
    found = Library(clips, (Group("hook", (clip_id("a"), clip_id("b"))), Group("cta", (clip_id("c"),))))
    assert quote(found, mode="groups", order="fixed").capacity == 1


def test_a_clip_in_two_groups_with_groups_in_their_order() -> None:
    assert quote(library("abc", {"one": "ab", "two": "bc"}), mode="groups", order="fixed").capacity == 4


def test_a_clip_in_two_groups_with_groups_in_any_order_counts_in_the_first() -> None:
    found = library("abc", {"one": "ab", "two": "bc"})
    made = quote(found, mode="groups", order="shuffled")
    assert made.capacity == 4
    assert any("'two'" in note and "b.mp4" in note for note in made.notes)
    emptied = refusal(library("ab", {"one": "ab", "two": "b"}), mode="groups", order="shuffled")
    assert (emptied.code, emptied.metadata["group"]) == ("empty_group", "two")


@pytest.mark.parametrize(
    ("found", "options", "code"),
    [
        (library(""), {}, "no_clips"),
        (library("ab"), {"mode": "groups"}, "no_groups"),
        (library("ab", {"hook": "a", "body": ""}), {"mode": "groups", "order": "fixed"}, "empty_group"),
        (library("ab", {"hook": "a", "body": "z"}), {"mode": "groups", "order": "shuffled"}, "empty_group"),
        (library("ab"), {"clips_per_video": 3}, "too_few_clips"),
        (library([str(n) for n in range(201)]), {}, "too_many_clips_per_video"),
        (library("ab"), {"first_clip": pin("z")}, "clip_not_in_project"),
        (library("ab"), {"last_clip": pin("z")}, "clip_not_in_project"),
        (library("ab"), {"first_clip": pin("a"), "last_clip": pin("a")}, "pins_clash"),
        (library("ab"), {"first_clip": pin("a"), "last_clip": pin("b"), "clips_per_video": 1}, "pins_clash"),
        (THREE, {"mode": "groups", "order": "fixed", "first_clip": pin("c")}, "pin_outside_group"),
        (THREE, {"mode": "groups", "order": "fixed", "last_clip": pin("a")}, "pin_outside_group"),
        (library("abc", {"x": "a", "y": "b"}), {"mode": "groups", "first_clip": pin("c")}, "pin_outside_group"),
        (THREE, {"mode": "groups", "order": "shuffled", "first_clip": pin("a"), "last_clip": pin("b")}, "pins_clash"),
        (
            library("ab", {"x": "ab"}),
            {"mode": "groups", "first_clip": pin("a"), "last_clip": pin("b")},
            "pins_clash",
        ),
    ],
)
def test_what_cannot_be_mixed_has_a_reason(found: Library, options: dict[str, Any], code: str) -> None:
    assert refusal(found, **options).code == code


def song(seconds: int) -> AssetSource:
    facts = AudioAssetFacts(
        container="wav",
        codec="pcm",
        sample_rate=48_000,
        channels=2,
        duration_us=seconds * 10**6,
        size_bytes=1,
        sha256=A,
    )
    return AssetSource(asset_id=clip_id("song"), key="assets/s", name="song.wav", facts=facts)


def logo() -> AssetSource:
    facts = ImageFacts(codec="png", width=8, height=8, size_bytes=1, sha256=A)
    return AssetSource(asset_id=clip_id("logo"), key="assets/l", name="logo.png", facts=facts)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"caption": "Sale 🔥🎬 ✓ now"}, "Captions leave out 🔥 🎬: their typeface does not have them."),
        ({"caption": "{opening}"}, "Captions leave out a part of the clip's name for 视频."),
        (
            {"caption": "Hi", "caption_style": {"anchor": "top"}, "watermark": {"asset": pin("logo"), "anchor": "top"}},
            "The caption and the watermark stand in the same place, top.",
        ),
        (
            {"voice": {"asset": pin("song")}},
            "The voice-over lasts 7.0 s and is cut off where a video ends, after 4.0 s at the latest.",
        ),
    ],
    ids=str,
)
def test_what_a_person_should_know_first_is_noted(options: dict[str, Any], told: str) -> None:
    odd = clip("b").model_copy(update={"name": "视频.mp4"})
    found = Library((clip("a"), odd), assets=(song(7), logo()))
    assert APP.quote(APP.spec.model_validate({"count": 1, **options}), found).notes == (told,)


def test_what_is_as_usual_is_not_noted() -> None:
    options = {"caption": "Été {n} ✓", "watermark": {"asset": pin("logo")}, "voice": {"asset": pin("song")}}
    found = Library((clip("a"), clip("b")), assets=(song(3), logo()))
    assert APP.quote(APP.spec.model_validate({"count": 1, **options}), found).notes == ()


def test_one_group_with_one_clip_pinned_at_both_ends() -> None:
    found = library("ab", {"x": "ab"})
    assert quote(found, mode="groups", first_clip=pin("a"), last_clip=pin("a")).capacity == 1


def test_200_clips_are_at_the_limit() -> None:
    assert len(str(quote(library([str(n) for n in range(200)])).capacity)) == 375


def test_a_video_of_an_hour_is_at_the_limit() -> None:
    hour = Library(tuple(clip(str(n), seconds=600) for n in range(6)))
    assert quote(hour, resolution=480).size == 10 * 3600 * 30
    longer = Library((*hour.clips, clip("more", seconds=0.04)))
    assert refusal(longer, resolution=480).code == "output_too_long"
    assert quote(longer, resolution=480, clips_per_video=6).capacity == 5040


def test_too_many_segments_for_one_video() -> None:
    hour = Library(tuple(clip(str(n), seconds=600, size=(3840, 2160)) for n in range(6)))
    assert refusal(hour, resolution=2160, fps=60, quality="high").code == "too_many_segments"


@pytest.mark.parametrize("mode", ["automatic", "groups"])
def test_a_new_account_can_pay_fifty_videos_at_the_usual_settings(mode: str) -> None:
    found = library([str(n) for n in range(12)], {"hook": "0123", "body": "4567", "cta": "89"})
    assert (
        quote(found, mode=mode, count=50, clips_per_video=None if mode == "groups" else 3).total <= limits.SIGN_UP_BONUS
    )


def test_frames_of_a_quote() -> None:
    found = Library((clip("a", seconds=1), clip("b", seconds=2), clip("c", seconds=3)))
    everything = quote(found, count=4)
    assert (everything.work, everything.size) == (180, 4 * 180)
    some = quote(found, count=4, clips_per_video=2)
    assert (some.work, some.size) == (180, 4 * 120)
    pinned = quote(found, count=4, clips_per_video=2, first_clip=pin("c"))
    assert pinned.size == 4 * (90 + 45)


def test_the_quote_shows_how_often_clips_of_two_groups_come_together() -> None:
    options: dict[str, Any] = {"mode": "groups", "count": 12, "seed": 3}
    shown = quote(THREE, **options).pairs
    assert [(table.groups, table.least, table.most) for table in shown] == [
        (("hook", "body"), 2, 2),
        (("hook", "cta"), 3, 3),
        (("body", "cta"), 2, 2),
    ]
    assert shown[1].text == "hook with cta: each of 4 pairs in 3 videos."
    outputs = APP.plan(APP.spec.model_validate(options), THREE, 3).outputs
    made = [[(shot["group"], UUID(shot["clip"])) for shot in output.recipe["shots"]] for output in outputs]
    assert pair_tables(made) == shown
    assert quote(THREE).pairs == ()  # nobody sorted the clips


def test_the_pairs_of_a_large_order_are_not_looked_for() -> None:
    found = library("abcdefgh", {"x": "abcd", "y": "efgh"})
    asked: dict[str, Any] = {"mode": "groups", "speeds": ["1", "5/4", "4/5", "2"]}
    assert len(quote(found, count=limits.PAIRED_VIDEOS, **asked).pairs) == 1
    assert quote(found, count=limits.PAIRED_VIDEOS + 1, **asked).pairs == ()


@pytest.mark.parametrize("options", [{"order": "shuffled"}, {}], ids=["any order", "four groups"])
def test_pairs_that_take_long_to_find_are_not_looked_for(
    monkeypatch: pytest.MonkeyPatch, options: dict[str, Any]
) -> None:
    """What a page asks at each key stroke chooses no videos that need much choosing."""
    names = [f"{group}{n}" for group in "wxyz" for n in range(10)]
    groups = {group: names[at * 10 : at * 10 + 10] for at, group in enumerate("wxyz")}
    found = library(names, {name: groups[name] for name in ("xyz" if options else "wxyz")})

    def chosen(*_: object) -> None:
        raise AssertionError("a video was chosen")

    monkeypatch.setattr(DiversePrefix, "__getitem__", chosen)
    assert quote(found, mode="groups", count=10, **options).pairs == ()


@pytest.mark.parametrize("clips", [limits.COMPARED_CLIPS, limits.COMPARED_CLIPS + 1])
def test_options_are_compared_as_if_no_sets_were_kept_apart_where_that_takes_long(clips: int) -> None:
    """Of the order itself and of its sets the numbers are exact either way."""
    found = library("abcdefghijklmnopq", {"x": "abcdefgh", "y": "ijklmnop", "z": "q"})
    groups = [{"name": name, "clips": 1 if name == "z" else clips} for name in "xyz"]
    asked: dict[str, Any] = {"mode": "groups", "groups": groups, "order": "shuffled", "count": 1, "speeds": ["1", "2"]}
    apart = {"never_adjacent": [[pin("a"), pin("b"), pin("q")], [pin("c"), pin("p")]]}
    free, kept = quote(found, **asked), quote(found, **asked, **apart)
    there = {each.option: each.capacity_factor for each in kept.effects}
    assert there["never_adjacent"] == Fraction(kept.capacity, free.capacity) < 1
    usual = {each.option: each.capacity_factor for each in free.effects}
    with_sets = Fraction(kept.capacity, quote(found, **asked | {"order": "fixed"}, **apart).capacity)
    told = "compared_without_sets" in [note.code for note in kept.notes]
    assert (there["order"], told) == ((usual["order"], True) if clips > limits.COMPARED_CLIPS else (with_sets, False))
    assert usual["order"] != with_sets
