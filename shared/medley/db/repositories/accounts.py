"""Users, sessions and sign-in attempts in PostgreSQL."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, case, delete, func, select, update
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.sql.dml import ReturningInsert

from medley.db.clock import ago, from_now
from medley.db.tables import sessions, sign_in_failures, sockets, users
from medley.db.tables.accounts import ended_at
from medley.domain.accounts import Attempts, Language, Role, Session, Theme, User

_others = users.alias()
_USER = (
    users.c.id,
    users.c.email,
    users.c.name,
    users.c.password_hash,
    users.c.role,
    users.c.created_at,
    users.c.disabled_at,
    users.c.language,
    users.c.theme,
    users.c.mail_on_end,
    users.c.email_verified_at,
    users.c.deleted_at,
)


class AccountsRepository:
    """Accounts (ports.accounts). All times are the database's."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_user(
        self, user_id: UUID, email: str, name: str, password_hash: str, language: Language = Language.ENGLISH
    ) -> User | None:
        self.lock_address(email)
        statement = (
            insert(users)
            .values(
                id=user_id,
                email=email,
                name=name,
                password_hash=password_hash,
                language=language.value,
                email_verified_at=func.now(),
            )
            .on_conflict_do_nothing(index_elements=["email"])
            .returning(*_USER)
        )
        row = self._connection.execute(statement).one_or_none()
        return _user(row)

    def user(self, user_id: UUID, *, lock: bool = False) -> User | None:
        statement = select(*_USER).where(users.c.id == user_id)
        return self._one_user(statement.with_for_update(key_share=True) if lock else statement)

    def user_by_email(self, email: str) -> User | None:
        return self._one_user(select(*_USER).where(users.c.email == email))

    def replace_password_hash(self, user_id: UUID, old: str, new: str) -> bool:
        statement = update(users).where(users.c.id == user_id, users.c.password_hash == old).values(password_hash=new)
        return self._connection.execute(statement).rowcount == 1

    def change_profile(self, user: User) -> None:
        chosen = {"language": user.language.value, "theme": user.theme.value, "mail_on_end": user.mail_on_end}
        self._connection.execute(update(users).where(users.c.id == user.id).values(name=user.name, **chosen))

    def wants_mail_on_end(self, user_id: UUID) -> bool:
        statement = select(users.c.id).where(users.c.id == user_id, users.c.mail_on_end)
        return self._connection.execute(statement).one_or_none() is not None

    def lock_address(self, email: str) -> None:
        self._connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(email, 0))))

    def set_email(self, user_id: UUID, email: str) -> bool:
        other = _others.c
        taken = select(other.id).where(other.email == email, other.id != user_id).exists()
        statement = update(users).where(users.c.id == user_id, ~taken).values(email=email, email_verified_at=func.now())
        self.lock_address(email)
        return self._connection.execute(statement).rowcount == 1

    def role(self, user_id: UUID) -> Role:
        return Role(self._connection.execute(select(users.c.role).where(users.c.id == user_id)).scalar_one())

    def set_role(self, user_id: UUID, old: Role, new: Role) -> bool:
        statement = update(users).where(users.c.id == user_id, users.c.role == old.value).values(role=new.value)
        return self._connection.execute(statement).rowcount == 1

    def set_disabled(self, user_id: UUID, *, disabled: bool) -> bool:
        was = users.c.disabled_at.is_(None) if disabled else users.c.disabled_at.is_not(None)
        statement = update(users).where(users.c.id == user_id, was, users.c.deleted_at.is_(None))
        changed = statement.values(disabled_at=func.now() if disabled else None)
        return self._connection.execute(changed).rowcount == 1

    def add_session(
        self,
        session_id: UUID,
        user_id: UUID,
        refresh_hash: str,
        *,
        lifetime_s: int,
        user_agent: str,
        address: str,
        network: str,
        country: str = "",
        device_id: UUID | None = None,
    ) -> None:
        self._connection.execute(
            insert(sessions).values(
                id=session_id,
                user_id=user_id,
                refresh_hash=refresh_hash,
                user_agent=user_agent,
                address=address,
                network=network,
                country=country,
                device_id=device_id,
                expires_at=from_now(lifetime_s),
            )
        )

    def knows_network(self, email: str, network: str) -> bool:
        statement = (
            select(sessions.c.id)
            .join(users, users.c.id == sessions.c.user_id)
            .where(users.c.email == email, sessions.c.network == network)
            .limit(1)
        )
        return self._connection.execute(statement).one_or_none() is not None

    def session(self, session_id: UUID) -> Session | None:
        statement = (
            select(
                sessions.c.id,
                sessions.c.user_id,
                sessions.c.refresh_hash,
                sessions.c.previous_hash,
                sessions.c.rotated_at,
                sessions.c.expires_at,
                sessions.c.revoked_at,
                users.c.disabled_at.is_not(None).label("user_disabled"),
                func.clock_timestamp().label("read_at"),
            )
            .join(users, users.c.id == sessions.c.user_id)
            .where(sessions.c.id == session_id)
            .with_for_update(of=sessions, key_share=True)
        )
        row = self._connection.execute(statement).one_or_none()
        return Session(**row._mapping) if row else None

    def live_user(self, user_id: UUID, session_id: UUID) -> User | None:
        return self._one_user(
            select(*_USER).join(sessions, sessions.c.user_id == users.c.id).where(_live(user_id, session_id))
        )

    def counted_live_user(
        self, user_id: UUID, session_id: UUID, subject: str, window_s: int
    ) -> tuple[User | None, Attempts]:
        counted = self._counting([subject], window_s).cte("counted")
        signed_in = users.join(sessions, sessions.c.user_id == users.c.id)
        found = counted.outerjoin(signed_in, _live(user_id, session_id))
        statement: Select[Any] = select(*_USER, counted.c.failures, counted.c.age_s).select_from(found)
        row = self._connection.execute(statement).one()
        return _user(row) if row.id is not None else None, _attempts(row, window_s)

    def rotate_session(self, session_id: UUID, old_hash: str, new_hash: str, *, lifetime_s: int) -> bool:
        statement = (
            update(sessions)
            .where(sessions.c.id == session_id, sessions.c.refresh_hash == old_hash, sessions.c.revoked_at.is_(None))
            .values(
                refresh_hash=new_hash,
                previous_hash=old_hash,
                rotated_at=func.clock_timestamp(),
                last_seen_at=func.now(),
                expires_at=from_now(lifetime_s),
            )
        )
        return self._connection.execute(statement).rowcount == 1

    def authenticated(self, session_id: UUID, within_s: int) -> bool:
        statement = select(sessions.c.id).where(
            sessions.c.id == session_id, sessions.c.authenticated_at > ago(within_s)
        )
        return self._connection.execute(statement).one_or_none() is not None

    def authenticate(self, session_id: UUID) -> None:
        statement = update(sessions).where(sessions.c.id == session_id).values(authenticated_at=func.now())
        self._connection.execute(statement)

    def count_attempts(self, subjects: Sequence[str], window_s: int) -> Mapping[str, Attempts]:
        counted = self._connection.execute(self._counting(subjects, window_s))
        return {row.subject: _attempts(row, window_s) for row in counted}

    def _counting(self, subjects: Sequence[str], window_s: int) -> ReturningInsert[Any]:
        over = sign_in_failures.c.window_start <= ago(window_s)
        return (
            self._upsert(subjects, 1)
            .on_conflict_do_update(
                index_elements=["subject"],
                set_={
                    "failures": case((over, 1), else_=sign_in_failures.c.failures + 1),
                    "window_start": case((over, func.now()), else_=sign_in_failures.c.window_start),
                },
            )
            .returning(
                sign_in_failures.c.subject,
                sign_in_failures.c.failures,
                func.extract("epoch", func.now() - sign_in_failures.c.window_start).label("age_s"),
            )
        )

    def forgive_attempt(self, subjects: Sequence[str]) -> None:
        self._connection.execute(
            self._upsert(subjects, 0).on_conflict_do_update(
                index_elements=["subject"], set_={"failures": func.greatest(sign_in_failures.c.failures - 1, 0)}
            )
        )

    def prune(self, window_s: int, limit: int) -> int:
        subject = sign_in_failures.c.subject
        old = select(subject).where(sign_in_failures.c.window_start <= ago(window_s)).limit(limit)
        return self._connection.execute(delete(sign_in_failures).where(subject.in_(old))).rowcount

    def prune_sessions(self, ended_s: int, limit: int) -> int:
        open_socket = select(sockets.c.connection_id).where(sockets.c.session_id == sessions.c.id).exists()
        old = select(sessions.c.id).where(ended_at < ago(ended_s), ~open_socket).limit(limit)
        return self._connection.execute(delete(sessions).where(sessions.c.id.in_(old))).rowcount

    @staticmethod
    def _upsert(subjects: Sequence[str], failures: int) -> Insert:
        """Rows are locked in one order whatever the caller's, so that two of these never wait for each other."""
        return insert(sign_in_failures).values(
            [{"subject": subject, "failures": failures} for subject in sorted(subjects)]
        )

    def _one_user(self, statement: Select[*tuple[Any, ...]]) -> User | None:
        return _user(self._connection.execute(statement).one_or_none())


def _live(user_id: UUID, session_id: UUID) -> ColumnElement[bool]:
    return and_(
        users.c.id == user_id,
        users.c.disabled_at.is_(None),
        sessions.c.id == session_id,
        sessions.c.revoked_at.is_(None),
        sessions.c.expires_at > func.now(),
    )


def _attempts(row: Row[Any], window_s: int) -> Attempts:
    return Attempts(row.failures, max(1, window_s - int(row.age_s)))


def _user(row: Row[Any] | None) -> User | None:
    if row is None:
        return None
    said = {column.name: getattr(row, column.name) for column in _USER}
    chosen = {"role": Role(row.role), "language": Language(row.language), "theme": Theme(row.theme)}
    return User(**{**said, **chosen})
