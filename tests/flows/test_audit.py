"""The audit: what changed is looked at in the next pass, what is old comes round, and a pass that dies is seen."""

import logging
from collections import Counter
from uuid import UUID

import pytest

from medley.ports.invariants import Rows, Subject
from medley.services import audit
from medley.services.upkeep import Upkeep
from tests.flows.conftest import Sweep
from tests.flows.world import World

LONG_AGO = """
    UPDATE generations SET created_at = now() - interval '9 days', finished_at = now() - interval '9 days'
    WHERE state <> 'running';
    UPDATE entries SET created_at = now() - interval '9 days';
    UPDATE clips SET settled_at = now() - interval '9 days'
"""


def always() -> bool:
    return True


def changes(world: World) -> dict[str, int]:
    """What a look at the changes finds, without the zeros."""
    return {name: n for name, n in audit.changes(world.unit_of_work, always).items() if n}


def rounds(world: World, **options: int) -> dict[str, int]:
    """What a pass of the rounds finds, without the zeros."""
    return {name: n for name, n in audit.rounds(world.unit_of_work, always, **options).items() if n}


def ended(world: World, key: str = "k") -> UUID:
    """A generation that was delivered long ago."""
    generation = world.order(key).id
    world.deliver()
    for statement in LONG_AGO.split(";"):
        world.sql(statement)
    return generation


def test_what_changed_is_looked_at_once_and_what_is_open_each_time(world: World) -> None:
    ended(world)
    world.sql("DELETE FROM looks")
    assert changes(world) == {}
    generation = world.order("running").id
    first = changes(world)
    assert first == {"looked_at": 2}  # the order, and the person whose credits it holds
    world.sql("UPDATE looks SET at = at + interval '1 hour'")
    assert changes(world) == {"looked_at": 1}
    world.deliver()
    world.sql("UPDATE looks SET at = now() - interval '1 minute'")
    assert changes(world) == {"looked_at": 2}
    world.sql(
        "UPDATE generations SET outputs_made = 4, earned = earned - 1, state = 'partial' WHERE id = :g", g=generation
    )
    found = changes(world)
    assert (found["broken_I7"], found["broken_I12"]) == (2, 1)  # against its hold, and against its outputs


def test_what_broke_in_the_past_is_found_within_a_round(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """Page by page; the round goes on where the last pass stopped, then begins anew."""
    orders = sorted(ended(world, f"k{n}") for n in range(5))
    world.sql("UPDATE generations SET earned = earned - 1 WHERE id = :g", g=orders[4])
    world.sql("UPDATE clips SET facts = NULL, state = 'rejected', code = 'x' WHERE id = :c", c=max(world.clips))
    assert changes(world) == {}
    with caplog.at_level(logging.CRITICAL):
        passes = [rounds(world, page=2, seconds=0) for _ in range(4)]
    assert [found.get("broken_I7", 0) for found in passes] == [0, 0, 2, 0]
    assert str(orders[4]) in str([record.__dict__.get("rows") for record in caplog.records])
    assert rounds(world)["rounds_looked_at"] > 5


@pytest.mark.parametrize("damage", ["UPDATE wallets SET available = available + 1", "UPDATE entries SET balance = 7"])
def test_a_wallet_changed_by_hand_is_found_within_a_round(world: World, damage: str) -> None:
    ended(world)
    world.sql(damage)
    assert changes(world) == {}
    assert rounds(world).keys() & {"broken_I2", "broken_I5"}


def test_only_so_many_rows_of_what_is_broken_are_fetched(world: World) -> None:
    """LIMIT is the database's work: it would send them all else."""
    generation = world.order("k", count=12).id
    with world.unit_of_work() as uow:
        uow.connection.exec_driver_sql("ALTER TABLE outputs DROP CONSTRAINT ck_outputs_i9_settled_is_dated")
        uow.connection.exec_driver_sql("UPDATE outputs SET settled_at = now()")
        among = Rows({Subject.ORDERS: [generation]})
        assert len(uow.invariants.broken(sample=3, among=among)["I9"]) == 3
        assert len(uow.invariants.broken(sample=50, among=among)["I9"]) == 12


def test_rows_come_in_pages(world: World) -> None:
    ids = [UUID(int=n) for n in range(7)]
    pages = Rows({Subject.ORDERS: ids, Subject.USERS: ids[:2]}, clock=True).pages(3)
    assert [page.ids[Subject.ORDERS] for page in pages] == [ids[:3], ids[3:6], ids[6:]]
    assert [(len(page.ids[Subject.USERS]), page.clock) for page in pages] == [(2, True), (0, False), (0, False)]
    assert [page.clock for page in Rows({}, clock=True).pages(3)] == [True]


def test_what_there_was_no_time_for_is_said(world: World) -> None:
    for n in range(3):
        world.order(f"k{n}")
    time = iter([True, True, False])
    found = audit.changes(world.unit_of_work, lambda: next(time), page=2)
    assert (found["looked_at"], found["not_looked_at"]) == (2 + 1 + 2, 1 + 2)  # orders, the person, and clips


def test_a_pass_that_dies_is_seen(
    world: World, run_sweep: Sweep, metrics: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed in a step, as by a time-out: what was done before is published, and that the pass did not end."""
    world.order()
    world.sql("UPDATE generations SET deadline = now() - interval '1 second'")

    def die(_: Upkeep) -> int:
        raise SystemExit

    monkeypatch.setattr(Upkeep, "prune", die)
    with pytest.raises(SystemExit):
        run_sweep()
    assert metrics["generations_ended"] == 1
    assert (metrics["passes_begun"], metrics["passes_ended"]) == (1, 0)
    monkeypatch.undo()
    run_sweep()
    assert (metrics["passes_begun"], metrics["passes_ended"]) == (2, 1)
