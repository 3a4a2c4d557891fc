"""Repositories of what must be sent after a commit, and of answers to requests that carried an Idempotency-Key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from medley.ports.cloud import Message
from medley.ports.generations import SentTask


@dataclass(frozen=True)
class OutboxRow:
    """One promise. `message` is None if nobody waits for it any more: its task was sent anew or has ended."""

    id: int
    message: Message | None


class Outbox(Protocol):
    def add(self, messages: Sequence[Message], *, delay_s: int = 0) -> None:
        """Promise these messages: they are sent if, and only if, this transaction commits; not before so many
        seconds."""
        ...

    def add_tasks(self, group: str, tasks: Sequence[SentTask], *, delay_s: int = 0) -> None:
        """Promise the commands of these tasks, each to its lane; they are made when they are sent, and shown after so
        many seconds."""
        ...

    def add_again(self, task: SentTask, outputs: Sequence[int], deadline: datetime) -> None:
        """Promise a task of a generation that has ended once more, for these outputs."""
        ...

    def claim(self, *, older_than_s: int, lease_s: int, limit: int) -> Sequence[OutboxRow]:
        """Take up to `limit` unpublished rows nobody else has, oldest first, for `lease_s` seconds.

        One that is to be shown later is taken as soon as a queue can keep it back for so long, so that it is on time
        whoever sends next. Rows are found by state, never by a cursor: a row with a lower id may be committed later
        than its neighbours. Rows another transaction holds are passed over.
        """
        ...

    def mark_published(self, ids: Sequence[int]) -> None: ...

    def oldest_s(self) -> int:
        """How many seconds the row that waits longest to be published has been due; 0 if none waits."""
        ...

    def prune(self, older_than_s: int, limit: int) -> int:
        """Delete up to `limit` rows published so long ago; returns how many."""
        ...


@dataclass(frozen=True)
class Answer:
    """What the first request with this key was told; None while it runs (seen only by itself)."""

    fingerprint: str
    body: Mapping[str, Any] | None


class Idempotency(Protocol):
    def find(self, user_id: UUID, route: str, key: str) -> Answer | None:
        """The answer kept under the key, if there is one."""
        ...

    def claim(self, user_id: UUID, route: str, key: str, fingerprint: str) -> Answer | None:
        """Take the key: None if it is ours to answer, else the answer the first request was given.

        A request that holds the key in a transaction still open is waited for; if it fails, the key is ours.

        Raises:
            Conflict: code `in_progress`, with `retry_after_s`: the first request is still running.
        """
        ...

    def answer(self, user_id: UUID, route: str, key: str, body: Mapping[str, Any]) -> None:
        """Store the answer under the key claimed in this transaction."""
        ...

    def prune(self, older_than_s: int, limit: int) -> int:
        """Forget up to `limit` keys so old; returns how many."""
        ...
