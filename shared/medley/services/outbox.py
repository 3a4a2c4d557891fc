"""Sending what committed transactions promised.

A row is claimed for a short lease and that is committed, then it is sent with no transaction open, then it is marked
published. A crash before the mark sends it a second time, when the lease is over: at least once, never not at all.
A message the queue refuses keeps its lease too, so it is out of the way of those behind it until its next turn.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from medley.errors import Unavailable
from medley.ports.cloud import Queue
from medley.ports.database import UnitOfWorkFactory
from medley.ports.outbox import OutboxRow

LEASE_S: Final = 30  # seconds a sender has a row; sending takes well under one
BATCH: Final = 100  # rows claimed at a time
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Drained:
    """How many messages were sent, and whether some could not be: those stay, and are sent by whoever drains next."""

    sent: int
    failed: bool = False


def drain(unit_of_work: UnitOfWorkFactory, queue: Queue, *, older_than_s: int = 0, batches: int = 10) -> Drained:
    """Send unpublished messages at least `older_than_s` seconds old, at most `batches` times BATCH of them.

    Never raises Unavailable: it is called after a commit that already succeeded, and what stays unsent is not lost.
    """
    sent = refused = 0
    try:
        for _ in range(batches):
            with unit_of_work() as uow:
                rows = uow.outbox.claim(older_than_s=older_than_s, lease_s=LEASE_S, limit=BATCH)
                uow.commit()
            kept = _send(unit_of_work, queue, rows) if rows else 0
            sent += len(rows) - kept
            refused += kept
            if len(rows) < BATCH:
                break
    except Unavailable as error:
        logger.warning("outbox not drained", extra={"code": error.code, "reason": error.message})
        return Drained(sent, failed=True)
    return Drained(sent, failed=refused > 0)


def _send(unit_of_work: UnitOfWorkFactory, queue: Queue, rows: Sequence[OutboxRow]) -> int:
    """Send claimed rows and note which went out; returns how many did not."""
    try:
        refused = list(queue.send([row.message for row in rows]))
    except Unavailable:
        with unit_of_work() as uow:  # nothing is known to have gone out; whatever did goes out twice
            uow.outbox.release([row.id for row in rows])
            uow.commit()
        raise
    published = []
    for row in rows:
        if row.message in refused:
            logger.error("message refused", extra={"outbox_id": row.id, "queue": row.message.queue})
            refused.remove(row.message)
        else:
            published.append(row.id)
    with unit_of_work() as uow:
        uow.outbox.mark_published(published)
        uow.commit()
    return len(rows) - len(published)
