"""Loudness of a finished video: measured after EBU R 128, met by one gain, its true peaks held below a ceiling."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import ffmpeg as graph

from medley.contracts.engine import SAMPLE_RATE
from medley.errors import FFmpegFailed
from medley.media.sandbox.ffmpeg_command import argv

PEAK_MAX_DBTP = -1.0  # of a finished file: what streaming services ask for
PEAK_AIM_DBTP = -1.5  # of what the encoder is given: AAC adds to peaks
TOLERANCE_LU = 0.5  # of a finished file; half of what is promised
ATTEMPTS = 4  # encodes of one output at most
SILENCE_LUFS = -70.0  # what the meter says where nothing is heard
GAIN_MAX_DB = 40.0  # beyond this only hiss is left to raise
CLIP_GAIN_MAX_DB = 20.0  # of a clip, which may hold nothing but the hiss of a quiet place
OVERSAMPLED = 192_000  # Hz, at which a peak between two samples is one of them
METER = {"peak": "true", "framelog": "quiet"}
_SUMMARY = re.compile(r"I:\s+(\S+) LUFS.*Peak:\s+(\S+) dBFS", re.DOTALL)


@dataclass(frozen=True)
class Measured:
    """Integrated loudness in LUFS and true peak in dBTP; both None where there is nothing to hear."""

    loudness: float | None
    peak: float | None


@dataclass(frozen=True)
class Level:
    """What is done to the sound before it is encoded: a gain, and a ceiling where true peaks would exceed it."""

    gain_db: float
    ceiling_db: float | None = None


def reach(
    target: float,
    sound: Any,
    samples: int,
    *,
    executable: str,
    command: Callable[[Any], list[str]],
    run: Callable[[list[str]], str],
) -> None:
    """Make an output whose sound is `target` LUFS: measure, encode, and encode again if that missed.

    `command` makes an output of a sound; `run` runs a command and returns its messages. What is silent stays so.

    Raises:
        FFmpegFailed: code `bad_sound`; its peaks cannot be held. And what `run` raises.
    """
    before = read(run(meter(executable, sound)))
    level = first(target, before)
    if level is None:
        run(command(sound))
        return
    for _ in range(ATTEMPTS):
        after = read(run(metered(command(leveled(sound, level, samples)))))
        better = corrected(target, before, level, after)
        if better is None or better == level:
            break
        level = better
    if after.peak is not None and after.peak > PEAK_MAX_DBTP:
        raise FFmpegFailed(f"The sound peaks at {after.peak} dBTP.", code="bad_sound")


def first(target: float, before: Measured) -> Level | None:
    """What brings a sound measured `before` to `target` LUFS; None where there is nothing to hear."""
    if before.loudness is None or before.peak is None:
        return None
    return _level(target - before.loudness, PEAK_AIM_DBTP, before.peak)


def of_clip(target: float, measured: Measured) -> Level | None:
    """What brings the sound of a clip to `target` LUFS, though not by so much that the hiss of a quiet place becomes
    loud; None where there is nothing to hear."""
    level = first(target, measured)
    if level is None or measured.peak is None:
        return None
    return _level(min(level.gain_db, CLIP_GAIN_MAX_DB), PEAK_AIM_DBTP, measured.peak)


def corrected(target: float, before: Measured, level: Level, after: Measured) -> Level | None:
    """What to try next if the finished file was measured as `after`; None if it is right, or no gain would help.

    The encoder may change loudness and adds to peaks, by amounts known only afterwards. Peaks come first: a sound that
    meets its ceiling all the time stays below its target.
    """
    if after.loudness is None or after.peak is None or before.peak is None:
        return None
    over = after.peak - PEAK_MAX_DBTP
    error = target - after.loudness
    if over <= 0 and abs(error) <= TOLERANCE_LU:
        return None
    ceiling = PEAK_AIM_DBTP if level.ceiling_db is None else level.ceiling_db
    if over > 0:
        ceiling = min(ceiling, before.peak + level.gain_db) - over - 0.1
    gain_db = level.gain_db + (error if abs(error) > TOLERANCE_LU else 0)
    return _level(gain_db, ceiling, before.peak)


def _level(gain_db: float, ceiling_db: float, peak: float) -> Level:
    gain_db = round(min(gain_db, GAIN_MAX_DB), 2)
    return Level(gain_db, round(ceiling_db, 2) if peak + gain_db > ceiling_db else None)


def leveled(stream: Any, level: Level, samples: int) -> Any:
    """The same sound at that level, as many samples."""
    stream = stream.filter("volume", f"{level.gain_db}dB")
    if level.ceiling_db is None:
        return stream
    limit = f"{10 ** (level.ceiling_db / 20):.6f}"
    stream = stream.filter("aresample", OVERSAMPLED).filter("alimiter", limit=limit, level=0, latency=1)
    return stream.filter("aresample", SAMPLE_RATE).filter("apad", whole_len=samples).filter("atrim", end_sample=samples)


def meter(executable: str, stream: Any) -> list[str]:
    """The command that measures a sound: see `read`."""
    stream = graph.output(stream.filter("ebur128", **METER), "-", f="null")
    return [*argv(executable, stream), "-loglevel", "info"]


def metered(argv: list[str]) -> list[str]:
    """A command that makes an output, measuring it as it is heard: what the encoder gives is decoded at once."""
    options = ":".join(f"{name}={value}" for name, value in METER.items())
    chain = f"[dec:0]ebur128={options}[metered]"
    more = ("-dec", "0:1", "-filter_complex", chain, "-map", "[metered]", "-f", "null", "-", "-loglevel", "info")
    return [*argv, *more]


def read(messages: str) -> Measured:
    """What the meter said at the end of FFmpeg's messages; silence has no loudness."""
    found = _SUMMARY.search(messages, messages.rfind("Summary:"))
    loudness, peak = (float(text) for text in found.groups()) if found else (math.nan, math.nan)
    if not (math.isfinite(loudness) and math.isfinite(peak)) or loudness <= SILENCE_LUFS:
        return Measured(None, None)
    return Measured(loudness, peak)
