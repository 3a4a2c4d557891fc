"""Advertisements: every pair of clips of two groups comes as often as any other, after any number of videos."""

from collections import Counter
from collections.abc import Sequence
from itertools import accumulate, combinations, pairwise
from math import prod
from random import Random

import pytest

from medley.apps.video_mixer.planning import pair_balance
from medley.apps.video_mixer.planning.arrangements import Arrangements, Video, capacity_of
from medley.apps.video_mixer.planning.block_counting import Block
from medley.apps.video_mixer.planning.blocks import BlocksInAnyOrder, BlocksInOrder
from medley.apps.video_mixer.planning.pair_balance import PairBalance
from medley.apps.video_mixer.planning.planner import Numbering
from medley.apps.video_mixer.planning.ranked_combinations import Choices

Pairs = Counter[tuple[int, int]]


def blocks(*sizes: int) -> list[Block]:
    return [Block(tuple(range(start, end))) for start, end in pairwise(accumulate(sizes, initial=0))]


def first(found: Arrangements, count: int, seed: int = 1, *, vary: bool = True) -> list[Video]:
    numbering = Numbering(found, seed, vary_opening=vary)
    return [numbering[number] for number in range(count)]


def pairs_of(video: Video) -> list[tuple[int, int]]:
    return list(combinations(sorted(pick.clip for pick in video), 2))


def every_pair(sizes: Sequence[int]) -> list[list[tuple[int, int]]]:
    """The pairs of each two groups of more than one clip."""
    groups = [block.clips for block in blocks(*sizes) if len(block.clips) > 1]
    return [[(a, b) for a in one for b in other] for one, other in combinations(groups, 2)]


def fewest_twins(sizes: Sequence[int], videos: int) -> int:
    """How many pairs of videos share two clips at least, counted once for each two clips: if all pairs are even."""
    total = 0
    for pairs in every_pair(sizes):
        times, more = divmod(videos, len(pairs))
        total += more * (times + 1) * times // 2 + (len(pairs) - more) * times * (times - 1) // 2
    return total


