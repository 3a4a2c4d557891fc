"""Telling workers that nobody waits for a generation any more: they have no database, so it is a sign in the bucket.

It is written after the commit that ended the generation, and is a hint: a worker that misses it works for nothing.
"""

import logging
from collections.abc import Sequence

from medley.contracts import keys
from medley.errors import Broken, Unavailable
from medley.ports.cloud import ObjectStore
from medley.services.effects import Effects

logger = logging.getLogger(__name__)


def tell_workers(many: Sequence[Effects], store: ObjectStore) -> None:
    """Leave a sign for each generation that ended with work under way. Never raises for what the store says."""
    for owner_id, generation_id in dict.fromkeys(each.ended for each in many if each.ended is not None):
        try:
            store.write(b"", keys.ended(owner_id, generation_id), "application/octet-stream")
        except (Unavailable, Broken) as error:
            about = {"generation_id": str(generation_id), "code": error.code, "reason": error.message}
            logger.warning("workers not told of an end", extra=about)
