"""Sound between segments and output: 16-bit stereo PCM at 48 kHz, joined sample by sample and streamed."""

import array
import sys
import wave
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path

from medley.contracts.media import SAMPLE_RATE, Rational
from medley.errors import FFmpegFailed
from medley.media.commands import samples_before

CHANNELS = 2
FRAME_BYTES = 2 * CHANNELS  # one sample of each channel
FADE_SAMPLES = SAMPLE_RATE // 200  # 5 ms on either side of a cut: long enough to hear no click, too short to hear
CHUNK_SAMPLES = SAMPLE_RATE


@dataclass(frozen=True)
class Sound:
    """A piece's sound: a segment's WAV, or None for silence, under `frames` frames of picture.

    `continues` says that it goes on where the piece before it ended, so that no cut is there to be softened.
    """

    wav: Path | None
    frames: int
    continues: bool = False


def boundaries(frames: Sequence[int], fps: Rational) -> list[int]:
    """The sample at which each piece begins, and last the total: each rounded from the start of the output."""
    return [samples_before(frame, fps) for frame in accumulate(frames, initial=0)]


def joined(sounds: Sequence[Sound], fps: Rational) -> Iterator[bytes]:
    """The PCM of a whole output in chunks of a second at most: its length is exact, memory use constant.

    Raises:
        FFmpegFailed: code `bad_sound`; a WAV is not of our making or too short.
    """
    cuts = [False, *(not sound.continues for sound in sounds[1:]), False]
    spans = pairwise(boundaries([sound.frames for sound in sounds], fps))
    for sound, (start, end), (cut_before, cut_after) in zip(sounds, spans, pairwise(cuts), strict=True):
        if sound.wav is None:
            yield from _silence(end - start)
        else:
            yield from _faded(sound.wav, end - start, fade_in=cut_before, fade_out=cut_after)


def complete(path: Path, samples: int) -> None:
    """Make sure a WAV just written holds `samples` samples; a clip whose sound had ended left it without any.

    Raises:
        FFmpegFailed: code `bad_sound`; it holds some, but not as many.
    """
    if not path.exists() or _length(path) == 0:
        with wave.open(str(path), "wb") as file:
            file.setparams((CHANNELS, 2, SAMPLE_RATE, 0, "NONE", "NONE"))
            for chunk in _silence(samples):
                file.writeframes(chunk)
    if _length(path) != samples:
        raise FFmpegFailed(f"A segment's sound has {_length(path)} samples, not {samples}.", code="bad_sound")


def _length(path: Path) -> int:
    try:
        with wave.open(str(path), "rb") as file:
            if (file.getnchannels(), file.getsampwidth(), file.getframerate()) != (CHANNELS, 2, SAMPLE_RATE):
                raise FFmpegFailed("A segment's sound is not 16-bit stereo at 48 kHz.", code="bad_sound")
            return file.getnframes()
    except (wave.Error, EOFError) as error:
        raise FFmpegFailed("A segment's sound is not a WAV file.", code="bad_sound") from error


def _silence(samples: int) -> Iterator[bytes]:
    for start in range(0, samples, CHUNK_SAMPLES):
        yield bytes(min(CHUNK_SAMPLES, samples - start) * FRAME_BYTES)


def _faded(path: Path, samples: int, *, fade_in: bool, fade_out: bool) -> Iterator[bytes]:
    """The first `samples` samples of a WAV, with a short ramp at either end if asked for."""
    if _length(path) < samples:
        raise FFmpegFailed(f"A segment's sound has fewer than {samples} samples.", code="bad_sound")
    ramp = min(FADE_SAMPLES, samples // 2)
    with wave.open(str(path), "rb") as file:
        yield faded(file.readframes(ramp), rising=True) if fade_in else file.readframes(ramp)
        for start in range(ramp, samples - ramp, CHUNK_SAMPLES):
            yield file.readframes(min(CHUNK_SAMPLES, samples - ramp - start))
        yield faded(file.readframes(ramp), rising=False) if fade_out else file.readframes(ramp)


def faded(pcm: bytes, *, rising: bool) -> bytes:
    """`pcm` under a straight ramp from silence to full, or back."""
    values = array.array("h", pcm)
    if sys.byteorder == "big":
        values.byteswap()
    samples = len(values) // CHANNELS
    for index in range(samples):
        step = 2 * (index if rising else samples - 1 - index) + 1  # the middle of each sample, in half samples
        for channel in range(CHANNELS):
            at = index * CHANNELS + channel
            values[at] = values[at] * step // (2 * samples)
    if sys.byteorder == "big":
        values.byteswap()
    return values.tobytes()
