"""Blocks in any order, counted by how many of each kind are left and which letter came last.

Two blocks are of a kind if, between any two letters, they have fillings in the same proportions: then they can stand
for each other but for a factor, which is the same in every order and is multiplied in afterwards.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property
from math import gcd, prod
from typing import NamedTuple

from medley.apps.video_mixer.planning.adjacency import Drawn
from medley.apps.video_mixer.planning.arrangements import Pick
from medley.apps.video_mixer.planning.block_counting import Block, BlockContext, PlacedBlock
from medley.apps.video_mixer.planning.chain_counts import Link
from medley.apps.video_mixer.planning.fillings import Row
from medley.apps.video_mixer.planning.row_ends import Ends

_COMPARED = 8  # letters of a block that is alike to those with equal fillings; of more, if its clips are alike


class _Kind:
    """Blocks that can stand for each other, by one of them: its fillings, divided by `factor`."""

    def __init__(self, link: Link, factor: int = 1) -> None:
        self._link, self._factor = link, factor

    @cached_property
    def rows(self) -> Mapping[int, Row]:
        """By the letter before. Of 0 come all that no row of their own have."""
        return {
            before: tuple((last, ways // self._factor) for last, ways in row)
            for before, row in _rows(self._link).items()
        }

    @cached_property
    def _changes(self) -> list[tuple[int, int, int]]:
        """By the letter before and the last: how many more fillings there are than after any other letter."""
        found = []
        for before, row in self.rows.items():
            ways, other = dict(row), dict(self.rows[0])
            for last in ways.keys() | other.keys():
                more = ways.get(last, 0) - other.get(last, 0)
                if more:
                    found.append((before, last, more))
        return found

    def ends(self, after: Ends) -> tuple[int, list[tuple[int, int]]]:
        """In how many ways a block and what is after it go on, and by the letter before how many more there are."""
        of, other = after.of, after.other
        ways = sum([fillings * of.get(last, other) for last, fillings in self.rows[0]])
        return ways, [(before, more * of.get(last, other)) for before, last, more in self._changes]


class _Step(NamedTuple):
    """A kind and last letter that can come next: in how many ways, and in how many of each the rest can follow."""

    kind: int
    last: int
    ways: int
    then: int


class ShuffledBlocks:
    """Every one of `blocks` once, in any order, and `end` as for a `Link`. No clip is in two of them.

    Methods take the block that is left out, if one is. Nothing is counted before it is asked for; where `cases` are too
    many, that takes too long.
    """

    def __init__(self, blocks: Sequence[Block], end: Ends, context: BlockContext) -> None:
        self._blocks, self._end, self._context = blocks, end, context
        kinds: dict[object, int] = {}
        self._kind_of: list[int] = []
        self._factors: list[int] = []
        self._kinds: list[_Kind] = []
        for block in blocks:
            key, factor, kind = self._kind(block)
            self._factors.append(factor)
            self._kind_of.append(kinds.setdefault(key, len(kinds)))
            if len(kinds) > len(self._kinds):
                self._kinds.append(kind)
        sizes = Counter(self._kind_of)
        letters, left = len(context.letters), prod(size + 1 for size in sizes.values())
        self.cases = left * letters if letters > 1 else 0
        self._ways: dict[tuple[int, ...], Ends] = {}
        self._placed: dict[tuple[int, int], PlacedBlock] = {}

    def _kind(self, block: Block) -> tuple[object, int, _Kind]:
        """What is equal for blocks of a kind, the block's factor, and its kind."""
        weights, apart = self._context.weights, self._context.apart
        link = Link(block, weights, apart)
        if block.picked == 1 or len(link.letters) <= _COMPARED:
            factor = gcd(*(ways for row in _rows(link).values() for _, ways in row)) or 1
            kind = _Kind(link, factor)
            return tuple(kind.rows.items()), factor, kind
        common = gcd(*(weights.get(clip, 1) for clip in block.clips))
        link = Link(block, {clip: weights.get(clip, 1) // common for clip in block.clips}, apart)
        return link.alike, common**block.picked, _Kind(link)

    def count(self, without: int | None, before: int) -> int:
        """How many orders and fillings, each with all that can follow, can come after letter `before`."""
        return self._after(tuple(map(len, self._members(without)))).after(before) * self._factor_of(without)

    def unrank(self, without: int | None, before: int, index: int) -> Drawn:
        """Number `index`, in range(count(without, before)). One to one, together with the number of what follows."""
        members = self._members(without)
        factor = self._factor_of(without)
        picks: list[Pick] = []
        for _ in range(sum(map(len, members))):
            for step in self._steps(tuple(map(len, members)), before):
                if index < step.ways * factor:
                    break
                index -= step.ways * factor
            member, index = divmod(index, step.ways * factor // len(members[step.kind]))
            block = members[step.kind].pop(member)
            factor //= self._factors[block]
            index, following = divmod(index, step.then * factor)
            picks += self._filled(block, step.last).unrank(before, index).picks
            before, index = step.last, following
        return Drawn(picks, before, index)

    def rank(self, without: int | None, before: int, parts: Sequence[Sequence[Pick]], following: int) -> int | None:
        """The inverse of `unrank` for the picks of each block in their order; None if they are not possible."""
        members = self._members(without)
        factor = self._factor_of(without)
        added: list[tuple[int, int, int]] = []  # of each block: what is before it, its filling, what one filling holds
        for picks in parts:
            block = self._homes[picks[0].clip]
            mine, end = self._kind_of[block], self._context.letter(picks[-1].clip)
            offset = 0
            for step in self._steps(tuple(map(len, members)), before):
                if (step.kind, step.last) == (mine, end):
                    break
                offset += step.ways * factor
            else:
                return None
            filling = self._filled(block, end).rank(before, picks, 0)
            if filling is None:
                return None
            member = members[mine].index(block)
            offset += member * (step.ways * factor // len(members[mine]))
            factor //= self._factors[block]
            added.append((offset, filling, step.then * factor))
            members[mine].remove(block)
            before = end
        for offset, filling, held in reversed(added):
            following += offset + filling * held
        return following

    @cached_property
    def _factor(self) -> int:
        return prod(self._factors)

    @cached_property
    def _homes(self) -> dict[int, int]:
        return {clip: place for place, block in enumerate(self._blocks) for clip in block.clips}

    def _members(self, without: int | None) -> list[list[int]]:
        members: list[list[int]] = [[] for _ in self._kinds]
        for block, kind in enumerate(self._kind_of):
            if block != without:
                members[kind].append(block)
        return members

    def _factor_of(self, without: int | None) -> int:
        return self._factor // (1 if without is None else self._factors[without])

    def _filled(self, block: int, last: int) -> PlacedBlock:
        """A block whose last clip is of a letter."""
        if (block, last) not in self._placed:
            end = [int(letter == last) for letter in self._context.letters]
            self._placed[block, last] = PlacedBlock(self._blocks[block], end, self._context)
        return self._placed[block, last]

    def _steps(self, left: tuple[int, ...], before: int) -> list[_Step]:
        steps = []
        for kind, number in enumerate(left):
            if number:
                after = self._after((*left[:kind], number - 1, *left[kind + 1 :]))
                rows = self._kinds[kind].rows
                for last, fillings in rows.get(before, rows[0]):
                    then = after.after(last)
                    if then:
                        steps.append(_Step(kind, last, number * fillings * then, then))
        return steps

    def _after(self, left: tuple[int, ...]) -> Ends:
        """In how many ways so many of each kind, and what is after them all, can follow each letter."""
        if not any(left):
            return self._end
        if left not in self._ways:
            other = 0
            of: dict[int, int] = {}
            for kind, number in enumerate(left):
                if number:
                    after = self._after((*left[:kind], number - 1, *left[kind + 1 :]))
                    ways, more = self._kinds[kind].ends(after)
                    other += number * ways
                    for before, each in more:
                        of[before] = of.get(before, 0) + number * each
            self._ways[left] = Ends(other, {before: other + more for before, more in of.items() if more})
        return self._ways[left]


def _rows(link: Link) -> dict[int, Row]:
    """The last letters of its fillings and how many of each, by the letter before. Of 0 come all that no row of their
    own have."""
    found, letters = link.fillings, sorted({0, *link.letters})
    rows = {
        before: tuple((last, ways) for last in letters if (ways := found.between(before, last))) for before in letters
    }
    return {before: row for before, row in rows.items() if before == 0 or row != rows[0]}
