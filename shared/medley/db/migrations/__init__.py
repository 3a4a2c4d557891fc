"""The schema's history, and the two questions asked of it: bring it up to date, is it up to date.

Alembic is imported on first use: the API asks the second question now and then, and should not start slower for it.
"""

import logging
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import NullPool

from medley.db.engine import is_unavailable, make_engine
from medley.errors import Broken, DatabaseUnavailable

if TYPE_CHECKING:
    from alembic.config import Config

logger = logging.getLogger(__name__)
_UPGRADE_LOCK = 4_702_111_234_234_838_747  # any number, but always this one


def _config() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    return config


@cache
def head() -> str:
    """The revision the code expects."""
    from alembic.script import ScriptDirectory

    revision = ScriptDirectory.from_config(_config()).get_current_head()
    if revision is None:
        raise RuntimeError("no migrations are packaged")
    return revision


def is_ahead(revision: str) -> bool:
    """Whether it is of newer code than this: revisions are numbered in turn."""
    return revision.isdecimal() and int(revision) > int(head())


def upgrade(
    url: str, revision: str = "head", *, password: Callable[[], str] | None = None, ahead_is_fine: bool = False
) -> str:
    """Bring the database at a libpq URL to a revision, the last unless told; two at once wait for each other.

    Where `ahead_is_fine`, one that newer code has brought further is left as it is: this code works with what only
    adds to its own schema. Returns the revision it has in the end.

    Raises:
        DatabaseUnavailable: no answer.
        Broken: code `schema_unknown`; it has a revision that is unknown here.
    """
    from alembic import command

    engine = make_engine(url, password, poolclass=NullPool)
    config = _config()
    try:
        with engine.begin() as connection:
            connection.execute(text("SET LOCAL lock_timeout = 0"))  # another upgrade may take its time
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADE_LOCK})
            connection.execute(text("SET LOCAL lock_timeout TO DEFAULT"))
            found = _version(connection)
            if found is not None and ahead_is_fine and is_ahead(found):
                _say_ahead(found)
                return found
            _require_known(found)
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
            return str(_version(connection))
    except DBAPIError as error:
        if is_unavailable(error):
            raise DatabaseUnavailable("The database does not answer.") from error
        raise


def _require_known(version: str | None) -> None:
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    try:
        if version is not None:
            ScriptDirectory.from_config(_config()).get_revision(version)
    except CommandError as error:
        raise Broken(f"The database has revision {version}, unknown here.", code="schema_unknown") from error


def _say_ahead(version: str) -> None:
    logger.warning("the schema is ahead of this code", extra={"revision": version, "expected": head()})


def _version(connection: Connection) -> str | None:
    """The revision the database has; None if it is new."""
    found = connection.execute(text("SELECT to_regclass('alembic_version')")).scalar_one()
    return found and connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def check(engine: Engine, *, timeout_ms: int = 1_000) -> None:
    """Ask the database which revision it has; each question may take `timeout_ms`, connecting five seconds.

    One that newer code has brought further is fine, and told of in the log: after a release is taken back it stays so.

    Raises:
        DatabaseUnavailable: no answer in time, or code `schema_behind`: it is not at `head()` yet.
    """
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT set_config('statement_timeout', :value, true)"), {"value": str(timeout_ms)})
            version = _version(connection)
    except (DBAPIError, PoolTimeout) as error:
        raise DatabaseUnavailable("The database does not answer.") from error
    if version is not None and is_ahead(version):
        _say_ahead(version)
    elif version != head():
        raise DatabaseUnavailable("The database has another schema than the code.", code="schema_behind")
