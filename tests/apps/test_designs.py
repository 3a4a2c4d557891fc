"""Exact designs do what they promise, and the first videos of a seed are one where it fits."""

from collections import Counter
from itertools import combinations, pairwise, product
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medley.apps.video_mixer.planning.arrangements import Arrangements
from medley.apps.video_mixer.planning.block_counting import Block
from medley.apps.video_mixer.planning.blocks import BlocksInAnyOrder, BlocksInOrder
from medley.apps.video_mixer.planning.designs import array_order, design, latin_squares, orthogonal_array
from medley.apps.video_mixer.planning.galois import GaloisField, prime_power
from medley.apps.video_mixer.planning.planner import Numbering
from medley.apps.video_mixer.planning.ranked_combinations import Choices


def same(rows: list[tuple[int, ...]]) -> int:
    """Most places at which two rows have the same."""
    return max(sum(a == b for a, b in zip(one, two, strict=True)) for one, two in combinations(rows, 2))


@pytest.mark.parametrize("size", range(2, 13))
def test_latin_squares(size: int) -> None:
    rows = list(latin_squares(size))
    times = 1 + size % 2
    assert len(rows) == len(set(rows)) == times * size
    for column in zip(*rows, strict=True):
        assert set(Counter(column).values()) == {times}
    neighbours = Counter(pair for row in rows for pair in pairwise(row))
    assert len(neighbours) == size * (size - 1)
    assert set(neighbours.values()) == {times}


@pytest.mark.parametrize(("order", "columns"), [(2, 3), (3, 3), (3, 4), (4, 5), (5, 4), (7, 8), (8, 5), (9, 10)])
def test_orthogonal_arrays(order: int, columns: int) -> None:
    rows = list(orthogonal_array(order, [order] * columns))
    assert len(rows) == order**2
    assert same(rows) == 1
    for one, two in combinations(range(columns), 2):
        assert {(row[one], row[two]) for row in rows} == set(product(range(order), repeat=2))
    for start in range(0, order**2, order):
        for column in list(zip(*rows[start : start + order], strict=True))[:order]:
            assert sorted(column) == list(range(order))


@pytest.mark.parametrize(
    ("sizes", "order"), [([2, 2], 2), ([6, 6, 6], 7), ([8, 8], 8), ([3] * 5, 4), ([3] * 6, 5), ([200] * 40, 211)]
)
def test_the_array_that_holds_the_groups(sizes: list[int], order: int) -> None:
    assert array_order(sizes) == order


