"""The command to a worker: one kind for every app, operation and lane.

It names the task and where its payload lies: bytes `start` to `start + length` of the plan object (`contracts.plans`).
So a command is small, whatever the task is.
"""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from medley.contracts.media import Digest, WireModel, is_empty, is_none


class Work(WireModel):
    """Do one task of a generation. Queue: the one named like `lane`.

    `attempt` counts starts of the task, from 1, and is echoed in its facts. After `deadline` nobody waits for it.
    `outputs` are the numbers of the outputs the task makes that are still wanted; empty for a task that makes none.
    """

    version: Literal[2] = 2
    app: str
    operation: str
    lane: str
    owner_id: UUID
    generation_id: UUID
    task_id: UUID
    attempt: int = Field(default=1, ge=1)
    deadline: datetime
    plan: Digest
    start: int = Field(ge=0)
    length: int = Field(gt=0)
    crc: int | None = Field(default=None, ge=0, exclude_if=is_none)  # of those bytes, if it is known
    outputs: tuple[int, ...] = ()

    @property
    def about(self) -> dict[str, Any]:
        """The fields of every fact about this start of the task: whose, and which."""
        return {
            "owner_id": self.owner_id,
            "generation_id": self.generation_id,
            "task_id": self.task_id,
            "attempt": self.attempt,
        }


class PlanGeneration(WireModel):
    """Plan a generation that was ordered. Queue `plans`.

    `mends`: it was planned; its plan's object is to be looked at, and made anew if it is lost or damaged. `restores` is
    the number of a lost output that is to be made again of it afterwards.
    """

    version: Literal[2] = 2
    owner_id: UUID
    generation_id: UUID
    mends: bool = Field(default=False, exclude_if=is_empty)
    restores: int | None = Field(default=None, ge=1, exclude_if=is_empty)


class MakeVolume(WireModel):
    """Make one archive of a bundle, from 1. Queue `bundles`. `attempt` counts starts, from 1; a message of another
    attempt than the one under way is acknowledged unread."""

    version: Literal[1] = 1
    owner_id: UUID
    bundle_id: UUID
    volume: int = Field(ge=1)
    attempt: int = Field(ge=1)
