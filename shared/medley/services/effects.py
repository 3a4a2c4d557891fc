"""What follows a commit: messages of the outbox go out, the owner's browsers hear what changed."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from medley.contracts.pushes import GenerationChanged, Push, WalletChanged
from medley.domain.credits import Wallet
from medley.domain.generations import Generation
from medley.errors import Unavailable
from medley.ports.cloud import Pusher, Queue
from medley.ports.database import UnitOfWorkFactory
from medley.services import outbox

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Effects:
    """What a transaction asks for once it is committed. `sends`: it added to the outbox."""

    owner_id: UUID
    pushes: tuple[Push, ...] = ()
    sends: bool = False


def perform(effects: Effects, unit_of_work: UnitOfWorkFactory, queue: Queue, pusher: Pusher) -> None:
    """Carry out the effects of a committed transaction. Never raises Unavailable: see `outbox.drain` and `push`."""
    if effects.sends:
        outbox.drain(unit_of_work, queue)
    if effects.pushes:
        push(unit_of_work, pusher, effects.owner_id, effects.pushes)


def push(unit_of_work: UnitOfWorkFactory, pusher: Pusher, owner_id: UUID, pushes: Sequence[Push]) -> None:
    """Tell all browsers of the owner; connections that are gone are forgotten. Pushes are hints: they may be lost."""
    try:
        with unit_of_work() as uow:
            connections = uow.sockets.of_user(owner_id)
        dead = [connection for connection in connections if not all(pusher.push(connection, each) for each in pushes)]
        if dead:
            with unit_of_work() as uow:
                for connection in dead:
                    uow.sockets.remove(connection)
                uow.commit()
    except Unavailable as error:
        logger.warning("pushes lost", extra={"code": error.code, "reason": error.message})


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
