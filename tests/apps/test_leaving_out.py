"""Clips and speeds that are left out, and videos that are: as few as are named, and never a failure."""

from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medley.apps.video_mixer.leaving_out import leave_out, shortest
from medley.apps.video_mixer.planning.arrangements import Arrangements, Pool
from medley.apps.video_mixer.planning.block_counting import Block
from medley.apps.video_mixer.planning.blocks import BlocksInAnyOrder, BlocksInOrder
from medley.apps.video_mixer.planning.listed import Listed
from medley.apps.video_mixer.planning.long_enough import Lengths
from medley.apps.video_mixer.planning.ranked_combinations import Choices
from medley.apps.video_mixer.planning.rotations import RotatedBlocks

LEVELS = st.dictionaries(
    st.integers(0, 7), st.lists(st.integers(1, 30), min_size=1, max_size=3, unique=True).map(sorted), min_size=8
)


def longest(pools: list[Pool], levels: dict[int, list[int]]) -> int:
    return sum(sum(sorted((levels[clip][-1] for clip in pool.clips), reverse=True)[: pool.picked]) for pool in pools)


@given(LEVELS, st.integers(1, 3), st.integers(1, 5), st.integers(0, 10))
def test_what_is_left_is_long_enough(levels: dict[int, list[int]], one: int, other: int, spare: int) -> None:
    pools = [Pool((0, 1, 2), one), Pool((3, 4, 5, 6, 7), other)]
    asked = longest(pools, levels) - spare
    left = leave_out(pools, levels, asked)
    assert shortest(pools, left) >= asked
    assert all(found == levels[clip][len(levels[clip]) - len(found) :] for clip, found in left.items())
    assert all(sum(bool(left[clip]) for clip in pool.clips) >= pool.picked for pool in pools)
    if shortest(pools, levels) >= asked:
        assert left == levels


@given(LEVELS, st.integers(1, 4), st.integers(1, 4), st.integers(0, 10))
def test_clips_of_two_pools_end_it_too(levels: dict[int, list[int]], one: int, other: int, spare: int) -> None:
    pools = [Pool((0, 1, 2, 3), one), Pool((2, 3, 4, 5), other)]
    left = leave_out(pools, levels, longest(pools, levels) - spare)
    assert all(sum(bool(left[clip]) for clip in pool.clips) >= pool.picked for pool in pools)


def videos(found: Arrangements) -> Iterator[tuple[tuple[int, int], ...]]:
    for place, opening in enumerate(found.openings):
        yield from (found.unrank(place, index) for index in range(opening.share))


@pytest.mark.parametrize("seed", range(40))
def test_as_many_are_long_enough_as_are_when_looked_at(seed: int) -> None:
    chance = Random(seed)
    weights = {clip: chance.randint(1, 2) for clip in range(8)}
    apart = {clip: chance.randint(1, 3) for clip in range(8) if chance.random() < 0.5}
    several = chance.randint(1, 2)
    groups = (Block((0, 1), several), Block((2, 3), 1, 3), Block((4, 5, 6), several))
    pinned = Block((2, 3), several, chance.choice((None, 2))), Block((7,))
    first, last = chance.choice((None, 7)), chance.choice((None, 6))
    free = tuple(clip for clip in range(8) if clip not in (first, last))
    pins = (first is not None) + (last is not None)
    kinds: list[Arrangements] = [
        BlocksInOrder(groups, weights, apart),
        BlocksInAnyOrder(groups, None, None, weights, apart),
        BlocksInAnyOrder([groups[0], groups[2]], *chance.choice((pinned, pinned[::-1])), weights, apart),
        RotatedBlocks(groups, None, Block((7,)), weights, apart),
        Choices(free, pins + chance.randint(0 if pins else 1, 4), first, last, weights, apart=apart),
    ]
    for found in kinds:
        parts = [{clip: [chance.randint(1, 9) for _ in range(weights[clip])] for clip in range(8)} for _ in range(2)]
        lengths = Lengths(*parts, chance.randint(5, 25))
        expected = 0
        for video in videos(found):
            each = [lengths.of(clip, place, len(video))[variant] for place, (clip, variant) in enumerate(video)]
            expected += sum(each) >= lengths.asked
        assert found.long_enough(lengths) == expected
        assert Listed(found, lambda _: True, found.capacity).long_enough(lengths) == expected
