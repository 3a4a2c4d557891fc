"""The connection pool: one connection per process, since a Lambda environment serves one request at a time."""

from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

__all__ = ["Engine", "is_unavailable", "make_engine"]

# SQLSTATEs of what passes: connection, authorisation, rollback (deadlock), resources, lock not available, operator,
# system. The driver calls statements that ask for too much operational too: a key too long for an index, say.
_OUTAGES: Final = ("08", "28", "40", "53", "55P03", "57", "58")


def make_engine(url: str, password: Callable[[], str] | None = None, **pool: Any) -> Engine:
    """An engine for a libpq URL. Nothing connects until the first statement. `password` is asked for one each time a
    connection is made, where the URL has none; `pool` overrides the pool's options.

    How long a session may wait for a lock, or idle in a transaction, the database tells it (migration 0006).
    """
    options: dict[str, Any] = {
        "pool_size": 1,
        "max_overflow": 1,
        "pool_pre_ping": True,  # an environment may have been frozen for an hour
    }
    engine = create_engine(
        url.replace("postgresql://", "postgresql+psycopg://", 1),
        connect_args={"connect_timeout": 5, "prepare_threshold": None},  # no prepared statements: RDS Proxy would pin
        **(pool if "poolclass" in pool else options | pool),
    )
    if password is not None:

        @event.listens_for(engine, "do_connect")
        def _give_password(_dialect: Any, _record: Any, _args: Any, parameters: dict[str, Any]) -> None:
            parameters["password"] = password()

    return engine


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
