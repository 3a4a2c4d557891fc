"""Nobody waits for another's backlog: whose turn it is, on a clock of one unit a task, and in the real queues."""

import heapq
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local.storage.service import Storage
from local.storage.turns import ROUND, Turns

TASK = 1.0  # how long one takes
RENDER, ASSEMBLE = 0, 1


@dataclass(frozen=True)
class Order:
    """So many tasks of either lane for one owner; those of the second are sent when the first are done."""

    owner: str
    at: float
    renders: int
    assembles: int


@dataclass
class Lane:
    """A queue and its workers, with the turns that are tested or first in, first out."""

    workers: int
    turns: Turns | None
    waiting: list[int] = field(default_factory=list)  # the order of each message
    working: Counter[str | None] = field(default_factory=Counter)

    def take(self, orders: Sequence[Order]) -> int:
        if self.turns is None:
            taken = self.waiting.pop(0)
        else:
            (taken, *self.waiting) = self.turns.order(self.waiting, lambda n: orders[n].owner, self.working, first=1)
            owner = orders[taken].owner
            self.turns.took([owner], {owner, *self.working, *(orders[n].owner for n in self.waiting)})
        self.working[orders[taken].owner] += 1
        return taken


def run(orders: Sequence[Order], workers: int, *, fair: bool = True) -> list[float]:
    """When each order was done."""
    lanes = [Lane(workers, Turns() if fair else None) for _ in (RENDER, ASSEMBLE)]
    left = [[order.renders, order.assembles] for order in orders]
    done = [0.0] * len(orders)
    events: list[tuple[float, int, int, int]] = [(order.at, 0, n, RENDER) for n, order in enumerate(orders)]
    heapq.heapify(events)
    while events:
        now, ended, n, lane = heapq.heappop(events)
        if ended:
            lanes[lane].working[orders[n].owner] -= 1
            left[n][lane] -= 1
            if left[n] == [0, 0]:
                done[n] = now
            elif lane == RENDER and left[n][RENDER] == 0:
                lanes[ASSEMBLE].waiting += [n] * orders[n].assembles
        else:
            lanes[RENDER].waiting += [n] * orders[n].renders
        if events and events[0][0] == now:
            continue
        for place, each in enumerate(lanes):
            while each.waiting and sum(each.working.values()) < each.workers:
                heapq.heappush(events, (now + TASK, 1, each.take(orders), place))
    return done


@settings(max_examples=300)
@given(
    owners=st.integers(1, 12),
    each=st.integers(1, 3),
    renders=st.integers(5, 40),  # more than the small one has
    assembles=st.integers(2, 20),
    small=st.tuples(st.integers(1, 4), st.integers(1, 2)),
    workers=st.integers(2, 4),
    at=st.floats(0.5, 40.0),
)
def test_a_late_small_order_waits_less_than_twice_its_lone_time_and_one_task(
    *, owners: int, each: int, renders: int, assembles: int, small: tuple[int, int], workers: int, at: float
) -> None:
    crowd = [Order(f"owner {n}", 0.0, renders, assembles) for n in range(owners) for _ in range(each)]
    late = Order("late", at, *small)
    lone = run([late], workers)[0] - at
    waited = run([*crowd, late], workers)[-1] - at
    assert waited < 2 * lone + TASK


def test_first_in_first_out_would_have_waited_for_all_of_them() -> None:
    """The test above can fail: thirty orders, as they were found to be served."""
    crowd = [Order(f"owner {n % 10}", 0.0, 20, 10) for n in range(30)]
    late = Order("late", 5.0, 2, 1)
    assert run([*crowd, late], 2, fair=False)[-1] > 300
    assert run([*crowd, late], 2)[-1] <= 5.0 + 2 * 2 * TASK + TASK


def test_small_orders_without_end_starve_no_large_one() -> None:
    small = [Order(f"small {n}", float(n), 2, 1) for n in range(200)]  # as much as both workers can do
    large = Order("large", 0.0, 20, 1)
    assert run([large, *small], 2)[0] < 100


@given(st.lists(st.sampled_from(["a", "b", "c", None]), max_size=60), st.integers(0, 20), st.data())
def test_turns_change_nothing_but_the_order_among_groups(
    groups: list[str | None], first: int, data: st.DataObject
) -> None:
    turns = Turns()
    turns.took(data.draw(st.lists(st.sampled_from(["a", "b", None]), max_size=9)), {"a", "b", "c", None})
    items = list(enumerate(groups))
    ordered = turns.order(items, lambda item: item[1], {}, first=first)
    assert sorted(ordered) == sorted(items) if None not in groups else len(ordered) == len(items)
    for group in ("a", "b", "c", None):
        assert [item for item in ordered if item[1] == group] == [item for item in items if item[1] == group]


def test_equals_take_turns() -> None:
    turns = Turns()
    waiting = [(group, n) for group in "abc" for n in range(3 * ROUND)]
    taken = []
    while waiting:
        (item, *waiting) = turns.order(waiting, lambda each: each[0], {}, first=1)
        turns.took([item[0]], {each[0] for each in waiting})
        taken.append(item[0])
    assert all(set(taken[n : n + 3 * ROUND]) == set("abc") for n in range(0, len(taken) - 9, 9))


@pytest.fixture
def queue(storage: Storage) -> Any:
    client = storage.sqs()
    url = client.create_queue(QueueName=f"q-{uuid4().hex}", Attributes={"VisibilityTimeout": "600"})["QueueUrl"]

    class Real:
        def send(self, group: str | None, count: int) -> None:
            for n in range(count):
                fair: Any = {} if group is None else {"MessageGroupId": group}
                client.send_message(QueueUrl=url, MessageBody=json.dumps([group, n]), **fair)

        def receive(self, count: int = 1) -> list[Any]:
            answer = client.receive_message(QueueUrl=url, MaxNumberOfMessages=count)
            return [json.loads(message["Body"]) for message in answer.get("Messages", [])]

    yield Real()
    client.delete_queue(QueueUrl=url)
    client.close()


def test_the_real_queue_takes_turns(queue: Any) -> None:
    for n in range(10):
        queue.send(f"owner {n}", 12)
    assert len(queue.receive(2)) == 2  # two workers are busy
    queue.send("late", 2)
    taken = [item for _ in range(3) for item in queue.receive()]
    assert [item for item in taken if item[0] == "late"] == [["late", 0], ["late", 1]]


def test_the_real_queue_takes_turns_within_a_batch(queue: Any) -> None:
    queue.send("noisy", 30)
    queue.send("quiet", 3)
    queue.send(None, 1)
    batch = queue.receive(10)
    assert [item[1] for item in batch if item[0] == "quiet"] == [0, 1, 2]
    assert [None, 0] in batch
    rest = [item for _ in range(3) for item in queue.receive(10)]
    assert [item[1] for item in [*batch, *rest] if item[0] == "noisy"] == list(range(30))
