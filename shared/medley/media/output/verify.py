"""Checks of every file Medley makes: cheap ones by its packets alone, and a full one that decodes it.

The files are ours, so their packets are read in this process. A wrong one is our own fault and never leaves the worker.
"""

import contextlib
import os
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from operator import gt
from pathlib import Path
from typing import Any, BinaryIO

import ffmpeg as graph

from medley.contracts.engine import SAMPLE_RATE, Canvas, Encoding
from medley.errors import FFmpegFailed
from medley.media.output.encoders import timescale
from medley.media.sandbox import ffmpeg
from medley.media.sandbox.ffmpeg_command import argv
from medley.media.sound.pcm import samples_before

BOX_HEADER = struct.Struct(">I4s")  # size and kind
CONFIGURATIONS = (b"avcC", b"hvcC", b"av1C")
AAC_FRAME = 1024  # samples in a packet, and the encoder's priming before the first


@dataclass(frozen=True)
class Track:
    """One stream as its packets tell: times in ticks of `time_base`."""

    time_base: Fraction
    times: list[int]
    decode_times: list[int]
    first_is_key: bool


def count_frames(path: Path) -> int:
    """Video frames in a file of ours, by its index; 0 if there is no readable video."""
    import av

    try:
        with av.open(f"file:{path}") as container:
            return sum(stream.frames for stream in container.streams.video[:1])
    except (av.error.FFmpegError, OSError):
        return 0


def parameter_sets(path: Path) -> bytes:
    """The decoder's configuration in an MP4 or QuickTime file of ours (avcC: SPS and PPS; hvcC: VPS too; av1C: the
    sequence header): equal for all segments that may be joined.

    Read from the file's own index (ISO/IEC 14496-12 boxes), since opening a file as media takes 50 times as long and
    every output needs it of every piece.

    Raises:
        FFmpegFailed: code `bad_video`.
    """
    with path.open("rb") as file:
        index = _index(file)
    at = min((found for box in CONFIGURATIONS if (found := index.find(box)) > 0), default=0)
    record = index[at + 4 : at - 4 + int.from_bytes(index[at - 4 : at], "big")] if at else b""
    if not record:
        raise FFmpegFailed("A segment has no parameter sets.", code="bad_video")
    return record


def _index(file: BinaryIO) -> bytes:
    """What the `moov` box of an MP4 holds; nothing if there is none."""
    while len(header := file.read(BOX_HEADER.size)) == BOX_HEADER.size:
        size, kind = BOX_HEADER.unpack(header)
        start = BOX_HEADER.size
        if size == 1:  # the size is 64 bits long and follows
            size, start = int.from_bytes(file.read(8), "big"), start + 8
        if size < start:
            return b""
        if kind == b"moov":
            return file.read(size - start)
        file.seek(size - start, os.SEEK_CUR)
    return b""


def segment(path: Path, frames: int, canvas: Canvas, encoding: Encoding) -> None:
    """Check an encoded segment: its codec, its size, its frames and their times.

    Raises:
        FFmpegFailed: code `bad_video`, with what is wrong.
    """
    with _opened(path) as container:
        stream = container.streams.video[0]
        _check_picture(stream, canvas)
        if stream.codec.canonical_name != encoding.codec:
            raise FFmpegFailed(f"The picture is {stream.codec.canonical_name}, not {encoding.codec}.", code="bad_video")
        tracks = _tracks(container)
    _check_video(tracks["video"], frames, canvas, encoding)


def output(path: Path, frames: int, canvas: Canvas, encoding: Encoding, parameters: bytes) -> None:
    """Check a finished video: as a segment, and its sound's length and the parameter sets of its pieces.

    Raises:
        FFmpegFailed: code `bad_video` or `bad_sound`, with what is wrong.
    """
    with _opened(path) as container:
        stream = container.streams.video[0]
        _check_picture(stream, canvas)
        if stream.average_rate != canvas.fps.fraction:
            raise FFmpegFailed(f"The video runs at {stream.average_rate}, not {canvas.fps}.", code="bad_video")
        if bytes(stream.codec_context.extradata or b"") != parameters:
            raise FFmpegFailed("The video's parameter sets are not those of its segments.", code="bad_video")
        tracks = _tracks(container)
    _check_video(tracks["video"], frames, canvas, encoding)
    _check_audio(tracks["audio"], samples_before(frames, canvas.fps))


