"""Bundles and their volumes in PostgreSQL. Whoever ends a volume has locked its bundle's row."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    RowMapping,
    and_,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from medley.db.clock import ago, from_now
from medley.db.tables import bundle_volumes, bundles
from medley.domain.bundles import Bundle, BundleEnd, BundleState, MissingFile, Volume, VolumeState
from medley.domain.retries import Standing
from medley.limits import BUNDLE_DAYS, BUNDLE_DEADLINE_S
from medley.ports.bundles import EndedBundle, NewBundle, VolumeRef
from medley.ports.generations import LivenessPolicy

_DAY_S = 86_400
_COLUMNS = [column for column in bundles.c if column.name != "objects_removed_at"]
_VOLUME = [column for column in bundle_volumes.c if column.name not in {"sent_at", "settled_at"}]
_KEPT = or_(
    bundles.c.state == BundleState.MAKING,
    and_(bundles.c.state == BundleState.READY, bundles.c.ended_at > ago(BUNDLE_DAYS * _DAY_S)),
)


class BundlesRepository:
    """`medley.ports.bundles.Bundles` on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def count(self, user_id: UUID) -> tuple[int, int]:
        making = func.count().filter(bundles.c.state == BundleState.MAKING)
        counts = select(making, func.count()).where(bundles.c.user_id == user_id, _KEPT)
        found = self._connection.execute(counts).one()
        return found[0], found[1]

    def add(self, new: NewBundle) -> Bundle:
        row = insert(bundles).values(
            id=new.id,
            user_id=new.user_id,
            generation_id=new.generation_id,
            project_name=new.project_name,
            naming=new.naming,
            deadline=from_now(BUNDLE_DEADLINE_S),
        )
        found = self._connection.execute(row.returning(*_COLUMNS)).mappings().one()
        rows = [
            {"bundle_id": new.id, "n": n, "outputs": volume.outputs, "bytes_total": volume.bytes_total}
            for n, volume in enumerate(new.volumes, start=1)
        ]
        self._connection.execute(insert(bundle_volumes), rows)
        return self._whole([found])[0]

    def get(self, user_id: UUID, bundle_id: UUID) -> Bundle | None:
        own = and_(bundles.c.id == bundle_id, bundles.c.user_id == user_id, bundles.c.state != BundleState.DELETED)
        return self._one(select(*_COLUMNS).where(own))

    def of_user(
        self, user_id: UUID, *, generation_id: UUID | None, before: UUID | None, limit: int
    ) -> Sequence[Bundle]:
        query = select(*_COLUMNS).where(bundles.c.user_id == user_id, bundles.c.state != BundleState.DELETED)
        if generation_id is not None:
            query = query.where(bundles.c.generation_id == generation_id)
        if before is not None:
            query = query.where(bundles.c.id < before)
        newest = query.order_by(bundles.c.id.desc()).limit(limit)  # version 7 ids: by time
        return self._whole(self._connection.execute(newest).mappings().all())

    def lock(self, bundle_id: UUID) -> Bundle | None:
        return self._one(select(*_COLUMNS).where(bundles.c.id == bundle_id).with_for_update(key_share=True))

    def begin(self, bundle_id: UUID, volume: int, attempt: int, *, quiet_s: int) -> Bundle | None:
        quiet = or_(bundle_volumes.c.heartbeat_at.is_(None), bundle_volumes.c.heartbeat_at < ago(quiet_s))
        change = update(bundle_volumes).where(_sent(bundle_id, volume, attempt), quiet)
        if self._connection.execute(change.values(heartbeat_at=func.now())).rowcount == 0:
            return None
        return self._one(select(*_COLUMNS).where(bundles.c.id == bundle_id))

    def note_upload(self, bundle_id: UUID, volume: int, attempt: int, upload_id: str | None) -> None:
        change = update(bundle_volumes).where(_sent(bundle_id, volume, attempt))
        self._connection.execute(change.values(upload_id=upload_id))

    def progressed(self, bundle_id: UUID, volume: int, attempt: int, bytes_done: int) -> Bundle | None:
        making = and_(bundles.c.id == bundle_id, bundles.c.state == BundleState.MAKING)
        moved = update(bundles).where(making).values(seq=bundles.c.seq + 1)  # first: whoever ends it locks it first too
        if self._connection.execute(moved).rowcount == 0:
            return None
        done = func.least(bytes_done, bundle_volumes.c.bytes_total)
        change = update(bundle_volumes).where(_sent(bundle_id, volume, attempt))
        if self._connection.execute(change.values(heartbeat_at=func.now(), bytes_done=done)).rowcount == 0:
            return None
        return self._one(select(*_COLUMNS).where(bundles.c.id == bundle_id))

    def finish(
        self, bundle_id: UUID, volume: int, attempt: int, *, size_bytes: int, missing: Sequence[MissingFile]
    ) -> bool:
        change = update(bundle_volumes).where(_sent(bundle_id, volume, attempt))
        change = change.values(
            state=VolumeState.FINISHED,
            settled_at=func.now(),
            bytes_done=bundle_volumes.c.bytes_total,
            size_bytes=size_bytes,
            missing=[asdict(file) for file in missing],
            upload_id=None,
        )
        return self._connection.execute(change).rowcount == 1

    def fail(self, bundle_id: UUID, volume: int) -> bool:
        change = update(bundle_volumes).where(_sent(bundle_id, volume))
        return self._connection.execute(change.values(state=VolumeState.FAILED, settled_at=func.now())).rowcount == 1

    def send_again(self, bundle_id: UUID, volume: int, standing: Standing, *, after_s: int) -> bool:
        change = update(bundle_volumes).where(_sent(bundle_id, volume))
        change = change.values(
            attempt=standing.attempt,
            faults=standing.faults,
            outages=standing.outages,
            redelivered_unstarted=standing.redelivered_unstarted,
            sent_at=from_now(after_s),
            heartbeat_at=None,
            bytes_done=0,
        )
        return self._connection.execute(change).rowcount == 1

    def end(self, bundle: Bundle, ending: BundleEnd) -> bool:
        change = update(bundles).where(bundles.c.id == bundle.id, bundles.c.state == bundle.state)
        change = change.values(
            state=ending.state,
            code=ending.code,
            message=ending.message,
            seq=bundles.c.seq + 1,
            ended_at=func.coalesce(bundles.c.ended_at, func.now()),
        )
        if self._connection.execute(change).rowcount == 0:
            return False
        open_ones = update(bundle_volumes).where(
            bundle_volumes.c.bundle_id == bundle.id, bundle_volumes.c.state == VolumeState.SENT
        )
        self._connection.execute(open_ones.values(state=VolumeState.CANCELLED, settled_at=func.now()))
        return True

    def overdue(self, *, after: UUID | None, limit: int) -> Sequence[UUID]:
        late = and_(bundles.c.state == BundleState.MAKING, bundles.c.deadline < func.now())
        query = select(bundles.c.id).where(late, _after(after)).order_by(bundles.c.id).limit(limit)
        return self._connection.execute(query).scalars().all()

    def silent(self, silence: LivenessPolicy, *, limit: int) -> Sequence[VolumeRef]:
        volumes = bundle_volumes.c
        started = and_(volumes.heartbeat_at.is_not(None), volumes.heartbeat_at < ago(silence.started_s))
        in_vain = volumes.redelivered_unstarted >= silence.unstarted_sends
        unstarted = and_(volumes.heartbeat_at.is_(None), volumes.sent_at < ago(silence.unstarted_s), ~in_vain)
        silent = and_(volumes.state == VolumeState.SENT, or_(started, unstarted))
        return self._refs(silent, volumes.sent_at, limit=limit)

    def sent(self, *, after: UUID | None, limit: int) -> Sequence[VolumeRef]:
        making = select(bundles.c.id, bundles.c.user_id).where(bundles.c.state == BundleState.MAKING, _after(after))
        page = making.order_by(bundles.c.id).limit(limit).subquery()
        sent = bundle_volumes.c.state == VolumeState.SENT
        return self._refs(sent, bundle_volumes.c.bundle_id, bundle_volumes.c.n, of=page)

    def removable(self, *, after: UUID | None, limit: int) -> Sequence[EndedBundle]:
        nobodys = bundles.c.state.in_((BundleState.FAILED, BundleState.DELETED))
        expired = bundles.c.ended_at < ago(BUNDLE_DAYS * _DAY_S)
        unremoved = and_(bundles.c.ended_at.is_not(None), bundles.c.objects_removed_at.is_(None))
        counted = select(func.count()).where(bundle_volumes.c.bundle_id == bundles.c.id).scalar_subquery()
        query = select(bundles.c.id, bundles.c.user_id, counted.label("volumes"))
        query = query.where(unremoved, or_(nobodys, expired), _after(after)).order_by(bundles.c.id).limit(limit)
        return [EndedBundle(row.id, row.user_id, row.volumes) for row in self._connection.execute(query)]

    def objects_removed(self, bundle_ids: Sequence[UUID]) -> None:
        change = update(bundles).where(bundles.c.id.in_(bundle_ids), bundles.c.ended_at.is_not(None))
        self._connection.execute(change.values(objects_removed_at=func.now()))

    def prune(self, ended_s: int, limit: int) -> int:
        old = and_(bundles.c.objects_removed_at.is_not(None), bundles.c.ended_at < ago(ended_s))
        oldest = select(bundles.c.id).where(old).order_by(bundles.c.ended_at).limit(limit)
        ids = self._connection.execute(oldest).scalars().all()
        return self._connection.execute(delete(bundles).where(bundles.c.id.in_(ids))).rowcount if ids else 0

    def _one(self, statement: Any) -> Bundle | None:
        row = self._connection.execute(statement).mappings().one_or_none()
        return None if row is None else self._whole([row])[0]

    def _whole(self, rows: Sequence[RowMapping]) -> list[Bundle]:
        """The bundles of these rows with their volumes."""
        volumes: dict[UUID, list[Volume]] = {row["id"]: [] for row in rows}
        query = select(*_VOLUME).where(bundle_volumes.c.bundle_id.in_(volumes)).order_by(bundle_volumes.c.n)
        for volume in self._connection.execute(query).mappings() if rows else ():
            volumes[volume["bundle_id"]].append(_volume(volume))
        return [
            Bundle(**{**row, "state": BundleState(row["state"])}, volumes=tuple(volumes[row["id"]])) for row in rows
        ]

    def _refs(
        self, where: ColumnElement[bool], *order: ColumnElement[Any], of: FromClause = bundles, limit: int | None = None
    ) -> Sequence[VolumeRef]:
        columns = (of.c.user_id, bundle_volumes.c.bundle_id, bundle_volumes.c.n, bundle_volumes.c.attempt)
        query = select(*columns).select_from(bundle_volumes).join(of, of.c.id == bundle_volumes.c.bundle_id)
        query = query.where(where).order_by(*order).limit(limit)
        return [VolumeRef(row.user_id, row.bundle_id, row.n, row.attempt) for row in self._connection.execute(query)]


def _after(bundle_id: UUID | None) -> ColumnElement[bool]:
    return bundles.c.id > (bundle_id or UUID(int=0))


def _sent(bundle_id: UUID, volume: int, attempt: int | None = None) -> ColumnElement[bool]:
    this = and_(bundle_volumes.c.bundle_id == bundle_id, bundle_volumes.c.n == volume)
    sent = and_(this, bundle_volumes.c.state == VolumeState.SENT)
    return sent if attempt is None else and_(sent, bundle_volumes.c.attempt == attempt)


def _volume(row: RowMapping) -> Volume:
    values = {name: value for name, value in row.items() if name != "bundle_id"}
    missing = tuple(MissingFile(**file) for file in values["missing"])
    return Volume(**{**values, "state": VolumeState(values["state"]), "missing": missing})
