"""A finished video is as loud as asked for and its peaks stay below full scale, after AAC (T12 of the engine)."""

from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from medley.contracts.engine import Mixdown, Tags
from medley.contracts.media import Rational
from medley.errors import FFmpegFailed
from medley.media.output import assembly
from medley.media.output.assembly import AssemblyPiece
from medley.media.sandbox import ffmpeg
from medley.media.sound import loudness
from medley.media.sound.loudness import Level, Measured
from medley.media.sound.pcm import SoundPart
from tests.breadth import usual
from tests.media import measure
from tests.media.clips import Maker
from tests.media.conftest import CANVAS, DRAFT, Render
from tests.media.test_mixing import music, save, silence, tone, voice

NTSC = CANVAS.model_copy(update={"fps": Rational(num=30_000, den=1001)})
SUMMARY = """title : Summary: I: -1.0 LUFS
[Parsed_ebur128_0 @ 0x7f] Summary:

  Integrated loudness:
    I:         {loudness} LUFS
    Threshold: -34.8 LUFS

  True peak:
    Peak:      {peak} dBFS
[out#0/null @ 0x55] video:0KiB
"""


def noise(seconds: float, amplitude: float) -> Any:
    values = np.random.default_rng(7).normal(0, amplitude, (round(seconds * 48_000), 2))
    return np.clip(np.rint(values), -32_768, 32_767).astype(np.int16)


def bursts(seconds: float) -> Any:
    """Peaks far above the mean: what a gain alone would clip."""
    sound = noise(seconds, 500).astype(int)
    for at in range(4_800, len(sound), 9_600):
        sound[at : at + 240] *= 40
    return np.clip(sound, -32_768, 32_767).astype(np.int16)


SOUNDS = {
    "a quiet tone": lambda: tone(2.5, 400, 997),
    "loud noise": lambda: noise(2.5, 9_000),
    "quiet noise": lambda: noise(2.5, 60),
    "bursts": lambda: bursts(2.5),
    "full scale": lambda: np.sign(tone(2.5, 30_000, 700)) * np.int16(32_000),
}


TARGETS = [-14, -23]


@pytest.mark.parametrize(
    ("name", "target"), usual([*product(SOUNDS, TARGETS[:1]), ("bursts", -23)], list(product(SOUNDS, TARGETS)))
)
def test_the_target_is_met_after_encoding(name: str, target: int, make: Maker, render: Render, tmp_path: Path) -> None:
    part = render(make("no sound"), canvas=NTSC)
    sound = SoundPart(save(tmp_path / "sound.wav", SOUNDS[name]()), 2 * part.frames)
    out = tmp_path / "out.mp4"
    made = assembly.assemble(
        [part.piece] * 2,
        [sound],
        NTSC,
        DRAFT,
        out,
        tags=Tags(title="Summary: I: 1 LUFS Peak: 9 dBFS"),
        mixdown=Mixdown(loudness_lufs=target),
        workdir=tmp_path,
    )
    heard, peak = measure.loudness(out)
    assert abs(heard - target) <= 1
    assert peak <= -1
    assert made.samples <= len(measure.samples(out)) < made.samples + 1024


def test_music_and_voice_count(make: Maker, render: Render, tmp_path: Path) -> None:
    part = render(make("no sound"))
    assets = {"a" * 64: save(tmp_path / "a.wav", noise(1, 3_000)), "b" * 64: save(tmp_path / "b.wav", tone(1, 2_000))}
    mixdown = Mixdown(music=music(duck=True), voice=voice(), loudness_lufs=-16)
    out = tmp_path / "out.mp4"
    sounds = [SoundPart(None, part.frames)]
    assembly.assemble(
        [part.piece], sounds, CANVAS, DRAFT, out, tags=Tags(title=""), mixdown=mixdown, assets=assets, workdir=tmp_path
    )
    heard, peak = measure.loudness(out)
    assert abs(heard + 16) <= 1
    assert peak <= -1


@pytest.mark.parametrize("frames", [36, 3], ids=["nothing heard", "too short to measure"])
def test_silence_stays_silent(frames: int, make: Maker, render: Render, tmp_path: Path) -> None:
    part = render(make("no sound"), frames=frames)
    wav = save(tmp_path / "sound.wav", silence(1.2) if frames > 3 else tone(1))
    out = tmp_path / "out.mp4"
    assembly.assemble(
        [AssemblyPiece(part.video, frames)],
        [SoundPart(wav, frames)],
        CANVAS,
        DRAFT,
        out,
        tags=Tags(title=""),
        mixdown=Mixdown(loudness_lufs=-14),
        workdir=tmp_path,
    )
    loudest = measure.samples(out).max()
    assert loudest < 10 if frames > 3 else 6_000 < loudest < 10_000


@pytest.mark.parametrize(("loudness_text", "peak_text"), [("-70.0", "-inf"), ("nan", "nan"), ("-inf", "-3.0")])
def test_what_has_no_loudness_gets_no_gain(loudness_text: str, peak_text: str) -> None:
    found = loudness.read(SUMMARY.format(loudness=loudness_text, peak=peak_text))
    assert found == Measured(None, None)
    assert loudness.first(-14, found) is None


def test_the_meters_own_summary_is_read() -> None:
    assert loudness.read(SUMMARY.format(loudness=-24.8, peak=-12.2)) == Measured(-24.8, -12.2)
    assert loudness.read("nothing of the kind") == Measured(None, None)


@pytest.mark.parametrize(
    ("before", "level"),
    [
        (Measured(-24.0, -14.0), Level(10.0)),
        (Measured(-24.0, -6.0), Level(10.0, -1.5)),
        (Measured(-10.0, 0.5), Level(-4.0)),
        (Measured(-69.0, -50.0), Level(40.0)),
    ],
)
def test_first_level(before: Measured, level: Level) -> None:
    assert loudness.first(-14, before) == level


@pytest.mark.parametrize(
    ("level", "after", "better"),
    [
        (Level(10.0), Measured(-14.4, -3.0), None),
        (Level(10.0), Measured(-15.0, -5.0), Level(11.0, -1.5)),
        (Level(10.0), Measured(-14.0, -0.5), Level(10.0, -2.6)),
        (Level(10.5, -1.5), Measured(-16.0, -0.7), Level(12.5, -1.9)),
        (Level(10.0), Measured(None, None), None),
    ],
)
def test_next_level(level: Level, after: Measured, better: Level | None) -> None:
    assert loudness.corrected(-14, Measured(-24.0, -12.0), level, after) == better


def test_peaks_that_cannot_be_held_are_not_delivered() -> None:
    said = iter([(-24.0, -3.0), *[(-14.0, -0.2)] * loudness.ATTEMPTS])

    def run(argv: list[str]) -> str:
        heard, peak = next(said)
        return SUMMARY.format(loudness=heard, peak=peak)

    with pytest.raises(FFmpegFailed) as found:
        loudness.reach(
            -14,
            assembly.muxing.joined_sound(),
            48_000,
            executable=ffmpeg.executable(),
            command=lambda _: ["ffmpeg", "file:/out.mp4"],
            run=run,
        )
    assert found.value.code == "bad_sound"
    assert next(said, None) is None
