"""Videos as pieces of footage on the canvas's frame grid: integer frames at a rational rate, never seconds.

A video is a row of takes. With a transition of t frames neighbours overlap by t, so a take of f frames is cut into
segments like this; each is encoded once and copied into every video that needs it.

    opening take      [0, t) as it is · [t, f - t) · the last t frames passing into the next take
    take between                        [t, f - t) · the last t frames passing into the next take
    closing take                        [t, f)

An opening take shorter than 2t ends within its first segment, of which as much is copied as stands before the passage.
All of a take from frame t on is one segment, made as long as the longest video needs it: any prefix of a segment is a
valid stream, so each video copies as many frames as it wants. Without a transition t is 0.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, pairwise

from medley import limits
from medley.apps.video_mixer.spec import MixSpec
from medley.contracts.media import (
    Canvas,
    Caption,
    ClipSource,
    Codec,
    Into,
    Look,
    Quality,
    Rational,
    Segment,
    Shot,
    Sound,
    Watermark,
)

# A rough cost model of the encoder: pixels it takes in one second on the two vCPU of a render function, scaling
# included, at `standard` quality. Measured on two slower cores: x264 veryfast takes about 86 million per CPU second.
PIXELS_PER_S = 60_000_000
EFFORT: dict[Quality, int] = {"draft": 1, "standard": 1, "high": 4}
CODEC_EFFORT: dict[Codec, int] = {"h264": 1, "hevc": 4, "av1": 3}
DECODE_SHARE = 4  # decoding and scaling a source pixel costs a quarter of encoding one
SEGMENT_MS = 40_000  # estimated time to encode the longest segment, so that a task that is cut short lost little


@dataclass(frozen=True, eq=False)
class Take:
    """A clip as it stands in one video: `frames` output frames from `start_frame` (source time on the frame grid)."""

    clip: ClipSource
    start_frame: int
    frames: int
    speed: Rational
    look: Look = "none"
    caption: Caption | None = None
    group: str | None = None
    volume_percent: int = 100

    @cached_property
    def heard(self) -> Hashable:
        """Equal for takes with the same sound, but for its length."""
        return self.clip.facts.sha256, self.start_frame, str(self.speed)

    @cached_property
    def seen(self) -> Hashable:
        """Equal for takes with the same picture, but for its length."""
        return self.heard, self.look, self.caption and self.caption.text

    def shot(self, skip: int, frames: int) -> Shot:
        """`frames` frames of it after the first `skip`."""
        return Shot(
            clip_sha256=self.clip.facts.sha256,
            start_frame=self.start_frame,
            skip_frames=skip,
            frames=frames,
            speed=self.speed,
            look=self.look,
            caption=self.caption,
        )


@dataclass(frozen=True, eq=False)
class Made:
    """A segment or sound to make, its digest, and the clips it shows or is heard of."""

    content: Segment | Sound
    digest: str
    clips: tuple[ClipSource, ...]


@dataclass(frozen=True)
class Cut:
    """The first `frames` frames of a segment."""

    made: Made
    frames: int


@dataclass(frozen=True)
class Heard:
    """The first `frames` frames of a sound, or silence; the first `overlap` of them together with the last before."""

    made: Made | None
    frames: int
    overlap: int
    volume_percent: int


class Reel:
    """Cuts `videos`, each a row of takes, into segments and sounds: each is as long as the longest of them needs it."""

    def __init__(self, spec: MixSpec, videos: Iterable[Sequence[Take]], watermark: Watermark | None = None) -> None:
        self.spec = spec
        self._watermark = watermark
        self._longest: dict[Hashable, int] = {}  # frames, by `seen` and by `heard`
        self._bodies: dict[Hashable, tuple[Made, ...]] = {}
        self._made: dict[Hashable, Made] = {}
        for take in chain.from_iterable(videos):
            for key in (take.seen, take.heard):
                self._longest[key] = max(take.frames, self._longest.get(key, 0))

    def cuts(self, takes: Sequence[Take]) -> Iterator[Cut]:
        """A video's picture, in order; the cuts' frames add up to `length(takes)`."""
        overlap = self.spec.overlap
        begun = 0  # frames of the take that are out already
        for take, following in zip(takes, (*takes[1:], None), strict=True):
            left = take.frames - begun - (overlap if following else 0)
            if overlap and not begun:
                head = self._head(take)
                yield Cut(head, min(left, head.content.frames))
                left -= head.content.frames
            for made in self._body(take) if left > 0 else ():
                frames = min(left, made.content.frames)
                if frames:
                    yield Cut(made, frames)
                left -= frames
            begun = overlap
            if overlap and following:
                yield Cut(self._passage(take, following), overlap)

    def sounds(self, takes: Sequence[Take]) -> Iterator[Heard]:
        """A video's sound, in order."""
        for number, take in enumerate(takes):
            audible = self.spec.audio == "keep" and take.clip.facts.audio is not None
            made = self._sound(take) if audible else None
            yield Heard(made, take.frames, self.spec.overlap if number else 0, take.volume_percent)

    def _body(self, take: Take) -> tuple[Made, ...]:
        """A take from the end of its overlap on: as few equal segments as keep each within SEGMENT_MS."""
        if take.seen not in self._bodies:
            skip = self.spec.overlap
            frames = self._longest[take.seen] - skip
            parts = segments_of(take.clip, take.speed, self.spec, frames)
            bounds = pairwise(skip + frames * part // parts for part in range(parts + 1))
            shots = (take.shot(start, end - start) for start, end in bounds)
            self._bodies[take.seen] = tuple(self._segment(shot, take.clip) for shot in shots)
        return self._bodies[take.seen]

    def _head(self, take: Take) -> Made:
        frames = min(self.spec.overlap, self._longest[take.seen])
        return self._once(("head", take.seen), lambda: self._segment(take.shot(0, frames), take.clip))

    def _passage(self, take: Take, following: Take) -> Made:
        overlap = self.spec.overlap

        def make() -> Made:
            kind = self.spec.transition
            assert kind != "cut"  # noqa: S101 - its overlap is 0
            into = Into(kind=kind, shot=following.shot(0, overlap))
            return self._segment(take.shot(take.frames - overlap, overlap), take.clip, following.clip, into=into)

        return self._once(("passage", take.seen, take.frames, following.seen), make)

    def _sound(self, take: Take) -> Made:
        def make() -> Made:
            sound = Sound.of(take.shot(0, self._longest[take.heard]), self.spec.canvas.fps)
            return Made(sound, sound.digest(), (take.clip,))

        return self._once(("sound", take.heard), make)

    def _segment(self, shot: Shot, *clips: ClipSource, into: Into | None = None) -> Made:
        segment = Segment(shot=shot, into=into, watermark=self._watermark)
        return Made(segment, segment.digest(self.spec.canvas, self.spec.encoding), clips)

    def _once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]


