"""One damaged file through all that is done to an upload: probed, its poster drawn, and a short segment rendered.

What must hold is that nothing escapes but an answer: accepted, or refused with a code.
"""

import resource
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random

from medley import limits
from medley.contracts.media import Canvas, ClipFacts, Encoding, Rational, Segment, Shot, available_frames
from medley.errors import FFmpegFailed, NotMedia
from medley.media import probe, segments, thumbnails
from medley.media.sources import SourceFile
from tests.media.clips import Maker
from tests.safety.fuzz.mutations import mutate

KINDS = (
    *("plain", "fragmented", "B-frames and edit list", "trimmed by edit list", "rotated 90", "HEVC", "AV1"),
    *("QuickTime with PCM", "ProRes", "3GP", "cover art", "Matroska", "10 bit", "odd size", "VP8 and Vorbis"),
    *("96 kHz", "MPEG-4 in AVI", "motion JPEG", "transport stream", "anamorphic DV shape", "interlaced"),
)
CANVAS = Canvas(width=64, height=48, fps=Rational(num=15), fit="pad")
DRAFT = Encoding(quality="draft")
FRAMES = 6
CLIP_CODES = frozenset(
    {
        *("empty", "playlist", "picture", "no_video", "not_media", "too_many_streams", "unsupported_codec", "too_fast"),
        *("bad_picture_size", "too_large_picture", "too_many_packets", "unreadable", "truncated", "too_short"),
        *("too_long", "too_narrow", "short_footage"),
    }
)


@dataclass(frozen=True)
class Outcome:
    """What became of mutant `n`: `answer` is "accepted", "rendered" or a code; `fault` is empty if that is in order.

    `peak_mb` is the most memory any child of this process has had so far.
    """

    n: int
    kind: str
    answer: str
    seconds: float
    peak_mb: int
    fault: str = ""


def mutant(make: Maker, seed: int, n: int) -> tuple[str, bytes]:
    """The `n`-th damaged file of a seed, and the kind of clip it was."""
    random = Random(f"{seed}:{n}")
    kind, other = random.choice(KINDS), random.choice(KINDS)
    return kind, mutate(make(kind).read_bytes(), make(other).read_bytes(), random)


def attempt(make: Maker, seed: int, n: int, folder: Path, *, render: bool) -> Outcome:
    """Do to mutant `n` what is done to an upload; `render` also a segment of it, if it is accepted."""
    kind, data = mutant(make, seed, n)
    path = folder / f"{n}.upload"
    path.write_bytes(data)
    began = time.monotonic()
    answer, fault = _answer(path, folder, render=render)
    seconds = time.monotonic() - began
    if seconds > limits.PROBE_S:
        fault = fault or f"took {seconds:.0f} s"
    for made in folder.glob(f"{n}.*"):
        made.unlink()
    return Outcome(n, kind, answer, seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024, fault)


def _answer(path: Path, folder: Path, *, render: bool) -> tuple[str, str]:
    """What becomes of the file, and what is wrong with that."""
    answer = "refused"
    try:
        facts = probe.probe(path)
        thumbnails.clip_poster(path, facts, folder / f"{path.stem}.jpg")
        answer = "accepted"
        if render:
            _render(path, facts)
            answer = "rendered"
    except NotMedia as error:
        return error.code, "" if error.code in CLIP_CODES else f"unknown code {error.code}"
    except FFmpegFailed as error:
        status = error.metadata.get("status", -1)
        if answer == "accepted" and status > 0:  # FFmpeg gave up by itself: this fails the task, with this code
            return error.code, ""
        return error.code, f"status {status} before it was accepted, or killed"
    except Exception as error:
        return type(error).__name__, repr(error)
    return answer, ""


def _render(path: Path, facts: ClipFacts) -> None:
    frames = min(FRAMES, available_frames(facts, CANVAS.fps, Rational(num=1)))
    if frames == 0:
        return
    middle = available_frames(facts, CANVAS.fps, Rational(num=1)) - frames
    shot = Shot(clip_sha256=facts.sha256, start_frame=middle // 2, frames=frames)
    segments.render(
        Segment(shot=shot),
        CANVAS,
        DRAFT,
        sources={facts.sha256: SourceFile(path, facts)},
        images={},
        video_out=path.with_suffix(".mp4"),
        sound_out=path.with_suffix(".wav") if facts.audio is not None else None,
        threads=1,
    )
