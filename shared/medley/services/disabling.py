"""Disabling an account: whoever has it is out everywhere, at once, and gets in again when an administrator says so."""

from uuid import UUID

from medley.domain.accounts import User
from medley.domain.audit import Action, Event
from medley.errors import Conflict, Forbidden
from medley.ports.database import UnitOfWork
from medley.services import audit_log, sessions
from medley.services.after_commit import AfterCommit


def change(uow: UnitOfWork, actor: User, user_id: UUID, *, disabled: bool, network: str) -> AfterCommit:
    """Disable an account, or enable it. Its sessions end, its sockets are closed, its devices are strangers'; what runs
    for it goes on, and nothing is deleted. Where it is so already, nothing happens.

    Raises:
        NotFound: code `unknown_user`.
        Conflict: code `own_account`: nobody locks themselves out.
        Forbidden: code `role_required`; an account is changed by somebody who may all that it may.
    """
    if user_id == actor.id:
        raise Conflict("Nobody disables their own account.", code="own_account")
    user = audit_log.locked(uow, user_id, actor_id=actor.id, role=actor.role)
    if not actor.role.includes(user.role):
        raise Forbidden("This is for administrators.", code="role_required", role=user.role.value)
    live = [session.id for session in sessions.live(uow, user.id)]
    if not uow.accounts.set_disabled(user.id, disabled=disabled):
        return AfterCommit()
    action = Action.ACCOUNT_DISABLED if disabled else Action.ACCOUNT_ENABLED
    uow.audit.add(Event(action, user.id, actor.id, network))
    if not disabled:
        return AfterCommit()
    uow.devices.distrust(live)
    return sessions.end(uow, user.id, live)
