"""Row counts: how many rows there are of clips of which no two neighbours are of one set, without numbering them.

By inclusion and exclusion (such rows are Smirnov words: Flajolet and Sedgewick, Analytic Combinatorics, III.7): the k
clips of a set fall into j runs in C(k-1, j-1) ways, each counted with the sign of (-1)^(k-j), and the runs of all sets
stand in any order. So a set is a polynomial with y^k for its clips and x^j/j! for its runs, a mix of sets is their
product, and in the end x^m stands for the m! orders of m runs, and for (m + f)! with f clips of no set among them.

A polynomial in x is held as its values at 0, 1, ... up to its degree, times the factorials of what it is made of: whole
numbers all. Its Newton series turns them into the sum of its coefficients times factorials.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from math import comb, factorial, perm
from typing import NamedTuple

Table = tuple[int, ...]  # [how many of a set's clips are drawn]: in how many ways, in their order
_Series = list[int]  # of powers of y, by how many clips
_Key = tuple[tuple["Stage", ...], int]


class Stage(NamedTuple):
    """A set to put in. `begins` if its first run may join the clip before the row, `ends` if its last must end it."""

    table: Table
    begins: bool
    ends: bool


@dataclass
class RowCounts:
    """Counts of rows, with the products that many of them need."""

    _products: dict[_Key, list[_Series]] = field(default_factory=dict)

    def count(self, stages: Sequence[Stage], free: Table, length: int, closed: bool | None) -> int:
        """How many rows of `length` clips, at least one, these stages and the clips of no set make; each with the draws
        that the tables count. `closed`: True if a stage ends the row, False if a clip of no set has to, else None."""
        plain = tuple(stage for stage in stages if not (stage.begins or stage.ends))
        special = [stage for stage in stages if stage.begins or stage.ends]
        most = min(length, sum(len(stage.table) - 1 for stage in stages))  # clips of sets, and so runs
        made = self._product(plain, most)
        for stage in special:
            made = _with(stage, made)
        last = closed is False  # one run of a clip of no set has its place
        total = 0
        for drawn in range(max(last, length - most), min(len(free) - 1, length) + 1):
            values = [series[length - drawn] for series in made]
            total += free[drawn] * _orders(values, drawn - last) * perm(length, length - drawn + last)
        scale = factorial(length)
        for stage in stages:
            scale *= factorial(len(stage.table) - 1)
        both = next((stage.table for stage in stages if stage.begins and stage.ends), ())
        joined = (-1) ** length * both[length] if length < len(both) else 0  # one run from the clip before to the end
        return total // scale + joined

    def _product(self, stages: tuple[Stage, ...], most: int) -> list[_Series]:
        """Of these sets, at each place."""
        key = stages, most
        if key not in self._products:
            none = [[1] + [0] * most for _ in range(most + 1)]
            self._products[key] = _with(stages[-1], self._product(stages[:-1], most)) if stages else none
        return self._products[key]


def _with(stage: Stage, made: Sequence[_Series]) -> list[_Series]:
    """Products times one more set, at each place."""
    return [_times(series, _set(stage, at)) for at, series in enumerate(made)]


def _set(stage: Stage, at: int) -> _Series:
    runs = _runs(len(stage.table) - 1, at, stage.begins, stage.ends)
    return [ways * each for ways, each in zip(stage.table, runs, strict=True)]


@cache
def _runs(most: int, at: int, begins: bool, ends: bool) -> tuple[int, ...]:
    """By how many clips of a set are drawn, the signed sum over its runs, at a place and times most!."""
    placed = begins + ends  # runs that have their place already
    return tuple(
        sum(
            (-1) ** (clips + begins - runs) * _compositions(clips + begins, runs) * at**free * perm(most, most - free)
            for runs in range(placed, clips + begins + 1)
            if (free := runs - placed) <= most
        )
        if clips or not ends
        else 0
        for clips in range(most + 1)
    )


def _compositions(clips: int, runs: int) -> int:
    """In how many ways clips in their order fall into runs."""
    return comb(clips - 1, runs - 1) if runs else int(not clips)


def _times(one: _Series, other: _Series) -> _Series:
    """As far as the first goes."""
    made = [other[0] * value for value in one]
    for place, factor in enumerate(other[1 : len(one)], 1):
        if factor:
            made[place:] = [before + factor * value for before, value in zip(made[place:], one, strict=False)]
    return made


def _orders(values: list[int], singles: int) -> int:
    """The sum of the coefficients of x^m times (m + singles)!, of the polynomial with these values at 0, 1, ..."""
    most = len(values) - 1
    total, differences = 0, values
    for degree in range(most + 1):
        total += differences[0] * _newton(degree, singles) * perm(most, most - degree)
        differences = [after - before for before, after in pairwise(differences)]
    return total // factorial(most)


@cache
def _newton(degree: int, singles: int) -> int:
    """The sum of the coefficients of x^m times (m + singles)!, of x (x - 1) ... (x - degree + 1)."""
    return sum(value * factorial(power + singles) for power, value in enumerate(_falling(degree)))


@cache
def _falling(degree: int) -> tuple[int, ...]:
    """The coefficients of x (x - 1) ... (x - degree + 1)."""
    if degree == 0:
        return (1,)
    before = _falling(degree - 1)
    shifted = (0, *before)
    return tuple(one - (degree - 1) * other for one, other in zip(shifted, (*before, 0), strict=True))
