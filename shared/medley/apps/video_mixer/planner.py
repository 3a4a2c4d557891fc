"""Which arrangement is video number 0, 1, 2 ... of a seed: distinct by construction, nothing enumerated.

The numbering is fixed by arrangements and seed alone. More videos of the same seed are the next numbers, so they
repeat none of the earlier ones.
"""

from bisect import bisect_right
from itertools import accumulate

from medley.apps.video_mixer.arrangements import Arrangements, Clips, Opening
from medley.apps.video_mixer.permutation import KeyedPermutation, keyed_hash

PLANNER_VERSION = 1  # part of every plan: raise it when the same clips, spec and seed give other videos


class Numbering:
    """Numbers all arrangements of a kind in an order only the seed decides.

    With `vary_opening` consecutive numbers go round the openings, so that the first n videos use each opening equally
    often (to within one); an opening all of whose arrangements were used drops out and the others go on. The order of
    the openings and of the arrangements within each is the seed's. Without it, all arrangements are shuffled as one.
    """

    def __init__(self, arrangements: Arrangements, seed: int, *, vary_opening: bool) -> None:
        self._arrangements = arrangements
        self._key = keyed_hash(seed.to_bytes(8, "big"), f"medley planner {PLANNER_VERSION}".encode())
        openings = arrangements.openings
        self._turns = sorted(range(len(openings)), key=lambda place: self._subkey("turn", place))
        self._ends = list(accumulate(opening.share for opening in openings))
        self._vary_opening = vary_opening

    def __getitem__(self, number: int) -> Clips:
        """The arrangement of a number in range(capacity)."""
        openings = self._arrangements.openings
        if self._vary_opening:
            opening, turn = _go_round(openings, self._turns, number)
            index = KeyedPermutation(self._subkey("opening", opening), openings[opening].share)[turn]
        else:
            flat = KeyedPermutation(self._subkey("all", 0), self._ends[-1])[number]
            opening = bisect_right(self._ends, flat)
            index = flat - (self._ends[opening] - openings[opening].share)
        return self._arrangements.unrank(opening, index)

    def _subkey(self, use: str, place: int) -> bytes:
        return keyed_hash(self._key, f"{use} {place}".encode())


def _go_round(openings: tuple[Opening, ...], turns: list[int], number: int) -> tuple[int, int]:
    """Which opening has its turn at `number`, and how many turns it had before.

    Rounds come in phases: in each, the openings whose share is not used up have one turn a round.
    """
    start = 0
    for end in sorted({opening.share for opening in openings}):
        active = [place for place in turns if openings[place].share >= end]
        in_phase = (end - start) * len(active)
        if number < in_phase:
            rounds, turn = divmod(number, len(active))
            return active[turn], start + rounds
        number -= in_phase
        start = end
    raise IndexError("there are not so many arrangements")
