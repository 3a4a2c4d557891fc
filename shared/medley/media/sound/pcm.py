"""PCM, the sound between clips and output: 16-bit stereo at 48 kHz, joined sample by sample and streamed."""

import wave
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from medley.contracts.engine import SAMPLE_RATE
from medley.contracts.media import Rational
from medley.errors import FFmpegFailed

CHANNELS = 2
FRAME_BYTES = 2 * CHANNELS  # one sample of each channel
FADE_SAMPLES = SAMPLE_RATE // 200  # 5 ms on either side of a cut: long enough to hear no click, too short to hear
CHUNK_SAMPLES = SAMPLE_RATE
FULL = 100  # per cent

Pcm = NDArray[np.int16]  # (samples, channels)


def samples_before(frame: int, fps: Rational) -> int:
    """The sample at which `frame` begins: rounded from zero each time, so rounding never accumulates."""
    return round(Fraction(frame * fps.den * SAMPLE_RATE, fps.num))


def samples_within(frames: int, fps: Rational) -> int:
    """Samples of a segment's audio: enough for `frames` frames wherever in an output they stand."""
    return -(-frames * fps.den * SAMPLE_RATE // fps.num)


@dataclass(frozen=True)
class SoundPart:
    """A stretch of an output's sound: the first `frames` frames of a WAV, or silence if that is None.

    Its first `overlap` frames sound together with the last of the part before it: that one fades out, this one in.
    `volume_percent` above 100 may reach full scale, where peaks are cut off, never wrapped.
    """

    wav: Path | None
    frames: int
    overlap: int = 0
    volume_percent: int = FULL


@dataclass(frozen=True)
class Span:
    """Where a part lies, in samples from the output's first: `[start, end)`. It is alone in `[alone, shared)`."""

    start: int
    alone: int
    shared: int
    end: int


def total_frames(parts: Sequence[SoundPart]) -> int:
    """How many frames of picture the parts last: what overlaps counts once."""
    return sum(part.frames - part.overlap for part in parts)


def spans(parts: Sequence[SoundPart], fps: Rational) -> list[Span]:
    """Where each part lies: every boundary is rounded once, from the output's start, so that no error adds up.

    Raises:
        FFmpegFailed: code `bad_sound`; a part overlaps more than its neighbours have.
    """
    ends = list(accumulate(part.frames - part.overlap for part in parts))
    starts = [end - part.frames for part, end in zip(parts, ends, strict=True)]
    found = []
    for start, end, ended, begun in zip(starts, ends, [0, *ends], [*starts[1:], None], strict=False):
        shared = end if begun is None else begun
        if not 0 <= start <= ended <= shared <= end:
            raise FFmpegFailed("Parts of the sound overlap more than they are long.", code="bad_sound")
        found.append(Span(*(samples_before(frame, fps) for frame in (start, ended, shared, end))))
    return found


def joined(parts: Sequence[SoundPart], fps: Rational) -> Iterator[bytes]:
    """The PCM of a whole output in chunks of a second at most: its length is exact, memory use constant.

    Raises:
        FFmpegFailed: code `bad_sound`; a WAV is not of our making or too short, or the parts do not fit together.
    """
    places = spans(parts, fps)
    cuts = [False, *(not part.overlap for part in parts[1:]), False]
    for k, (part, place) in enumerate(zip(parts, places, strict=True)):
        if part.overlap:
            yield from map(_bytes, _crossfaded((parts[k - 1], places[k - 1]), (part, place)))
        yield from map(_bytes, _alone(part, place, cut_before=cuts[k], cut_after=cuts[k + 1]))


def _crossfaded(out: tuple[SoundPart, Span], into: tuple[SoundPart, Span]) -> Iterator[Pcm]:
    """Both at once with equal power: two sounds that have nothing in common keep their loudness throughout."""
    place = into[1]
    samples = place.alone - place.start
    for at, count in _chunks(place.start, place.alone):
        angle = (np.arange(at - place.start, at - place.start + count, dtype=np.float32) + 0.5) * (np.pi / 2 / samples)
        yield _rounded(_gained(_read(*out, at, count), np.cos(angle)) + _gained(_read(*into, at, count), np.sin(angle)))


def _alone(part: SoundPart, place: Span, *, cut_before: bool, cut_after: bool) -> Iterator[Pcm]:
    """What of a part is heard by itself, with a short straight ramp at a cut."""
    ramp = min(FADE_SAMPLES, (place.shared - place.alone) // 2)
    rise = (np.arange(ramp) + 0.5) / max(ramp, 1)  # the middle of each sample
    ramps = [(place.alone, rise)] * cut_before + [(place.shared - ramp, rise[::-1])] * cut_after
    for at, count in _chunks(place.alone, place.shared):
        pcm = _read(part, place, at, count)
        for start, gain in ramps:
            first, last = max(at, start), min(at + count, start + ramp)
            if first < last:
                pcm = pcm.copy()
                faded = _gained(pcm[first - at : last - at], gain[first - start : last - start])
                pcm[first - at : last - at] = _rounded(faded)
        yield pcm


def _chunks(start: int, end: int) -> Iterator[tuple[int, int]]:
    """First sample and length of each chunk of `[start, end)`."""
    for at in range(start, end, CHUNK_SAMPLES):
        yield at, min(CHUNK_SAMPLES, end - at)


def _read(part: SoundPart, place: Span, at: int, count: int) -> Pcm:
    """The output's samples `[at, at + count)` of a part, at its volume."""
    if part.wav is None or not part.volume_percent:
        return np.zeros((count, CHANNELS), np.int16)
    with _opened(part.wav) as file:
        if file.getnframes() < place.end - place.start:
            raise FFmpegFailed(f"A sound has fewer than {place.end - place.start} samples.", code="bad_sound")
        file.setpos(at - place.start)
        data = file.readframes(count)
    if len(data) != count * FRAME_BYTES:
        raise FFmpegFailed("A sound ends before its header says.", code="bad_sound")
    pcm = np.frombuffer(data, "<i2").reshape(count, CHANNELS)
    return pcm if part.volume_percent == FULL else _rounded(pcm * np.float32(part.volume_percent / FULL))


def _gained(pcm: Pcm, gain: NDArray[np.floating]) -> NDArray[np.float32]:
    return pcm * gain.astype(np.float32)[:, np.newaxis]


def _rounded(values: NDArray[np.float32]) -> Pcm:
    """As 16 bits: what is over full scale is cut off there."""
    return np.clip(np.rint(values), -32_768, 32_767).astype(np.int16)


def _bytes(pcm: Pcm) -> bytes:
    return pcm.astype("<i2", copy=False).tobytes()


def complete(path: Path, samples: int) -> None:
    """Make sure a WAV just written holds `samples` samples; a clip whose sound had ended left it without any.

    Raises:
        FFmpegFailed: code `bad_sound`; it holds some, but not as many.
    """
    if not path.exists() or length(path) == 0:
        with wave.open(str(path), "wb") as file:
            file.setparams((CHANNELS, 2, SAMPLE_RATE, 0, "NONE", "NONE"))
            for at in range(0, samples, CHUNK_SAMPLES):
                file.writeframes(bytes(min(CHUNK_SAMPLES, samples - at) * FRAME_BYTES))
    if length(path) != samples:
        raise FFmpegFailed(f"A sound has {length(path)} samples, not {samples}.", code="bad_sound")


def length(path: Path) -> int:
    """Samples of a WAV of ours.

    Raises:
        FFmpegFailed: code `bad_sound`; it is none.
    """
    with _opened(path) as file:
        return file.getnframes()


def _opened(path: Path) -> wave.Wave_read:
    try:
        file = wave.open(str(path), "rb")  # noqa: SIM115 - whoever asked closes it
    except (wave.Error, EOFError) as error:
        raise FFmpegFailed("A sound is not a WAV file.", code="bad_sound") from error
    if (file.getnchannels(), file.getsampwidth(), file.getframerate()) != (CHANNELS, 2, SAMPLE_RATE):
        file.close()
        raise FFmpegFailed("A sound is not 16-bit stereo at 48 kHz.", code="bad_sound")
    return file
