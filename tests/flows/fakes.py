"""AWS, played: each fake keeps its Protocol of `medley.ports.cloud` and remembers what it was told."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from medley.contracts.pushes import Push
from medley.errors import NotFound, QueueUnavailable, StorageUnavailable
from medley.ports.cloud import Message, StoredObject


@dataclass
class FakeQueue:
    """Queues that keep what they are sent. `down`: none answers, or one of those named. `refuse`: how many messages
    they send back. `calls`: how often they were asked."""

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
        """Remove and return what was sent to these queues, or to all."""
        taken = [message for message in self.sent if not lanes or message.queue in lanes]
        self.sent = [message for message in self.sent if message not in taken]
        return taken


@dataclass
class FakePusher:
    """Remembers what each connection was told; `gone` connections are gone. A push takes `takes_s` seconds."""

    told: list[tuple[str, Push]] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    takes_s: float = 0.0

    def push(self, connection_id: str, push: Push) -> bool:
        time.sleep(self.takes_s)
        if connection_id in self.gone:
            return False
        self.told.append((connection_id, push))
        return True


@dataclass
class FakeStore:
    """An object store that keeps names, and the content of what was written."""

    objects: set[str] = field(default_factory=set)
    contents: dict[str, bytes] = field(default_factory=dict)
    down: bool = False

    def head(self, key: str) -> StoredObject | None:
        if self.down:
            raise StorageUnavailable("down")
        return StoredObject(key, 1000, "etag", datetime.now(UTC)) if key in self.objects else None

    def delete(self, key: str) -> None:
        if self.down:
            raise StorageUnavailable("down")
        self.objects.discard(key)

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
