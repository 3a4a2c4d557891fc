"""Sizes, exactly."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medley.contracts.engine import Canvas
from medley.contracts.media import VideoFacts
from medley.media.picture import geometry
from medley.media.picture.geometry import Size


def facts(width: int, height: int, *, rotation: int = 0, sar: tuple[int, int] = (1, 1)) -> VideoFacts:
    return VideoFacts.model_validate(
        {
            "codec": "h264",
            "width": width,
            "height": height,
            "rotation": rotation,
            "sar_num": sar[0],
            "sar_den": sar[1],
            "fps": {"num": 30},
            "pixel_format": "yuv420p",
            "duration_us": 1_000_000,
            "frames": 30,
        }
    )


@pytest.mark.parametrize(
    ("video", "fit", "expected"),
    [
        (facts(1920, 1080), "crop", Size(3414, 1920)),
        (facts(1920, 1080), "pad", Size(1080, 608)),
        (facts(1920, 1080, rotation=90), "crop", Size(1080, 1920)),
        (facts(1440, 1080, sar=(4, 3), rotation=270), "blur", Size(1080, 1920)),
        (facts(720, 576, sar=(64, 45)), "pad", Size(1080, 608)),
        (facts(1079, 607), "crop", Size(3412, 1920)),
        (facts(2, 20), "pad", Size(192, 1920)),
    ],
)
def test_fitted(video: VideoFacts, fit: str, expected: Size) -> None:
    canvas = Canvas.model_validate({"width": 1080, "height": 1920, "fps": {"num": 30}, "fit": fit})
    assert geometry.fitted(video, canvas) == expected


sides = st.integers(8, 2048).map(lambda half: 2 * half)


@given(st.integers(16, 8192), st.integers(16, 8192), sides, sides, st.sampled_from(["cover", "contain"]))
def test_scaled_touches_the_box_and_keeps_the_shape(width: int, height: int, across: int, down: int, how: str) -> None:
    ratio, box = Fraction(width, height), Size(across, down)
    size = geometry.scaled(ratio, box, "cover" if how == "cover" else "contain")
    assert size.width % 2 == size.height % 2 == 0
    if how == "cover":
        assert size.width >= across
        assert size.height >= down
    else:
        assert size.width <= across
        assert size.height <= down
    assert size.width == across or size.height == down
    if min(size.width, size.height) > 2:
        assert abs(size.width - ratio * size.height) <= max(1, ratio)
