"""The outbox: what a commit promised is sent, whatever crashes; what was rolled back is not."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from functions.relay import handler as relay
from medley.db.unit_of_work import SqlUnitOfWork
from medley.errors import Broken, DatabaseUnavailable, QueueUnavailable
from medley.ports.cloud import Message
from medley.runtime.observability import logger
from medley.services import outbox
from medley.services.outbox import BATCH, Drained
from tests.flows.events import Context
from tests.flows.fakes import FakeQueue
from tests.flows.world import World

UnitsOfWork = Callable[[], SqlUnitOfWork]


@pytest.fixture
def queue() -> FakeQueue:
    return FakeQueue()


def promise(unit_of_work: UnitsOfWork, *bodies: str, queue: str = "render") -> None:
    with unit_of_work() as uow:
        uow.outbox.add([Message(queue, "owner", body) for body in bodies])
        uow.commit()


def unsent(unit_of_work: UnitsOfWork) -> int:
    with unit_of_work() as uow:
        statement = "SELECT count(*) FROM outbox WHERE published_at IS NULL"
        return int(uow.connection.exec_driver_sql(statement).scalar_one())


def lapse(unit_of_work: UnitsOfWork) -> None:
    """Let the leases of crashed senders run out."""
    with unit_of_work() as uow:
        uow.connection.exec_driver_sql("UPDATE outbox SET claimed_until = now() - interval '1 second'")
        uow.commit()


def bodies(queue: FakeQueue) -> list[str]:
    return [message.body for message in queue.sent]


def test_what_was_promised_is_sent_once_in_order(unit_of_work: UnitsOfWork, queue: FakeQueue) -> None:
    promise(unit_of_work, "1", "2", "3")
    assert outbox.drain(unit_of_work, queue) == Drained(3)
    assert outbox.drain(unit_of_work, queue) == Drained(0)
    assert bodies(queue) == ["1", "2", "3"]


def test_what_was_rolled_back_is_not(unit_of_work: UnitsOfWork, queue: FakeQueue) -> None:
    with unit_of_work() as uow:
        uow.outbox.add([Message("render", "owner", "1")])
    assert outbox.drain(unit_of_work, queue) == Drained(0)


def test_more_than_a_batch(unit_of_work: UnitsOfWork, queue: FakeQueue) -> None:
    promise(unit_of_work, *(str(n) for n in range(2 * BATCH + 1)))
    assert outbox.drain(unit_of_work, queue, batches=2) == Drained(2 * BATCH)
    assert outbox.drain(unit_of_work, queue, batches=2) == Drained(1)
    assert bodies(queue) == [str(n) for n in range(2 * BATCH + 1)]


def test_a_claim_keeps_to_its_limit_however_the_database_finds_the_rows(unit_of_work: UnitsOfWork) -> None:
    """A query that locks, run again for each row of a join, would go past what it locked before: all of it at once."""
    promise(unit_of_work, *(str(n) for n in range(50)))
    with unit_of_work() as uow:
        for way in ("hashagg", "hashjoin", "mergejoin", "sort", "material", "indexscan", "indexonlyscan", "bitmapscan"):
            uow.connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
        claimed = uow.outbox.claim(older_than_s=0, lease_s=30, limit=10)
    assert [row.message.body for row in claimed if row.message] == [str(n) for n in range(10)]


def test_a_queue_that_is_down_keeps_nobody_waiting(unit_of_work: UnitsOfWork, queue: FakeQueue) -> None:
    promise(unit_of_work, *(str(n) for n in range(2 * BATCH)))
    queue.down = True
    assert outbox.drain(unit_of_work, queue) == Drained(0, failed=True)
    assert queue.calls == 1  # each may take its time to fail
    queue.down = False
    assert outbox.drain(unit_of_work, queue) == Drained(0)  # not at once
    lapse(unit_of_work)
    assert outbox.drain(unit_of_work, queue) == Drained(2 * BATCH)


def test_a_lane_that_is_down_leaves_the_others_theirs(unit_of_work: UnitsOfWork, queue: FakeQueue) -> None:
    """What went out is not sent again each time somebody drains while the other lane is down."""
    promise(unit_of_work, "a1", queue="assemble")
    promise(unit_of_work, "r1", "r2", queue="render")
    promise(unit_of_work, "u1", queue="uploads")
    queue.down = {"render"}
    assert outbox.drain(unit_of_work, queue) == Drained(2, failed=True)
    for _ in range(3):
        lapse(unit_of_work)
        assert outbox.drain(unit_of_work, queue) == Drained(0, failed=True)
    queue.down = False
    lapse(unit_of_work)
    assert outbox.drain(unit_of_work, queue) == Drained(2)
    assert bodies(queue) == ["a1", "u1", "r1", "r2"]


@pytest.mark.parametrize("code", ["unknown_queue", "aws_refused"])
def test_a_queue_one_may_not_send_to_costs_nobody_else_theirs(
    unit_of_work: UnitsOfWork, queue: FakeQueue, code: str
) -> None:
    """The caller's commit stands and its own messages go out; whoever may send to that queue sends the rest."""
    promise(unit_of_work, "r1", "r2", queue="render")
    promise(unit_of_work, "p1", queue="pictures")
    usual = queue.send

    def send(messages: Sequence[Message]) -> Sequence[Message]:
        if any(message.queue == "pictures" for message in messages):
            raise Broken("This function may not.", code=code)
        return usual(messages)

    queue.send = send  # type: ignore[method-assign]
    assert outbox.drain(unit_of_work, queue) == Drained(2, failed=True)
    assert bodies(queue) == ["r1", "r2"]
    queue.send = usual  # type: ignore[method-assign]
    lapse(unit_of_work)
    assert outbox.drain(unit_of_work, queue) == Drained(1)


