"""Retention: how long the outputs of a generation are kept, and keeping them longer."""

from uuid import UUID

from medley.errors import Conflict, InvalidInput
from medley.limits import OUTPUT_DAYS_MAX
from medley.ports.database import UnitOfWork
from medley.ports.history import Kept
from medley.services import downloads, generations
from medley.services.after_commit import AfterCommit, generation_changed


def read(uow: UnitOfWork, user_id: UUID, generation_id: UUID) -> Kept:
    """How long they are kept. Raises: NotFound (code `unknown_generation`)."""
    generations.read(uow, user_id, generation_id)
    return uow.history.kept(generation_id)


def extend(uow: UnitOfWork, user_id: UUID, generation_id: UUID, days: int) -> tuple[Kept, AfterCommit]:
    """Keep the outputs of a generation for so many days (at most OUTPUT_DAYS_MAX) since they were, or will be, made.

    What was removed stays so.

    Raises:
        NotFound: code `unknown_generation`.
        InvalidInput: code `kept_longer`; they are kept so long already, or longer.
        Conflict: code `not_planned`; there are none yet. Code `expired`; none is kept any more. Code
            `is_preview`.
    """
    generation = generations.read(uow, user_id, generation_id)
    if generation.preview:
        raise Conflict("A preview is not kept longer.", code="is_preview")
    generation = uow.generations.lock(generation_id) or generation
    if not uow.history.keep(generation_id, min(days, OUTPUT_DAYS_MAX), generation.seq + 1):
        kept = uow.history.kept(generation_id)
        if kept.days is not None:
            raise kept_longer(kept.days)
        raise generations.not_planned(generation) if generation.planned_at is None else downloads.output_expired()
    changed = generation_changed(generations.read(uow, user_id, generation_id))
    return uow.history.kept(generation_id), AfterCommit.on(uow, user_id, changed)


def kept_longer(days: int) -> InvalidInput:
    """What is answered who asks for less than there is."""
    return InvalidInput(
        f"These outputs are kept for {days} days already; that can only be made longer.", code="kept_longer", days=days
    )
