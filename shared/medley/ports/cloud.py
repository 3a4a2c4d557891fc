"""Objects, queues and sockets, as Protocols; `medley.aws` keeps them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from medley.contracts.pushes import Push


@dataclass(frozen=True)
class StoredObject:
    """What a store knows of an object. `sha256` is that of its making, told by whoever stored it; None where nobody
    of ours did: a browser's upload, or something put there from outside."""

    key: str
    size_bytes: int
    etag: str
    stored_at: datetime  # or, in a store that tells, when it was last used
    sha256: str | None = None


@dataclass(frozen=True)
class UploadPart:
    number: int
    etag: str


@dataclass(frozen=True)
class SignedRequest:
    """A request a browser may send by itself: these headers must go with it, byte for byte."""

    method: str
    url: str
    headers: Mapping[str, str]


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


class UploadSigner(Protocol):
    """Presigned requests, and the multipart calls only the server may make."""

    def sign_put(self, key: str, content_type: str, size_bytes: int) -> SignedRequest: ...

    def start_multipart(self, key: str, content_type: str) -> str:
        """Begin a multipart upload; returns its upload id."""
        ...

    def require_multipart(self, key: str, upload_id: str) -> None:
        """Raises: NotFound (code `upload_gone`), if it was completed, aborted or never begun."""
        ...

    def sign_part(self, key: str, upload_id: str, number: int, size_bytes: int) -> SignedRequest: ...

    def complete_multipart(self, key: str, upload_id: str, parts: Sequence[UploadPart]) -> None:
        """Raises: InvalidInput (code `wrong_parts`), NotFound (code `upload_gone`)."""
        ...

    def abort_multipart(self, key: str, upload_id: str) -> None: ...

    def sign_get(self, key: str, *, file_name: str | None, content_type: str) -> str:
        """A URL that downloads the object, under `file_name` if given, inline otherwise."""
        ...


@dataclass(frozen=True)
class Message:
    """One message to a queue. `group` is the owner: fair queues keep one owner from starving the others."""

    queue: str
    group: str
    body: str


class Queue(Protocol):
    def send(self, messages: Sequence[Message]) -> Sequence[Message]:
        """Send all; returns those the service refused, to be tried again. Raises: QueueUnavailable."""
        ...


class Pusher(Protocol):
    def push(self, connection_id: str, push: Push) -> bool:
        """Send one push; False if that connection is gone for good. Never raises: pushes are hints."""
        ...
