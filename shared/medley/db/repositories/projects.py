"""Projects in PostgreSQL."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, func, null, select, update
from sqlalchemy.dialects.postgresql import insert

from medley.db.tables import projects, users
from medley.domain.projects import Project, Shelf

_COLUMNS = ("id", "user_id", "app", "name", "created_at", "archived_at", "restorable_until")
_PROJECT = tuple(projects.c[name] for name in _COLUMNS)
_THERE = projects.c.deleted_at.is_(None)
_SHELVES = {
    Shelf.OPEN: and_(_THERE, projects.c.archived_at.is_(None)),
    Shelf.ARCHIVED: and_(_THERE, projects.c.archived_at.is_not(None)),
    Shelf.DELETED: projects.c.restorable_until > func.now(),
}


def owned_project(user_id: UUID, project_id: UUID) -> ColumnElement[bool]:
    return and_(projects.c.id == project_id, projects.c.user_id == user_id, _THERE)


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

    def projects(
        self,
        user_id: UUID,
        *,
        before: UUID | None,
        limit: int,
        shelf: Shelf = Shelf.OPEN,
        search: str = "",
        app: str | None = None,
    ) -> Sequence[Project]:
        statement = (
            select(*_PROJECT)
            .where(projects.c.user_id == user_id, _SHELVES[shelf])
            .order_by(projects.c.id.desc())  # version 7 ids: by time
            .limit(limit)
        )
        if before is not None:
            statement = statement.where(projects.c.id < before)
        if search:
            statement = statement.where(projects.c.name.icontains(search, autoescape=True))
        if app is not None:
            statement = statement.where(projects.c.app == app)
        return [Project(**row._mapping) for row in self._connection.execute(statement)]

    def project(self, user_id: UUID, project_id: UUID, *, lock: bool = False, deleted: bool = False) -> Project | None:
        mine = and_(projects.c.id == project_id, projects.c.user_id == user_id, _SHELVES[Shelf.DELETED])
        statement = select(*_PROJECT).where(mine if deleted else owned_project(user_id, project_id))
        row = self._connection.execute(statement.with_for_update(key_share=True) if lock else statement).one_or_none()
        return Project(**row._mapping) if row else None

    def rename_project(self, user_id: UUID, project_id: UUID, name: str) -> bool:
        statement = update(projects).where(owned_project(user_id, project_id)).values(name=name)
        return self._connection.execute(statement).rowcount == 1

    def archive_project(self, user_id: UUID, project_id: UUID, *, archived: bool) -> bool:
        at = func.coalesce(projects.c.archived_at, func.now()) if archived else null()
        statement = update(projects).where(owned_project(user_id, project_id)).values(archived_at=at)
        return self._connection.execute(statement).rowcount == 1
