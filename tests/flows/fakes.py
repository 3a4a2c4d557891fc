"""AWS, played: each fake keeps its Protocol of `medley.ports.cloud` and remembers what it was told."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from medley.contracts.pushes import Push
from medley.domain.mail import Mail
from medley.errors import MedleyError, NotFound, QueueUnavailable, StorageUnavailable
from medley.ports.cloud import Message, StoredObject, UploadPart


@dataclass
class FakeQueue:
    """Queues that keep what they are sent, and show what is delayed when it is old enough. `down`: none answers, or one
    of those named. `refuse`: how many messages they send back. `calls`: how often they were asked."""

    sent: list[Message] = field(default_factory=list)
    down: bool | set[str] = False
    refuse: int = 0
    calls: int = 0

    def send(self, messages: Sequence[Message]) -> Sequence[Message]:
        self.calls += 1
        if self.down is True or (self.down and self.down & {message.queue for message in messages}):
            raise QueueUnavailable("down")
        refused, taken = messages[: self.refuse], messages[self.refuse :]
        self.refuse -= len(refused)
        self.sent += taken
        return refused

    def take(self, *lanes: str) -> list[Message]:
        """Remove and return what these queues, or all, show now."""
        taken = [message for message in self.sent if not message.delay_s and (not lanes or message.queue in lanes)]
        self.sent = [message for message in self.sent if message not in taken]
        return taken

    def age(self, seconds: int) -> None:
        """Let so many seconds pass."""
        self.sent = [replace(message, delay_s=max(0, message.delay_s - seconds)) for message in self.sent]


@dataclass
class FakePusher:
    """Remembers what each connection was told; `gone` connections are gone. A push takes `takes_s` seconds."""

    told: list[tuple[str, Push]] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    takes_s: float = 0.0
    closed: list[str] = field(default_factory=list)

    def push(self, connection_id: str, push: Push) -> bool:
        time.sleep(self.takes_s)
        if connection_id in self.gone:
            return False
        self.told.append((connection_id, push))
        return True

    def close(self, connection_id: str) -> None:
        self.closed.append(connection_id)
        self.gone.add(connection_id)


@dataclass
class FakeMailer:
    """Remembers what it sent. `fails`: what it raises instead, in turn."""

    sent: list[Mail] = field(default_factory=list)
    fails: list[MedleyError] = field(default_factory=list)

    def send(self, mail: Mail) -> None:
        if self.fails:
            raise self.fails.pop(0)
        self.sent.append(mail)


@dataclass
class FakeStore:
    """An object store that keeps names, and the content of what was written."""

    objects: set[str] = field(default_factory=set)
    contents: dict[str, bytes] = field(default_factory=dict)
    uploads: dict[str, tuple[str, dict[int, bytes]]] = field(default_factory=dict)  # under way: key and parts by id
    down: bool = False

    def head(self, key: str) -> StoredObject | None:
        if self.down:
            raise StorageUnavailable("down")
        if key not in self.objects and key not in self.contents:
            return None
        return StoredObject(key, len(self.contents.get(key, bytes(1000))), "etag", datetime.now(UTC))

    def delete(self, key: str) -> None:
        if self.down:
            raise StorageUnavailable("down")
        self.objects.discard(key)
        self.contents.pop(key, None)

    def start_multipart(self, key: str, content_type: str) -> str:
        if self.down:
            raise StorageUnavailable("down")
        upload_id = f"upload {len(self.uploads) + 1} of {key}"
        self.uploads[upload_id] = key, {}
        return upload_id

    def upload_part(self, key: str, upload_id: str, number: int, content: bytes) -> UploadPart:
        if self.down:
            raise StorageUnavailable("down")
        of, parts = self.uploads[upload_id]
        assert of == key
        parts[number] = content
        return UploadPart(number, f"etag {number}")

    def complete_multipart(self, key: str, upload_id: str, parts: Sequence[UploadPart]) -> None:
        of, contents = self.uploads.pop(upload_id)
        assert (of, [part.number for part in parts]) == (key, sorted(contents))
        if key in self.contents:
            raise NotFound("there is one", code="upload_gone")
        self.contents[key] = b"".join(contents[part.number] for part in parts)

    def abort_multipart(self, key: str, upload_id: str) -> None:
        if self.down:
            raise StorageUnavailable("down")
        self.uploads.pop(upload_id, None)

    def keys(self, prefix: str, limit: int) -> Sequence[str]:
        if self.down:
            raise StorageUnavailable("down")
        return sorted(key for key in self.objects if key.startswith(prefix))[:limit]

    def read(self, key: str, start: int = 0, length: int | None = None) -> bytes:
        if self.down:
            raise StorageUnavailable("down")
        if key not in self.contents:
            raise NotFound("gone", code="object_gone")
        return self.contents[key][start : None if length is None else start + length]

    def write(self, content: bytes, key: str, content_type: str) -> None:
        if self.down:
            raise StorageUnavailable("down")
        self.contents[key] = content

    def download(self, key: str, path: Path) -> None:
        raise NotImplementedError

    def upload(self, path: Path, key: str, content_type: str) -> None:
        raise NotImplementedError
