"""A block and its fillings: clips of one pool that stand together, in any order, perhaps with one pinned to an end."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from medley.apps.video_mixer.planning.adjacency import Counts, Drawn, SingleDraw, SpacedDraw, draws_by_letter
from medley.apps.video_mixer.planning.arrangements import Apart, Clips, Pick, Pool, Weights


@dataclass(frozen=True)
class Block:
    """`picked` different ones of `clips`, `first` and `last` among them where given; those two differ.

    `picked` is at least one and at least the number of pins, and there are so many clips.
    """

    clips: Clips
    picked: int = 1
    first: int | None = None
    last: int | None = None

    @property
    def pins(self) -> Clips:
        return tuple(pin for pin in (self.first, self.last) if pin is not None)

    @cached_property
    def free(self) -> Clips:
        return tuple(clip for clip in self.clips if clip not in self.pins)

    @property
    def drawn(self) -> int:
        """How many clips are drawn from `free`."""
        return self.picked - len(self.pins)

    def pools(self) -> Iterator[tuple[Pool, int]]:
        """What its places are filled from, from first to last, and how many places each fills."""
        if self.first is not None:
            yield Pool((self.first,), 1), 1
        if self.drawn:
            yield Pool(self.free, self.drawn), self.drawn
        if self.last is not None:
            yield Pool((self.last,), 1), 1


@dataclass(frozen=True)
class BlockContext:
    """What the blocks of a video have in common. Letters are those of `apart`, and 0."""

    weights: Weights
    apart: Apart
    counts: Counts

    @cached_property
    def letters(self) -> range:
        return range(max(self.apart.values(), default=0) + 1)

    def letter(self, clip: int) -> int:
        return self.apart.get(clip, 0)

    def weight(self, clip: int) -> int:
        return self.weights.get(clip, 1)

    def clash(self, before: int, after: int) -> bool:
        """Whether clips of these letters must not be neighbours."""
        return before == after != 0


class PlacedBlock:
    """A block in its place: `end[letter]` is in how many ways a video goes on if its last clip is of that letter."""

    def __init__(self, block: Block, end: Sequence[int], context: BlockContext) -> None:
        self.block = block
        self._end, self._context = end, context
        self._inner_end = tuple(end) if block.last is None else tuple(map(self._before_last, context.letters))
        self._inners: dict[int | None, SingleDraw | SpacedDraw] = {}
        self._counts: dict[tuple[int, int], int] = {}

    def count(self, before: int) -> int:
        """How many fillings, each with all that can follow it, can come after a clip of letter `before`."""
        if self.block.first is None:
            return self._inner(None).count(before)
        if self._context.clash(before, self._context.letter(self.block.first)):
            return 0
        return self._after(self.block.first)

    def starts(self) -> Iterator[tuple[int, int]]:
        """Every clip the block can start with where it opens the video, and how many fillings do; none if it is 0."""
        block = self.block
        if block.first is not None:
            firsts: Clips = (block.first,)
        elif block.drawn:
            firsts = block.free
        else:
            firsts = block.pins
        for clip in firsts:
            share = self._after(clip)
            if share:
                yield clip, share

    def unrank(self, before: int, index: int) -> Drawn:
        """Filling `index`, in range(count(before)). One to one, together with the number of what follows."""
        if self.block.first is not None:
            return self.unrank_from(self.block.first, index)
        return self._ended(self._inner(None).unrank(before, index))

    def unrank_from(self, first: int, index: int) -> Drawn:
        """Filling `index` of those that start with `first`, in range of its share."""
        variant, index = divmod(index, self._after(first) // self._context.weight(first))
        head = [Pick(first, variant)]
        if first == self.block.last:
            return Drawn(head, self._context.letter(first), index)
        picks, last, index = self._ended(self._inner(first).unrank(self._context.letter(first), index))
        return Drawn(head + picks, last, index)

    def rank(self, before: int, picks: Sequence[Pick], following: int) -> int | None:
        """The inverse of `unrank` for any picks; None if they are no filling."""
        if not self._fills(picks):
            return None
        if self.block.first is None:
            return self._rank_inner(None, before, picks, following)
        if self._context.clash(before, self._context.letter(self.block.first)):
            return None
        return self.rank_from(picks, following)

    def rank_from(self, picks: Sequence[Pick], following: int) -> int | None:
        """The inverse of `unrank_from` for any picks; None if they are no filling."""
        if not self._fills(picks):
            return None
        first = picks[0]
        if first.clip == self.block.last:
            index: int | None = following
        else:
            letter = self._context.letter(first.clip)
            index = self._rank_inner(first.clip, letter, picks[1:], following)
        if index is None:
            return None
        return first.variant * (self._after(first.clip) // self._context.weight(first.clip)) + index

    def _rank_inner(self, first: int | None, before: int, picks: Sequence[Pick], following: int) -> int | None:
        """Rank what stands after `first`, the pinned last clip included."""
        if self.block.last is not None:
            *picks, last = picks
            letter = self._context.letter(last.clip)
            if self._context.clash(self._context.letter(picks[-1].clip) if picks else before, letter):
                return None
            following += last.variant * self._end[letter]
        return self._inner(first).rank(before, picks, following)

    def _fills(self, picks: Sequence[Pick]) -> bool:
        block = self.block
        return (
            len(picks) == block.picked
            and (block.first is None or picks[0].clip == block.first)
            and (block.last is None or picks[-1].clip == block.last)
            and len({pick.clip for pick in picks}) == len(picks)
            and all(clip in self._members and 0 <= variant < self._context.weight(clip) for clip, variant in picks)
        )

    @cached_property
    def _members(self) -> frozenset[int]:
        return frozenset(self.block.clips)

    def _after(self, first: int) -> int:
        """How many fillings start with `first`. Clips of equal letter and weight have as many."""
        letter, weight = self._context.letter(first), self._context.weight(first)
        if first == self.block.last:
            return weight * self._end[letter]
        key = letter, weight
        if key not in self._counts:
            self._counts[key] = weight * self._inner(first).count(letter)
        return self._counts[key]

    def _before_last(self, letter: int) -> int:
        """In how many ways a video goes on, the pinned last clip being next."""
        last = self.block.last
        assert last is not None  # noqa: S101 - only blocks with one ask
        mine = self._context.letter(last)
        return 0 if self._context.clash(letter, mine) else self._context.weight(last) * self._end[mine]

    def _ended(self, drawn: Drawn) -> Drawn:
        """With the pinned last clip, if there is one."""
        last = self.block.last
        if last is None:
            return drawn
        letter = self._context.letter(last)
        variant, index = divmod(drawn.following, self._end[letter])
        return Drawn([*drawn.picks, Pick(last, variant)], letter, index)

    def _inner(self, first: int | None) -> SingleDraw | SpacedDraw:
        """The draw between the ends: after `first`, which is pinned or the opening, or from the start."""
        found = self._inners.get(first)
        if found is None:
            length = self.block.picked - (first is not None) - (self.block.last is not None)
            free = tuple(clip for clip in self.block.free if clip != first) if length else ()
            draws = draws_by_letter(free, self._context.weights, self._context.apart)
            context = self._context
            if length == 1:
                found = SingleDraw(draws, self._inner_end, context.apart)
            else:
                found = SpacedDraw(draws, length, self._inner_end, context.counts, context.apart)
            self._inners[first] = found
        return found
