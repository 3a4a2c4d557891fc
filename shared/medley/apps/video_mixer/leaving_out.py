"""Leaving out: which clips and speeds go, so that the shortest video that is left is long enough."""

from bisect import insort
from collections.abc import Mapping, Sequence

from medley.apps.video_mixer.planning.arrangements import Pool

Levels = dict[int, list[int]]  # the different lengths of each clip, ascending; empty where the clip is left out


def leave_out(pools: Sequence[Pool], levels: Mapping[int, Sequence[int]], asked: int) -> Levels:
    """What is left of the lengths when the shortest go, those first without which the shortest video gains most.

    Where no more can go one by one, only the longest of each pool stay; then too the shortest video may be too short,
    since a clip of two pools need not be long for both.
    """
    left = _Left(pools, levels)
    while asked > left.shortest():
        place = left.least_missed()
        if place is None:
            return _longest_alone(pools, levels)
        left.drop(place)
    return left.levels


def shortest(pools: Sequence[Pool], levels: Mapping[int, Sequence[int]]) -> int:
    """How long the shortest video is, whoever may be whose neighbour."""
    return sum(sum(sorted(levels[clip][0] for clip in pool.clips if levels[clip])[: pool.picked]) for pool in pools)


class _Left:
    """What is left; the clips of each pool by their shortest length, in the pool's order where that is the same."""

    def __init__(self, pools: Sequence[Pool], levels: Mapping[int, Sequence[int]]) -> None:
        self.levels = {place: list(found) for place, found in levels.items()}
        self._picked = [pool.picked for pool in pools]
        self._orders = [{clip: number for number, clip in enumerate(pool.clips)} for pool in pools]
        self._ranked = [
            sorted((self.levels[clip][0], number, clip) for number, clip in enumerate(pool.clips)) for pool in pools
        ]
        self._needed: set[int] = set()  # clips of pools that show all they have
        for number in range(len(pools)):
            self._note_needed(number)

    def _note_needed(self, number: int) -> None:
        if len(self._ranked[number]) == self._picked[number]:
            self._needed.update(clip for _, _, clip in self._ranked[number])

    def shortest(self) -> int:
        each = zip(self._ranked, self._picked, strict=True)
        return sum(frames for ranked, picked in each for frames, _, _ in ranked[:picked])

    def least_missed(self) -> int | None:
        """The clip whose shortest variants make the shortest video so short; None if none can go."""
        best, most = None, -1
        for ranked, picked in zip(self._ranked, self._picked, strict=True):
            spare = ranked[picked][0] if len(ranked) > picked else None
            for frames, _, clip in ranked[:picked]:
                found = self.levels[clip]
                if len(found) > 1:
                    instead = found[1] if spare is None or found[1] < spare else spare
                elif spare is None or clip in self._needed:
                    continue
                else:
                    instead = spare
                if instead - frames > most:
                    best, most = clip, instead - frames
        return best

    def drop(self, clip: int) -> None:
        """Leave out the shortest of a clip's lengths, and it if that is the last."""
        gone = self.levels[clip].pop(0)
        for number, order in enumerate(self._orders):
            if clip in order:
                ranked = self._ranked[number]
                ranked.remove((gone, order[clip], clip))
                if self.levels[clip]:
                    insort(ranked, (self.levels[clip][0], order[clip], clip))
                else:
                    self._note_needed(number)


def _longest_alone(pools: Sequence[Pool], levels: Mapping[int, Sequence[int]]) -> Levels:
    stay = {
        clip
        for pool in pools
        for clip in sorted(pool.clips, key=lambda clip: levels[clip][-1], reverse=True)[: pool.picked]
    }
    return {clip: list(found[-1:]) if clip in stay else [] for clip, found in levels.items()}
