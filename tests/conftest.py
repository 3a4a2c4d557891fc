"""What most tests share: a real PostgreSQL with the schema of today, and units of work on it, empty at first."""

from collections.abc import Callable, Iterator

import pytest
from httpx2._config import DEFAULT_TIMEOUT_CONFIG as HTTP_WAITS
from sqlalchemy import Engine, text

from local.database.postgres import Postgres
from medley.db import migrations
from medley.db.engine import make_engine
from medley.db.tables import metadata
from medley.db.unit_of_work import SqlUnitOfWork

# A machine with much to do is no fault: requests of tests wait a minute for an answer, not the library's five seconds.
HTTP_WAITS.connect = HTTP_WAITS.read = HTTP_WAITS.write = HTTP_WAITS.pool = 60


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """A server for this test process; it ends with it."""
    with Postgres(tmp_path_factory.mktemp("postgres") / "data", durable=False) as server:
        yield server


@pytest.fixture(scope="session")
def postgres_url(postgres: Postgres) -> str:
    """A database of the newest schema."""
    postgres.create_database("medley")
    url = postgres.url("medley")
    migrations.upgrade(url)
    return url


@pytest.fixture(scope="session")
def _pool(postgres_url: str) -> Iterator[Engine]:
    engine = make_engine(postgres_url, pool_size=20, max_overflow=100)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def _emptied(_pool: Engine) -> str:
    """Statements that empty every table and begin its numbers anew; where little is in them, TRUNCATE takes 50 times
    as long."""
    deletes = [str(table.delete()) for table in metadata.sorted_tables]
    with _pool.connect() as connection:
        sequences = connection.scalars(text("SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'")).all()
    numbers = [f"SELECT setval('{sequence}', 1, false)" for sequence in sequences]
    return "; ".join(("SET LOCAL session_replication_role = replica", *deletes, *numbers))  # no foreign key is checked


@pytest.fixture
def engine(_pool: Engine, _emptied: str) -> Engine:
    """An engine with room for many threads; every table is empty when the test begins."""
    with _pool.begin() as connection:
        connection.exec_driver_sql(_emptied)
    return _pool


@pytest.fixture
def unit_of_work(engine: Engine) -> Callable[[], SqlUnitOfWork]:
    """Makes units of work."""
    return lambda: SqlUnitOfWork(engine)
