"""PCM between segments and output: every sample is accounted for, and a cut is not heard."""

import array
import wave
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest

from medley.contracts.media import Rational
from medley.errors import FFmpegFailed
from medley.media import audio
from medley.media.audio import FADE_SAMPLES, SoundPart
from medley.media.commands import samples_within

THIRTY = Rational(num=30)
NTSC = Rational(num=30_000, den=1001)
LOUD = 10_000


def wav(path: Path, samples: int, value: int = LOUD) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setparams((2, 2, 48_000, 0, "NONE", "NONE"))
        file.writeframes(array.array("h", [value] * (2 * samples)).tobytes())
    return path


def left(sounds: list[SoundPart], fps: Rational = THIRTY) -> list[int]:
    return array.array("h", b"".join(audio.joined(sounds, fps))).tolist()[::2]


@pytest.mark.parametrize("fps", ["24", "25", "30", "24000/1001", "30000/1001", "60000/1001", "60", "7/3"])
def test_boundaries_never_drift(fps: str) -> None:
    """Each is the exact moment rounded once, and no piece needs more samples than a segment has."""
    rate = Rational.of(fps)
    frames = [1, 2, 3, 5, 7, 11, 13, 89] * 50
    places = audio.spans([SoundPart(None, count) for count in frames], rate)
    assert [place.end for place in places[:-1]] == [place.start for place in places[1:]]
    bounds = [0, *(place.end for place in places)]
    for k, bound in enumerate(bounds):
        assert abs(bound - Fraction(sum(frames[:k]) * 48_000, 1) / rate.fraction) <= Fraction(1, 2)
    for count, (start, end) in zip(frames, pairwise(bounds), strict=True):
        assert samples_within(count, rate) - 1 <= end - start <= samples_within(count, rate)


def test_cuts_are_ramped_and_the_ends_are_not(tmp_path: Path) -> None:
    tone = wav(tmp_path / "tone.wav", 4800)
    heard = left([SoundPart(tone, 3), SoundPart(tone, 3), SoundPart(tone, 2)])
    assert len(heard) == 8 * 1600
    assert heard[0] == heard[-1] == LOUD
    assert heard[4799] < 50
    assert heard[4800] < 50
    for cut in (4800, 9600):
        assert heard[cut - FADE_SAMPLES - 1] == LOUD == heard[cut + FADE_SAMPLES]
        before, after = heard[cut - FADE_SAMPLES : cut], heard[cut : cut + FADE_SAMPLES]
        assert before == sorted(before, reverse=True)
        assert after == before[::-1]


def test_a_piece_that_continues_is_joined_untouched(tmp_path: Path) -> None:
    tone = wav(tmp_path / "tone.wav", 4800)
    assert left([SoundPart(tone, 3), SoundPart(tone, 3, continues=True)]) == [LOUD] * 9600


def test_silence_stands_for_no_sound(tmp_path: Path) -> None:
    tone = wav(tmp_path / "tone.wav", 4800)
    heard = left([SoundPart(None, 2), SoundPart(tone, 3), SoundPart(None, 70)])
    assert len(heard) == 75 * 1600
    assert set(heard[:3200]) == {0} == set(heard[8000:])
    assert heard[3200 + 2400] == LOUD


def test_one_frame_pieces(tmp_path: Path) -> None:
    tone = wav(tmp_path / "tone.wav", samples_within(1, NTSC))
    assert len(left([SoundPart(tone, 1)] * 5, NTSC)) == 8008


def test_memory_does_not_grow_with_length() -> None:
    assert max(len(chunk) for chunk in audio.joined([SoundPart(None, 30 * 3600)], THIRTY)) == 48_000 * 4


def test_a_short_or_foreign_file_is_our_fault(tmp_path: Path) -> None:
    with pytest.raises(FFmpegFailed) as short:
        left([SoundPart(wav(tmp_path / "short.wav", 4799), 3)])
    (tmp_path / "text.wav").write_text("not a WAV file")
    with pytest.raises(FFmpegFailed) as foreign:
        left([SoundPart(tmp_path / "text.wav", 3)])
    assert short.value.code == foreign.value.code == "bad_sound"


def test_complete_fills_only_what_is_empty(tmp_path: Path) -> None:
    audio.complete(tmp_path / "new.wav", 1600)
    audio.complete(tmp_path / "new.wav", 1600)
    assert left([SoundPart(tmp_path / "new.wav", 1)]) == [0] * 1600
    with pytest.raises(FFmpegFailed):
        audio.complete(wav(tmp_path / "short.wav", 1599), 1600)