def decode_whole(
    path: Path, *, frames: int | None = None, threads: int = 1, remaining_s: Callable[[], float] | None = None
) -> None:
    """Decode a finished video from its first frame to its last, picture and sound, in the sandbox: nothing may be
    wrong with it, and there must be `frames` pictures if given.

    Raises:
        FFmpegFailed: code `bad_video`, with what the decoder said as a note; code `stalled`.
        Unavailable: code `out_of_time`.
    """
    counted: list[int] = []
    command = decoding(ffmpeg.executable(), path, threads=threads)
    try:
        said = ffmpeg.run(command, on_frames=counted.append, remaining_s=remaining_s)
    except FFmpegFailed as error:
        if error.code != FFmpegFailed.default_code:
            raise
        raise FFmpegFailed("The video cannot be decoded whole.", code="bad_video") from error
    if said:
        failure = FFmpegFailed("The video does not decode cleanly.", code="bad_video")
        failure.add_note(said)
        raise failure
    if frames is not None and counted[-1:] != [frames]:
        raise FFmpegFailed(f"{counted[-1:]} of {frames} frames were decoded.", code="bad_video")


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """The file as PyAV shows it.

    Raises:
        FFmpegFailed: code `bad_video`; it cannot be read.
    """
    import av

    try:
        with av.open(f"file:{path}") as container:
            yield container
    except av.error.FFmpegError as error:
        raise FFmpegFailed("A file of ours cannot be read.", code="bad_video") from error


def _tracks(container: Any) -> dict[str, Track]:
    streams = {"video": container.streams.video[0]}
    if container.streams.audio:
        streams["audio"] = container.streams.audio[0]
    tracks = {kind: Track(stream.time_base, [], [], False) for kind, stream in streams.items()}
    for packet in container.demux(list(streams.values())):
        if packet.size == 0:  # the flush PyAV ends with
            continue
        track = tracks[packet.stream.type]
        if not track.times and packet.is_keyframe:
            tracks[packet.stream.type] = track = Track(track.time_base, track.times, track.decode_times, True)
        track.times.append(packet.pts)
        track.decode_times.append(packet.dts)
    return tracks


def _check_picture(stream: Any, canvas: Canvas) -> None:
    size = (stream.codec_context.width, stream.codec_context.height)
    if size != (canvas.width, canvas.height):
        raise FFmpegFailed(f"The picture is {size[0]}x{size[1]}.", code="bad_video")
    if stream.codec_context.pix_fmt != "yuv420p":
        raise FFmpegFailed(f"The picture is {stream.codec_context.pix_fmt}.", code="bad_video")


def _check_video(track: Track, frames: int, canvas: Canvas, encoding: Encoding) -> None:
    ticks = timescale(canvas.fps)
    step = ticks * canvas.fps.den // canvas.fps.num
    if track.time_base != Fraction(1, ticks):
        raise FFmpegFailed(f"The time base is {track.time_base}, not 1/{ticks}.", code="bad_video")
    if len(track.times) != frames:
        raise FFmpegFailed(f"The video has {len(track.times)} frames, not {frames}.", code="bad_video")
    times = list(range(0, frames * step, step))
    if sorted(track.times) != times:
        raise FFmpegFailed("The video's frames are not evenly spaced from zero.", code="bad_video")
    first = track.decode_times[0] if encoding.b_frames else 0
    if track.decode_times != [first + time for time in times] or any(map(gt, track.decode_times, track.times)):
        raise FFmpegFailed("The video's frames are not decoded evenly, each before it is shown.", code="bad_video")
    if not track.first_is_key:
        raise FFmpegFailed("The video does not begin with a key frame.", code="bad_video")


def _check_audio(track: Track, samples: int) -> None:
    """AAC comes in packets of 1024 samples after 1024 of priming, which the file's edit list hides."""
    if track.time_base != Fraction(1, SAMPLE_RATE):
        raise FFmpegFailed(f"The sound's time base is {track.time_base}.", code="bad_sound")
    if track.times != list(range(-AAC_FRAME, -AAC_FRAME + len(track.times) * AAC_FRAME, AAC_FRAME)):
        raise FFmpegFailed("The sound's packets are not evenly spaced.", code="bad_sound")
    decoded = (len(track.times) - 1) * AAC_FRAME
    if not samples <= decoded < samples + AAC_FRAME:
        raise FFmpegFailed(f"The sound has {decoded} samples for {samples}.", code="bad_sound")


def decoding(executable: str, video: Path, *, threads: int) -> list[str]:
    """Decode all of a finished video and keep nothing, stopping at the first error."""
    stream = graph.input(f"file:{video}", protocol_whitelist="file", threads=threads)
    return argv(executable, graph.output(stream, "-", f="null", fps_mode="passthrough", map=0), "-xerror")
