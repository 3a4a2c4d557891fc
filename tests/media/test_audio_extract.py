"""A sound made by itself is the one made along with its picture, sample for sample."""

import wave
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from medley.contracts.engine import Sound
from medley.contracts.media import Rational
from medley.errors import NotMedia
from medley.media.sandbox.input_options import SourceFile
from medley.media.sound import audio_extract, pcm
from tests.breadth import usual
from tests.media.clips import Maker
from tests.media.conftest import CANVAS, Render

NTSC = CANVAS.model_copy(update={"fps": Rational(num=30_000, den=1001)})
SHOTS: dict[str, dict[str, Any]] = {
    "whole": {},
    "from the middle": {"start_frame": 11, "frames": 20},
    "faster": {"start_frame": 3, "frames": 20, "speed": Rational.of("5/4")},
    "slower": {"frames": 30, "speed": Rational.of("1/2")},
}


def samples(path: Path) -> bytes:
    with wave.open(str(path), "rb") as file:
        return file.readframes(file.getnframes())


OTHERS = ["sound half a second late", "transport stream", "VP8 and Vorbis", "5.1 sound"]


@pytest.mark.parametrize(
    ("kind", "shot"),
    usual(
        [("plain", "whole"), ("plain", "faster"), *zip(OTHERS, SHOTS, strict=True)],
        list(product(["plain", *OTHERS], SHOTS)),
    ),
)
def test_it_is_the_sound_of_its_segment(kind: str, shot: str, make: Maker, render: Render, tmp_path: Path) -> None:
    made = render(make(kind), canvas=NTSC, **SHOTS[shot])
    out = tmp_path / "sound.wav"
    wanted = Sound.of(made.segment.shot, NTSC.fps)
    audio_extract.render(wanted, made.source, out=out, threads=1)
    assert made.sound is not None
    assert samples(out) == samples(made.sound)
    assert len(samples(out)) == 4 * pcm.samples_within(wanted.frames, NTSC.fps)
    assert any(samples(out))


def test_silence_is_made_where_the_sound_has_ended(make: Maker, render: Render, tmp_path: Path) -> None:
    made = render(make("sound shorter"), frames=10)
    wanted = Sound(clip_sha256=made.segment.shot.clip_sha256, start_frame=20, frames=10, fps=CANVAS.fps)
    audio_extract.render(wanted, made.source, out=tmp_path / "sound.wav", threads=1)
    assert samples(tmp_path / "sound.wav") == bytes(16_000 * 4)


def test_no_picture_is_decoded(make: Maker, render: Render, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of a picture is mapped, so that no decoder is opened for it."""
    made = render(make("plain"), frames=10)
    argv = audio_extract.command("ffmpeg", made.source, Sound.of(made.segment.shot, CANVAS.fps), tmp_path / "s.wav", 1)
    graph = argv[argv.index("-filter_complex") + 1]
    assert graph.startswith("[0:a:0]")
    assert "0:v" not in graph.lower()
    assert argv.count("-map") == 1


def test_what_cannot_be_read_is_the_clips_fault(make: Maker, render: Render, tmp_path: Path) -> None:
    made = render(make("plain"), frames=10)
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"not a clip" * 1000)
    with pytest.raises(NotMedia) as found:
        audio_extract.render(
            Sound.of(made.segment.shot, CANVAS.fps),
            SourceFile(broken, made.source.facts),
            out=tmp_path / "sound.wav",
            threads=1,
        )
    assert found.value.code == "unreadable"
