"""PCM between segments and output: every sample is accounted for, and a cut is not heard."""

import array
import math
import random
import wave
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest

from medley.contracts.media import Rational
from medley.errors import FFmpegFailed
from medley.media.sound import pcm
from medley.media.sound.pcm import FADE_SAMPLES, SoundPart, samples_before, samples_within

THIRTY = Rational(num=30)
NTSC = Rational(num=30_000, den=1001)
LOUD = 10_000


def wav(path: Path, samples: int, value: int = LOUD) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setparams((2, 2, 48_000, 0, "NONE", "NONE"))
        file.writeframes(array.array("h", [value] * (2 * samples)).tobytes())
    return path


def left(sounds: list[SoundPart], fps: Rational = THIRTY) -> list[int]:
    return array.array("h", b"".join(pcm.joined(sounds, fps))).tolist()[::2]


@pytest.mark.parametrize("fps", ["24", "25", "30", "24000/1001", "30000/1001", "60000/1001", "60", "7/3"])
def test_boundaries_never_drift(fps: str) -> None:
    """Each is the exact moment rounded once, and no piece needs more samples than a segment has."""
    rate = Rational.of(fps)
    frames = [1, 2, 3, 5, 7, 11, 13, 89] * 50
    places = pcm.spans([SoundPart(None, count) for count in frames], rate)
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


def test_silence_stands_for_no_sound(tmp_path: Path) -> None:
    tone = wav(tmp_path / "tone.wav", 4800)
    heard = left([SoundPart(None, 2), SoundPart(tone, 3), SoundPart(None, 70)])
    assert len(heard) == 75 * 1600
    assert set(heard[:3200]) == {0} == set(heard[8000:])
    assert heard[3200 + 2400] == LOUD


@pytest.mark.parametrize("fps", [THIRTY, NTSC], ids=["30", "29.97"])
def test_overlapping_parts_are_as_long_as_their_picture(fps: Rational, tmp_path: Path) -> None:
    """Each boundary is rounded from the start, also behind many overlaps."""
    tone = wav(tmp_path / "tone.wav", samples_within(31, fps))
    parts = [SoundPart(tone if n % 3 else None, 20 + n % 12, overlap=7 * (n > 0)) for n in range(40)]
    frames = pcm.total_frames(parts)
    assert frames == sum(20 + n % 12 for n in range(40)) - 39 * 7
    assert len(left(parts, fps)) == samples_before(frames, fps)


def test_a_crossfade_lets_one_out_and_the_other_in(tmp_path: Path) -> None:
    one, other = wav(tmp_path / "one.wav", 9_600), wav(tmp_path / "other.wav", 9_600, -LOUD)
    heard = left([SoundPart(one, 6), SoundPart(other, 6, overlap=3)])
    assert len(heard) == 9 * 1600
    assert set(heard[:4_800]) == {LOUD}  # no ramp before or after: the crossfade is the join
    assert set(heard[9_600:]) == {-LOUD}
    assert heard[4_800:9_600] == sorted(heard[4_800:9_600], reverse=True)
    assert abs(heard[7_199] + heard[7_200]) <= 1
    assert max(a - b for a, b in pairwise(heard)) < 10


def test_a_crossfade_keeps_the_level_of_unlike_sounds(tmp_path: Path) -> None:
    """Noise into other noise: within half a decibel all the way, where straight ramps would lose three."""
    dice = random.Random(5)
    paths = [tmp_path / "one.wav", tmp_path / "other.wav"]
    for path in paths:
        with wave.open(str(path), "wb") as file:
            file.setparams((2, 2, 48_000, 0, "NONE", "NONE"))
            file.writeframes(array.array("h", [dice.randint(-LOUD, LOUD) for _ in range(2 * 64_000)]).tobytes())
    heard = left([SoundPart(paths[0], 40), SoundPart(paths[1], 40, overlap=30)])
    powers = [sum(value * value for value in heard[at : at + 4_000]) / 4_000 for at in range(0, 80_000, 4_000)]
    expected = LOUD * LOUD / 3
    assert all(abs(10 * math.log10(power / expected)) < 0.5 for power in powers)


