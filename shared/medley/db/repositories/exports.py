"""Exports in PostgreSQL, and all rows about one person."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, text, update

from medley.db.clock import ago
from medley.db.tables import exports
from medley.domain.exports import Export
from medley.ports.exports import OwnedFile

_PAGE: Final = 500  # rows fetched at a time
_OF_USER: Final = "t.user_id = :user"
_OF_PROJECT: Final = "t.project_id IN (SELECT id FROM projects WHERE user_id = :user)"
_OF_GENERATION: Final = "t.generation_id IN (SELECT id FROM generations WHERE user_id = :user)"
_OF_BUNDLE: Final = "t.bundle_id IN (SELECT id FROM bundles WHERE user_id = :user)"
_OTHERS: Final = "CASE WHEN t.actor_id <> t.user_id THEN 'actor_id,network' ELSE '' END"  # what was done, not by whom
# table, whose rows, which columns are nobody's to know (in SQL)
SUBJECTS: Final[Mapping[str, tuple[str, str, str]]] = {
    "account": ("users", "t.id = :user", "'password_hash'"),
    "devices": ("devices", _OF_USER, "'cookie_hash'"),
    "sessions": ("sessions", _OF_USER, "'refresh_hash,previous_hash'"),
    "projects": ("projects", _OF_USER, "''"),
    "groups": ("groups", _OF_PROJECT, "''"),
    "group_clips": ("group_clips", "t.clip_id IN (SELECT id FROM clips WHERE user_id = :user)", "''"),
    "clips": ("clips", _OF_USER, "'upload_id,poster_key,filmstrip_key,waveform_key,proxy_key'"),
    "assets": ("assets", _OF_USER, "''"),
    "presets": ("presets", _OF_USER, "''"),
    "generations": ("generations", _OF_USER, "'plan'"),
    "bundles": ("bundles", _OF_USER, "''"),
    "bundle_volumes": (
        "bundle_volumes",
        "t.bundle_id IN (SELECT id FROM bundles WHERE user_id = :user)",
        "'upload_id'",
    ),
    "outputs": ("outputs", _OF_GENERATION, "'recipe'"),
    "wallet": ("wallets", _OF_USER, "''"),
    "holds": ("holds", _OF_USER, "''"),
    "credits": ("entries", _OF_USER, "''"),
    "exports": ("exports", _OF_USER, "''"),
    "audit": ("audit_events", _OF_USER, _OTHERS),
}
_FILES: Final = text("""
    SELECT 'clips' AS kind, project_id AS folder, name,
           concat_ws('/', 'uploads', user_id, coalesce(source_project_id, project_id), coalesce(source_id, id)) AS key,
           size_bytes, sha256, settled_at AS at
    FROM clips WHERE user_id = :user AND state = 'ready' AND sha256 IS NOT NULL
    UNION ALL
    SELECT 'assets', project_id, name,
           concat_ws('/', 'assets', user_id, coalesce(source_project_id, project_id), coalesce(source_id, id)),
           size_bytes, sha256, settled_at
    FROM assets WHERE user_id = :user AND state = 'ready' AND sha256 IS NOT NULL
    UNION ALL
    SELECT 'videos', o.generation_id, concat_ws(' ', lpad(o.n::text, 4, '0'), o.title), o.parts -> 0 ->> 'key',
           (o.parts -> 0 ->> 'size_bytes')::bigint, o.parts -> 0 ->> 'sha256', o.settled_at
    FROM outputs o JOIN generations g ON g.id = o.generation_id
    WHERE g.user_id = :user AND o.state = 'made' AND o.gone_at IS NULL
      AND o.removed_at IS NULL AND o.settled_at > now() - make_interval(days => o.kept_days)
    ORDER BY at DESC, key
""")
since: Final = func.coalesce(exports.c.made_at, exports.c.created_at)


class ExportsRepository:
    """Exports (ports.exports) on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, export_id: UUID, user_id: UUID) -> Export:
        statement = insert(exports).values(id=export_id, user_id=user_id).returning(exports)
        return Export(**self._connection.execute(statement).one()._mapping)

    def lately(self, user_id: UUID, within_s: int) -> Sequence[Export]:
        return self._of_user(user_id, exports.c.created_at > ago(within_s))

    def kept(self, user_id: UUID, within_s: int) -> Sequence[Export]:
        return self._of_user(user_id, since > ago(within_s))

    def _of_user(self, user_id: UUID, which: ColumnElement[bool]) -> Sequence[Export]:
        theirs = select(exports).where(exports.c.user_id == user_id, which)
        rows = self._connection.execute(theirs.order_by(exports.c.created_at.desc(), exports.c.id))
        return [Export(**row._mapping) for row in rows]

    def get(self, user_id: UUID, export_id: UUID) -> Export | None:
        statement = select(exports).where(exports.c.id == export_id, exports.c.user_id == user_id)
        row = self._connection.execute(statement).one_or_none()
        return Export(**row._mapping) if row else None

    def made(self, export_id: UUID, size_bytes: int) -> bool:
        statement = (
            update(exports)
            .where(exports.c.id == export_id, exports.c.made_at.is_(None))
            .values(made_at=func.now(), size_bytes=size_bytes)
        )
        return self._connection.execute(statement).rowcount == 1

    def files(self, user_id: UUID) -> Sequence[OwnedFile]:
        found = self._connection.execute(_FILES, {"user": user_id})
        return [OwnedFile(row.kind, row.folder, row.name, row.key, row.size_bytes, row.sha256) for row in found]

    def subjects(self) -> Sequence[str]:
        return tuple(SUBJECTS)

    def rows(self, subject: str, user_id: UUID) -> Iterator[dict[str, Any]]:
        table, whose, hidden = SUBJECTS[subject]
        query = f"SELECT to_jsonb(t) - string_to_array({hidden}, ',') FROM \"{table}\" t WHERE {whose}"  # noqa: S608
        streamed = self._connection.execution_options(yield_per=_PAGE)
        yield from streamed.execute(text(query), {"user": user_id}).scalars()

    def prune(self, older_than_s: int, limit: int) -> int:
        asked = exports.c.created_at < ago(older_than_s)  # says nothing more, but has an index
        old = select(exports.c.id).where(asked, since < ago(older_than_s)).limit(limit)
        return self._connection.execute(delete(exports).where(exports.c.id.in_(old))).rowcount
