"""Every kind of mix against brute force: the count is exact, and each number is one arrangement and back."""

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from medley.apps.video_mixer.planning.arrangements import Address, Arrangements, Clips, Pick, Video, capacity_of
from medley.apps.video_mixer.planning.block_counting import Block
from medley.apps.video_mixer.planning.blocks import BlocksInAnyOrder, BlocksInOrder
from medley.apps.video_mixer.planning.ranked_combinations import Choices

Numbers = Mapping[int, int]
WEIGHTS = st.one_of(st.just({}), st.dictionaries(st.integers(0, 8), st.integers(1, 3)))
APART = st.one_of(st.just({}), st.dictionaries(st.integers(0, 8), st.integers(1, 3)))


def everything(arrangements: Arrangements) -> list[Video]:
    """All arrangements, through the openings and their shares; each starts as it says, and its number leads back."""
    found = []
    for place, opening in enumerate(arrangements.openings):
        assert opening.share > 0
        for index in range(opening.share):
            made = arrangements.unrank(place, index)
            assert made[0].clip == opening.clip
            assert arrangements.rank(made) == Address(place, index)
            found.append(made)
    openers = [opening.clip for opening in arrangements.openings]
    assert len(openers) == len(set(openers))
    return found


def spaced(clips: Sequence[int], apart: Numbers) -> bool:
    return not any(apart.get(a) and apart.get(a) == apart.get(b) for a, b in itertools.pairwise(clips))


def videos(orders: Iterable[Clips], weights: Numbers, apart: Numbers) -> set[Video]:
    """What the orders of clips come to: those that are spaced, in every combination of variants."""
    return {
        tuple(map(Pick, clips, variants))
        for clips in orders
        if spaced(clips, apart)
        for variants in itertools.product(*(range(weights.get(clip, 1)) for clip in clips))
    }


def check(arrangements: Arrangements, expected: set[Video], others: Iterable[Clips] = ()) -> None:
    """`others` are orders of clips of which those that are not expected have no number."""
    found = everything(arrangements)
    assert len(found) == len(set(found)) == capacity_of(arrangements)
    assert set(found) == expected
    for clips in others:
        video = tuple(Pick(clip, 0) for clip in clips)
        assert (arrangements.rank(video) is not None) == (video in expected)
    for video in found[:3]:
        beyond = (*video[:-1], Pick(video[-1].clip, arrangements.weights.get(video[-1].clip, 1)))
        assert arrangements.rank(beyond) is None
        filled = [arrangements.pools[number].clips for number in arrangements.pools_of([p.clip for p in video])]
        assert all(pick.clip in clips for pick, clips in zip(video, filled, strict=True))
        assert arrangements.settled([pick.clip for pick in video]) == [pick.clip for pick in video]


@st.composite
def pinned(draw: st.DrawFn, most: int = 5) -> tuple[int, int, int | None, int | None]:
    """Number of clips, length, first, last; pins are the last of the clips."""
    clips = draw(st.integers(1, most))
    pins = draw(st.integers(0, min(2, clips)))
    length = draw(st.integers(max(1, pins), clips))
    only = draw(st.booleans())
    first = clips - 1 if pins == 2 or (pins == 1 and only) else None
    last = clips - 2 if pins == 2 else clips - 1 if pins == 1 and not only else None
    return clips, length, first, last


def ends_as_pinned(video: Clips, first: int | None, last: int | None) -> bool:
    return (first is None or video[0] == first) and (last is None or video[-1] == last)


def few(arrangements: Arrangements) -> Arrangements:
    assume(capacity_of(arrangements) <= 2_000)
    return arrangements


@given(pinned(), WEIGHTS, APART)
def test_clips_in_any_order(case: tuple[int, int, int | None, int | None], weights: Numbers, apart: Numbers) -> None:
    clips, length, first, last = case
    orders = list(itertools.permutations(range(clips), length))
    expected = videos((video for video in orders if ends_as_pinned(video, first, last)), weights, apart)
    kind = shuffled_clips(tuple(range(clips)), length, first, last, weights=weights, apart=apart)
    check(few(kind), expected, [*orders, (), (99,) * length])


@given(pinned(7), WEIGHTS, APART)
def test_clips_in_library_order(
    case: tuple[int, int, int | None, int | None], weights: Numbers, apart: Numbers
) -> None:
    clips, length, first, last = case
    free = tuple(clip for clip in range(clips) if clip not in (first, last))
    head, tail = (() if first is None else (first,)), (() if last is None else (last,))
    middles = itertools.combinations(free, length - len(head) - len(tail))
    expected = videos(((*head, *middle, *tail) for middle in middles), weights, apart)
    kind = Choices(free, length, first, last, weights=weights, apart=apart)
    others = itertools.islice(itertools.permutations(range(clips), length), 500)
    check(few(kind), expected, [*others, (), (99,) * length])


