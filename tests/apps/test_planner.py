from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medley.apps.video_mixer.arrangements import Arrangements, Choices, Clips, OnePerGroup, Orders, capacity
from medley.apps.video_mixer.planner import Numbering

SEEDS = st.integers(0, 2**53 - 1)
KINDS = st.one_of(
    st.builds(lambda n, k: Orders(tuple(range(n)), min(n, k)), st.integers(1, 5), st.integers(1, 5)),
    st.builds(lambda n, k: Choices(tuple(range(n)), min(n, k)), st.integers(1, 8), st.integers(1, 8)),
    st.builds(
        lambda a, b, c: OnePerGroup((tuple(range(a)), tuple(range(10, 10 + b)), tuple(range(20, 20 + c)))),
        st.integers(1, 5),
        st.integers(1, 5),
        st.integers(1, 5),
    ),
)


def first(arrangements: Arrangements, seed: int, count: int, vary_opening: bool = True) -> list[Clips]:
    numbering = Numbering(arrangements, seed, vary_opening=vary_opening)
    return [numbering[number] for number in range(count)]


@given(KINDS, SEEDS, st.booleans())
def test_all_numbers_together_are_all_arrangements_once(kind: Arrangements, seed: int, vary: bool) -> None:
    total = capacity(kind)
    videos = first(kind, seed, total, vary)
    every = {kind.unrank(place, index) for place, o in enumerate(kind.openings) for index in range(o.share)}
    assert len(set(videos)) == total
    assert set(videos) == every


@given(KINDS, SEEDS)
def test_openings_are_shared_evenly_until_one_is_used_up(kind: Arrangements, seed: int) -> None:
    shares = {opening.clip: opening.share for opening in kind.openings}
    used: Counter[int] = Counter()
    for video in first(kind, seed, capacity(kind)):
        used[video[0]] += 1
        open_ones = [used[clip] for clip, share in shares.items() if used[clip] < share]
        assert max(used.values()) - min(open_ones, default=max(used.values())) <= 1


def test_the_opening_goes_round_at_once() -> None:
    videos = first(Orders(tuple(range(6)), 6), 3, 12)
    assert sorted(video[0] for video in videos[:6]) == list(range(6))
    assert [video[0] for video in videos[:6]] == [video[0] for video in videos[6:]]


@pytest.mark.parametrize("vary", [True, False])
def test_a_seed_is_a_choice_and_the_same_choice_again(vary: bool) -> None:
    kind = Orders(tuple(range(7)), 7)
    plans = [tuple(first(kind, seed, 20, vary)) for seed in range(30)]
    assert len(set(plans)) == 30
    assert plans == [tuple(first(kind, seed, 20, vary)) for seed in range(30)]


def test_without_varying_some_opening_comes_more_often_than_its_turn() -> None:
    counts = Counter(video[0] for video in first(Orders(tuple(range(5)), 5), 1, 50, vary_opening=False))
    assert set(counts) == set(range(5))
    assert max(counts.values()) - min(counts.values()) > 1


def test_there_is_nothing_past_the_last_number() -> None:
    with pytest.raises(IndexError):
        Numbering(Orders((0, 1), 2), 1, vary_opening=True)[2]
    with pytest.raises(IndexError):
        Numbering(Orders((0, 1), 2), 1, vary_opening=False)[2]


def test_the_numbering_does_not_change_between_releases() -> None:
    """Top-ups continue old orders: if this fails, raise PLANNER_VERSION."""
    assert first(Orders((0, 1, 2, 3), 4), 7, 3) == [(0, 1, 2, 3), (3, 1, 2, 0), (1, 3, 2, 0)]
