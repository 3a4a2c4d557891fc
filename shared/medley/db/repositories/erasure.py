"""Erasure of accounts in PostgreSQL: what goes at once, and what when the bucket is empty of them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, delete, func, null, select, update

from medley.db.clock import ago
from medley.db.tables import (
    assets,
    bundle_volumes,
    bundles,
    clips,
    devices,
    exports,
    generations,
    group_clips,
    groups,
    idempotency,
    mail_links,
    outputs,
    presets,
    projects,
    sessions,
    sockets,
    tasks,
    users,
)
from medley.domain.bundles import BundleState, VolumeState
from medley.domain.uploads import UploadState

NOBODY = ""  # in place of a name
FORGOTTEN = (sessions, devices, mail_links, idempotency, exports, presets)  # of whose rows nothing stays


class ErasureRepository:
    """Erasure (ports.erasure) on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def erase(self, user_id: UUID) -> Sequence[str]:
        execute = self._connection.execute
        theirs = select(projects.c.id).where(projects.c.user_id == user_id)
        their_groups = select(groups.c.id).where(groups.c.project_id.in_(theirs))
        execute(delete(group_clips).where(group_clips.c.group_id.in_(their_groups)))
        execute(delete(groups).where(groups.c.project_id.in_(theirs)))
        for table in (clips, assets, projects):  # nothing of theirs can be restored
            gone = {"deleted_at": func.coalesce(table.c.deleted_at, func.now()), "restorable_until": null()}
            state = {"name": NOBODY} if table is projects else {"state": UploadState.DELETED}
            execute(update(table).where(table.c.user_id == user_id).values(gone | state))
        their_bundles = select(bundles.c.id).where(bundles.c.user_id == user_id)
        ended = func.coalesce(bundles.c.ended_at, func.now())
        execute(  # before its volumes, as whoever makes one
            update(bundles)
            .where(bundles.c.user_id == user_id)
            .values(
                state=BundleState.DELETED, ended_at=ended, project_name=NOBODY, naming=NOBODY, seq=bundles.c.seq + 1
            )
        )
        open_ones = (bundle_volumes.c.bundle_id.in_(their_bundles), bundle_volumes.c.state == VolumeState.SENT)
        execute(update(bundle_volumes).where(*open_ones).values(state=VolumeState.CANCELLED, settled_at=func.now()))
        execute(update(bundle_volumes).where(bundle_volumes.c.bundle_id.in_(their_bundles)).values(missing=[]))
        closed = execute(delete(sockets).where(sockets.c.user_id == user_id).returning(sockets.c.connection_id))
        connections = list(closed.scalars())
        for table in FORGOTTEN:
            execute(delete(table).where(table.c.user_id == user_id))
        execute(
            update(users)
            .where(users.c.id == user_id)
            .values(
                email=f"deleted {user_id}",  # nobody's address, so the one they had is free
                name=NOBODY,
                password_hash="",  # no password has this hash
                role="user",
                mail_on_end=False,
                email_verified_at=null(),
                disabled_at=func.now(),
                deleted_at=func.now(),
            )
        )
        return connections

    def running(self, user_id: UUID) -> Sequence[UUID]:
        statement = select(generations.c.id).where(generations.c.user_id == user_id, generations.c.state == "running")
        return list(self._connection.execute(statement.order_by(generations.c.id)).scalars())

    def erased(self, older_than_s: int, *, after: UUID | None, limit: int) -> Sequence[UUID]:
        statement = (
            select(users.c.id)
            .where(
                users.c.deleted_at.is_not(None),
                users.c.objects_removed_at.is_(None),
                users.c.deleted_at < ago(older_than_s),
            )
            .order_by(users.c.id)
            .limit(limit)
        )
        if after is not None:
            statement = statement.where(users.c.id > after)
        return list(self._connection.execute(statement).scalars())

    def scrub(self, user_id: UUID) -> None:
        execute = self._connection.execute
        theirs = select(generations.c.id).where(generations.c.user_id == user_id)
        said = {"message": NOBODY, "parameters": null()}  # why something failed may name a file
        execute(update(outputs).where(outputs.c.generation_id.in_(theirs)).values(title=NOBODY, recipe=null(), **said))
        execute(
            update(tasks).where(tasks.c.generation_id.in_(theirs)).values(title=NOBODY, message=NOBODY, detail=null())
        )
        execute(update(generations).where(generations.c.user_id == user_id).values(spec={}, groups=[], **said))
        for table in (clips, assets):
            execute(update(table).where(table.c.user_id == user_id).values(name=NOBODY, **said))
        execute(update(users).where(users.c.id == user_id).values(objects_removed_at=func.now()))
