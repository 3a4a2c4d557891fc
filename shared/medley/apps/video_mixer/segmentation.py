"""Segmentation of videos into footage on the canvas's frame grid: integer frames at a rational rate, never seconds.

A timeline is a row of clips. With a transition of t frames neighbours overlap by t, so a clip of f frames is cut
into segments like this; each is encoded once and copied into every video that needs it.

    opening clip      [0, t) as it is · [t, f - t) · the last t frames passing into the next clip
    clip between                        [t, f - t) · the last t frames passing into the next clip
    closing clip                        [t, f)

An opening clip shorter than 2t ends within its first segment, of which as much is copied as stands before the passage.
Without a transition t is 0.

Segments with B-frames are smaller and join only whole; without them any prefix of a segment is a valid stream. Where
the videos end each clip in few places, it is cut there and B-frames are used. Where they end it in many, as when each
has an exact length, all of a clip from frame t on is one segment, made as long as the longest video needs it, and each
video copies as many frames as it wants. All segments of an order are encoded alike, or they would not join.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest

from medley.apps.video_mixer import soundtrack
from medley.apps.video_mixer.cost import segments_of
from medley.apps.video_mixer.spec import MixSpec
from medley.apps.video_mixer.timeline import TimelineClip
from medley.contracts.engine import Into, Segment, Shot, Sound, Watermark
from medley.contracts.media import ClipSource

GOP_S = 5  # seconds between two key frames at most: what players seek by
SHORT = 8  # frames: a shorter stretch is no segment of its own with B-frames; encoders delay by two
LEVEL_LUFS = -16  # of each clip's own sound, where they are to be as loud as each other


@dataclass(frozen=True, eq=False)
class RenderItem:
    """A segment or sound to make, its digest, and the clips it shows or is heard of."""

    content: Segment | Sound
    digest: str
    clips: tuple[ClipSource, ...]


@dataclass(frozen=True)
class SegmentRef:
    """The first `frames` frames of a segment."""

    item: RenderItem
    frames: int


@dataclass(frozen=True)
class SoundRef:
    """The first `frames` frames of a sound, or silence; the first `overlap` of them together with the last before."""

    item: RenderItem | None
    frames: int
    overlap: int
    volume_percent: int


class Segmenter:
    """Cuts `videos`, each a timeline, into segments and sounds, each encoded as `encoding` says."""

    def __init__(
        self, spec: MixSpec, videos: Iterable[Sequence[TimelineClip]], watermark: Watermark | None = None
    ) -> None:
        self.spec = spec
        self._watermark = watermark
        self._longest: dict[Hashable, int] = {}  # frames, by `picture_key` and by `sound_key`
        self._ends: dict[Hashable, set[int]] = defaultdict(set)  # where a clip stops to be alone, by `picture_key`
        self._bodies: dict[Hashable, tuple[RenderItem, ...]] = {}
        self._items: dict[Hashable, RenderItem] = {}
        for timeline in videos:
            for placed, following in _with_next(timeline):
                for key in (placed.picture_key, placed.sound_key):
                    self._longest[key] = max(placed.frames, self._longest.get(key, 0))
                self._ends[placed.picture_key].add(placed.frames - (spec.overlap if following else 0))
        b_frames = not 0 < spec.overlap < SHORT and all(map(self._few, self._ends.values()))
        self.encoding = spec.encoding.model_copy(update={"gop_s": GOP_S, "b_frames": b_frames})

    def _few(self, ends: set[int]) -> bool:
        """Whether a clip may be cut at all these places: as it comes, and before a transition."""
        skip = self.spec.overlap
        stretches = [end - start for start, end in pairwise(sorted({skip, *ends}))]
        return min(ends) >= skip and len(stretches) <= (2 if skip else 1) and min(stretches, default=SHORT) >= SHORT

    def segments(self, timeline: Sequence[TimelineClip]) -> Iterator[SegmentRef]:
        """A video's picture, in order; the frames add up to `length(timeline)`."""
        overlap = self.spec.overlap
        begun = 0  # frames of the clip that are out already
        for placed, following in _with_next(timeline):
            left = placed.frames - begun - (overlap if following else 0)
            if overlap and not begun:
                head = self._head(placed)
                yield SegmentRef(head, min(left, head.content.frames))
                left -= head.content.frames
            for item in self._body(placed) if left > 0 else ():
                frames = min(left, item.content.frames)
                if frames:
                    yield SegmentRef(item, frames)
                left -= frames
            begun = overlap
            if overlap and following:
                yield SegmentRef(self._passage(placed, following), overlap)

    def sounds(self, timeline: Sequence[TimelineClip]) -> Iterator[SoundRef]:
        """A video's sound, in order."""
        for number, placed in enumerate(timeline):
            audible = self.spec.audio == "keep" and placed.clip.facts.audio is not None
            item = self._sound(placed) if audible else None
            yield SoundRef(item, placed.frames, self.spec.overlap if number else 0, placed.volume_percent)

    def _body(self, placed: TimelineClip) -> tuple[RenderItem, ...]:
        """A clip from the end of its overlap on: as few segments as end where they must and keep within SEGMENT_MS."""
        key = placed.picture_key
        if key not in self._bodies:
            ends = self._ends[key] if self.encoding.b_frames else {self._longest[key]}
            stretches = pairwise(sorted({self.spec.overlap, *ends}))
            shots = (
                placed.shot(start, end - start) for stretch in stretches for start, end in self._parts(placed, *stretch)
            )
            self._bodies[key] = tuple(self._segment(shot, placed.clip) for shot in shots)
        return self._bodies[key]

    def _parts(self, placed: TimelineClip, start: int, end: int) -> Iterator[tuple[int, int]]:
        """A stretch of a clip in equal parts, each within SEGMENT_MS."""
        parts = segments_of(placed.clip, placed.speed, self.spec, end - start)
        return pairwise(start + (end - start) * part // parts for part in range(parts + 1))

    def _head(self, placed: TimelineClip) -> RenderItem:
        frames = min(self.spec.overlap, self._longest[placed.picture_key])
        return self._once(("head", placed.picture_key), lambda: self._segment(placed.shot(0, frames), placed.clip))

    def _passage(self, placed: TimelineClip, following: TimelineClip) -> RenderItem:
        overlap = self.spec.overlap

        def make() -> RenderItem:
            kind = self.spec.transition
            assert kind != "cut"  # noqa: S101 - its overlap is 0
            into = Into(kind=kind, shot=following.shot(0, overlap))
            return self._segment(placed.shot(placed.frames - overlap, overlap), placed.clip, following.clip, into=into)

        return self._once(("passage", placed.picture_key, placed.frames, following.picture_key), make)

    def _sound(self, placed: TimelineClip) -> RenderItem:
        def make() -> RenderItem:
            shot = placed.shot(0, self._longest[placed.sound_key])
            level_lufs = LEVEL_LUFS if self.spec.level_clips else None
            tracks = soundtrack.tracks(placed.clip.facts, self.spec.audio_track)
            sound = Sound.of(shot, self.spec.canvas.fps, level_lufs=level_lufs, tracks=tracks)
            return RenderItem(sound, sound.digest(), (placed.clip,))

        return self._once(("sound", placed.sound_key), make)

    def _segment(self, shot: Shot, *clips: ClipSource, into: Into | None = None) -> RenderItem:
        segment = Segment(shot=shot, into=into, watermark=self._watermark)
        return RenderItem(segment, segment.digest(self.spec.canvas, self.encoding), clips)

    def _once(self, key: Hashable, make: Callable[[], RenderItem]) -> RenderItem:
        if key not in self._items:
            self._items[key] = make()
        return self._items[key]


def _with_next(timeline: Sequence[TimelineClip]) -> Iterator[tuple[TimelineClip, TimelineClip | None]]:
    """Each clip of a video with the one it passes into."""
    return zip_longest(timeline, timeline[1:])
