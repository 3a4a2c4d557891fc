"""What is possible is counted exactly, what costs videos is named, and what cannot be is explained with numbers."""

from collections.abc import Mapping
from itertools import pairwise, permutations, product
from typing import Any

import pytest

from medley.apps.registry import Library
from medley.apps.video_mixer.planning import capacity
from medley.apps.video_mixer.planning import selection as selecting
from medley.apps.video_mixer.planning.arrangements import Arrangements, Video, Weights, capacity_of
from medley.apps.video_mixer.planning.capacity import Capacity
from medley.apps.video_mixer.planning.planner import Numbering
from medley.apps.video_mixer.planning.selection import Selection, select
from medley.apps.video_mixer.spec import MixSpec
from medley.errors import InvalidInput
from tests.apps.builders import clip, clip_id, library

GROUPS = {"hook": "ab", "body": "cde", "cta": "fg"}
SEVEN = library("abcdefg", GROUPS)


def ids(names: str) -> tuple[str, ...]:
    return tuple(str(clip_id(name)) for name in names)


def spec_of(**options: Any) -> MixSpec:
    return MixSpec.model_validate(options)


def weigh(spec: MixSpec, selection: Selection) -> Weights:
    """Each clip in every speed, look and window."""
    windows = spec.windows if spec.trim == "spread" else 1
    return dict.fromkeys(selection.shown, len(spec.speeds) * len(spec.looks) * windows)


def arrange(spec: MixSpec, found: Library) -> Arrangements:
    selection = select(spec, found)
    return selecting.arrange(selection, weigh(spec, selection))


def measure(found: Library, **options: Any) -> Capacity:
    spec = spec_of(**options)
    possible = capacity_of(arrange(spec, found))
    return capacity.measure(spec, found, select(spec, found).summary, possible, arrange)


def all_videos(found: Library, **options: Any) -> list[Video]:
    spec = spec_of(**options)
    arrangements = arrange(spec, found)
    numbering = Numbering(arrangements, 1, choose=spec.choose)
    return [numbering[number] for number in range(capacity_of(arrangements))]


def names(video: Video) -> str:
    return "".join("abcdefg"[pick.clip] for pick in video)


def apart(order: str, *sets: str) -> bool:
    return not any(a in members and b in members for a, b in pairwise(order) for members in sets)


def test_all_clips_of_a_set_are_kept_apart() -> None:
    wanted = {"".join(order) for order in permutations("abcde") if apart("".join(order), "abc", "de")}
    shown = [names(video) for video in all_videos(library("abcde"), never_adjacent=[ids("abc"), ids("de")])]
    assert sorted(shown) == sorted(wanted)


def test_in_library_order_neighbours_of_a_set_are_left_out() -> None:
    shown = [
        names(video)
        for video in all_videos(
            library("abcde"), order="fixed", clips_per_video=3, never_adjacent=[ids("ab")], last_clip=ids("d")[0]
        )
    ]
    assert sorted(shown) == ["acd", "aed", "bcd", "bed", "ced"]


@pytest.mark.parametrize("order", ["fixed", "shuffled"])
def test_several_clips_of_a_group_stand_together(order: str) -> None:
    options: dict[str, Any] = {"mode": "groups", "order": order, "groups": [{"name": "body", "clips": 2}]}
    blocks = ["ab", ["".join(pair) for pair in permutations("cde", 2)], "fg"]
    orders = permutations(blocks) if order == "shuffled" else [blocks]
    wanted = {"".join(parts) for chosen in orders for parts in product(*chosen)}
    found = all_videos(SEVEN, **options)
    assert sorted(map(names, found)) == sorted(wanted)
    selection = select(spec_of(**options), SEVEN)
    assert selection.length == 4
    for video in found[:5]:
        homes = selection.groups_of(video)
        assert all(name in GROUPS[home or ""] for name, home in zip(names(video), homes, strict=True))


def test_groups_in_any_order_with_pins_and_sets() -> None:
    options: dict[str, Any] = {
        "mode": "groups",
        "order": "shuffled",
        "groups": [{"name": "hook", "clips": 2}],
        "first_clip": ids("b")[0],
        "never_adjacent": [ids("acf")],
    }
    wanted = {
        order
        for middle in permutations(["cde", "fg"])
        for parts in product(*middle)
        if apart(order := "ba" + "".join(parts), "acf")
    }
    assert sorted(map(names, all_videos(SEVEN, **options))) == sorted(wanted)


def test_variants_multiply() -> None:
    assert measure(library("abc"), speeds=("1", "5/4")).possible == 6 * 2**3
    options: dict[str, Any] = {"speeds": ("1", "5/4"), "looks": ("none", "warm", "mono"), "clips_per_video": 2}
    assert measure(library("abc"), **options).possible == 6 * 6**2
    videos = all_videos(library("abc"), **options)
    assert len(set(videos)) == 216


@pytest.mark.parametrize(
    ("options", "constraint", "possible"),
    [
        ({}, "clips", 5040),
        ({"order": "fixed"}, "fixed_order", 1),
        ({"clips_per_video": 2}, "clips_per_video", 42),
        ({"first_clip": ids("a")[0]}, "pinned_clips", 720),
        ({"never_adjacent": [ids("abcd")]}, "never_adjacent", 144),
        ({"never_adjacent": [ids("ab")], "order": "fixed"}, "never_adjacent", None),
        ({"mode": "groups", "order": "fixed"}, "fixed_order", 12),
    ],
    ids=str,
)
def test_what_binds(options: Mapping[str, Any], constraint: str, possible: int | None) -> None:
    if possible is None:
        with pytest.raises(InvalidInput) as caught:
            measure(SEVEN, **options)
        assert caught.value.code == "never_adjacent_impossible"
        return
    found = measure(SEVEN, **options)
    assert (found.constraint, found.possible) == (constraint, possible)


