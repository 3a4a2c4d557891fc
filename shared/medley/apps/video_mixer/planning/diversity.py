"""Diversity: how alike two videos are, and at once how alike one is to each of many.

    alike(a, b) = 8 * (seconds of source in both, in lengths of an average clip)
                + 4 * (places at which both show the same clip)
                + 4 * (pairs of clips that follow each other in both)

in whole points; the distance that the planner makes large is what is missing from 16 points for each clip. Looks and
speeds are not footage: the same stretch in another look counts as shared.

The points that a video has in common with all earlier ones are added up for all of them in one go: the earlier videos
that have a feature are the bits of an integer, and a sum is kept as bit planes, plane p holding bit p of each sum.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple, Protocol

from medley.apps.video_mixer.planning.arrangements import Arrangements, Video
from medley.contracts.media import Rational

FOOTAGE_POINTS = 8  # an average clip
ARRANGEMENT_PLANE = 2  # 4 points, for a clip's place and for a pair of neighbours
_PLANES = 16
_CELLS = 8  # the stretches of a clip are told apart to an eighth of it


class VariantLike(Protocol):
    """What a variant shows: `frames` of output from source frame `start_frame` at a speed."""

    @property
    def start_frame(self) -> int: ...

    @property
    def frames(self) -> int: ...

    @property
    def speed(self) -> Rational: ...


class Cell(NamedTuple):
    """A stretch of a clip that some variants show whole, and how many points it is. Cells of all clips differ."""

    number: int
    points: int


class Footage:
    """The cells each variant of each clip shows."""

    def __init__(self, stretches: Mapping[int, Sequence[Sequence[Cell]]]) -> None:
        """`stretches` are numbered within each clip."""
        self.clips = max(stretches, default=0) + 1
        self.cells = 0
        self._shown: dict[int, list[list[Cell]]] = {}
        for clip, variants in stretches.items():
            self._shown[clip] = [[Cell(self.cells + number, points) for number, points in cells] for cells in variants]
            self.cells += 1 + max(number for cells in variants for number, _ in cells)

    @classmethod
    def of(cls, arrangements: Arrangements, variants: Mapping[int, Sequence[VariantLike]] | None) -> "Footage":
        """Without variants each clip is one cell and all are equally long."""
        clips = {clip for pool in arrangements.pools for clip in pool.clips}
        if variants is None:
            whole = [Cell(0, FOOTAGE_POINTS)]
            return cls({clip: [whole] * arrangements.weights.get(clip, 1) for clip in clips})
        spans = {clip: [_span(variant) for variant in variants[clip]] for clip in clips}
        shown = [end - start for found in spans.values() for start, end in found]
        mean = Fraction(sum(shown), len(shown))
        return cls({clip: _cells(found, mean) for clip, found in spans.items()})

    def shown(self, video: Video) -> list[Cell]:
        """The cells a video shows."""
        return [cell for clip, variant in video for cell in self._shown[clip][variant]]


class Likeness(NamedTuple):
    """Of one video with earlier ones; more is worse."""

    points: int  # with the one it is most alike
    videos: int  # that are as alike


class Earlier:
    """Videos, and how alike another is to each."""

    def __init__(self, footage: Footage) -> None:
        self._footage = footage
        self._count = 0
        self._showing = [0] * footage.cells  # by cell: the videos that show it, as bits; so for the next
        self._arranged: dict[int, int] = {}  # by clip and place, or by a pair of clips

    def add(self, video: Video) -> None:
        bit = 1 << self._count
        self._count += 1
        for cell, _ in self._footage.shown(video):
            self._showing[cell] |= bit
        for feature in self._arrangement(video):
            self._arranged[feature] = self._arranged.get(feature, 0) | bit

    def likeness(self, video: Video) -> Likeness:
        """Of a video with the one of these that it is most alike."""
        planes = [0] * _PLANES
        for cell, points in self._footage.shown(video):
            showing = self._showing[cell]
            if showing:
                for plane in range(points.bit_length()):
                    if points >> plane & 1:
                        _add(planes, plane, showing)
        arranged = self._arranged
        for feature in self._arrangement(video):
            if feature in arranged:
                _add(planes, ARRANGEMENT_PLANE, arranged[feature])
        most, alike = (1 << self._count) - 1, 0
        for plane in range(len(planes) - 1, -1, -1):
            among = most & planes[plane]
            if among:
                most = among
                alike |= 1 << plane
        return Likeness(alike, most.bit_count())

    def _arrangement(self, video: Video) -> list[int]:
        """A number for each clip at its place and for each pair of neighbours."""
        clips = [pick.clip for pick in video]
        base = self._footage.clips
        at = [place * base + clip for place, clip in enumerate(clips)]
        return at + [-1 - before * base - after for before, after in pairwise(clips)]


def _add(planes: list[int], plane: int, bits: int) -> None:
    """Add 2**plane to the sums of these bits."""
    while bits:
        if plane == len(planes):
            planes.append(0)
        planes[plane], bits = planes[plane] ^ bits, planes[plane] & bits
        plane += 1


def _span(variant: VariantLike) -> tuple[Fraction, Fraction]:
    """The source time a variant shows, in frames."""
    start = Fraction(variant.start_frame)
    return start, start + variant.frames * variant.speed.fraction


def _cells(spans: Sequence[tuple[Fraction, Fraction]], mean: Fraction) -> list[list[Cell]]:
    """The cells of each variant of one clip: eighths, joined where the same variants show them."""
    first, last = min(start for start, _ in spans), max(end for _, end in spans)
    length = (last - first) / _CELLS
    edges = [(round((start - first) / length), round((end - first) / length)) for start, end in spans]
    edges = [(min(start, _CELLS - 1), max(end, start + 1)) for start, end in edges]
    bounds = sorted({bound for pair in edges for bound in pair})
    found: list[list[Cell]] = [[] for _ in spans]
    for number, (start, end) in enumerate(pairwise(bounds)):
        cell = Cell(number, max(1, round(FOOTAGE_POINTS * (end - start) * length / mean)))
        for cells, (begins, ends) in zip(found, edges, strict=True):
            if begins <= start and end <= ends:
                cells.append(cell)
    return found
