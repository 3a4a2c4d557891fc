"""Groups of clips in PostgreSQL."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Connection, Select, Uuid, cast, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from medley.db.tables import clips, group_clips, groups, projects
from medley.domain.projects import ClipGroup
from medley.domain.uploads import UploadState

_COLUMNS = ("id", "project_id", "name", "position", "color", "version")
_GROUP = select(*(groups.c[name] for name in _COLUMNS))


class GroupsRepository:
    """The groups of Library (ports.library)."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def groups(self, project_id: UUID) -> Sequence[ClipGroup]:
        return self._groups(_GROUP.where(groups.c.project_id == project_id))

    def group(self, user_id: UUID, group_id: UUID) -> ClipGroup | None:
        statement = _GROUP.join(projects, projects.c.id == groups.c.project_id).where(
            groups.c.id == group_id, projects.c.user_id == user_id, projects.c.deleted_at.is_(None)
        )
        return next(iter(self._groups(statement)), None)

    def add_group(self, group: ClipGroup) -> None:
        self._connection.execute(insert(groups).values({name: getattr(group, name) for name in _COLUMNS}))
        left = self._take_out(group_clips.c.clip_id.in_(group.clip_ids))
        self._count_change(left)
        self._fill(group.id, group.clip_ids)

    def change_group(self, group_id: UUID, name: str, color: str | None) -> None:
        self._connection.execute(update(groups).where(groups.c.id == group_id).values(name=name, color=color))

    def order_groups(self, group_ids: Sequence[UUID]) -> None:
        ids = func.unnest(cast(list(group_ids), ARRAY(Uuid)))
        order = ids.table_valued("id", with_ordinality="place", joins_implicitly=True).render_derived()
        change = update(groups).where(groups.c.id == order.c.id).values(position=order.c.place - 1)
        self._connection.execute(change)  # the unique constraint is checked at commit

    def fill_group(self, group_id: UUID, clip_ids: Sequence[UUID]) -> None:
        left = self._take_out((group_clips.c.group_id == group_id) | group_clips.c.clip_id.in_(clip_ids))
        self._count_change({group_id, *left})
        self._fill(group_id, clip_ids)

    def _fill(self, group_id: UUID, clip_ids: Sequence[UUID]) -> None:
        if clip_ids:
            rows = [{"group_id": group_id, "clip_id": clip, "position": n} for n, clip in enumerate(clip_ids)]
            self._connection.execute(insert(group_clips).values(rows))

    def ungroup(self, clip_ids: Collection[UUID]) -> None:
        self._count_change(self._take_out(group_clips.c.clip_id.in_(clip_ids)))

    def _take_out(self, which: ColumnElement[bool]) -> set[UUID]:
        """Returns the groups that lost a clip."""
        return set(
            self._connection.execute(delete(group_clips).where(which).returning(group_clips.c.group_id)).scalars()
        )

    def _count_change(self, group_ids: Collection[UUID]) -> None:
        if group_ids:
            changed = update(groups).where(groups.c.id.in_(group_ids))
            self._connection.execute(changed.values(version=groups.c.version + 1))

    def delete_group(self, group_id: UUID) -> None:
        self._connection.execute(delete(groups).where(groups.c.id == group_id))

    def _groups(self, statement: Select[Any]) -> Sequence[ClipGroup]:
        rows = self._connection.execute(statement.order_by(groups.c.position)).all()
        members: dict[UUID, list[UUID]] = defaultdict(list)
        for member in self._connection.execute(
            select(group_clips.c.group_id, group_clips.c.clip_id)
            .join(clips, clips.c.id == group_clips.c.clip_id)
            .where(group_clips.c.group_id.in_([row.id for row in rows]), clips.c.state != UploadState.DELETED)
            .order_by(group_clips.c.position)
        ):
            members[member.group_id].append(member.clip_id)
        return [ClipGroup(**row._mapping, clip_ids=tuple(members[row.id])) for row in rows]
