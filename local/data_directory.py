"""Data directory: where one embedded cloud keeps everything, and the lock that makes it one cloud's."""

import fcntl
import os
import shutil
from pathlib import Path
from typing import TextIO

from local.database import postgres
from medley.runtime.token_keys import new_keys, of_one_key


class DirectoryInUse(Exception):
    """Another cloud has the directory; the message says which process."""


class DataDirectory:
    """`path` and what lives below it. Take it before use, give it back at the end."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.postgres = self.path / "postgres"
        self.storage = self.path / "storage"
        self.log = self.path / "log"
        self.scratch = self.path / "scratch"  # what functions see as /tmp; emptied when taken and given back
        self._lock: TextIO | None = None

    def take(self) -> None:
        """Make the directory if there is none, and lock it; the lock goes with this process, however it ends.

        Raises:
            DirectoryInUse: another process has it.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        lock = (self.path / "lock").open("a+")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read().strip() or "unknown"
            lock.close()
            raise DirectoryInUse(f"{self.path} is in use by another cloud (process {holder}).") from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        self._lock = lock
        shutil.rmtree(self.scratch, ignore_errors=True)

    def give_back(self) -> None:
        """Unlock. Giving back what was not taken is fine."""
        if self._lock is not None:
            shutil.rmtree(self.scratch, ignore_errors=True)
            self._lock.close()
            self._lock = None

    def token_keys(self) -> str:
        """The keys behind tokens here, a JWK Set: made once, readable by its owner alone.

        A directory of 0.1 has one key, in a file of another name; tokens made with it stay good.
        """
        path, single = self.path / "token-keys.json", self.path / "token-key.json"
        if not path.exists():
            new = path.with_suffix(".new")
            new.unlink(missing_ok=True)
            with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:  # noqa: PTH123 - with a mode
                file.write(of_one_key(single.read_text()) if single.exists() else new_keys())
            new.rename(path)
        single.unlink(missing_ok=True)
        return path.read_text()

    def forget(self) -> None:
        """Remove the directory and all that was stored.

        Raises:
            DirectoryInUse: a cloud has it.
        """
        self.take()
        try:
            postgres.forget(self.postgres)
            shutil.rmtree(self.path)
        finally:
            self.give_back()
