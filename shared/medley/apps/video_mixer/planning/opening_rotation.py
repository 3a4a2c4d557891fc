"""The rotation of openings: whose turn it is to open a video, evenly or by chance."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from random import Random

from medley.apps.video_mixer.planning.random_set import RandomSet

_TRIES = 8  # for an opening that is wanted more than others


class OpeningRotation:
    """Openings by place, each with a share it can have at most.

    If even, those whose turn it is have had fewest of those with something left of their share.
    """

    def __init__(self, shares: Sequence[int], *, even: bool) -> None:
        self._shares, self._even = shares, even
        self._had = [0] * len(shares)
        self._ends = list(accumulate(shares))
        self._due = RandomSet(range(len(shares)))

    def take(self, opening: int) -> None:
        """The opening had one; it must be due."""
        self._had[opening] += 1
        if self._even or self._had[opening] == self._shares[opening]:
            self._due.discard(opening)
        if not self._due:
            left = [place for place, had in enumerate(self._had) if had < self._shares[place]]
            fewest = min((self._had[place] for place in left), default=0)
            self._due = RandomSet(place for place in left if self._had[place] == fewest)

    def due(self, chance: Random) -> Iterator[int]:
        """All that are due, from a chance one on."""
        return self._due.round(chance)

    def is_due(self, opening: int) -> bool:
        return opening in self._due

    def draw(self, chance: Random, wanted: Callable[[int], bool]) -> int:
        """One that is due, by chance: if even a wanted one rather than another, else by how much its share is."""
        if self._even:
            for _ in range(_TRIES):
                opening = self._due.draw(chance)
                if wanted(opening):
                    break
            return opening
        flat = chance.getrandbits(self._ends[-1].bit_length() + 64) % self._ends[-1]
        opening = bisect_right(self._ends, flat)
        return opening if opening in self._due else self._due.draw(chance)
