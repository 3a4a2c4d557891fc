"""Listed arrangements: some of a kind, looked at one by one and kept in a list, numbered by their places in it."""

from collections.abc import Callable, Sequence
from functools import cached_property

from medley.apps.video_mixer.planning.arrangements import Address, Arrangements, Opening, Pick, Pool, Video
from medley.apps.video_mixer.planning.long_enough import Lengths


class Listed:
    """Those of `base` that are `wanted`, `capacity` of them; they keep the promises of `Arrangements`. They are looked
    at when the first is asked for."""

    def __init__(self, base: Arrangements, wanted: Callable[[Video], bool], capacity: int) -> None:
        self.weights, self.apart, self.capacity = base.weights, base.apart, capacity
        self._base, self._wanted = base, wanted

    def long_enough(self, lengths: Lengths) -> int:
        return sum(
            sum(lengths.of(clip, place, len(video))[variant] for place, (clip, variant) in enumerate(video))
            >= lengths.asked
            for videos in self._lists
            for video in videos
        )

    @cached_property
    def openings(self) -> tuple[Opening, ...]:
        return tuple(Opening(found[0][0].clip, len(found)) for found in self._lists)

    @cached_property
    def _lists(self) -> list[list[Video]]:
        """By opening."""
        found: dict[int, list[Video]] = {}
        for opening, (clip, share) in enumerate((opening.clip, opening.share) for opening in self._base.openings):
            every = (self._base.unrank(opening, index) for index in range(share))
            found.setdefault(clip, []).extend(filter(self._wanted, every))
        return [videos for videos in found.values() if videos]

    @cached_property
    def pools(self) -> tuple[Pool, ...]:
        """Those of the base, without clips that none of these videos shows."""
        shown: list[set[int]] = [set() for _ in self._base.pools]
        for videos in self._lists:
            for video in videos:
                clips = [pick.clip for pick in video]
                for pool, clip in zip(self._base.pools_of(clips), clips, strict=True):
                    shown[pool].add(clip)
        return tuple(
            Pool(tuple(clip for clip in pool.clips if clip in seen), pool.picked)
            for pool, seen in zip(self._base.pools, shown, strict=True)
        )

    def unrank(self, opening: int, index: int) -> Video:
        return self._lists[opening][index]

    def rank(self, video: Sequence[Pick]) -> Address | None:
        return self._addresses.get(tuple(video))

    def pools_of(self, clips: Sequence[int]) -> Sequence[int]:
        return self._base.pools_of(clips)

    def reach(self, clip: int) -> range:
        return self._base.reach(clip)

    def settled(self, clips: Sequence[int]) -> list[int]:
        return self._base.settled(clips)

    @cached_property
    def _addresses(self) -> dict[Video, Address]:
        return {
            video: Address(opening, index)
            for opening, videos in enumerate(self._lists)
            for index, video in enumerate(videos)
        }
