"""Exact lengths: shares that add up, within what each clip has, and the busiest stretch of a clip."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medley.apps.video_mixer import shares
from medley.apps.video_mixer.variants import Variant
from medley.contracts.media import Activity, ClipSource, Rational
from tests.apps.builders import clip

FPS = Rational(num=30)


@given(st.data())
def test_shares_add_up_within_their_bounds(data: st.DataObject) -> None:
    least = data.draw(st.lists(st.integers(1, 5), min_size=1, max_size=8))
    most = [data.draw(st.integers(fewest, 400)) for fewest in least]
    wanted = data.draw(st.lists(st.integers(1, 1000), min_size=len(most), max_size=len(most)))
    total = data.draw(st.integers(sum(least), sum(most)))
    found = shares.divide(total, wanted, most, least)
    assert sum(found) == total
    assert all(low <= share <= top for low, share, top in zip(least, found, most, strict=True))
    free = [place for place, share in enumerate(found) if least[place] < share < most[place]]
    per_unit = [Fraction(found[place], wanted[place]) for place in free]  # between bounds all are in proportion
    for place in free:
        for unit in per_unit:
            assert abs(found[place] - unit * wanted[place]) <= 1 + Fraction(wanted[place], min(wanted))


@pytest.mark.parametrize(
    ("total", "wanted", "most", "found"),
    [
        (100, [1, 1, 1], [100, 100, 100], [33, 33, 34]),  # what is left over goes to the last
        (101, [1, 1, 1], [100, 100, 100], [33, 34, 34]),  # one to each
        (309, [1] * 40, [100] * 40, [7] * 11 + [8] * 29),
        (100, [1, 1, 1], [100, 100, 10], [45, 45, 10]),  # what a short clip cannot take goes to the others
        (100, [1, 2, 7], [100, 100, 100], [10, 20, 70]),
        (101, [1, 1], [100, 50], [51, 50]),
        (30, [1, 1], [20, 10], [20, 10]),
    ],
)
def test_shares(total: int, wanted: list[int], most: list[int], found: list[int]) -> None:
    assert shares.divide(total, wanted, most, [1] * len(most)) == found


def test_a_share_is_never_below_the_least() -> None:
    assert shares.divide(100, [1, 200, 700], [1000] * 3, [5] * 3) == [5, 21, 74]


def active(motion: list[int], loudness: list[int] | None = None) -> ClipSource:
    """A clip with a score for each half second."""
    plain = clip("a", seconds=len(motion) / 2)
    scores = Activity(step_us=500_000, motion=tuple(motion), loudness=tuple(loudness or [0] * len(motion)))
    return plain.model_copy(update={"facts": plain.facts.model_copy(update={"activity": scores})})


@pytest.mark.parametrize(
    ("motion", "frames", "start"),
    [
        ([0, 0, 0, 0, 250, 250, 0, 0], 30, 60),
        ([250, 250, 0, 0, 0, 0, 0, 0], 30, 0),
        ([0, 0, 0, 0, 0, 0, 250, 250], 30, 90),
        ([9, 9, 9, 9, 9, 9, 9, 9], 30, 45),  # all alike: the middle
        ([0, 250, 0, 0, 0, 0, 0, 0], 120, 0),  # all of it
    ],
)
def test_the_busiest_stretch_is_kept(motion: list[int], frames: int, start: int) -> None:
    assert shares.busiest(active(motion), Variant(0, 120), frames, FPS) == start


def test_the_busiest_stretch_is_found_by_ear_and_within_the_variant() -> None:
    heard = active([0] * 8, [0, 250, 0, 0, 0, 0, 250, 0])
    assert shares.busiest(heard, Variant(0, 120), 15, FPS) in (15, 90)
    assert shares.busiest(heard, Variant(45, 60), 15, FPS) == 90


def test_the_busiest_stretch_at_double_speed_is_twice_as_long() -> None:
    fast = Variant(0, 60, Rational(num=2))
    start = shares.busiest(active([0, 0, 0, 0, 250, 250, 250, 250]), fast, 30, FPS)
    assert start == 60  # 30 output frames are 60 of the source: its second half


def test_a_clip_without_scores_keeps_its_middle() -> None:
    assert shares.busiest(clip("a"), Variant(10, 60), 20, FPS) == 30


def test_weights() -> None:
    quiet, busy = active([0] * 4), active([200] * 4)
    whole = Variant(0, 60)
    assert shares.weight("equal", busy, whole, FPS) == 1
    assert shares.weight("proportional", busy, whole, FPS) == 60
    assert shares.weight("smart", quiet, whole, FPS) == 60 * shares.QUIET
    assert Fraction(shares.weight("smart", busy, whole, FPS), 60) == shares.QUIET + 200
    assert shares.weight("smart", clip("a"), whole, FPS) == 60 * shares.QUIET
