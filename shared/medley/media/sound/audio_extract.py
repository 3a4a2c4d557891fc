"""Extraction of the sound of a stretch of a clip: no picture is decoded for it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import ffmpeg as graph

from medley.contracts.engine import Sound
from medley.contracts.media import STEREO, ClipFacts, Rational
from medley.domain.wording import refused
from medley.errors import FFmpegFailed
from medley.media.sandbox import ffmpeg, input_options
from medley.media.sandbox.ffmpeg import UNREADABLE
from medley.media.sandbox.ffmpeg_command import argv
from medley.media.sandbox.input_options import SourceFile, Stretch, Window
from medley.media.sound import audio_filters, pcm

APART_S = 0.01  # where a sound changes, what comes next is up to a packet early


def render(
    wanted: Sound, source: SourceFile, *, out: Path, threads: int, remaining_s: Callable[[], float] | None = None
) -> None:
    """Write the PCM of `wanted` as a WAV of exactly `samples_within` samples into `out`, verified.

    It is the sound `segments.render` makes along with the picture, on the same clock. The file is written in place, so
    the caller publishes it only after this returned.

    Raises:
        NotMedia: code `unreadable`; the clip does not give what its facts promise.
        FFmpegFailed: FFmpeg broke, or what it made is wrong.
        Unavailable: code `out_of_time`.
    """
    try:
        with _levelled(source, wanted, out, threads, remaining_s) as level:
            words = command(ffmpeg.executable(), source, wanted, out, threads, level=level)
            ffmpeg.run(words, remaining_s=remaining_s)
    except FFmpegFailed as error:
        if error.metadata.get("status") in UNREADABLE:
            raise refused("unreadable", what="sound_part") from error
        raise
    pcm.complete(out, pcm.samples_within(wanted.frames, wanted.fps))


@contextmanager
def _levelled(
    source: SourceFile, wanted: Sound, out: Path, threads: int, remaining_s: Callable[[], float] | None
) -> Iterator[Path | None]:
    """The stretch of a sound that changes in one form throughout, beside `out`; None for a sound that does not."""
    if source.facts.audio is None or not source.facts.audio.changes:
        yield None
        return
    level = out.with_suffix(".nut")
    try:
        where = input_options.window(source.facts, wanted, wanted.fps)
        ffmpeg.run(levelling(ffmpeg.executable(), source, where, level, threads), remaining_s=remaining_s)
        yield level
    finally:
        level.unlink(missing_ok=True)


def levelling(executable: str, source: SourceFile, where: Window, out: Path, threads: int) -> list[str]:
    """Write the sound at `where` as 16-bit stereo at 48 kHz, its times kept. Filters are set up anew wherever it
    changes, so nothing may stand here that counts from the beginning."""
    clip = input_options.clip_input(source, where, threads, levelling=True)
    stream = audio_filters.level(input_options.sound(clip, source.facts))
    options = {"acodec": "pcm_s16le", "f": "nut", "avoid_negative_ts": "disabled", "map_metadata": "-1"}
    made = graph.output(stream, f"file:{out}", **options)
    return argv(executable, graph.merge_outputs(made, *input_options.clock(clip, source.facts, of="sound")))


def levelled_input(level: Path) -> Any:
    """What `levelling` wrote, on the clock of the clip."""
    return graph.input(f"file:{level}", f="nut", protocol_whitelist="file", copyts=None)


def command(
    executable: str, source: SourceFile, wanted: Sound, out: Path, threads: int, *, level: Path | None = None
) -> list[str]:
    """Read the clip as a segment of it is read, but its sound alone; `level` is that of a sound that changes."""
    where = input_options.window(source.facts, wanted, wanted.fps)
    if level is not None:
        samples = pcm.samples_within(wanted.frames, wanted.fps)
        stream = levelled_input(level)["a:0"]
        stream = audio_filters.chain(stream, wanted.speed, where.start_us, samples, apart_s=APART_S)
        return argv(executable, audio_filters.wav(stream, out))
    clip = input_options.clip_input(source, where, threads)
    made = sound_output(clip, source.facts, wanted, where, fps=wanted.fps, out=out)
    return argv(executable, graph.merge_outputs(made, *input_options.clock(clip, source.facts, of="sound")))


def sound_output(clip: Any, facts: ClipFacts, stretch: Stretch, where: Window, *, fps: Rational, out: Path) -> Any:
    """The output that writes the sound of a stretch of `clip`, read at `where`: the same bytes with its picture or
    without."""
    samples = pcm.samples_within(stretch.frames, fps)
    surround = facts.audio is not None and facts.audio.channels > STEREO
    stream = input_options.sound(clip, facts)
    stream = audio_filters.chain(stream, stretch.speed, where.start_us, samples, surround=surround)
    return audio_filters.wav(stream, out)
