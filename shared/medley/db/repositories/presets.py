"""Presets in PostgreSQL."""

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Text, and_, cast, delete, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert

from medley.db.tables import presets
from medley.domain.presets import Preset


class PresetsRepository:
    """`medley.ports.presets.Presets` on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, preset_id: UUID, user_id: UUID, app: str, name: str, spec: Mapping[str, Any]) -> Preset | None:
        row = insert(presets).values(id=preset_id, user_id=user_id, app=app, name=name, spec=dict(spec))
        return self._one(row.on_conflict_do_nothing().returning(presets))

    def change(self, user_id: UUID, preset_id: UUID, name: str, spec: Mapping[str, Any]) -> Preset | None:
        other = presets.alias()
        alike = and_(other.c.user_id == user_id, other.c.app == presets.c.app, other.c.name == name)
        taken = exists().where(alike, other.c.id != preset_id)
        this = and_(presets.c.id == preset_id, presets.c.user_id == user_id, ~taken)
        values = {"name": name, "spec": dict(spec), "changed_at": func.now()}
        return self._one(update(presets).where(this).values(values).returning(presets))

    def get(self, user_id: UUID, preset_id: UUID) -> Preset | None:
        return self._one(select(presets).where(presets.c.id == preset_id, presets.c.user_id == user_id))

    def of_user(
        self, user_id: UUID, *, app: str | None, after: UUID | None, limit: int, most_bytes: int
    ) -> tuple[Sequence[Preset], bool]:
        size = func.octet_length(cast(presets.c.spec, Text)).label("size")
        asked = select(presets.c.id, size).where(presets.c.user_id == user_id)
        if app is not None:
            asked = asked.where(presets.c.app == app)
        if after is not None:
            asked = asked.where(presets.c.id > after)
        listed = self._connection.execute(asked.order_by(presets.c.id).limit(limit + 1)).all()
        so_far = accumulate((row.size for row in listed), initial=0)
        fitting = [row.id for row, before in zip(listed[:limit], so_far, strict=False) if before < most_bytes]
        page = select(presets).where(presets.c.user_id == user_id, presets.c.id.in_(fitting)).order_by(presets.c.id)
        found = [Preset(**row) for row in self._connection.execute(page).mappings()]
        return found, len(fitting) < len(listed)

    def count(self, user_id: UUID) -> int:
        query = select(func.count()).select_from(presets).where(presets.c.user_id == user_id)
        return self._connection.execute(query).scalar_one()

    def remove(self, user_id: UUID, preset_id: UUID) -> bool:
        this = and_(presets.c.id == preset_id, presets.c.user_id == user_id)
        return self._connection.execute(delete(presets).where(this)).rowcount == 1

    def _one(self, statement: Any) -> Preset | None:
        row = self._connection.execute(statement).mappings().one_or_none()
        return None if row is None else Preset(**row)
