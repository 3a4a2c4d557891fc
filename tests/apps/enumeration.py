"""An enumeration of every video a small mix can be, from what the documents say of each option, one by one.

It shares no code with the planner. Clips are known by their content; a video is a row of `Shown`. Frames are those of
the finished video unless they say otherwise; the clip's own time runs on the same grid.
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations, pairwise, permutations, product
from math import floor, prod
from typing import NamedTuple

from medley.apps.registry import Library
from medley.apps.video_mixer.spec import MixSpec
from medley.contracts.media import ClipSource

_ROUNDING = Fraction(1, 4)  # of a frame a clip may lack at its end: containers round times


class Shown(NamedTuple):
    """A clip as it stands in a video; `start` is on its own time, `most` how many frames there are from there on."""

    content: str
    speed: str
    look: str
    start: int
    most: int


Shots = tuple[Shown, ...]


def every_video(spec: MixSpec, library: Library, most: int = 10**6) -> set[Shots]:
    """All different videos that can be made; empty where the order must be refused.

    Raises:
        OverflowError: there are more than `most` to look at.
    """
    clips = {clip.facts.sha256: clip for clip in reversed(library.clips)}
    sets = [{_content(library, clip) for clip in members} for members in spec.never_adjacent]
    if any(one & other for one, other in combinations(sets, 2)):
        return set()  # a clip is in one set at most
    rows = {row for row in _rows(spec, library) if _begins_and_ends(spec, library, row) and not _touching(row, sets)}
    ways = {content: _ways(spec, clip) for content, clip in clips.items()}
    if sum(prod(len(ways[content]) for content in row) for row in rows) > most:
        raise OverflowError
    return {shots for row in rows for shots in product(*(ways[content] for content in row)) if _can_be(spec, shots)}


def _content(library: Library, clip_id: object) -> str:
    return next(clip.facts.sha256 for clip in library.clips if clip.clip_id == clip_id)


def _rows(spec: MixSpec, library: Library) -> Iterator[tuple[str, ...]]:
    """The contents shown, in their order, pins and neighbours aside."""
    if spec.mode == "groups":
        yield from _rows_of_groups(spec, library)
        return
    contents = list(dict.fromkeys(clip.facts.sha256 for clip in library.clips))
    many = len(contents) if spec.clips_per_video is None else spec.clips_per_video
    if spec.order == "shuffled":
        yield from permutations(contents, many)
        return
    head, tail = (pin and _content(library, pin) for pin in (spec.first_clip, spec.last_clip))
    for row in combinations(contents, many):
        between = [content for content in row if content not in (head, tail)]
        starts = [head] if head in row else []
        ends = [tail] if tail in row and (tail != head or not starts) else []
        yield (*[content for content in starts if content], *between, *[content for content in ends if content])


def _rows_of_groups(spec: MixSpec, library: Library) -> Iterator[tuple[str, ...]]:
    numbers = {group.name: group.clips for group in spec.groups}
    fillings = []
    seen: set[str] = set()
    any_order = spec.order == "shuffled" and len(library.groups) > 1
    for group in library.groups:
        contents = dict.fromkeys(_content(library, clip) for clip in group.clip_ids)
        if any_order:  # a clip counts in the first of its groups
            contents = {content: None for content in contents if content not in seen}
            seen.update(contents)
        fillings.append(list(permutations(contents, numbers.get(group.name, 1))))
    orders = permutations(fillings) if any_order else [tuple(fillings)]
    for order in orders:
        for parts in product(*order):
            yield tuple(content for part in parts for content in part)


def _begins_and_ends(spec: MixSpec, library: Library, row: Sequence[str]) -> bool:
    return (spec.first_clip is None or row[0] == _content(library, spec.first_clip)) and (
        spec.last_clip is None or row[-1] == _content(library, spec.last_clip)
    )


def _touching(row: Sequence[str], sets: Sequence[set[str]]) -> bool:
    return any(one in members and other in members for one, other in pairwise(row) for members in sets)


def _ways(spec: MixSpec, clip: ClipSource) -> list[Shown]:
    """Every way a clip can be shown: at each speed, in each look, from each place."""
    fps = spec.canvas.fps.fraction
    own = Fraction(clip.facts.video.duration_us, 1_000_000) * fps
    ways = []
    for speed, look in product(spec.speeds, spec.looks):
        whole = floor(own / Fraction(speed) + _ROUNDING)
        kept = whole if spec.window_s is None else min(whole, round(Fraction(spec.window_s) * fps))
        room = 0 if kept == whole else floor(own - (kept - _ROUNDING) * Fraction(speed))  # the last start that fits
        places = min(spec.windows, room + 1)
        starts: Mapping[str, list[int]] = {
            "none": [0],
            "head": [0],
            "middle": [room // 2],
            "tail": [room],
            "spread": [room * place // max(1, places - 1) for place in range(places)],
        }
        ways += [Shown(clip.facts.sha256, speed, look, start, kept) for start in starts[spec.trim]]
    return ways


def _can_be(spec: MixSpec, shots: Shots) -> bool:
    """Whether each is long enough for the transitions it has, and all for the exact length."""
    sides = [(place > 0) + (place < len(shots) - 1) for place in range(len(shots))]
    least = [side * spec.overlap + 1 for side in sides]
    if any(shot.most < frames for shot, frames in zip(shots, least, strict=True)):
        return False
    if spec.total_frames is None:
        return True
    asked = spec.total_frames + spec.overlap * (len(shots) - 1)
    return sum(least) <= asked <= sum(shot.most for shot in shots)
