"""Blocks in any order, counted by how many of each kind are left and which letter came last.

Two blocks are of a kind if, between any two letters, they have fillings in the same proportions: then they can stand
for each other but for a factor, which is the same in every order and is multiplied in afterwards.
"""

from collections.abc import Sequence
from functools import cached_property
from math import gcd, prod
from typing import NamedTuple

from medley.apps.video_mixer.planning.adjacency import Drawn
from medley.apps.video_mixer.planning.arrangements import Pick
from medley.apps.video_mixer.planning.block_counting import Block, BlockContext, PlacedBlock

_Table = tuple[tuple[int, ...], ...]  # [letter before][last letter]: how many fillings, divided by the block's factor


class _Step(NamedTuple):
    """A kind and last letter that can come next: in how many ways, and in how many of each the rest can follow."""

    kind: int
    last: int
    ways: int
    then: int


class ShuffledBlocks:
    """Every one of `blocks` once, in any order; `end[letter]` as in `PlacedBlock`. No clip is in two of them.

    Methods take the block that is left out, if one is. Nothing is counted before it is asked for; where `cases` are too
    many, that takes too long.
    """

    def __init__(self, blocks: Sequence[Block], end: Sequence[int], context: BlockContext) -> None:
        self._blocks, self._end, self._context = blocks, end, context
        letters = context.letters
        self._placed = [[PlacedBlock(block, _only(last, letters), context) for last in letters] for block in blocks]
        self._kinds: list[_Table] = []
        self._kind_of: list[int] = []
        self._factors: list[int] = []
        for placed in self._placed:
            table = tuple(tuple(placed[last].count(before) for last in letters) for before in letters)
            factor = gcd(*(ways for row in table for ways in row)) or 1
            kind = tuple(tuple(ways // factor for ways in row) for row in table)
            if kind not in self._kinds:
                self._kinds.append(kind)
            self._kind_of.append(self._kinds.index(kind))
            self._factors.append(factor)
        sizes = [self._kind_of.count(kind) for kind in range(len(self._kinds))]
        self.cases = prod(size + 1 for size in sizes) * len(letters) if len(letters) > 1 else 0
        self._ways: dict[tuple[tuple[int, ...], int], int] = {}

    def count(self, without: int | None, before: int) -> int:
        """How many orders and fillings, each with all that can follow, can come after letter `before`."""
        return self._count(tuple(map(len, self._members(without))), before) * self._factor_of(without)

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
            picks += self._placed[block][step.last].unrank(before, index).picks
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
            filling = self._placed[block][end].rank(before, picks, 0)
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

    def _steps(self, left: tuple[int, ...], before: int) -> list[_Step]:
        steps = []
        for kind, number in enumerate(left):
            if number:
                rest = (*left[:kind], number - 1, *left[kind + 1 :])
                for last, fillings in enumerate(self._kinds[kind][before]):
                    then = self._count(rest, last) if fillings else 0
                    if then:
                        steps.append(_Step(kind, last, number * fillings * then, then))
        return steps

    def _count(self, left: tuple[int, ...], before: int) -> int:
        if not any(left):
            return self._end[before]
        key = left, before
        if key not in self._ways:
            self._ways[key] = sum([step.ways for step in self._steps(left, before)])
        return self._ways[key]


def _only(letter: int, letters: range) -> list[int]:
    return [int(other == letter) for other in letters]
