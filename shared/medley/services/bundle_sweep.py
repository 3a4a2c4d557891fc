"""The sweep of bundles: on a schedule, so that none is forgotten and no archive stays that nobody can fetch."""

from collections.abc import Iterable, Sequence

from medley.contracts import keys
from medley.domain import retries
from medley.ports.bundles import VolumeRef
from medley.services import outbox, rescue, volumes
from medley.services.sweep import Sweeper, passing_over


class BundleSweeper(Sweeper):
    """A sweeper that looks after bundles too."""

    def end_overdue_bundles(self) -> int:
        """Fail bundles past their deadline; returns how many."""
        pages = self._pages(lambda uow, after: uow.bundles.overdue(after=after, limit=self.page), lambda id_: id_)
        return sum(self._each(page, volumes.end_overdue) for page in pages)

    def rescue_volumes(self, *, queues_lost: bool = False) -> int:
        """Say of which volumes nothing was heard, or that the queues forgot them all; returns how many are sent again
        or given up. Of silent ones a page in each pass: what is done about them takes them off it."""
        if queues_lost:
            event: retries.Event = retries.QueuesLost()
            pages: Iterable[Sequence[VolumeRef]] = self._pages(
                lambda uow, after: uow.bundles.sent(after=after, limit=self.page), lambda ref: ref.bundle_id
            )
        else:
            event = retries.Silent()
            with self.unit_of_work() as uow:
                pages = [uow.bundles.silent(rescue.SILENCE, limit=self.page)]
        rescued = sum(self._each(page, lambda uow, ref: volumes.happened(uow, ref, event)) for page in pages)
        outbox.drain(self.unit_of_work, self.queue)
        return rescued

    def remove_bundles(self) -> int:
        """Delete the archives of bundles that nobody can fetch any more; returns of how many."""
        removed = 0
        pages = self._pages(
            lambda uow, after: uow.bundles.removable(after=after, limit=self.page), lambda bundle: bundle.id
        )
        for page in pages:
            gone = []
            for bundle in self._in_time(page):
                with passing_over(bundle):
                    for n in range(1, bundle.volumes + 1):
                        self.store.delete(keys.bundle(bundle.user_id, bundle.id, n))
                    gone.append(bundle.id)
            with self.unit_of_work() as uow:
                uow.bundles.objects_removed(gone)
                uow.commit()
            removed += len(gone)
        return removed
