"""Row counts: how many rows there are of clips of which no two neighbours are of one set, without numbering them.

By inclusion and exclusion (such rows are Smirnov words: Flajolet and Sedgewick, Analytic Combinatorics, III.7): the k
clips of a set fall into j runs in C(k-1, j-1) ways, each counted with the sign of (-1)^(k-j), and the runs of all sets
stand in any order. So a set is a polynomial with y^k for its clips and x^j/j! for its runs, a mix of sets is their
product, and in the end x^m stands for the m! orders of m runs, and for (m + f)! with f clips of no set among them.

The k! orders of a set's clips times the sum over their runs is a Laguerre polynomial in x with whole coefficients. A
polynomial in x is held as its values at 0, 1, ... up to its degree, and one in y as a `Series`. The sum of coefficients
times factorials is a weighted sum of the values.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from heapq import heapify, heappop, heappush
from math import factorial
from operator import add, mul
from typing import NamedTuple

Table = tuple[int, ...]  # [how many clips are drawn]: in how many ways, in their order
Subsets = Sequence[int]  # likewise, whatever their order
_Key = tuple[tuple["Stage", ...], int]


class Series(NamedTuple):
    """A polynomial in y: its coefficients from y^least on."""

    least: int
    ways: list[int]

    @property
    def most(self) -> int:
        return self.least + len(self.ways) - 1


NOTHING = Series(0, [])
ONE = Series(0, [1])


class Stage(NamedTuple):
    """A set to put in. `begins` if its first run may join the clip before the row, `ends` if its last must end it."""

    table: Table
    begins: bool
    ends: bool


@dataclass
class RowCounts:
    """Counts of rows, with the products that many of them need."""

    _products: dict[_Key, list[Series]] = field(default_factory=dict)

    def count(self, stages: Sequence[Stage], free: Table, length: int, closed: bool | None) -> int:
        """How many rows of `length` clips, at least one, these stages and the clips of no set make; each with the draws
        that the tables count. `closed`: True if a stage ends the row, False if a clip of no set has to, else None."""
        most = min(length, sum(len(stage.table) - 1 for stage in stages))  # clips of sets, and so runs
        weighing = Weighing.of(subsets(free), length, most, closed=closed is False)
        plain = tuple(stage for stage in stages if not (stage.begins or stage.ends))
        special = [stage for stage in stages if stage.begins or stage.ends]
        total = 0
        for at, made in enumerate(self._product(plain, most)):
            put_in = [runs(subsets(each.table), at, begins=each.begins, ends=each.ends) for each in special]
            row = product([made, *put_in], weighing.least, weighing.most)
            total += dot(row, weighing.at(at))
        both = next((stage.table for stage in stages if stage.begins and stage.ends), ())
        joined = (-1) ** length * both[length] if length < len(both) else 0  # one run from the clip before to the end
        return total // factorial(most) + joined

    def _product(self, stages: tuple[Stage, ...], most: int) -> list[Series]:
        """Of these sets, at each place."""
        key = stages, most
        if key not in self._products:
            if stages:
                last, before = subsets(stages[-1].table), self._product(stages[:-1], most)
                made = [times(each, runs(last, at), 0, most) for at, each in enumerate(before)]
            else:
                made = [ONE] * (most + 1)
            self._products[key] = made
        return self._products[key]


def subsets(table: Table) -> list[int]:
    """In how many ways so many clips are drawn, whatever their order."""
    return [ways // factorial(clips) for clips, ways in enumerate(table)]


def runs(subsets: Subsets, at: int, *, begins: bool = False, ends: bool = False) -> Series:
    """By how many clips of a set are drawn, the signed sum over their runs and orders, at x = `at`."""
    placed, found, before = begins + ends, [1], 0  # runs that have their place already
    for clips in range(len(subsets) - 1 - ends):
        after = (at - 2 * clips - placed) * found[-1] - clips * (clips + placed - 1) * before
        before = found[-1]
        found.append(after)
    if ends:  # the derivative in x
        return Series(1, list(map(mul, map(mul, subsets[1:], range(1, len(subsets))), found)))
    return Series(0, list(map(mul, subsets, found)))


def times(one: Series, other: Series, least: int, most: int) -> Series:
    """The coefficients of y^least to y^most of a product, as far as there are any."""
    if not (one.ways and other.ways):
        return NOTHING
    first = one.least + other.least
    ways, after, reach = one.ways, first + len(one.ways), len(other.ways)
    back = other.ways[::-1]
    found = []
    for place in range(max(least, first), min(most, after + reach - 2) + 1):
        begin = place - reach + 1  # of the series, what the last coefficient of the other is for
        if begin < first:
            found.append(sum(map(mul, ways[: place + 1 - first], back[first - begin :])))
        else:
            found.append(sum(map(mul, ways[begin - first : place + 1 - first], back)))
    return Series(max(least, first), found)


def transposed(one: Series, other: Series, least: int, most: int) -> Series:
    """What `times` does, from behind: by power, what a coefficient counts for before if `one` is what it does after."""
    if not (one.ways and other.ways):
        return NOTHING
    ways, factor, first = one.ways, other.ways, one.least - other.least
    found = []
    for place in range(least, most + 1):
        if place < first:
            found.append(sum(map(mul, ways, factor[first - place :])))
        else:
            found.append(sum(map(mul, ways[place - first : place - first + len(factor)], factor)))
    return Series(least, found)


def divided(one: Series, by: Series, most: int) -> Series:
    """What `by`, which begins with 1, is multiplied with to make a series, up to y^most."""
    ways, found = by.ways[1:], list[int]()
    for place in range(one.least, most + 1):
        taken = sum(map(mul, ways, reversed(found[-len(ways) :]))) if ways else 0
        found.append((one.ways[place - one.least] if place <= one.most else 0) - taken)
    return Series(one.least, found)


def scaled(one: Series, ways: int) -> Series:
    return Series(one.least, [ways * each for each in one.ways])


def plus(one: Series, other: Series) -> Series:
    if not (one.ways and other.ways):
        return one if one.ways else other
    least, most = min(one.least, other.least), max(one.most, other.most)
    padded = ([*[0] * (each.least - least), *each.ways, *[0] * (most - each.most)] for each in (one, other))
    return Series(least, list(map(add, *padded)))


def dot(one: Series, other: Series) -> int:
    """The sum of the products of what stands at the same power."""
    least, most = max(one.least, other.least), min(one.most, other.most) + 1
    if least >= most:
        return 0
    return sum(map(mul, one.ways[least - one.least : most - one.least], other.ways[least - other.least :]))


def product(factors: Sequence[Series], least: int, most: int) -> Series:
    """The coefficients of y^least to y^most of a product, the smallest factors first."""
    if len(factors) <= 1:
        return factors[0] if factors else ONE
    left = [(len(each.ways), number, each) for number, each in enumerate(factors)]
    heapify(left)
    reach, number = sum(each.most for each in factors), len(left)
    while len(left) > 1:
        (_, _, one), (_, _, other) = heappop(left), heappop(left)
        reach -= one.most + other.most
        made = times(one, other, max(0, least - reach), most)
        reach += made.most
        heappush(left, (len(made.ways), number, made))
        number += 1
    return left[0][2]


def power(one: Series, number: int, least: int, most: int) -> Series:
    """The coefficients of y^least to y^most of a series times itself, so many of it."""
    if number <= 1:
        return one if number else ONE
    rest = one.most * (number - number // 2)
    half = power(one, number // 2, max(0, least - rest), most)
    made = times(half, half, max(0, least - one.most * (number % 2)), most)
    return times(made, one, least, most) if number % 2 else made


@dataclass(frozen=True)
class Weighing:
    """What the values of y^least, y^(least + 1), ... at 0, 1, ... count for, times most!."""

    least: int
    ways: Sequence[Sequence[int]]

    @classmethod
    def of(cls, free: Subsets, length: int, most: int, *, closed: bool = False) -> "Weighing":
        """In rows of `length` clips, at most `most` of them of sets, the others `free`; `closed` if one of those has to
        be the last."""
        drawn = range(max(int(closed), length - most), min(len(free) - 1, length) + 1)  # clips of no set
        ways = []
        for number in reversed(drawn):
            each = free[number] * (number if closed else 1)
            ways.append([each * orders for orders in _orders(length - number, number - closed, most)])
        return cls(length - drawn[-1] if drawn else length + 1, ways)

    @property
    def most(self) -> int:
        return self.least + len(self.ways) - 1

    def at(self, place: int) -> Series:
        """By the power of y, at one place."""
        return Series(self.least, [each[place] if place < len(each) else 0 for each in self.ways])


@lru_cache(maxsize=256)
def _orders(degree: int, singles: int, most: int) -> tuple[int, ...]:
    """What the values at 0, ..., degree are multiplied with for the sum of coefficients of x^m times (m + singles)!,
    times most!. By the Newton series, whose differences are powers of a step less one."""
    found: list[int] = []
    scale = factorial(most) // factorial(degree)
    for power in range(degree, -1, -1):
        found = [step - kept for step, kept in zip([0, *found], [*found, 0], strict=True)]
        found[0] += scale * _newton(degree + singles)[power][singles]
        scale *= power
    return tuple(found)


@lru_cache(maxsize=4)
def _newton(reach: int) -> list[list[int]]:
    """[degree][singles], together up to `reach`: the sum of the coefficients of x^m times (m + singles)!, of
    x (x - 1) ... (x - degree + 1)."""
    found = [[factorial(singles) for singles in range(reach + 1)]]
    for degree in range(reach):
        before = found[-1]
        found.append([after - degree * each for after, each in zip(before[1:], before[:-1], strict=True)])
    return found
