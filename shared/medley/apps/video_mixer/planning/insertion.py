"""Insertion: rows of clips of which no two neighbours are of one set, counted and numbered set after set.

The sets are put into the row one after the other: the clips of a set as blocks, each into another gap between those
that stand already. A block of more than one clip has neighbours of one set, and so is a bad gap; every bad gap has to
be filled by the sets that follow, or in the end by the clips of no set. So all that counts of a row is how many clips
it has and how many of its gaps are bad: a table of some thousand entries for each set, however unlike they are.

A row may follow on a clip of set `before`: then that set's first block may join it. It may have to end in a set `last`.
These two sets are put in last, so that the tables of the others serve every such row.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from math import comb
from typing import NamedTuple

from medley.apps.video_mixer.planning.row_counts import RowCounts, Stage, Table

_States = dict[tuple[int, int], int]  # by clips in the row and bad gaps: in how many ways


class Way(NamedTuple):
    """`drawn` clips in `blocks` blocks that are free to go anywhere, `filled` of them into bad gaps; `ways` there are,
    after rows of `clips` clips with `bad` bad gaps."""

    drawn: int
    blocks: int
    filled: int
    clips: int
    bad: int
    ways: int


@dataclass
class Shared:
    """Counts of rows, and tables of rows by the sets put in, kept for all the insertions of one kind of mix."""

    rows: RowCounts = field(default_factory=RowCounts)
    known: dict[tuple[object, ...], _States] = field(default_factory=dict)

    def of(self, stages: tuple[Stage, ...], free: Table, length: int, most: int) -> _States:
        """Rows of these stages; `most` are the clips of all stages there will be."""
        if not stages:
            return {(0, 0): 1}
        key = stages, len(free), length, most
        if key not in self.known:
            before = self.of(stages[:-1], free, length, most)
            least = length - (most - _reach(stages)) - (len(free) - 1)  # clips a row must have by now
            ended = any(stage.ends for stage in stages[:-1])
            self.known[key] = _put_in(stages[-1], before, ended=ended, least=least, length=length)
        return self.known[key]


class Insertion:
    """Rows of `length` clips, of these stages and of a `free` table of clips of no set; `closed`: how the row ends.

    `closed` is None if any clip may end it, True if one of a stage does, False if one of no set has to.
    """

    def __init__(
        self, stages: Sequence[Stage], free: Table, length: int, closed: bool | None, *, shared: Shared
    ) -> None:
        self.stages, self.free, self.length, self.closed = tuple(stages), free, length, closed
        self._shared = shared
        self._ways: dict[tuple[int, int, int], tuple[list[Way], list[int]]] = {}

    @cached_property
    def count(self) -> int:
        """How many rows there are."""
        return self._shared.rows.count(self.stages, self.free, self.length, self.closed)

    @cached_property
    def _states(self) -> list[_States]:
        most = _reach(self.stages)
        return [
            self._shared.of(self.stages[:number], self.free, self.length, most)
            for number in range(len(self.stages) + 1)
        ]

    @cached_property
    def lasts(self) -> list[tuple[int, int]]:
        """Clips and bad gaps of the rows of all stages that clips of no set can complete."""
        return [
            (clips, bad)
            for clips, bad in sorted(self._states[-1])
            if self.length - clips < len(self.free) and self.fillings(clips, bad) * self.free[self.length - clips]
        ]

    @cached_property
    def bounds(self) -> list[int]:
        """Where the rows of each of `lasts` begin."""
        held = (
            self.rows(len(self.stages), *last) * self.fillings(*last) * self.free[self.length - last[0]]
            for last in self.lasts
        )
        return list(accumulate(held, initial=0))

    def fillings(self, clips: int, bad: int) -> int:
        """In how many ways clips of no set complete a row, in whatever order they are themselves."""
        gaps, needed = self.gaps(clips), bad + (self.closed is False)
        left = self.length - clips - needed
        if gaps == 0 or left < 0:
            return int(left == needed == 0)
        return comb(left + gaps - 1, gaps - 1)

    def gaps(self, clips: int) -> int:
        """How many gaps there are for the clips of no set."""
        return clips + (not self.closed)

    def rows(self, number: int, clips: int, bad: int) -> int:
        """How many rows of the first `number` stages have so many clips and bad gaps."""
        return self._states[number].get((clips, bad), 0)

    def ended(self, number: int) -> bool:
        """Whether one of the first `number` stages has ended the row."""
        return any(stage.ends for stage in self.stages[:number])

    def ways(self, number: int, clips: int, bad: int) -> tuple[list[Way], list[int]]:
        """Every way in which stage `number` leads to a row of so many clips and bad gaps, and where each begins."""
        key = number, clips, bad
        if key not in self._ways:
            ways = list(self._ways_to(number, clips, bad))
            self._ways[key] = ways, list(accumulate((way.ways for way in ways), initial=0))
        return self._ways[key]

    def _ways_to(self, number: int, clips: int, bad: int) -> Iterator[Way]:
        stage, ended = self.stages[number], self.ended(number)
        for (before, was), rows in self._states[number].items():
            drawn, good = clips - before, good_gaps(stage, before, was, ended=ended)
            if not 0 <= drawn < len(stage.table):
                continue
            for filled in range(min(was, drawn) + 1):
                blocks = drawn - stage.ends + _joined(stage, before) - (bad - was + filled)
                places = comb(was, filled) * comb(good, blocks - filled) if blocks >= filled else 0
                shapes = places and shapes_of(stage, drawn, blocks, before)
                if shapes:
                    yield Way(drawn, blocks, filled, before, was, rows * places * shapes * stage.table[drawn])


def _joined(stage: Stage, before: int) -> int:
    """1 where the one block joins the clip before and ends the row as well, so that it counts for neither."""
    return int(stage.begins and stage.ends and before == 0)


def shapes_of(stage: Stage, drawn: int, blocks: int, before: int) -> int:
    """In how many ways so many clips fall into so many free blocks, beside those at the ends of the row."""
    if stage.ends and drawn == 0:
        return 0
    if _joined(stage, before):
        return int(blocks == 0)
    total, parts = drawn + stage.begins, blocks + stage.begins + stage.ends
    if not 0 < parts <= total:
        return int(parts == total == 0)
    return comb(total - 1, parts - 1)


def good_gaps(stage: Stage, before: int, bad: int, *, ended: bool) -> int:
    """Gaps a free block can go into that are not bad."""
    if _joined(stage, before):
        return 0
    return max(0, before + 1 - ended - bad - stage.begins - stage.ends)


def _reach(stages: Sequence[Stage]) -> int:
    return sum(len(stage.table) - 1 for stage in stages)


def _put_in(stage: Stage, rows: _States, *, ended: bool, least: int, length: int) -> _States:
    """The rows with another stage. Those that cannot be completed any more are left out."""
    between: dict[tuple[int, int, int], int] = {}  # by clips, bad gaps but for those of the blocks, and free blocks
    for (clips, bad), count in rows.items():
        good = good_gaps(stage, clips, bad, ended=ended)
        for blocks in range(min(len(stage.table) - 1, good + bad) + 1):
            for filled in range(max(0, blocks - good), min(blocks, bad) + 1):
                key = clips, bad - filled - blocks - stage.ends + _joined(stage, clips), blocks
                between[key] = between.get(key, 0) + count * comb(bad, filled) * comb(good, blocks - filled)
    found: _States = {}
    for (clips, bad, blocks), count in between.items():
        most = min(len(stage.table) - 1, length - clips, (length - clips - bad) // 2)
        for drawn in range(max(blocks, least - clips), most + 1):
            shapes = stage.table[drawn] * shapes_of(stage, drawn, blocks, clips)
            if shapes:
                made = clips + drawn, bad + drawn
                found[made] = found.get(made, 0) + count * shapes
    return found
