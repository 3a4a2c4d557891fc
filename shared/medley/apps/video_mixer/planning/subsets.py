"""Subsets of a range by number, in lexicographic order, and what can be numbered by them."""

from collections.abc import Sequence
from itertools import pairwise
from math import comb


def subset(size: int, picked: int, index: int) -> list[int]:
    """Subset `index`, in range(comb(size, picked)), of range(size): ascending. One to one."""
    found: list[int] = []
    item = 0
    while len(found) < picked:
        ways = comb(size - item - 1, picked - len(found) - 1)
        if index < ways:
            found.append(item)
        else:
            index -= ways
        item += 1
    return found


def subset_rank(size: int, items: Sequence[int]) -> int:
    """The inverse of `subset`."""
    index, start = 0, 0
    for place, item in enumerate(items):
        left = len(items) - place - 1
        index += sum(comb(size - other - 1, left) for other in range(start, item))
        start = item + 1
    return index


def parts(total: int, count: int, index: int) -> list[int]:
    """Composition `index`, in range(comb(total - 1, count - 1)), of a total into so many parts of at least one."""
    cuts = [cut + 1 for cut in subset(total - 1, count - 1, index)] if count else []
    return [end - start for start, end in pairwise((0, *cuts, total))] if count else []


def parts_rank(sizes: Sequence[int]) -> int:
    """The inverse of `parts`."""
    if not sizes:
        return 0
    cuts, total = [], 0
    for size in sizes:
        total += size
        cuts.append(total - 1)
    return subset_rank(total - 1, cuts[:-1])
