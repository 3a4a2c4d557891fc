"""Listed arrangements: some of a kind, looked at one by one and kept in a list, numbered by their places in it."""

from collections.abc import Sequence
from functools import cached_property

from medley.apps.video_mixer.planning.arrangements import Address, Arrangements, Opening, Pick, Pool, Video


class Listed:
    """`videos` of `base`, at least one, each once; they keep the promises of `Arrangements`."""

    def __init__(self, base: Arrangements, videos: Sequence[Video]) -> None:
        self.weights, self.apart = base.weights, base.apart
        self._base = base
        self._by_opening: dict[int, list[Video]] = {}
        for video in videos:
            self._by_opening.setdefault(video[0].clip, []).append(video)
        self.openings = tuple(Opening(clip, len(found)) for clip, found in self._by_opening.items())
        self._lists = list(self._by_opening.values())
        self.capacity = len(videos)

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
