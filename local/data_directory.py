"""Data directory: where one embedded cloud keeps everything, and the lock that makes it one cloud's."""

import fcntl
import json
import os
import re
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final, TextIO

from joserfc.errors import JoseError
from pydantic import Field, TypeAdapter, ValidationError
from typing_extensions import TypedDict

from local.database import postgres
from local.disk import write_whole
from local.storage.service import SECRET_BYTES
from medley.runtime.token_keys import TokenKeys, new_keys, of_one_key

_SECRET: Final = re.compile(r"[\w-]{32,}", re.ASCII)


class _Settings(TypedDict):
    storage_port: Annotated[int, Field(ge=1, le=65_535)]


_SETTINGS: Final = TypeAdapter(_Settings)


class DirectoryInUse(Exception):
    """Another cloud has the directory; the message says which process."""


class DirectoryBroken(Exception):
    """Something in the directory is not what was written there; the message names it and says what to do."""


class DataDirectory:
    """`path` and what lives below it. Take it before use, give it back at the end."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.postgres = self.path / "postgres"
        self.storage = self.path / "storage"
        self.mailbox = self.path / "mailbox"  # a file for each mail
        self.log = self.path / "log"
        self.scratch = self.path / "scratch"  # what functions see as /tmp; emptied when taken and given back
        self.demo = self.path / "demo"  # a directory like this one, of `medley demo`
        self._settings = self.path / "settings.json"
        self._keys, self._key = self.path / "token-keys.json", self.path / "token-key.json"
        self._secret = self.path / "access-secret"
        self._files = (self._settings, self._keys, self._key, self._secret)
        self._lock_file = self.path / "lock"
        self._lock: TextIO | None = None

    def take(self) -> None:
        """Make the directory if there is none, and lock it; the lock goes with this process, however it ends.

        Raises:
            DirectoryInUse: another process has it.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        lock = self._lock_file.open("a+")
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
        """The keys behind tokens here, a JWK Set.

        A directory of 0.1 has one key, in a file of another name; tokens made with it stay good.

        Raises:
            DirectoryBroken: they cannot be read.
        """
        path, single = self._keys, self._key
        source = path if path.exists() or not single.exists() else single
        try:
            keys = self._kept_private(path, lambda: of_one_key(single.read_text()) if source is single else new_keys())
            TokenKeys.parse(keys)
        except (ValueError, TypeError, JoseError) as error:
            raise _broken(source, "everybody has to sign in again") from error
        single.unlink(missing_ok=True)
        return keys

    def access_secret(self) -> str:
        """The secret that requests to S3, SQS and the WebSocket API's connections are signed with here.

        Raises:
            DirectoryBroken: it cannot be read.
        """
        path = self._secret
        try:
            secret = self._kept_private(path, lambda: secrets.token_urlsafe(SECRET_BYTES))
        except ValueError:
            secret = ""  # not even text
        if not _SECRET.fullmatch(secret):
            raise _broken(path, "links and uploads under way have to be asked for again")
        return secret

    @property
    def storage_port(self) -> int | None:
        """The port that S3 and SQS had last time; it is in every link and upload that was given out.

        Raises:
            DirectoryBroken: what was written cannot be read.
        """
        try:
            return _SETTINGS.validate_json(self._settings.read_bytes())["storage_port"]
        except FileNotFoundError:
            return None
        except ValidationError as error:
            raise _broken(self._settings, "S3 and SQS have the usual port") from error

    def keep_storage_port(self, port: int) -> None:
        """Note the port of S3 and SQS for the next time."""
        write_whole(self._settings, json.dumps(_Settings(storage_port=port)), durable=True)

    def _kept_private(self, path: Path, make: Callable[[], str]) -> str:
        """The content of a file that is made once, for its owner alone. Raises: ValueError, if it is no text."""
        if not path.exists():
            write_whole(path, make(), durable=True, mode=0o600)
        return path.read_text()

    def forget(self) -> list[str]:
        """Remove all that clouds stored, the demo's included, and the directory if nothing is left in it.

        Returns:
            Names of what is left: nobody's business here, and untouched.

        Raises:
            DirectoryInUse: a cloud has it.
        """
        if not self.path.is_dir():
            return [self.path.name]
        if self.demo.is_dir():
            DataDirectory(self.demo).forget()
        if self._lock_file.exists():  # else no cloud ever had it, whatever its files are called
            self.take()
            try:
                self._remove_stored()
            finally:
                self.give_back()
        left = sorted(child.name for child in self.path.iterdir())
        if not left and not self.path.is_symlink():
            self.path.rmdir()
        return left

    def _remove_stored(self) -> None:
        postgres.forget(self.postgres)
        for folder in (self.storage, self.mailbox, self.log):
            shutil.rmtree(folder, ignore_errors=True)
        for file in (*self._files, self._lock_file):
            file.unlink(missing_ok=True)


def _broken(path: Path, price: str) -> DirectoryBroken:
    return DirectoryBroken(
        f"{path} is damaged. Put it back as it was, or remove it: a new one is made then, and {price}."
    )
