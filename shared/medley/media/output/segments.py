"""Segments, encoded one at a time: the only place where video is encoded."""

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from medley.contracts.engine import Canvas, Encoding, Segment, Sound
from medley.domain.wording import refused
from medley.errors import FFmpegFailed
from medley.media.output import segment_command, verify
from medley.media.picture import captions, perceptual_hash
from medley.media.picture.captions import Text
from medley.media.sandbox import ffmpeg
from medley.media.sandbox.input_options import SourceFile
from medley.media.sound import audio_extract, pcm


def render(
    segment: Segment,
    canvas: Canvas,
    encoding: Encoding,
    *,
    sources: Mapping[str, SourceFile],
    images: Mapping[str, Path],
    video_out: Path,
    sound_out: Path | None,
    threads: int,
    progress: Callable[[int], None] | None = None,
    remaining_s: Callable[[], float] | None = None,
) -> tuple[str, ...]:
    """Encode `segment` into `video_out`, the sound of its shot (WAV) into `sound_out`; both verified. Returns its
    prints, one for each second begun (`medley.media.picture.perceptual_hash`).

    `sources` are the clips it shows, by SHA-256, and `images` what is drawn over it. `sound_out` may be given for a
    segment that is one shot of a clip with sound: it becomes `Sound.of(segment.shot, canvas.fps)`, which this read of
    the clip gives almost for nothing. `progress` hears how many frames are done.
    Files are written in place, so the caller publishes them only after this returned.

    Raises:
        NotMedia: code `unreadable` or `short_footage`; a clip does not give what its facts promise.
        FFmpegFailed: FFmpeg broke, or what it made is wrong.
        Unavailable: code `out_of_time`.
    """
    changing = any(source.facts.audio is not None and source.facts.audio.changes for source in sources.values())
    with tempfile.TemporaryDirectory(prefix="overlays-", dir=video_out.parent) as name:
        folder = Path(name)
        samples = folder / "samples.gray"
        argv = segment_command.command(
            ffmpeg.executable(),
            segment,
            canvas=canvas,
            encoding=encoding,
            sources=sources,
            texts=_texts(segment, canvas, folder),
            image=_image(segment, images, folder),
            video_out=video_out,
            sound_out=None if changing else sound_out,
            samples_out=samples,
            threads=threads,
        )
        try:
            ffmpeg.run(argv, on_frames=progress, remaining_s=remaining_s)
        except FFmpegFailed as error:
            if error.metadata.get("status") in ffmpeg.UNREADABLE:
                raise refused("unreadable", what="part") from error
            raise
        prints = perceptual_hash.prints(samples.read_bytes())
    found = verify.count_frames(video_out)
    if found < segment.frames:
        raise refused("short_footage", found=found, frames=segment.frames)
    verify.segment(video_out, segment.frames, canvas, encoding)
    if sound_out is not None and changing:  # it cannot be read along
        sound, source = Sound.of(segment.shot, canvas.fps), sources[segment.shot.clip_sha256]
        audio_extract.render(sound, source, out=sound_out, threads=threads, remaining_s=remaining_s)
    elif sound_out is not None:
        pcm.complete(sound_out, pcm.samples_within(segment.frames, canvas.fps))
    return prints


def _texts(segment: Segment, canvas: Canvas, folder: Path) -> list[Text | None]:
    """The captions of the segment's shots, laid out and written into `folder`."""
    return [
        None if shot.caption is None else captions.written(shot.caption, canvas, folder / f"{number}.txt")
        for number, shot in enumerate(segment.shots)
    ]


def _image(segment: Segment, images: Mapping[str, Path], folder: Path) -> Path | None:
    """The segment's watermark under a name of ours."""
    if segment.watermark is None:
        return None
    link = folder / "watermark"
    link.symlink_to(images[segment.watermark.image_sha256].resolve())
    return link
