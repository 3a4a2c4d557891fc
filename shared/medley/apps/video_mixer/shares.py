"""Shares: how an exact length is divided among a video's clips, in whole frames, and which stretch of each is kept."""

from collections.abc import Sequence
from fractions import Fraction

from medley.apps.video_mixer.choices import Share
from medley.apps.video_mixer.variants import Variant
from medley.contracts.media import Activity, ClipSource, Rational

QUIET = 16  # added to every score, so that a still and silent stretch counts for something
_FINENESS = 24  # bits of the fraction of a factor


def weight(share: Share, clip: ClipSource, variant: Variant, fps: Rational) -> int:
    """What a clip's share is to be in proportion to: 1, its length, or how busy it is over its length."""
    if share == "equal":
        return 1
    activity = clip.facts.activity
    if share == "proportional" or activity is None:
        return variant.frames * (1 if share == "proportional" else QUIET)
    length = variant.frames * variant.speed.fraction
    return max(1, int(_score(activity, variant.start_frame, length, _step(activity, fps))))


def divide(total: int, wanted: Sequence[int], most: Sequence[int], least: Sequence[int]) -> list[int]:
    """`total` frames in shares proportional to `wanted`, each from its `least` to its `most`; they add up exactly.

    What a short clip cannot take goes to the others. Frames left over by rounding go to the last clips that can take
    them, one to each, so every share is within a frame of what it should be.

    Args:
        most: frames each clip has, none fewer than its `least`; together at least `total`.
        least: frames each share has at least; together at most `total`.
    """
    low, high = 0, total << _FINENESS  # of the common factor all wanted shares are multiplied with
    while low < high:
        middle = (low + high + 1) // 2
        if sum(_clamped(middle, wanted, most, least)) <= total:
            low = middle
        else:
            high = middle - 1
    shares = _clamped(low, wanted, most, least)
    above = _clamped(low + 1, wanted, most, least)  # together more than `total`, if these are less
    left = total - sum(shares)
    for place in reversed(range(len(most))):
        gain = min(left, above[place] - shares[place])
        shares[place] += gain
        left -= gain
    return shares


def _clamped(factor: int, wanted: Sequence[int], most: Sequence[int], least: Sequence[int]) -> list[int]:
    shares = (want * factor >> _FINENESS for want in wanted)
    return [max(low, min(share, top)) for share, top, low in zip(shares, most, least, strict=True)]


def busiest(clip: ClipSource, variant: Variant, frames: int, fps: Rational) -> int:
    """Where in the variant's stretch the busiest `frames` frames begin, as a start on the canvas's frame grid.

    Starts are tried at every step of the scores; of equally busy ones the one nearest the middle wins, which is also
    what a clip without scores gets.
    """
    activity = clip.facts.activity
    room = int((variant.frames - frames) * variant.speed.fraction)
    middle = variant.start_frame + room // 2
    if activity is None or room == 0:
        return middle
    step = _step(activity, fps)
    length = frames * variant.speed.fraction
    starts: set[int] = {variant.start_frame + min(room, int(step * turn)) for turn in range(int(room / step) + 2)}
    return max(starts, key=lambda start: (_score(activity, start, length, step), -abs(start - middle), -start))


def _step(activity: Activity, fps: Rational) -> Fraction:
    """Frames that one score is for."""
    return Fraction(activity.step_us, 1_000_000) * fps.fraction


def _score(activity: Activity, start: int, length: Fraction, step: Fraction) -> Fraction:
    """Sum of the scores over `length` source frames from `start`; each counts for as many frames as it covers."""
    total, begin = Fraction(0), Fraction(start)
    end = begin + length
    for number in range(int(start / step), min(len(activity.motion), int(end / step) + 1)):
        covered = min(end, (number + 1) * step) - max(begin, number * step)
        total += max(covered, Fraction(0)) * (QUIET + activity.motion[number] + activity.loudness[number] // 2)
    return total
