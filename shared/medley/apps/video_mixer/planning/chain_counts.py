"""Chain counts: how many videos blocks in their order make, counted from the last block back and not numbered.

All that a block needs to know of those after it is in how many ways they go on after a last clip of each set (`Ends`).
A block finds its own ends for all sets at once: of each, what all the others come to is the product of all divided by
its own, times the set itself as one whose clip stands before the block. How often a row ends in a set is the derivative
of that set's polynomial, for one of its runs has its place.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import accumulate
from math import comb, factorial, gcd
from typing import NamedTuple

from medley.apps.video_mixer.planning.arrangements import Apart, Weights
from medley.apps.video_mixer.planning.block_counting import Block
from medley.apps.video_mixer.planning.fillings import Fillings, fillings
from medley.apps.video_mixer.planning.row_counts import (
    NOTHING,
    Series,
    Weighing,
    divided,
    dot,
    plus,
    power,
    product,
    runs,
    scaled,
    times,
)


@dataclass(frozen=True)
class Ends:
    """In how many ways a video goes on after a clip of each set of `of`, and after any `other` clip."""

    other: int = 1
    of: Mapping[int, int] = field(default_factory=dict)

    def after(self, letter: int) -> int:
        return self.of.get(letter, self.other)


class _Alike(NamedTuple):
    """Sets that count alike. `more` is how many more ways there are to go on after one than after any other clip."""

    subsets: tuple[int, ...]  # of one, by how many clips are drawn, whatever their order
    more: int
    letters: tuple[int, ...]

    @property
    def size(self) -> int:
        return len(self.letters) * (len(self.subsets) - 1)

    def factors(self, at: int, least: int, most: int, *, begun: bool = False) -> tuple[Series, Series]:
        """Their polynomial in y, from y^least to y^most, and that with a run of one of them at the end, in the ways
        that it has more. `begun` if the first run of one may join the clip before the row."""
        one, others, size = runs(self.subsets, at), len(self.letters) - begun, len(self.subsets) - 1
        every, ended = power(one, others, max(0, least - begun * size), most), NOTHING
        if self.more and others:
            part = scaled(runs(self.subsets, at, ends=True), others * self.more)
            rest = power(one, others - 1, max(0, least - (1 + begun) * size), most)
            ended = times(rest, part, max(0, least - begun * size), most)
        if begun:
            first = runs(self.subsets, at, begins=True)
            ended = times(ended, first, least, most)
            if self.more:
                both = scaled(runs(self.subsets, at, begins=True, ends=True), self.more)
                ended = plus(ended, times(every, both, least, most))
            every = times(every, first, least, most)
        return every, ended


def count(blocks: Sequence[Block], weights: Weights, apart: Apart) -> int:
    """How many videos the blocks make in their order."""
    common, *scaled = _scaled(blocks, weights, apart)
    return _count(tuple(blocks), *scaled) * common


def count_turned(
    blocks: Sequence[Block], head: Block | None, tail: Block | None, weights: Weights, apart: Apart
) -> int:
    """How many videos the blocks make in their order from any of them on, with `head` before and `tail` after them."""
    common, *scaled = _scaled([*blocks, *(each for each in (head, tail) if each is not None)], weights, apart)
    return _count_turned(tuple(blocks), head, tail, *scaled) * common


_Items = frozenset[tuple[int, int]]


def _scaled(blocks: Sequence[Block], weights: Weights, apart: Apart) -> tuple[int, _Items, _Items]:
    """What all counts have in common, since a factor of all weights is one of each place, and what they depend on."""
    clips = {clip for block in blocks for clip in block.clips}
    common = gcd(*(weights.get(clip, 1) for clip in clips))
    scaled = frozenset((clip, way) for clip in clips if (way := weights.get(clip, 1) // common) > 1)
    kept = frozenset((clip, letter) for clip, letter in apart.items() if clip in clips)
    return int(common ** sum(block.picked for block in blocks)), scaled, kept


@lru_cache(maxsize=32)  # one order is counted many times: to be checked, compared and quoted
def _count(blocks: tuple[Block, ...], weights: _Items, apart: _Items) -> int:
    links = [Link(block, dict(weights), dict(apart)) for block in blocks]
    ends = Ends()
    for before, link in zip([None, *links[:-1]][::-1], links[::-1], strict=True):
        ends = link.ends(ends, {0} if before is None else before.lasts)
    return ends.after(0)


@lru_cache(maxsize=32)
def _count_turned(
    blocks: tuple[Block, ...], head: Block | None, tail: Block | None, weights: _Items, apart: _Items
) -> int:
    first, last = (None if pin is None else Link(pin, dict(weights), dict(apart)) for pin in (head, tail))
    links = [Again(block, dict(weights), dict(apart)) for block in blocks]
    letters = {0, *(letter for _, letter in apart)}
    end = Ends() if last is None else last.ends(Ends(), letters)
    total = 0
    for turn in range(len(links)):
        ends = end
        for link in reversed(links[turn:] + links[:turn]):
            ends = link.again(ends)
        total += (ends if first is None else first.ends(ends, {0})).after(0)
    return total


class Link:
    """A block among others."""

    def __init__(self, block: Block, weights: Weights, apart: Apart) -> None:
        self._block, self._weights, self._apart = block, weights, apart
        by_letter: dict[int, list[int]] = {0: []}
        for clip in block.free if block.drawn else ():
            by_letter.setdefault(apart.get(clip, 0), []).append(weights.get(clip, 1))
        self._free, *_ = drawn = [_subsets(found, block.drawn) for found in by_letter.values()]
        self._sets = dict(zip(list(by_letter)[1:], drawn[1:], strict=True))

    @property
    def lasts(self) -> set[int]:
        """The letters its last clip can have, 0 where it is in no set."""
        pin = self._block.last if self._block.last is not None or self._block.drawn else self._block.first
        return {0, *self._sets} if pin is None else {self._apart.get(pin, 0)}

    @cached_property
    def letters(self) -> set[int]:
        """Those of its clips."""
        return {self._apart.get(clip, 0) for clip in self._block.clips}

    @cached_property
    def fillings(self) -> Fillings:
        """All of its fillings."""
        if not self._block.pins:
            return fillings(self._sets, self._free, self._block.drawn)
        letters = {0, *self.letters}
        every = self.ends(Ends(), letters)
        ending = {last: self.ends(Ends(0, {last: 1}), letters) for last in letters if last}
        return Fillings(
            {before: every.after(before) for before in letters},
            {before: {last: ends.after(before) for last, ends in ending.items()} for before in letters},
        )

    @property
    def alike(self) -> tuple[object, ...]:
        """Equal for blocks that have as many fillings between any two letters."""
        block, most = self._block, (self._block.drawn + 1) // 2 + 1  # of one set, and none
        pins = [(self._apart.get(pin, 0), self._weights.get(pin, 1)) for pin in block.pins]
        sets = sorted((letter, subsets[:most]) for letter, subsets in self._sets.items())
        return block.drawn, block.first is None, block.last is None, *pins, *sets, self._free

    def ends(self, after: Ends, wanted: set[int]) -> Ends:
        """In how many ways it and what is after it go on after each letter `wanted`."""
        block = self._block
        inner = after if block.last is None else self._pinned(block.last, after)
        if block.first is not None:
            wanted = {self._apart.get(block.first, 0)}
        rows = self._rows(inner, wanted) if block.drawn else inner
        return rows if block.first is None else self._pinned(block.first, rows)

    def _pinned(self, clip: int, after: Ends) -> Ends:
        """With a clip in its place before what is after it."""
        letter = self._apart.get(clip, 0)
        return Ends(self._weights.get(clip, 1) * after.after(letter), {letter: 0} if letter else {})

    def _rows(self, after: Ends, wanted: set[int]) -> Ends:
        """With the clips that are drawn."""
        drawn = self._block.drawn
        if drawn == 1:
            ending = {letter: subsets[1] * after.after(letter) for letter, subsets in self._sets.items()}
            every = sum(ending.values()) + (self._free[1] if len(self._free) > 1 else 0) * after.other
            return Ends(every, {letter: every - ways for letter, ways in ending.items()})
        if not self._sets:
            return Ends(factorial(drawn) * self._free[drawn] * after.other if drawn < len(self._free) else 0)
        alike: dict[tuple[tuple[int, ...], int], list[int]] = {}
        for letter, subsets in self._sets.items():
            alike.setdefault((subsets, after.after(letter) - after.other), []).append(letter)
        sets = [_Alike(subsets, more, tuple(letters)) for (subsets, more), letters in alike.items()]
        rows = _Rows(sorted(sets, key=lambda each: each.more != 0), self._free, drawn, after.other)
        return rows.ends() if len(wanted) > 1 else Ends(rows.after(*wanted))


class Again(Link):
    """A link whose ends are asked for again and again."""

    def again(self, after: Ends) -> Ends:
        """See `ends`, for all of its letters."""
        letters, other = self.letters, after.other
        if self._block.picked == 1:
            return self.ends(after, letters)
        more = [(last, ways - other) for last, ways in after.of.items() if last in letters]
        found = {
            before: every * other + sum(self.fillings.between(before, last) * ways for last, ways in more)
            for before, every in self.fillings.every.items()
        }
        return Ends(found.pop(0), found)


class _Rows:
    """Rows of `drawn` clips, two or more, of one pool, each with the ways to go on after it. Sets after which there are
    as many as after any other clip come first."""

    def __init__(self, sets: Sequence[_Alike], free: Sequence[int], drawn: int, other: int) -> None:
        self._sets, self._drawn, self._other = sets, drawn, other
        self._plain = sum(not each.more for each in sets)
        sizes = [each.size for each in sets]
        self._most = min(drawn, sum(sizes))
        self._weighing = Weighing.of(free, drawn, self._most)
        self._spare = sum(sizes) - self._weighing.least  # so many clips of sets need not be shown
        # By number of sets: how many clips rows of so many have that can still become long enough, and not too long.
        self._least = [max(0, size - self._spare) for size in accumulate(sizes, initial=0)]
        self._reach = [min(self._weighing.most, size) for size in accumulate(sizes, initial=0)]

    def after(self, letter: int) -> int:
        """How many there are after a clip of that letter."""
        total, plain = 0, self._plain
        for at in range(self._most + 1):
            factors = [self._factors(each, at, begun=letter in each.letters) for each in self._sets]
            first = [factor for factor, _ in factors[:plain]]
            rows = product(first, self._least[plain], self._reach[plain]), NOTHING
            for number in range(plain, len(self._sets)):
                rows = self._put_in(number, rows, factors[number])
            total += self._weighed(rows, at)
        joined = sum(self._joined(each) for each in self._sets if letter in each.letters)
        return total // factorial(self._most) + joined

    def ends(self) -> Ends:
        """How many there are after a clip of each set, and after any other."""
        totals = [0] * (len(self._sets) + 1)
        for at in range(self._most + 1):
            totals = [before + more for before, more in zip(totals, self._ends(at), strict=True)]
        other, *of = (total // factorial(self._most) for total in totals)
        found: dict[int, int] = {}
        for each, ways in zip(self._sets, of, strict=True):
            found |= dict.fromkeys(each.letters, ways + self._joined(each))
        return Ends(other, found)

    def _ends(self, at: int) -> list[int]:
        """The parts of `ends` that the values at one place are: after any other clip, and after each set."""
        most, weights, reach = self._most, self._weighing.at(at), (self._weighing.least, self._weighing.most)
        alone = [runs(each.subsets, at) for each in self._sets]
        whole = product(
            [power(one, len(each.letters), 0, most) for each, one in zip(self._sets, alone, strict=True)], 0, most
        )
        going_on, ended, rests = scaled(whole, self._other), [], []
        for each, one in zip(self._sets, alone, strict=True):
            rests.append(divided(whole, one, most) if each.more else NOTHING)
            ended.append(scaled(times(rests[-1], runs(each.subsets, at, ends=True), 0, most), each.more))
            going_on = plus(going_on, scaled(ended[-1], len(each.letters)))
        found = [dot(going_on, weights)]
        for each, one, rest, here in zip(self._sets, alone, rests, ended, strict=True):
            elsewhere = divided(plus(going_on, scaled(here, -1)), one, most)  # rows that this set does not end
            ways = dot(times(elsewhere, runs(each.subsets, at, begins=True), *reach), weights)
            both = times(rest, runs(each.subsets, at, begins=True, ends=True), *reach)
            found.append(ways + each.more * dot(both, weights))
        return found

    def _factors(self, each: _Alike, at: int, *, begun: bool = False) -> tuple[Series, Series]:
        return each.factors(at, max(0, each.size - self._spare), self._most, begun=begun)

    def _put_in(
        self, number: int, rows: tuple[Series, Series], factors: tuple[Series, Series]
    ) -> tuple[Series, Series]:
        """Rows, and those that have ended, with the next sets."""
        least, most = self._least[number + 1], self._reach[number + 1]
        (made, ended), (factor, part) = rows, factors
        ended = plus(times(ended, factor, least, most), times(made, part, least, most))
        return times(made, factor, least, most), ended

    def _weighed(self, rows: tuple[Series, Series], at: int) -> int:
        (made, ended), weights = rows, self._weighing.at(at)
        return self._other * dot(made, weights) + dot(ended, weights)

    def _joined(self, each: _Alike) -> int:
        """Rows of one run, from the clip before to the end."""
        drawn = self._drawn
        return (-1) ** drawn * factorial(drawn) * each.subsets[drawn] * each.more if drawn < len(each.subsets) else 0


def _subsets(weights: Sequence[int], most: int) -> tuple[int, ...]:
    """In how many ways up to `most` clips, each in so many variants, are drawn, whatever their order."""
    found = [1]
    for weight, clips in Counter(weights).items():
        alike = [comb(clips, drawn) * weight**drawn for drawn in range(min(clips, most) + 1)]
        found = times(Series(0, found), Series(0, alike), 0, most).ways
    return tuple(found)
