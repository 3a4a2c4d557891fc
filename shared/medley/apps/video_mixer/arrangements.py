"""How clips can stand in a video: each kind of mix counts its arrangements exactly and builds any one from its number.

Clips are integers here, the same integer for the same content, so different arrangements are different videos. An
arrangement is a tuple of clips. All arrangements of a kind are grouped by their opening clip; within an opening they
are numbered from zero. Numbers are Python integers: 200 clips have more orders than a float can hold.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import comb, perm, prod
from typing import Protocol

Clips = tuple[int, ...]


@dataclass(frozen=True)
class Opening:
    """A way a video can start: with clip `clip`; `share` arrangements do."""

    clip: int
    share: int


class Arrangements(Protocol):
    """All arrangements of one kind of mix."""

    @property
    def openings(self) -> tuple[Opening, ...]:
        """Every possible opening, once, each with a share of at least one."""
        ...

    def unrank(self, opening: int, index: int) -> Clips:
        """Arrangement `index`, in range(share), of those that start with `openings[opening]`. One to one."""
        ...


def capacity(arrangements: Arrangements) -> int:
    """How many arrangements there are."""
    return sum(opening.share for opening in arrangements.openings)


@dataclass(frozen=True)
class _Pinned:
    """`length` clips: `first` and `last` where given, all others chosen from `free`, none twice.

    `length` is at least the number of pins; `free` holds no pinned clip and enough for the rest.
    """

    free: Clips
    length: int
    first: int | None = None
    last: int | None = None

    @property
    def _places(self) -> int:
        """How many clips are chosen from `free`."""
        return self.length - (self.first is not None) - (self.last is not None)

    @property
    def _head(self) -> Clips:
        return () if self.first is None else (self.first,)

    @property
    def _tail(self) -> Clips:
        return () if self.last is None else (self.last,)

    def _fixed_opening(self, share: int) -> tuple[Opening, ...] | None:
        """The only opening, if pins decide it."""
        if self.first is not None:
            return (Opening(self.first, share),)
        if self._places == 0 and self.last is not None:
            return (Opening(self.last, 1),)
        return None


class Orders(_Pinned):
    """`length` of the clips in any order."""

    @cached_property
    def openings(self) -> tuple[Opening, ...]:
        fixed = self._fixed_opening(perm(len(self.free), self._places))
        if fixed is not None:
            return fixed
        share = perm(len(self.free) - 1, self._places - 1)
        return tuple(Opening(clip, share) for clip in self.free)

    def unrank(self, opening: int, index: int) -> Clips:
        if self._places == 0:
            return self._head + self._tail
        start = self.openings[opening].clip
        pool = [clip for clip in self.free if clip != start]
        places = self._places if self.first is not None else self._places - 1
        return (start, *_draw(pool, places, index), *self._tail)


class Choices(_Pinned):
    """`length` of the clips in the order of `free`; pins stand at the ends."""

    @cached_property
    def openings(self) -> tuple[Opening, ...]:
        fixed = self._fixed_opening(comb(len(self.free), self._places))
        if fixed is not None:
            return fixed
        shares = (comb(len(self.free) - 1 - place, self._places - 1) for place in range(len(self.free)))
        return tuple(Opening(clip, share) for clip, share in zip(self.free, shares, strict=True) if share)

    def unrank(self, opening: int, index: int) -> Clips:
        if self._places == 0:
            return self._head + self._tail
        start = self.openings[opening].clip
        if self.first is not None:
            return (start, *_choose(self.free, self._places, index), *self._tail)
        later = self.free[self.free.index(start) + 1 :]
        return (start, *_choose(later, self._places - 1, index), *self._tail)


@dataclass(frozen=True)
class OnePerGroup:
    """One clip of each group, groups in their order. A pinned clip is a group of one."""

    groups: tuple[Clips, ...]

    @cached_property
    def openings(self) -> tuple[Opening, ...]:
        share = prod(len(group) for group in self.groups[1:])
        return tuple(Opening(clip, share) for clip in self.groups[0])

    def unrank(self, opening: int, index: int) -> Clips:
        return (self.openings[opening].clip, *_pick(self.groups[1:], index))


@dataclass(frozen=True)
class OnePerGroupAnyOrder:
    """One clip of each group, groups in any order; no clip in two groups.

    `first` and `last` are the pinned clips, each of a group of its own that is not among `groups`.
    """

    groups: tuple[Clips, ...]
    first: int | None = None
    last: int | None = None

    @cached_property
    def openings(self) -> tuple[Opening, ...]:
        if self.first is not None:
            return (Opening(self.first, _orders_of(self.groups)),)
        if not self.groups and self.last is not None:
            return (Opening(self.last, 1),)
        return tuple(
            Opening(clip, _orders_of(self.groups[:place] + self.groups[place + 1 :]))
            for place, group in enumerate(self.groups)
            for clip in group
        )

    def unrank(self, opening: int, index: int) -> Clips:
        start = self.openings[opening].clip
        if start == self.last:
            return (start,)
        rest = [group for group in self.groups if start not in group]
        index, order = divmod(index, perm(len(rest)))
        groups = [rest[place] for place in _draw(list(range(len(rest))), len(rest), order)]
        return (start, *_pick(groups, index), *(() if self.last is None else (self.last,)))


def _orders_of(groups: Sequence[Clips]) -> int:
    return perm(len(groups)) * prod(len(group) for group in groups)


def _draw(pool: list[int], count: int, index: int) -> list[int]:
    """The `index`-th ordered choice of `count` from the pool: mixed-radix (Lehmer) digits. Empties the pool."""
    drawn = []
    for _ in range(count):
        index, digit = divmod(index, len(pool))
        drawn.append(pool.pop(digit))
    return drawn


def _choose(pool: Clips, count: int, index: int) -> list[int]:
    """The `index`-th subset of `count` from the pool, in lexicographic order (combinatorial number system)."""
    chosen = []
    for place, clip in enumerate(pool):
        if not count:
            break
        with_this = comb(len(pool) - place - 1, count - 1)
        if index < with_this:
            chosen.append(clip)
            count -= 1
        else:
            index -= with_this
    return chosen


def _pick(groups: Sequence[Clips], index: int) -> list[int]:
    """The `index`-th choice of one clip per group: mixed-radix digits."""
    picked = []
    for group in groups:
        index, digit = divmod(index, len(group))
        picked.append(group[digit])
    return picked
