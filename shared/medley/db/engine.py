"""The connection pool: one connection per process, since a Lambda environment serves one request at a time."""

from functools import cache
from typing import Any, Final

from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from medley.settings import DatabaseSettings

# SQLSTATEs of what passes: connection, authorisation, rollback (deadlock), resources, lock not available, operator,
# system. The driver calls statements that ask for too much operational too: a key too long for an index, say.
_OUTAGES: Final = ("08", "28", "40", "53", "55P03", "57", "58")


def make_engine(url: str, **pool: Any) -> Engine:
    """An engine for a libpq URL. Nothing connects until the first statement. `pool` overrides the pool's options.

    How long a session may wait for a lock, or idle in a transaction, the database tells it (migration 0006).
    """
    options: dict[str, Any] = {
        "pool_size": 1,
        "max_overflow": 1,
        "pool_pre_ping": True,  # an environment may have been frozen for an hour
    }
    return create_engine(
        url.replace("postgresql://", "postgresql+psycopg://", 1),
        connect_args={"connect_timeout": 5, "prepare_threshold": None},  # no prepared statements: RDS Proxy would pin
        **(pool if "poolclass" in pool else options | pool),
    )


@cache
def engine() -> Engine:
    """The engine of this process, from DATABASE_URL."""
    return make_engine(DatabaseSettings().url.get_secret_value())


def is_unavailable(error: BaseException | None) -> bool:
    """True if the database, not the statement, is at fault: gone, refusing, or it chose us to break a deadlock."""
    if isinstance(error, InterfaceError | PoolTimeout) or (
        isinstance(error, DBAPIError) and error.connection_invalidated
    ):
        return True
    if not isinstance(error, OperationalError):
        return False
    state: str | None = getattr(error.orig, "sqlstate", None)  # None: there was no answer
    return state is None or state.startswith(_OUTAGES)
