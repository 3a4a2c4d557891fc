"""Adjacency: draws in which no two clips of one set are neighbours, counted exactly.

A draw has a letter for each set and 0 for the clips of no set. It is numbered by the word its letters make (`words`,
counted by `insertion`) and by an ordered draw of the clips of each letter. Where the way a video goes on depends on
the last letter, the words are numbered by that first.

With clips a, b, c and the set {a, b}, a and b have letter 1 and c has 0. The only word of all three is 1 0 1; it has
two draws, a c b and b c a.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from typing import NamedTuple

from medley.apps.video_mixer.planning import words
from medley.apps.video_mixer.planning.arrangements import Apart, Clips, Pick, Weights
from medley.apps.video_mixer.planning.insertion import Insertion, Shared
from medley.apps.video_mixer.planning.ranked_permutations import Draw
from medley.apps.video_mixer.planning.row_counts import Stage, Table


class Drawn(NamedTuple):
    """The clips of a draw, the letter of the last, and the number of what follows."""

    picks: list[Pick]
    last: int
    following: int


class _Ending(NamedTuple):
    """Words that end in letter `last`, or in any if it is None, and in how many ways each goes on."""

    last: int | None
    letters: tuple[int, ...]  # of the insertion's stages
    insertion: Insertion
    following: int


class _Endings(NamedTuple):
    """All words after a clip, by how they end, and where the numbers of each kind begin."""

    kinds: list[_Ending]
    bounds: list[int]


@dataclass
class Counts:
    """Counts shared by the draws of one kind of mix; draws of as many clips of the same weights have the same."""

    shared: Shared = field(default_factory=Shared)
    insertions: dict[tuple[object, ...], Insertion] = field(default_factory=dict)

    def insertion(self, stages: tuple[Stage, ...], free: Table, length: int, closed: bool | None) -> Insertion:
        key = stages, free, length, closed
        if key not in self.insertions:
            self.insertions[key] = Insertion(stages, free, length, closed, shared=self.shared)
        return self.insertions[key]


def draws_by_letter(clips: Clips, weights: Weights, apart: Apart) -> dict[int, Draw]:
    by_letter: dict[int, list[int]] = {}
    for clip in clips:
        by_letter.setdefault(apart.get(clip, 0), []).append(clip)
    return {letter: Draw(tuple(members), weights) for letter, members in by_letter.items()}


class SpacedDraw:
    """Draws of `length` clips; `end[letter]` is in how many ways a video goes on after a last clip of that letter."""

    def __init__(
        self, draws: Mapping[int, Draw], length: int, end: Sequence[int], counts: Counts, apart: Apart
    ) -> None:
        self._draws, self._length, self._end, self._apart, self._counts = draws, length, end, apart, counts
        letters = sorted(draws) if length else []
        self._tables = {letter: _table(draws[letter], length) for letter in letters}
        self._sets = [letter for letter in letters if letter]
        self._after: dict[int, _Endings] = {}

    def count(self, before: int) -> int:
        """How many draws, each with all that can follow it, can come after a clip of letter `before`."""
        if not self._length:
            return self._end[before]
        if not self._sets:
            return self._draws[0].count(self._length) * self._end[0] if 0 in self._draws else 0
        return self._endings(before).bounds[-1]

    def unrank(self, before: int, index: int) -> Drawn:
        """Draw `index`, in range(count(before)). One to one, together with the number of what follows."""
        if not self._length:
            return Drawn([], before, index)
        if not self._sets:
            index, following = divmod(index, self._end[0])
            return Drawn(self._draws[0].unrank(self._length, index), 0, following)
        kinds, bounds = self._endings(before)
        place = bisect_right(bounds, index) - 1
        _, letters, insertion, ways = kinds[place]
        index, following = divmod(index - bounds[place], ways)
        word = words.unrank(insertion, index)
        names = (*letters, 0)  # FREE is the last
        shown = [names[stage] for stage in word.letters]
        parts: dict[int, Iterator[Pick]] = {}
        for stage, number in word.draws.items():
            letter = names[stage]
            size = shown.count(letter)
            parts[letter] = iter(self._draws[letter].unrank(size, number) if size else ())
        return Drawn([next(parts[letter]) for letter in shown], shown[-1], following)

    def rank(self, before: int, picks: Sequence[Pick], following: int) -> int | None:
        """The inverse of `unrank`, for different clips of these draws; None if two of a set are neighbours."""
        if not self._length:
            return following
        if not self._sets:
            return self._draws[0].rank(picks) * self._end[0] + following
        shown = [self._apart.get(pick.clip, 0) for pick in picks]
        if any(one == other != 0 for one, other in pairwise((before, *shown))):
            return None
        kinds, bounds = self._endings(before)
        place = next((place for place, kind in enumerate(kinds) if kind.last in (None, shown[-1])), None)
        if place is None:
            return None
        _, letters, insertion, ways = kinds[place]
        stages = {letter: stage for stage, letter in enumerate(letters)} | {0: words.FREE}
        drawn = {}
        for letter in set(shown):
            part = [pick for other, pick in zip(shown, picks, strict=True) if other == letter]
            drawn[stages[letter]] = self._draws[letter].rank(part)
        word = words.Word([stages[letter] for letter in shown], drawn)
        return bounds[place] + words.rank(insertion, word) * ways + following

    def _endings(self, before: int) -> _Endings:
        """Words after a clip of a letter; one that no clip here has restricts nothing."""
        before = before if before in self._sets else 0
        if before not in self._after:
            ways = {letter: self._end[letter] for letter in self._tables}
            same = len(set(ways.values())) == 1
            lasts = [None] if same else [letter for letter, following in ways.items() if following]
            kinds = [self._ending(before, last, ways[next(iter(ways)) if last is None else last]) for last in lasts]
            held = (kind.insertion.count * kind.following for kind in kinds)
            self._after[before] = _Endings(kinds, list(accumulate(held, initial=0)))
        return self._after[before]

    def _ending(self, before: int, last: int | None, following: int) -> _Ending:
        """The sets that any place restricts come last, so that the counts of the others can be shared."""
        plain = sorted((letter for letter in self._sets if letter not in (before, last)), key=self._tables.__getitem__)
        letters = (*plain, *dict.fromkeys(letter for letter in (last, before) if letter))
        stages = tuple(Stage(self._tables[letter], letter == before, letter == last) for letter in letters)
        closed = None if last is None else bool(last)
        insertion = self._counts.insertion(stages, self._tables.get(0, (1,)), self._length, closed)
        return _Ending(last, letters, insertion, following)


class SingleDraw:
    """A draw of one clip; what `SpacedDraw` is for more, with the letters one after the other."""

    def __init__(self, draws: Mapping[int, Draw], end: Sequence[int], apart: Apart) -> None:
        self._draws, self._apart = draws, apart
        self._held = {letter: draw.count(1) * end[letter] for letter, draw in sorted(draws.items())}
        self._end, self._all = end, sum(self._held.values())

    def count(self, before: int) -> int:
        """See `SpacedDraw.count`."""
        return self._all - (self._held.get(before, 0) if before else 0)

    def unrank(self, before: int, index: int) -> Drawn:
        """See `SpacedDraw.unrank`."""
        for letter, held in self._held.items():
            if letter == before != 0:
                continue
            if index < held:
                break
            index -= held
        index, following = divmod(index, self._end[letter])
        return Drawn(self._draws[letter].unrank(1, index), letter, following)

    def rank(self, before: int, picks: Sequence[Pick], following: int) -> int | None:
        """See `SpacedDraw.rank`."""
        mine = self._apart.get(picks[0].clip, 0)
        if mine == before != 0:
            return None
        earlier = sum(held for letter, held in self._held.items() if letter < mine and not letter == before != 0)
        return earlier + self._draws[mine].rank(picks) * self._end[mine] + following


def _table(draw: Draw, length: int) -> Table:
    """In how many ways so many clips of it are drawn, in their order."""
    return tuple(draw.count(size) for size in range(min(length, draw.size) + 1))
