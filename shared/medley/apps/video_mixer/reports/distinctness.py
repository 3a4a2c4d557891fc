"""Distinctness: how unlike each other videos of a generation are, from their plan alone and any prints there are."""

from collections.abc import Hashable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache

from medley.apps.video_mixer.reports import lookalikes
from medley.apps.video_mixer.reports.lookalikes import Prints
from medley.apps.video_mixer.reports.overlaps import Stretch, likeness
from medley.apps.video_mixer.wording import SAID
from medley.domain.reports import Distinctness, Openings, Timeline, TimelineEntry

OPENING_S = 3  # seconds a viewer takes to scroll on
NOTE = SAID.say("promises_nothing")
REORDERED = SAID.say("reordered")


def distinctness(timelines: Mapping[int, Timeline], prints: Prints) -> Distinctness:
    """Compare all videos with each other: `timelines` by their numbers, `prints` by segment, none if there are none.

    1,000 videos of 40 clips take a second or two; all but the openings and pictures is exact.
    """
    numbers = sorted(timelines)
    videos = [timelines[number] for number in numbers]
    footage = likeness(numbers, [[_footage(entry) for entry in video.entries] for video in videos])
    in_order = likeness(numbers, [[_in_order(entry) for entry in video.entries] for video in videos])
    return Distinctness(
        videos=len(numbers),
        pairs=len(numbers) * (len(numbers) - 1) // 2,
        footage=footage,
        source=likeness(numbers, [[_source(entry) for entry in video.entries] for video in videos]),
        in_order=in_order,
        openings=_openings(videos),
        pictures=lookalikes.pictures(numbers, videos, prints) if prints else None,
        notes=(NOTE, REORDERED) if footage.most_percent > in_order.most_percent else (NOTE,),
    )


@lru_cache
def _ratio(speed: str) -> tuple[int, int]:
    """Frames of the clip to frames of the video."""
    return Fraction(speed).as_integer_ratio()


def _footage(entry: TimelineEntry) -> Stretch:
    """What is seen of the clip at its speed, counted in frames of the video."""
    source, played = _ratio(entry.speed)
    start = entry.start_frame * played // source
    return Stretch((entry.clip_id, entry.speed, entry.look), start, start + entry.frames)


def _source(entry: TimelineEntry) -> Stretch:
    """What is seen of the clip, counted in its own time."""
    source, played = _ratio(entry.speed)
    return Stretch(entry.clip_id, entry.start_frame, entry.start_frame + entry.frames * source // played)


def _in_order(entry: TimelineEntry) -> Stretch:
    """What is seen when: equal footage in step with the video's own time."""
    footage = _footage(entry)
    ahead = footage.start - entry.at_frame
    return Stretch((footage.footage, ahead), entry.at_frame, entry.at_frame + entry.frames)


def _openings(videos: Sequence[Timeline]) -> Openings:
    counts: dict[Hashable, int] = {}
    frames = round(OPENING_S * videos[0].fps) if videos else 0
    for video in videos:
        opening = tuple(
            (footage.footage, footage.start, min(entry.frames, frames - entry.at_frame), entry.at_frame)
            for entry, footage in ((entry, _footage(entry)) for entry in video.entries)
            if entry.at_frame < frames
        )
        counts[opening] = counts.get(opening, 0) + 1
    shared = sum(count for count in counts.values() if count > 1)
    return Openings(frames, len(counts), max(counts.values(), default=0), shared)
