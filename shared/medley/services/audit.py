"""The audit of the database: whatever breaks an invariant is logged with its rows, whoever did it.

A pass looks at what changed since the last one, then for a moment at rows of any age, which come round by id. So what
a bug breaks is found within a minute, what somebody breaks by hand within a round, and neither takes longer as the
database grows.
"""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from medley.limits import INVARIANT_ROUND_S
from medley.ports.database import UnitOfWorkFactory
from medley.ports.invariants import Rows, Subject

PAGE: Final = 200  # rows of a subject looked at in one transaction
SAMPLE: Final = 20  # rows reported of one broken invariant
logger = logging.getLogger(__name__)


def changes(unit_of_work: UnitOfWorkFactory, has_time: Callable[[], bool], *, page: int = PAGE) -> dict[str, int]:
    """Look at what changed since the last look, and at all that is open, while there is time.

    Returns `looked_at`, how many rows that were; `not_looked_at`, how many there was no time for, which a round will
    come to; and `broken_I…`, how many rows break each invariant, at most SAMPLE a page.
    """
    if not has_time():
        return {}
    with unit_of_work() as uow:
        change = uow.looks.changed()
    counts: dict[str, int] = {}
    looked_at = 0
    for rows in change.rows.pages(page):
        if not has_time():
            break
        with unit_of_work() as uow:
            _count(counts, uow.invariants.broken(sample=SAMPLE, among=rows))
        looked_at += len(rows)
    with unit_of_work() as uow:
        uow.looks.note(change.until)
        uow.commit()
    return counts | {"looked_at": looked_at, "not_looked_at": len(change.rows) - looked_at}


def rounds(
    unit_of_work: UnitOfWorkFactory,
    has_time: Callable[[], bool],
    *,
    page: int = PAGE,
    seconds: float = INVARIANT_ROUND_S,
) -> dict[str, int]:
    """Look at the next rows of each subject, page by page, for so many seconds; at a page of each at least.

    Returns `rounds_looked_at`, how many rows that were, and `broken_I…` as `changes` does.
    """
    counts: dict[str, int] = {}
    looked_at = 0
    ended = time.monotonic() + seconds
    going_round = set(Subject)
    while going_round and has_time():
        for subject in sorted(going_round):
            with unit_of_work() as uow:
                ids = uow.looks.older(subject, page)
                _count(counts, uow.invariants.broken(sample=SAMPLE, among=Rows({subject: ids})))
                uow.commit()
            looked_at += len(ids)
            if len(ids) < page:
                going_round.discard(subject)  # begin again in the next pass, not now
        if time.monotonic() >= ended:
            break
    return counts | {"rounds_looked_at": looked_at}


def _count(counts: dict[str, int], found: Mapping[str, Sequence[str]]) -> None:
    """Add up and log what was found."""
    for number, rows in found.items():
        name = f"broken_{number}"
        counts[name] = counts.get(name, 0) + len(rows)
        if rows:
            logger.critical("invariant broken", extra={"invariant": number, "rows": rows})