def test_what_went_out_before_a_lane_went_down_is_not_sent_again(unit_of_work: UnitsOfWork, queue: FakeQueue) -> None:
    promise(unit_of_work, *(str(n) for n in range(30)))
    usual = queue.send

    def fail_the_second_time(messages: Sequence[Message]) -> Sequence[Message]:
        queue.down = queue.calls == 1
        return usual(messages)

    queue.send = fail_the_second_time  # type: ignore[method-assign]
    assert outbox.drain(unit_of_work, queue) == Drained(10, failed=True)
    lapse(unit_of_work)
    assert outbox.drain(unit_of_work, queue) == Drained(20)
    assert bodies(queue) == [str(n) for n in range(30)]


def test_what_is_refused_is_tried_again(unit_of_work: UnitsOfWork, queue: FakeQueue) -> None:
    promise(unit_of_work, "same", "same", "other")
    queue.refuse = 1
    assert outbox.drain(unit_of_work, queue) == Drained(2, failed=True)
    assert unsent(unit_of_work) == 1
    assert outbox.drain(unit_of_work, queue) == Drained(0)  # not at once
    lapse(unit_of_work)
    assert outbox.drain(unit_of_work, queue) == Drained(1)
    assert sorted(bodies(queue)) == ["other", "same", "same"]


def test_what_is_always_refused_is_in_nobody_s_way(unit_of_work: UnitsOfWork, queue: FakeQueue) -> None:
    promise(unit_of_work, *(f"poison {n}" for n in range(BATCH)))
    promise(unit_of_work, "good")
    queue.refuse = BATCH
    assert outbox.drain(unit_of_work, queue) == Drained(1, failed=True)
    assert bodies(queue) == ["good"]


def test_a_crash_before_sending(unit_of_work: UnitsOfWork, queue: FakeQueue) -> None:
    """The claim lapses and someone else sends it."""
    promise(unit_of_work, "1")
    with unit_of_work() as uow:
        assert len(uow.outbox.claim(older_than_s=0, lease_s=30, limit=10)) == 1
        uow.commit()
    assert outbox.drain(unit_of_work, queue) == Drained(0)
    lapse(unit_of_work)
    assert outbox.drain(unit_of_work, queue) == Drained(1)


