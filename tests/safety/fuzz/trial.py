"""One damaged file through all that is done to an upload: probed, its poster drawn, and a short segment rendered.

A sound is probed and decoded; an image is probed and drawn over a segment.

What must hold is that nothing escapes but an answer: accepted, or refused with a code.
"""

import resource
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from types import MappingProxyType
from uuid import UUID

from medley import limits
from medley.contracts.assets import AssetSource, AudioAssetFacts
from medley.contracts.engine import Canvas, Encoding, Mixdown, Music, Segment, Shot, Watermark, available_frames
from medley.contracts.media import Rational
from medley.errors import FFmpegFailed, NotMedia
from medley.media.intake import probe
from medley.media.intake.asset_probe import probe_asset
from medley.media.output import segments
from medley.media.picture import posters
from medley.media.sandbox.input_options import SourceFile
from medley.media.sound import mixing
from tests.media.clips import Maker
from tests.media.probes import facts as facts_of
from tests.safety.fuzz import assets
from tests.safety.fuzz.assets import asset
from tests.safety.fuzz.mutations import mutate

CLIPS = (
    *("plain", "fragmented", "B-frames and edit list", "trimmed by edit list", "rotated 90", "HEVC", "AV1"),
    *("QuickTime with PCM", "ProRes", "3GP", "cover art", "Matroska", "10 bit", "odd size", "VP8 and Vorbis"),
    *("96 kHz", "MPEG-4 in AVI", "motion JPEG", "transport stream", "anamorphic DV shape", "interlaced"),
    *("FLV", "program stream", "GIF", "animated WebP", "subtitles and two tracks", "sound longer"),
)
KINDS = CLIPS + assets.NAMES
CANVAS = Canvas(width=64, height=48, fps=Rational(num=15), fit="pad")
DRAFT = Encoding(quality="draft")
FRAMES = 6
CODES = frozenset(
    {
        *("empty", "playlist", "picture", "no_video", "not_media", "too_many_streams", "unsupported_codec", "too_fast"),
        *("bad_picture_size", "too_large_picture", "too_many_packets", "unreadable", "truncated", "too_short"),
        *("too_long", "too_narrow", "short_footage", "no_audio", "unreadable_asset"),
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


class Seeds:
    """The files that are damaged, in a folder; each is made when it is first needed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._clip = Maker(folder)

    def __call__(self, kind: str) -> Path:
        return asset(self._folder, kind) if kind in assets.NAMES else self._clip(kind)


def mutant(seeds: Seeds, seed: int, n: int) -> tuple[str, bytes]:
    """The `n`-th damaged file of a seed, and the kind of file it was."""
    random = Random(f"{seed}:{n}")
    kind, other = random.choice(KINDS), random.choice(KINDS)
    return kind, mutate(seeds(kind).read_bytes(), seeds(other).read_bytes(), random)


def attempt(seeds: Seeds, seed: int, n: int, folder: Path, *, render: bool) -> Outcome:
    """Do to mutant `n` what is done to an upload; if it is accepted and `render`, also what a mix does with it."""
    kind, data = mutant(seeds, seed, n)
    path = folder / f"{n}.upload"
    path.write_bytes(data)
    began = time.monotonic()
    answer, fault = _answer(path, seeds if kind in assets.NAMES else None, render=render)
    seconds = time.monotonic() - began
    if seconds > limits.PROBE_S:
        fault = fault or f"took {seconds:.0f} s"
    for made in folder.glob(f"{n}.*"):
        made.unlink()
    return Outcome(n, kind, answer, seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024, fault)


def _answer(path: Path, seeds: Seeds | None, *, render: bool) -> tuple[str, str]:
    """What becomes of the file, and what is wrong with that; `seeds` if it is an asset."""
    answer = "refused"
    try:
        use = _clip(path) if seeds is None else _asset(path, seeds)
        answer = "accepted"
        if render:
            use()
            answer = "rendered"
    except NotMedia as error:
        return error.code, "" if error.code in CODES else f"unknown code {error.code}"
    except FFmpegFailed as error:
        status = error.metadata.get("status", -1)
        if answer == "accepted" and status > 0:  # FFmpeg gave up by itself: this fails the task, with this code
            return error.code, ""
        return error.code, f"status {status} before it was accepted, or killed"
    except Exception as error:
        return type(error).__name__, repr(error)
    return answer, ""


def _clip(path: Path) -> Callable[[], None]:
    """Do to a clip what ingest does; returns what a mix does with it."""
    facts = probe.probe(path)
    posters.clip_poster(path, facts, path.with_suffix(".jpg"))
    source = SourceFile(path, facts)
    there = available_frames(facts, CANVAS.fps, Rational(num=1))
    frames = min(FRAMES, there)
    shot = {"start_frame": (there - frames) // 2, "frames": frames}
    return lambda: _render(source, shot) if frames else None


def _asset(path: Path, seeds: Seeds) -> Callable[[], None]:
    """The same of a sound or an image."""
    facts = probe_asset(path)
    if isinstance(facts, AudioAssetFacts):
        music = Music(asset=AssetSource(asset_id=UUID(int=1), key="-", name="-", facts=facts))
        return lambda: _unpack(Mixdown(music=music), {facts.sha256: path}, path.with_suffix(".tracks"))
    clip = seeds("tiny")
    source = SourceFile(clip, facts_of(clip))
    mark = Watermark(image_sha256=facts.sha256)
    return lambda: _render(source, {"frames": FRAMES}, mark, path.with_suffix(".wav"), {facts.sha256: path})


def _unpack(mixdown: Mixdown, files: dict[str, Path], folder: Path) -> None:
    folder.mkdir()
    try:
        mixing.decoded(mixdown, files, folder)
    finally:
        shutil.rmtree(folder)


def _render(
    source: SourceFile,
    shot: dict[str, int],
    watermark: Watermark | None = None,
    beside: Path | None = None,
    images: Mapping[str, Path] = MappingProxyType({}),
) -> None:
    """A short segment; its files stand beside `beside`, or the clip."""
    facts, place = source.facts, beside or source.path
    segments.render(
        Segment(shot=Shot(clip_sha256=facts.sha256, **shot), watermark=watermark),
        CANVAS,
        DRAFT,
        sources={facts.sha256: source},
        images=images,
        video_out=place.with_suffix(".mp4"),
        sound_out=place.with_suffix(".wav") if facts.audio is not None else None,
        threads=1,
    )
