"""The database server: what survives, what is left behind (nothing), and who may connect."""

import os
import signal
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from local.database import postgres, postgres_paths, postgres_predecessor
from local.database.postgres import Postgres, PostgresNotStarted
from tests.local.holders import killed_at_the_end
from tests.local.waiting import wait_until

KEEP = "DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT 7 AS n"
HOLDER = """
import sys, time
from pathlib import Path
from local.database.postgres import Postgres
server = Postgres(Path(sys.argv[1]), durable=True)
server.start()
print(server.url(), flush=True)
time.sleep(600)
"""


@pytest.fixture(scope="module", autouse=True)
def elsewhere() -> Iterator[None]:
    """Where root puts data; it goes with the tests."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        Path(folder).chmod(0o755)
        patch.setattr(postgres_paths, "PLACE", Path(folder) / "medley")
        yield


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    """A place for data, new."""
    yield tmp_path / "data"
    postgres.forget(tmp_path / "data")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A place for data that is kept from test to test: to make one takes seconds."""
    path = tmp_path_factory.mktemp("home") / "data"
    yield path
    postgres.forget(path)


def execute(url: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def answers(url: str) -> bool:
    try:
        execute(url, "SELECT 1")
    except psycopg.OperationalError:
        return False
    return True


def postmaster_pid(data_dir: Path) -> int:
    return int((data_dir / "postmaster.pid").read_text().splitlines()[0])


def test_data_outlives_the_server(home: Path) -> None:
    with Postgres(home, durable=True) as server:
        execute(server.url(), KEEP)
        assert execute(server.url(), "SHOW fsync") == [("on",)]
        old = server.url()
    assert not answers(old)
    with Postgres(home, durable=True) as server:
        assert execute(server.url(), "SELECT n FROM kept") == [(7,)]


def test_databases_and_templates(data_dir: Path) -> None:
    with Postgres(data_dir, durable=False) as server:
        assert server.create_database("template one") is True
        execute(server.url("template one"), "CREATE TABLE copied AS SELECT 'ä' AS letter")
        assert server.create_database("copy", template="template one") is True
        assert server.create_database("copy", template="template one") is False
        assert execute(server.url("copy"), "SELECT letter, upper(letter) FROM copied") == [("ä", "Ä")]
        assert execute(server.url(), "SHOW fsync") == [("off",)]


def test_only_who_has_the_password_may_connect(home: Path) -> None:
    with Postgres(home, durable=True) as server:
        user_and_password, _, place = server.url().partition("@")
        password = user_and_password.rpartition(":")[2]
        assert len(password) >= 32
        assert place.startswith("127.0.0.1:")
        assert not answers(server.url().replace(password, "guess"))
        assert stat.S_IMODE(home.resolve().stat().st_mode) == 0o700


def test_a_killed_server_recovers(home: Path) -> None:
    with Postgres(home, durable=True) as server:
        execute(server.url(), KEEP)
        os.kill(postmaster_pid(home), signal.SIGKILL)
        wait_until(lambda: not answers(server.url()))
    with Postgres(home, durable=True) as server:
        assert execute(server.url(), "SELECT n FROM kept") == [(7,)]


def test_a_killed_holder_takes_its_server_along_and_the_next_takes_over(home: Path) -> None:
    with killed_at_the_end(HOLDER, home) as url:
        execute(url, KEEP)
    with Postgres(home, durable=True) as server:  # at once: the old one may still be shutting down
        assert execute(server.url(), "SELECT n FROM kept") == [(7,)]
        assert not answers(url)


def test_a_stale_process_id_that_somebody_else_has_now(home: Path) -> None:
    with Postgres(home, durable=True) as server:
        lines = (home / "postmaster.pid").read_text().splitlines()
    (home / "postmaster.pid").write_text("\n".join([str(os.getpid()), *lines[1:], ""]))
    with Postgres(home, durable=True) as server:
        assert answers(server.url())


def test_a_directory_has_one_server(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_predecessor, "PATIENCE_S", 0.2)
    with Postgres(home, durable=True) as server:
        with pytest.raises(PostgresNotStarted, match="another server"):
            Postgres(home, durable=True).start()
        assert answers(server.url())


def test_a_server_that_cannot_start_says_why(home: Path) -> None:
    with Postgres(home, durable=True):
        pass
    settings = home / "postgresql.auto.conf"
    usual = settings.read_text()
    settings.write_text("no_such_setting = 1\n")
    with pytest.raises(PostgresNotStarted, match="no_such_setting"):
        Postgres(home, durable=True).start()
    settings.write_text(usual)


def test_a_half_made_cluster_is_made_anew(data_dir: Path) -> None:
    unfinished = data_dir.with_name("data.new")
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18\n")
    with Postgres(data_dir, durable=False) as server:
        assert answers(server.url())


def test_behind_a_closed_door_root_gets_another_place(tmp_path: Path, data_dir: Path) -> None:
    """`nobody` may not pass through a directory of root's; the data then lives elsewhere until it is forgotten."""
    tmp_path.chmod(0o700)
    with Postgres(data_dir, durable=True) as server:
        execute(server.url(), "CREATE TABLE kept AS SELECT 7 AS n")
    elsewhere = data_dir.resolve()
    assert data_dir.is_symlink() == (elsewhere != data_dir) == (os.geteuid() == 0)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700
    with Postgres(data_dir, durable=True) as server:
        assert execute(server.url(), "SELECT n FROM kept") == [(7,)]
    postgres.forget(data_dir)
    assert not elsewhere.exists()
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_was_cleaned_away_is_made_anew(tmp_path: Path, data_dir: Path) -> None:
    data_dir.symlink_to(tmp_path / "gone" / "data")
    with Postgres(data_dir, durable=False) as server:
        assert answers(server.url())
