"""Generations: looking at them, and ending one early."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from medley.domain.generations import FINAL, Generation, Output
from medley.errors import Conflict, NotFound
from medley.limits import PAGE_ITEMS
from medley.ports.database import UnitOfWork
from medley.ports.history import Listed, Wanted
from medley.services import readiness
from medley.services.after_commit import AfterCommit, generation_changed


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
    found = listed(uow, user_id, Wanted(project_id=project_id), before=before, limit=limit)
    return [each.generation for each in found]


def listed(
    uow: UnitOfWork, user_id: UUID, wanted: Wanted, *, before: UUID | None = None, limit: int = PAGE_ITEMS
) -> Sequence[Listed]:
    """All of a user's generations that are wanted, newest first, starting after `before`; at most PAGE_ITEMS. Also
    those whose project was deleted: what was paid for can be found."""
    return uow.history.of_user(user_id, wanted, before=before, limit=min(limit, PAGE_ITEMS))


def output(uow: UnitOfWork, user_id: UUID, generation_id: UUID, n: int) -> Output:
    """One output. Raises: NotFound, code `unknown_generation` or `unknown_output`."""
    read(uow, user_id, generation_id)
    found = uow.generations.output(generation_id, n)
    if found is None:
        raise unknown_output()
    return found


def note_gone(uow: UnitOfWork, generation_id: UUID, numbers: Sequence[int], *, gone: bool) -> AfterCommit:
    """Note that the files of these outputs are missing, or there again, as a change like any other: who follows the
    generation is told of it."""
    before = uow.generations.lock(generation_id)
    if before is None or not uow.generations.note_gone(generation_id, numbers, gone=gone, seq=before.seq + 1):
        return AfterCommit()
    return AfterCommit.on(uow, before.user_id, generation_changed(replace(before, seq=before.seq + 1)))


def not_planned(generation: Generation) -> Conflict:
    """What is answered where what a generation is made of is asked for too early."""
    return Conflict("This generation is not planned yet.", code="not_planned", state=generation.state)


def plan_expired() -> Conflict:
    """What is answered where what a generation was made of is asked for, and not kept any more."""
    return Conflict("What this was made of is not kept any more.", code="plan_expired")


def unknown_output() -> NotFound:
    """What is answered about an output that there is not."""
    return NotFound("There is no such output.", code="unknown_output")


def cancel(uow: UnitOfWork, user_id: UUID, generation_id: UUID) -> tuple[Generation, AfterCommit]:
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
