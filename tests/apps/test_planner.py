"""Numberings: every arrangement once, whatever is asked for, evenly and as unlike as can be."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations, islice
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medley.apps.video_mixer.planning import planner
from medley.apps.video_mixer.planning.arrangements import Arrangements, Video, capacity_of
from medley.apps.video_mixer.planning.block_counting import Block
from medley.apps.video_mixer.planning.blocks import BlocksInAnyOrder, BlocksInOrder
from medley.apps.video_mixer.planning.planner import FRONT, Gaps, Numbering, go_round
from medley.apps.video_mixer.planning.ranked_combinations import Choices
from medley.apps.video_mixer.variants import Variant

SEEDS = st.integers(0, 2**53 - 1)
CHOICES = ("spread", "random")
CHOOSE = st.sampled_from(CHOICES)


def clips(count: int, length: int, **options: Any) -> BlocksInOrder:
    return BlocksInOrder((Block(tuple(range(count)), length),), **options)


def groups(*sizes: int, picked: int = 1) -> list[Block]:
    starts = [sum(sizes[:place]) for place in range(len(sizes))]
    return [Block(tuple(range(start, start + size)), picked) for start, size in zip(starts, sizes, strict=True)]


KINDS: dict[str, Callable[[], Arrangements]] = {
    "one": lambda: clips(1, 1),
    "all of 4": lambda: clips(4, 4),
    "all of 5": lambda: clips(5, 5),
    "all of 3, in variants": lambda: clips(3, 3, weights={0: 2, 1: 3}),
    "3 of 5": lambda: clips(5, 3),
    "3 of 4, apart": lambda: clips(4, 3, apart={0: 1, 1: 1}, weights={2: 2}),
    "3 of 7 in order": lambda: Choices(tuple(range(7)), 3),
    "4 of 7 in order, pinned": lambda: Choices(tuple(range(6)), 4, None, 6, {1: 2}, apart={1: 1, 2: 1}),
    "one of each": lambda: BlocksInOrder(groups(3, 4, 2)),
    "one of each, in variants": lambda: BlocksInOrder(groups(2, 3), {0: 3, 2: 2}),
    "two of each": lambda: BlocksInOrder(groups(3, 3, picked=2)),
    "any order": lambda: BlocksInAnyOrder(groups(2, 3, 2)),
    "any order, pinned": lambda: BlocksInAnyOrder(groups(2, 3), Block((8, 9), 1, 8), Block((6, 7), 2, None, 6), {9: 2}),
    "any order, apart": lambda: BlocksInAnyOrder(groups(2, 2, 2), apart={0: 1, 2: 1, 4: 1}),
}


def every(kind: Arrangements) -> set[Video]:
    return {kind.unrank(place, index) for place, o in enumerate(kind.openings) for index in range(o.share)}


def first(kind: Arrangements, seed: int, count: int, **options: Any) -> list[Video]:
    numbering = Numbering(kind, seed, **options)
    return [numbering[number] for number in range(count)]


@pytest.mark.parametrize("kind", KINDS)
@given(SEEDS, CHOOSE, st.booleans())
@settings(max_examples=8)
def test_all_numbers_together_are_all_arrangements_once(kind: str, seed: int, choose: str, vary: bool) -> None:
    found = KINDS[kind]()
    videos = first(found, seed, capacity_of(found), choose=choose, vary_opening=vary)
    assert len(set(videos)) == len(videos)
    assert set(videos) == every(found)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("front", [0, 1, 7, 20])
@pytest.mark.parametrize("vary", [True, False])
def test_what_follows_the_front_is_all_the_others(
    monkeypatch: pytest.MonkeyPatch, kind: str, front: int, vary: bool
) -> None:
    monkeypatch.setattr(planner, "FRONT", front)
    found = KINDS[kind]()
    assert set(first(found, 3, capacity_of(found), choose="spread", vary_opening=vary)) == every(found)


@given(st.sampled_from(list(KINDS)), SEEDS, CHOOSE, st.integers(1, 25))
def test_openings_are_shared_evenly_until_one_is_used_up(kind: str, seed: int, choose: str, front: int) -> None:
    found = KINDS[kind]()
    shares = {opening.clip: opening.share for opening in found.openings}
    used: Counter[int] = Counter()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(planner, "FRONT", front)
        for video in first(found, seed, capacity_of(found), choose=choose):
            used[video[0].clip] += 1
            open_ones = [used[clip] for clip, share in shares.items() if used[clip] < share]
            assert max(used.values()) - min(open_ones, default=max(used.values())) <= 1


@given(st.sampled_from(["all of 5", "3 of 7 in order", "one of each", "any order, pinned"]), SEEDS, CHOOSE, st.data())
def test_a_number_never_depends_on_what_else_is_asked(kind: str, seed: int, choose: str, data: st.DataObject) -> None:
    found = KINDS[kind]()
    videos = first(found, seed, capacity_of(found), choose=choose)
    asked = data.draw(st.lists(st.integers(0, len(videos) - 1), min_size=1, max_size=5))
    fresh = Numbering(KINDS[kind](), seed, choose=choose)
    assert [fresh[number] for number in asked] == [videos[number] for number in asked]


def test_more_continues_without_repeats_at_any_place() -> None:
    both = first(clips(8, 8), 5, 1_257)
    assert len(set(both)) == len(both)
    for skip in (1, 7, 8, 9, FRONT - 1, FRONT, FRONT + 1, 1_237):
        more = Numbering(clips(8, 8), 5)
        assert [more[skip + number] for number in range(20)] == both[skip : skip + 20], skip


def test_far_numbers_are_found_at_once() -> None:
    found = clips(200, 200)
    numbering = Numbering(found, 1, choose="random")
    assert len({numbering[number] for number in range(1_000_000, 1_000_020)}) == 20


@pytest.mark.parametrize("vary", [True, False])
@pytest.mark.parametrize("choose", CHOICES)
def test_a_seed_is_a_choice_and_the_same_choice_again(vary: bool, choose: str) -> None:
    found = clips(7, 7)
    plans = [tuple(first(found, seed, 12, vary_opening=vary, choose=choose)) for seed in range(12)]
    assert len(set(plans)) == 12
    assert plans == [tuple(first(found, seed, 12, vary_opening=vary, choose=choose)) for seed in range(12)]


def test_without_varying_some_opening_comes_more_often_than_its_turn() -> None:
    counts = Counter(video[0].clip for video in first(clips(5, 5), 1, 50, vary_opening=False, choose="random"))
    assert set(counts) == set(range(5))
    assert max(counts.values()) - min(counts.values()) > 1


@pytest.mark.parametrize("choose", CHOICES)
@pytest.mark.parametrize("vary", [True, False])
def test_there_is_nothing_past_the_last_number(choose: Any, vary: bool) -> None:
    numbering = Numbering(clips(2, 2), 1, vary_opening=vary, choose=choose)
    for number in (-1, 2):
        with pytest.raises(IndexError):
            numbering[number]


def test_the_numbering_does_not_change_between_releases() -> None:
    """Top-ups continue old orders: if this fails, raise PLANNER_VERSION."""
    shown = {
        choose: ["".join(str(pick.clip) for pick in video) for video in first(clips(4, 4), 7, 6, choose=choose)]
        for choose in CHOICES
    }
    assert shown == {
        "spread": ["1302", "3210", "0123", "2031", "0312", "1230"],
        "random": ["1032", "3120", "0321", "2310", "1302", "3210"],
    }


def usage(videos: Sequence[Video]) -> Counter[int]:
    return Counter(pick.clip for video in videos for pick in video)


@pytest.mark.parametrize("count", [10, 37, 100, 300])
def test_clips_of_groups_are_shown_equally_often(count: int) -> None:
    found = BlocksInOrder(groups(4, 6, 7, 5), {clip: 1 + clip % 3 for clip in range(22)})
    used = usage(first(found, 11, count))
    for pool in found.pools:
        times = [used[clip] for clip in pool.clips]
        assert max(times) - min(times) <= 3


@pytest.mark.parametrize(("length", "most"), [(3, 2), (5, 2)])
def test_some_of_the_clips_are_shown_equally_often(length: int, most: int) -> None:
    for count in (10, 50, 200):
        times = [usage(first(clips(9, length), 2, count))[clip] for clip in range(9)]
        assert max(times) - min(times) <= most


def test_neighbours_that_are_forbidden_do_not_stop_the_balance() -> None:
    found = clips(10, 5, apart={0: 1, 1: 1, 2: 1, 3: 2, 4: 2})
    times = usage(first(found, 3, 120))
    assert max(times.values()) - min(times.values()) <= 3


def test_variants_are_shown_equally_often() -> None:
    found = clips(6, 4, weights=dict.fromkeys(range(6), 3))
    videos = first(found, 4, 150)
    for clip in range(6):
        times = Counter(pick.variant for video in videos for pick in video if pick.clip == clip)
        assert max(times.values()) - min(times.values()) <= 2


def shared(videos: Sequence[Video]) -> int:
    """Most clips that two videos have in common."""
    return max(len({p.clip for p in a} & {p.clip for p in b}) for a, b in combinations(videos, 2))


def test_spread_videos_share_less_than_random_ones() -> None:
    found = clips(30, 6)
    worst = {choose: [shared(first(found, seed, 40, choose=choose)) for seed in range(4)] for choose in CHOICES}
    assert sum(worst["spread"]) < sum(worst["random"])


def test_two_spread_videos_of_one_clip_set_do_not_look_alike_by_footage() -> None:
    """Windows that do not overlap are other footage; looks of one window are the same."""
    windows = [Variant(0, 30), Variant(60, 30), Variant(0, 30, look="mirror"), Variant(60, 30, look="mirror")]
    found = BlocksInOrder(groups(1, 1, 1), dict.fromkeys(range(3), 4))
    footage = dict.fromkeys(range(3), windows)
    one, two = first(found, 1, 2, footage=footage)
    assert all(a.variant % 2 != b.variant % 2 for a, b in zip(one, two, strict=True))


@given(st.lists(st.integers(0, 60), unique=True), st.integers(61, 80))
def test_gaps_are_the_numbers_not_taken(taken: list[int], size: int) -> None:
    gaps = Gaps.of(size, taken)
    assert [gaps[place] for place in range(size - len(taken))] == [n for n in range(size) if n not in taken]


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 5)), min_size=1, max_size=5))
def test_going_round_gives_each_opening_what_is_left_of_it(pairs: list[tuple[int, int]]) -> None:
    rounds = [(had, had + left) for had, left in pairs]
    turns = list(range(len(rounds)))[::-1]
    given_out = [go_round(rounds, turns, number) for number in range(sum(left for _, left in pairs))]
    assert sorted(given_out) == [(place, turn) for place, (_, left) in enumerate(pairs) for turn in range(left)]
    levels = [rounds[place][0] + turn for place, turn in given_out]
    assert levels == sorted(levels)
    with pytest.raises(IndexError):
        go_round(rounds, turns, len(given_out))


def test_a_thousand_of_everything_are_different() -> None:
    weights: Mapping[int, int] = {clip: 1 + clip % 4 for clip in range(60)}
    for found in (clips(20, 20), BlocksInAnyOrder(groups(9, 9, 9, 9), weights=weights), Choices(tuple(range(20)), 8)):
        numbering = Numbering(found, 9)
        assert len(set(islice(map(numbering.__getitem__, range(FRONT + 50)), FRONT + 50))) == FRONT + 50
