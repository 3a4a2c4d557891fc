"""Designs: sets of videos that are as unlike as can be proved, where clips and groups allow them.

All clips in any order: the rows of a row-complete Latin square (Williams, 1949). For an even number n of clips, n
videos in which each clip stands at each place once and each ordered pair of clips follows each other once; for odd n,
2n videos with each clip at each place and each pair twice.

One clip of each group: an orthogonal array of strength 2 (Bose, 1938; a Reed-Solomon code of dimension 2). For G groups
of q clips, q a prime power and q >= G - 1, q**2 videos of which any two share at most one clip. For groups of other or
different sizes the array of the next prime power is made and the rows with clips that are not there are left out: still
any two share at most one, and there are the fewer the larger the gaps. Groups of one clip stand apart: all share those.
"""

from collections.abc import Iterator, Sequence
from itertools import count, islice
from random import Random

from medley.apps.video_mixer.planning.arrangements import Arrangements
from medley.apps.video_mixer.planning.block_counting import Block
from medley.apps.video_mixer.planning.blocks import BlocksInAnyOrder, BlocksInOrder
from medley.apps.video_mixer.planning.galois import GaloisField, prime_power

_ORDERS_MIN = 2  # clips; one has one order


def design(arrangements: Arrangements, most: int, chance: Random) -> list[list[int]]:
    """Up to `most` videos as clips in the order of the blocks; none if no design fits.

    Chance relabels clips and rows. Rows that break a never-adjacent set are in it; they are the caller's to leave out.
    """
    if not isinstance(arrangements, BlocksInOrder | BlocksInAnyOrder):
        return []
    blocks = arrangements.blocks
    rows: Iterator[list[int]] = iter(())
    if len(blocks) > 1 and all(block.picked == 1 for block in blocks):
        rows = _one_of_each(blocks, chance)
    elif len(blocks) == 1 and blocks[0].drawn == len(blocks[0].free) >= _ORDERS_MIN:
        rows = _orders(blocks[0], chance)
    return list(islice(rows, most))


def latin_squares(size: int) -> Iterator[tuple[int, ...]]:
    """The rows of a row-complete Latin square of even size, or of the pair of squares of odd size that is balanced."""
    zigzag = [place // 2 if place % 2 == 0 else size - (place + 1) // 2 for place in range(size)]
    for shift in range(size):
        yield tuple((value + shift) % size for value in zigzag)
    if size % 2:
        for shift in range(size):
            yield tuple((value + shift) % size for value in reversed(zigzag))


def orthogonal_array(order: int, sizes: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """The rows of an orthogonal array of strength 2 and index 1, for up to order + 1 columns with so many values each.

    There are order**2 rows, less those with a value that its column does not have. If none is missing, `order`
    consecutive rows have each value once in each column, but for the last column if there are order + 1.
    """
    field = GaloisField(order)
    for slope in range(order):
        for offset in range(order):
            row = []
            for place, size in enumerate(sizes):
                value = field.line(slope, offset, place) if place < order else slope
                if value >= size:
                    break
                row.append(value)
            else:
                yield tuple(row)


def array_order(sizes: Sequence[int]) -> int:
    """The least prime power that holds the largest size and whose array has a column for each."""
    return next(order for order in count(max(*sizes, len(sizes) - 1, 2)) if prime_power(order))


def _orders(block: Block, chance: Random) -> Iterator[list[int]]:
    clips = list(block.free)
    shuffle(clips, chance)
    head = [] if block.first is None else [block.first]
    tail = [] if block.last is None else [block.last]
    for row in latin_squares(len(clips)):
        yield [*head, *(clips[value] for value in row), *tail]


def _one_of_each(blocks: Sequence[Block], chance: Random) -> Iterator[list[int]]:
    """Rows of the array whose values are clips of the groups; a pinned clip is a group of one."""
    members = [list(block.pins or block.clips) for block in blocks]
    columns = [place for place, clips in enumerate(members) if len(clips) > 1]
    if len(columns) < _ORDERS_MIN:
        return
    for clips in members:
        shuffle(clips, chance)
    sizes = [len(members[place]) for place in columns]
    for values in orthogonal_array(array_order(sizes), sizes):
        row = [clips[0] for clips in members]
        for place, value in zip(columns, values, strict=True):
            row[place] = members[place][value]
        yield row


def shuffle(items: list[int], chance: Random) -> None:
    """Fisher and Yates, by `random()` alone, which is the same in every version of Python."""
    for last in range(len(items) - 1, 0, -1):
        other = int(chance.random() * (last + 1))
        items[last], items[other] = items[other], items[last]
