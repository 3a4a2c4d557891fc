"""Ranked permutations: ordered draws of different clips, each in one of its variants, counted and numbered exactly.

Of clips with weights w there are p! e_p(w) draws of p, where e_p is the elementary symmetric polynomial: the sum over
all subsets of p clips of the product of their weights. Clips of equal weight are interchangeable, so a draw is numbered
by how many clips of each weight it has, the word of weights they make, and which clips stand for each weight. A draw of
one clip is numbered straight through the pool.
"""

from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate
from math import comb, factorial

from medley.apps.video_mixer.planning.arrangements import Clips, Pick, Weights


class Draw:
    """A pool to draw from."""

    def __init__(self, clips: Clips, weights: Weights) -> None:
        by_weight: dict[int, list[int]] = {}
        for clip in clips:
            by_weight.setdefault(weights.get(clip, 1), []).append(clip)
        self._classes = [(weight, by_weight[weight]) for weight in sorted(by_weight)]
        self._subsets: dict[tuple[int, int], int] = {}
        self._clips, self._weights = clips, weights
        self.size = len(clips)

    def count(self, picked: int) -> int:
        """How many draws of `picked` clips there are; 0 if there are not so many clips."""
        return factorial(picked) * self._subsets_of(0, picked)

    def unrank(self, picked: int, index: int) -> list[Pick]:
        """Draw `index`, in range(count(picked)). One to one."""
        if not picked:
            return []
        if picked == 1:
            place = bisect_right(self._starts, index) - 1
            return [Pick(self._clips[place], index - self._starts[place])]
        if len(self._classes) == 1:
            return self._draw(0, picked, index)[0]
        sizes, index = self._sizes(picked, index)
        word, index = _word(sizes, index)
        drawn = []
        for place, size in enumerate(sizes):
            picks, index = self._draw(place, size, index)
            drawn.append(iter(picks))
        return [next(drawn[place]) for place in word]

    def rank(self, picks: Sequence[Pick]) -> int:
        """The number of a draw of this pool's clips, each once and in one of its variants."""
        if len(picks) == 1:
            return self._starts[self._places[picks[0].clip]] + picks[0].variant
        if len(self._classes) == 1:
            return self._rank_in(0, picks, 0)
        word = [self._homes[pick.clip] for pick in picks]
        drawn: list[list[Pick]] = [[] for _ in self._classes]
        for place, pick in zip(word, picks, strict=True):
            drawn[place].append(pick)
        index = 0
        for place in reversed(range(len(drawn))):
            index = self._rank_in(place, drawn[place], index)
        sizes = [len(part) for part in drawn]
        index = index * _words(sizes) + _word_rank(sizes, word)
        return index + self._smaller(sizes) * factorial(len(picks))

    @cached_property
    def _starts(self) -> list[int]:
        """The number of each clip's first variant, among draws of one clip."""
        return [0, *accumulate(self._weights.get(clip, 1) for clip in self._clips[:-1])]

    @cached_property
    def _places(self) -> dict[int, int]:
        return {clip: place for place, clip in enumerate(self._clips)}

    @cached_property
    def _homes(self) -> dict[int, int]:
        """The class of each clip."""
        return {clip: place for place, (_, clips) in enumerate(self._classes) for clip in clips}

    def _subsets_of(self, start: int, picked: int) -> int:
        """e_picked of the weights from class `start` on."""
        if picked == 0:
            return 1
        if start == len(self._classes):
            return 0
        weight, clips = self._classes[start]
        if start == len(self._classes) - 1:
            return comb(len(clips), picked) * int(weight**picked)
        found = self._subsets.get((start, picked))
        if found is None:
            found = sum(
                self._from_class(start, size) * self._subsets_of(start + 1, picked - size)
                for size in range(min(picked, len(clips)) + 1)
            )
            self._subsets[start, picked] = found
        return found

    def _from_class(self, place: int, size: int) -> int:
        weight, clips = self._classes[place]
        return comb(len(clips), size) * int(weight**size)

    def _sizes(self, picked: int, index: int) -> tuple[list[int], int]:
        """How many clips of each class, and the number among the draws that have so many."""
        orders = factorial(picked)
        sizes, so_far = [], orders
        for place in range(len(self._classes)):
            size = 0
            while True:
                ways = self._from_class(place, size)
                block = so_far * ways * self._subsets_of(place + 1, picked - size)
                if index < block:
                    break
                index -= block
                size += 1
            sizes.append(size)
            so_far *= ways
            picked -= size
        return sizes, index

    def _smaller(self, sizes: Sequence[int]) -> int:
        """How many subsets come before those with so many clips of each class."""
        before, so_far, picked = 0, 1, sum(sizes)
        for place, size in enumerate(sizes):
            for smaller in range(size):
                before += so_far * self._from_class(place, smaller) * self._subsets_of(place + 1, picked - smaller)
            so_far *= self._from_class(place, size)
            picked -= size
        return before

    def _draw(self, place: int, size: int, index: int) -> tuple[list[Pick], int]:
        """`size` clips of one class by the digits of `index` in mixed radix, and what is left of it."""
        weight, clips = self._classes[place]
        pool, picks = list(clips), []
        for _ in range(size):
            index, digit = divmod(index, len(pool) * weight)
            clip, variant = divmod(digit, weight)
            picks.append(Pick(pool.pop(clip), variant))
        return picks, index

    def _rank_in(self, place: int, picks: Sequence[Pick], index: int) -> int:
        """The inverse of `_draw`."""
        weight, clips = self._classes[place]
        pool, digits = list(clips), []
        for pick in picks:
            at = pool.index(pick.clip)
            digits.append((at * weight + pick.variant, len(pool) * weight))
            pool.pop(at)
        for digit, radix in reversed(digits):
            index = index * radix + digit
        return index


def _words(sizes: Sequence[int]) -> int:
    """How many words have so many of each letter: the multinomial coefficient."""
    left, words = sum(sizes), 1
    for size in sizes:
        words *= comb(left, size)
        left -= size
    return words


def _word(sizes: Sequence[int], index: int) -> tuple[list[int], int]:
    """The word with so many of each letter that the low digit of `index` names, and the rest of `index`."""
    words = _words(sizes)
    index, number = divmod(index, words)
    remaining, word = list(sizes), []
    for left in range(sum(sizes), 0, -1):
        for letter, size in enumerate(remaining):  # noqa: B007 - the last is the one that comes
            starting = words * size // left
            if number < starting:
                break
            number -= starting
        word.append(letter)
        remaining[letter] -= 1
        words = starting
    return word, index


def _word_rank(sizes: Sequence[int], word: Sequence[int]) -> int:
    words, remaining, number = _words(sizes), list(sizes), 0
    for left, letter in zip(range(len(word), 0, -1), word, strict=True):
        number += sum(words * size // left for size in remaining[:letter])
        words = words * remaining[letter] // left
        remaining[letter] -= 1
    return number
