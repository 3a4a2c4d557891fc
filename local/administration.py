"""Administration from the command line: what has to be done before there is anybody who may do it through the API."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from sqlalchemy.pool import NullPool

from local.data_directory import DataDirectory, DirectoryInUse
from local.database.postgres import Postgres, PostgresNotStarted
from medley.db.engine import make_engine
from medley.db.unit_of_work import SqlUnitOfWork
from medley.domain.accounts import Role, User, normalise_email
from medley.domain.credits import EntryKind, Wallet
from medley.domain.wording import CORE
from medley.errors import NotFound
from medley.services import audit_log, wallet

DATABASE = "medley"


class NoDatabase(Exception):
    """There is none to do it in; the message says why."""


def grant(database_url: str, email: str, role: Role) -> User:
    """Give whoever has this address a role; the audit log says so, with nobody as the one who did it.

    Raises:
        NotFound: code `unknown_user`.
        DatabaseUnavailable: it does not answer.
    """
    with _account(database_url, email) as (uow, user):
        changed = audit_log.change_role(uow, user.id, role, actor_id=None)
        uow.commit()
        return changed


def credit(database_url: str, email: str, amount: int) -> Wallet:
    """Give whoever has this address an amount of credits, and return what they have then.

    Raises:
        NotFound: code `unknown_user`.
        InvalidInput: code `invalid_amount`.
        DatabaseUnavailable: it does not answer.
    """
    with _account(database_url, email) as (uow, user):
        wallet.grant(uow, f"given:{uuid4()}", user.id, amount, kind=EntryKind.BONUS, reason=CORE.say("given"))
        uow.commit()
        return wallet.balance(uow, user.id)


@contextmanager
def _account(database_url: str, email: str) -> Iterator[tuple[SqlUnitOfWork, User]]:
    """Whoever has this address, in a unit of work. Raises: NotFound."""
    engine = make_engine(database_url, poolclass=NullPool)
    try:
        with SqlUnitOfWork(engine) as uow:
            user = uow.accounts.user_by_email(normalise_email(email))
            if user is None:
                raise NotFound(f"Nobody has an account with the address {email}.", code="unknown_user")
            yield uow, user
    finally:
        engine.dispose()


@contextmanager
def database_of(data: Path) -> Iterator[str]:
    """The URL of the database of an embedded cloud, whether it runs or not.

    Raises:
        NoDatabase: nothing is stored in `data`, or the database does not come up.
    """
    if not data.exists():
        raise NoDatabase(f"Nothing is stored in {data}.")
    directory = DataDirectory(data)
    postgres = Postgres(directory.postgres, durable=True)
    try:
        directory.take()
    except DirectoryInUse:
        yield _running(postgres)
        return
    try:
        _start(postgres)
        yield postgres.url(DATABASE)
    finally:
        postgres.stop()
        directory.give_back()


def _start(postgres: Postgres) -> None:
    try:
        postgres.start()
    except PostgresNotStarted as error:
        raise NoDatabase(str(error)) from error


def _running(postgres: Postgres) -> str:
    try:
        return postgres.running_url(DATABASE)
    except PostgresNotStarted as error:
        raise NoDatabase(str(error)) from error
