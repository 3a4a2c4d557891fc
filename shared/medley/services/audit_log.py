"""The audit log: what a request that was refused leaves there, reading it, and roles, whose changes it is for."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from medley.domain.accounts import Role, User
from medley.domain.audit import Action, Event, LoggedEvent
from medley.errors import Conflict, Forbidden, NotFound, Unavailable
from medley.limits import NOT_FOUND_PER_HOUR
from medley.ports.database import UnitOfWork, UnitOfWorkFactory

UNKNOWN = "unknown_"  # how the codes begin of what somebody asked for by an id
PATH_CHARACTERS = 200  # of an address that are kept
logger = logging.getLogger(__name__)


def not_found(unit_of_work: UnitOfWorkFactory, user_id: UUID, code: str, path: str, network: str) -> None:
    """Write down that somebody asked for what is not theirs, or not there; so often an hour at most. Never raises
    Unavailable: the answer is the same."""
    if not code.startswith(UNKNOWN):
        return
    detail = {"code": code, "path": path[:PATH_CHARACTERS]}
    try:
        with unit_of_work() as uow:
            uow.audit.add_some(Event(Action.NOT_FOUND, user_id, user_id, network, detail), NOT_FOUND_PER_HOUR)
            uow.commit()
    except Unavailable as error:
        logger.warning("not written down", extra={"code": error.code, "reason": error.message})


def read(
    uow: UnitOfWork,
    reader: User,
    *,
    user_id: UUID | None,
    action: Action | None,
    before: int | None,
    limit: int,
    network: str,
) -> Sequence[LoggedEvent]:
    """A page of the log, newest first; that somebody read it is in it from here on."""
    found = uow.audit.events(user_id=user_id, action=action, before=before, limit=limit)
    detail = {} if action is None else {"action": action.value}
    uow.audit.add(Event(Action.AUDIT_READ, user_id, reader.id, network, detail))
    return found


def locked(uow: UnitOfWork, user_id: UUID, *, actor_id: UUID | None, role: Role) -> User:
    """Somebody whose account another with this role changes, both locked in the same order whoever asks: of two who
    change each other one is first, and the other has no say any more.

    Raises:
        NotFound: code `unknown_user`.
        Forbidden: code `role_required`.
    """
    ids = sorted({user_id, actor_id or user_id})
    found = {id_: uow.accounts.user(id_, lock=True) for id_ in ids}
    user, actor = found[user_id], found[actor_id or user_id]
    if actor_id is not None and (actor is None or actor.disabled_at is not None or not actor.role.includes(role)):
        raise Forbidden("This is for administrators.", code="role_required", role=role.value)
    if user is None or user.deleted_at is not None:
        raise NotFound("There is no such user.", code="unknown_user")
    return user


def change_role(uow: UnitOfWork, user_id: UUID, role: Role, *, actor_id: UUID | None, network: str = "") -> User:
    """Give somebody a role; `actor_id` is None on the command line.

    Raises:
        NotFound: code `unknown_user`.
        Conflict: code `own_role`: nobody changes their own, so that there is always somebody left.
        Forbidden: code `role_required`; somebody else was first, and took the role of who asks.
    """
    if user_id == actor_id:
        raise Conflict("Nobody changes their own role.", code="own_role")
    user = locked(uow, user_id, actor_id=actor_id, role=Role.SUPER_ADMIN)
    uow.accounts.set_role(user.id, user.role, role)
    detail = {"from": user.role.value, "to": role.value}
    uow.audit.add(Event(Action.ROLE_CHANGED, user.id, actor_id, network, detail))
    return replace(user, role=role)
