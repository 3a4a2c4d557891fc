"""Extraction of the sound of a stretch of a clip: no picture is decoded for it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import ffmpeg as graph

from medley.contracts.engine import SAMPLE_RATE, Sound
from medley.contracts.media import STEREO, AudioFacts, ClipFacts, Rational
from medley.domain.wording import refused
from medley.errors import FFmpegFailed
from medley.media.sandbox import ffmpeg, input_options
from medley.media.sandbox.ffmpeg import UNREADABLE
from medley.media.sandbox.ffmpeg_command import argv
from medley.media.sandbox.input_options import SourceFile, Stretch, Window
from medley.media.sound import audio_filters, loudness, pcm
from medley.media.sound.loudness import Level

NORMAL = Rational(num=1)
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
    where = input_options.window(source.facts, wanted, wanted.fps)
    try:
        level = _level(wanted, source, out, threads, remaining_s)
        with _uniform(wanted, source, where, out, threads=threads, remaining_s=remaining_s) as uniform:
            words = command(ffmpeg.executable(), source, wanted, out, threads, uniform=uniform, level=level)
            ffmpeg.run(words, remaining_s=remaining_s)
    except FFmpegFailed as error:
        if error.metadata.get("status") in UNREADABLE:
            raise refused("unreadable", what="sound_part") from error
        raise
    pcm.complete(out, pcm.samples_within(wanted.frames, wanted.fps))


def _level(
    wanted: Sound, source: SourceFile, out: Path, threads: int, remaining_s: Callable[[], float] | None
) -> Level | None:
    """What brings the whole sound of the clip to the loudness that is wanted: the same for each stretch of it."""
    if wanted.level_lufs is None:
        return None
    where = input_options.Window(0, 0, input_options.whole_us(source.facts))
    with _uniform(wanted, source, where, out, threads=threads, remaining_s=remaining_s, always=True) as uniform:
        samples = SAMPLE_RATE * where.length_us // 1_000_000
        audio = unified(source.facts)
        streams = [audio_filters.chain(uniform_input(each)["a:0"], NORMAL, 0, samples, audio=audio) for each in uniform]
        words = loudness.meter(ffmpeg.executable(), audio_filters.mixed(streams, samples, None))
        return loudness.of_clip(wanted.level_lufs, loudness.read(ffmpeg.run(words, remaining_s=remaining_s)))


@contextmanager
def _uniform(
    wanted: Sound,
    source: SourceFile,
    where: Window,
    out: Path,
    *,
    threads: int,
    remaining_s: Callable[[], float] | None,
    always: bool = False,
) -> Iterator[list[Path]]:
    """The stretch of each track that is heard, in one form throughout, beside `out`; none of a sound that can be read
    as it is, unless `always`."""
    audio = source.facts.audio
    tracks = wanted.tracks
    if audio is not None and not tracks and (audio.changes or always):
        tracks = (audio.track,)
    made = {track: out.with_suffix(f".{track}.nut") for track in tracks}
    try:
        for track, path in made.items():
            words = unifying(ffmpeg.executable(), source, where, path, threads, track=track)
            ffmpeg.run(words, remaining_s=remaining_s)
        yield list(made.values())
    finally:
        for path in made.values():
            path.unlink(missing_ok=True)


def unifying(
    executable: str, source: SourceFile, where: Window, out: Path, threads: int, *, track: int | None = None
) -> list[str]:
    """Write the sound at `where`, or another track of the clip, as 16-bit stereo at 48 kHz, its times kept. Filters are
    set up anew wherever it changes, so nothing may stand here that counts from the beginning."""
    clip = input_options.clip_input(source, where, threads, unifying=True)
    sound = input_options.sound(clip, source.facts) if track is None else clip[f"a:{track}"]
    stream = audio_filters.uniform(sound)
    options = {"acodec": "pcm_s16le", "f": "nut", "avoid_negative_ts": "disabled", "map_metadata": "-1"}
    made = graph.output(stream, f"file:{out}", **options)
    return argv(executable, graph.merge_outputs(made, *input_options.clock(clip, source.facts, of="sound")))


def unified(facts: ClipFacts) -> AudioFacts | None:
    """The facts of the sound as `unifying` wrote it: it still drifts."""
    return None if facts.audio is None else facts.audio.model_copy(update={"channels": STEREO})


def uniform_input(uniform: Path) -> Any:
    """What `unifying` wrote, on the clock of the clip."""
    return graph.input(f"file:{uniform}", f="nut", protocol_whitelist="file", copyts=None)


def command(
    executable: str,
    source: SourceFile,
    wanted: Sound,
    out: Path,
    threads: int,
    *,
    uniform: Sequence[Path] = (),
    level: Level | None = None,
) -> list[str]:
    """Read the clip as a segment of it is read, but its sound alone; `uniform` are its tracks where they cannot be read
    so, `level` is what is done to its loudness."""
    where = input_options.window(source.facts, wanted, wanted.fps)
    if uniform:
        samples = pcm.samples_within(wanted.frames, wanted.fps)
        audio = unified(source.facts)
        streams = [
            audio_filters.chain(
                uniform_input(each)["a:0"], wanted.speed, where.start_us, samples, audio=audio, apart_s=APART_S
            )
            for each in uniform
        ]
        return argv(executable, audio_filters.wav(audio_filters.mixed(streams, samples, level), out))
    clip = input_options.clip_input(source, where, threads)
    made = sound_output(clip, source.facts, wanted, where, fps=wanted.fps, out=out, level=level)
    return argv(executable, graph.merge_outputs(made, *input_options.clock(clip, source.facts, of="sound")))


def sound_output(
    clip: Any,
    facts: ClipFacts,
    stretch: Stretch,
    where: Window,
    *,
    fps: Rational,
    out: Path,
    level: Level | None = None,
) -> Any:
    """The output that writes the sound of a stretch of `clip`, read at `where`: the same bytes with its picture or
    without."""
    samples = pcm.samples_within(stretch.frames, fps)
    stream = input_options.sound(clip, facts)
    stream = audio_filters.chain(stream, stretch.speed, where.start_us, samples, audio=facts.audio, level=level)
    return audio_filters.wav(stream, out)
