"""Analysis pass over a clip: one cheap run of FFmpeg that gives small grey pictures, thin sound, a filmstrip, a proxy.

What is made of them is in `activity`, `waveform`, `filmstrip` and `proxy`. The pass is a convenience: when it fails or
takes too long, the clip is as good as before.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ffmpeg as graph

from medley import limits
from medley.contracts.media import ClipFacts
from medley.errors import FFmpegFailed, Unavailable
from medley.media.intake import proxy
from medley.media.picture import filmstrip, video_filters
from medley.media.sandbox import ffmpeg, input_options
from medley.media.sandbox.child_limits import Limits
from medley.media.sandbox.ffmpeg_command import argv
from medley.media.sound import audio_extract

WIDTH, HEIGHT = 64, 36  # of the grey pictures, whatever the clip's shape
RATE = 4  # pictures per second
RATE_LONG = 2  # of clips with more than limits.ACTIVITY_SCORES at the other rate
SAMPLE_RATE = 8_000  # Hz, mono
FILE_BYTES = 128 * 1024**2  # more than the proxy of the longest clip, and many times the rest
# What decoding costs, measured with H.264 and HEVC on one core: each frame its pixels, each second its bytes.
PIXELS_PER_S = 350_000_000
BYTES_PER_S = 16_000_000
FULL_DECODE_S = 30  # estimated; above it key frames must do

log = logging.getLogger("medley.media.intake.analysis_pass")


@dataclass(frozen=True)
class Analysis:
    """What was seen: `pictures` of WIDTH x HEIGHT bytes each, one every `step_us` from the first frame on; `samples` of
    16 bits, little-endian, None without sound. `key_frames`: a picture stands until the clip's next key frame."""

    step_us: int
    pictures: bytes
    samples: bytes | None
    key_frames: bool


