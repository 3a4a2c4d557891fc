"""Whose message is next in a queue that many share, as in SQS's fair queues: nobody waits for another's backlog.

Two turns of three go to whoever has the least here, waiting and in flight together: one video behind thirty orders is
soon done, and hardly costs them anything. The third goes round, to whoever has waited longest for a turn, so that
small orders without end starve no large one. Each one's own messages keep their order.

SQS does not tell how it chooses; it promises that a quiet group does not wait for a noisy one.
"""

from collections import Counter, deque
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final, TypeVar

Group = str | None
T = TypeVar("T")
ROUND: Final = 3  # of so many turns, the last goes round


class Turns:
    """The turns of one queue."""

    def __init__(self) -> None:
        self._turn = 0
        self._served: dict[Group, int] = {}  # the last turn of each

    def order(
        self, waiting: Sequence[T], group_of: Callable[[T], Group], in_flight: Mapping[Group, int], *, first: int
    ) -> list[T]:
        """`waiting`, which stand in the order they came, with the next `first` in front as their turns come."""
        queues: dict[Group, deque[T]] = {}
        for item in waiting:
            queues.setdefault(group_of(item), deque()).append(item)
        if len(queues) < 2:  # noqa: PLR2004 - there is nobody to take turns with
            return list(waiting)
        burden = Counter({group: len(own) + in_flight.get(group, 0) for group, own in queues.items()})
        served, chosen = dict(self._served), []
        for turn in range(self._turn, self._turn + min(first, len(waiting))):
            group = min(queues, key=lambda each: self._rank(turn, burden[each], served.get(each, -1)))
            served[group] = turn
            chosen.append(queues[group].popleft())
            if not queues[group]:
                del queues[group]
        rest = (item for item in waiting if not any(item is taken for taken in chosen))
        return [*chosen, *rest]

    def took(self, groups: Sequence[Group], present: Collection[Group]) -> None:
        """Note whose messages were taken; who is not `present` any more is forgotten."""
        for group in groups:
            self._served[group] = self._turn
            self._turn += 1
        self._served = {group: turn for group, turn in self._served.items() if group in present}

    def _rank(self, turn: int, burden: int, served: int) -> tuple[int, int]:
        """The least goes first; who came first, among equals."""
        return (served, burden) if turn % ROUND == ROUND - 1 else (burden, served)
