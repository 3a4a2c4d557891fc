"""Audio filters for a segment's sound: from any layout and rate to an exact count of 48 kHz stereo samples."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ffmpeg

from medley.contracts.engine import SAMPLE_RATE
from medley.contracts.media import STEREO, AudioFacts, Rational
from medley.media.sound import loudness
from medley.media.sound.loudness import Level

SURROUND = {
    "osf": "fltp"
}  # of more than two channels: whole numbers would be made quieter, so that none can be too loud
# Of sound that drifts: kept within 2 ms of its times, by at most so many samples a second; put there from 30 ms on.
STRETCHED = {"async": 1_000, "min_comp": 0.002, "min_hard_comp": 0.03, "comp_duration": 0.5}
LIMITER = {"limit": 0.95, "attack": 5, "release": 50, "level": 0, "latency": 1}  # instead; milliseconds


def in_step(audio: AudioFacts | None) -> dict[str, Any]:
    """How sound is kept where its times say."""
    return STRETCHED if audio is not None and audio.drift_us else {"async": 1}


def chain(
    stream: Any,
    speed: Rational,
    start_us: int,
    samples: int,
    *,
    audio: AudioFacts | None = None,
    apart_s: float | None = None,
    level: Level | None = None,
) -> Any:
    """`samples` samples of the clip's sound from `start_us` on the container's clock, its pitch kept at any speed.

    `audio` are its facts, of sound that may drift or have more than two channels. Silence fills where there is none:
    before a late start, in gaps, and after the end. Rubber Band changes the tempo, since it keeps transients within
    4 ms of their picture from 9/10 to 5/4 of the speed (10 ms at double, 33 ms at half), where atempo moves them by 15
    to 55 ms. Sound that drifts is stretched to where its times say; any other that is `apart_s` from there (else a
    tenth of a second) is put there. `level` is what is done to its loudness.
    """
    surround = audio is not None and audio.channels > STEREO
    apart = {} if apart_s is None else {"min_hard_comp": apart_s}
    options: dict[str, Any] = apart | in_step(audio) | (SURROUND if surround else {})
    stream = stream.filter("asetpts", f"PTS-{start_us}/1000000/TB").filter(
        "aresample", SAMPLE_RATE, first_pts=0, ochl="stereo", **options
    )
    if surround:
        stream = stream.filter("alimiter", **LIMITER)
    if speed.fraction != 1:
        stream = stream.filter("rubberband", tempo=f"{float(speed.fraction):.9f}")
    if level is not None:
        stream = loudness.leveled(stream, level, samples)
    return (
        stream.filter("aformat", sample_fmts="s16", channel_layouts="stereo")
        .filter("apad", whole_len=samples)
        .filter("atrim", end_sample=samples)
    )


def mixed(streams: Sequence[Any], samples: int, level: Level | None) -> Any:
    """Sounds of one form as one, none made quieter, and what is then too loud limited; `samples` samples."""
    sound = streams[0]
    if len(streams) == 1 and level is None:
        return sound
    if len(streams) > 1:
        sound = ffmpeg.filter(list(streams), "amix", inputs=len(streams), normalize=0).filter("alimiter", **LIMITER)
    if level is not None:
        sound = loudness.leveled(sound, level, samples)
    return sound.filter("aformat", sample_fmts="s16", channel_layouts="stereo").filter("atrim", end_sample=samples)


def uniform(stream: Any) -> Any:
    """Any sound as 48 kHz stereo, its times kept."""
    return stream.filter("aresample", SAMPLE_RATE, ochl="stereo", **SURROUND).filter("alimiter", **LIMITER)


def wav(stream: Any, out: Path) -> Any:
    """The output that writes such a stream as a WAV of ours: the same sound gives the same bytes."""
    return ffmpeg.output(stream, f"file:{out}", f="wav", acodec="pcm_s16le", fflags="+bitexact", map_metadata=-1)