def twins(used: Pairs, sizes: Sequence[int]) -> int:
    return sum(used[pair] * (used[pair] - 1) // 2 for pairs in every_pair(sizes) for pair in pairs)


SHAPES = [(6, 6, 4), (5, 6, 7), (4, 8, 6), (5, 5, 8), (7, 4, 5), (4, 4, 4), (6, 6, 6), (8, 8, 8), (6, 1, 6, 4)]


@pytest.mark.parametrize("sizes", SHAPES, ids=str)
def test_pairs_are_as_even_as_clips(sizes: tuple[int, ...]) -> None:
    for seed in (1, 2):
        used: Pairs = Counter()
        clips: Counter[int] = Counter()
        for number, video in enumerate(first(BlocksInOrder(blocks(*sizes)), 60, seed), start=1):
            used.update(pairs_of(video))
            clips.update(pick.clip for pick in video)
            if number < 30:
                continue
            least = fewest_twins(sizes, number)
            assert twins(used, sizes) <= max(least * 1.03, least + 1), f"{number} videos, seed {seed}"
            for pairs in every_pair(sizes):
                times = [used[pair] for pair in pairs]
                assert max(times) - min(times) <= 2
                assert not (min(times) == 0 and max(times) > 2)
            for block in blocks(*sizes):
                shown = [clips[clip] for clip in block.clips]
                assert max(shown) - min(shown) <= 2


def test_fifty_of_six_hooks_six_bodies_and_four_calls_to_action() -> None:
    """What was asked of it: 2 or 3 times each hook with each call to action, where 0 to 5 were."""
    for seed in range(5):
        used: Pairs = Counter()
        for video in first(BlocksInOrder(blocks(6, 6, 4)), 50, seed):
            used.update(pairs_of(video))
        ranges = [
            (min(used[pair] for pair in pairs), max(used[pair] for pair in pairs)) for pairs in every_pair((6, 6, 4))
        ]
        assert ranges == [(1, 2), (2, 3), (2, 3)]


@pytest.mark.parametrize("sizes", [(5, 6, 4, 7), (4, 4, 4, 4), (6, 6, 6, 6)], ids=str)
def test_four_groups_come_near(sizes: tuple[int, ...]) -> None:
    used: Pairs = Counter()
    for video in first(BlocksInOrder(blocks(*sizes)), 50):
        used.update(pairs_of(video))
    assert twins(used, sizes) <= fewest_twins(sizes, 50) * 1.03


@pytest.mark.parametrize("kind", [BlocksInOrder, BlocksInAnyOrder])
@pytest.mark.parametrize("vary", [True, False])
def test_groups_in_any_order_and_variants_are_balanced_too(
    kind: type[BlocksInOrder | BlocksInAnyOrder], vary: bool
) -> None:
    found = kind(blocks(6, 6, 4), weights=dict.fromkeys(range(16), 3))
    videos = first(found, 48, vary=vary)
    used: Pairs = Counter(pair for video in videos for pair in pairs_of(video))
    assert twins(used, (6, 6, 4)) <= fewest_twins((6, 6, 4), 48) + 1
    openings = Counter(video[0].clip for video in videos)
    if vary:
        assert set(openings) == {opening.clip for opening in found.openings}
        assert max(openings.values()) - min(openings.values()) <= 1
    for clip in range(16):
        shown = Counter(pick.variant for video in videos for pick in video if pick.clip == clip)
        assert max(shown.values()) - min(shown[variant] for variant in range(3)) <= 2


@pytest.mark.parametrize("sizes", [(2, 2), (3, 3, 3), (2, 3, 4), (1, 4, 3), (5, 6)], ids=str)
def test_all_there_are_come_once(sizes: tuple[int, ...]) -> None:
    videos = first(BlocksInOrder(blocks(*sizes)), prod(sizes))
    assert len(set(videos)) == prod(sizes)


SMALL: dict[str, tuple[Arrangements, int]] = {
    "a hook, 5 of 8 bodies, a call to action": (BlocksInOrder(blocks(1, 8, 1)), 5),
    "three clips in three looks": (BlocksInOrder(blocks(1, 1, 1), dict.fromkeys(range(3), 3)), 5),
    "three of six after a first one": (Choices((1, 2, 3, 4, 5, 6), 4, 0), 5),
    "two of five": (BlocksInOrder([Block(tuple(range(5)), 2)]), 5),
    "five clips in two looks": (Choices((0, 1, 2, 3, 4), 5, weights=dict.fromkeys(range(5), 2)), 5),
}


@pytest.mark.parametrize("name", SMALL)
def test_a_seed_matters_in_small_orders_too(name: str) -> None:
    found, count = SMALL[name]
    assert capacity_of(found) > count
    plans = [first(found, count, seed) for seed in range(100)]
    assert len({tuple(plan) for plan in plans}) > 60
    assert len({frozenset(plan) for plan in plans}) > 25
    assert {video for plan in plans for video in plan} == set(first(found, capacity_of(found)))


@pytest.mark.parametrize("sizes", [(6, 6, 6, 6), (10, 10, 10, 10), (12, 12, 5), (4, 4, 4, 4, 4, 4)], ids=str)
def test_choosing_takes_so_much_and_no_more(sizes: tuple[int, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    """A preview and a quote wait for it, whatever the shape: what is tried is bounded, not how often."""
    tried = 0
    run = pair_balance._Search.run

    def counted(search: "pair_balance._Search") -> list[tuple[int, ...]]:
        nonlocal tried
        found = run(search)
        tried += search.tried
        return found

    monkeypatch.setattr(pair_balance._Search, "run", counted)
    PairBalance(sizes, range(len(sizes)), Random(7)).row(pair_balance.AHEAD - 1)
    assert tried < pair_balance._EFFORT + pair_balance.AHEAD * 2_000
