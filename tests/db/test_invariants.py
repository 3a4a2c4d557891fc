"""The invariants' queries find what is wrong, the constraints refuse it, and the document names them all."""

import re
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Table
from sqlalchemy.exc import IntegrityError

from medley.db.invariants import NUMBERS
from medley.db.tables import metadata
from medley.db.unit_of_work import SqlUnitOfWork
from medley.domain.bundles import VolumeContent
from medley.ports.bundles import NewBundle
from tests.flows.world import World, done, task_failed

DOCUMENT = (Path(__file__).parents[2] / "docs" / "INVARIANTS.md").read_text()

# What is done to sound books, in one transaction that is rolled back; constraints in the way are dropped first.
DAMAGE = {
    "I1": "UPDATE entries SET d_external = d_external - 1",
    "I2": "UPDATE wallets SET available = available + 1",
    "I3": "UPDATE wallets SET reserved = reserved + 1",
    "I4": "UPDATE holds SET state = 'released' WHERE state = 'held'",
    "I5": "UPDATE entries SET balance = balance + 1",
    "I6": "UPDATE holds SET amount = amount + 1",
    "I7": "UPDATE generations SET earned = earned - 1 WHERE state = 'partial'",
    "I8": "UPDATE outputs SET state = 'planned', settled_at = NULL, parts = NULL WHERE state = 'made'",
    "I9": "UPDATE outputs SET parts = NULL WHERE state = 'made'",
    "I10": "UPDATE outputs SET fingerprint = 'same'",
    "I11": "UPDATE tasks SET work_done = work_done - 1 WHERE work_done > 0",
    "I12": "UPDATE generations SET outputs_made = outputs_made - 1 WHERE outputs_made > 0",
    "I13": "UPDATE clips SET facts = NULL",
    "I14": "UPDATE tasks SET state = 'finished', settled_at = now(), work_done = work WHERE state = 'sent'",
    "I15": "UPDATE tasks SET sent_at = now() - interval '1 hour', heartbeat_at = NULL WHERE state = 'sent'",
    "I16": "UPDATE outbox SET published_at = NULL, created_at = now() - interval '3 minutes'",
    "I17": "UPDATE idempotency SET body = NULL",
    "I18": "UPDATE assets SET kind = 'image'",
    "I19": "UPDATE bundle_volumes SET state = 'cancelled'",
}
MORE_DAMAGE = [
    ("I4", "DELETE FROM entries WHERE kind = 'capture'"),
    ("I5", "DELETE FROM entries WHERE seq = 1"),
    ("I6", "DELETE FROM bundles; DELETE FROM outputs; DELETE FROM tasks; DELETE FROM generations"),
    ("I8", "UPDATE generations SET state = 'succeeded' WHERE state = 'partial'"),
    ("I9", "UPDATE tasks SET code = NULL WHERE state = 'failed'"),
    ("I9", "UPDATE tasks SET settled_at = now() WHERE state = 'sent'"),
    ("I9", "UPDATE tasks SET settled_at = NULL WHERE state = 'finished'"),
    ("I10", "DELETE FROM outputs WHERE n = 1"),
    ("I12", "UPDATE outputs SET seq = 1000000"),
    ("I13", "UPDATE assets SET facts = NULL"),
    ("I7", "UPDATE outputs SET price = price + 1 WHERE n = 1"),
    ("I14", "UPDATE tasks SET waiting_on = 0 WHERE state = 'waiting'"),
    ("I15", "UPDATE generations SET planned_at = NULL, plan_sent_at = now() - interval '1 hour'"),
    ("I19", "UPDATE bundles SET deadline = now() - interval '11 minutes'"),
    ("I19", "UPDATE bundles SET state = 'deleted'"),
    ("I15", "UPDATE generations SET deadline = now() - interval '11 minutes' WHERE state = 'running'"),
]


@pytest.fixture
def world(unit_of_work: Callable[[], SqlUnitOfWork]) -> World:
    """A generation that ended with some of its outputs, a bundle of one of them, a generation that runs, and a ready
    asset."""
    world = World.of(unit_of_work)
    world.add_sound()
    ended = world.order("ended", count=8)
    first, *others = world.pending()
    for command in others:
        for fact in done(command):
            world.record(fact)
    world.record(task_failed(first))
    world.deliver()
    with world.unit_of_work() as uow:
        volumes = (VolumeContent((1,), 1000),)
        uow.bundles.add(NewBundle(uuid4(), world.user, ended.id, "P", "{n}", volumes))
        uow.commit()
    world.order("running", count=8)
    return world


def test_sound_books_break_nothing(world: World) -> None:
    assert world.broken() == {}
    states = [row.state for row in world.sql("SELECT state FROM generations ORDER BY id")]
    assert states == ["partial", "running"]


