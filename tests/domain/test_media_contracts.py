"""Values that name what is stored."""

import pytest

from medley.contracts.engine import Canvas, Encoding, Segment, Shot, Sound
from medley.contracts.media import Rational


@pytest.mark.parametrize(
    "made",
    [
        Rational(num=60, den=2),
        Rational.model_validate({"num": 30}),
        Rational.model_validate_json('{"num": 30000, "den": 1000}'),
        Rational.of("30"),
    ],
)
def test_a_fraction_is_in_lowest_terms_whatever_it_is_made_of(made: Rational) -> None:
    assert made == Rational(num=30)
    assert (str(made), made.model_dump_json()) == ("30/1", '{"num":30,"den":1}')


def test_what_runs_at_one_rate_is_stored_once() -> None:
    shot = Shot(clip_sha256="0" * 64, frames=5)
    plain, odd = Rational(num=30), Rational(num=60, den=2)
    assert Sound.of(shot, plain).digest() == Sound.of(shot, odd).digest()
    canvases = [Canvas(width=64, height=48, fps=fps) for fps in (plain, odd)]
    assert len({Segment(shot=shot).digest(canvas, Encoding()) for canvas in canvases}) == 1