@st.composite
def blocks(draw: st.DrawFn, most: int = 3) -> list[Block]:
    """Groups with no clip in common; the first may have its first clip pinned, the last its last."""
    made = []
    numbers = itertools.count()
    count = draw(st.integers(1, most))
    for place in range(count):
        clips = tuple(itertools.islice(numbers, draw(st.integers(1, 3))))
        picked = draw(st.integers(1, min(2, len(clips))))
        first = clips[-1] if place == 0 and draw(st.booleans()) else None
        room = picked > (first is not None)
        last = clips[0] if place == count - 1 and room and draw(st.booleans()) else None
        made.append(Block(clips, picked, first, last))
    return made


def fillings(block: Block) -> list[Clips]:
    orders = itertools.permutations(block.clips, block.picked)
    return [order for order in orders if ends_as_pinned(order, block.first, block.last)]


def joined(parts: Iterable[Clips]) -> Clips:
    return tuple(itertools.chain.from_iterable(parts))


@given(blocks(), WEIGHTS, APART)
def test_blocks_in_their_order(groups: list[Block], weights: Numbers, apart: Numbers) -> None:
    orders = [joined(parts) for parts in itertools.product(*map(fillings, groups))]
    clips = [clip for group in groups for clip in group.clips]
    others = itertools.islice(itertools.permutations(clips, sum(group.picked for group in groups)), 300)
    check(few(BlocksInOrder(groups, weights, apart)), videos(orders, weights, apart), others)


@given(blocks(), WEIGHTS, APART)
def test_blocks_in_any_order(groups: list[Block], weights: Numbers, apart: Numbers) -> None:
    head = groups[0] if groups[0].first is not None else None
    tail = groups[-1] if groups[-1].last is not None and groups[-1] is not head else None
    assume(head is None or head.last is None or len(groups) == 1)
    middle = [group for group in groups if group not in (head, tail)]
    orders = (
        joined(parts)
        for order in itertools.permutations(middle)
        for parts in itertools.product(*(fillings(block) for block in (head, *order, tail) if block is not None))
    )
    clips = [clip for group in groups for clip in group.clips]
    others = itertools.islice(itertools.permutations(clips, sum(group.picked for group in groups)), 300)
    check(few(BlocksInAnyOrder(middle, head, tail, weights, apart)), videos(orders, weights, apart), others)


def test_blocks_in_their_order_may_show_a_clip_of_two_groups_twice() -> None:
    kind = BlocksInOrder((Block((0, 1)), Block((1, 2))))
    check(kind, videos([(0, 1), (0, 2), (1, 1), (1, 2)], {}, {}))
    never = BlocksInOrder((Block((0, 1)), Block((1, 2))), apart={1: 1})
    check(never, videos([(0, 1), (0, 2), (1, 2)], {}, {}))


def test_clips_of_many_weights() -> None:
    weights = {0: 1, 1: 2, 2: 2, 3: 5, 4: 3}
    kind = shuffled_clips((0, 1, 2, 3, 4), 3, weights=weights)
    check(kind, videos(itertools.permutations(range(5), 3), weights, {}))


def test_a_count_no_float_can_hold() -> None:
    arrangements = shuffled_clips(tuple(range(200)), 200)
    assert len(str(capacity_of(arrangements))) == 375
    last = arrangements.unrank(199, arrangements.openings[199].share - 1)
    assert sorted(pick.clip for pick in last) == list(range(200))


KINDS: dict[str, Callable[[Numbers, Numbers], Arrangements]] = {
    "clips": lambda weights, apart: shuffled_clips(tuple(range(40)), 30, weights=weights, apart=apart),
    "choices": lambda weights, apart: Choices(tuple(range(40)), 12, weights=weights, apart=apart),
    "in order": lambda weights, apart: BlocksInOrder(groups_of(10, 20), weights, apart),
    "any order": lambda weights, apart: BlocksInAnyOrder(groups_of(10, 20), weights=weights, apart=apart),
}


def shuffled_clips(
    clips: Clips,
    length: int,
    first: int | None = None,
    last: int | None = None,
    *,
    weights: Numbers | None = None,
    apart: Numbers | None = None,
) -> BlocksInOrder:
    return BlocksInOrder((Block(clips, length, first, last),), weights or {}, apart or {})


def groups_of(count: int, size: int) -> list[Block]:
    return [Block(tuple(range(place * size, (place + 1) * size)), 1 + place % 3) for place in range(count)]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("apart", [{}, {clip: 1 + clip % 5 for clip in range(0, 40, 2)}], ids=["free", "apart"])
def test_numbers_of_many_digits_lead_back(kind: str, apart: Numbers) -> None:
    found = KINDS[kind]({clip: 1 + clip % 3 for clip in range(200)}, apart)
    for place, opening in list(enumerate(found.openings))[::7]:
        for index in (0, opening.share - 1, opening.share // 3, opening.share * 5 // 7):
            video = found.unrank(place, index)
            assert found.rank(video) == Address(place, index)
            assert spaced([pick.clip for pick in video], apart)
