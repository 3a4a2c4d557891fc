"""Fillings: how many rows the clips of a block make between any two sets, all at once.

As in `row_counts` a set is a polynomial in y, and rows are weighed values of a product. That all sets but one or two
come to is here the product of all divided by theirs, which is exact, for each begins with 1.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import factorial

from medley.apps.video_mixer.planning.row_counts import (
    Series,
    Weighing,
    divided,
    dot,
    power,
    product,
    runs,
    times,
    transposed,
)

Row = tuple[tuple[int, int], ...]  # the last letters of fillings, ascending, and how many of each


@dataclass(frozen=True)
class Fillings:
    """By the letter before: how many there are, and of each letter how many end in it. Of 0 come all that no row of
    their own have; as a last letter it is any clip of no set."""

    every: Mapping[int, int]
    of: Mapping[int, Mapping[int, int]] = field(default_factory=dict)

    def between(self, before: int, last: int) -> int:
        """How many can come after a clip of one letter and end in another."""
        row = self.of.get(before if before in self.of else 0, {})
        if last:
            return row.get(last, 0)
        return self.every[before if before in self.every else 0] - sum(row.values())


def fillings(sets: Mapping[int, Sequence[int]], free: Sequence[int], drawn: int) -> Fillings:
    """Those of `drawn` clips, of `sets` by their letter and of those in no set: each in how many ways so many are
    drawn, whatever their order."""
    if drawn == 1:
        ways = {letter: subsets[1] for letter, subsets in sets.items()}
        every = sum(ways.values()) + (free[1] if len(free) > 1 else 0)
        of = {before: {last: each for last, each in ways.items() if last != before} for before in (0, *sets)}
        return Fillings({before: every - ways.get(before, 0) for before in of}, of)
    if not sets:
        return Fillings({0: factorial(drawn) * free[drawn] if drawn < len(free) else 0})
    return _Table(sets, free, drawn).fillings()


class _Table:
    """Counts of rows by the kinds of their sets: those with as many subsets are alike."""

    def __init__(self, sets: Mapping[int, Sequence[int]], free: Sequence[int], drawn: int) -> None:
        alike: dict[tuple[int, ...], list[int]] = {}
        for letter, subsets in sets.items():
            alike.setdefault(tuple(subsets[: drawn + 1]), []).append(letter)
        self._kinds, self._letters, self._drawn = list(alike), list(alike.values()), drawn
        self._most = min(drawn, sum(len(subsets) - 1 for subsets in sets.values()))
        self._weighing = Weighing.of(free, drawn, self._most)

    def fillings(self) -> Fillings:
        kinds = range(len(self._kinds))
        every, after, last = 0, [0 for _ in kinds], [0 for _ in kinds]
        same, other = [0 for _ in kinds], [[0 for _ in kinds] for _ in kinds]  # both ends: of one set, or of two
        for at in range(self._most + 1):
            weights = self._weighing.at(at)
            alone = [runs(subsets, at) for subsets in self._kinds]
            whole = product([self._power(kind, each) for kind, each in enumerate(alone)], 0, self._most)
            every += dot(whole, weights)
            weighed = transposed(weights, whole, 0, self._most)
            begun = [
                divided(runs(self._kinds[kind], at, begins=True), each, self._most) for kind, each in enumerate(alone)
            ]
            for kind, each in enumerate(alone):
                after[kind] += dot(begun[kind], weighed)
                rest = divided(whole, each, self._most)
                ended = self._times(rest, runs(self._kinds[kind], at, ends=True))
                last[kind] += dot(ended, weights)
                ending = transposed(weights, ended, 0, self._most)
                for before in kinds:
                    other[before][kind] += dot(begun[before], ending)
                same[kind] += dot(self._times(rest, runs(self._kinds[kind], at, begins=True, ends=True)), weights)
        scale = factorial(self._most)
        return self._by_letter(
            [every // scale, *(ways // scale for ways in after)],
            [[ways // scale for ways in row] for row in (last, *other)],
            [ways // scale + self._joined(subsets) for ways, subsets in zip(same, self._kinds, strict=True)],
        )

    def _by_letter(self, every: Sequence[int], ending: Sequence[Sequence[int]], same: Sequence[int]) -> Fillings:
        """From what there is after any other clip and after each kind."""
        kinds = {letter: kind for kind, letters in enumerate(self._letters) for letter in letters}
        of = {0: {last: ending[0][kind] for last, kind in kinds.items()}}
        for before, first in kinds.items():
            of[before] = {last: ending[first + 1][kind] for last, kind in kinds.items()} | {before: same[first]}
        return Fillings({0: every[0]} | {before: every[kind + 1] for before, kind in kinds.items()}, of)

    def _power(self, kind: int, one: Series) -> Series:
        return power(one, len(self._letters[kind]), 0, self._most)

    def _times(self, one: Series, other: Series) -> Series:
        return times(one, other, 0, self._most)

    def _joined(self, subsets: Sequence[int]) -> int:
        """Rows of one run, from the clip before to the end: its first and its last run are not two."""
        drawn = self._drawn
        return (-1) ** drawn * factorial(drawn) * subsets[drawn] if drawn < len(subsets) else 0
