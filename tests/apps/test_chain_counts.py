"""Chain counts: as many videos as an enumeration finds, whatever the sets, pins, blocks and variants."""

from collections import Counter
from itertools import pairwise, permutations, product
from math import prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medley.apps.video_mixer.planning import shuffling
from medley.apps.video_mixer.planning.arrangements import Address, Apart, Weights
from medley.apps.video_mixer.planning.block_counting import Block
from medley.apps.video_mixer.planning.blocks import BlocksInAnyOrder, BlocksInOrder
from medley.apps.video_mixer.planning.chain_counts import Again, Link, count, count_turned
from medley.apps.video_mixer.planning.rotations import RotatedBlocks
from medley.apps.video_mixer.planning.row_ends import Ends

CLIPS = range(7)
WEIGHTS = st.dictionaries(st.sampled_from(CLIPS), st.integers(1, 6), max_size=7)
APART = st.dictionaries(st.sampled_from(CLIPS), st.integers(1, 3), max_size=7)


@st.composite
def block(draw: st.DrawFn, clips: list[int]) -> Block:
    members = draw(st.lists(st.sampled_from(clips), min_size=1, unique=True))
    picked = draw(st.integers(1, min(4, len(members))))
    pins = draw(st.lists(st.sampled_from([None, *members]), min_size=2, max_size=2))
    first, last = pins if pins[0] != pins[1] else (pins[0], None)
    if picked == 1 and first is not None:
        last = None
    return Block(tuple(members), picked, first, last)


def fillings(one: Block) -> list[tuple[int, ...]]:
    return [
        clips
        for clips in permutations(one.clips, one.picked)
        if one.first in (None, clips[0]) and one.last in (None, clips[-1])
    ]


def enumerated(blocks: list[Block], weights: Weights, apart: Apart) -> int:
    rows = ([clip for part in parts for clip in part] for parts in product(*map(fillings, blocks)))
    return sum(
        prod(weights.get(clip, 1) for clip in row)
        for row in rows
        if not any(apart.get(one, 0) == apart.get(other, 0) != 0 for one, other in pairwise(row))
    )


@settings(max_examples=150)
@given(st.lists(block(list(CLIPS)), min_size=1, max_size=3), WEIGHTS, APART)
def test_blocks_in_order_are_as_many_as_enumerated(blocks: list[Block], weights: Weights, apart: Apart) -> None:
    expected = enumerated(blocks, weights, apart) if prod(len(fillings(each)) for each in blocks) < 20_000 else None
    found = BlocksInOrder(blocks, weights, apart)
    shares = sum(opening.share for opening in found.openings)
    assert found.capacity == shares
    assert expected in (None, shares)


@given(block(list(CLIPS)), WEIGHTS, APART)
def test_variants_that_all_clips_have_are_a_factor(one: Block, weights: Weights, apart: Apart) -> None:
    thrice = {clip: 3 * weights.get(clip, 1) for clip in CLIPS}
    assert count([one], thrice, apart) == 3**one.picked * count([one], weights, apart)


@settings(max_examples=60)
@given(st.data(), WEIGHTS, APART)
def test_blocks_in_any_order_and_in_turn(data: st.DataObject, weights: Weights, apart: Apart) -> None:
    """The shares of the openings, which others count and number, add up to the capacity."""
    head, tail = (data.draw(st.booleans()) for _ in range(2))
    middle = [Block((0, 1), data.draw(st.integers(1, 2))), Block((2,)), Block((3, 4), data.draw(st.integers(1, 2)))]
    ends = Block((5,), 1, 5) if head else None, Block((6,), 1, None, 6) if tail else None
    any_order = BlocksInAnyOrder(middle, *ends, weights, apart)
    turned = RotatedBlocks(middle, *ends, weights, apart)
    assert any_order.capacity == sum(opening.share for opening in any_order.openings)
    assert turned.capacity == sum(opening.share for opening in turned.openings)
    assert turned.capacity == count_turned(middle, *ends, weights, apart)


@given(block(list(CLIPS)), WEIGHTS, APART, st.lists(st.integers(0, 5), min_size=4, max_size=4))
def test_one_end_is_found_as_all_are(one: Block, weights: Weights, apart: Apart, ways: list[int]) -> None:
    link, after = Link(one, weights, apart), Ends(ways[0], dict(enumerate(ways[1:], start=1)))
    every = link.ends(after, {0, 1, 2, 3})
    assert [every.after(letter) for letter in range(4)] == [
        link.ends(after, {letter}).after(letter) for letter in range(4)
    ]


@given(block(list(CLIPS)), WEIGHTS, APART)
def test_fillings_between_two_sets_are_as_many_as_enumerated(one: Block, weights: Weights, apart: Apart) -> None:
    rows: Counter[tuple[int, int, int]] = Counter()
    for row in fillings(one):
        if not any(apart.get(a, 0) == apart.get(b, 0) != 0 for a, b in pairwise(row)):
            rows[apart.get(row[0], 0), apart.get(row[-1], 0), prod(weights.get(clip, 1) for clip in row)] += 1
    found = Link(one, weights, apart).fillings
    for before, last in product(range(5), range(5)):
        expected = sum(
            ways * number
            for (first, end, ways), number in rows.items()
            if end == last and (first != before or before == 0)
        )
        assert found.between(before, last) == expected


@given(block(list(CLIPS)), WEIGHTS, APART, st.lists(st.integers(0, 5), min_size=4, max_size=4))
def test_ends_from_all_fillings_are_those_found_in_one_pass(
    one: Block, weights: Weights, apart: Apart, ways: list[int]
) -> None:
    link, after = Again(one, weights, apart), Ends(ways[0], dict(enumerate(ways[1:], start=1)))
    again, passed = link.again(after), link.ends(after, link.letters | {0})
    assert [again.after(letter) for letter in range(5)] == [passed.after(letter) for letter in range(5)]


@pytest.mark.parametrize("compared", [0, 8])
@pytest.mark.parametrize("weights", [{}, {0: 2, 1: 2, 3: 2, 4: 2, 6: 3}])
def test_blocks_of_few_and_of_many_sets(compared: int, weights: Weights, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each number is another video and leads back, however blocks are told to be alike."""
    monkeypatch.setattr(shuffling, "_COMPARED", compared)
    blocks = [Block((0, 1, 2), 2), Block((3, 4, 5), 2), Block((6, 7), 2)]
    found = BlocksInAnyOrder(blocks, None, None, weights, {0: 1, 1: 2, 3: 1, 4: 2, 6: 1})
    every = [
        (place, index, found.unrank(place, index))
        for place, opening in enumerate(found.openings)
        for index in range(opening.share)
    ]
    assert len({video for _, _, video in every}) == len(every) == found.capacity
    assert all(found.rank(video) == Address(place, index) for place, index, video in every)
    orders = permutations(blocks)
    assert found.capacity == sum(enumerated(list(each), weights, found.apart) for each in orders)
