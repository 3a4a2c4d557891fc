"""A set one can draw from by chance: add, discard, look up and draw take constant time, in an order that repeats."""

from collections.abc import Iterable, Iterator
from random import Random


class RandomSet:
    """Different integers."""

    def __init__(self, items: Iterable[int] = ()) -> None:
        self._items = list(items)
        self._at = {item: place for place, item in enumerate(self._items)}

    def __len__(self) -> int:
        return len(self._items)

    def __contains__(self, item: int) -> bool:
        return item in self._at

    def discard(self, item: int) -> None:
        place = self._at.pop(item, None)
        if place is None:
            return
        last = self._items.pop()
        if last != item:
            self._items[place] = last
            self._at[last] = place

    def draw(self, chance: Random) -> int:
        """One of them; there must be one."""
        return self._items[int(chance.random() * len(self._items))]

    def round(self, chance: Random) -> Iterator[int]:
        """All of them, from a chance one on."""
        start = int(chance.random() * len(self._items))
        for turn in range(start - len(self._items), start):
            yield self._items[turn]
