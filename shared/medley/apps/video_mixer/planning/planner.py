"""The planner: which arrangement is video number 0, 1, 2 ... of a seed: distinct by construction, nothing enumerated.

    numbering = Numbering(selection.arrangements(weights), seed, choose=spec.choose, footage=variants)
    numbering[number]  # the Video of any number in range(capacity): a tuple of Pick(clip, variant)

The numbering is fixed by the arrangements, the seed and PLANNER_VERSION; it never depends on how many videos are asked
for. More videos of the same seed are the next numbers, so they repeat none of the earlier ones, and asking for all
there are gives each once.

With `spread` the first `FRONT` numbers are chosen one after the other, each as unlike the earlier ones as can be found
with little work (see `diverse_prefix`). All others, and with `random` all, are the remaining arrangements in an order
shuffled by a keyed permutation, which leaves out exactly those of the front by their addresses. With `vary_opening`
consecutive numbers go round the openings, so that the first n videos use each opening equally often; an opening all of
whose arrangements were used drops out and the others go on.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Literal

from medley.apps.video_mixer.manifest import MANIFEST
from medley.apps.video_mixer.planning.arrangements import Address, Arrangements, Video, capacity_of
from medley.apps.video_mixer.planning.diverse_prefix import DiversePrefix
from medley.apps.video_mixer.planning.diversity import Footage, VariantLike
from medley.apps.video_mixer.planning.permutation import KeyedPermutation, keyed_hash

PLANNER_VERSION = MANIFEST.planner_version  # raise it when the same clips, spec and seed give other videos
FRONT = 1_000  # numbers that are chosen with care: what one order can be


class Numbering:
    """Numbers all arrangements of a kind in an order only the seed decides."""

    def __init__(
        self,
        arrangements: Arrangements,
        seed: int,
        *,
        vary_opening: bool = True,
        choose: Literal["spread", "random"] = "spread",
        footage: Mapping[int, Sequence[VariantLike]] | None = None,
    ) -> None:
        """`footage` are each clip's variants, as many as its weight; without it all of a clip are alike."""
        self._arrangements = arrangements
        self._key = keyed_hash(seed.to_bytes(8, "big"), f"medley planner {PLANNER_VERSION}".encode())
        self._capacity = capacity_of(arrangements)
        self._vary_opening = vary_opening
        self._front_size = min(FRONT, self._capacity) if choose == "spread" else 0
        self._footage = footage

    def __getitem__(self, number: int) -> Video:
        """The arrangement of a number in range(capacity).

        Raises:
            IndexError: there are not so many.
        """
        if not 0 <= number < self._capacity:
            raise IndexError(f"{number} is not in range({self._capacity})")
        if number < self._front_size:
            return self._front[number].video
        return self._arrangements.unrank(*self._rest.address(number - self._front_size))

    @cached_property
    def _front(self) -> DiversePrefix:
        footage = Footage.of(self._arrangements, self._footage)
        return DiversePrefix(self._arrangements, self._key, footage, vary_opening=self._vary_opening)

    @cached_property
    def _rest(self) -> "Rest":
        taken = [self._front[number].address for number in range(self._front_size)]
        shares = [opening.share for opening in self._arrangements.openings]
        return Rest(shares, taken, self._key, vary_opening=self._vary_opening)


class Rest:
    """All addresses but those taken, in an order only the key decides."""

    def __init__(self, shares: Sequence[int], taken: Sequence[Address], key: bytes, *, vary_opening: bool) -> None:
        self._key = key
        self._vary_opening = vary_opening
        indices: list[list[int]] = [[] for _ in shares]
        for opening, index in taken:
            indices[opening].append(index)
        self._openings = [Gaps.of(share, found) for share, found in zip(shares, indices, strict=True)]
        self._turns = sorted(range(len(shares)), key=lambda place: self._subkey("turn", place))
        self._rounds = [(len(gaps.taken), gaps.size) for gaps in self._openings]
        self._ends = [0]
        for gaps in self._openings:
            self._ends.append(self._ends[-1] + gaps.size - len(gaps.taken))

    def address(self, number: int) -> Address:
        """The address of a number in range(how many are not taken)."""
        if self._vary_opening:
            opening, turn = go_round(self._rounds, self._turns, number)
            gaps = self._openings[opening]
            turn = KeyedPermutation(self._subkey("opening", opening), gaps.size - len(gaps.taken))[turn]
        else:
            flat = KeyedPermutation(self._subkey("all", 0), self._ends[-1])[number]
            opening = bisect_right(self._ends, flat) - 1
            turn = flat - self._ends[opening]
        return Address(opening, self._openings[opening][turn])

    def _subkey(self, use: str, place: int) -> bytes:
        return keyed_hash(self._key, f"{use} {place}".encode())


@dataclass(frozen=True)
class Gaps:
    """The numbers of range(size) that are not in `taken`, which is ascending."""

    size: int
    taken: Sequence[int]
    free_before: Sequence[int]  # how many free numbers are below each taken one

    @classmethod
    def of(cls, size: int, taken: Sequence[int]) -> "Gaps":
        ascending = sorted(taken)
        return cls(size, ascending, [number - place for place, number in enumerate(ascending)])

    def __getitem__(self, place: int) -> int:
        """The free number at a place in range(size - len(taken))."""
        return place + bisect_right(self.free_before, place)


def go_round(rounds: Sequence[tuple[int, int]], turns: Sequence[int], number: int) -> tuple[int, int]:
    """Which opening has its turn at `number`, and how many turns it had before.

    An opening takes part from its first to before its last round. Rounds come in phases: in each, the openings that
    take part have one turn a round.
    """
    bounds = sorted({bound for pair in rounds for bound in pair})
    for start, end in pairwise(bounds):
        active = [place for place in turns if rounds[place][0] <= start and end <= rounds[place][1]]
        in_phase = (end - start) * len(active)
        if number < in_phase:
            done, place = divmod(number, len(active))
            opening = active[place]
            return opening, start + done - rounds[opening][0]
        number -= in_phase
    raise IndexError("there are not so many arrangements")
