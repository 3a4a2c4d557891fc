"""Telling workers that nobody waits for a generation any more: they have no database, so it is a sign in the bucket.

It is written after the commit that ended the generation, and is a hint: a worker that misses it works for nothing. A
sign that could not be written then is written by the next sweep.
"""

import logging
from collections.abc import Callable, Sequence

from medley import limits
from medley.contracts import keys
from medley.errors import Broken, Unavailable
from medley.ports.cloud import ObjectStore
from medley.ports.database import UnitOfWorkFactory
from medley.services.after_commit import AfterCommit

LOOKED_AT = 200  # generations of which the sign is looked for in one pass

logger = logging.getLogger(__name__)


def tell_workers(many: Sequence[AfterCommit], store: ObjectStore) -> None:
    """Leave a sign for each generation that ended with work under way. Never raises for what the store says."""
    for owner_id, generation_id in dict.fromkeys(each.ended for each in many if each.ended is not None):
        try:
            store.write(b"", keys.ended(owner_id, generation_id), "application/octet-stream")
        except (Unavailable, Broken) as error:
            about = {"generation_id": str(generation_id), "code": error.code, "reason": error.message}
            logger.warning("workers not told of an end", extra=about)


def tell_again(unit_of_work: UnitOfWorkFactory, store: ObjectStore, has_time: Callable[[], bool]) -> int:
    """Leave the signs that are missing of the generations that ended a moment ago; returns how many.

    Raises:
        Unavailable: the store does not answer; the next pass looks again.
    """
    with unit_of_work() as uow:
        early = uow.generations.ended_early(limits.ENDED_EARLY_S, LOOKED_AT)
    told = 0
    for owner_id, generation_id in early:
        key = keys.ended(owner_id, generation_id)
        if not has_time():
            break
        if store.head(key) is None:
            store.write(b"", key, "application/octet-stream")
            told += 1
    return told
