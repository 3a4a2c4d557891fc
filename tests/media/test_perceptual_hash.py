"""A print says what a segment shows at each of its seconds, whatever it is encoded with."""

from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from medley.contracts.engine import Canvas, Codec, Encoding
from medley.contracts.media import Rational
from medley.media.picture.pdq import SIDE_PX, pdq
from tests.media.clips import X264, run
from tests.media.conftest import Render

CODECS = get_args(Codec)


def make(out: Path, *, filters: str = "gblur=6", source: str = "testsrc2") -> Path:
    """Three seconds of a picture."""
    picture = f"{source}=size=320x180:rate=30,{filters}"
    run("-f", "lavfi", "-i", picture, "-t", "3", *X264, "-crf", "10", str(out))
    return out


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A clip, and one that shows something else."""
    folder = tmp_path_factory.mktemp("sources")
    return make(folder / "a.mp4"), make(folder / "other.mp4", source="mandelbrot")


def canvas(fps: str = "30") -> Canvas:
    return Canvas(width=320, height=180, fps=Rational.of(fps))


def apart(one: str, other: str) -> int:
    return (int(one, 16) ^ int(other, 16)).bit_count()


def reference(video: Path, number: int) -> str:
    """The hash of one frame, decoded and made small by FFmpeg: each pixel the mean of those it stands for."""
    filters = f"select=eq(n\\,{number}),scale={SIDE_PX}:{SIDE_PX}:flags=area"
    raw = run("-i", str(video), "-vf", filters, "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "gray", "-")
    return pdq(np.frombuffer(raw, np.uint8).reshape(SIDE_PX, SIDE_PX))[0]


@pytest.mark.parametrize(
    ("frames", "rate", "expected"),
    [(1, "30", 1), (30, "30", 1), (31, "30", 2), (61, "30000/1001", 3), (50, "24000/1001", 3)],
)
def test_one_hash_for_each_second_begun(
    frames: int, rate: str, expected: int, sources: tuple[Path, Path], render: Render
) -> None:
    found = render(sources[0], frames=frames, canvas=canvas(rate)).prints
    assert [len(text) for text in found] == [64] * expected


@pytest.mark.parametrize("codec", CODECS)
def test_each_is_the_hash_of_the_frame_that_begins_the_second(
    codec: Codec, sources: tuple[Path, Path], render: Render
) -> None:
    encoding = Encoding(codec=codec, gop_s=5, b_frames=True)
    made = render(sources[0], frames=70, canvas=canvas(), encoding=encoding)
    frames = [reference(made.video, number) for number in (0, 30, 60)]
    assert [min(range(3), key=lambda k: apart(text, frames[k])) for text in made.prints] == [0, 1, 2]
    assert max(map(apart, made.prints, frames)) <= 24
    assert min(apart(made.prints[0], made.prints[1]), apart(made.prints[1], made.prints[2])) > 31


def test_a_print_is_the_same_in_every_encoding_and_another_picture_has_another(
    sources: tuple[Path, Path], render: Render
) -> None:
    source, different = sources
    encodings = [Encoding(codec=codec, quality="draft") for codec in CODECS] + [Encoding(quality="high", b_frames=True)]
    assert len({render(source, frames=61, canvas=canvas(), encoding=each).prints for each in encodings}) == 1
    other = render(different, frames=61, canvas=canvas()).prints
    assert min(map(apart, render(source, frames=61, canvas=canvas()).prints, other)) > 60


def test_a_picture_that_shows_nothing_keeps_its_place(tmp_path: Path, render: Render) -> None:
    black_second = "drawbox=t=fill:color=black:enable='between(n,30,59)'"
    first, second, third = render(make(tmp_path / "a.mp4", filters=black_second), frames=70, canvas=canvas()).prints
    assert (len(first), second, len(third)) == (64, "", 64)


def test_a_passage_has_prints_too(sources: tuple[Path, Path], render: Render) -> None:
    one, other = sources
    made = render(one, frames=40, canvas=canvas(), into=("dissolve", other, {}))
    assert [apart(text, reference(made.video, at)) <= 24 for text, at in zip(made.prints, (0, 30), strict=True)] == [
        True
    ] * 2
