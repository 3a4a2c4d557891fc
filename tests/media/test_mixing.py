"""Music and voice under and over the clips: to the sample, at the volume asked for, and never in the way."""

import subprocess
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import ffmpeg as graph
import numpy as np
import pytest
from numpy.typing import NDArray

from medley.contracts.assets import AssetSource, AudioAssetFacts
from medley.contracts.engine import Mixdown, Music, Tags, Voice
from medley.contracts.media import Rational
from medley.errors import NotMedia
from medley.media.output import assembly, muxing
from medley.media.sandbox import ffmpeg
from medley.media.sound import mixing
from medley.media.sound.pcm import SoundPart
from tests.media import measure
from tests.media.clips import Maker, run
from tests.media.conftest import CANVAS, DRAFT, Render

SECOND = 48_000
Heard = NDArray[np.int16]
Mix = Callable[..., Heard]


def tone(seconds: float, amplitude: int = 8_000, frequency: int = 480) -> Heard:
    """Both channels; a whole number of periods in each tenth of a second."""
    values = amplitude * np.sin(2 * np.pi * frequency * np.arange(round(seconds * SECOND)) / SECOND)
    return np.repeat(np.rint(values).astype(np.int16)[:, np.newaxis], 2, axis=1)


def silence(seconds: float) -> Heard:
    return np.zeros((round(seconds * SECOND), 2), np.int16)


def save(path: Path, sound: Heard) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setparams((2, 2, SECOND, 0, "NONE", "NONE"))
        file.writeframes(sound.astype("<i2").tobytes())
    return path


def level(sound: Heard, start: float, end: float) -> float:
    """Its RMS in a window of seconds."""
    return float(np.sqrt(np.mean(sound[round(start * SECOND) : round(end * SECOND)].astype(float) ** 2)))


def asset(sha256: str) -> AssetSource:
    facts = AudioAssetFacts(
        container="wav", codec="pcm_s16le", sample_rate=SECOND, channels=2, duration_us=1, size_bytes=1, sha256=sha256
    )
    return AssetSource(asset_id=UUID(int=1), key="assets/1", name="song", facts=facts)


def music(**options: Any) -> Music:
    return Music(asset=asset("a" * 64), **({"volume_percent": 100, "fade_out_ms": 0, "duck": False} | options))


def voice(**options: Any) -> Voice:
    return Voice(asset=asset("b" * 64), **options)


@pytest.fixture
def mix(tmp_path: Path) -> Mix:
    """Mixes clips with a song and a voice; gives the PCM that the encoder is given."""

    def mixed(clips: Heard, mixdown: Mixdown, *, song: Heard | None = None, speech: Heard | None = None) -> Heard:
        sounds = {"a": song, "b": speech}
        assets = {
            name * 64: save(tmp_path / f"{name}.wav", sound) for name, sound in sounds.items() if sound is not None
        }
        tracks = mixing.decoded(mixdown, assets, tmp_path)
        heard = mixing.mixed(muxing.joined_sound(), mixdown, tracks, len(clips))
        argv = graph.compile(graph.output(heard, "-", f="s16le"), cmd=[ffmpeg.executable(), "-v", "error"])
        made = subprocess.run(argv, input=clips.astype("<i2").tobytes(), capture_output=True, check=True)
        assert made.stderr == b""
        return np.frombuffer(made.stdout, "<i2").reshape(-1, 2)

    return mixed


@pytest.mark.parametrize("samples", [1_600, 4_805, 81_681])
@pytest.mark.parametrize(
    "mixdown",
    [
        Mixdown(music=music(duck=True, fade_in_ms=300, fade_out_ms=2_000)),
        Mixdown(music=music(loop=False)),
        Mixdown(voice=voice()),
        Mixdown(music=music(duck=True), voice=voice()),
    ],
    ids=["music", "music once", "voice", "both"],
)
def test_not_a_sample_more_or_less(samples: int, mixdown: Mixdown, mix: Mix) -> None:
    assert len(mix(tone(2)[:samples], mixdown, song=tone(0.7), speech=tone(1.1))) == samples


