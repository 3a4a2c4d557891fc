"""Sweep, which runs on a schedule so that nothing is forgotten: rescue and clean up.

Each step goes through its rows page by page, in short transactions, one per row that changes; a row that cannot be
helped, whatever is wrong with it, is logged and passed over. A step that runs out of time goes on in the next pass.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final, Self, TypeVar
from uuid import UUID

from medley import limits
from medley.contracts import keys, notifications
from medley.contracts.facts import TaskMissed, refusal
from medley.contracts.keys import UploadedKey
from medley.contracts.work import PlanGeneration
from medley.domain import retries
from medley.domain.wording import CORE
from medley.errors import Unavailable
from medley.ports.cloud import ListedStore, Message, Pusher, Queue
from medley.ports.database import UnitOfWork, UnitOfWorkFactory
from medley.ports.generations import SilentTask
from medley.ports.uploads import Uploads
from medley.services import after_commit, ended, outbox, planning, recording, rescue
from medley.services.after_commit import AfterCommit

PAGE: Final = 200  # rows looked at in one query
PRUNE: Final = 5_000  # rows deleted by one statement
EXPIRE: Final = 50  # outputs whose files are deleted at a time; a second or two
FORGET: Final = 20  # generations whose work is forgotten in a pass; 28,800 a day
MARGIN_S: Final = 10.0  # seconds kept back to finish what was started
UploadsOf = Callable[[UnitOfWork], Uploads]
Row = TypeVar("Row")
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Sweeper:
    """The collaborators of a pass. `remaining_s`: seconds left; a step starts nothing new below MARGIN_S."""

    unit_of_work: UnitOfWorkFactory
    queue: Queue
    pusher: Pusher
    store: ListedStore
    bucket: str
    remaining_s: Callable[[], float]
    page: int = PAGE

    def with_share(self, steps: int) -> Self:
        """The same with one of `steps` equal shares of the time left, so that nobody's backlog starves what follows."""
        kept_s = max(0.0, self.remaining_s() - MARGIN_S) * (steps - 1) / steps
        return replace(self, remaining_s=lambda: self.remaining_s() - kept_s)

    def end_overdue(self) -> int:
        """End generations past their deadline; returns how many."""
        ended = 0
        pages = self._pages(lambda uow, after: uow.generations.overdue(after=after, limit=self.page), lambda id_: id_)
        for page in pages:
            ended += self._each(page, rescue.end_overdue)
        return ended

    def rescue_orders(self, *, queues_lost: bool = False) -> int:
        """Tell a planner again of orders that are not planned though one was told long ago, or of all if
        `queues_lost`; returns how many."""
        silent_s = 0 if queues_lost else limits.PLAN_SILENCE_S
        told = 0
        pages = self._pages(
            lambda uow, after: uow.generations.unplanned(silent_s, after=after, limit=self.page), lambda row: row[0]
        )
        for page in pages:
            with self.unit_of_work() as uow:
                orders = [PlanGeneration(owner_id=owner_id, generation_id=id_) for id_, owner_id in page]
                uow.outbox.add([planning.command(order) for order in orders])
                uow.generations.plan_sent([id_ for id_, _ in page])
                uow.commit()
            told += len(page)
        outbox.drain(self.unit_of_work, self.queue)
        return told

    def miss_tasks(self) -> int:
        """Say of which tasks nothing was heard, to whoever hears of tasks; returns how many.

        It waits in line behind what their workers may have said, so it is acted on when all that was heard. Said again
        each time, until it was.
        """
        missed = 0
        for page in self._pages(
            lambda uow, after: uow.tasks.silent(rescue.SILENCE, after=after, limit=self.page),
            lambda task: task.ref.task_id,
        ):
            refused = self.queue.send([_missed(task) for task in page])
            missed += len(page) - len(refused)
        return missed

    def resend_tasks(self) -> int:
        """Send all sent tasks again: the queues have lost their messages. Returns how many."""
        resent = 0
        pages = self._pages(lambda uow, after: uow.tasks.sent(after=after, limit=self.page), lambda ref: ref.task_id)
        for refs in pages:
            resent += self._each(refs, lambda uow, ref: rescue.happened(uow, ref, retries.QueuesLost()))
        outbox.drain(self.unit_of_work, self.queue)
        return resent

    def rescue_uploads(self, uploads: UploadsOf, *, queues_lost: bool = False) -> int:
        """Announce uploads whose event was lost once more; reject files that were never uploaded.

        `queues_lost`: look for all that are expected, not only for those due. Returns how many were announced or
        rejected.
        """
        found = 0
        unseen_s = None if queues_lost else limits.UPLOAD_LOOK_S
        for page in self._pages(
            lambda uow, after: uploads(uow).expected(unseen_s, after, self.page), lambda key: key.id
        ):
            with self.unit_of_work() as uow:
                overdue = uploads(uow).overdue([key.id for key in page], limits.UPLOAD_EXPECTED_S)
            looked_at: list[UUID] = []
            try:
                for key in self._in_time(page):
                    with passing_over(key):
                        found += self._look_for(key, overdue=key.id in overdue)
                    looked_at.append(key.id)
            finally:  # also if the bucket stops answering: what was announced is not announced again at once
                with self.unit_of_work() as uow:
                    uploads(uow).looked_at(looked_at)
                    uow.commit()
        return found

    def _look_for(self, key: UploadedKey, *, overdue: bool) -> int:
        """Announce a file that is in the bucket, or reject one that is `overdue`; returns how many it was."""
        if self.store.head(str(key)) is not None:
            body = notifications.object_created(self.bucket, str(key))
            return 1 - len(self.queue.send([Message("uploads", str(key.owner), body)]))
        return self._each([key], _never_uploaded) if overdue else 0

    def remove_objects(self, uploads: UploadsOf) -> int:
        """Delete from the bucket what owners deleted, except what a running generation still reads."""
        removed = 0
        for page in self._pages(lambda uow, after: uploads(uow).deleted(after, self.page), lambda key: key.id):
            gone = []
            for key in self._in_time(page):
                with passing_over(key):
                    for name in key.objects:
                        self.store.delete(name)
                    gone.append(key.id)
            with self.unit_of_work() as uow:
                uploads(uow).objects_removed(gone)
                uow.commit()
            removed += len(gone)
        return removed

    def expire_outputs(self) -> int:
        """Delete the files of outputs that were kept long enough; returns how many outputs.

        They count as removed before their files go, so that nobody is given a link that dies at once. What is left over
        by a pass that ends between the two, the bucket's lifecycle takes."""
        removed = 0
        while self.has_time():
            with self.unit_of_work() as uow:
                due = uow.history.expired(EXPIRE)
                uow.commit()
            for output in due:
                with passing_over((output.generation_id, output.n)):
                    for key in output.keys:
                        self.store.delete(key)
            removed += len(due)
            if len(due) < EXPIRE:
                break
        return removed

    def erase_users(self) -> int:
        """Delete from the bucket whatever is left of people who deleted their accounts, then what they wrote; returns
        of how many nothing is left."""
        erased = 0
        pages = self._pages(
            lambda uow, after: uow.erasure.erased(limits.ERASED_S, after=after, limit=self.page), lambda id_: id_
        )
        for page in pages:
            for user_id in self._in_time(page):
                with passing_over(user_id):
                    erased += self._erase(user_id)
        return erased

    def _erase(self, user_id: UUID) -> bool:
        """Delete all objects of one owner; False if the time is up before."""
        for prefix in keys.owned(user_id):
            while names := self.store.keys(prefix, self.page):
                for name in self._in_time(names):
                    self.store.delete(name)
                if not self.has_time():
                    return False
        with self.unit_of_work() as uow:
            uow.erasure.scrub(user_id)
            uow.commit()
        return True

    def prune(self) -> dict[str, int]:
        """Forget what is too old to matter; returns how many rows of each kind."""
        steps: dict[str, Callable[[UnitOfWork], int]] = {
            "sockets_pruned": lambda uow: uow.sockets.remove_dead(limits.SOCKET_S, PRUNE),
            "attempts_pruned": lambda uow: uow.accounts.prune(limits.SIGN_UP_WINDOW_S, PRUNE),
            "sessions_pruned": lambda uow: uow.accounts.prune_sessions(limits.SESSION_KEPT_S, PRUNE),
            "devices_pruned": lambda uow: uow.devices.prune(limits.DEVICE_KEPT_S, PRUNE),
            "tickets_pruned": lambda uow: uow.sockets.prune_tickets(limits.TICKET_KEPT_S, PRUNE),
            "links_pruned": lambda uow: uow.mails.prune_links(PRUNE),
            "mails_pruned": lambda uow: uow.mails.prune(limits.MAIL_KEPT_S, PRUNE),
            "exports_pruned": lambda uow: uow.exports.prune(limits.EXPORT_DAYS * 86_400, PRUNE),
            "audit_pruned": lambda uow: uow.audit.prune(limits.AUDIT_KEPT_S, PRUNE),
            "keys_pruned": lambda uow: uow.idempotency.prune(limits.IDEMPOTENCY_KEY_S, PRUNE),
            "messages_pruned": lambda uow: uow.outbox.prune(limits.OUTBOX_KEPT_S, PRUNE),
            "bundles_pruned": lambda uow: uow.bundles.prune(limits.BUNDLE_ROW_KEPT_S, PRUNE),
            "work_forgotten": lambda uow: uow.retention.forget_work(limits.WORK_KEPT_S, FORGET),
            "uploads_forgotten": lambda uow: uow.retention.forget_uploads(limits.UPLOAD_ROW_KEPT_S, PRUNE),
        }
        pruned = {}
        for name, step in steps.items():
            with self.unit_of_work() as uow:
                pruned[name] = step(uow)
                uow.commit()
        return pruned

    def has_time(self) -> bool:
        """True while something new may be begun."""
        return self.remaining_s() > MARGIN_S

    def _in_time(self, rows: Sequence[Row]) -> Iterator[Row]:
        """The rows, until the time is up."""
        for row in rows:
            if not self.has_time():
                return
            yield row

    def _pages(
        self, page: Callable[[UnitOfWork, UUID | None], Sequence[Row]], id_of: Callable[[Row], UUID]
    ) -> Iterator[Sequence[Row]]:
        """All rows, a page at a time, each in a transaction that is over when the page is looked at."""
        after = None
        while self.has_time():
            with self.unit_of_work() as uow:
                rows = page(uow, after)
            if rows:
                yield rows
            if len(rows) < self.page:
                return
            after = id_of(rows[-1])

    def _each(self, rows: Sequence[Row], change: Callable[[UnitOfWork, Row], AfterCommit | None]) -> int:
        """Change each row in a transaction of its own, then tell their owners; returns how many needed it."""
        changed: list[AfterCommit] = []
        try:
            for row in self._in_time(rows):
                with passing_over(row):
                    with self.unit_of_work() as uow:
                        follows = change(uow, row)
                        uow.commit()
                    if follows is not None:
                        changed.append(follows)
        finally:
            ended.tell_workers(changed, self.store)
            after_commit.push(changed, self.unit_of_work, self.pusher)
        return len(changed)


@contextmanager
def passing_over(row: object) -> Iterator[None]:
    """Log what is wrong with one row and go on with the next; only what does not answer ends the step."""
    try:
        yield
    except Unavailable:
        raise
    except Exception:  # one person's row must not cost everybody else the rest of the pass
        logger.exception("passed over", extra={"row": str(row)})


def clips(uow: UnitOfWork) -> Uploads:
    return uow.library.clip_uploads


def assets(uow: UnitOfWork) -> Uploads:
    return uow.library.asset_uploads


def _missed(task: SilentTask) -> Message:
    ref = task.ref
    said = TaskMissed(
        owner_id=task.owner_id,
        generation_id=ref.generation_id,
        task_id=ref.task_id,
        attempt=task.attempt,
        at=task.at,
    )
    return Message("facts", str(task.owner_id), said.model_dump_json())


def _never_uploaded(uow: UnitOfWork, key: UploadedKey) -> AfterCommit | None:
    return recording.refuse(uow, refusal(key, "never_uploaded", CORE.say("never_uploaded")))
