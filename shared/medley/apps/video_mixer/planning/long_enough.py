"""Long enough: how many arrangements have clips that are together as long as is asked, without looking at each.

A length is a whole number for each variant of a clip; one that can not stand where it is asked for is shorter than any
video is long, so that none with it is long enough.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from medley.apps.video_mixer.planning.arrangements import Apart, Clips
from medley.apps.video_mixer.planning.block_counting import Block

TOO_SHORT = -(10**12)


@dataclass(frozen=True)
class Lengths:
    """Each clip's variants, at either end of a video and between; together they have to be `asked` at least."""

    at_ends: Mapping[int, Sequence[int]]
    between: Mapping[int, Sequence[int]]
    asked: int

    def of(self, clip: int, place: int, places: int) -> Sequence[int]:
        return (self.at_ends if place in (0, places - 1) else self.between)[clip]


class _Filling(NamedTuple):
    """The letters of a block's first and last clip, and how long its clips are together."""

    first: int
    last: int
    length: int


class InBlocks:
    """Rows of fillings of blocks."""

    def __init__(self, lengths: Lengths, apart: Apart, places: int) -> None:
        self._lengths, self._apart, self._places = lengths, apart, places
        self._known: dict[tuple[Block, int], Counter[_Filling]] = {}

    def in_order(self, blocks: Sequence[Block]) -> int:
        """How many rows of blocks in their order are long enough."""
        found: Counter[tuple[int, int]] = Counter({(0, 0): 1})  # by the letter of the last clip, and how long they are
        place = 0
        for block in blocks:
            after: Counter[tuple[int, int]] = Counter()
            for filling, ways in self._fillings(block, place).items():
                for (letter, length), rows in found.items():
                    if not letter == filling.first != 0:
                        after[filling.last, length + filling.length] += rows * ways
            found, place = after, place + block.picked
        return sum(rows for (_, length), rows in found.items() if length >= self._lengths.asked)

    def in_any_order(self, head: Block | None, blocks: Sequence[Block], tail: Block | None) -> int:
        """The same of blocks in any order, between `head` and `tail`."""
        return self._beginning(head, tuple(blocks), tail, _Filling(0, 0, 0), 0)

    def _beginning(
        self, block: Block | None, left: tuple[Block, ...], tail: Block | None, before: _Filling, place: int
    ) -> int:
        """Rows that go on with a block, or any of those left."""
        if block is None and left:
            parts = ((each, left[:at] + left[at + 1 :]) for at, each in enumerate(left))
            return sum(self._beginning(each, others, tail, before, place) for each, others in parts)
        if block is None and tail is None:
            return int(before.length >= self._lengths.asked)
        going_on, ended = (tail, None) if block is None else (block, tail)
        assert going_on is not None  # noqa: S101 - one of both is there
        total = 0
        for filling, ways in self._fillings(going_on, place).items():
            if not before.last == filling.first != 0:
                so_far = _Filling(0, filling.last, before.length + filling.length)
                total += ways * self._beginning(None, left, ended, so_far, place + going_on.picked)
        return total

    def _fillings(self, block: Block, place: int) -> Counter[_Filling]:
        if (block, place) not in self._known:
            self._known[block, place] = Counter(self._filled(block, place, (), 0))
        return self._known[block, place]

    def _filled(self, block: Block, place: int, drawn: Clips, length: int) -> Iterator[_Filling]:
        if len(drawn) == block.picked:
            yield _Filling(self._apart.get(drawn[0], 0), self._apart.get(drawn[-1], 0), length)
            return
        clips = block.free
        if not drawn and block.first is not None:
            clips = (block.first,)
        elif len(drawn) == block.picked - 1 and block.last is not None:
            clips = (block.last,)
        before = self._apart.get(drawn[-1], 0) if drawn else 0
        for clip in clips:
            if clip not in drawn and not before == self._apart.get(clip, 0) != 0:
                for each in self._lengths.of(clip, place + len(drawn), self._places):
                    yield from self._filled(block, place, (*drawn, clip), length + each)


class InTheirOrder:
    """Rows of some of `clips` in their order, with one of the lengths `ended` after them.

    By how many clips there are left, from 1 on: `ways[left][place]` is how many rows go on from the clip at a place,
    and `rows[left - 1][place]` are the lengths of its variants there.
    """

    def __init__(
        self, clips: Sequence[int], ways: Sequence[Sequence[int]], rows: Sequence[Sequence[Sequence[int]]], apart: Apart
    ) -> None:
        self._clips, self._ways, self._rows = clips, ways, rows
        self._letters = [apart.get(clip, 0) for clip in clips]
        self._ended: Sequence[int] = ()
        self._least: list[list[int]] = []
        self._most: list[list[int]] = []

    def count(self, before: int, ended: Sequence[int], needed: Sequence[int]) -> int:
        """How many come to as much as is needed, for any of `needed`, after a clip of letter `before`."""
        self._ended = ended
        self._least, self._most = self._bounds(min), self._bounds(max)
        return sum(self._count(len(self._rows), 0, before, each) for each in needed)

    def _count(self, left: int, place: int, before: int, needed: int) -> int:
        """Rows that are long enough in any case, or in none, are not looked at one by one."""
        total = 0
        for at in range(place, len(self._clips) - left + 1):
            ways, letter = self._ways[left][at], self._letters[at]
            if not ways or letter == before != 0 or self._most[left][at] < needed:
                continue
            if self._least[left][at] >= needed:
                total += ways
            elif left > 1:
                total += sum(
                    [self._count(left - 1, at + 1, letter, needed - each) for each in self._rows[left - 1][at]]
                )
            else:
                total += sum(each + end >= needed for each in self._rows[0][at] for end in self._ended)
        return total

    def _bounds(self, extreme: Callable[..., int]) -> list[list[int]]:
        """By how many are left and from which place: what rows come to at least or at most, whatever is apart."""
        found = [[extreme(self._ended)] * (len(self._clips) + 1)]
        for left, lengths in enumerate(self._rows, start=1):
            below, row, best = found[-1], [0] * len(self._clips), None
            for place in range(len(self._clips) - left, -1, -1):
                best = below[place + 1] if best is None else extreme(best, below[place + 1])
                row[place] = extreme(lengths[place]) + best
            found.append(row)
        return found
