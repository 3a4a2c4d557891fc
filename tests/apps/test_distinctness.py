"""How alike videos are: measured against counting frame by frame, and in cases a person can check."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medley.apps.video_mixer.reports.distinctness import distinctness
from medley.apps.video_mixer.reports.lookalikes import MATCH_BITS, grouped
from medley.domain.reports import Distinctness, SegmentUse, Timeline, TimelineEntry

FPS = 10
Take = tuple[int, int, int, str, str]  # clip, start, frames, speed, look


def video(*takes: Take, overlap: int = 0) -> Timeline:
    entries, at = [], 0
    for clip, start, frames, speed, look in takes:
        entries.append(TimelineEntry(UUID(int=clip), at, start, frames, speed, look))
        at += frames - overlap
    segments = tuple(SegmentUse(f"{clip}", frames) for clip, _, frames, _, _ in takes)
    return Timeline(Fraction(FPS), tuple(entries), segments)


def clips(*numbers: int) -> Timeline:
    """Whole clips of 4 seconds, one after the other."""
    return video(*((number, 0, 40, "1", "none") for number in numbers))


def compare(*videos: Timeline, **prints: Sequence[str]) -> Distinctness:
    by_segment = {name.removeprefix("clip_"): hashes for name, hashes in prints.items()}
    return distinctness(dict(enumerate(videos, start=1)), by_segment)


def test_videos_in_another_order_share_all_footage_and_are_told_apart_by_order_alone() -> None:
    found = compare(clips(1, 2, 3), clips(3, 1, 2), clips(4, 5, 6))
    assert (found.videos, found.pairs) == (3, 3)
    assert (found.footage.pair, found.footage.most_percent) == ((1, 2), 100.0)
    assert (found.footage.average_percent, found.footage.pairs_over_half) == (33.3, 1)
    assert (found.in_order.most_percent, found.in_order.pairs_over_half) == (0.0, 0)
    assert any("another order" in note for note in found.notes)


def test_footage_is_told_apart_by_its_speed_its_look_and_where_it_lies_in_the_clip() -> None:
    base = (1, 0, 40, "1", "none")
    for other in (
        (1, 0, 32, "5/4", "none"),
        (1, 0, 40, "1", "warm"),
        (1, 40, 40, "1", "none"),
        (2, 0, 40, "1", "none"),
    ):
        assert compare(video(base), video(other)).footage.most_percent == 0.0
    assert compare(video(base), video((1, 20, 40, "1", "none"))).footage.most_percent == 50.0


def test_the_source_is_the_same_at_any_speed_and_with_any_look() -> None:
    found = compare(video((1, 0, 40, "1", "none")), video((1, 0, 20, "2", "mirror")))
    assert (found.footage.most_percent, found.source.most_percent) == (0.0, 100.0)


def test_the_shorter_video_is_what_counts() -> None:
    found = compare(clips(1), clips(1, 2, 3, 4))
    assert found.footage.most_percent == found.in_order.most_percent == 100.0


def test_less_than_all_is_never_called_all() -> None:
    whole, most = video((1, 0, 4000, "1", "none")), video((1, 0, 3999, "1", "none"), (2, 0, 1, "1", "none"))
    assert compare(whole, most).footage.most_percent == 99.9


def test_what_is_shown_twice_counts_once() -> None:
    assert compare(clips(1, 1), clips(1, 2)).footage.most_percent == 100.0
    assert compare(clips(1, 1, 2), clips(1, 3, 4, 5)).footage.most_percent == 50.0


def test_order_is_measured_in_step_with_the_videos_time() -> None:
    assert compare(clips(1, 2, 3), clips(1, 3, 2)).in_order.most_percent == 33.3
    assert compare(clips(1, 2, 3), clips(4, 2, 5)).in_order.most_percent == 33.3
    head, later = video((1, 0, 20, "1", "none"), (2, 0, 20, "1", "none")), video((1, 20, 20, "1", "none"))
    assert compare(head, later).in_order.most_percent == 0.0


def test_openings_are_the_same_when_three_seconds_are() -> None:
    first = (1, 0, 20, "1", "none")
    found = compare(
        video(first, (2, 0, 40, "1", "none")),
        video(first, (2, 0, 90, "1", "none")),  # differs later than three seconds
        video(first, (3, 0, 40, "1", "none")),
        video((1, 0, 40, "1", "none")),
    )
    openings = found.openings
    assert (openings.frames, openings.distinct, openings.most, openings.shared) == (30, 3, 2, 2)


@pytest.mark.parametrize("videos", [(), (clips(1, 2),)])
def test_fewer_than_two_videos_have_nothing_to_compare(videos: tuple[Timeline, ...]) -> None:
    found = compare(*videos)
    assert (found.pairs, found.footage.pair, found.footage.most_percent) == (0, None, 0.0)
    assert found.openings.shared == 0


TAKES = st.tuples(
    st.integers(1, 3), st.integers(0, 12), st.integers(1, 15), st.just("1"), st.sampled_from(["none", "warm"])
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(TAKES, min_size=1, max_size=4), min_size=2, max_size=5), st.integers(0, 1))
def test_all_pairs_agree_with_counting_frame_by_frame(plans: list[list[Take]], overlap: int) -> None:
    videos = [video(*plan, overlap=overlap) for plan in plans]
    found = compare(*videos)
    frames = [
        [
            ((entry.clip_id, entry.look, entry.start_frame + k), entry.at_frame + k)
            for entry in each.entries
            for k in range(entry.frames)
        ]
        for each in videos
    ]
    for measured, sets in (
        (found.footage, [{seen for seen, _ in each} for each in frames]),
        (found.source, [{(clip, frame) for (clip, _, frame), _ in each} for each in frames]),
        (found.in_order, [set(each) for each in frames]),
    ):
        shares = [len(one & other) / min(len(one), len(other)) for one, other in combinations(sets, 2)]
        assert measured.pairs_over_half == sum(share > 0.5 for share in shares)
        assert measured.average_percent == pytest.approx(100 * sum(shares) / len(shares), abs=0.11)
        assert measured.most_percent == pytest.approx(100 * max(shares), abs=0.11)
        numbers = list(combinations(range(1, len(videos) + 1), 2))
        assert measured.pair is not None
        assert shares[numbers.index(measured.pair)] == max(shares)


def flipped(hash_: int, bits: int, start: int = 0) -> int:
    """A hash that differs in so many bits, every eighth from `start` on."""
    for bit in range(bits):
        hash_ ^= 1 << (start + 8 * bit) % 256
    return hash_


def hexed(*hashes: int) -> list[str]:
    return [f"{hash_:064x}" for hash_ in hashes]


RANDOM = [0x9C5B1E7D3A68F42096D1C7E05FB3A84D << 120 ^ 0x3F6E92B1D7048CA5 * (k * 7919 + 1) ** 7 for k in range(40)]
HASHES = [hash_ % (1 << 256) for hash_ in RANDOM]


@given(st.integers(0, 31), st.randoms(use_true_random=False))
def test_a_match_is_always_found(bits: int, random: object) -> None:
    changed = HASHES[0]
    for bit in random.sample(range(256), bits):  # type: ignore[attr-defined]
        changed ^= 1 << bit
    assert grouped([HASHES[0], changed]) == {HASHES[0]: HASHES[0], changed: HASHES[0]}


def test_one_bit_more_than_a_match_is_another_picture() -> None:
    other = flipped(HASHES[0], MATCH_BITS + 1)
    assert grouped([HASHES[0], other]) == {HASHES[0]: HASHES[0], other: other}


def test_pictures_that_look_alike_count_as_the_same_whatever_the_clip() -> None:
    """Clip 2 is clip 1 again, encoded otherwise; clip 3 is another."""
    one, again = HASHES[:4], [flipped(hash_, 20) for hash_ in HASHES[:4]]
    found = compare(clips(1), clips(2), clips(3), clip_1=hexed(*one), clip_2=hexed(*again), clip_3=hexed(*HASHES[4:8]))
    assert found.footage.most_percent == 0.0
    pictures = found.pictures
    assert pictures is not None
    assert (pictures.in_order.pair, pictures.in_order.most_percent, pictures.in_order.pairs_over_half) == (
        (1, 2),
        100.0,
        1,
    )
    assert (pictures.any_order.pair, pictures.any_order.most_percent) == ((1, 2), 100.0)
    assert pictures.distance is not None
    assert (pictures.distance.pair, pictures.distance.bits) == ((1, 2), 20.0)
    apart = [
        sum((a ^ b).bit_count() for a, b in zip(x, y, strict=True)) / 4
        for x, y in ((one, again), (one, HASHES[4:8]), (again, HASHES[4:8]))
    ]
    assert pictures.distance.average_bits == round(sum(apart) / 3, 1)
    assert pictures.covered_percent == 100.0


def test_pictures_in_another_order_are_shared_but_not_in_step() -> None:
    prints = {f"clip_{n}": hexed(*HASHES[4 * n : 4 * n + 4]) for n in (1, 2)}
    pictures = compare(clips(1, 2), clips(2, 1), **prints).pictures
    assert pictures is not None
    assert (pictures.in_order.most_percent, pictures.any_order.most_percent) == (0.0, 100.0)


def test_only_what_a_video_shows_of_a_segment_counts() -> None:
    """The first two seconds of two segments that become alike in their third."""
    one, other = HASHES[:3], [*HASHES[3:5], HASHES[2]]
    short = [video((n, 0, 20, "1", "none")) for n in (1, 2)]
    long = [video((n, 0, 21, "1", "none")) for n in (1, 2)]
    for videos, expected in ((short, 0.0), (long, 33.3)):
        pictures = compare(*videos, clip_1=hexed(*one), clip_2=hexed(*other)).pictures
        assert pictures is not None
        assert (pictures.in_order.most_percent, pictures.any_order.most_percent) == (expected, expected)


def test_pictures_that_show_nothing_or_have_no_print_are_left_out() -> None:
    prints = {"clip_1": ["", *hexed(*HASHES[:3])], "clip_2": ["", *hexed(*HASHES[4:7])]}
    pictures = compare(clips(1), clips(2), clips(3), **prints).pictures
    assert pictures is not None
    assert (pictures.covered_percent, pictures.any_order.most_percent) == (50.0, 0.0)
    assert compare(clips(1), clips(2), clip_1=["", "", "", ""]).pictures is None
    assert compare(clips(1), clips(2)).pictures is None


def test_what_is_promised_of_platforms_is_nothing() -> None:
    assert "promises" in compare(clips(1), clips(2)).notes[0]
