"""Times by the database's clock, which is the only one that counts."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func


def ago(seconds: int) -> ColumnElement[datetime]:
    """So many seconds before the transaction began."""
    return func.now() - timedelta(seconds=seconds)


def from_now(seconds: int) -> ColumnElement[datetime]:
    """So many seconds after the transaction began."""
    return func.now() + timedelta(seconds=seconds)
