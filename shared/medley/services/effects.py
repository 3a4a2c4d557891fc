"""What follows a commit: messages of the outbox go out, the owner's browsers hear what changed."""

import logging
from dataclasses import dataclass
from uuid import UUID

from medley.contracts.pushes import GenerationChanged, Push, WalletChanged
from medley.domain.credits import Wallet
from medley.domain.generations import Generation
from medley.errors import Unavailable
from medley.ports.cloud import Pusher, Queue
from medley.ports.database import UnitOfWork, UnitOfWorkFactory
from medley.services import outbox

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Effects:
    """What a transaction asks for once it is committed.

    `pushes` are for the browsers at `connections`; `sends` says that the outbox was added to.
    """

    pushes: tuple[Push, ...] = ()
    connections: tuple[str, ...] = ()
    sends: bool = False

    @classmethod
    def on(cls, uow: UnitOfWork, owner_id: UUID, *pushes: Push, sends: bool = False) -> "Effects":
        """Pushes to all browsers the owner has open now."""
        return cls(pushes, tuple(uow.sockets.of_user(owner_id)), sends)


def perform(effects: Effects, unit_of_work: UnitOfWorkFactory, queue: Queue, pusher: Pusher) -> None:
    """Carry out the effects of a committed transaction. Never raises Unavailable: what it committed stands."""
    if effects.sends:
        outbox.drain(unit_of_work, queue)
    push(effects, unit_of_work, pusher)


def push(effects: Effects, unit_of_work: UnitOfWorkFactory, pusher: Pusher) -> None:
    """Tell the owner's browsers, as far as they can be reached; connections that are gone are forgotten."""
    dead = [
        connection
        for connection in effects.connections
        if not all(pusher.push(connection, each) for each in effects.pushes)
    ]
    if not dead:
        return
    try:
        with unit_of_work() as uow:
            for connection in dead:
                uow.sockets.remove(connection)
            uow.commit()
    except Unavailable as error:  # then the next push finds them gone again
        logger.warning("dead connections kept", extra={"code": error.code, "reason": error.message})


def generation_changed(generation: Generation) -> GenerationChanged:
    """What its owner's browsers are told of a generation."""
    return GenerationChanged(
        generation_id=generation.id,
        seq=generation.seq,
        state=generation.state,
        frames_done=generation.frames_done,
        frames_total=generation.frames_total,
        outputs_done=generation.outputs_made,
        outputs_failed=generation.outputs_failed,
        outputs_total=generation.outputs_total,
    )


def wallet_changed(wallet: Wallet) -> WalletChanged:
    """What its owner's browsers are told of their wallet."""
    return WalletChanged(available=wallet.available, reserved=wallet.reserved)