def length(takes: Sequence[Take], overlap: int) -> int:
    """Frames of a video: each transition is counted once."""
    return sum(take.frames for take in takes) - overlap * (len(takes) - 1)


def least_frames(overlap: int, place: int, clips: int) -> int:
    """How long a take at a place, from 0, of so many is at least: one frame longer than the transitions it has."""
    return overlap * ((place > 0) + (place < clips - 1)) + 1


def shot_ms(clip: ClipSource, speed: Rational, spec: MixSpec, frames: int) -> int:
    """Estimated time to encode `frames` output frames of a clip at a speed, in milliseconds, at least one."""
    canvas, video = spec.canvas, clip.facts.video
    source = frames * video.fps.num * speed.num * canvas.fps.den, video.fps.den * speed.den * canvas.fps.num
    read = source[0] * video.width * video.height // source[1]
    pixels = frames * canvas.width * canvas.height * EFFORT[spec.quality] * CODEC_EFFORT[spec.codec]
    pixels += read // DECODE_SHARE
    return max(1, pixels * 1000 // PIXELS_PER_S)


def segments_of(clip: ClipSource, speed: Rational, spec: MixSpec, frames: int) -> int:
    """Into how many segments so many frames of a clip are cut."""
    return min(frames, -(-shot_ms(clip, speed, spec, frames) // SEGMENT_MS))


def too_long(frames: int, canvas: Canvas) -> bool:
    """True if a video of so many frames is over `limits.OUTPUT_DURATION_S`."""
    return frames * canvas.fps.den > limits.OUTPUT_DURATION_S * canvas.fps.num