def test_damage_is_found(world: World) -> None:
    """Each in a transaction of its own that is rolled back; what would refuse it is taken away first."""
    for number, damage in [*DAMAGE.items(), *MORE_DAMAGE]:
        with world.unit_of_work() as uow:
            for table in metadata.tables.values():
                for name in _numbered_constraints(table):
                    uow.connection.exec_driver_sql(f'ALTER TABLE "{table.name}" DROP CONSTRAINT {name}')
            for statement in damage.split(";"):
                uow.connection.exec_driver_sql(statement)
            assert uow.invariants.broken(sample=5)[number] != [], damage
    assert world.broken() == {}


REFUSED = [
    ("fk_generations_id", "DELETE FROM entries; DELETE FROM holds"),
    ("i8_final_is_dated", "UPDATE generations SET finished_at = NULL WHERE state = 'partial'"),
    ("i8_succeeded", "UPDATE generations SET state = 'succeeded' WHERE state = 'partial'"),
    ("i8_failed", "UPDATE generations SET state = 'failed' WHERE state = 'partial'"),
    ("i9_made_has_parts", "UPDATE outputs SET parts = NULL WHERE state = 'made'"),
    ("i9_failed_has_code", "UPDATE outputs SET code = NULL WHERE state = 'failed'"),
    ("i9_settled_is_dated", "UPDATE outputs SET settled_at = NULL WHERE state = 'made'"),
    ("i9_failed_has_code", "UPDATE tasks SET code = NULL WHERE state = 'failed'"),
    ("i9_settled_is_dated", "UPDATE tasks SET settled_at = now() WHERE state = 'sent'"),
    ("i10_n", "UPDATE outputs SET n = 0 WHERE n = 1"),
    ("i10_distinct", "UPDATE outputs SET fingerprint = 'same'"),
    ("i11_progress", "UPDATE tasks SET work_done = work + 1"),
    ("i11_progress", "UPDATE generations SET work_done = work_total + 1"),
    ("i12_counts", "UPDATE generations SET outputs_made = -1"),
    ("i12_total", "UPDATE generations SET outputs_failed = outputs_total + 1"),
    ("i13_ready_has_facts", "UPDATE clips SET facts = NULL"),
    ("i13_rejected_has_code", "UPDATE clips SET state = 'rejected'"),
    ("i13_ready_has_facts", "UPDATE assets SET facts = NULL"),
    ("i13_rejected_has_code", "UPDATE assets SET state = 'rejected'"),
    ("i18_kind", "UPDATE assets SET kind = 'image'"),
    ("i7_earned", "UPDATE generations SET earned = price + 1"),
    ("i7_price", "UPDATE outputs SET price = -1"),
    ("i14_waiting_on", "UPDATE tasks SET waiting_on = -1 WHERE state = 'waiting'"),
    ("i14_in_turn", "UPDATE tasks SET waiting_on = 1 WHERE state = 'sent'"),
    ("i19_ended_is_dated", "UPDATE bundles SET state = 'deleted'"),
    ("i19_failed_has_code", "UPDATE bundles SET state = 'failed', ended_at = now()"),
    ("i19_settled_is_dated", "UPDATE bundle_volumes SET settled_at = now()"),
    ("i19_finished_has_size", "UPDATE bundle_volumes SET state = 'finished', settled_at = now()"),
    ("i19_progress", "UPDATE bundle_volumes SET bytes_done = bytes_total + 1"),
    ("i15_sent", "UPDATE tasks SET sent_at = NULL WHERE state = 'sent'"),
]


def test_the_database_refuses_it(world: World) -> None:
    """The second guard; those of the ledger are tested with the ledger."""
    for constraint, damage in REFUSED:
        with pytest.raises(IntegrityError, match=constraint), world.unit_of_work() as uow:
            uow.connection.exec_driver_sql(damage)


def test_every_invariant_is_written_down_with_its_constraints() -> None:
    rows = dict(re.findall(r"^\| (I\d+) \|(.*)$", DOCUMENT, re.MULTILINE))
    assert set(rows) == set(NUMBERS) == set(DAMAGE)
    named = {name for table in metadata.tables.values() for name in _numbered(table)}
    written = {name for row in rows.values() for name in re.findall(r"`((?:ck|uq)_\w+_i\d+_\w+)`", row)}
    assert written == named
    for name in named:
        number = re.search(r"_i(\d+)_", name)
        assert number is not None
        assert name in rows[f"I{number[1]}"]


def _numbered_constraints(table: Table) -> set[str]:
    """Those named after an invariant."""
    return {str(each.name) for each in table.constraints if re.search(r"_i\d+_", str(each.name))}


def _numbered(table: Table) -> set[str]:
    indexes = {str(index.name) for index in table.indexes if re.search(r"_i\d+_", str(index.name))}
    return _numbered_constraints(table) | indexes


def test_the_tests_it_names_are_there() -> None:
    root = Path(__file__).parents[2]
    written = re.findall(r"`(tests/[\w/]+\.py|test_\w+)`", DOCUMENT)
    source = "".join(path.read_text() for path in (root / "tests").rglob("test_*.py"))
    missing = [name for name in written if not ((root / name).exists() if "/" in name else f"def {name}(" in source)]
    assert missing == []
