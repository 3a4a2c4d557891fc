"""Look-alikes: what the pictures of videos have in common, read from the prints of their segments: no video is decoded.

Prints are grouped into pictures first: a print within MATCH_BITS of a picture's first print is that picture. Then the
videos are compared by the pictures they show, as they are by their footage.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from medley.apps.video_mixer.reports.overlaps import Stretch, likeness, percent
from medley.domain.reports import Distance, Pictures, Timeline

HASH_BITS = 256
MATCH_BITS = 31  # PDQ's authors take hashes no further apart for the same picture
WORD_BITS = 16
WORD_MASK = (1 << WORD_BITS) - 1
FLIPS = (0, *(1 << bit for bit in range(WORD_BITS)))  # what a word can differ by in one bit at most
COMPARED = 1_500_000  # prints compared to find the nearest pair: a quarter of a second of work
GROUPED = 15_000  # hashes sorted into pictures, one a segment at least: a second of work
Prints = Mapping[str, Sequence[str]]  # by segment, one for each second in hex; empty where it shows too little


def pictures(numbers: Sequence[int], timelines: Sequence[Timeline], prints: Prints) -> Pictures | None:
    """What the videos of these numbers show in common; None without any print of them."""
    by_segment = _read(prints)
    videos = [list(_shown(timeline, by_segment)) for timeline in timelines]
    bags = [set(_glimpsed(timeline, by_segment)) for timeline in timelines]
    picture = grouped(hash_ for bag in bags for hash_ in sorted(bag))
    if not picture:
        return None
    in_order = (
        [Stretch(picture[hash_], second, second + 1) for second, hash_ in enumerate(video) if hash_ is not None]
        for video in videos
    )
    any_order = ([Stretch(picture[hash_], 0, 1) for hash_ in bag] for bag in bags)
    seconds = sum(map(len, videos))
    return Pictures(
        covered_percent=percent(sum(hash_ is not None for video in videos for hash_ in video) / seconds),
        in_order=likeness(numbers, list(in_order)),
        any_order=likeness(numbers, list(any_order)),
        distance=_nearest(numbers, videos),
    )


def _read(prints: Prints) -> dict[str, tuple[int | None, ...]]:
    """The hashes as integers. With more than GROUPED of them some seconds have the hash of one shortly before."""
    stride = max(1, -(-sum(map(len, prints.values())) // GROUPED))
    read = {}
    for digest, hashes in prints.items():
        kept = [int(text, 16) if text else None for text in hashes[::stride]]
        read[digest] = tuple(kept[second // stride] for second in range(len(hashes)))
    return read


def _shown(timeline: Timeline, prints: Mapping[str, Sequence[int | None]]) -> Iterator[int | None]:
    """The print in force at each second of a video, None where there is none."""
    step = round(timeline.fps)
    start = due = 0
    for use in timeline.segments:
        hashes = prints.get(use.digest, ())
        while due < start + use.frames:
            second = (due - start) // step
            yield hashes[second] if second < len(hashes) else None
            due += step
        start += use.frames


def _glimpsed(timeline: Timeline, prints: Mapping[str, Sequence[int | None]]) -> Iterator[int]:
    """All prints of what a video shows, also between its seconds."""
    step = round(timeline.fps)
    for use in timeline.segments:
        yield from (hash_ for hash_ in prints.get(use.digest, ())[: -(-use.frames // step)] if hash_ is not None)


def grouped(hashes: Iterable[int]) -> dict[int, int]:
    """The picture each hash belongs to, as the first hash that showed it: the nearest within MATCH_BITS.

    Of two hashes that match, 31 differing bits fall on 16 words, so one word is the same but for a single bit. Looking
    firsts up by their words finds all that can match without comparing every hash with every other.
    """
    pictures_of: dict[int, int] = {}
    firsts: list[dict[int, list[int]]] = [{} for _ in range(HASH_BITS // WORD_BITS)]
    for hash_ in hashes:
        if hash_ in pictures_of:
            continue
        words = [hash_ >> shift & WORD_MASK for shift in range(0, HASH_BITS, WORD_BITS)]
        near = {
            first
            for word, table in zip(words, firsts, strict=True)
            for flip in FLIPS
            for first in table.get(word ^ flip, ())
        }
        best = min(((hash_ ^ first).bit_count(), first) for first in near) if near else None
        if best is not None and best[0] <= MATCH_BITS:
            pictures_of[hash_] = best[1]
        else:
            pictures_of[hash_] = hash_
            for word, table in zip(words, firsts, strict=True):
                table.setdefault(word, []).append(hash_)
    return pictures_of


def _nearest(numbers: Sequence[int], videos: Sequence[Sequence[int | None]]) -> Distance | None:
    """The two videos whose pictures differ least, second by second; None if no two can be compared.

    With more seconds than COMPARED allows for, the pair is found by some of them, evenly spread; its own distance is
    then of all its seconds.
    """
    pairs = len(videos) * (len(videos) - 1) // 2
    longest = max(map(len, videos), default=0)
    stride = max(1, -(-pairs * longest // COMPARED))
    samples = [video[stride // 2 :: stride] for video in videos]
    total, compared = 0.0, 0
    least, nearest = float(HASH_BITS + 1), None
    for (place, one), (other_place, other) in combinations(enumerate(samples), 2):
        bits = _bits(one, other)
        if bits is not None:
            total += bits
            compared += 1
            if bits < least:
                least, nearest = bits, (place, other_place)
    if nearest is None:
        return None
    exact = _bits(*(videos[place] for place in nearest))
    assert exact is not None  # noqa: S101 - a sample of it was compared
    return Distance((numbers[nearest[0]], numbers[nearest[1]]), round(exact, 1), round(total / compared, 1))


def _bits(one: Sequence[int | None], other: Sequence[int | None]) -> float | None:
    """Bits in which pictures at the same second differ, on average."""
    found = [(a ^ b).bit_count() for a, b in zip(one, other, strict=False) if a is not None and b is not None]
    return sum(found) / len(found) if found else None
