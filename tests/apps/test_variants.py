"""The ways a clip can stand in a video: every one once, on the frame grid."""

import pytest

from medley.apps.video_mixer.spec import MixSpec
from medley.apps.video_mixer.variants import Variant, variants
from medley.contracts.media import Rational
from tests.apps.builders import clip

FAST, SLOW = Rational(num=2), Rational(num=1, den=2)


def found(seconds: float = 4.0, **options: object) -> tuple[Variant, ...]:
    return variants(clip("a", seconds=seconds).facts, MixSpec.model_validate(options))


def test_plainly_there_is_one() -> None:
    assert found() == (Variant(0, 120),)


def test_speeds_change_the_length() -> None:
    assert found(speeds=["1", "2", "0.5"]) == (Variant(0, 120), Variant(0, 60, FAST), Variant(0, 240, SLOW))


def test_looks_multiply() -> None:
    assert len(found(speeds=["1", "5/4"], looks=["none", "mono", "mirror"])) == 6


@pytest.mark.parametrize(("trim", "start"), [("head", 0), ("middle", 45), ("tail", 90)])
def test_one_window(trim: str, start: int) -> None:
    assert found(trim=trim, window_s="1") == (Variant(start, 30),)


def test_windows_are_spread_from_head_to_tail() -> None:
    assert [variant.start_frame for variant in found(trim="spread", window_s="1", windows=4)] == [0, 30, 60, 90]


def test_a_window_is_as_long_in_the_video_at_any_speed() -> None:
    (tail,) = found(trim="tail", window_s="1", speeds=["2"])
    assert (tail.start_frame, tail.frames) == (60, 30)  # a second of video is two of the clip


def test_windows_of_a_short_clip_collapse() -> None:
    assert found(seconds=1.0, trim="spread", window_s="1", windows=4) == (Variant(0, 30),)
    assert found(seconds=0.5, trim="tail", window_s="1") == (Variant(0, 15),)
    assert len(found(seconds=1.1, trim="spread", window_s="1", windows=4)) == 4  # 0, 1, 2 and 3 frames apart


def test_a_window_stands_wherever_it_fits() -> None:
    """15 frames at 4/5 are 12 of the clip's 14: they can begin at the first, the second and the third."""
    options = {"trim": "spread", "window_s": "0.5", "windows": 3, "speeds": ["4/5"]}
    assert [variant.start_frame for variant in found(seconds=14 / 30, **options)] == [0, 1, 2]
    (tail,) = found(seconds=14 / 30, **{**options, "trim": "tail", "windows": 2})
    assert tail.start_frame == 2


def test_a_clip_gives_a_frame_at_least() -> None:
    assert found(seconds=0.01)[0].frames == 1
