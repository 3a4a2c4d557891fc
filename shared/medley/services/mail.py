"""Mail: asking for it within a transaction, and making it when it is sent.

Whether an address has an account is looked up here, where nobody waits for an answer: those who ask for a mail are told
the same, in the same time, whatever there is.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote
from uuid import UUID

from medley.contracts.mail import SendMail, Template
from medley.domain.accounts import Language, User
from medley.domain.mail import Mail, Recipient, compose
from medley.errors import Broken
from medley.limits import MAIL_LINK_S, MAILS_PER_ADDRESS
from medley.ports.cloud import Message
from medley.ports.database import UnitOfWork, UnitOfWorkFactory
from medley.ports.identity import Ids, Secrets
from medley.ports.mail import Mailer, Purpose

QUEUE: Final = "mail"
LEASE_S: Final = 60  # seconds a sender has a mail: longer than it lives
_PATHS: Final[Mapping[Purpose, str]] = {  # of the page a link opens
    Purpose.SIGN_UP: "/sign-up/complete",
    Purpose.RESET: "/reset-password/complete",
    Purpose.CHANGE_EMAIL: "/confirm-email",
}


def ask_for(uow: UnitOfWork, mail: SendMail) -> None:
    """Promise a mail: it is sent if, and only if, the transaction commits."""
    group = str(mail.user_id or mail.cause)
    uow.outbox.add([Message(QUEUE, group, mail.model_dump_json())])


def may_send(uow: UnitOfWork, template: Template, email: str) -> bool:
    """Count a mail that somebody asks for, to an address that may not be theirs; False after very many. Each kind
    counts by itself, so that whoever has others sent keeps nobody from resetting their password."""
    subject = f"mail {template.value}:{email}"
    return uow.accounts.count_attempts([subject], MAIL_LINK_S)[subject].count <= MAILS_PER_ADDRESS


@dataclass(frozen=True)
class Post:
    """What sends mails. `site_url`: where the pages are that links open, without a slash at the end."""

    unit_of_work: UnitOfWorkFactory
    mailer: Mailer
    ids: Ids
    secrets: Secrets
    site_url: str

    def send(self, wanted: SendMail) -> bool:
        """Send a mail unless it was sent, or there is nobody to send it to; returns whether it was.

        Raises:
            Unavailable: to be tried again: somebody else is at it, or it was not taken.
            Rejected: code `mail_refused`; it never will be taken.
        """
        with self.unit_of_work() as uow:
            if not uow.mails.claim(wanted.cause, wanted.template, LEASE_S):
                return False
            mail = _MAKERS[wanted.template](self, uow, wanted)
            uow.commit()
        if mail is not None:
            self.mailer.send(mail)
        with self.unit_of_work() as uow:
            uow.mails.sent(wanted.cause, wanted.template)
            uow.commit()
        return mail is not None

    def link(self, uow: UnitOfWork, purpose: Purpose, email: str, user_id: UUID | None) -> str:
        """The address of a page with a new secret, behind the `#`: browsers send that to no server."""
        secret = self.secrets.new()
        uow.mails.add_link(self.ids.new(), purpose, secret.digest, email=email, user_id=user_id, lifetime_s=MAIL_LINK_S)
        return f"{self.site_url}{_PATHS[purpose]}#token={quote(secret.text)}"

    def have_account(self, user: User) -> Mail:
        """What the owner of an address hears when somebody else gives it."""
        return compose("have_account", _of(user), {"site": self.site_url})


def _of(user: User) -> Recipient:
    return Recipient(user.email, user.language, user.name)


def _address(wanted: SendMail) -> str:
    """Where a mail goes that names an address. Raises: Broken, if it names none."""
    if wanted.email is None:
        raise Broken(f"A mail {wanted.template} names no address.", code="no_address")
    return wanted.email


def _sign_up(post: Post, uow: UnitOfWork, wanted: SendMail) -> Mail | None:
    email = _address(wanted)
    user = uow.accounts.user_by_email(email)
    if user is not None:
        return post.have_account(user) if user.disabled_at is None else None
    link = post.link(uow, Purpose.SIGN_UP, email, None)
    return compose("sign_up", Recipient(email, Language(wanted.language or "en")), {}, link)


def _reset(post: Post, uow: UnitOfWork, wanted: SendMail) -> Mail | None:
    user = uow.accounts.user_by_email(_address(wanted))
    if user is None or user.disabled_at is not None:
        return None
    return compose("reset", _of(user), {}, post.link(uow, Purpose.RESET, user.email, user.id))


def _change_email(post: Post, uow: UnitOfWork, wanted: SendMail) -> Mail | None:
    user = uow.accounts.user(wanted.user_id) if wanted.user_id else None
    if user is None or user.disabled_at is not None:
        return None
    email = _address(wanted)
    owner = uow.accounts.user_by_email(email)
    if owner is not None and owner.id != user.id:
        return post.have_account(owner) if owner.disabled_at is None else None
    link = post.link(uow, Purpose.CHANGE_EMAIL, email, user.id)
    return compose("change_email", Recipient(email, user.language), {"email": email}, link)  # no word of the sender's


def _notice(post: Post, uow: UnitOfWork, wanted: SendMail) -> Mail | None:
    """Of something that happened to an account: to the address it had, or has."""
    if wanted.email is not None:
        to = Recipient(wanted.email, Language(wanted.language or "en"), wanted.name)
    else:
        user = uow.accounts.user(wanted.user_id) if wanted.user_id else None
        if user is None or user.deleted_at is not None:
            return None
        to = _of(user)
    return compose(wanted.template.value, to, {"site": post.site_url})


def _export_ready(post: Post, uow: UnitOfWork, wanted: SendMail) -> Mail | None:
    user = uow.accounts.user(wanted.user_id) if wanted.user_id else None
    if user is None or user.disabled_at is not None:
        return None
    return compose("export_ready", _of(user), {}, f"{post.site_url}/account")


def _generation_ended(post: Post, uow: UnitOfWork, wanted: SendMail) -> Mail | None:
    if wanted.user_id is None or wanted.generation_id is None:
        return None
    user = uow.accounts.user(wanted.user_id)
    generation = uow.generations.get(wanted.user_id, wanted.generation_id)
    if user is None or user.disabled_at is not None or generation is None:
        return None
    project = uow.library.project(user.id, generation.project_id)
    values = {
        "project": project.name if project else "-",
        "made": str(generation.outputs_made),
        "total": str(generation.outputs_total),
    }
    return compose("generation_ended", _of(user), values, f"{post.site_url}/generations/{generation.id}")


_MAKERS: Final[Mapping[Template, Callable[[Post, UnitOfWork, SendMail], Mail | None]]] = {
    Template.SIGN_UP: _sign_up,
    Template.RESET: _reset,
    Template.CHANGE_EMAIL: _change_email,
    Template.PASSWORD_CHANGED: _notice,
    Template.EMAIL_CHANGED: _notice,
    Template.ACCOUNT_DELETED: _notice,
    Template.EXPORT_READY: _export_ready,
    Template.GENERATION_ENDED: _generation_ended,
}
