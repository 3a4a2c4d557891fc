"""What keeps a cloud from starting is said in one sentence that names it, and nothing is left running."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from local.cloud import DATABASE, Cloud, CloudNotStarted
from local.data_directory import DataDirectory
from local.database.postgres import Postgres, told
from local.disk import is_full
from medley.db import migrations
from tests.local.test_cloud import descendants
from tests.local.waiting import is_running, wait_until


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "data"
    yield path
    DataDirectory(path).forget()


def said(data: Path) -> str:
    """Why a cloud over this directory does not start."""
    others = set(descendants(os.getpid()))
    with pytest.raises(CloudNotStarted) as raised:
        Cloud(data, durable=True).start()
    wait_until(lambda: not any(is_running(pid) for pid in set(descendants(os.getpid())) - others))
    assert "\n" not in str(raised.value)
    return str(raised.value)


def test_a_directory_that_is_not_as_it_was_left(data: Path) -> None:
    directory = DataDirectory(data)
    directory.take()
    directory.token_keys()
    with Postgres(directory.postgres, durable=True) as server:
        server.create_database(DATABASE)
        migrations.upgrade(server.url(DATABASE))
        with psycopg.connect(server.url(DATABASE)) as connection:
            connection.execute("UPDATE alembic_version SET version_num = '9999'")
    directory.give_back()
    assert f"{data} was used by a newer Medley" in said(data)
    password = data / "postgres/password"
    kept = password.read_text()
    for other in ("another", ""):
        password.write_text(other)
        assert f"{password.resolve()} does not hold the password" in said(data)
    password.unlink()
    assert f"{password.resolve()} does not hold the password" in said(data)
    password.write_text(kept)
    (data / "token-keys.json").write_text("{")
    assert f"{data}/token-keys.json is damaged" in said(data)


def test_a_directory_that_cannot_be_written() -> None:
    assert "/sys/medley cannot be written" in said(Path("/sys/medley"))


def test_a_full_disk_is_called_so(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("local.cloud.Logs", full)
    assert "The disk is full" in said(data)


@pytest.mark.parametrize(
    "line",
    [
        'FATAL:  could not write lock file "postmaster.pid": No space left on device',
        "OSError: [Errno 122] Disk quota exceeded: '.medley/storage/records'",
    ],
)
def test_a_program_that_found_no_room_is_understood(tmp_path: Path, line: str) -> None:
    log = tmp_path / "server.log"
    log.write_text(f"LOG:  starting\n{line}\n")
    assert is_full(tmp_path, log.read_text())
    assert told(tmp_path, "PostgreSQL did not start", log).startswith("The disk is full")
    log.write_text("FATAL:  something else\n")
    assert told(tmp_path, "PostgreSQL did not start", log).endswith("something else\n")
