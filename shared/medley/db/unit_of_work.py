"""One transaction with its repositories, over SQLAlchemy."""

from functools import cached_property
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from medley.db.engine import is_unavailable
from medley.db.invariants import InvariantsRepository
from medley.db.repositories.accounts import AccountsRepository
from medley.db.repositories.audit import AuditRepository
from medley.db.repositories.bundles import BundlesRepository
from medley.db.repositories.devices import DevicesRepository
from medley.db.repositories.erasure import ErasureRepository
from medley.db.repositories.exports import ExportsRepository
from medley.db.repositories.generations import GenerationsRepository
from medley.db.repositories.history import HistoryRepository
from medley.db.repositories.idempotency import IdempotencyRepository
from medley.db.repositories.ledger import LedgerRepository
from medley.db.repositories.library import LibraryRepository
from medley.db.repositories.looks import LooksRepository
from medley.db.repositories.mail import MailRepository
from medley.db.repositories.outbox import OutboxRepository
from medley.db.repositories.presets import PresetsRepository
from medley.db.repositories.retention import RetentionRepository
from medley.db.repositories.sockets import SocketsRepository
from medley.db.repositories.tasks import TasksRepository
from medley.errors import DatabaseUnavailable


class SqlUnitOfWork:
    """`medley.ports.database.UnitOfWork` on one connection of `engine`; isolation is READ COMMITTED.

    The connection is taken when the block is entered and given back when it is left. Whatever goes wrong with
    the database itself, in any repository, leaves the block as DatabaseUnavailable.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._open: Connection | None = None

    def __enter__(self) -> Self:
        try:
            self._open = self._engine.connect()
        except SQLAlchemyError as error:
            if is_unavailable(error):
                raise DatabaseUnavailable("The database does not answer.") from error
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        connection, self._open = self.connection, None
        connection.close()  # rolls back what was not committed
        for name in self.__dict__.keys() - {"_engine", "_open"}:
            del self.__dict__[name]  # repositories of the closed connection
        if is_unavailable(error):
            raise DatabaseUnavailable("The database does not answer.") from error

    @property
    def connection(self) -> Connection:
        """The open connection; only inside the block."""
        if self._open is None:
            raise RuntimeError("a unit of work is used inside its block")
        return self._open

    def commit(self) -> None:
        """Make all changes true. Raises: DatabaseUnavailable; whether they were made is then unknown."""
        try:
            self.connection.commit()
        except SQLAlchemyError as error:
            if is_unavailable(error):
                raise DatabaseUnavailable("The database did not confirm the commit.") from error
            raise

    @cached_property
    def accounts(self) -> AccountsRepository:
        return AccountsRepository(self.connection)

    @cached_property
    def devices(self) -> DevicesRepository:
        return DevicesRepository(self.connection)

    @cached_property
    def erasure(self) -> ErasureRepository:
        return ErasureRepository(self.connection)

    @cached_property
    def exports(self) -> ExportsRepository:
        return ExportsRepository(self.connection)

    @cached_property
    def mails(self) -> MailRepository:
        return MailRepository(self.connection)

    @cached_property
    def audit(self) -> AuditRepository:
        return AuditRepository(self.connection)

    @cached_property
    def sockets(self) -> SocketsRepository:
        return SocketsRepository(self.connection)

    @cached_property
    def library(self) -> LibraryRepository:
        return LibraryRepository(self.connection)

    @cached_property
    def ledger(self) -> LedgerRepository:
        return LedgerRepository(self.connection)

    @cached_property
    def generations(self) -> GenerationsRepository:
        return GenerationsRepository(self.connection)

    @cached_property
    def tasks(self) -> TasksRepository:
        return TasksRepository(self.connection)

    @cached_property
    def history(self) -> HistoryRepository:
        return HistoryRepository(self.connection)

    @cached_property
    def presets(self) -> PresetsRepository:
        return PresetsRepository(self.connection)

    @cached_property
    def bundles(self) -> BundlesRepository:
        return BundlesRepository(self.connection)

    @cached_property
    def outbox(self) -> OutboxRepository:
        return OutboxRepository(self.connection)

    @cached_property
    def idempotency(self) -> IdempotencyRepository:
        return IdempotencyRepository(self.connection)

    @cached_property
    def invariants(self) -> InvariantsRepository:
        return InvariantsRepository(self.connection)

    @cached_property
    def looks(self) -> LooksRepository:
        return LooksRepository(self.connection)

    @cached_property
    def retention(self) -> RetentionRepository:
        return RetentionRepository(self.connection)
