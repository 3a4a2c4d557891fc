"""Row ends: in how many ways rows of one pool, and what is after them, go on after a clip of each set.

Of each set, what all the others come to is the product of all divided by its own (`row_counts`), times the set itself
as one whose clip stands before the row. How often a row ends in a set is the derivative of that set's polynomial, for
one of its runs has its place.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from math import factorial
from typing import NamedTuple

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


class Alike(NamedTuple):
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


class Rows:
    """Rows of `drawn` clips, two or more, of one pool, each with the ways to go on after it. Sets after which there are
    as many as after any other clip come first."""

    def __init__(self, sets: Sequence[Alike], free: Sequence[int], drawn: int, other: int) -> None:
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

    def _factors(self, each: Alike, at: int, *, begun: bool = False) -> tuple[Series, Series]:
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

    def _joined(self, each: Alike) -> int:
        """Rows of one run, from the clip before to the end."""
        drawn = self._drawn
        return (-1) ** drawn * factorial(drawn) * each.subsets[drawn] * each.more if drawn < len(each.subsets) else 0
