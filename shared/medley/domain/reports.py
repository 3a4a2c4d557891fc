"""Reports on the videos of a generation: how each runs, and how unlike each other they are. Plain values."""

from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from medley.sentences import Sentence


@dataclass(frozen=True)
class NamedClip:
    """A clip a generation could use, as its owner calls it; `sha256` is of its file."""

    id: UUID
    name: str
    sha256: str | None


@dataclass(frozen=True)
class Origin:
    """What a generation was planned from, and by which versions; an unknown one is None."""

    engine_version: int | None
    planner_version: int | None
    clips: tuple[NamedClip, ...]


@dataclass(frozen=True)
class TimelineEntry:
    """A clip as it stands in a video. `at_frame` counts in the video; `start_frame` is the clip's own time on the same
    frame grid; `frames` is how long it is seen, transitions included. `transition` is how it passes into the next."""

    clip_id: UUID
    at_frame: int
    start_frame: int
    frames: int
    speed: str
    look: str
    transition: str | None = None
    transition_frames: int = 0
    group: str | None = None
    caption: str | None = None


@dataclass(frozen=True)
class SegmentUse:
    """The first `frames` frames of a stored segment, as a video joins them."""

    digest: str
    frames: int


@dataclass(frozen=True)
class Timeline:
    """One video from its first frame to its last."""

    fps: Fraction
    entries: tuple[TimelineEntry, ...]
    segments: tuple[SegmentUse, ...]


@dataclass(frozen=True)
class Likeness:
    """How alike videos are by one measure, over all pairs of them, in per cent of the shorter of the two.

    `pair` are the numbers of the two most alike (the first such pair), None if there are fewer than two videos.
    """

    pair: tuple[int, int] | None
    most_percent: float
    average_percent: float
    pairs_over_half: int


@dataclass(frozen=True)
class Openings:
    """How often the first `frames` frames of videos are the same: `distinct` different ones, `most` videos with the
    commonest, `shared` videos whose opening another has too."""

    frames: int
    distinct: int
    most: int
    shared: int


@dataclass(frozen=True)
class Distance:
    """Mean number of bits (of 256) by which the pictures two videos show at the same second differ: of the nearest
    pair of videos, and on average. Unrelated pictures differ by about 128, one picture twice by at most about 31."""

    pair: tuple[int, int]
    bits: float
    average_bits: float


@dataclass(frozen=True)
class Pictures:
    """What the prints of the segments say of the videos joined of them.

    `covered_percent` of the videos' time has prints. `in_order`: the same picture at the same second; `any_order`: the
    same pictures, whenever they come.
    """

    covered_percent: float
    in_order: Likeness
    any_order: Likeness
    distance: Distance | None


@dataclass(frozen=True)
class Distinctness:
    """How unlike each other the videos of a generation are.

    `footage`: the same stretch of a clip at the same speed with the same look, wherever it stands; `source`: the same
    stretch whatever the speed and the look; `in_order`: as `footage`, at the same time of both videos.
    """

    videos: int
    pairs: int
    footage: Likeness
    source: Likeness
    in_order: Likeness
    openings: Openings
    pictures: Pictures | None
    notes: tuple[Sentence, ...]
