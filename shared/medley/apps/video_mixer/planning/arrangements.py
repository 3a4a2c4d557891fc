"""An arrangement: the clips of a video in their order, each in one of its variants, with an exact number.

Clips are integers here, the same integer for the same content; a variant is a number below the clip's weight, which is
how many ways it can stand in a video. So different arrangements are different videos. The arrangements of a kind are
grouped by their opening clip; within an opening they are numbered from zero. Numbers are Python integers: 200 clips
have more orders than a float can hold. The kinds are in `blocks` (clips or groups in any order, groups in theirs) and
`ranked_combinations` (clips in the library's order).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from medley.apps.video_mixer.planning.long_enough import Lengths

Clips = tuple[int, ...]
Weights = Mapping[int, int]  # by clip: in how many variants it can be shown, at least one
Apart = Mapping[int, int]  # by clip: the never-adjacent set it is in, from 1 on; other clips are in none


class Pick(NamedTuple):
    """What stands at one place of a video."""

    clip: int
    variant: int


Video = tuple[Pick, ...]


@dataclass(frozen=True)
class Opening:
    """A way a video can start: with clip `clip`, in any variant; `share` arrangements do."""

    clip: int
    share: int


class Pool(NamedTuple):
    """Every video shows `picked` different ones of these clips."""

    clips: Clips
    picked: int


class Address(NamedTuple):
    """Which arrangement: `number` in range(share), of those that start with `openings[opening]`."""

    opening: int
    number: int


class Arrangements(Protocol):
    """All arrangements of one kind of mix."""

    weights: Weights
    apart: Apart

    @property
    def capacity(self) -> int:
        """How many there are: the sum of the openings' shares, found without them where that is quicker."""
        ...

    def long_enough(self, lengths: "Lengths") -> int:
        """How many are together as long as is asked; where there are many it can take long."""
        ...

    @property
    def openings(self) -> tuple[Opening, ...]:
        """Every possible opening, once, each with a share of at least one."""
        ...

    @property
    def pools(self) -> tuple[Pool, ...]:
        """What the places of a video are filled from."""
        ...

    def unrank(self, opening: int, index: int) -> Video:
        """The arrangement at an address. One to one."""
        ...

    def rank(self, video: Sequence[Pick]) -> Address | None:
        """The address of an arrangement; None for any other video."""
        ...

    def pools_of(self, clips: Sequence[int]) -> Sequence[int]:
        """Which of `pools` fills each place of an arrangement of these clips."""
        ...

    def reach(self, clip: int) -> range:
        """The places, from 0, between which the clip stands in every arrangement that has it; perhaps not at each."""
        ...

    def settled(self, clips: Sequence[int]) -> list[int]:
        """The same clips in the order in which they can stand, where that is not free."""
        ...


def capacity_of(arrangements: Arrangements) -> int:
    """How many arrangements there are."""
    return arrangements.capacity
