"""Adjacency: draws in which no two clips of one set are neighbours, counted exactly.

A draw has a letter for each set and 0 for the clips of no set. It is numbered by how many clips of each letter it has,
the word its letters make, and for each letter an ordered draw of its clips. Words without equal neighbours, other than
zeros, are counted by how many of each letter are left and which came last. Letters are interchangeable there, whatever
their clips, so what is left of them is kept sorted: eight sets of four clips have some hundred cases, not 390,625.

With clips a, b, c and the set {a, b}, a and b have letter 1 and c has 0. The only word of all three is 1 0 1; it has
two draws, a c b and b c a.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from medley import limits
from medley.apps.video_mixer.planning.arrangements import Apart, Clips, Pick, Weights
from medley.apps.video_mixer.planning.ranked_permutations import Draw
from medley.errors import InvalidInput

_FREE = -1  # the place of letter 0, and of letters that no clip of a draw has: what comes next is not restricted


class Drawn(NamedTuple):
    """The clips of a draw, the letter of the last, and the number of what follows."""

    picks: list[Pick]
    last: int
    following: int


class Step(NamedTuple):
    """A letter that can come next, in how many ways words go on from there, and what is left then."""

    place: int
    ways: int
    free: int
    left: tuple[int, ...]


class Mixture(NamedTuple):
    """So many clips of no set and of each letter, which can be drawn in `draws` ways once a word is given."""

    free: int
    sizes: tuple[int, ...]
    draws: int


class Mixtures:
    """All mixtures of a length, in order, and where each one's draws start among those that come after a place."""

    def __init__(self, mixtures: Sequence[Mixture]) -> None:
        self.all = mixtures
        self.numbers = {(mixture.free, mixture.sizes): number for number, mixture in enumerate(mixtures)}
        self.bounds: dict[int, list[int]] = {}


@dataclass
class Counts:
    """Counts shared by the draws of one kind of mix; draws of as many clips of the same weights have the same."""

    mixtures: dict[tuple[object, ...], Mixtures] = field(default_factory=dict)
    ends: dict[int, int] = field(default_factory=dict)  # a small number for each different end
    words: dict[tuple[object, ...], int] = field(default_factory=dict)

    def note(self, key: tuple[object, ...], words: int) -> None:
        """
        Raises:
            InvalidInput: code `constraint_too_large`.
        """
        self.words[key] = words
        require_countable(len(self.words))


def draws_by_letter(clips: Clips, weights: Weights, apart: Apart) -> dict[int, Draw]:
    by_letter: dict[int, list[int]] = {}
    for clip in clips:
        by_letter.setdefault(apart.get(clip, 0), []).append(clip)
    return {letter: Draw(tuple(members), weights) for letter, members in by_letter.items()}


