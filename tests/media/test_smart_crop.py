"""`smart` shows where it moves, as far as the picture's edges allow."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medley.contracts.engine import Canvas
from medley.contracts.media import Activity, Rational
from medley.media.picture import geometry
from medley.media.picture.geometry import Size
from tests.media import pictures
from tests.media.clips import run
from tests.media.conftest import Render

PORTRAIT = Canvas(width=90, height=160, fps=Rational(num=30), fit="smart")
sides = st.integers(8, 4096).map(lambda half: 2 * half)
thousandths = st.integers(0, 1000)


@given(sides, sides, thousandths, thousandths)
def test_the_part_lies_within_the_whole_as_near_to_the_centre_as_can_be(one: int, other: int, x: int, y: int) -> None:
    long, short = max(one, other), min(one, other)
    (across, down) = geometry.centred(Size(long, long), Size(short, short), x, y)
    for at, centre in ((across, x), (down, y)):
        assert 0 <= at <= long - short
        assert at % 2 == 0
        if 0 < at < long - short:
            assert abs(at + short / 2 - long * centre / 1000) <= 1


@pytest.fixture
def stripes(tmp_path: Path) -> Path:
    """A wide clip that is bright in its left tenth and dark elsewhere."""
    clip = tmp_path / "stripes.mp4"
    source = "color=black:size=320x180:rate=30:duration=0.2,drawbox=x=0:y=0:w=32:h=180:color=white:t=fill"
    run("-f", "lavfi", "-i", source, "-pix_fmt", "yuv420p", str(clip))
    return clip


def bright(video: Path) -> float:
    """How much of the first picture is bright."""
    return float(np.mean(pictures.decoded(video)[0].y > 128))


def activity(x: int) -> Activity:
    return Activity(step_us=1_000_000, motion=(9,), loudness=(0,), center_x=x)


def test_the_crop_follows_the_motion(stripes: Path, render: Render) -> None:
    assert bright(render(stripes, frames=2, canvas=PORTRAIT, activity=activity(50)).video) > 0.25
    assert bright(render(stripes, frames=2, canvas=PORTRAIT, activity=activity(500)).video) == 0
    assert bright(render(stripes, frames=2, canvas=PORTRAIT, activity=activity(1000)).video) == 0


def test_without_activity_it_is_a_plain_crop(stripes: Path, render: Render) -> None:
    plain = pictures.decoded(render(stripes, frames=2, canvas=PORTRAIT.model_copy(update={"fit": "crop"})).video)
    smart = pictures.decoded(render(stripes, frames=2, canvas=PORTRAIT).video)
    assert np.array_equal(plain[0].y, smart[0].y)


def test_the_centre_is_that_of_the_upright_picture(stripes: Path, tmp_path: Path, render: Render) -> None:
    """A phone's picture, stored on its side: what is at its left as stored is at its top as shown."""
    clip = tmp_path / "turned.mp4"
    run("-display_rotation", "-90", "-i", str(stripes), "-c", "copy", str(clip))
    canvas = PORTRAIT.model_copy(update={"width": 160, "height": 90})
    top = Activity(step_us=1_000_000, motion=(9,), loudness=(0,), center_y=50)
    bottom = top.model_copy(update={"center_y": 950})
    assert bright(render(clip, frames=2, canvas=canvas, activity=top).video) > 0.25
    assert bright(render(clip, frames=2, canvas=canvas, activity=bottom).video) == 0