@pytest.mark.parametrize("order", [2, 3, 4, 5, 7, 8, 9, 16, 25, 27])
def test_fields(order: int) -> None:
    field = GaloisField(order)
    for slope in range(1, order):
        assert sorted(field.line(slope, 0, place) for place in range(order)) == list(range(order))
        assert sorted(field.line(slope, offset, 1) for offset in range(order)) == list(range(order))
    some = range(0, order, max(1, order // 5))
    for a, b, c in product(some, repeat=3):
        assert field.line(a, field.line(b, 0, c), 1) == field.line(b, a, c)
        assert field.line(a, 0, field.line(b, 0, c)) == field.line(field.line(a, 0, b), 0, c)
        total = field.line(1, b, c)
        assert field.line(a, 0, total) == field.line(a, field.line(a, 0, b), c)


@given(st.integers(0, 2_000))
def test_prime_powers(number: int) -> None:
    prime = [p for p in range(2, number + 1) if number % p == 0 and all(p % d for d in range(2, int(p**0.5) + 1))]
    assert (prime_power(number) is not None) == (len(prime) == 1)
    if len(prime) == 1:
        base, power = prime_power(number) or (0, 0)
        assert (base, base**power) == (prime[0], number)


def test_a_field_of_no_prime_power_is_refused() -> None:
    with pytest.raises(ValueError, match="6"):
        GaloisField(6)


def shown(found: Arrangements, seed: int, count: int) -> list[tuple[int, ...]]:
    numbering = Numbering(found, seed)
    return [tuple(pick.clip for pick in numbering[number]) for number in range(count)]


@pytest.mark.parametrize(("size", "count"), [(6, 6), (8, 8), (5, 10), (7, 14)])
@pytest.mark.parametrize("seed", [1, 2])
def test_the_first_orders_of_all_clips_are_balanced(size: int, count: int, seed: int) -> None:
    rows = shown(BlocksInOrder((Block(tuple(range(size)), size),)), seed, count)
    assert {times for column in zip(*rows, strict=True) for times in Counter(column).values()} == {count // size}
    neighbours = Counter(pair for row in rows for pair in pairwise(row))
    assert len(neighbours) == size * (size - 1)


def test_pins_stay_around_the_balanced_orders() -> None:
    rows = shown(BlocksInOrder((Block(tuple(range(6)), 6, 5, 4),)), 1, 4)
    assert {(row[0], row[-1]) for row in rows} == {(5, 4)}
    assert {times for column in list(zip(*rows, strict=True))[1:-1] for times in Counter(column).values()} == {1}


def groups(*sizes: int) -> list[Block]:
    starts = [sum(sizes[:place]) for place in range(len(sizes))]
    return [Block(tuple(range(start, start + size))) for start, size in zip(starts, sizes, strict=True)]


EQUAL = pytest.mark.parametrize("sizes", [(5, 5, 5), (7, 7, 7, 7), (4, 4, 4, 4, 4), (3, 3, 3), (5, 5, 1, 5)])


@EQUAL
def test_the_first_videos_of_equal_groups_share_one_clip_at_most(sizes: tuple[int, ...]) -> None:
    rows = shown(BlocksInOrder(groups(*sizes)), 3, max(sizes) ** 2)
    assert same(rows) == 1 + sizes.count(1)


@EQUAL
def test_so_do_those_of_groups_in_any_order(sizes: tuple[int, ...]) -> None:
    rows = shown(BlocksInAnyOrder(groups(*sizes)), 3, 2 * max(sizes))
    assert max(len(set(one) & set(two)) for one, two in combinations(rows, 2)) == 1 + sizes.count(1)
    places = {tuple(clip // max(sizes) for clip in row) for row in rows}
    assert len(places) > 2  # the groups change places


@pytest.mark.parametrize("sizes", [(6, 6, 6), (5, 6, 3, 4), (10, 2, 7)])
def test_other_groups_have_fewer_such_rows(sizes: tuple[int, ...]) -> None:
    found = BlocksInOrder(groups(*sizes))
    rows = [tuple(row) for row in design(found, 10_000, Random(1))]
    assert 2 < len(rows) <= array_order(sizes) ** 2
    assert same(rows) == 1
    assert all(clip in block.clips for row in rows for clip, block in zip(row, found.blocks, strict=True))
    assert same(shown(found, 4, len(rows) // 2)) == 1


def test_chance_relabels() -> None:
    found = BlocksInOrder(groups(5, 5, 5))
    assert design(found, 25, Random(1)) != design(found, 25, Random(2))
    assert len(design(found, 10, Random(1))) == 10


@pytest.mark.parametrize(
    "found",
    [
        Choices(tuple(range(6)), 3),
        BlocksInOrder((Block(tuple(range(6)), 3),)),
        BlocksInOrder((Block((0, 1, 2), 2), Block((3, 4, 5), 2))),
        BlocksInOrder((Block((0,)), Block((1, 2)))),
        BlocksInOrder((Block((0,)),)),
    ],
)
def test_what_has_no_design(found: Arrangements) -> None:
    assert design(found, 100, Random(1)) == []


def test_rows_that_break_a_set_are_left_out() -> None:
    apart = {0: 1, 5: 1, 10: 1}
    rows = shown(BlocksInOrder(groups(5, 5, 5), apart=apart), 1, 40)
    assert all(not {0, 5} <= set(row[:2]) and not {5, 10} <= set(row[1:]) for row in rows)