def test_a_loop_has_no_seam(mix: Mix) -> None:
    heard = mix(silence(2.35), Mixdown(music=music()), song=tone(0.5))
    assert np.abs(heard - tone(2.35)).max() <= 1


def test_music_that_does_not_loop_ends_with_its_fade(mix: Mix) -> None:
    heard = mix(silence(3), Mixdown(music=music(loop=False, fade_out_ms=500)), song=tone(2))
    assert level(heard, 1.3, 1.5) == pytest.approx(level(tone(1), 0, 1), rel=0.01)
    assert level(heard, 1.7, 1.8) == pytest.approx(level(tone(1), 0, 1) / 2, rel=0.05)
    assert level(heard, 1.98, 2.0) < 200
    assert not heard[2 * SECOND :].any()


def test_fades_are_where_it_begins_and_ends(mix: Mix) -> None:
    heard = mix(silence(3), Mixdown(music=music(fade_in_ms=1_000, fade_out_ms=500)), song=tone(1))
    full = level(tone(1), 0, 1)
    assert abs(int(heard[0].max())) < 10
    assert level(heard, 0.45, 0.55) == pytest.approx(full / 2, rel=0.05)
    assert level(heard, 1.1, 2.4) == pytest.approx(full, rel=0.01)
    assert level(heard, 2.7, 2.8) == pytest.approx(full / 2, rel=0.05)
    assert np.abs(heard[-20:]).max() < 50


def test_fades_longer_than_the_video_share_it(mix: Mix) -> None:
    heard = mix(silence(1), Mixdown(music=music(fade_in_ms=3_000, fade_out_ms=1_000)), song=tone(1))
    levels = [level(heard, at / 10, at / 10 + 0.05) for at in range(10)]
    assert levels[:8] == sorted(levels[:8])
    assert levels[7:] == sorted(levels[7:], reverse=True)


@pytest.mark.parametrize("percent", [0, 35, 100, 200])
def test_volume_is_as_asked(percent: int, mix: Mix) -> None:
    full = level(tone(1), 0, 1)
    bed = mix(silence(1), Mixdown(music=music(volume_percent=percent)), song=tone(1))
    spoken = mix(silence(1), Mixdown(voice=voice(volume_percent=percent)), speech=tone(1))
    assert level(bed, 0, 1) == pytest.approx(full * percent / 100, rel=0.01, abs=1)
    assert level(spoken, 0, 1) == pytest.approx(full * percent / 100, rel=0.01, abs=1)


def test_nothing_is_made_quieter_by_the_rest(mix: Mix) -> None:
    """Three sounds of unlike pitch add up as they are, sample by sample."""
    clips, song, speech = tone(1, 4_000, 300), tone(1, 4_000, 700), tone(1, 4_000, 1_100)
    heard = mix(clips, Mixdown(music=music(), voice=voice()), song=song, speech=speech)
    assert np.abs(heard - (clips + song + speech)).max() <= 2


def test_music_steps_back_for_the_clips_and_comes_again(mix: Mix) -> None:
    clips = np.concatenate([silence(1), tone(1, 12_000, 3_000), silence(2)])
    heard = mix(clips, Mixdown(music=music(duck=True)), song=tone(1, 4_000, 300))
    bed = heard - clips.astype(int)
    before, during, after = level(bed, 0.5, 0.95), level(bed, 1.3, 1.95), level(bed, 3.5, 4)
    assert before == pytest.approx(after, rel=0.02)
    assert level(bed, 3.98, 4) == pytest.approx(after, rel=0.02)  # to the very end
    assert before == pytest.approx(level(tone(1, 4_000), 0, 1), rel=0.02)
    assert 1 / 8 < during / before < 1 / 2.5  # 8 to 18 dB


def test_music_steps_back_for_the_voice(mix: Mix) -> None:
    speech = tone(1, 12_000, 3_000)
    heard = mix(silence(3), Mixdown(music=music(duck=True), voice=voice()), song=tone(1, 4_000, 300), speech=speech)
    bed = heard.astype(int)
    bed[:SECOND] -= speech
    assert level(bed, 0.3, 0.95) < level(bed, 2.5, 3) / 2.5


