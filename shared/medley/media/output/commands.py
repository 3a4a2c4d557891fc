"""FFmpeg commands as argv lists, made by pure functions from plain values: how all begin, and those of segments.

Those of sounds, music, loudness and finished videos are in `audio_extract`, `mixing`, `loudness` and `muxing`, a
clip's first look is in `analysis_pass`. File names are ours and always prefixed `file:`; nothing a user typed is an
argument, except tags that have been cleaned. Graphs are built by ffmpeg-python, which only quotes and orders; it runs
nothing here.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import ffmpeg

from medley.contracts.media import SAMPLE_RATE, Canvas, Encoding, Rational, Segment, VideoFacts
from medley.media.output import encoders
from medley.media.picture import transitions, video_filters, watermarks
from medley.media.picture.captions import Text
from medley.media.sandbox import input_options
from medley.media.sandbox.input_options import Stretch, Window
from medley.media.sandbox.sources import SourceFile
from medley.media.sound import audio_filters

GLOBAL = ("-hide_banner", "-nostdin", "-nostats", "-v", "error", "-progress", "pipe:1", "-stats_period", "0.5", "-y")
TIMESCALE_MIN = 10_000  # ticks per second of our MP4 files, at least: FFmpeg's own lower bound
POSTER_QUALITY = 4  # of a JPEG: 1 is best, 31 worst


def argv(executable: str, stream: Any, *more: str) -> list[str]:
    """The command that makes the outputs `stream`; `more` are options for all of it."""
    words: list[str] = ffmpeg.compile(stream, cmd=[executable, *GLOBAL, *more])
    return words


def timescale(fps: Rational) -> int:
    """Ticks per second in which one frame is a whole number of ticks: 15360 for 30 fps, 30000 for 30000/1001."""
    ticks = fps.num
    while ticks < TIMESCALE_MIN:
        ticks *= 2
    return ticks


def samples_before(frame: int, fps: Rational) -> int:
    """The sample at which `frame` begins: rounded from zero each time, so rounding never accumulates."""
    return round(Fraction(frame * fps.den * SAMPLE_RATE, fps.num))


def samples_within(frames: int, fps: Rational) -> int:
    """Samples of a segment's audio: enough for `frames` frames wherever in an output they stand."""
    return -(-frames * fps.den * SAMPLE_RATE // fps.num)


def render(
    executable: str,
    segment: Segment,
    *,
    canvas: Canvas,
    encoding: Encoding,
    sources: Mapping[str, SourceFile],
    texts: Sequence[Text | None],
    image: Path | None,
    video_out: Path,
    sound_out: Path | None,
    threads: int,
) -> list[str]:
    """Encode one segment: its picture alone into `video_out`, its shot's sound as PCM into `sound_out` if given.

    `texts` are the captions of its shots, laid out, and `image` is its watermark. Closed GOPs, equal headers, frames in
    the order they are shown and one time base make any prefix of any such segments join by copying
    (docs/ARCHITECTURE.md). Both outputs come from one read of the source on one clock.
    """
    windows = [input_options.window(sources[shot.clip_sha256].facts, shot, canvas.fps) for shot in segment.shots]
    clips = [
        input_options.clip_input(sources[shot.clip_sha256], where, threads)
        for shot, where in zip(segment.shots, windows, strict=True)
    ]
    shots = [
        video_filters.chain(stream, sources[shot.clip_sha256].facts, shot, canvas, start_us=where.start_us, text=text)
        for stream, shot, where, text in zip(_pictures(clips), segment.shots, windows, texts, strict=True)
    ]
    shown = shots[0]
    if segment.into is not None:
        tail, head = shots
        shown = transitions.passage(segment.into.kind, tail, head, segment.frames, canvas)
    if segment.watermark is not None and image is not None:
        shown = watermarks.drawn(shown, watermarks.image_input(image), segment.watermark, canvas)
    outputs = [
        ffmpeg.output(
            video_filters.finished(shown),
            f"file:{video_out}",
            **encoders.options(encoding, canvas.fps, threads),
            **{"frames:v": segment.frames, "fps_mode": "passthrough"},
            **_tidy(canvas.fps),
        )
    ]
    if sound_out is not None:
        outputs.append(sound_output(clips[0], segment.shot, windows[0], canvas.fps, sound_out))
    return argv(executable, ffmpeg.merge_outputs(*outputs), "-filter_complex_threads", str(threads))


def _pictures(clips: Sequence[Any]) -> list[Any]:
    """The picture of each clip; one that passes into the same stretch of itself is read once."""
    streams = [clip["V:0"] for clip in clips]
    if len(streams) > 1 and len(set(streams)) == 1:
        both = streams[0].filter_multi_output("split")
        return [both[0], both[1]]
    return streams


def sound_output(clip: Any, stretch: Stretch, where: Window, fps: Rational, out: Path) -> Any:
    """The output that writes the sound of a stretch of `clip`, read at `where`: the same bytes with its picture or
    without."""
    samples = samples_within(stretch.frames, fps)
    return audio_filters.wav(audio_filters.chain(clip["a:0"], stretch.speed, where.start_us, samples), out)


def clip_poster(executable: str, source: Path, video: VideoFacts, out: Path, *, at_us: int, side: int) -> list[str]:
    """The picture of a clip at `at_us` after its container's start, as a JPEG within `side` pixels."""
    clip = ffmpeg.input(f"file:{source}", **input_options.untrusted(), **_at(at_us))
    return argv(executable, jpeg(video_filters.clip_poster(clip["V:0"], video, side), out, POSTER_QUALITY))


def canvas_poster(executable: str, video: Path, canvas: Canvas, out: Path, *, at_us: int, side: int) -> list[str]:
    """The same of a segment or finished video."""
    stream = ffmpeg.input(f"file:{video}", protocol_whitelist="file", threads=1, **_at(at_us))
    return argv(executable, jpeg(video_filters.canvas_poster(stream["v:0"], canvas, side), out, POSTER_QUALITY))


def decode(executable: str, video: Path, *, threads: int) -> list[str]:
    """Decode all of a finished video and keep nothing, stopping at the first error."""
    stream = ffmpeg.input(f"file:{video}", protocol_whitelist="file", threads=threads)
    return argv(executable, ffmpeg.output(stream, "-", f="null", fps_mode="passthrough", map=0), "-xerror")


def jpeg(shown: Any, out: Path, quality: int) -> Any:
    """The output that writes the first picture of a stream as a JPEG."""
    options = {"frames:v": 1, "q:v": quality, "fps_mode": "passthrough", "map_metadata": -1}
    return ffmpeg.output(shown, f"file:{out}", f="image2", update=1, vcodec="mjpeg", **options)


def _at(at_us: int) -> dict[str, Any]:
    return {"ss": input_options.seconds(at_us)} if at_us else {}


def _tidy(fps: Rational) -> dict[str, Any]:
    """Output options: exact times, and nothing of the source's tags, chapters or other streams."""
    return {
        "video_track_timescale": timescale(fps),
        "movie_timescale": timescale(fps),
        "map_metadata": -1,
        "map_chapters": -1,
    }
