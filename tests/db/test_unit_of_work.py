"""One transaction: all or nothing, and a database in trouble is always the same error."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from secrets import token_hex
from threading import Barrier
from uuid import uuid4

import pytest
from sqlalchemy import Engine, func, insert, select, text
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError
from sqlalchemy.pool import NullPool, QueuePool

from infra.rows import JOB_ROLE, REQUEST_ROLE
from infra.topology import TOPOLOGY
from local.database.postgres import Postgres
from medley import limits
from medley.db.engine import make_engine
from medley.db.tables import users
from medley.db.unit_of_work import SqlUnitOfWork
from medley.errors import DatabaseUnavailable
from medley.services.sweep import MARGIN_S

UnitsOfWork = Callable[[], SqlUnitOfWork]


def add_user(uow: SqlUnitOfWork, email: str = "a@x.io") -> None:
    uow.connection.execute(insert(users).values(id=uuid4(), email=email, name="A", password_hash="-"))


def count(unit_of_work: UnitsOfWork) -> int:
    with unit_of_work() as uow:
        return uow.connection.execute(select(func.count()).select_from(users)).scalar_one()


def test_commit_keeps_and_leaving_undoes(unit_of_work: UnitsOfWork) -> None:
    with unit_of_work() as uow:
        add_user(uow)
    assert count(unit_of_work) == 0
    with unit_of_work() as uow:
        add_user(uow)
        uow.commit()
    assert count(unit_of_work) == 1


def use(unit_of_work: UnitsOfWork, *acts: Callable[[SqlUnitOfWork], object]) -> None:
    """Do all this in one transaction, then commit."""
    with unit_of_work() as uow:
        for act in acts:
            act(uow)
        uow.commit()


def test_an_error_undoes_and_goes_on_as_it_is(unit_of_work: UnitsOfWork) -> None:
    with pytest.raises(ZeroDivisionError):
        use(unit_of_work, add_user, lambda _: 1 / 0)
    with pytest.raises(IntegrityError):
        use(unit_of_work, add_user, add_user)
    assert count(unit_of_work) == 0


def test_outside_its_block_there_is_no_connection(unit_of_work: UnitsOfWork) -> None:
    uow = unit_of_work()
    with pytest.raises(RuntimeError):
        uow.ledger.wallet(uuid4())
    with uow:
        uow.ledger.wallet(uuid4())
    with pytest.raises(RuntimeError):
        uow.ledger.wallet(uuid4())


def test_a_unit_of_work_can_be_entered_again(unit_of_work: UnitsOfWork) -> None:
    uow = unit_of_work()
    for number in range(2):
        with uow:
            add_user(uow, f"{number}@x.io")
            uow.commit()
    assert count(unit_of_work) == 2


def test_nobody_listens() -> None:
    nowhere = make_engine("postgresql://postgres@127.0.0.1:1/none", poolclass=NullPool)
    with pytest.raises(DatabaseUnavailable), SqlUnitOfWork(nowhere):
        raise AssertionError("not reached")


def test_a_connection_cut_in_the_middle(unit_of_work: UnitsOfWork) -> None:
    with pytest.raises(DatabaseUnavailable):
        use(unit_of_work, lambda uow: cut(unit_of_work, uow), add_user)
    assert count(unit_of_work) == 0


def test_a_connection_cut_before_the_commit(unit_of_work: UnitsOfWork) -> None:
    with pytest.raises(DatabaseUnavailable):
        use(unit_of_work, add_user, lambda uow: cut(unit_of_work, uow))
    assert count(unit_of_work) == 0


def cut(unit_of_work: UnitsOfWork, uow: SqlUnitOfWork) -> None:
    """End the server's side of a connection, and wait until it has."""
    pid = uow.connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    with unit_of_work() as other:
        assert other.connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid}).scalar_one()


def test_a_connection_that_died_in_the_pool_is_not_handed_out(postgres_url: str, unit_of_work: UnitsOfWork) -> None:
    """As after a function's environment was frozen for an hour."""
    single = make_engine(postgres_url, max_overflow=0)
    with SqlUnitOfWork(single) as uow:
        pid = uow.connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    with unit_of_work() as other:
        other.connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
    with SqlUnitOfWork(single) as uow:
        assert uow.connection.execute(text("SELECT pg_backend_pid()")).scalar_one() != pid
    single.dispose()


def test_a_pool_that_is_used_up(postgres_url: str) -> None:
    small = make_engine(postgres_url, poolclass=QueuePool, pool_size=1, max_overflow=0, pool_timeout=0.05)
    with SqlUnitOfWork(small), pytest.raises(DatabaseUnavailable), SqlUnitOfWork(small):
        raise AssertionError("not reached")
    small.dispose()


def test_the_victim_of_a_deadlock_is_told_to_try_again(unit_of_work: UnitsOfWork) -> None:
    for number in range(2):
        with unit_of_work() as uow:
            add_user(uow, f"{number}@x.io")
            uow.commit()
    both_have_one = Barrier(2)

    def lock(first: int) -> str:
        try:
            with unit_of_work() as uow:
                for number in (first, 1 - first):
                    uow.connection.execute(
                        text("SELECT id FROM users WHERE email = :e FOR UPDATE"), {"e": f"{number}@x.io"}
                    )
                    if number == first:
                        both_have_one.wait()
                uow.commit()
        except DatabaseUnavailable:
            return "try again"
        return "done"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(lock, range(2))) == ["done", "try again"]


