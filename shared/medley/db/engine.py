"""The connection pool: one connection per process, since a Lambda environment serves one request at a time."""

from functools import cache

from sqlalchemy import Engine, create_engine

from medley.settings import DatabaseSettings


def make_engine(url: str, *, pool_size: int = 1, max_overflow: int = 1) -> Engine:
    """An engine for a libpq URL. Nothing connects until the first statement."""
    return create_engine(
        url.replace("postgresql://", "postgresql+psycopg://", 1),
        pool_size=pool_size,
        max_overflow=max_overflow,
        pool_pre_ping=True,  # an environment may have been frozen for an hour
        connect_args={"connect_timeout": 5, "prepare_threshold": None},  # no prepared statements: RDS Proxy would pin
    )


@cache
def engine() -> Engine:
    """The engine of this process, from DATABASE_URL."""
    return make_engine(DatabaseSettings().url.get_secret_value())
