"""Groups of clips in PostgreSQL."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Connection, Select, Uuid, cast, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from medley.db.tables import clips, group_clips, groups, projects
from medley.domain.projects import ClipGroup
from medley.domain.uploads import UploadState

_GROUP = select(groups.c.id, groups.c.project_id, groups.c.name, groups.c.position)


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

    def add_group(self, group_id: UUID, project_id: UUID, name: str, position: int) -> None:
        self._connection.execute(
            insert(groups).values(id=group_id, project_id=project_id, name=name, position=position)
        )

    def rename_group(self, group_id: UUID, name: str) -> None:
        self._connection.execute(update(groups).where(groups.c.id == group_id).values(name=name))

    def order_groups(self, group_ids: Sequence[UUID]) -> None:
        ids = func.unnest(cast(list(group_ids), ARRAY(Uuid)))
        order = ids.table_valued("id", with_ordinality="place", joins_implicitly=True).render_derived()
        change = update(groups).where(groups.c.id == order.c.id).values(position=order.c.place - 1)
        self._connection.execute(change)  # the unique constraint is checked at commit

    def fill_group(self, group_id: UUID, clip_ids: Sequence[UUID]) -> None:
        leaving = (group_clips.c.group_id == group_id) | group_clips.c.clip_id.in_(clip_ids)
        self._connection.execute(delete(group_clips).where(leaving))
        if clip_ids:
            rows = [{"group_id": group_id, "clip_id": clip, "position": n} for n, clip in enumerate(clip_ids)]
            self._connection.execute(insert(group_clips).values(rows))

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
