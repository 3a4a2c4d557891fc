"""Generations: looking at them, and ending one early."""

from collections.abc import Sequence
from uuid import UUID

from medley.domain.generations import FINAL, Generation, Output
from medley.errors import Conflict, NotFound
from medley.limits import (
    PAGE_ITEMS,
)
from medley.ports.database import UnitOfWork
from medley.services import readiness
from medley.services.effects import Effects


def read(uow: UnitOfWork, user_id: UUID, generation_id: UUID) -> Generation:
    """The generation as it stands. Raises: NotFound, code `unknown_generation`."""
    generation = uow.generations.get(user_id, generation_id)
    if generation is None:
        raise NotFound("There is no such generation.", code="unknown_generation")
    return generation


def of_project(
    uow: UnitOfWork, user_id: UUID, project_id: UUID, *, before: UUID | None = None, limit: int = PAGE_ITEMS
) -> Sequence[Generation]:
    """A project's generations, newest first, starting after `before`; at most PAGE_ITEMS. Raises: NotFound."""
    if uow.library.project(user_id, project_id) is None:
        raise NotFound("There is no such project.", code="unknown_project")
    return uow.generations.of_project(project_id, before=before, limit=min(limit, PAGE_ITEMS))


def outputs(
    uow: UnitOfWork, user_id: UUID, generation_id: UUID, *, after: int = 0, limit: int = PAGE_ITEMS
) -> Sequence[Output]:
    """A generation's outputs by number, starting after number `after`; at most PAGE_ITEMS. Raises: NotFound."""
    read(uow, user_id, generation_id)
    return uow.generations.outputs(generation_id, after=after, limit=min(limit, PAGE_ITEMS))


def output(uow: UnitOfWork, user_id: UUID, generation_id: UUID, n: int) -> Output:
    """One output. Raises: NotFound, code `unknown_generation` or `unknown_output`."""
    read(uow, user_id, generation_id)
    found = uow.generations.output(generation_id, n)
    if found is None:
        raise NotFound("There is no such output.", code="unknown_output")
    return found


def cancel(uow: UnitOfWork, user_id: UUID, generation_id: UUID) -> tuple[Generation, Effects]:
    """End a running generation now: what was made is kept and paid, all other credits go back.

    Work that is under way is called off (`services.ended`); what it reports is ignored.

    Raises:
        NotFound: code `unknown_generation`.
        Conflict: code `already_ended`.
    """
    read(uow, user_id, generation_id)
    before = uow.generations.lock(generation_id)
    if before is None or before.state in FINAL:
        raise Conflict("This generation has ended.", code="already_ended")
    uow.generations.cancel_outputs(generation_id, before.seq + 1)
    effects = readiness.end(uow, before, before, readiness.Ending.CANCELLED)
    return read(uow, user_id, generation_id), effects
