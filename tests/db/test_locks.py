"""Locks keep out who changes the same row, and nobody who merely refers to it."""

import re
from collections.abc import Callable
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

import medley.db.repositories
from medley.db.unit_of_work import SqlUnitOfWork
from medley.domain.projects import Upload
from medley.errors import DatabaseUnavailable
from tests.flows.world import World

UnitsOfWork = Callable[[], SqlUnitOfWork]
Act = Callable[[SqlUnitOfWork], object]


def impatiently(unit_of_work: UnitsOfWork, act: Act) -> None:
    """Do this without waiting for anybody, and undo it."""
    with unit_of_work() as uow:
        uow.connection.execute(text("SET LOCAL lock_timeout = '50ms'"))
        act(uow)


@pytest.fixture
def world(unit_of_work: UnitsOfWork) -> World:
    return World.of(unit_of_work, clips=1)


def test_a_long_order_keeps_its_owner_from_nothing(world: World) -> None:
    """A row that refers to a user or a project holds theirs FOR KEY SHARE until the end of its transaction."""
    with world.unit_of_work() as order:
        order.library.add_project(uuid4(), world.user, "video_mixer", "P")
        project = order.library.project(world.user, world.project)
        assert project is not None
        order.library.add_clip(uuid4(), project, Upload.of("a.mp4", "video/mp4", 1000))
        impatiently(world.unit_of_work, lambda uow: uow.library.lock_owner(world.user))
        impatiently(world.unit_of_work, lambda uow: uow.library.project(world.user, world.project, lock=True))


def test_two_who_change_the_same_wait_for_each_other(world: World) -> None:
    session, generation = uuid4(), world.order(send=False, clips_per_video=1, count=1).id
    with world.unit_of_work() as uow:
        uow.accounts.add_session(session, world.user, "hash", lifetime_s=60, user_agent="", address="", network="")
        uow.commit()
    for act in locks(world, session, generation):
        with world.unit_of_work() as first:
            act(first)
            with pytest.raises(DatabaseUnavailable):
                impatiently(world.unit_of_work, act)


def locks(world: World, session: UUID, generation: UUID) -> list[Act]:
    return [
        lambda uow: uow.library.lock_owner(world.user),
        lambda uow: uow.library.project(world.user, world.project, lock=True),
        lambda uow: uow.accounts.session(session),
        lambda uow: uow.generations.lock(generation),
    ]


def test_who_takes_the_first_free_rows_chooses_them_in_a_step_of_its_own() -> None:
    """Elsewhere in a statement it may be run again for each row of a join, and takes all there are: see `_CLAIM`."""
    folder = Path(medley.db.repositories.__path__[0])
    source = "".join(path.read_text() for path in sorted(folder.glob("*.py")))
    statements = [found for found in re.findall(r'text\("""(.*?)"""\)', source, re.DOTALL) if "SKIP LOCKED" in found]
    assert len(statements) == source.count("SKIP LOCKED") >= 2
    assert [found for found in statements if not re.match(r"\s*WITH \w+ AS MATERIALIZED \(", found)] == []
    assert "skip_locked" not in source
