"""Words: the rows of an insertion by number, as the letters of the sets, and back.

A word is a list of places in `insertion.stages`, with FREE for clips of no set. It is numbered by how each set was put
in: which of the bad gaps and of the others its blocks go into, and how its clips fall into blocks. `draws` are the
numbers of the draws of clips, by letter, which stand in the word from left to right.
"""

from bisect import bisect_right
from collections.abc import Sequence
from math import comb
from typing import NamedTuple

from medley.apps.video_mixer.planning.insertion import Insertion, good_gaps, shapes_of
from medley.apps.video_mixer.planning.subsets import parts, parts_rank, subset, subset_rank

FREE = -1


class Word(NamedTuple):
    """Letters, and by letter the number of the draw of its clips."""

    letters: list[int]
    draws: dict[int, int]


class _Gaps(NamedTuple):
    """The gaps of a row that free blocks can go into, ascending: those between two of a set, and the others."""

    bad: list[int]
    good: list[int]


def unrank(insertion: Insertion, index: int) -> Word:
    """Word `index`, in range(insertion.count). One to one."""
    place = bisect_right(insertion.bounds, index) - 1
    clips, bad = insertion.lasts[place]
    index -= insertion.bounds[place]
    free = insertion.length - clips
    index, drawn = divmod(index, insertion.free[free])
    index, filling = divmod(index, insertion.fillings(clips, bad))
    draws = {FREE: drawn}
    word = _sets(insertion, len(insertion.stages), (clips, bad), index, draws)
    gaps, needed = _open(insertion, word)
    sizes = parts(free + gaps - len(needed), gaps, filling)
    letters: list[int] = []
    for gap in range(len(word) + 1):
        if gap < gaps:
            letters += [FREE] * (sizes[gap] - (gap not in needed))
        letters += word[gap : gap + 1]
    return Word(letters, draws)


def rank(insertion: Insertion, word: Word) -> int:
    """The inverse of `unrank`, for a word of the insertion's length without neighbours of a set."""
    row = [letter for letter in word.letters if letter != FREE]
    index, bad = _sets_rank(insertion, len(insertion.stages), row, word.draws)
    gaps, needed = _open(insertion, row)
    sizes = [int(gap not in needed) for gap in range(gaps)]
    gap = 0
    for letter in word.letters:
        if letter == FREE:
            sizes[gap] += 1
        else:
            gap += 1
    last = len(row), bad
    index = index * insertion.fillings(*last) + parts_rank(sizes)
    index = index * insertion.free[insertion.length - len(row)] + word.draws.get(FREE, 0)
    return index + insertion.bounds[insertion.lasts.index(last)]


def _open(insertion: Insertion, row: Sequence[int]) -> tuple[int, set[int]]:
    """How many gaps there are for the clips of no set, and which have to be filled."""
    number = len(insertion.stages)
    needed = set(_bad(insertion, number, row))
    if insertion.closed is False:
        needed.add(len(row))
    return insertion.gaps(len(row)), needed


def _bad(insertion: Insertion, number: int, row: Sequence[int]) -> list[int]:
    """The gaps between two of a set, the clip before the row included, once its set is put in."""
    begun = row and row[0] < number and insertion.stages[row[0]].begins
    return ([0] if begun else []) + [gap for gap in range(1, len(row)) if row[gap - 1] == row[gap]]


def _gaps(insertion: Insertion, number: int, row: Sequence[int]) -> _Gaps:
    """Where stage `number` can put free blocks into a row of the stages before."""
    stage = insertion.stages[number]
    bad = _bad(insertion, number, row)
    closed = set(bad)
    if stage.begins:
        closed.add(0)
    if stage.ends or insertion.ended(number):
        closed.add(len(row))
    return _Gaps(bad, [gap for gap in range(len(row) + 1) if gap not in closed])


def _sets(insertion: Insertion, number: int, size: tuple[int, int], index: int, draws: dict[int, int]) -> list[int]:
    """Row `index` of the first `number` stages, of those with so many clips and bad gaps, which `size` is."""
    if not number:
        return []
    number -= 1
    stage = insertion.stages[number]
    ways, bounds = insertion.ways(number, *size)
    place = bisect_right(bounds, index) - 1
    way, index = ways[place], index - bounds[place]
    index, draws[number] = divmod(index, stage.table[way.drawn])
    index, shape = divmod(index, shapes_of(stage, way.drawn, way.blocks, way.clips))
    free = good_gaps(stage, way.clips, way.bad, ended=insertion.ended(number))
    index, into_good = divmod(index, comb(free, way.blocks - way.filled))
    index, into_bad = divmod(index, comb(way.bad, way.filled))
    row = _sets(insertion, number, (way.clips, way.bad), index, draws)
    gaps = _gaps(insertion, number, row)
    places = [gaps.bad[at] for at in subset(len(gaps.bad), way.filled, into_bad)]
    places += [gaps.good[at] for at in subset(len(gaps.good), way.blocks - way.filled, into_good)]
    if stage.begins and stage.ends and not row:
        return [number] * way.drawn
    count = way.blocks + stage.begins + stage.ends
    sizes = parts(way.drawn + stage.begins, count, shape)
    if stage.begins:
        sizes[0] -= 1
        places.append(0)
    if stage.ends:
        places.append(len(row))
    made: list[int] = []
    at = dict(zip(sorted(places), sizes, strict=True))
    for gap in range(len(row) + 1):
        made += [number] * at.get(gap, 0)
        made += row[gap : gap + 1]
    return made


def _sets_rank(insertion: Insertion, number: int, row: Sequence[int], draws: dict[int, int]) -> tuple[int, int]:
    """The number of a row of the first `number` stages, and how many bad gaps it has."""
    if not number:
        return 0, 0
    number -= 1
    stage = insertion.stages[number]
    before = [letter for letter in row if letter != number]
    index, was = _sets_rank(insertion, number, before, draws)
    sizes: dict[int, int] = {}
    gap = 0
    for letter in row:
        if letter == number:
            sizes[gap] = sizes.get(gap, 0) + 1
        else:
            gap += 1
    drawn = sum(sizes.values())
    bad = len(_bad(insertion, number + 1, row))
    gaps = _gaps(insertion, number, before)
    into_bad = [at for at, gap in enumerate(gaps.bad) if gap in sizes]
    into_good = [at for at, gap in enumerate(gaps.good) if gap in sizes]
    alone = stage.begins and stage.ends and not before
    if stage.begins:
        sizes[0] = sizes.get(0, 0) + 1
    blocks = len(into_bad) + len(into_good)
    shape = 0 if alone else parts_rank([sizes[gap] for gap in sorted(sizes)])
    index = index * comb(was, len(into_bad)) + subset_rank(len(gaps.bad), into_bad)
    free = good_gaps(stage, len(before), was, ended=insertion.ended(number))
    index = index * comb(free, len(into_good)) + (0 if alone else subset_rank(len(gaps.good), into_good))
    index = index * shapes_of(stage, drawn, blocks, len(before)) + shape
    index = index * stage.table[drawn] + draws.get(number, 0)
    ways, bounds = insertion.ways(number, len(row), bad)
    chosen = (drawn, blocks, len(into_bad), len(before), was)
    place = next(place for place, way in enumerate(ways) if way[:5] == chosen)
    return index + bounds[place], bad
