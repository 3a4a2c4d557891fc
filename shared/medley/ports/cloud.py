"""Objects, queues and sockets, as Protocols; `medley.aws` keeps them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from medley.contracts.pushes import Push
from medley.errors import NotFound


@dataclass(frozen=True)
class StoredObject:
    """What a store knows of an object. `sha256` is that of its making, told by whoever stored it; None where nobody
    of ours did: a browser's upload, or something put there from outside. `trace` is what an upload belongs to."""

    key: str
    size_bytes: int
    etag: str
    stored_at: datetime  # or, in a store that tells, when it was last used
    sha256: str | None = None
    trace: str | None = None


@dataclass(frozen=True)
class UploadPart:
    number: int
    etag: str


@dataclass(frozen=True)
class StoredPart:
    """A part of a multipart upload that the bucket has; `number` counts from 1."""

    number: int
    size_bytes: int
    etag: str


@dataclass(frozen=True)
class SignedRequest:
    """A request a browser may send by itself: these headers must go with it, byte for byte."""

    method: str
    url: str
    headers: Mapping[str, str]


def object_gone(key: str) -> NotFound:
    """The error of a store without such an object. Its sentence is for customers; the key is in the log alone."""
    error = NotFound("The file is not stored any more.", code="object_gone")
    error.add_note(f"There is no object {key}.")
    return error


def object_damaged(key: str) -> NotFound:
    """The error of whoever compared an object with what it was when it was made, or found nobody who said that."""
    error = NotFound("The file is not what it was when it was stored.", code="object_damaged")
    error.add_note(f"The object is {key}.")
    return error


class ObjectStore(Protocol):
    """Objects by key. All methods raise StorageUnavailable when the store does not answer.

    A store hands out what it holds: whoever needs what was made compares it with the SHA-256 kept with the object, as
    `medley.ports.worker.Fetch` does.
    """

    def head(self, key: str) -> StoredObject | None:
        """What is known of the object, or None if there is none."""
        ...

    def download(self, key: str, path: Path) -> None:
        """Write the object to `path`. Raises: NotFound (code `object_gone`)."""
        ...

    def read(self, key: str, start: int = 0, length: int | None = None) -> bytes:
        """So many bytes of the object from byte `start` on, or all the rest. Raises: NotFound (code `object_gone`)."""
        ...

    def write(self, content: bytes, key: str, content_type: str) -> None:
        """Store these bytes whole, as `upload` does a file."""
        ...

    def upload(self, path: Path, key: str, content_type: str, *, sha256: str | None = None) -> None:
        """Store the file whole, with its SHA-256 (computed unless given): readers see the old object or the new one,
        never a part."""
        ...

    def delete(self, key: str) -> None:
        """Remove the object; none there is fine."""
        ...


class ListedStore(ObjectStore, Protocol):
    """A store that says what it holds."""

    def keys(self, prefix: str, limit: int) -> Sequence[str]:
        """Up to `limit` keys below a prefix, at most a thousand. Raises: StorageUnavailable."""
        ...


class UploadSigner(Protocol):
    """Presigned requests, and the multipart calls only the server may make."""

    def sign_put(self, key: str, content_type: str, size_bytes: int) -> SignedRequest: ...

    def start_multipart(self, key: str, content_type: str) -> str:
        """Begin a multipart upload; returns its upload id."""
        ...

    def parts(self, key: str, upload_id: str, *, after: int, limit: int) -> Sequence[StoredPart]:
        """The parts of an upload that arrived, by number, from the one after `after` on.

        Raises: NotFound (code `upload_gone`), if the upload was completed, aborted or never begun.
        """
        ...

    def sign_part(self, key: str, upload_id: str, number: int, size_bytes: int) -> SignedRequest: ...

    def complete_multipart(self, key: str, upload_id: str, parts: Sequence[UploadPart]) -> None:
        """Raises: InvalidInput (code `wrong_parts`), NotFound (code `upload_gone`)."""
        ...

    def abort_multipart(self, key: str, upload_id: str) -> None: ...

    def sign_get(self, key: str, *, file_name: str | None, content_type: str) -> str:
        """A URL that downloads the object, under `file_name` if given, inline otherwise."""
        ...


class PartStore(Protocol):
    """Uploads in parts that we send ourselves, of what is never whole in one place. All raise StorageUnavailable."""

    def start_multipart(self, key: str, content_type: str) -> str:
        """Begin an upload; returns its upload id."""
        ...

    def upload_part(self, key: str, upload_id: str, number: int, content: bytes) -> UploadPart:
        """Send part `number`, from 1. Raises: NotFound (code `upload_gone`)."""
        ...

    def complete_multipart(self, key: str, upload_id: str, parts: Sequence[UploadPart]) -> None:
        """Raises: InvalidInput (code `wrong_parts`), NotFound (code `upload_gone`)."""
        ...

    def abort_multipart(self, key: str, upload_id: str) -> None:
        """Forget the upload and its parts; one that is gone already is fine."""
        ...


class ArchiveStore(ObjectStore, PartStore, Protocol):
    """The store, for whoever makes archives in it of what lies in it."""


@dataclass(frozen=True)
class Message:
    """One message to a queue. `group` is the owner: fair queues keep one owner from starving the others. It is shown
    after `delay_s` seconds, at most limits.QUEUE_DELAY_S. `trace` is what it belongs to (`medley.tracing`), unless that
    is what it is sent in."""

    queue: str
    group: str
    body: str
    delay_s: int = 0
    trace: str | None = None


class Queue(Protocol):
    def send(self, messages: Sequence[Message]) -> Sequence[Message]:
        """Send all; returns those the service refused, to be tried again. Raises: QueueUnavailable."""
        ...


class Pusher(Protocol):
    def push(self, connection_id: str, push: Push) -> bool:
        """Send one push; False if that connection is gone for good. Never raises: pushes are hints."""
        ...

    def close(self, connection_id: str) -> None:
        """Close one connection; one that is gone is fine. Never raises: API Gateway cuts it after two hours anyway."""
        ...