class SpacedDraw:
    """Draws of `length` clips; `end[letter]` is in how many ways a video goes on after a last clip of that letter.

    Raises:
        InvalidInput: code `constraint_too_large`; the sets are too many and too unlike to count, here or in `count`.
    """

    def __init__(
        self, draws: Mapping[int, Draw], length: int, end: Sequence[int], counts: Counts, apart: Apart
    ) -> None:
        self._draws, self._length, self._end, self._apart = draws, length, end, apart
        self._counts = counts
        self._letters = tuple(sorted(letter for letter in draws if letter)) if length else ()
        self._numbers = [self._number(letter) for letter in self._letters]
        self._free_number = self._number(0)

    def count(self, before: int) -> int:
        """How many draws, each with all that can follow it, can come after a clip of letter `before`."""
        if not self._length:
            return self._end[before]
        if not self._letters:
            return self._draws[0].count(self._length) * self._end[0] if 0 in self._draws else 0
        return self._bounds(self._place(before))[-1]

    def unrank(self, before: int, index: int) -> Drawn:
        """Draw `index`, in range(count(before)). One to one, together with the number of what follows."""
        if not self._length:
            return Drawn([], before, index)
        if not self._letters:
            index, following = divmod(index, self._end[0])
            return Drawn(self._draws[0].unrank(self._length, index), 0, following)
        last = self._place(before)
        bounds = self._bounds(last)
        number = bisect_right(bounds, index) - 1
        free, left, draws = self._mixtures.all[number]
        index, drawn = divmod(index - bounds[number], draws)
        sizes = (free, *left)
        word: list[int] = []
        while len(word) < self._length:
            for step in self._steps(free, left, last):
                if index < step.ways:
                    break
                index -= step.ways
            last, free, left = step.place, step.free, step.left
            word.append(last)
        return Drawn(self._clips(word, sizes, drawn), self._letter(last), index)

    def rank(self, before: int, picks: Sequence[Pick], following: int) -> int | None:
        """The inverse of `unrank`, for different clips of these draws; None if two of a set are neighbours."""
        if not self._length:
            return following
        if not self._letters:
            return self._draws[0].rank(picks) * self._end[0] + following
        word = [self._place(self._apart.get(pick.clip, 0)) for pick in picks]
        free, left = word.count(_FREE), tuple(word.count(place) for place in range(len(self._letters)))
        number = self._mixtures.numbers[free, left]
        last = self._place(before)
        start, index = self._bounds(last)[number], following
        for wanted in word:
            for step in self._steps(free, left, last):
                if step.place == wanted:
                    break
                index += step.ways
            else:
                return None
            last, free, left = wanted, step.free, step.left
        drawn = 0
        for place in range(len(self._letters) - 1, _FREE - 1, -1):
            part = [pick for at, pick in zip(word, picks, strict=True) if at == place]
            if part:
                draw = self._draws[self._letter(place)]
                drawn = drawn * draw.count(len(part)) + draw.rank(part)
        return start + index * self._mixtures.all[number].draws + drawn

    def _clips(self, word: Sequence[int], sizes: Sequence[int], drawn: int) -> list[Pick]:
        """The clips of a word, by the number of their draws."""
        parts: list[Iterator[Pick]] = []
        for place, size in enumerate(sizes, start=_FREE):
            if not size:
                parts.append(iter(()))
                continue
            draw = self._draws[self._letter(place)]
            drawn, number = divmod(drawn, draw.count(size))
            parts.append(iter(draw.unrank(size, number)))
        return [next(parts[place - _FREE]) for place in word]

    def _letter(self, place: int) -> int:
        return 0 if place == _FREE else self._letters[place]

    def _place(self, letter: int) -> int:
        return self._letters.index(letter) if letter in self._letters else _FREE

    def _number(self, letter: int) -> int:
        return self._counts.ends.setdefault(self._end[letter], len(self._counts.ends))

    @cached_property
    def _mixtures(self) -> Mixtures:
        tables = []
        for letter in (0, *self._letters):
            draw = self._draws.get(letter)
            sizes = range(min(self._length, draw.size) + 1) if draw else range(1)
            tables.append(tuple(draw.count(size) if draw else 1 for size in sizes))
        key = (self._length, self._free_number, *self._numbers, *tables)
        if key not in self._counts.mixtures:
            require_countable(_mixtures_of([len(table) - 1 for table in tables], self._length))
            found = self._mix(tables[1:], len(tables[0]) - 1, self._length, tables[0])
            self._counts.mixtures[key] = Mixtures(list(found))
        return self._counts.mixtures[key]

    def _mix(
        self, tables: Sequence[Sequence[int]], most_free: int, length: int, free_draws: Sequence[int]
    ) -> Iterator[Mixture]:
        if not tables:
            if length <= most_free:
                yield Mixture(length, (), free_draws[length])
            return
        room = most_free + sum(len(table) - 1 for table in tables[1:])
        for size in range(max(0, length - room), min(length, len(tables[0]) - 1) + 1):
            for free, sizes, draws in self._mix(tables[1:], most_free, length - size, free_draws):
                yield Mixture(free, (size, *sizes), draws * tables[0][size])

    def _bounds(self, before: int) -> list[int]:
        """Where each mixture's draws start among those that come after a place, and where the last one's end."""
        known = self._mixtures.bounds
        if before not in known:
            bounds = [0]
            for free, sizes, draws in self._mixtures.all:
                bounds.append(bounds[-1] + draws * self._words(free, sizes, before))
            known[before] = bounds
        return known[before]

    def _steps(self, free: int, left: tuple[int, ...], last: int) -> list[Step]:
        """Every letter that can come next. Those of which as many are left lead to as many words."""
        steps = []
        if free:
            steps.append(Step(_FREE, self._words(free - 1, left, _FREE), free - 1, left))
        known: dict[tuple[int, int], int] = {}
        for place, size in enumerate(left):
            if size and place != last:
                then = (*left[:place], size - 1, *left[place + 1 :])
                alike = self._numbers[place], size
                if alike not in known:
                    known[alike] = self._words(free, then, place)
                steps.append(Step(place, known[alike], free, then))
        return steps

    def _words(self, free: int, left: tuple[int, ...], last: int) -> int:
        """How many words, each with all that can follow, there are of what is left, after a letter."""
        if not free and not any(left):
            return self._end[self._letter(last)]
        after = None if last == _FREE or not left[last] else (self._numbers[last], left[last])
        pairs = sorted([pair for pair in zip(self._numbers, left, strict=True) if pair[1]])
        key = (free, self._free_number, after, *pairs)
        found = self._counts.words.get(key)
        if found is None:
            found = sum([step.ways for step in self._steps(free, left, last)])
            self._counts.note(key, found)
        return found


def _mixtures_of(most: Sequence[int], length: int) -> int:
    """In how many ways numbers up to these add up to a length."""
    ways = [1] + [0] * length
    for bound in most:
        ways = [sum(ways[max(0, total - bound) : total + 1]) for total in range(length + 1)]
    return ways[length]


def require_countable(cases: int) -> None:
    """Bound the work of counting.

    Raises:
        InvalidInput: code `constraint_too_large`; metadata `limit`.
    """
    if cases > limits.SPACING_STATES:
        raise InvalidInput(
            "The sets of never_adjacent are too many and too unlike to count the videos exactly: they have more than "
            f"{limits.SPACING_STATES} cases. Use fewer, smaller or equally large sets, or show all clips.",
            code="constraint_too_large",
            field="never_adjacent",
            limit=limits.SPACING_STATES,
        )
