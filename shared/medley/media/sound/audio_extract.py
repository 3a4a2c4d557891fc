"""Extraction of the sound of a stretch of a clip: no picture is decoded for it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from medley.contracts.engine import Sound
from medley.contracts.media import Rational
from medley.errors import FFmpegFailed, NotMedia
from medley.media.sandbox import ffmpeg, input_options
from medley.media.sandbox.ffmpeg import UNREADABLE
from medley.media.sandbox.ffmpeg_command import argv
from medley.media.sandbox.input_options import SourceFile, Stretch, Window
from medley.media.sound import audio_filters, pcm


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
        ffmpeg.run(command(ffmpeg.executable(), source, wanted, out, threads), remaining_s=remaining_s)
    except FFmpegFailed as error:
        if error.metadata.get("status") in UNREADABLE:
            raise NotMedia("A part of the clip's sound cannot be decoded.", code="unreadable") from error
        raise
    pcm.complete(out, pcm.samples_within(wanted.frames, wanted.fps))


def command(executable: str, source: SourceFile, wanted: Sound, out: Path, threads: int) -> list[str]:
    """Read the clip as a segment of it is read, but its sound alone."""
    where = input_options.window(source.facts, wanted, wanted.fps)
    clip = input_options.clip_input(source, where, threads)
    return argv(executable, sound_output(clip, wanted, where, wanted.fps, out))


def sound_output(clip: Any, stretch: Stretch, where: Window, fps: Rational, out: Path) -> Any:
    """The output that writes the sound of a stretch of `clip`, read at `where`: the same bytes with its picture or
    without."""
    samples = pcm.samples_within(stretch.frames, fps)
    return audio_filters.wav(audio_filters.chain(clip["a:0"], stretch.speed, where.start_us, samples), out)
