"""What an app's worker is given, and what a worker is."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from medley.contracts.commands import AssembleOutputs, RenderSegments
from medley.contracts.facts import TaskFact
from medley.ports.cloud import ObjectStore


class Fetch(Protocol):
    def __call__(self, key: str, *, sha256: str | None = None) -> Path:
        """An object of the store as a local file, to be read only, and certainly what it was: its bytes have this
        SHA-256, or else the one it was stored with.

        Raises:
            NotFound: code `object_gone`; there is none. Code `object_damaged`; its bytes are others, or nobody said
                what they were.
            StorageUnavailable: the store does not answer.
        """
        ...


@dataclass(frozen=True)
class Tools:
    """A worker's whole world for one task.

    `scratch` is private to the task, empty at the start and removed afterwards.
    `report` sends a fact and may be called from any thread. `remaining_s` is the time left, in seconds, before the
    task is killed; it falls to zero at once when the task is called off. `threads` is how many CPU threads the task
    may keep busy.
    """

    store: ObjectStore
    fetch: Fetch
    scratch: Path
    report: Callable[[TaskFact], None]
    remaining_s: Callable[[], float]
    threads: int


class Worker(Protocol):
    """An app's `worker` module. A function returns when the task's last fact was reported.

    Raises:
        Unavailable: the task is to be tried again later; what it stored is kept and found again.
        Broken: a fault of ours; the task is tried again, then given up.
    """

    def render(self, command: RenderSegments, tools: Tools) -> None: ...

    def assemble(self, command: AssembleOutputs, tools: Tools) -> None: ...
