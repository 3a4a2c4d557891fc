"""What most tests share: a real PostgreSQL with the schema of today, and units of work on it, empty at first."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine, text

from local.database.postgres import Postgres
from medley.db import migrations
from medley.db.engine import make_engine
from medley.db.tables import metadata
from medley.db.unit_of_work import SqlUnitOfWork


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


@pytest.fixture
def engine(_pool: Engine) -> Engine:
    """An engine with room for many threads; every table is empty when the test begins."""
    tables = ", ".join(f'"{table.name}"' for table in metadata.sorted_tables)
    with _pool.begin() as connection:
        connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY"))
    return _pool


@pytest.fixture
def unit_of_work(engine: Engine) -> Callable[[], SqlUnitOfWork]:
    """Makes units of work."""
    return lambda: SqlUnitOfWork(engine)
