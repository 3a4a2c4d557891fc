"""Blocks: videos of blocks in their order, or in any.

Clips in any order are one block; each group is a block of its own. Within a block the clips
stand in any order, and the order counts.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache

from medley.apps.video_mixer.planning import chain_counts
from medley.apps.video_mixer.planning.adjacency import Counts, Drawn
from medley.apps.video_mixer.planning.arrangements import Address, Apart, Opening, Pick, Pool, Video, Weights
from medley.apps.video_mixer.planning.block_counting import Block, BlockContext, PlacedBlock
from medley.apps.video_mixer.planning.chain_counts import Link
from medley.apps.video_mixer.planning.long_enough import InBlocks, Lengths
from medley.apps.video_mixer.planning.row_ends import Ends
from medley.apps.video_mixer.planning.shuffling import ShuffledBlocks

_NOTHING: Mapping[int, int] = {}


def _context(blocks: Sequence[Block], weights: Weights, apart: Apart) -> BlockContext:
    several = frozenset((clip, weight) for clip, weight in weights.items() if weight > 1)
    return BlockContext(weights, apart, _counts(tuple(blocks), several, frozenset(apart.items())))


@lru_cache(maxsize=2)  # one order is counted several times: to be checked, quoted, compared and planned
def _counts(
    blocks: tuple[Block, ...],  # noqa: ARG001 - counts of other blocks, weights or sets are others
    weights: frozenset[tuple[int, int]],  # noqa: ARG001
    apart: frozenset[tuple[int, int]],  # noqa: ARG001
) -> Counts:
    return Counts()


class BlocksInOrder:
    """One filling of each block, blocks in their order. A clip of two blocks may be shown in both."""

    def __init__(self, blocks: Sequence[Block], weights: Weights = _NOTHING, apart: Apart = _NOTHING) -> None:
        self.weights, self.apart = weights, apart
        self.blocks = tuple(blocks)
        self._context = _context(self.blocks, weights, apart)
        filled = [part for block in blocks for part in block.pools()]
        self.pools = tuple(pool for pool, _ in filled)
        self._pools_of = tuple(number for number, (_, places) in enumerate(filled) for _ in range(places))

    @cached_property
    def capacity(self) -> int:
        return chain_counts.count(self.blocks, self.weights, self.apart)

    @cached_property
    def openings(self) -> tuple[Opening, ...]:
        return tuple(Opening(clip, share) for clip, share in self._placed[0].starts())

    @cached_property
    def _places(self) -> dict[int, int]:
        return {opening.clip: place for place, opening in enumerate(self.openings)}

    @cached_property
    def _placed(self) -> list[PlacedBlock]:
        placed: list[PlacedBlock] = []
        end = [1] * len(self._context.letters)
        for place in range(len(self.blocks) - 1, -1, -1):
            placed.insert(0, PlacedBlock(self.blocks[place], end, self._context))
            end = [placed[0].count(letter) for letter in self._context.letters] if place else []
        return placed

    def unrank(self, opening: int, index: int) -> Video:
        head, *others = self._placed
        picks, last, index = head.unrank_from(self.openings[opening].clip, index)
        for placed in others:
            more, last, index = placed.unrank(last, index)
            picks += more
        return tuple(picks)

    def rank(self, video: Sequence[Pick]) -> Address | None:
        opening = self._places.get(video[0].clip) if video else None
        if opening is None or len(video) != len(self._pools_of):
            return None
        index: int | None = 0
        end = len(video)
        for placed in reversed(self._placed):
            if index is None:
                return None
            start = end - placed.block.picked
            part = video[start:end]
            if start:
                index = placed.rank(self._context.letter(video[start - 1].clip), part, index)
            else:
                index = placed.rank_from(part, index)
            end = start
        return None if index is None else Address(opening, index)

    def long_enough(self, lengths: Lengths) -> int:
        """How many are."""
        return InBlocks(lengths, self.apart, len(self._pools_of)).in_order(self.blocks)

    def pools_of(self, clips: Sequence[int]) -> Sequence[int]:  # noqa: ARG002 - of any clips the same
        return self._pools_of

    def reach(self, clip: int) -> range:
        return self._reaches[clip]

    @cached_property
    def _reaches(self) -> dict[int, range]:
        found: dict[int, range] = {}
        end = 0
        for number, pool in enumerate(self.pools):
            begin, end = end, end + self._pools_of.count(number)
            for clip in pool.clips:
                found[clip] = range(found.get(clip, range(begin, end)).start, end)
        return found

    def settled(self, clips: Sequence[int]) -> list[int]:
        return list(clips)


class BlocksInAnyOrder:
    """One filling of each block, blocks in any order, no clip in two; `head` starts and `tail` ends where given."""

    def __init__(
        self,
        blocks: Sequence[Block],
        head: Block | None = None,
        tail: Block | None = None,
        weights: Weights = _NOTHING,
        apart: Apart = _NOTHING,
    ) -> None:
        if head is None and not blocks:
            head, tail = tail, None
        self.weights, self.apart = weights, apart
        self._context = _context(blocks, weights, apart)
        self._last = tail
        self._end = Ends() if tail is None else Link(tail, weights, apart).ends(Ends(), set(self._context.letters))
        self._middle = ShuffledBlocks(blocks, self._end, self._context)
        self._head = head
        self.blocks = tuple(block for block in (head, *blocks, tail) if block is not None)
        self._placed: dict[int, PlacedBlock] = {}

    @property
    def cases(self) -> int:
        """How much there is to count: what is left of blocks and the last letter, where sets are kept apart."""
        return self._middle.cases

    @cached_property
    def capacity(self) -> int:
        if self._head is None:
            return self._middle.count(None, 0)
        after = {letter: self._middle.count(None, letter) for letter in self._context.letters}
        return Link(self._head, self.weights, self.apart).ends(Ends(after[0], after), {0}).after(0)

    @cached_property
    def _tail(self) -> PlacedBlock | None:
        return None if self._last is None else PlacedBlock(self._last, [1] * len(self._context.letters), self._context)

    @cached_property
    def openings(self) -> tuple[Opening, ...]:
        return tuple(Opening(clip, share) for place in self._firsts for clip, share in self._opened(place).starts())

    @cached_property
    def pools(self) -> tuple[Pool, ...]:
        return tuple(pool for block in self.blocks for pool, _ in block.pools())

    def unrank(self, opening: int, index: int) -> Video:
        clip = self.openings[opening].clip
        place = self._homes[clip]
        picks, last, index = self._opened(place).unrank_from(clip, index)
        more, last, index = self._middle.unrank(self._without(place), last, index)
        ending: Drawn = Drawn([], last, index) if self._tail is None else self._tail.unrank(last, index)
        return (*picks, *more, *ending.picks)

    def rank(self, video: Sequence[Pick]) -> Address | None:
        opening = self._places.get(video[0].clip) if video else None
        parts = None if opening is None else self._split(video)
        if opening is None or parts is None:
            return None
        (place, first), *middle = parts
        index: int | None = 0
        if self._tail is not None:
            _, ending = middle.pop()
            before = (middle[-1][1] if middle else first)[-1]
            index = self._tail.rank(self._context.letter(before.clip), ending, 0)
        if index is not None:
            last = self._context.letter(first[-1].clip)
            index = self._middle.rank(self._without(place), last, [part for _, part in middle], index)
        if index is not None:
            index = self._opened(place).rank_from(first, index)
        return None if index is None else Address(opening, index)

    def long_enough(self, lengths: Lengths) -> int:
        """How many are."""
        places = sum(block.picked for block in self.blocks)
        return InBlocks(lengths, self.apart, places).in_any_order(self._head, self.blocks[self.movable()], self._last)

    def pools_of(self, clips: Sequence[int]) -> Sequence[int]:
        return [self._pool_homes[clip] for clip in clips]

    def reach(self, clip: int) -> range:
        home, length = self.blocks[self._homes[clip]], sum(block.picked for block in self.blocks)
        within = [place for pool, places in home.pools() for place in [clip in pool.clips] * places]
        least, most = within.index(True), len(within) - 1 - within[::-1].index(True)
        if home is self._head:
            return range(least, most + 1)
        if self._ends_with(home):
            return range(length - home.picked + least, length - home.picked + most + 1)
        before = 0 if self._head is None else self._head.picked
        after = 0 if self._last is None else self.blocks[-1].picked
        return range(before + least, length - after - home.picked + most + 1)

    def _ends_with(self, block: Block) -> bool:
        return self._last is not None and block is self.blocks[-1]

    def movable(self) -> slice:
        """Which of `blocks` can change places."""
        return slice(int(self._head is not None), len(self.blocks) - (self._last is not None))

    def settled(self, clips: Sequence[int]) -> list[int]:
        return list(clips)

    @property
    def _firsts(self) -> Iterable[int]:
        """Places in `blocks` of those that can be first."""
        return range(len(self.blocks) - (self._last is not None)) if self._head is None else (0,)

    @cached_property
    def _places(self) -> dict[int, int]:
        return {opening.clip: place for place, opening in enumerate(self.openings)}

    @cached_property
    def _homes(self) -> dict[int, int]:
        return {clip: place for place, block in enumerate(self.blocks) for clip in block.clips}

    @cached_property
    def _pool_homes(self) -> dict[int, int]:
        return {clip: number for number, pool in enumerate(self.pools) for clip in pool.clips}

    def _without(self, first: int) -> int | None:
        """Which of the middle blocks is not there, because it is first."""
        return first if self._head is None else None

    def _opened(self, place: int) -> PlacedBlock:
        """A block as the first."""
        if place not in self._placed:
            end = [self._middle.count(self._without(place), letter) for letter in self._context.letters]
            self._placed[place] = PlacedBlock(self.blocks[place], end, self._context)
        return self._placed[place]

    def _split(self, video: Sequence[Pick]) -> list[tuple[int, Sequence[Pick]]] | None:
        """The blocks of a video in its order: each once, the tail last; None if that is not what it is."""
        parts: list[tuple[int, Sequence[Pick]]] = []
        start = 0
        while start < len(video):
            place = self._homes.get(video[start].clip)
            if place is None:
                return None
            end = start + self.blocks[place].picked
            parts.append((place, video[start:end]))
            start = end
        whole = sorted(place for place, _ in parts) == list(range(len(self.blocks)))
        ends_well = self._last is None or parts[-1][0] == len(self.blocks) - 1
        return parts if whole and ends_well else None