def test_what_costs_most_binds() -> None:
    found = measure(library("abcd"), order="fixed", clips_per_video=3, first_clip=ids("b")[0], speeds=("1", "4/5"))
    assert found.possible == 3 * 2**3
    assert found.constraint == "fixed_order"  # shuffled there would be 48, without the pin 32
    assert found.text == ("3 of 4 clips in library order, starting with 'b.mp4'; shuffle the order for more")


def refused(found: Library, **options: Any) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        measure(found, **options)
    return caught.value


def test_a_set_too_large_is_explained_with_numbers() -> None:
    error = refused(library("abcde"), never_adjacent=[ids("abcd")])
    assert error.code == "never_adjacent_impossible"
    assert "5 clips must show at least 4 of the 4 clips" in error.message
    assert "at most 3 of them" in error.message


def test_a_set_that_the_order_makes_impossible() -> None:
    error = refused(library("abc"), never_adjacent=[ids("ab")], order="fixed")
    assert error.code == "never_adjacent_impossible"
    assert "all 3 clips in library order, clips of a set never adjacent" in error.message


@pytest.mark.parametrize(
    ("found", "options", "code"),
    [
        (SEVEN, {"never_adjacent": [ids("az")]}, "clip_not_in_project"),
        (SEVEN, {"mode": "groups", "groups": [{"name": "outro", "clips": 2}]}, "group_not_in_project"),
        (SEVEN, {"mode": "groups", "groups": [{"name": "hook", "clips": 3}]}, "too_few_clips"),
        (
            Library((clip("a"), clip("b"), clip("c"), clip("d", content="a"))),
            {"never_adjacent": [ids("ab"), ids("cd")]},
            "sets_overlap",
        ),
    ],
)
def test_what_cannot_be_mixed_has_a_reason(found: Library, options: dict[str, Any], code: str) -> None:
    assert refused(found, **options).code == code


def test_too_few_clips_in_a_group_are_counted() -> None:
    error = refused(SEVEN, mode="groups", groups=[{"name": "hook", "clips": 3}])
    assert error.metadata == {"where": "group", "group": "hook", "requested": 3, "available": 2}


def test_one_too_many_is_refused_with_what_binds() -> None:
    def require(count: int) -> None:
        spec = spec_of(count=count, never_adjacent=[ids("abcd")])
        possible = capacity_of(arrange(spec, SEVEN))
        capacity.require(spec, SEVEN, select(spec, SEVEN).summary, possible, arrange)

    require(144)
    with pytest.raises(InvalidInput) as caught:
        require(145)
    assert caught.value.code == "too_many_outputs"
    assert caught.value.metadata["possible"] == 144
    assert caught.value.metadata["constraint"] == "never_adjacent"


def given(found: Library, **options: Any) -> dict[str, Any]:
    """What would give more, by the codes of its sentences."""
    spec = spec_of(**options)
    gives = capacity.would_give(spec, found, capacity_of(arrange(spec, found)), arrange)
    return {each.code: each.parameters["videos"] for each in gives.parameters["what"]} if gives else {}


@pytest.mark.parametrize(
    ("options", "changes"),
    [
        (
            {"order": "fixed", "clips_per_video": 3, "first_clip": ids("b")[0], "never_adjacent": [ids("bc")]},
            {
                "gives_order": {"order": "shuffled"},
                "gives_no_pins": {"first_clip": None},
                "gives_neighbours": {"never_adjacent": ()},
                "gives_speed": {"speeds": ("1", "4/5")},
                "gives_look": {"looks": ("none", "warm")},
                "gives_windows": {"trim": "spread", "window_s": 0.5},
            },
        ),
        (
            {"clips_per_video": 2, "trim": "head", "window_s": 0.5},
            {
                "gives_longer": {"clips_per_video": 3, "trim": "head", "window_s": 0.5},
                "gives_windows": {"trim": "spread", "window_s": 0.5},
            },
        ),
        ({"trim": "spread", "window_s": 0.2}, {"gives_window": {"windows": 3}}),
    ],
)
def test_what_would_give_more_gives_exactly_so_many(
    options: Mapping[str, Any], changes: Mapping[str, Mapping[str, Any]]
) -> None:
    """Counted one by one; one clip more as well."""
    found = library("abcd")
    told = given(found, **options)
    counted = {code: len(set(all_videos(found, **{**options, **change}))) for code, change in changes.items()}
    assert {code: told.get(code, counted[code]) for code in changes} == counted
    now = len(set(all_videos(found, **options)))
    assert {code for code, videos in counted.items() if videos > now} == set(told) & set(changes)
    assert told["gives_clip"] == len(set(all_videos(library("abcde"), **options)))
    assert list(told.values()) == sorted(told.values(), reverse=True)


def test_what_would_give_beyond_reading_is_told_by_its_order() -> None:
    assert given(library("abcdefghijklmnopqrst"), order="fixed")["gives_order"] == "≈10^18"