def analyse(
    clip: Path,
    facts: ClipFacts,
    folder: Path,
    *,
    filmstrip_out: Path | None = None,
    proxy_out: Path | None = None,
    threads: int,
    remaining_s: Callable[[], float] | None = None,
) -> Analysis | None:
    """Look the clip over within limits.OVERVIEW_S, with working files in `folder`; None if that cannot be done. A clip
    of which only the key frames are looked at gets no proxy: there is no file then.

    Raises:
        Unavailable: code `out_of_time`, the caller's; code `disk_full`.
    """
    started = time.monotonic()

    def left_s() -> float:
        own = limits.OVERVIEW_S - (time.monotonic() - started)
        return own if remaining_s is None else min(own, remaining_s())

    pictures, samples = folder / "analysis.gray", folder / "analysis.pcm"
    key_frames = _cost_s(facts) > FULL_DECODE_S
    words = command(
        ffmpeg.executable(),
        clip,
        facts,
        pictures=pictures,
        samples=samples,
        filmstrip_out=filmstrip_out,
        proxy_out=None if key_frames else proxy_out,
        key_frames=key_frames,
        threads=threads,
    )
    limit = Limits(memory_bytes=limits.PROBE_MEMORY_BYTES, file_bytes=FILE_BYTES)
    try:
        ffmpeg.run(words, limit=limit, remaining_s=left_s)
        if _changes(facts):
            heard = None if key_frames else proxy_out
            for words in _uniform(clip, facts, samples, proxy_out=heard, threads=threads):
                ffmpeg.run(words, limit=Limits(memory_bytes=limits.PROBE_MEMORY_BYTES), remaining_s=left_s)
    except FFmpegFailed as error:
        log.warning("clip not looked over", extra={"code": error.code}, exc_info=error)
        return None
    except Unavailable as error:
        if error.code != "out_of_time" or (remaining_s is not None and remaining_s() <= 0):
            raise
        log.warning("clip not looked over", extra={"code": error.code})
        return None
    made = [path for path in (pictures, filmstrip_out, None if key_frames else proxy_out) if path is not None]
    if not all(path.exists() and path.stat().st_size for path in made):
        log.warning("clip not looked over", extra={"code": "no_pictures"})
        return None
    sound = samples.read_bytes() if facts.audio is not None else None
    return Analysis(1_000_000 // rate(facts), pictures.read_bytes(), sound, key_frames)


def rate(facts: ClipFacts) -> int:
    """Pictures per second: as many as give at most limits.ACTIVITY_SCORES."""
    fits = facts.video.duration_us * RATE <= limits.ACTIVITY_SCORES * 1_000_000
    return RATE if fits else RATE_LONG


def _cost_s(facts: ClipFacts) -> float:
    video = facts.video
    return video.width * video.height * video.frames / PIXELS_PER_S + facts.size_bytes / BYTES_PER_S


def command(
    executable: str,
    clip: Path,
    facts: ClipFacts,
    *,
    pictures: Path,
    samples: Path,
    filmstrip_out: Path | None,
    proxy_out: Path | None = None,
    key_frames: bool,
    threads: int,
) -> list[str]:
    """The run: each output is made of the same decoded frames, and of few of them."""
    source = graph.input(f"file:{clip}", **_reading(facts, key_frames, threads))
    shown = input_options.picture(source, facts.video)
    shown = video_filters.clocked(shown, facts.video, facts.video.start_us)
    outputs = []
    if filmstrip_out is not None:
        both = shown.filter_multi_output("split")
        shown = both[0]
        outputs.append(filmstrip.output(both[1], facts, filmstrip_out))
    sound = None if facts.audio is None or _changes(facts) else input_options.sound(source, facts)
    if proxy_out is not None:
        both = shown.filter_multi_output("split")
        shown = both[0]
        sounds = [None, None] if sound is None else sound.filter_multi_output("asplit")
        sound = sounds[0]
        made = _pictures_of(proxy_out) if _changes(facts) else proxy_out
        outputs.append(proxy.output(both[1], sounds[1], facts, made, threads=threads))
    outputs.append(_small(shown, facts, pictures))
    if sound is not None:
        outputs.append(_thin(sound, facts, samples))
    return argv(executable, graph.merge_outputs(*outputs), "-filter_complex_threads", str(threads))


def _changes(facts: ClipFacts) -> bool:
    return facts.audio is not None and facts.audio.changes


def _pictures_of(proxy_out: Path) -> Path:
    return proxy_out.with_name(f"silent-{proxy_out.name}")


def _uniform(clip: Path, facts: ClipFacts, samples: Path, *, proxy_out: Path | None, threads: int) -> list[list[str]]:
    """The runs for a sound that changes its form, which can be neither thinned nor encoded as it is read."""
    executable, uniform = ffmpeg.executable(), samples.with_suffix(".nut")
    where = input_options.Window(0, 0, input_options.whole_us(facts))
    source = input_options.SourceFile(clip, facts)
    thin = _thin(audio_extract.uniform_input(uniform)["a:0"], facts, samples)
    runs = [audio_extract.unifying(executable, source, where, uniform, threads), argv(executable, thin)]
    if proxy_out is not None:
        sound = audio_extract.uniform_input(uniform)["a:0"]
        runs.append(argv(executable, proxy.sounded(_pictures_of(proxy_out), sound, facts, proxy_out)))
    return runs


def _reading(facts: ClipFacts, key_frames: bool, threads: int) -> dict[str, Any]:
    options = input_options.untrusted() | {
        "threads": threads,
        "t": input_options.seconds(input_options.whole_us(facts)),
    }
    options |= {"copyts": None, "start_at_zero": None, "reinit_filter:v": 0}
    if key_frames:
        options["skip_frame:v"] = "nokey"
    if facts.audio is not None:
        options["drop_changed:a"] = 1
    return options


def _small(stream: Any, facts: ClipFacts, out: Path) -> Any:
    """Upright, as people see it; the same size for every shape, since only differences and places count."""
    stream = stream.filter("fps", rate(facts), start_time=0, round="near", eof_action="pass")
    stream = video_filters.clip_poster(stream, facts.video, WIDTH).filter("scale", WIDTH, HEIGHT, flags="area")
    options = {"fps_mode": "passthrough", "frames:v": -(-facts.video.duration_us * rate(facts) // 1_000_000)}
    return graph.output(stream.filter("format", "gray"), f"file:{out}", f="rawvideo", **options)


def _thin(stream: Any, facts: ClipFacts, out: Path) -> Any:
    stream = (
        stream.filter("asetpts", f"PTS-{facts.video.start_us}/1000000/TB")
        .filter("aresample", SAMPLE_RATE, first_pts=0, ochl="mono", **{"async": 1})
        .filter("atrim", end_sample=facts.video.duration_us * SAMPLE_RATE // 1_000_000)
    )
    return graph.output(stream, f"file:{out}", f="s16le", acodec="pcm_s16le")
