"""Faults of a run, told as what they are: a file or a folder that went away, a limit of this machine."""

import errno
import os
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from cli.directory_store import DirectoryStore
from medley import machine
from medley.apps.video_mixer.operations import RENDER, AssembleOutputs, RenderSegments
from medley.contracts.assets import AssetSource
from medley.contracts.media import ClipSource
from medley.domain.generations import PlannedTask
from medley.errors import MedleyError, NotFound, Unavailable

Original = ClipSource | AssetSource
GONE, CHANGED = "clip_gone", "clip_changed"  # codes


class CannotGoOn(Exception):
    """Nothing more can be made; the message says why."""


class HeldFolder:
    """A folder that is known again while this is entered: another one of its name is not it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor = -1

    def __enter__(self) -> Self:
        """Raises: OSError."""
        self._descriptor = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)  # no other gets its number
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._descriptor)

    def is_there(self) -> bool:
        """Whether it still is where it was."""
        try:
            return os.path.samestat(self.path.stat(), os.fstat(self._descriptor))
        except OSError:
            return False


def originals(task: PlannedTask) -> tuple[Original, ...]:
    """The files of a person that a task reads."""
    if task.operation == RENDER:
        render = RenderSegments.model_validate(task.payload)
        return (*render.clips, *render.images)
    mixdown = AssembleOutputs.model_validate(task.payload).mixdown
    return tuple(part.asset for part in (mixdown.music, mixdown.voice) if part is not None)


def fault_of_file(files: Iterable[Original], store: DirectoryStore) -> tuple[str, str] | None:
    """Code and message of the first of these files that is not what it was when it was read; None if all are, or it
    cannot be seen for a limit of this machine."""
    for file in files:
        try:
            store.fetch(file.key, sha256=file.facts.sha256)
        except Unavailable:
            return None
        except NotFound as error:
            if error.code == "object_gone":
                return GONE, f"{file.name}: the file is not there any more."
            return CHANGED, f"{file.name}: the file was changed while videos were made of it."
    return None


def told(error: BaseException) -> tuple[str, str] | None:
    """Code and message of an error that is no fault of Medley's code; None if it is one."""
    if isinstance(error, MedleyError):
        return error.code, error.message
    number = errno.ENOMEM if isinstance(error, MemoryError) else getattr(error, "errno", None)
    reached = machine.limit_reached(number)
    if reached is not None:
        return reached.code, reached.message
    return ("cannot_work", f"Cannot work on this machine: {error.strerror}.") if isinstance(error, OSError) else None
