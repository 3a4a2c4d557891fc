"""The first administrator is made, and credits are given, from the command line, whether the cloud runs or not."""

from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from uuid import uuid4

import pytest
from rich.console import Console
from sqlalchemy.pool import NullPool

from cli import grant
from local.administration import DATABASE
from local.data_directory import DataDirectory
from local.database.postgres import Postgres
from medley.db import migrations
from medley.db.engine import make_engine
from medley.db.unit_of_work import SqlUnitOfWork
from medley.domain.accounts import Role
from medley.domain.audit import Action


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """A data directory whose database has one user."""
    path = tmp_path / "data"
    directory = DataDirectory(path)
    directory.take()
    with Postgres(directory.postgres, durable=True) as server:
        server.create_database(DATABASE)
        migrations.upgrade(server.url(DATABASE))
        with SqlUnitOfWork(make_engine(server.url(DATABASE), poolclass=NullPool)) as uow:
            uow.accounts.add_user(uuid4(), "ada@example.com", "Ada", "-")
            uow.commit()
    directory.give_back()
    yield path
    directory.forget()


def run(data: Path, email: str, role: str = "super_admin") -> str:
    said = StringIO()
    grant.run(Console(file=said), email, role, data)
    return said.getvalue()


def test_somebody_is_given_a_role(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert "ada@example.com is super_admin" in run(data, "Ada@Example.com")
    for email, role, reason in (("eve@example.com", "admin", "Nobody has"), ("ada@example.com", "king", "no role")):
        with pytest.raises(SystemExit, match=reason):
            run(data, email, role)
    with pytest.raises(SystemExit, match="Nothing is stored"):
        run(tmp_path / "elsewhere", "ada@example.com")
    running = DataDirectory(data)
    running.take()
    with Postgres(running.postgres, durable=True) as server:
        assert "ada@example.com is admin" in run(data, "ada@example.com", "admin")
        monkeypatch.setenv("DATABASE_URL", server.url(DATABASE))
        assert "ada@example.com is user" in run(tmp_path / "elsewhere", "ada@example.com", "user")
        with SqlUnitOfWork(make_engine(server.url(DATABASE), poolclass=NullPool)) as uow:
            user = uow.accounts.user_by_email("ada@example.com")
            assert user is not None
            assert user.role is Role.USER
            events = uow.audit.events(user_id=user.id, action=Action.ROLE_CHANGED, before=None, limit=9)
    running.give_back()
    assert [each.event.detail["to"] for each in events] == ["user", "admin", "super_admin"]
    assert {each.event.actor_id for each in events} == {None}


def test_somebody_is_given_credits(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    said = StringIO()
    for amount in (500, 1):
        grant.run_credit(Console(file=said), "Ada@Example.com", amount, data)
    assert said.getvalue().splitlines() == [
        "Ada@Example.com has 500 credits now.",
        "Ada@Example.com has 501 credits now.",
    ]
    for email, amount, reason in (("eve@example.com", 5, "Nobody has"), ("ada@example.com", 10**18, "An amount")):
        with pytest.raises(SystemExit, match=reason):
            grant.run_credit(Console(file=said), email, amount, data)
