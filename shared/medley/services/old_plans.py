"""Old plans: that of a generation that has ended, read back from its rows and its object, for what it did not make."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from medley.contracts import plans
from medley.contracts.plans import TaskContent
from medley.domain.generations import Generation, Output, Plan, PlannedOutput, PlannedTask, Task
from medley.domain.progress import TaskWork
from medley.domain.reports import Origin
from medley.domain.retried_plans import not_made, only
from medley.limits import OUTPUTS_PER_GENERATION
from medley.ports.database import UnitOfWork
from medley.services import generations
from medley.services.generations import plan_expired


@dataclass(frozen=True)
class OldPlan:
    """What the rows say of a plan; the rest of it lies in its object."""

    generation: Generation
    origin: Origin
    outputs: Sequence[Output]
    fingerprints: Mapping[int, str]
    tasks: Sequence[Task]
    work: Sequence[TaskWork]

    @classmethod
    def of(cls, uow: UnitOfWork, user_id: UUID, generation_id: UUID) -> Self:
        """Of a generation that has ended."""
        return cls(
            generations.read(uow, user_id, generation_id),
            uow.history.origin(generation_id),
            uow.generations.outputs(generation_id, after=0, limit=OUTPUTS_PER_GENERATION),
            uow.history.fingerprints(generation_id),
            uow.tasks.of_generation(generation_id),
            uow.history.work(generation_id),
        )

    def left(self, content: bytes) -> Plan:
        """The plan of what was not made; `content` is the plan's object.

        Raises:
            Conflict: code `plan_expired`; its rows are not kept any more.
        """
        contents = list(plans.read_tasks(content))
        if len(contents) != len(self.tasks):  # the rows go when the object does, if not at once
            raise plan_expired()
        return only(self._whole(contents), [output.n for output in not_made(self.outputs)])

    def _whole(self, contents: Sequence[TaskContent]) -> Plan:
        recipes = {output.n: output.recipe for content in contents for output in content.outputs}
        needs: dict[int, list[int]] = {}
        for task in self.tasks:
            for other in task.unlocks:
                needs.setdefault(other, []).append(task.index)
        return Plan(
            self.origin.planner_version or 0,
            self.generation.seed,
            tuple(
                PlannedOutput(
                    n=output.n,
                    title=output.title,
                    media_type=output.media_type,
                    work=output.work,
                    price=output.price,
                    fingerprint=self.fingerprints[output.n],
                    recipe=recipes[output.n],
                )
                for output in self.outputs
            ),
            tuple(
                PlannedTask(
                    index=task.index,
                    operation=task.operation,
                    lane=task.lane,
                    title=task.title,
                    work=weight.work,
                    outputs=task.outputs,
                    payload=content.payload,
                    makes=tuple(output.n for output in self.outputs if output.task == task.index),
                    needs=tuple(needs.get(task.index, ())),
                )
                for task, weight, content in zip(self.tasks, self.work, contents, strict=True)
            ),
            engine_version=self.origin.engine_version,
        )
