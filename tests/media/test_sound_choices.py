"""Which tracks of a clip are heard, and how loud: by what is heard of the sound that is made."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from medley.apps.video_mixer import soundtrack
from medley.apps.video_mixer.choices import AudioTrack
from medley.contracts.engine import Shot, Sound
from medley.contracts.media import AudioFacts, Rational
from medley.media.sandbox.input_options import SourceFile
from medley.media.sound import audio_extract
from tests.media import measure
from tests.media.clips import AAC, X264, run
from tests.media.probes import facts as facts_of
from tests.media.test_odd_sources import bleep, joined, lamp, near
from tests.media.test_sync import onsets

FPS = Rational(num=30)
LEVEL = -16
CHOICES: tuple[AudioTrack, ...] = ("default", "mix", 1, 2, 3, 4)


def heard(path: Path, out: Path, *, start: int = 0, frames: int = 120, **wanted: Any) -> NDArray[np.int64]:
    """The samples of a stretch of a clip's sound."""
    facts = facts_of(path)
    shot = Shot(clip_sha256=facts.sha256, start_frame=start, frames=frames, reading=facts.reading)
    audio_extract.render(Sound.of(shot, FPS, **wanted), SourceFile(path, facts), out=out, threads=1)
    return measure.samples(out)


def late(seconds: float, by: float, layout: str = "stereo") -> tuple[str, ...]:
    """A sound that beeps `by` seconds after each second begins."""
    beep = f"aevalsrc=0.4*sin(2*PI*1000*t)*between(mod(t\\,1)\\,{by}\\,{by}+0.1):s=44100:d={seconds}"
    return ("-f", "lavfi", "-i", f"{beep},aformat=channel_layouts={layout}")


def tone(volume: float) -> tuple[str, ...]:
    wave = f"{volume}*sin(2*PI*500*t)"
    return ("-f", "lavfi", "-i", f"aevalsrc={wave}|{wave}:s=48000:c=stereo:d=4")


@pytest.fixture(scope="module")
def two_tracks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tracks") / "clip.mkv"
    sounds = (*bleep(4), *late(4, 0.5, "5.1"), *late(4, 0.25))
    maps = ("-map", "0", "-map", "1", "-map", "2", "-map", "3", "-map", "2")
    coded = ("-c:a:0", "aac", "-c:a:1", "ac3", "-c:a:2", "libopus", "-c:a:3", "dca", "-strict", "-2")
    run(*lamp(4), *sounds, *maps, *X264, *coded, "-ar:a:2", "48000", str(path))
    return path


@pytest.mark.parametrize(
    ("tracks", "beeps"),
    [
        ((), [0.0, 1.0, 2.0, 3.0]),
        ((1,), [0.5, 1.5, 2.5, 3.5]),
        ((2,), [0.25, 1.25, 2.25, 3.25]),
        ((0, 1, 2), [n / 4 for n in range(16) if n % 4 != 3]),
    ],
)
def test_the_track_that_is_asked_for_is_heard_or_all(
    tracks: tuple[int, ...], beeps: Sequence[float], two_tracks: Path, tmp_path: Path
) -> None:
    found = heard(two_tracks, tmp_path / "out.wav", tracks=tracks)
    assert near(onsets(found), [*beeps])
    stretch = heard(two_tracks, tmp_path / "late.wav", start=30, frames=60, tracks=tracks)
    assert near(onsets(stretch), [at - 1 for at in beeps if 1 <= at < 3])
    assert [path for path in tmp_path.iterdir() if path.suffix == ".nut"] == []


def test_what_can_be_asked_for_is_what_can_be_read(two_tracks: Path) -> None:
    facts = facts_of(two_tracks)
    assert facts.audio is not None
    assert (facts.audio.track, facts.audio.tracks) == (0, (0, 1, 2))
    asked = {choice: soundtrack.tracks(facts, choice) for choice in CHOICES}
    assert asked == {"default": (), "mix": (0, 1, 2), 1: (), 2: (1,), 3: (2,), 4: ()}
    assert [soundtrack.lacks(facts, choice) for choice in CHOICES] == [False] * 5 + [True]
    alone = facts.model_copy(update={"audio": AudioFacts(codec="aac", sample_rate=1, channels=1, duration_us=1)})
    assert (soundtrack.tracks(alone, "mix"), soundtrack.tracks(alone, 1), soundtrack.lacks(alone, 2)) == ((), (), True)


