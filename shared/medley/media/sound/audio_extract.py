"""Make the sound of a stretch of a clip: no picture is decoded for it."""

from collections.abc import Callable
from pathlib import Path

from medley.contracts.media import Sound
from medley.errors import FFmpegFailed, NotMedia
from medley.media.output import commands
from medley.media.output.segments import UNREADABLE
from medley.media.sandbox import ffmpeg, input_options
from medley.media.sandbox.sources import SourceFile
from medley.media.sound import pcm


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
    pcm.complete(out, commands.samples_within(wanted.frames, wanted.fps))


def command(executable: str, source: SourceFile, wanted: Sound, out: Path, threads: int) -> list[str]:
    """Read the clip as a segment of it is read, but its sound alone."""
    where = input_options.window(source.facts, wanted, wanted.fps)
    clip = input_options.clip_input(source, where, threads)
    return commands.argv(executable, commands.sound_output(clip, wanted, where, wanted.fps, out))
