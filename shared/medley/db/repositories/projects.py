"""Projects in PostgreSQL."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, func, select, update
from sqlalchemy.dialects.postgresql import insert

from medley.db.tables import assets, clips, projects, users
from medley.domain.projects import Project
from medley.domain.uploads import UploadState

_PROJECT = (projects.c.id, projects.c.user_id, projects.c.app, projects.c.name, projects.c.created_at)


def _owned_project(user_id: UUID, project_id: UUID) -> ColumnElement[bool]:
    return and_(projects.c.id == project_id, projects.c.user_id == user_id, projects.c.deleted_at.is_(None))


class ProjectsRepository:
    """The projects of Library (ports.library)."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def lock_owner(self, user_id: UUID) -> None:
        owner = select(users.c.id).where(users.c.id == user_id)
        # As all our locks: what refers to the row (an order being placed, say) holds it FOR KEY SHARE, and may.
        self._connection.execute(owner.with_for_update(key_share=True))

    def add_project(self, project_id: UUID, user_id: UUID, app: str, name: str) -> Project:
        statement = insert(projects).values(id=project_id, user_id=user_id, app=app, name=name).returning(*_PROJECT)
        return Project(**self._connection.execute(statement).one()._mapping)

    def count_projects(self, user_id: UUID) -> int:
        statement = select(func.count()).where(projects.c.user_id == user_id, projects.c.deleted_at.is_(None))
        return self._connection.execute(statement).scalar_one()

    def projects(self, user_id: UUID, *, before: UUID | None, limit: int) -> Sequence[Project]:
        statement = (
            select(*_PROJECT)
            .where(projects.c.user_id == user_id, projects.c.deleted_at.is_(None))
            .order_by(projects.c.id.desc())  # version 7 ids: by time
            .limit(limit)
        )
        if before is not None:
            statement = statement.where(projects.c.id < before)
        return [Project(**row._mapping) for row in self._connection.execute(statement)]

    def project(self, user_id: UUID, project_id: UUID, *, lock: bool = False) -> Project | None:
        statement = select(*_PROJECT).where(_owned_project(user_id, project_id))
        row = self._connection.execute(statement.with_for_update(key_share=True) if lock else statement).one_or_none()
        return Project(**row._mapping) if row else None

    def rename_project(self, user_id: UUID, project_id: UUID, name: str) -> bool:
        statement = update(projects).where(_owned_project(user_id, project_id)).values(name=name)
        return self._connection.execute(statement).rowcount == 1

    def delete_project(self, user_id: UUID, project_id: UUID) -> bool:
        statement = update(projects).where(_owned_project(user_id, project_id)).values(deleted_at=func.now())
        if self._connection.execute(statement).rowcount == 0:
            return False
        for table in (clips, assets):
            self._connection.execute(
                update(table)
                .where(table.c.project_id == project_id, table.c.state != UploadState.DELETED)
                .values(state=UploadState.DELETED, deleted_at=func.now())
            )
        return True
