"""Pair balance: rows of values, one of each column, in which any two values of two columns come together as often.

A column is a group of clips, a row a video that shows one of each. Whoever compares videos reads how a hook does with
each body, so every pair is to come once before one comes twice, after any number of rows; then no choice of as many
rows has fewer that share two values. A next row is one whose pairs, and then whose values, came least, with regard to
how many such pairs are left for each value. That alone runs into dead ends where all pairs are nearly used up, so the
first `AHEAD` rows are chosen together: where a row costs too much, the last few are taken back and tried another way.
Where columns are so large and alike that an orthogonal array has each pair once, its rows are taken, array after array.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import combinations, islice, product
from math import prod
from random import Random
from typing import NamedTuple

from medley.apps.video_mixer.planning.designs import array_order, orthogonal_array, shuffle

AHEAD = 64  # rows chosen together: an order that is read pair by pair is hardly larger
PAIRS_MAX = 1_000  # of values of two columns: what is counted for each row
_PAIR, _VALUE, _REPEATED, _NOT_DUE = 2, 1, 1_000, 100_000  # what coming too early costs
_TIES = 64  # rows as good as each other that are looked at more closely
_NODES = 4_000  # values tried for one row
_RETRIES = 200  # ways tried around one dead end
_TAKEN_BACK = (4, 8, 16, 24)  # rows
_EFFORT = 130_000  # values tried for the rows chosen together of three columns, in all: a tenth of a second
_LATIN = 3  # columns for which a Latin square is an array, of whatever size
_ARRAYS = 64


class Row(NamedTuple):
    """A value of each column; `opener` is the column whose turn it is to open the video, if columns take turns."""

    values: tuple[int, ...]
    opener: int | None
    cost: int


class PairBalance:
    """Rows by number, for columns of `sizes` values. In `openers` the values take turns evenly to open a video."""

    def __init__(self, sizes: Sequence[int], openers: Sequence[int], chance: Random) -> None:
        self.sizes, self._openers, self._chance = sizes, openers, chance
        self._columns = range(len(sizes))
        wide = [column for column in self._columns if sizes[column] > 1]
        self.tables = {(a, b): [[0] * sizes[b] for _ in range(sizes[a])] for a, b in combinations(wide, 2)}
        self.used = [[0] * size for size in sizes]
        self._opened = [[0] * size for size in sizes]
        self._repeated: Counter[tuple[int, ...]] = Counter()
        self._rows: list[Row] = []
        self._arrays = _arrays(sizes, chance)
        self._effort = _EFFORT // max(1, len(self.tables) - 2)  # of more columns it gains less

    def row(self, number: int) -> Row:
        together = min(AHEAD, prod(self.sizes))
        while len(self._rows) <= max(number, together - 1):
            self._push(self._next())
            if len(self._rows) <= together and self._rows[-1].cost > 0 and not self._arrays:
                self._try_again()
        return self._rows[number]

    def _push(self, row: Row) -> None:
        self._rows.append(row)
        self._count(row, 1)

    def _pop(self) -> Row:
        row = self._rows.pop()
        self._count(row, -1)
        return row

    def _count(self, row: Row, times: int) -> None:
        values = row.values
        for (a, b), table in self.tables.items():
            table[values[a]][values[b]] += times
        for column, value in enumerate(values):
            self.used[column][value] += times
        if row.opener is not None:
            self._opened[row.opener][values[row.opener]] += times
        self._repeated[values] += times

    def _try_again(self) -> None:
        """Take back some of the last rows and go another way, as long as that may cost less."""
        length = len(self._rows)
        for _ in range(_RETRIES):
            back = min(length - 1, _TAKEN_BACK[int(self._chance.random() * len(_TAKEN_BACK))])
            worst = sum(row.cost for row in self._rows[length - back :])
            if self._effort <= 0 or worst <= 0:
                return
            before = [self._pop() for _ in range(back)]
            cost = 0
            while len(self._rows) < length and cost < worst and self._effort > 0:
                self._push(self._next())
                cost += self._rows[-1].cost
            if len(self._rows) < length or cost >= worst:
                while len(self._rows) > length - back:
                    self._pop()
                for row in reversed(before):
                    self._push(row)

    def _next(self) -> Row:
        search = _Search(self, self._values(), len(self._rows))
        array = self._array()
        values = min(search.cheapest(array) if array else search.run(), key=search.preference)
        due = self.due(values)
        opener = due[int(self._chance.random() * len(due))] if due else None
        self._effort -= search.tried
        return Row(values, opener, search.cost(values))

    def _array(self) -> list[tuple[int, ...]]:
        """The rows of the first orthogonal array that is not used up."""
        for array in self._arrays:
            left = [row for row in array if not self._repeated[row]]
            if left:
                return left
        return []

    def whole(self, values: tuple[int, ...]) -> int:
        """What a row costs as a whole: for having come before, and for having no value whose turn it is."""
        not_due = _NOT_DUE if self._openers and not self.due(values) else 0
        return _REPEATED * self._repeated[values] + not_due

    def due(self, values: Sequence[int]) -> list[int]:
        """The columns of a row whose value opened fewest."""
        if not self._openers:
            return []
        fewest = min(min(self._opened[column]) for column in self._openers)
        return [column for column in self._openers if self._opened[column][values[column]] == fewest]

    def _values(self) -> list[list[int]]:
        """The values of each column that may come next, those used least first."""
        found = []
        for column, used in enumerate(self.used):
            values = list(range(len(used)))
            shuffle(values, self._chance)
            slack = 0 if self._openers == (column,) else 1
            fewest = min(used)
            found.append(sorted((value for value in values if used[value] <= fewest + slack), key=used.__getitem__))
        return found


class _Search:
    """The rows that cost least. Costs count from what each pair and value would have come to if all were even."""

    def __init__(self, balance: PairBalance, values: Sequence[Sequence[int]], rows: int) -> None:
        sizes, tables = balance.sizes, balance.tables
        self._balance, self._values, self._tables, self._used = balance, values, tables, balance.used
        self._even = [rows // size for size in sizes]
        self._even_pairs = {(a, b): rows // (sizes[a] * sizes[b]) for a, b in tables}
        self._before = [[a for a in range(b) if (a, b) in tables] for b in range(len(sizes))]
        fewest = {pair: min(map(min, table)) for pair, table in tables.items()}
        self._least = [0] * (len(sizes) + 1)  # what the columns from one on cost at least
        for column in reversed(range(len(sizes))):
            pairs = sum(fewest[a, column] - self._even_pairs[a, column] for a in self._before[column])
            single = min(self._used[column]) - self._even[column]
            self._least[column] = self._least[column + 1] + _PAIR * pairs + _VALUE * single
        self._left = {  # of each value of two columns: in how many pairs that came least it is
            pair: (
                [row.count(fewest[pair]) for row in table],
                [column.count(fewest[pair]) for column in zip(*table, strict=True)],
            )
            for pair, table in tables.items()
        }
        self._found: list[tuple[int, ...]] = []
        self._best = 1 << 62
        self.tried = 0  # values

    def cost(self, values: tuple[int, ...]) -> int:
        row = list(values)
        return sum(self._step(row, column, value) for column, value in enumerate(row)) + self._balance.whole(values)

    def preference(self, values: Sequence[int]) -> tuple[int, int]:
        """The less the better: values used least, and with many pairs left that came least."""
        uneven = sum((self._used[column][value] - self._even[column]) ** 2 for column, value in enumerate(values))
        left = sum(rows[values[a]] + columns[values[b]] for (a, b), (rows, columns) in self._left.items())
        return uneven, -left

    def cheapest(self, rows: Sequence[tuple[int, ...]]) -> list[tuple[int, ...]]:
        """Of these rows."""
        costs = {row: self.cost(row) for row in rows}
        least = min(costs.values())
        return [row for row, cost in costs.items() if cost == least]

    def run(self) -> list[tuple[int, ...]]:
        """Of all rows: depth first, without what costs more than the best so far, until there are enough."""
        self._descend([0] * len(self._values), 0, 0)
        return self._found

    def _descend(self, row: list[int], column: int, cost: int) -> bool:
        """Whether enough was found."""
        if column == len(row):
            return self._keep(tuple(row), cost)
        for value in self._values[column]:
            self.tried += 1
            if self.tried > _NODES and self._found:
                return True
            so_far = cost + self._step(row, column, value)
            if so_far + self._least[column + 1] <= self._best:
                row[column] = value
                if self._descend(row, column + 1, so_far):
                    return True
        return False

    def _keep(self, values: tuple[int, ...], cost: int) -> bool:
        cost += self._balance.whole(values)
        if cost < self._best:
            self._best = cost
            self._found.clear()
        if cost == self._best:
            self._found.append(values)
        return self._best <= self._least[0] and len(self._found) >= _TIES

    def _step(self, row: Sequence[int], column: int, value: int) -> int:
        """What a value costs after those of the columns before."""
        cost = _VALUE * (self._used[column][value] - self._even[column])
        for a in self._before[column]:
            cost += _PAIR * (self._tables[a, column][row[a]][value] - self._even_pairs[a, column])
        return cost


def _arrays(sizes: Sequence[int], chance: Random) -> list[list[tuple[int, ...]]]:
    """Arrays in which each pair comes once and that have no row in common, if all columns have as many values."""
    wide = [column for column, size in enumerate(sizes) if size > 1]
    order = sizes[wide[0]]
    base = _array([sizes[column] for column in wide])
    names = [list(range(order)) for _ in wide]
    for values in names:
        shuffle(values, chance)
    arrays = []
    for shift in islice(product(range(order), repeat=len(wide) - 2), _ARRAYS if base else 0):
        moved = (0, 0, *shift)
        array = []
        for row in base:
            values = [0] * len(sizes)
            for place, column in enumerate(wide):
                values[column] = names[place][(row[place] + moved[place]) % order]
            array.append(tuple(values))
        arrays.append(array)
    return arrays


def _array(sizes: Sequence[int]) -> list[tuple[int, ...]]:
    """An orthogonal array, or a Latin square for three columns of a size that has none."""
    order = sizes[0]
    if any(size != order for size in sizes):
        return []
    if array_order(sizes) == order:
        return list(orthogonal_array(order, sizes))
    if len(sizes) == _LATIN:
        return [(first, second, (first + second) % order) for first, second in product(range(order), repeat=2)]
    return []
