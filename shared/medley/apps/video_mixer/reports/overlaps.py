"""Overlaps: how much every pair of a thousand videos has in common, at once, in whole numbers and no more than Python.

Half a million pairs are too many to look at one by one. So a number that belongs to each video stands in a field of its
own in one long integer: adding two such integers adds a thousand numbers. For each kind of footage a running total says
how much of it every video shows up to some point; what a video has in common with all others on a stretch is then one
difference of two totals.
"""

import sys
from array import array
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from medley.domain.reports import Likeness

FIELD_BYTES = 4  # of the number that belongs to one video; it holds the frames of years


class Stretch(NamedTuple):
    """What lies from `start` to `end` of some footage; two videos have in common what lies in stretches of both."""

    footage: Hashable
    start: int
    end: int


def likeness(numbers: Sequence[int], videos: Sequence[Iterable[Stretch]]) -> Likeness:
    """How alike the videos of these numbers are: what two have in common, in per cent of what the shorter one shows."""
    merged = [_merged(stretches) for stretches in videos]
    lengths = [sum(end - start for spans in video.values() for start, end in spans) for video in merged]
    most, pair, total, over_half = -1.0, None, 0.0, 0
    for place, common in enumerate(_common(merged)):
        own = lengths[place]
        shares = [
            shared / (own if own < other else other) if shared else 0.0
            for shared, other in zip(common[place + 1 :], lengths[place + 1 :], strict=True)
        ]
        total += sum(shares)
        over_half += sum(share > 0.5 for share in shares)  # noqa: PLR2004 - half
        if shares and max(shares) > most:
            most = max(shares)
            pair = (numbers[place], numbers[place + 1 + shares.index(most)])
    pairs = len(numbers) * (len(numbers) - 1) // 2
    return Likeness(pair, percent(max(most, 0.0)), percent(total / pairs if pairs else 0.0), over_half)


def percent(share: float) -> float:
    """A share in per cent, to a tenth; 100 is said of what is whole only."""
    rounded = round(100 * share, 1)
    return rounded if share >= 1 else min(rounded, 99.9)


Spans = list[tuple[int, int]]


def _merged(stretches: Iterable[Stretch]) -> dict[Hashable, Spans]:
    """A video's stretches by footage, in order; what it shows twice counts once."""
    spans: dict[Hashable, Spans] = {}
    for footage, start, end in sorted(stretches, key=lambda stretch: stretch.start):
        found = spans.setdefault(footage, [])
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return spans


def _common(videos: Sequence[Mapping[Hashable, Spans]]) -> Iterator["array[int]"]:
    """For each video what it has in common with every one, itself included."""
    units = [1 << 8 * FIELD_BYTES * place for place in range(len(videos))]
    by_footage: dict[Hashable, list[tuple[int, int, int]]] = {}
    for place, video in enumerate(videos):
        for footage, spans in video.items():
            by_footage.setdefault(footage, []).extend((place, start, end) for start, end in spans)
    rows = [0] * len(videos)
    for uses in by_footage.values():
        totals = _totals(uses, units)
        for place, start, end in uses:
            rows[place] += totals[end] - totals[start]
    for row in rows:
        fields = array("I", row.to_bytes(FIELD_BYTES * len(videos), "little"))
        if sys.byteorder == "big":
            fields.byteswap()
        yield fields


def _totals(uses: Sequence[tuple[int, int, int]], units: Sequence[int]) -> dict[int, int]:
    """At each point where a use starts or ends: how much every video shows of what lies before it."""
    changes: dict[int, int] = {}
    for place, start, end in uses:
        changes[start] = changes.get(start, 0) + units[place]
        changes[end] = changes.get(end, 0) - units[place]
    totals: dict[int, int] = {}
    shown = total = before = 0
    for point in sorted(changes):
        total += shown * (point - before)
        totals[point] = total
        shown += changes[point]
        before = point
    return totals