def test_a_statement_that_asks_for_too_much_is_no_outage(unit_of_work: UnitsOfWork) -> None:
    """The driver calls it operational, but tried again it would fail again."""
    too_long_for_the_index = token_hex(4_000)
    with pytest.raises(OperationalError):
        use(unit_of_work, lambda uow: add_user(uow, too_long_for_the_index))


def test_a_lock_that_is_not_given_in_time_is_told_to_try_again(unit_of_work: UnitsOfWork) -> None:
    def take(uow: SqlUnitOfWork) -> None:
        uow.connection.execute(text("SET LOCAL lock_timeout = '10ms'"))
        uow.connection.execute(text("SELECT id FROM users FOR UPDATE"))

    use(unit_of_work, add_user)
    with unit_of_work() as holder:
        take(holder)
        with pytest.raises(DatabaseUnavailable):
            use(unit_of_work, take)


def test_no_session_waits_for_a_lock_or_sits_in_a_transaction_without_end(engine: Engine) -> None:
    """The database tells each session when it connects."""
    names = {"lock_timeout": limits.LOCK_S, "idle_in_transaction_session_timeout": limits.IDLE_TRANSACTION_S}
    query = text("SELECT name, setting::int FROM pg_settings WHERE name = any(:names)")
    with engine.connect() as connection:
        found = {row.name: row.setting for row in connection.execute(query, {"names": list(names)})}
    assert found == {name: 1_000 * seconds for name, seconds in names.items()}
    timeouts = {row.name: row.timeout_s for row in TOPOLOGY.functions if "database" in row.settings}
    assert limits.LOCK_S < MARGIN_S < min(timeouts.values())


@pytest.fixture
def as_role(postgres: Postgres, engine: Engine) -> Iterator[Callable[[str], SqlUnitOfWork]]:
    """Makes units of work of one role of the functions."""
    postgres.let_in(REQUEST_ROLE, JOB_ROLE)
    made = {role: make_engine(postgres.url("medley", role), poolclass=NullPool) for role in (REQUEST_ROLE, JOB_ROLE)}
    yield lambda role: SqlUnitOfWork(made[role])
    for each in made.values():
        each.dispose()


def test_no_statement_of_a_function_goes_on_without_end(as_role: Callable[[str], SqlUnitOfWork]) -> None:
    """It would go on after the function's time-out, and the next minute's would run beside it."""
    for role, seconds in {REQUEST_ROLE: limits.REQUEST_STATEMENT_S, JOB_ROLE: limits.JOB_STATEMENT_S}.items():
        with as_role(role) as uow:
            found = uow.connection.execute(
                text("SELECT setting::int FROM pg_settings WHERE name = 'statement_timeout'")
            )
            assert found.scalar_one() == 1_000 * seconds
        rows = [row for row in TOPOLOGY.functions if "database" in row.settings and row.database_role == role]
        assert rows
        assert limits.LOCK_S < seconds < min(row.timeout_s for row in rows) - MARGIN_S


def test_no_function_keeps_a_session_for_nothing(as_role: Callable[[str], SqlUnitOfWork]) -> None:
    """A database with a connection never sleeps, and a frozen environment would keep its own for hours."""
    for role in (REQUEST_ROLE, JOB_ROLE):
        with as_role(role) as uow:
            found = uow.connection.execute(
                text("SELECT setting::int FROM pg_settings WHERE name = 'idle_session_timeout'")
            )
            assert found.scalar_one() == 1_000 * limits.IDLE_S


def test_a_statement_that_takes_too_long_is_told_to_try_again(as_role: Callable[[str], SqlUnitOfWork]) -> None:
    def take_long(uow: SqlUnitOfWork) -> None:
        uow.connection.execute(text("SET LOCAL statement_timeout = '10ms'"))
        uow.connection.execute(text("SELECT pg_sleep(5)"))

    with pytest.raises(DatabaseUnavailable):
        use(lambda: as_role(JOB_ROLE), take_long)


@pytest.mark.parametrize("role", [REQUEST_ROLE, JOB_ROLE])
def test_a_function_changes_rows_and_not_the_schema(as_role: Callable[[str], SqlUnitOfWork], role: str) -> None:
    use(lambda: as_role(role), add_user)
    for statement in ("DROP TABLE users", "ALTER TABLE users ADD x int", "UPDATE alembic_version SET version_num = ''"):
        with pytest.raises(ProgrammingError, match=r"must be owner|permission denied"):
            use(lambda: as_role(role), lambda uow, sql=statement: uow.connection.execute(text(sql)))


def test_a_transaction_that_was_left_idle_is_undone(unit_of_work: UnitsOfWork) -> None:
    def leave_idle(uow: SqlUnitOfWork) -> None:
        uow.connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = '10ms'"))
        time.sleep(0.2)

    with pytest.raises(DatabaseUnavailable):
        use(unit_of_work, add_user, leave_idle)
    with pytest.raises(DatabaseUnavailable):
        use(unit_of_work, leave_idle, add_user)
    assert count(unit_of_work) == 0


def test_statements_are_not_prepared(engine: Engine) -> None:
    """A prepared statement would pin a connection of RDS Proxy."""
    with engine.connect() as connection:
        for _ in range(10):
            connection.execute(text("SELECT 1"))
        assert connection.execute(text("SELECT count(*) FROM pg_prepared_statements")).scalar_one() == 0
