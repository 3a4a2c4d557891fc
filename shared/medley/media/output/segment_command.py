"""Command that encodes a segment: from the clips it shows, on one clock, to its picture and its sound."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import ffmpeg

from medley.contracts.engine import Canvas, Encoding, Segment
from medley.contracts.media import ClipFacts, Rational
from medley.media.output import encoders
from medley.media.output.encoders import timescale
from medley.media.picture import perceptual_hash, transitions, video_filters, watermarks
from medley.media.picture.captions import Text
from medley.media.sandbox import input_options
from medley.media.sandbox.ffmpeg_command import argv
from medley.media.sandbox.input_options import SourceFile
from medley.media.sound import audio_extract


def command(
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
    samples_out: Path,
    threads: int,
) -> list[str]:
    """Encode one segment: its picture alone into `video_out`, its shot's sound as PCM into `sound_out` if given, and
    what its prints are made of into `samples_out`.

    `texts` are the captions of its shots, laid out, and `image` is its watermark. Closed GOPs, equal headers and one
    time base make such segments join by copying (docs/ARCHITECTURE.md). All outputs come from one read of the source
    on one clock.
    """
    facts = [sources[shot.clip_sha256].facts for shot in segment.shots]
    windows = [input_options.window(each, shot, canvas.fps) for each, shot in zip(facts, segment.shots, strict=True)]
    clips = [
        input_options.clip_input(sources[shot.clip_sha256], where, threads)
        for shot, where in zip(segment.shots, windows, strict=True)
    ]
    shots = [
        video_filters.chain(stream, sources[shot.clip_sha256].facts, shot, canvas, start_us=where.start_us, text=text)
        for stream, shot, where, text in zip(_pictures(clips, facts), segment.shots, windows, texts, strict=True)
    ]
    shown = shots[0]
    if segment.into is not None:
        tail, head = shots
        shown = transitions.passage(segment.into.kind, tail, head, segment.frames, canvas)
    if segment.watermark is not None and image is not None:
        shown = watermarks.drawn(shown, watermarks.image_input(image), segment.watermark, canvas)
    both = video_filters.finished(shown).filter_multi_output("split")
    samples = {"frames:v": perceptual_hash.count(segment.frames, canvas.fps), "fps_mode": "passthrough"}
    outputs = [
        ffmpeg.output(
            both[0],
            f"file:{video_out}",
            **encoders.options(encoding, canvas.fps, threads),
            **{"frames:v": segment.frames, "fps_mode": "passthrough"},
            **_tidy(canvas.fps),
        ),
        ffmpeg.output(perceptual_hash.sampled(both[1], canvas.fps), f"file:{samples_out}", f="rawvideo", **samples),
    ]
    if sound_out is not None:
        sound = audio_extract.sound_output(clips[0], facts[0], segment.shot, windows[0], fps=canvas.fps, out=sound_out)
        outputs.append(sound)
    else:
        for clip, about in dict(zip(clips, facts, strict=True)).items():
            outputs += input_options.clock(clip, about, of="picture")
    return argv(executable, ffmpeg.merge_outputs(*outputs), "-filter_complex_threads", str(threads))


def _pictures(clips: Sequence[Any], facts: Sequence[ClipFacts]) -> list[Any]:
    """The picture of each clip; one that passes into the same stretch of itself is read once."""
    streams = [input_options.picture(clip, each.video) for clip, each in zip(clips, facts, strict=True)]
    if len(streams) > 1 and len(set(streams)) == 1:
        both = streams[0].filter_multi_output("split")
        return [both[0], both[1]]
    return streams


def _tidy(fps: Rational) -> dict[str, Any]:
    """Output options: exact times, and nothing of the source's tags, chapters or other streams."""
    return {
        "video_track_timescale": timescale(fps),
        "movie_timescale": timescale(fps),
        "map_metadata": -1,
        "map_chapters": -1,
    }