def test_a_crash_after_sending_sends_twice(unit_of_work: UnitsOfWork, queue: FakeQueue) -> None:
    """Between the send and its mark: at least once, so the message goes out again."""
    promise(unit_of_work, "1")
    calls = iter([unit_of_work, unit_of_work])

    def failing() -> Any:
        factory = next(calls, None)
        if factory is None or len(queue.sent) == 1:
            raise DatabaseUnavailable("gone")
        return factory()

    assert outbox.drain(failing, queue) == Drained(0, failed=True)
    lapse(unit_of_work)
    assert outbox.drain(unit_of_work, queue) == Drained(1)
    assert bodies(queue) == ["1", "1"]


def test_a_lower_id_committed_later_is_not_missed(unit_of_work: UnitsOfWork, queue: FakeQueue) -> None:
    with unit_of_work() as slow:
        slow.outbox.add([Message("render", "owner", "slow")])
        promise(unit_of_work, "fast")
        assert outbox.drain(unit_of_work, queue) == Drained(1)
        slow.commit()
    assert outbox.drain(unit_of_work, queue) == Drained(1)
    assert bodies(queue) == ["fast", "slow"]


def test_many_senders_at_once_send_each_message_once(unit_of_work: UnitsOfWork, queue: FakeQueue) -> None:
    promise(unit_of_work, *(str(n) for n in range(500)))
    with ThreadPoolExecutor(8) as pool:
        drained = list(pool.map(lambda _: outbox.drain(unit_of_work, queue), range(8)))
    assert sum(each.sent for each in drained) == 500
    assert Counter(bodies(queue)) == {str(n): 1 for n in range(500)}


# --- relay ------------------------------------------------------------------------------------------------


@pytest.fixture
def run_relay(unit_of_work: UnitsOfWork, queue: FakeQueue) -> Callable[[], dict[str, int]]:
    deps = relay.Dependencies(unit_of_work, queue, logger("relay"))
    context: Any = Context("relay")
    return lambda: relay.handle({}, context, deps)


def test_relay_leaves_the_young_to_their_senders(
    unit_of_work: UnitsOfWork, queue: FakeQueue, run_relay: Callable[[], dict[str, int]]
) -> None:
    promise(unit_of_work, "1")
    assert run_relay() == {"sent": 0}
    with unit_of_work() as uow:
        uow.connection.exec_driver_sql("UPDATE outbox SET created_at = now() - interval '6 seconds'")
        uow.commit()
    assert run_relay() == {"sent": 1}
    assert bodies(queue) == ["1"]


def test_relay_fails_loudly(
    unit_of_work: UnitsOfWork, queue: FakeQueue, run_relay: Callable[[], dict[str, int]]
) -> None:
    promise(unit_of_work, "1")
    with unit_of_work() as uow:
        uow.connection.exec_driver_sql("UPDATE outbox SET created_at = now() - interval '6 seconds'")
        uow.commit()
    queue.down = True
    with pytest.raises(QueueUnavailable):
        run_relay()
    queue.down = False
    lapse(unit_of_work)
    assert run_relay() == {"sent": 1}


def test_an_order_whose_sender_died_is_sent_by_relay(world: World) -> None:
    """The crash between commit and send: nothing was sent, nothing is lost."""
    ordered = world.order(send=False)
    assert world.pending() == []
    world.sql("UPDATE outbox SET created_at = now() - interval '6 seconds'")
    context: Any = Context("relay")
    relay.handle({}, context, relay.Dependencies(world.unit_of_work, world.queue, logger("relay")))
    world.plan()
    world.deliver()
    assert world.generation(ordered.id).state == "succeeded"
    assert world.broken() == {}
