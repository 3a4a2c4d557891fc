"""Waiters: those who wait in the database for a lock that somebody has."""

from collections.abc import Callable

from sqlalchemy import Engine, text

_WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")


def wait_until_waiting(engine: Engine, number: int = 1, *, unless: Callable[[], bool] = lambda: False) -> None:
    """Return when so many wait, or it is so that none will."""
    with engine.connect() as connection:
        while not unless() and connection.execute(_WAITING).scalar_one() < number:
            connection.rollback()  # the next look is a new one