def test_music_that_does_not_duck_stays(mix: Mix) -> None:
    clips = np.concatenate([tone(1, 12_000, 3_000), silence(1)])
    bed = mix(clips, Mixdown(music=music()), song=tone(1, 4_000, 300)) - clips.astype(int)
    assert level(bed, 0.2, 0.9) == pytest.approx(level(bed, 1.2, 1.9), rel=0.01)


def test_too_much_at_once_is_held_back_not_cut_off(mix: Mix) -> None:
    loud = tone(1, 30_000)
    heard = mix(loud, Mixdown(music=music(), voice=voice()), song=loud, speech=loud)
    assert 30_000 < np.abs(heard).max() <= 32_768 * 0.98 + 1
    quiet = np.abs(heard[:, 0].astype(int)) >= 32_112  # a sine that is cut off stays at its top
    assert quiet[4_800:].mean() < 0.05


def test_nothing_is_moved_in_time(mix: Mix) -> None:
    clips = silence(1)
    clips[20_000] = 30_000
    heard = mix(clips, Mixdown(music=music(duck=True), voice=voice()), song=silence(1), speech=silence(1))
    assert int(np.abs(heard[:, 0]).argmax()) == 20_000


def test_a_video_with_music_and_voice_is_exact(make: Maker, render: Render, tmp_path: Path) -> None:
    canvas = CANVAS.model_copy(update={"fps": Rational(num=30_000, den=1001)})
    part = render(make("no sound"), canvas=canvas)
    assets = {"a" * 64: save(tmp_path / "a.wav", tone(0.5)), "b" * 64: save(tmp_path / "b.wav", tone(1))}
    made = assembly.assemble(
        [part.piece] * 2,
        [SoundPart(None, 2 * part.frames)],
        canvas,
        DRAFT,
        tmp_path / "out.mov",
        tags=Tags(title="With music"),
        container="mov",
        mixdown=Mixdown(music=music(duck=True), voice=voice()),
        assets=assets,
        full_check=True,
        workdir=tmp_path,
    )
    heard = measure.samples(tmp_path / "out.mov")
    assert made.samples <= len(heard) < made.samples + 1024
    assert level(heard, 0.3, 0.9) > level(heard, 1.8, 2.3) > 2_000
    assert {path.suffix for path in tmp_path.iterdir() if path.is_dir()} == set()


@pytest.mark.parametrize("name", ["song.mp3", "song.m4a", "song.flac", "song.ogg", "song.wav", "mono.mp3"])
def test_assets_are_decoded_once_from_any_format(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    layout, rate = ("mono", 22_050) if name.startswith("mono") else ("stereo", 44_100)
    source = f"sine=frequency=500:sample_rate={rate}:duration=1,volume=4,aformat=channel_layouts={layout}"
    run("-f", "lavfi", "-i", source, *(("-c:a", "libvorbis") if name.endswith("ogg") else ()), str(tmp_path / name))
    mixdown = Mixdown(music=music())
    first = mixing.decoded(mixdown, {"a" * 64: tmp_path / name}, tmp_path)
    monkeypatch.setattr(ffmpeg, "run", None)
    assert mixing.decoded(mixdown, {"a" * 64: tmp_path / name}, tmp_path) == first
    assert first.voice is None
    assert first.music is not None
    with wave.open(str(first.music), "rb") as file:
        assert (file.getnchannels(), file.getframerate()) == (2, SECOND)
        sound = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2)
    assert abs(len(sound) - SECOND) < 3_000
    assert level(sound, 0.2, 0.8) == pytest.approx(8_192, rel=0.1)  # one channel is as loud in two


@pytest.mark.parametrize(
    "content", [b"", b"not music" * 500, b"#EXTM3U\nfile:///etc/passwd\n", b"ffconcat version 1.0\n"]
)
def test_what_cannot_be_decoded_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "song").write_bytes(content)
    with pytest.raises(NotMedia) as refused:
        mixing.decoded(Mixdown(music=music()), {"a" * 64: tmp_path / "song"}, tmp_path)
    assert refused.value.code == "unreadable_asset"
    assert {path.name for path in tmp_path.iterdir()} == {"song"}
