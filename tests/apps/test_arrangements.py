"""Every kind of mix against brute force: the count is exact, and unranking gives each arrangement once."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from medley.apps.video_mixer.arrangements import (
    Arrangements,
    Choices,
    Clips,
    OnePerGroup,
    OnePerGroupAnyOrder,
    Orders,
    capacity,
)


def everything(arrangements: Arrangements) -> list[Clips]:
    """All arrangements, through the openings and their shares; checks that each starts as it says."""
    found = []
    for place, opening in enumerate(arrangements.openings):
        assert opening.share > 0
        for index in range(opening.share):
            made = arrangements.unrank(place, index)
            assert made[0] == opening.clip
            found.append(made)
    return found


def check(arrangements: Arrangements, expected: set[Clips]) -> None:
    found = everything(arrangements)
    assert len(found) == len(set(found)) == capacity(arrangements)
    assert set(found) == expected
    openers = [opening.clip for opening in arrangements.openings]
    assert len(openers) == len(set(openers))


@st.composite
def pins_and_free(draw: st.DrawFn) -> tuple[int, int, int | None, int | None]:
    """Number of clips, length, first, last; pins are the last of the clips."""
    clips = draw(st.integers(1, 6))
    pins = draw(st.integers(0, min(2, clips)))
    length = draw(st.integers(max(1, pins), clips))
    only = draw(st.booleans())
    first = clips - 1 if pins == 2 or (pins == 1 and only) else None
    last = clips - 2 if pins == 2 else clips - 1 if pins == 1 and not only else None
    return clips, length, first, last


def ends_as_pinned(video: Clips, first: int | None, last: int | None) -> bool:
    return (first is None or video[0] == first) and (last is None or video[-1] == last)


@given(pins_and_free())
def test_orders(case: tuple[int, int, int | None, int | None]) -> None:
    clips, length, first, last = case
    free = tuple(clip for clip in range(clips) if clip not in (first, last))
    expected = {video for video in itertools.permutations(range(clips), length) if ends_as_pinned(video, first, last)}
    check(Orders(free, length, first, last), expected)


@given(pins_and_free())
def test_choices_in_library_order(case: tuple[int, int, int | None, int | None]) -> None:
    clips, length, first, last = case
    free = tuple(clip for clip in range(clips) if clip not in (first, last))
    head, tail = (() if first is None else (first,)), (() if last is None else (last,))
    middles = itertools.combinations(free, length - len(head) - len(tail))
    check(Choices(free, length, first, last), {(*head, *middle, *tail) for middle in middles})


SIZES = st.lists(st.integers(1, 3), min_size=1, max_size=4)


def split(sizes: list[int]) -> tuple[Clips, ...]:
    """Groups of these sizes with no clip in common."""
    numbers = itertools.count()
    return tuple(tuple(itertools.islice(numbers, size)) for size in sizes)


@given(SIZES)
def test_one_per_group(sizes: list[int]) -> None:
    groups = split(sizes)
    check(OnePerGroup(groups), set(itertools.product(*groups)))


def test_one_per_group_may_show_a_clip_of_two_groups_twice() -> None:
    groups = ((0, 1), (1, 2))
    check(OnePerGroup(groups), {(0, 1), (0, 2), (1, 1), (1, 2)})


@given(SIZES, st.booleans(), st.booleans())
def test_one_per_group_in_any_order(sizes: list[int], pin_first: bool, pin_last: bool) -> None:
    groups = split(sizes)
    first = 900 if pin_first else None
    last = 901 if pin_last else None
    free = [*groups, *([(first,)] if pin_first else []), *([(last,)] if pin_last else [])]
    expected = {
        video
        for order in itertools.permutations(free)
        for video in itertools.product(*order)
        if ends_as_pinned(video, first, last)
    }
    check(OnePerGroupAnyOrder(groups, first, last), expected)


def test_only_pinned_groups() -> None:
    check(OnePerGroupAnyOrder((), 5, None), {(5,)})
    check(OnePerGroupAnyOrder((), None, 5), {(5,)})
    check(OnePerGroupAnyOrder((), 5, 6), {(5, 6)})


def test_a_count_no_float_can_hold() -> None:
    arrangements = Orders(tuple(range(200)), 200)
    assert len(str(capacity(arrangements))) == 375
    last = arrangements.unrank(199, arrangements.openings[199].share - 1)
    assert sorted(last) == list(range(200))
