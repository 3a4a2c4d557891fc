"""Time and memory of the distinctness report for 1,000 videos, in pure Python as the API makes it."""

import random
import resource
import time
from collections.abc import Callable
from fractions import Fraction
from uuid import UUID

from medley.apps.video_mixer.reports.distinctness import distinctness
from medley.domain.reports import SegmentUse, Timeline, TimelineEntry

FPS = 30
VIDEOS = 1_000
RANDOM = random.Random(7)  # noqa: S311 - the same figures each time


def groups(n: int) -> list[tuple[int, int]]:  # noqa: ARG001
    """Clip and frames of each take: one of 200 clips from each of 40 groups."""
    return [(group * 200 + (clip := RANDOM.randrange(200)), 90 + clip % 60) for group in range(40)]


def one_order(n: int) -> list[tuple[int, int]]:  # noqa: ARG001
    """The same 40 clips in any order, each of one of many lengths, as exact totals give them."""
    return [(clip, RANDOM.randrange(60, 150)) for clip in RANDOM.sample(range(40), 40)]


def timeline(takes: list[tuple[int, int]]) -> Timeline:
    entries, segments, at = [], [], 0
    for clip, frames in takes:
        speed, look = RANDOM.choice(["1", "5/4", "3/4"]), RANDOM.choice(["none", "warm"])
        entries.append(TimelineEntry(UUID(int=clip), at, 0, frames, speed, look))
        segments.append(SegmentUse(f"{clip} {speed} {look}", frames))
        at += frames
    return Timeline(Fraction(FPS), tuple(entries), tuple(segments))


def main() -> None:
    kinds: dict[str, Callable[[int], list[tuple[int, int]]]] = {"40 groups x 200 clips": groups, "40 clips": one_order}
    for name, takes in kinds.items():
        timelines = {n: timeline(takes(n)) for n in range(1, VIDEOS + 1)}
        digests = dict.fromkeys(use.digest for video in timelines.values() for use in video.segments)
        prints = {digest: [f"{RANDOM.getrandbits(256):064x}" for _ in range(5)] for digest in digests}
        for what, given in (("plan alone", {}), ("with prints", prints)):
            started = time.process_time()
            found = distinctness(timelines, given)
            took = time.process_time() - started
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            print(
                f"{name:22} {what:12} {took:5.2f} CPU-s {memory:4} MB  most alike {found.footage.most_percent} %, "
                f"{len(given)} segments"
            )


if __name__ == "__main__":
    main()
