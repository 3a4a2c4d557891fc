"""The filter chain for a segment's sound: from any layout and rate to an exact count of 48 kHz stereo samples."""

from fractions import Fraction
from typing import Any

from medley.contracts.media import SAMPLE_RATE, Rational

TEMPO_MAX = Fraction(2)  # above it one atempo skips samples
TEMPO_MIN = Fraction(1, 2)


def tempo_factors(speed: Fraction) -> list[Fraction]:
    """Factors within atempo's good range whose product is exactly `speed`; none for 1."""
    factors: list[Fraction] = []
    while speed > TEMPO_MAX:
        factors.append(TEMPO_MAX)
        speed /= TEMPO_MAX
    while speed < TEMPO_MIN:
        factors.append(TEMPO_MIN)
        speed /= TEMPO_MIN
    return [*factors, speed] if speed != 1 else factors


def chain(stream: Any, speed: Rational, start_us: int, samples: int) -> Any:
    """`samples` samples of the clip's sound from `start_us` on the container's clock.

    Silence fills where there is none: before a late start, in gaps, and after the end.
    """
    stream = stream.filter("asetpts", f"PTS-{start_us}/1000000/TB").filter(
        "aresample", SAMPLE_RATE, first_pts=0, ochl="stereo", **{"async": 1}
    )
    for factor in tempo_factors(speed.fraction):
        stream = stream.filter("atempo", f"{float(factor):.9f}")
    return (
        stream.filter("aformat", sample_fmts="s16", channel_layouts="stereo")
        .filter("apad", whole_len=samples)
        .filter("atrim", end_sample=samples)
    )
