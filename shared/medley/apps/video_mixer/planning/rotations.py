"""Rotations: blocks in their order, from any of them on; what is counted where all their orders are too many to count.

With never-adjacent sets the orders of unlike groups cannot be counted in a reasonable time: it is as hard as counting
the matchings of a graph. The rotations can, and of forty groups there are more than anybody will ever order.
"""

from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from medley.apps.video_mixer.planning.arrangements import Address, Apart, Opening, Pick, Pool, Video, Weights
from medley.apps.video_mixer.planning.block_counting import Block
from medley.apps.video_mixer.planning.blocks import BlocksInOrder
from medley.apps.video_mixer.planning.chain_counts import count_turned
from medley.apps.video_mixer.planning.long_enough import InBlocks, Lengths


class _Start(NamedTuple):
    """The rotations in which a clip opens a video, as which opening, and where the numbers of each begin."""

    rotations: list[tuple[int, int]]
    bounds: list[int]


class RotatedBlocks:
    """One filling of each block; `blocks` go round, `head` starts and `tail` ends where given. No clip is in two."""

    def __init__(
        self, blocks: Sequence[Block], head: Block | None, tail: Block | None, weights: Weights, apart: Apart
    ) -> None:
        self.weights, self.apart = weights, apart
        self._head = [] if head is None else [head]
        self._middle = list(blocks)
        self._tail = [] if tail is None else [tail]
        turned = (self._middle[turn:] + self._middle[:turn] for turn in range(len(blocks)))
        self._turned = [[*self._head, *middle, *self._tail] for middle in turned]

    @cached_property
    def _rotations(self) -> list[BlocksInOrder]:
        return [BlocksInOrder(blocks, self.weights, self.apart) for blocks in self._turned]

    @cached_property
    def capacity(self) -> int:
        head, tail = (part[0] if part else None for part in (self._head, self._tail))
        return count_turned(self._middle, head, tail, self.weights, self.apart)

    @cached_property
    def openings(self) -> tuple[Opening, ...]:
        return tuple(Opening(clip, start.bounds[-1]) for clip, start in self._starts.items())

    @cached_property
    def pools(self) -> tuple[Pool, ...]:
        return self._rotations[0].pools

    def unrank(self, opening: int, index: int) -> Video:
        start = self._starts[self.openings[opening].clip]
        place = bisect_right(start.bounds, index) - 1
        rotation, its_opening = start.rotations[place]
        return self._rotations[rotation].unrank(its_opening, index - start.bounds[place])

    def rank(self, video: Sequence[Pick]) -> Address | None:
        opening = self._places.get(video[0].clip) if video else None
        first = self._head[0].picked if self._head else 0
        rotation = self._homes.get(video[first].clip) if first < len(video) else None
        if opening is None or rotation is None:
            return None
        found = self._rotations[rotation].rank(video)
        start = self._starts[video[0].clip]
        if found is None or (rotation, found.opening) not in start.rotations:
            return None
        return Address(opening, start.bounds[start.rotations.index((rotation, found.opening))] + found.number)

    def long_enough(self, lengths: Lengths) -> int:
        """How many are."""
        found = InBlocks(lengths, self.apart, sum(block.picked for block in self._turned[0]))
        return sum(map(found.in_order, self._turned))

    def pools_of(self, clips: Sequence[int]) -> Sequence[int]:
        return [self._pool_homes[clip] for clip in clips]

    def reach(self, clip: int) -> range:
        places = [self._rotations[turn].reach(clip) for turn in range(len(self._rotations))]
        return range(min(place.start for place in places), max(place.stop for place in places))

    def settled(self, clips: Sequence[int]) -> list[int]:
        return list(clips)

    @cached_property
    def _starts(self) -> dict[int, _Start]:
        found: dict[int, list[tuple[tuple[int, int], int]]] = {}
        for rotation, kind in enumerate(self._rotations):
            for number, opening in enumerate(kind.openings):
                found.setdefault(opening.clip, []).append(((rotation, number), opening.share))
        return {
            clip: _Start([place for place, _ in some], list(accumulate((share for _, share in some), initial=0)))
            for clip, some in found.items()
        }

    @cached_property
    def _places(self) -> dict[int, int]:
        return {opening.clip: place for place, opening in enumerate(self.openings)}

    @cached_property
    def _homes(self) -> dict[int, int]:
        """By clip: the rotation that begins with its block."""
        return {clip: turn for turn, block in enumerate(self._middle) for clip in block.clips}

    @cached_property
    def _pool_homes(self) -> dict[int, int]:
        return {clip: number for number, pool in enumerate(self.pools) for clip in pool.clips}