def test_a_crossfade_from_or_into_silence(tmp_path: Path) -> None:
    tone = wav(tmp_path / "tone.wav", 9_600)
    into = left([SoundPart(None, 6), SoundPart(tone, 6, overlap=3)])
    assert into[:4_800] == [0] * 4_800
    assert into[4_800:9_600] == sorted(into[4_800:9_600])
    assert left([SoundPart(tone, 6), SoundPart(None, 6, overlap=3)]) == into[::-1]


@pytest.mark.parametrize("parts", [[(5, 1)], [(5, 0), (9, 6)], [(9, 0), (5, 6)], [(9, 0), (9, 5), (9, 5)]], ids=str)
def test_more_overlap_than_there_is_sound_is_refused(parts: list[tuple[int, int]], tmp_path: Path) -> None:
    with pytest.raises(FFmpegFailed) as refused:
        left([SoundPart(None, frames, overlap) for frames, overlap in parts])
    assert refused.value.code == "bad_sound"


def test_overlaps_may_touch(tmp_path: Path) -> None:
    tone = wav(tmp_path / "tone.wav", 16_000)
    assert len(left([SoundPart(tone, 9), SoundPart(tone, 10, 5), SoundPart(tone, 9, 5)])) == 18 * 1600


@pytest.mark.parametrize(("percent", "expected"), [(0, 0), (1, 100), (50, 5_000), (100, 10_000), (250, 25_000)])
def test_volume(percent: int, expected: int, tmp_path: Path) -> None:
    tone = wav(tmp_path / "tone.wav", 4_800)
    assert set(left([SoundPart(tone, 3, volume_percent=percent)])) == {expected}


def test_volume_stops_at_full_scale(tmp_path: Path) -> None:
    for value, most in ((LOUD, 32_767), (-LOUD, -32_768)):
        tone = wav(tmp_path / "tone.wav", 9_600, value)
        assert set(left([SoundPart(tone, 3, volume_percent=400)])) == {most}
        heard = left([SoundPart(tone, 6, volume_percent=300), SoundPart(tone, 6, 3, volume_percent=300)])
        assert {abs(a) // 1_000 for a in heard} <= {30, 31, 32}  # both at once are over it, and never wrap


def test_a_part_is_the_beginning_of_a_longer_file(tmp_path: Path) -> None:
    ramp = tmp_path / "ramp.wav"
    with wave.open(str(ramp), "wb") as file:
        file.setparams((2, 2, 48_000, 0, "NONE", "NONE"))
        file.writeframes(array.array("h", [n // 2 % 30_000 for n in range(2 * 200_000)]).tobytes())
    expected = [n % 30_000 for n in range(samples_before(101, NTSC))]
    assert left([SoundPart(ramp, 101)], NTSC) == expected  # over several chunks


def test_one_frame_pieces(tmp_path: Path) -> None:
    tone = wav(tmp_path / "tone.wav", samples_within(1, NTSC))
    assert len(left([SoundPart(tone, 1)] * 5, NTSC)) == 8008


def test_memory_does_not_grow_with_length() -> None:
    assert max(len(chunk) for chunk in pcm.joined([SoundPart(None, 30 * 3600)], THIRTY)) == 48_000 * 4


def test_a_short_or_foreign_file_is_our_fault(tmp_path: Path) -> None:
    with pytest.raises(FFmpegFailed) as short:
        left([SoundPart(wav(tmp_path / "short.wav", 4799), 3)])
    (tmp_path / "text.wav").write_text("not a WAV file")
    with pytest.raises(FFmpegFailed) as foreign:
        left([SoundPart(tmp_path / "text.wav", 3)])
    assert short.value.code == foreign.value.code == "bad_sound"


def test_complete_fills_only_what_is_empty(tmp_path: Path) -> None:
    pcm.complete(tmp_path / "new.wav", 1600)
    pcm.complete(tmp_path / "new.wav", 1600)
    assert left([SoundPart(tmp_path / "new.wav", 1)]) == [0] * 1600
    with pytest.raises(FFmpegFailed):
        pcm.complete(wav(tmp_path / "short.wav", 1599), 1600)
