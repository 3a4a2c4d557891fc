"""Devices and the live sessions on them, in PostgreSQL."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from medley.db.clock import ago
from medley.db.tables import devices, sessions, users
from medley.domain.devices import SessionOnDevice

_LIVE = (sessions.c.revoked_at.is_(None), sessions.c.expires_at > func.now())


class DevicesRepository:
    """Devices (ports.accounts) on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def trusted(self, email: str, cookie_hash: str) -> UUID | None:
        statement = (
            select(devices.c.id)
            .join(users, users.c.id == devices.c.user_id)
            .where(devices.c.cookie_hash == cookie_hash, devices.c.trusted, users.c.email == email)
        )
        return self._connection.execute(statement).scalar_one_or_none()

    def issued(self, cookie_hash: str) -> bool:
        statement = select(devices.c.id).where(devices.c.cookie_hash == cookie_hash).limit(1)
        return self._connection.execute(statement).one_or_none() is not None

    def seen(self, device_id: UUID, user_id: UUID, cookie_hash: str) -> UUID:
        statement = (
            insert(devices)
            .values(id=device_id, user_id=user_id, cookie_hash=cookie_hash)
            .on_conflict_do_update(
                index_elements=["cookie_hash", "user_id"],
                set_={"trusted": True, "last_seen_at": func.now()},
            )
            .returning(devices.c.id)
        )
        found: UUID = self._connection.execute(statement).scalar_one()
        return found

    def sessions(self, user_id: UUID) -> Sequence[SessionOnDevice]:
        statement = (
            select(
                sessions.c.id,
                sessions.c.user_agent,
                sessions.c.network,
                sessions.c.country,
                func.coalesce(devices.c.first_seen_at, sessions.c.created_at).label("first_seen_at"),
                sessions.c.created_at.label("signed_in_at"),
                sessions.c.last_seen_at,
            )
            .join(devices, devices.c.id == sessions.c.device_id, isouter=True)
            .where(sessions.c.user_id == user_id, *_LIVE)
            .order_by(sessions.c.last_seen_at.desc(), sessions.c.id)
        )
        return [SessionOnDevice(**row._mapping) for row in self._connection.execute(statement)]

    def sessions_beyond(self, user_id: UUID, device_id: UUID, keep: UUID, newest: int) -> Sequence[UUID]:
        live = (sessions.c.user_id == user_id, *_LIVE)
        others = select(sessions.c.id).where(*live, sessions.c.id != keep)
        order = (sessions.c.last_seen_at.desc(), sessions.c.id)
        oldest = others.where(sessions.c.device_id.is_distinct_from(device_id)).order_by(*order).offset(newest - 1)
        here = or_(sessions.c.device_id == device_id, sessions.c.id.in_(oldest))
        return list(self._connection.execute(others.where(here)).scalars())

    def end(self, user_id: UUID, session_ids: Sequence[UUID]) -> Sequence[UUID]:
        statement = (
            update(sessions)
            .where(sessions.c.id.in_(session_ids), sessions.c.user_id == user_id, *_LIVE)
            .values(revoked_at=func.now())
            .returning(sessions.c.id)
        )
        return list(self._connection.execute(statement).scalars())

    def distrust(self, session_ids: Sequence[UUID]) -> None:
        theirs = select(sessions.c.device_id).where(sessions.c.id.in_(session_ids))
        self._connection.execute(update(devices).where(devices.c.id.in_(theirs)).values(trusted=False))

    def prune(self, unseen_s: int, limit: int) -> int:
        session = select(sessions.c.id).where(sessions.c.device_id == devices.c.id).limit(1).scalar_subquery()
        unseen = select(devices.c.id).where(devices.c.last_seen_at < ago(unseen_s), session.is_(None))
        ids = self._connection.execute(unseen.order_by(devices.c.last_seen_at).limit(limit)).scalars().all()
        return self._connection.execute(delete(devices).where(devices.c.id.in_(ids))).rowcount if ids else 0
