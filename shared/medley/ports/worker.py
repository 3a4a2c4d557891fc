"""Workers of apps: what one is, and what it is given.

An app's `worker` module has `OPERATIONS: Mapping[str, Operation]`. It is imported where its operations run alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from pydantic import BaseModel

from medley.contracts.facts import TaskFact
from medley.contracts.plans import OutputRecipe
from medley.contracts.work import Work
from medley.ports.cloud import ObjectStore

Payload = TypeVar("Payload", bound=BaseModel)


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
class Job(Generic[Payload]):
    """One task as its operation sees it: the command, the app's own payload, and the outputs to make of it."""

    work: Work
    payload: Payload
    outputs: tuple[OutputRecipe, ...] = ()


@dataclass(frozen=True)
class WorkerContext:
    """A worker's whole world for one task.

    `scratch` is private to the task, empty at the start and removed afterwards.
    `report` sends a fact and may be called from any thread. `remaining_s` is the time left, in seconds, before the
    task is killed; it falls to zero within seconds when the task is called off. `wanted` asks the store whether it was,
    before a piece of work is begun. `threads` is how many CPU threads the task may keep busy.
    """

    store: ObjectStore
    fetch: Fetch
    scratch: Path
    report: Callable[[TaskFact], None]
    remaining_s: Callable[[], float]
    threads: int
    wanted: Callable[[], bool] = lambda: True


@dataclass(frozen=True)
class Operation:
    """What a lane can run for an app. `run` returns when the task's last fact was reported.

    Raises of `run`:
        Unavailable: the task is to be tried again later; what it stored is kept and found again.
        Broken: a fault of ours; the task is tried again, then given up.
    """

    payload: type[BaseModel]
    run: Callable[[Job[Any], WorkerContext], None]
