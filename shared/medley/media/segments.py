"""Encode one distinct segment of a clip: the only place where video is encoded."""

from collections.abc import Callable
from pathlib import Path

from medley.contracts.media import Canvas, ClipFacts, Encoding, Segment
from medley.errors import FFmpegFailed, NotMedia
from medley.media import audio, commands, ffmpeg, verify

UNREADABLE = frozenset({ffmpeg.INVALID_DATA_STATUS, ffmpeg.ERROR_RATE_STATUS})


def render(
    source: Path,
    facts: ClipFacts,
    segment: Segment,
    canvas: Canvas,
    encoding: Encoding,
    *,
    video_out: Path,
    audio_out: Path | None,
    threads: int,
    progress: Callable[[int], None] | None = None,
    remaining_s: Callable[[], float] | None = None,
) -> None:
    """Encode `segment` of the clip at `source` into `video_out`, its sound (WAV) into `audio_out`; both verified.

    `audio_out` is given exactly when `segment.audio` holds. `progress` hears how many frames are done.
    Files are written in place, so the caller publishes them only after this returned.

    Raises:
        NotMedia: code `unreadable` or `short_footage`; the clip does not give what its facts promise.
        FFmpegFailed: FFmpeg broke, or what it made is wrong.
        Unavailable: code `out_of_time`.
    """
    argv = commands.render(
        ffmpeg.executable(),
        source,
        facts,
        segment,
        canvas=canvas,
        encoding=encoding,
        video_out=video_out,
        audio_out=audio_out,
        threads=threads,
    )
    try:
        ffmpeg.run(argv, on_frames=progress, remaining_s=remaining_s)
    except FFmpegFailed as error:
        if error.metadata.get("status") in UNREADABLE:
            raise NotMedia("A part of the clip cannot be decoded.", code="unreadable") from error
        raise
    found = verify.count_frames(video_out)
    if found < segment.frames:
        raise NotMedia(
            f"The clip gives {found} of the {segment.frames} frames it should have: a part of it cannot be decoded.",
            code="short_footage",
        )
    verify.segment(video_out, segment.frames, canvas)
    if audio_out is not None:
        audio.complete(audio_out, commands.samples_within(segment.frames, canvas.fps))
