"""What moves a generation on: its stages begin one after the other, and it ends when no output is planned any more."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from enum import Enum

from medley.apps.registry import STORED, App, Order, Registry
from medley.contracts.commands import Command
from medley.domain.credits import resolution
from medley.domain.generations import Generation, PlannedOutput, Task, final_state
from medley.errors import Broken, InvalidInput, InvariantBroken
from medley.ports.cloud import Message
from medley.ports.database import UnitOfWork
from medley.services.effects import Effects, generation_changed, wallet_changed

logger = logging.getLogger(__name__)


class Ending(Enum):
    """Why a generation ends."""

    DELIVERED = "facts settled its outputs"  # so the tasks of the last stage did their work; the others cancel theirs
    CANCELLED = "its owner ended it"
    EXPIRED = "its time was up"


def app_of(registry: Registry, generation: Generation) -> App:
    """The app that planned a generation.

    Raises:
        Broken: code `app_missing`; it was there when this was ordered, and may be there again after the next deploy.
    """
    try:
        return registry.get(generation.app)
    except InvalidInput as error:
        raise Broken(f"the app {generation.app} of a running generation is missing", code="app_missing") from error


def command(
    registry: Registry, generation: Generation, task: Task, wanted: Sequence[PlannedOutput], attempt: int
) -> Command:
    """The command of a task for those of its outputs that are still planned."""
    app = app_of(registry, generation)
    order = Order(generation.user_id, generation.id, task.id, attempt)
    return app.command(order, app.spec.model_validate(generation.spec, context=STORED), task.planned, wanted)


def message(generation: Generation, task: Task, body: Command) -> Message:
    """A task's command as a message to its lane."""
    return Message(task.planned.lane, str(generation.user_id), body.model_dump_json())


def begin(uow: UnitOfWork, registry: Registry, generation: Generation) -> Generation:
    """Send the commands of the current stage or, if nothing in it is of use any more, of the first that has work.

    A task none of whose outputs is planned any more is cancelled. Returns the generation at the stage begun.

    Raises:
        InvariantBroken: I14; an output is planned, but no stage has work left for it.
    """
    planned = {output.n: output for output in uow.generations.planned_outputs(generation.id)}
    for stage in range(generation.stage, generation.stages):
        useful, idle, messages = [], [], []
        for task in uow.tasks.waiting(generation.id, stage):
            wanted = [planned[n] for n in task.planned.outputs if n in planned]
            if wanted:
                useful.append(task.id)
                body = command(registry, generation, task, wanted, task.attempt + 1)
                messages.append(message(generation, task, body))
            else:
                idle.append(task.id)
        if idle:
            uow.tasks.cancel(idle)
        if useful:
            uow.tasks.send(useful, attempts=1)
            uow.outbox.add(messages)
            return replace(generation, stage=stage)
    raise InvariantBroken(f"I14: generation {generation.id} has planned outputs and no work left for them")


def advance(uow: UnitOfWork, registry: Registry, before: Generation, after: Generation, *, settled: bool) -> Effects:
    """Store what became of a generation, begin its next stage or end it if it is time, and say what follows.

    Args:
        before: the generation as it was locked.
        after: as it is now; its outputs' and tasks' rows are written already.
        settled: a task was settled, so the stage may be over.
    """
    if after.outputs_planned == 0:
        return end(uow, before, after, Ending.DELIVERED)
    sends = settled and not after.in_last_stage and not uow.tasks.is_open(after.id, after.stage)
    if sends:
        after = begin(uow, registry, replace(after, stage=after.stage + 1))
    if after == before:
        return Effects()
    saved = _save(uow, before, after)
    return Effects.on(uow, saved.user_id, generation_changed(saved), sends=sends)


def end(uow: UnitOfWork, before: Generation, after: Generation, why: Ending) -> Effects:
    """End a generation none of whose outputs is planned any more: credits captured for what was made, the rest
    given back, its open tasks ended.

    Args:
        before: the generation as it was locked.
        after: as it is now; its outputs' rows are written already.
    """
    gained = uow.tasks.settle_open(after.id, last_stage=after.stages - 1 if why is Ending.DELIVERED else None)
    code, text = uow.generations.first_failure(after.id) if after.outputs_failed else (None, None)
    after = replace(
        after,
        frames_done=after.frames_done + gained,
        state=final_state(after.outputs_made, after.outputs_total, cancelled=why is Ending.CANCELLED),
        code=code,
        message=text,
    )
    wallet = uow.ledger.resolve(after.id, resolution(after.price, after.earned, expired=why is Ending.EXPIRED))
    if wallet is None:
        raise InvariantBroken(f"I6: generation {after.id} was running without a held hold")
    saved = _save(uow, before, after)
    logger.info("generation ended", extra=_ending(after))
    return Effects.on(uow, saved.user_id, generation_changed(saved), wallet_changed(wallet))


def _ending(after: Generation) -> dict[str, object]:
    """What the log says of a generation that ended."""
    made = f"{after.outputs_made} of {after.outputs_total}"
    return {"generation_id": str(after.id), "state": after.state.value, "videos": made, "captured": after.earned}


def _save(uow: UnitOfWork, before: Generation, after: Generation) -> Generation:
    saved = replace(after, seq=before.seq + 1)
    uow.generations.save(saved)
    return saved
