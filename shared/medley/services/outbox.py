"""Sending what committed transactions promised.

A row is claimed for a short lease and that is committed, then it is sent with no transaction open, then it is marked
published. A crash before the mark sends it a second time, when the lease is over: at least once, never not at all.
A message the queue refuses, or whose queue does not answer or may not be sent to from here, keeps its lease too, so it
is out of the way of those behind it until its next turn.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, NamedTuple

from medley.errors import Broken, Unavailable
from medley.ports.cloud import Message, Queue
from medley.ports.database import UnitOfWorkFactory

LEASE_S: Final = 30  # seconds a sender has a row; sending takes well under one
BATCH: Final = 100  # rows claimed at a time
TOGETHER: Final = 10  # of them sent at a time: what one call to a queue takes, so that it fails or goes out as one
logger = logging.getLogger(__name__)


class Promise(NamedTuple):
    """A claimed row that is to be sent."""

    id: int
    message: Message


@dataclass(frozen=True)
class Drained:
    """How many messages were sent, and whether some could not be: those stay, and are sent by whoever drains next."""

    sent: int
    failed: bool = False


def drain(unit_of_work: UnitOfWorkFactory, queue: Queue, *, older_than_s: int = 0, batches: int = 10) -> Drained:
    """Send unpublished messages at least `older_than_s` seconds old, at most `batches` times BATCH of them.

    Never raises for what a queue or the database says: it is called after a commit that already succeeded, and what
    stays unsent is not lost.
    """
    sent = kept = 0
    down: set[str] = set()
    try:
        for _ in range(batches):
            with unit_of_work() as uow:
                rows = uow.outbox.claim(older_than_s=older_than_s, lease_s=LEASE_S, limit=BATCH)
                uow.commit()
            if not rows:
                break
            promises = [Promise(row.id, row.message) for row in rows if row.message is not None]
            published = [row.id for row in rows if row.message is None]  # nobody waits for these any more
            published += _sent(queue, promises, down)
            with unit_of_work() as uow:
                uow.outbox.mark_published(published)
                uow.commit()
            sent += len(published)
            kept += len(rows) - len(published)
            if len(rows) < BATCH:
                break
    except Unavailable as error:
        logger.warning("outbox not drained", extra={"code": error.code, "reason": error.message})
        return Drained(sent, failed=True)
    return Drained(sent, failed=kept > 0)


def _sent(queue: Queue, rows: Sequence[Promise], down: set[str]) -> Iterator[int]:
    """Send claimed rows queue by queue; yields the ids of those that went out. A queue that does not answer, or that
    this function may not send to, is added to `down` and not asked again: the others' messages go out."""
    for name, own in groupby(sorted(rows, key=_queue_of), key=_queue_of):
        waiting = list(own)
        for start in range(0, len(waiting), TOGETHER):
            if name in down:
                break
            together = waiting[start : start + TOGETHER]
            try:
                refused = list(queue.send([row.message for row in together]))
            except Unavailable as error:  # of these nothing is known; whatever did go out goes out twice
                logger.warning("queue does not answer", extra={"queue": name, "reason": error.message})
                down.add(name)
                break
            except Broken as error:  # somebody else who drains may send to it; the sender of these is done
                logger.critical("queue refuses", extra={"queue": name, "code": error.code, "reason": error.message})
                down.add(name)
                break
            for row in together:
                if row.message in refused:
                    logger.error("message refused", extra={"outbox_id": row.id, "queue": name})
                    refused.remove(row.message)
                else:
                    yield row.id


def _queue_of(row: Promise) -> str:
    return row.message.queue
