"""Ranked combinations: some of the clips in the library's order, counted from the last clip back and numbered."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise

from medley.apps.video_mixer.planning.arrangements import Address, Apart, Clips, Opening, Pick, Pool, Video, Weights
from medley.apps.video_mixer.planning.long_enough import InTheirOrder, Lengths

_NOTHING: Mapping[int, int] = {}


class Choices:
    """`length` clips, those from `free` in its order; `first` and `last`, where given, stand at the ends.

    `free` holds no pinned clip and enough for the rest; `length` is at least one and at least the number of pins.
    """

    def __init__(
        self,
        free: Clips,
        length: int,
        first: int | None = None,
        last: int | None = None,
        weights: Weights = _NOTHING,
        *,
        apart: Apart = _NOTHING,
    ) -> None:
        self.weights, self.apart = weights, apart
        self._free, self._first, self._last = free, first, last
        self._picked = length - (first is not None) - (last is not None)
        self._from = self._count()

    @cached_property
    def capacity(self) -> int:
        return sum(opening.share for opening in self.openings)

    @cached_property
    def openings(self) -> tuple[Opening, ...]:
        if self._first is not None:
            shares = [(self._first, self._weight(self._first) * self._after_first())]
        elif not self._picked:
            shares = [(self._last, self._weight(self._last))] if self._last is not None else []
        else:
            shares = list(zip(self._free, self._from[self._picked], strict=True))
        return tuple(Opening(clip, share) for clip, share in shares if share)

    @cached_property
    def pools(self) -> tuple[Pool, ...]:
        pins = [Pool((pin,), 1) for pin in (self._first, self._last) if pin is not None]
        return (*pins, Pool(self._free, self._picked)) if self._picked else tuple(pins)

    def unrank(self, opening: int, index: int) -> Video:
        start = self.openings[opening]
        variant, index = divmod(index, start.share // self._weight(start.clip))
        picks = [Pick(start.clip, variant)]
        if start.clip == self._last:
            return tuple(picks)
        place = -1 if start.clip == self._first else self._places[start.clip]
        for left in range(self._picked - (place >= 0), 0, -1):
            for later in self._next(place, picks[-1].clip):
                ways = self._from[left][later]
                if index < ways:
                    break
                index -= ways
            place, clip = later, self._free[later]
            variant, index = divmod(index, ways // self._weight(clip))
            picks.append(Pick(clip, variant))
        if self._last is not None:
            picks.append(Pick(self._last, index))
        return tuple(picks)

    def rank(self, video: Sequence[Pick]) -> Address | None:
        clips = [pick.clip for pick in video]
        opening = self._openers.get(clips[0]) if clips else None
        if opening is None or not self._stands(clips):
            return None
        if not all(0 <= pick.variant < self._weight(pick.clip) for pick in video):
            return None
        start = self.openings[opening]
        index = video[0].variant * (start.share // self._weight(start.clip))
        if start.clip == self._last:
            return Address(opening, index)
        place = -1 if start.clip == self._first else self._places[start.clip]
        middle = video[1:] if self._last is None else video[1:-1]
        before = start.clip
        for left, pick in zip(range(len(middle), 0, -1), middle, strict=True):
            for other in self._next(place, before):
                ways = self._from[left][other]
                if self._free[other] == pick.clip:
                    break
                index += ways
            index += pick.variant * (ways // self._weight(pick.clip))
            place, before = other, pick.clip
        return Address(opening, index + (0 if self._last is None else video[-1].variant))

    def long_enough(self, lengths: Lengths) -> int:
        """How many are."""
        places = self._picked + (self._first is not None) + (self._last is not None)
        begun = (0,) if self._first is None else lengths.of(self._first, 0, places)
        ended = (0,) if self._last is None else lengths.of(self._last, places - 1, places)
        if not self._picked:
            return sum(one + other >= lengths.asked for one in begun for other in ended) if self.capacity else 0
        at = [places - (self._last is not None) - left for left in range(1, self._picked + 1)]
        rows = [[lengths.of(clip, place, places) for clip in self._free] for place in at]
        before = 0 if self._first is None else self.apart.get(self._first, 0)
        counted = InTheirOrder(self._free, self._from, rows, self.apart)
        return counted.count(before, ended, [lengths.asked - length for length in begun])

    def pools_of(self, clips: Sequence[int]) -> Sequence[int]:
        return [self._pool_homes[clip] for clip in clips]

    def reach(self, clip: int) -> range:
        length = self._picked + (self._first is not None) + (self._last is not None)
        if clip in (self._first, self._last):
            place = 0 if clip == self._first else length - 1
            return range(place, place + 1)
        before, after = self._places[clip], len(self._free) - 1 - self._places[clip]  # clips it can have on either side
        head = int(self._first is not None)
        return range(head + max(0, self._picked - 1 - after), head + min(before, self._picked - 1) + 1)

    def settled(self, clips: Sequence[int]) -> list[int]:
        head = [clip for clip in clips if clip == self._first]
        tail = [clip for clip in clips if clip == self._last]
        middle = [clip for clip in clips if clip not in (self._first, self._last)]
        return head + sorted(middle, key=self._places.__getitem__) + tail

    @cached_property
    def _pool_homes(self) -> dict[int, int]:
        return {clip: number for number, pool in enumerate(self.pools) for clip in pool.clips}

    @cached_property
    def _places(self) -> dict[int, int]:
        return {clip: place for place, clip in enumerate(self._free)}

    @cached_property
    def _openers(self) -> dict[int, int]:
        return {opening.clip: place for place, opening in enumerate(self.openings)}

    def _weight(self, clip: int) -> int:
        return self.weights.get(clip, 1)

    def _clash(self, clip: int, other: int) -> bool:
        letter = self.apart.get(clip, 0)
        return letter != 0 and letter == self.apart.get(other, 0)

    def _count(self) -> list[list[int]]:
        """[left][place]: how many ways to go on from the clip at `place` of `free`, `left` of them counting itself."""
        ends = 1 if self._last is None else self._weight(self._last)
        clash = [self._last is not None and self._clash(clip, self._last) for clip in self._free]
        table = [[], [0 if clash[place] else self._weight(clip) * ends for place, clip in enumerate(self._free)]]
        letters = [self.apart.get(clip, 0) for clip in self._free]
        weights = [self._weight(clip) for clip in self._free]
        for _ in range(2, self._picked + 1):
            below, row = table[-1], [0] * len(self._free)
            later, of_letter = 0, dict.fromkeys(letters, 0)
            for place in range(len(self._free) - 1, -1, -1):
                letter, ways = letters[place], below[place]
                row[place] = weights[place] * (later - of_letter[letter] if letter else later)
                later += ways
                of_letter[letter] += ways
            table.append(row)
        return table

    def _after_first(self) -> int:
        """In how many ways a video goes on after the pinned first clip."""
        first = self._first
        if first is None:
            return 0
        if self._picked:
            return sum(self._from[self._picked][place] for place in self._next(-1, first))
        if self._last is None:
            return 1
        return 0 if self._clash(first, self._last) else self._weight(self._last)

    def _next(self, place: int, before: int) -> Iterator[int]:
        """The places in `free` of the clips that can follow `before`, which is at `place`."""
        letter = self.apart.get(before, 0)
        for later in range(place + 1, len(self._free)):
            if not letter or self.apart.get(self._free[later], 0) != letter:
                yield later

    def _stands(self, clips: Sequence[int]) -> bool:
        """Whether these are clips in an order that is allowed."""
        pins = sum(pin is not None for pin in (self._first, self._last))
        middle = clips[self._first is not None : len(clips) - (self._last is not None)]
        places = [self._places.get(clip, -1) for clip in middle]
        return (
            len(clips) == self._picked + pins
            and (self._first is None or clips[0] == self._first)
            and (self._last is None or clips[-1] == self._last)
            and all(before < after for before, after in pairwise([-1, *places]))
            and not any(self._clash(before, after) for before, after in pairwise(clips))
        )
