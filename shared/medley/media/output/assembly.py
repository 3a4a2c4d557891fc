"""Assembly of segments into one finished video: pictures are copied, sound is joined as PCM, mixed and encoded."""

import hashlib
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any

from medley.contracts.engine import Canvas, Container, Encoding, Mixdown, Tags
from medley.contracts.media import Rational
from medley.errors import FFmpegFailed
from medley.media.output import muxing, verify
from medley.media.sandbox import ffmpeg
from medley.media.sound import loudness, mixing, pcm
from medley.media.sound.pcm import SoundPart, samples_before

PLAIN = Mixdown()
NO_ASSETS: Mapping[str, Path] = MappingProxyType({})


@dataclass(frozen=True)
class AssemblyPiece:
    """The first `frames` frames of a segment."""

    video: Path
    frames: int


@dataclass(frozen=True)
class Assembled:
    """A finished, verified video; `samples` counts the joined PCM per channel, before encoding."""

    frames: int
    samples: int
    size_bytes: int
    sha256: str


def assemble(
    pieces: Sequence[AssemblyPiece],
    sounds: Sequence[SoundPart],
    canvas: Canvas,
    encoding: Encoding,
    out: Path,
    *,
    tags: Tags,
    container: Container = "mp4",
    mixdown: Mixdown = PLAIN,
    assets: Mapping[str, Path] = NO_ASSETS,
    full_check: bool = False,
    workdir: Path,
    remaining_s: Callable[[], float] | None = None,
) -> Assembled:
    """Join `pieces` and `sounds`, which last as long as each other, into the video `out`.

    `assets` are the files of the mixdown's music and voice by SHA-256. In `workdir` a private directory lives
    meanwhile; decoded assets stay there, for the next output. `full_check` decodes the finished video whole.

    Raises:
        FFmpegFailed: code `mixed_segments` if they cannot be joined, `bad_video` or `bad_sound` if the result is wrong.
        NotMedia: code `unreadable_asset`.
        Unavailable: code `out_of_time`.
    """
    frames = sum(piece.frames for piece in pieces)
    if pcm.total_frames(sounds) != frames:
        raise FFmpegFailed("The sound is not as long as the picture.", code="bad_sound")
    parameters = common_parameters({piece.video for piece in pieces})
    samples = samples_before(frames, canvas.fps)
    executable = ffmpeg.executable()
    tracks = mixing.decoded(mixdown, assets, workdir, remaining_s)
    heard = mixing.mixed(muxing.joined_sound(), mixdown, tracks, samples)
    with tempfile.TemporaryDirectory(prefix="pieces-", dir=workdir) as name:
        listing = Path(name) / "list.ffconcat"
        names = _linked(pieces, listing.parent)
        listing.write_text(concat_list(names, [piece.frames for piece in pieces], canvas.fps))

        def run(argv: list[str]) -> str:
            feed = pcm.joined(sounds, canvas.fps)
            return ffmpeg.run(argv, feed=feed, remaining_s=remaining_s)

        def command(sound: Any) -> list[str]:
            return muxing.command(
                executable, listing, sound, out, canvas=canvas, codec=encoding.codec, container=container, tags=tags
            )

        if mixdown.loudness_lufs is None:
            run(command(heard))
        else:
            loudness.reach(mixdown.loudness_lufs, heard, samples, executable=executable, command=command, run=run)
    verify.output(out, frames, canvas, encoding, parameters)
    if full_check:
        verify.decode_whole(out, frames=frames, remaining_s=remaining_s)
    with out.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return Assembled(frames, samples, out.stat().st_size, sha256)


def common_parameters(videos: set[Path]) -> bytes:
    """The parameter sets all these segments share: an MP4 holds one record, so they must.

    Raises:
        FFmpegFailed: code `mixed_segments`.
    """
    found = {verify.parameter_sets(video) for video in videos}
    if len(found) != 1:
        raise FFmpegFailed("The segments were not encoded alike and cannot be joined.", code="mixed_segments")
    return found.pop()


def concat_list(names: Sequence[str], frames: Sequence[int], fps: Rational) -> str:
    """The ffconcat script of `frames[i]` frames of each file.

    Durations are differences of cumulative times, so that rounding to microseconds never accumulates. An
    outpoint half a frame early excludes the next frame whichever way its time is rounded. With no decoder allowed, none
    is started to look at each file again: that would cost half as much as all the copying.
    """
    bounds = [_micros(Fraction(count), fps) for count in accumulate(frames, initial=0)]
    lines = ["ffconcat version 1.0"]
    for name, count, (start, end) in zip(names, frames, pairwise(bounds), strict=True):
        lines.append(f"file '{name}'")
        lines.append("option codec_whitelist none")
        lines.append(f"outpoint {_micros(count - Fraction(1, 2), fps)}us")
        lines.append(f"duration {end - start}us")
    return "\n".join(lines) + "\n"


def _micros(frames: Fraction, fps: Rational) -> int:
    return round(frames * 1_000_000 / fps.fraction)


def _linked(pieces: Sequence[AssemblyPiece], folder: Path) -> list[str]:
    """Plain names of our own for the pieces' files, as links beside the list: FFmpeg's `safe` mode wants those."""
    names: dict[Path, str] = {}
    for piece in pieces:
        if piece.video not in names:
            names[piece.video] = name = f"{len(names)}.mp4"
            (folder / name).symlink_to(piece.video.resolve())
    return [names[piece.video] for piece in pieces]
