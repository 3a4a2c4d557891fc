"""After a commit: messages of the outbox go out, the owner's browsers hear what changed."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from medley import tracing
from medley.contracts.pushes import BundleChanged, GenerationChanged, Push, SocketClosing, WalletChanged
from medley.domain.bundles import Bundle
from medley.domain.credits import Wallet
from medley.domain.generations import Generation
from medley.errors import Unavailable
from medley.limits import PUSHES_S
from medley.ports.cloud import Pusher, Queue
from medley.ports.database import UnitOfWork, UnitOfWorkFactory
from medley.services import outbox

SESSION_ENDED: Final = SocketClosing(reason="session_ended")
REPLACED: Final = SocketClosing(reason="replaced")
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class AfterCommit:
    """What a transaction asks for once it is committed.

    `pushes` are for the browsers at `connections`; `sends` says that the outbox was added to; `ended` is the owner and
    the id of a generation that ended while work for it was under way. `closes` are connections that will hear nothing
    any more, and why. `trace` is what it follows from.
    """

    pushes: tuple[Push, ...] = ()
    connections: tuple[str, ...] = ()
    sends: bool = False
    ended: tuple[UUID, UUID] | None = None
    closes: tuple[str, ...] = ()
    closing: SocketClosing = SESSION_ENDED
    trace: str | None = field(default_factory=tracing.carried, compare=False)

    @classmethod
    def on(cls, uow: UnitOfWork, owner_id: UUID, *pushes: Push, sends: bool = False) -> "AfterCommit":
        """Pushes to all browsers the owner has open now."""
        return cls(pushes, tuple(uow.sockets.of_user(owner_id)), sends)


def perform(effects: AfterCommit, unit_of_work: UnitOfWorkFactory, queue: Queue, pusher: Pusher) -> None:
    """Carry out the effects of a committed transaction. Never raises Unavailable: what it committed stands."""
    perform_all((effects,), unit_of_work, queue, pusher)


def perform_all(many: Sequence[AfterCommit], unit_of_work: UnitOfWorkFactory, queue: Queue, pusher: Pusher) -> None:
    """Carry out the effects of several committed transactions together, in their order, as `perform` does."""
    if any(effects.sends for effects in many):
        outbox.drain(unit_of_work, queue)
    push(many, unit_of_work, pusher)
    for effects in many:
        close(effects, pusher)


def close(effects: AfterCommit, pusher: Pusher, *, budget_s: float = PUSHES_S) -> None:
    """Tell connections that nobody talks to any more why, and close them, as far as they can be reached in time."""
    ends_at = time.monotonic() + budget_s
    for connection in effects.closes:
        if time.monotonic() >= ends_at:
            logger.warning("sockets left open", extra={"of": len(effects.closes)})
            return
        if pusher.push(connection, effects.closing):
            pusher.close(connection)


def push(
    many: Sequence[AfterCommit], unit_of_work: UnitOfWorkFactory, pusher: Pusher, *, budget_s: float = PUSHES_S
) -> None:
    """Tell the owners' browsers, as far as they can be reached in time; connections that are gone are forgotten."""
    told = _newest(many)
    dead: set[str] = set()
    ends_at = time.monotonic() + budget_s
    for place, (connection, each, trace) in enumerate(told):
        if time.monotonic() >= ends_at:
            logger.warning("pushes left out", extra={"left_out": len(told) - place})
            break
        if connection in dead:
            continue
        with tracing.follow(trace, "push"):
            if pusher.push(connection, each):
                logger.info("pushed", extra={"push": each.type, "connection_id": connection})
            else:
                dead.add(connection)
    if not dead:
        return
    try:
        with unit_of_work() as uow:
            for connection in sorted(dead):
                uow.sockets.remove(connection)
            uow.commit()
    except Unavailable as error:  # then the next push finds them gone again
        logger.warning("dead connections kept", extra={"code": error.code, "reason": error.message})


def _newest(many: Sequence[AfterCommit]) -> list[tuple[str, Push, str | None]]:
    """What each connection is told, and in which trace: of several pushes about one thing the newest."""
    told: dict[tuple[object, ...], tuple[str, Push, str | None]] = {}
    for effects in many:
        for connection in effects.connections:
            for each in effects.pushes:
                told.pop((connection, *each.subject), None)
                told[connection, *each.subject] = connection, each, effects.trace
    return list(told.values())


def generation_changed(generation: Generation) -> GenerationChanged:
    """What its owner's browsers are told of a generation."""
    return GenerationChanged(
        generation_id=generation.id,
        seq=generation.seq,
        state=generation.state,
        work_done=generation.work_done,
        work_total=generation.work_total,
        outputs_made=generation.outputs_made,
        outputs_failed=generation.outputs_failed,
        outputs_total=generation.outputs_total,
    )


def bundle_changed(bundle: Bundle) -> BundleChanged:
    """What its owner's browsers are told of a bundle."""
    return BundleChanged(
        bundle_id=bundle.id,
        generation_id=bundle.generation_id,
        seq=bundle.seq,
        state=bundle.state,
        bytes_done=bundle.bytes_done,
        bytes_total=bundle.bytes_total,
    )


def wallet_changed(wallet: Wallet) -> WalletChanged:
    """What its owner's browsers are told of their wallet."""
    return WalletChanged(available=wallet.available, reserved=wallet.reserved)
