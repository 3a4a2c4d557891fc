"""Mails sent and links in them, in PostgreSQL."""

from uuid import UUID

from sqlalchemy import ColumnElement, Connection, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from medley.db.clock import ago, from_now
from medley.db.tables import mail_links, mails
from medley.errors import Unavailable
from medley.ports.mail import Link, Purpose


class MailRepository:
    """Mails (ports.mail) on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def claim(self, cause: UUID, template: str, lease_s: int) -> bool:
        statement = (
            insert(mails)
            .values(cause=cause, template=template, claimed_until=from_now(lease_s))
            .on_conflict_do_update(
                index_elements=["cause", "template"],
                set_={"claimed_until": from_now(lease_s)},
                where=mails.c.sent_at.is_(None) & (mails.c.claimed_until < func.now()),
            )
            .returning(mails.c.cause)
        )
        if self._connection.execute(statement).one_or_none() is not None:
            return True
        sent = select(mails.c.sent_at).where(mails.c.cause == cause, mails.c.template == template)
        if self._connection.execute(sent).scalar_one() is None:
            raise Unavailable("Somebody else sends this mail.", code="mail_claimed")
        return False

    def sent(self, cause: UUID, template: str) -> None:
        this = (mails.c.cause == cause, mails.c.template == template)
        self._connection.execute(update(mails).where(*this).values(sent_at=func.now()))

    def add_link(
        self, link_id: UUID, purpose: Purpose, secret_hash: str, *, email: str, user_id: UUID | None, lifetime_s: int
    ) -> None:
        self._connection.execute(
            insert(mail_links).values(
                id=link_id,
                purpose=purpose.value,
                secret_hash=secret_hash,
                email=email,
                user_id=user_id,
                expires_at=from_now(lifetime_s),
            )
        )

    def use_link(self, purpose: Purpose, secret_hash: str) -> Link | None:
        statement = delete(mail_links).where(*_good(purpose, secret_hash))
        row = self._connection.execute(statement.returning(mail_links.c.email, mail_links.c.user_id)).one_or_none()
        return Link(row.email, row.user_id) if row else None

    def find_link(self, purpose: Purpose, secret_hash: str) -> Link | None:
        statement = select(mail_links.c.email, mail_links.c.user_id).where(*_good(purpose, secret_hash))
        row = self._connection.execute(statement).one_or_none()
        return Link(row.email, row.user_id) if row else None

    def forget_links(self, user_id: UUID) -> None:
        self._connection.execute(delete(mail_links).where(mail_links.c.user_id == user_id))

    def forget_sign_ups(self, email: str) -> None:
        to_sign_up = (mail_links.c.email == email, mail_links.c.purpose == Purpose.SIGN_UP.value)
        self._connection.execute(delete(mail_links).where(*to_sign_up))

    def prune_links(self, limit: int) -> int:
        old = select(mail_links.c.id).where(mail_links.c.expires_at < func.now()).order_by(mail_links.c.expires_at)
        ids = self._connection.execute(old.limit(limit)).scalars().all()
        return self._connection.execute(delete(mail_links).where(mail_links.c.id.in_(ids))).rowcount if ids else 0

    def prune(self, older_than_s: int, limit: int) -> int:
        old = select(mails.c.cause, mails.c.template).where(mails.c.claimed_until < ago(older_than_s)).limit(limit)
        subquery = old.subquery()
        these = (mails.c.cause == subquery.c.cause) & (mails.c.template == subquery.c.template)
        return self._connection.execute(delete(mails).where(these)).rowcount


def _good(purpose: Purpose, secret_hash: str) -> tuple[ColumnElement[bool], ...]:
    return (
        mail_links.c.secret_hash == secret_hash,
        mail_links.c.purpose == purpose.value,
        mail_links.c.expires_at > func.now(),
    )
