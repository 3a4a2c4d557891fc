"""Chain counts: how many videos blocks in their order make, counted from the last block back and not numbered.

All that a block needs to know of those after it is in how many ways they go on after a last clip of each set (`Ends`);
from that it finds its own ends (`row_ends`).
"""

from collections import Counter
from collections.abc import Sequence
from functools import cached_property, lru_cache
from math import comb, factorial, gcd

from medley.apps.video_mixer.planning.arrangements import Apart, Weights
from medley.apps.video_mixer.planning.block_counting import Block
from medley.apps.video_mixer.planning.fillings import Fillings, fillings
from medley.apps.video_mixer.planning.row_counts import Series, times
from medley.apps.video_mixer.planning.row_ends import Alike, Ends, Rows


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
        sets = [Alike(subsets, more, tuple(letters)) for (subsets, more), letters in alike.items()]
        rows = Rows(sorted(sets, key=lambda each: each.more != 0), self._free, drawn, after.other)
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


def _subsets(weights: Sequence[int], most: int) -> tuple[int, ...]:
    """In how many ways up to `most` clips, each in so many variants, are drawn, whatever their order."""
    found = [1]
    for weight, clips in Counter(weights).items():
        alike = [comb(clips, drawn) * weight**drawn for drawn in range(min(clips, most) + 1)]
        found = times(Series(0, found), Series(0, alike), 0, most).ways
    return tuple(found)
