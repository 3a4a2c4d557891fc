"""Sessions of one person: which there are, and ending them from elsewhere."""

from collections.abc import Sequence
from uuid import UUID

from medley.domain.audit import Action, Event
from medley.domain.devices import SessionOnDevice
from medley.errors import NotFound
from medley.ports.database import UnitOfWork
from medley.ports.identity import Claims
from medley.services.after_commit import AfterCommit


def live(uow: UnitOfWork, user_id: UUID) -> Sequence[SessionOnDevice]:
    """All that are signed in, the last seen first."""
    return uow.devices.sessions(user_id)


def end(uow: UnitOfWork, user_id: UUID, session_ids: Sequence[UUID], told: Event | None = None) -> AfterCommit:
    """End sessions of a user and forget their sockets; those that have ended, or are somebody else's, stay as they
    are. `told` is written down if any ended: who asks again and again fills no log."""
    ended = uow.devices.end(user_id, session_ids) if session_ids else ()
    if ended and told is not None:
        uow.audit.add(told)
    return AfterCommit(closes=tuple(uow.sockets.forget_sessions(ended)) if ended else ())


def end_one(uow: UnitOfWork, claims: Claims, session_id: UUID, network: str) -> AfterCommit:
    """End one session from wherever its owner is. Its device is not trusted any more: it may be lost.

    Raises:
        NotFound: code `unknown_session`; there is none of theirs, or it has ended.
    """
    if session_id not in {session.id for session in live(uow, claims.user_id)}:
        raise NotFound("There is no such session.", code="unknown_session")
    return _end_from_elsewhere(uow, claims, [session_id], network)


def end_others(uow: UnitOfWork, claims: Claims, network: str) -> AfterCommit:
    """End all sessions but the caller's; the devices they are on are not trusted any more."""
    others = [session.id for session in live(uow, claims.user_id) if session.id != claims.session_id]
    return _end_from_elsewhere(uow, claims, others, network)


def end_all(uow: UnitOfWork, claims: Claims, network: str) -> AfterCommit:
    """End all sessions, the caller's too. No device is trusted any more but the caller's."""
    return _end_from_elsewhere(uow, claims, [session.id for session in live(uow, claims.user_id)], network)


def _end_from_elsewhere(uow: UnitOfWork, claims: Claims, session_ids: Sequence[UUID], network: str) -> AfterCommit:
    detail = {"sessions": [str(session_id) for session_id in session_ids]}
    told = Event(Action.SESSIONS_ENDED, claims.user_id, claims.user_id, network, detail)
    effects = end(uow, claims.user_id, session_ids, told)
    uow.devices.distrust([session_id for session_id in session_ids if session_id != claims.session_id])
    return effects
