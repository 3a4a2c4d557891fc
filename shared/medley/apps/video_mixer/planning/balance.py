"""The usage of each clip and variant: how often it was shown, so that the next video can show what was shown least."""

from collections.abc import Sequence
from random import Random

from medley.apps.video_mixer.planning.arrangements import Arrangements, Pick, Video
from medley.apps.video_mixer.planning.random_set import RandomSet


class Usage:
    """Counts clips by the pool they were drawn from, and variants by clip."""

    def __init__(self, arrangements: Arrangements) -> None:
        self._arrangements = arrangements
        self._apart = arrangements.apart
        self._used = [dict.fromkeys(pool.clips, 0) for pool in arrangements.pools]
        self._fewest = [0] * len(arrangements.pools)  # uses of a clip, in each pool
        self._least = [RandomSet(pool.clips) for pool in arrangements.pools]  # the clips of each pool with so many
        clips = {clip for pool in arrangements.pools for clip in pool.clips}
        self._variants = {clip: [0] * arrangements.weights.get(clip, 1) for clip in clips}

    def add(self, video: Video) -> None:
        pools = self._arrangements.pools_of([pick.clip for pick in video])
        for pool, (clip, variant) in zip(pools, video, strict=True):
            self._used[pool][clip] += 1
            self._variants[clip][variant] += 1
            self._least[pool].discard(clip)
            if not self._least[pool]:
                fewest = self._fewest[pool] = min(self._used[pool].values())
                self._least[pool] = RandomSet(clip for clip, used in self._used[pool].items() if used == fewest)

    def excess(self, clips: Sequence[int]) -> int:
        """How much more often its clips were shown than the least shown of their pools: the sum of the squares."""
        used, fewest = self._used, self._fewest
        excess = 0
        for pool, clip in zip(self._arrangements.pools_of(clips), clips, strict=True):
            excess += (used[pool][clip] - fewest[pool]) ** 2
        return excess

    def opens_least(self, clip: int) -> bool:
        """Whether a clip that can open a video is one of those its pool has shown least."""
        return clip in self._least[self._arrangements.pools_of((clip,))[0]]

    def rebalanced(self, clips: Sequence[int], *, keep: int, slack: int, chance: Random) -> list[int]:
        """The clips, but those shown more than the least shown, by more than `slack`, exchanged for such.

        The first `keep` stay, and so do those for which the neighbours allow no other.
        """
        changed = list(clips)
        shown = set(clips)
        pools = self._arrangements.pools_of(clips)
        for place in range(keep, len(changed)):
            pool = pools[place]
            if self._used[pool][changed[place]] <= self._fewest[pool] + slack:
                continue
            for clip in self._least[pool].round(chance):
                if clip not in shown and self._fits(changed, place, clip):
                    shown.discard(changed[place])
                    shown.add(clip)
                    changed[place] = clip
                    break
        return self._arrangements.settled(changed)

    def varied(self, clips: Sequence[int], chance: Random) -> Video:
        """The clips, each in the variant it was shown in least."""
        picks = []
        for clip in clips:
            used = self._variants[clip]
            variant = 0
            if len(used) > 1:
                fewest = min(used)
                least = [variant for variant, times in enumerate(used) if times == fewest]
                variant = least[int(chance.random() * len(least))]
            picks.append(Pick(clip, variant))
        return tuple(picks)

    def _fits(self, clips: Sequence[int], place: int, clip: int) -> bool:
        letter = self._apart.get(clip, 0)
        if not letter:
            return True
        neighbours = (*clips[max(0, place - 1) : place], *clips[place + 1 : place + 2])
        return all(self._apart.get(neighbour, 0) != letter for neighbour in neighbours)