@pytest.mark.parametrize("volume", [0.1, 0.9])
@pytest.mark.parametrize("codec", [AAC, ("-c:a", "pcm_s16le")])
def test_clips_are_brought_to_one_loudness(volume: float, codec: Sequence[str], tmp_path: Path) -> None:
    path, out = tmp_path / "clip.mov", tmp_path / "out.wav"
    run(*lamp(4), *tone(volume), *X264, *codec, str(path))
    heard(path, out, level_lufs=LEVEL)
    found, peak = measure.loudness(out)
    assert found == pytest.approx(LEVEL, abs=0.7)
    assert peak <= -1.0


@pytest.mark.parametrize("pace", [0.99, 1.01])
def test_sound_that_drifts_is_stretched_however_it_is_asked_for(pace: float, tmp_path: Path) -> None:
    """Nothing is put between or left out: each sample of a wave follows from the two before it."""
    path, around = tmp_path / "clip.mkv", 2 * np.cos(2 * np.pi * 530 / 48_000)
    wave = f"aevalsrc=0.3*sin(2*PI*530*t):s=48000:d={4 * pace}"
    run(*lamp(4), "-f", "lavfi", "-i", wave, "-af", f"asetpts=PTS/{pace}", *X264, "-c:a", "pcm_s16le", str(path))
    facts = facts_of(path)
    assert facts.audio is not None
    assert facts.audio.drift_us
    choices: tuple[dict[str, Any], ...] = ({}, {"level_lufs": LEVEL}, {"tracks": (0,)})
    for wanted in choices:
        found = np.array(heard(path, tmp_path / "out.wav", start=15, frames=90, **wanted), float)[4_800:]
        surprise = np.abs(found[2:] - around * found[1:-1] + found[:-2])
        assert surprise.max() < 0.01 * found.max(), wanted


def test_what_is_hardly_heard_is_not_made_loud(tmp_path: Path) -> None:
    path, plain, out = tmp_path / "clip.mov", tmp_path / "plain.wav", tmp_path / "out.wav"
    run(*lamp(4), *tone(0.003), *X264, "-c:a", "pcm_s16le", str(path))
    heard(path, plain)
    heard(path, out, level_lufs=LEVEL)
    assert measure.loudness(out)[0] == pytest.approx(measure.loudness(plain)[0] + 20, abs=0.5)


def test_a_stretch_is_as_loud_as_the_clip_it_is_of(tmp_path: Path) -> None:
    """A quiet part of a loud clip stays quiet beside the rest of it, whatever is shown."""
    path = tmp_path / "clip.mov"
    tone = "aevalsrc=if(lt(t\\,2)\\,0.05\\,0.5)*sin(2*PI*500*t):s=48000:d=4"
    run(*lamp(4), "-f", "lavfi", "-i", tone, *X264, "-c:a", "pcm_s16le", str(path))
    whole = heard(path, tmp_path / "whole.wav", level_lufs=LEVEL)
    part = heard(path, tmp_path / "part.wav", start=15, frames=30, level_lufs=LEVEL)
    assert part == pytest.approx(whole[24_000:72_000], abs=2)


@pytest.mark.parametrize("wanted", [{"level_lufs": LEVEL}, {"tracks": (0, 1), "level_lufs": LEVEL}])
def test_sound_that_changes_and_tracks_that_are_mixed_are_levelled_too(wanted: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "clip.ts"
    if "tracks" in wanted:
        path = tmp_path / "clip.mkv"
        run(*lamp(4), *bleep(4), *late(4, 0.5), "-map", "0", "-map", "1", "-map", "2", *X264, *AAC, str(path))
    else:
        joined(path, *((*lamp(2), *bleep(2), *X264, "-c:a", "ac3", "-ac", channels) for channels in ("2", "6")))
    heard(path, tmp_path / "out.wav", **wanted)
    found, peak = measure.loudness(tmp_path / "out.wav")
    assert found == pytest.approx(LEVEL, abs=1.2)
    assert peak <= -1.0


def test_silence_stays_silent(tmp_path: Path) -> None:
    path = tmp_path / "clip.mov"
    run(*lamp(2), "-f", "lavfi", "-i", "anullsrc=r=48000:cl=stereo:d=2", *X264, "-c:a", "pcm_s16le", str(path))
    assert heard(path, tmp_path / "out.wav", frames=60, level_lufs=LEVEL).max() <= 1
