"""Each look changes what it says it changes, and nothing else."""

from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from medley.contracts.engine import Caption, Fit, Look
from tests.media import pictures
from tests.media.clips import Maker, run
from tests.media.conftest import CANVAS, Render
from tests.media.pictures import difference

WIDE = CANVAS.model_copy(update={"width": 192, "height": 108, "fit": "crop"})


@pytest.fixture
def greys(tmp_path: Path) -> Path:
    """A clip that is black at the left, white at the right."""
    clip = tmp_path / "greys.mp4"
    ramp = "geq=lum='if(gt(X,79),235,16)':cb=128:cr=128"
    source = f"color=gray:size=160x120:rate=30:duration=0.2,format=yuv420p,{ramp}"
    run("-f", "lavfi", "-i", source, "-c:v", "libx264", "-qp", "0", str(clip))
    return clip


def test_mirror_is_the_picture_turned_over(make: Maker, render: Render) -> None:
    plain = pictures.decoded(render(make("Big Buck Bunny"), frames=5, canvas=WIDE).video)
    mirrored = pictures.decoded(render(make("Big Buck Bunny"), frames=5, canvas=WIDE, look="mirror").video)
    for one, other in zip(plain, mirrored, strict=True):
        assert difference(np.fliplr(one.y), other.y) < 2 < difference(one.y, other.y)
        assert difference(np.fliplr(one.u), other.u) < 1


def test_mono_has_no_colour_and_the_same_brightness(make: Maker, render: Render) -> None:
    plain = pictures.decoded(render(make("plain"), frames=5).video)
    for one, mono in zip(plain, pictures.decoded(render(make("plain"), frames=5, look="mono").video), strict=True):
        assert np.all(mono.u == 128)
        assert np.all(mono.v == 128)
        assert difference(one.y, mono.y) < 2


@pytest.mark.parametrize(("look", "red"), [("warm", 1), ("cool", -1)])
def test_white_becomes_warm_or_cool_and_black_stays(look: Look, red: int, greys: Path, render: Render) -> None:
    (picture, *_) = pictures.decoded(render(greys, frames=2, look=look).video)
    black, white = (slice(20, 40), slice(10, 25)), (slice(20, 40), slice(50, 70))
    assert 5 <= red * (picture.v[white].mean() - 128) <= 10
    assert 8 <= red * (128 - picture.u[white].mean()) <= 14
    assert abs(picture.v[black].mean() - 128) <= 1
    assert abs(picture.u[black].mean() - 128) <= 1
    (plain, *_) = pictures.decoded(render(greys, frames=2).video)
    assert difference(plain.y, picture.y) < 1


ZOOMS: dict[Look, float] = {"zoom_103": 1.03, "zoom_106": 1.06}


@pytest.mark.parametrize("fit", ["crop", "pad", "blur", "smart"])
def test_zoom_enlarges_from_the_centre(fit: Fit, tmp_path: Path, render: Render) -> None:
    """Two marks, as far from the centre as each other, move away from it."""
    clip = tmp_path / "marks.mp4"
    marks = "drawbox=x=96:y=0:w=8:h=180:color=white:t=fill,drawbox=x=216:y=0:w=8:h=180:color=white:t=fill"
    source = f"color=black:size=320x180:rate=30:duration=0.2,{marks}"
    run("-f", "lavfi", "-i", source, "-c:v", "libx264", "-qp", "0", "-pix_fmt", "yuv420p", str(clip))
    canvas = WIDE.model_copy(update={"width": 640, "height": 480, "fit": fit})

    def places(look: Look) -> tuple[float, float]:
        (picture, *_) = pictures.decoded(render(clip, frames=2, canvas=canvas, look=look).video)
        assert picture.y.shape == (480, 640)
        bright = np.flatnonzero(picture.y[240] > 180)
        return float(bright[bright < 320].mean()) - 319.5, float(bright[bright > 320].mean()) - 319.5

    left, right = places("none")
    for look, factor in ZOOMS.items():
        assert places(look) == (pytest.approx(left * factor, abs=1.5), pytest.approx(right * factor, abs=1.5))


def test_text_reads_the_same_on_every_look(tmp_path: Path, render: Render) -> None:
    clip = tmp_path / "black.mp4"
    run("-f", "lavfi", "-i", "color=black:size=160x120:rate=30:duration=0.2", "-pix_fmt", "yuv420p", str(clip))
    caption = Caption(text="LEFT", anchor="top_left", size_percent=15)
    (plain, *_) = pictures.decoded(render(clip, frames=2, caption=caption).video)
    assert plain.y.max() > 200
    for look in get_args(Look):
        (other, *_) = pictures.decoded(render(clip, frames=2, caption=caption, look=look).video)
        assert difference(plain.y, other.y) < 0.5, look
