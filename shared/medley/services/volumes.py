"""Volumes of bundles: what happens to them besides being made. The policy is that of tasks, `medley.domain.retries`."""

import logging
from dataclasses import replace
from uuid import UUID

from medley.domain import retries
from medley.domain.bundles import GIVEN_UP, OVERDUE, Bundle, BundleEnd, BundleState, end_of
from medley.ports.bundles import VolumeRef
from medley.ports.database import UnitOfWork
from medley.services.after_commit import AfterCommit, bundle_changed
from medley.services.bundles import command

logger = logging.getLogger(__name__)


def happened(uow: UnitOfWork, ref: VolumeRef, event: retries.Event) -> AfterCommit | None:
    """Do what follows for a volume from `event`; None if nothing does."""
    bundle = uow.bundles.lock(ref.bundle_id)
    if bundle is None or bundle.state is not BundleState.MAKING:
        return None
    volume = next((volume for volume in bundle.volumes if volume.n == ref.volume), None)
    if volume is None:
        return None
    outcome = retries.decide(volume.standing, event)
    about = {"bundle_id": str(bundle.id), "volume": volume.n, "attempt": volume.attempt, "event": type(event).__name__}
    match outcome:
        case retries.Ignore():
            logger.info("volume left alone", extra={**about, "reason": outcome.why})
            return None
        case retries.GiveUp():
            logger.error("volume given up", extra=about)
            uow.bundles.fail(bundle.id, volume.n)
            return ended(uow, bundle, GIVEN_UP)
        case retries.SendAgain():
            logger.warning("volume sent again", extra={**about, "after_s": outcome.after_s})
            uow.bundles.send_again(bundle.id, volume.n, outcome.standing, after_s=outcome.after_s)
            again = replace(ref, owner_id=bundle.user_id, attempt=outcome.standing.attempt)
            uow.outbox.add([command(again)], delay_s=outcome.after_s)
            return AfterCommit(sends=True)


def end_overdue(uow: UnitOfWork, bundle_id: UUID) -> AfterCommit | None:
    """Fail a bundle whose time is up; None if it has ended meanwhile."""
    bundle = uow.bundles.lock(bundle_id)
    if bundle is None or bundle.state is not BundleState.MAKING:
        return None
    logger.error("bundle overdue", extra={"bundle_id": str(bundle_id)})
    return ended(uow, bundle, OVERDUE)


def end_if_over(uow: UnitOfWork, bundle: Bundle) -> AfterCommit:
    """End a bundle, locked and read after its volume changed, if nothing of it is still to be made; its owner hears of
    the change either way."""
    ending = end_of(bundle)
    if ending is not None:
        return ended(uow, bundle, ending)
    return AfterCommit.on(uow, bundle.user_id, bundle_changed(bundle))


def ended(uow: UnitOfWork, bundle: Bundle, ending: BundleEnd) -> AfterCommit:
    """End a bundle that is locked and in the making."""
    uow.bundles.end(bundle, ending)
    now = replace(bundle, state=ending.state, seq=bundle.seq + 1)
    return AfterCommit.on(uow, bundle.user_id, bundle_changed(now))
