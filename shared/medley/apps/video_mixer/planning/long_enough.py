"""Long enough: how many arrangements have clips that are together as long as is asked, without looking at each.

A length is a whole number for each variant of a clip; one that can not stand where it is asked for is shorter than any
video is long, so that none with it is long enough.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from medley.apps.video_mixer.planning.arrangements import Apart

TOO_SHORT = -(10**12)


@dataclass(frozen=True)
class Lengths:
    """Each clip's variants, at either end of a video and between; together they have to be `asked` at least."""

    at_ends: Mapping[int, Sequence[int]]
    between: Mapping[int, Sequence[int]]
    asked: int

    def of(self, clip: int, place: int, places: int) -> Sequence[int]:
        return (self.at_ends if place in (0, places - 1) else self.between)[clip]


def in_groups(groups: Sequence[Sequence[int]], lengths: Lengths, apart: Apart) -> int:
    """How many rows of one clip of each group are long enough."""
    found: dict[int, Counter[int]] = {0: Counter({0: 1})}  # by the letter of the last clip: rows by their length
    for place, clips in enumerate(groups):
        every = sum(found.values(), Counter()) if len(found) > 1 else next(iter(found.values()), Counter())
        after: dict[int, Counter[int]] = {}
        for clip in clips:
            letter = apart.get(clip, 0)
            before = every - found[letter] if letter and letter in found else every
            rows = after.setdefault(letter, Counter())
            for length in lengths.of(clip, place, len(groups)):
                for so_far, ways in before.items():
                    rows[so_far + length] += ways
        found = after
    return sum(ways for rows in found.values() for length, ways in rows.items() if length >= lengths.asked)


class InTheirOrder:
    """Rows of some of `clips` in their order, with one of the lengths `ended` after them.

    By how many clips there are left, from 1 on: `ways[left][place]` is how many rows go on from the clip at a place,
    and `rows[left - 1][place]` are the lengths of its variants there.
    """

    def __init__(
        self, clips: Sequence[int], ways: Sequence[Sequence[int]], rows: Sequence[Sequence[Sequence[int]]], apart: Apart
    ) -> None:
        self._clips, self._ways, self._rows = clips, ways, rows
        self._letters = [apart.get(clip, 0) for clip in clips]
        self._ended: Sequence[int] = ()
        self._least: list[list[int]] = []
        self._most: list[list[int]] = []

    def count(self, before: int, ended: Sequence[int], needed: Sequence[int]) -> int:
        """How many come to as much as is needed, for any of `needed`, after a clip of letter `before`."""
        self._ended = ended
        self._least, self._most = self._bounds(min), self._bounds(max)
        return sum(self._count(len(self._rows), 0, before, each) for each in needed)

    def _count(self, left: int, place: int, before: int, needed: int) -> int:
        """Rows that are long enough in any case, or in none, are not looked at one by one."""
        total = 0
        for at in range(place, len(self._clips) - left + 1):
            ways, letter = self._ways[left][at], self._letters[at]
            if not ways or letter == before != 0 or self._most[left][at] < needed:
                continue
            if self._least[left][at] >= needed:
                total += ways
            elif left > 1:
                total += sum(
                    [self._count(left - 1, at + 1, letter, needed - each) for each in self._rows[left - 1][at]]
                )
            else:
                total += sum(each + end >= needed for each in self._rows[0][at] for end in self._ended)
        return total

    def _bounds(self, extreme: Callable[..., int]) -> list[list[int]]:
        """By how many are left and from which place: what rows come to at least or at most, whatever is apart."""
        found = [[extreme(self._ended)] * (len(self._clips) + 1)]
        for left, lengths in enumerate(self._rows, start=1):
            below, row, best = found[-1], [0] * len(self._clips), None
            for place in range(len(self._clips) - left, -1, -1):
                best = below[place + 1] if best is None else extreme(best, below[place + 1])
                row[place] = extreme(lengths[place]) + best
            found.append(row)
        return found
