"""Administrators: two who change each other at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from sqlalchemy import Engine, text

from medley.db.unit_of_work import SqlUnitOfWork
from medley.domain.accounts import Role, User
from medley.errors import Forbidden
from medley.services import audit_log, disabling
from tests.api.gateway import Browser
from tests.waiters import wait_until_waiting

Act = Callable[[SqlUnitOfWork, User, User], object]


def demote(uow: SqlUnitOfWork, actor: User, user: User) -> object:
    return audit_log.change_role(uow, user.id, Role.USER, actor_id=actor.id)


def disable(uow: SqlUnitOfWork, actor: User, user: User) -> object:
    return disabling.change(uow, actor, user.id, disabled=True, network="")


@pytest.mark.parametrize("act", [demote, disable])
def test_of_two_who_change_each_other_one_is_first(
    ada: Browser, bob: Browser, engine: Engine, unit_of_work: Callable[[], SqlUnitOfWork], act: Act
) -> None:
    """The other asked while they still might, and is refused: somebody is left who may."""
    with engine.begin() as connection:
        connection.execute(text("UPDATE users SET role = 'super_admin'"))
    with unit_of_work() as uow:
        one, other = (uow.accounts.user(UUID(each.user["id"])) for each in (ada, bob))
    assert one is not None
    assert other is not None

    def later() -> None:
        with unit_of_work() as uow:
            act(uow, other, one)
            uow.commit()

    with ThreadPoolExecutor(1) as pool, unit_of_work() as first:
        act(first, one, other)
        second = pool.submit(later)
        wait_until_waiting(engine, unless=second.done)
        first.commit()
        with pytest.raises(Forbidden) as refused:
            second.result()
    assert refused.value.code == "role_required"
    with engine.connect() as connection:
        able = "SELECT id FROM users WHERE role = 'super_admin' AND disabled_at IS NULL"
        assert connection.execute(text(able)).scalars().all() == [one.id]
