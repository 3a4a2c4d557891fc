"""Password and address of an account, and changing them. Every function works in the caller's open transaction; the
caller commits. Passwords are compared and hashed between two transactions, so each takes what was compared along.
"""

from dataclasses import dataclass
from uuid import UUID

from medley.contracts.mail import SendMail, Template
from medley.domain.accounts import User
from medley.domain.audit import Action, Event
from medley.errors import InvalidInput, NotSignedIn
from medley.limits import (
    ADDRESSES_PER_USER,
    SIGN_IN_FAILURES,
    SIGN_IN_WINDOW_S,
    SIGN_UP_WINDOW_S,
    WRONG_PASSWORDS_PER_HOUR,
)
from medley.ports.database import UnitOfWork
from medley.ports.identity import Claims, Secret
from medley.ports.mail import Link, Purpose
from medley.services import mail, sessions
from medley.services.accounts import Device, Identity, SignedIn, count_attempts, open_session, require_live
from medley.services.after_commit import AfterCommit
from medley.services.sign_up import address_of, forgive, invalid_link


@dataclass(frozen=True)
class Challenge:
    """A signed-in person who is to give their password again; `subject` is what the attempt was counted against."""

    claims: Claims
    user: User
    subject: str


def challenge(uow: UnitOfWork, claims: Claims) -> Challenge:
    """Count an attempt of somebody signed in to give their password again, before it is looked at.

    Raises:
        NotSignedIn: code `session_ended`.
        TooManyRequests: code `too_many_attempts`, with `retry_after_s`; the transaction is not to be committed.
    """
    user = require_live(uow, claims)
    subject = f"password:{user.id} session:{claims.session_id}"
    count_attempts(uow, {subject: SIGN_IN_FAILURES}, SIGN_IN_WINDOW_S)
    return Challenge(claims, user, subject)


def passed(uow: UnitOfWork, met: Challenge) -> User:
    """The user, locked, whose password was found right: it is still the stored one, and their session still lives.

    Raises:
        NotSignedIn: code `session_ended`.
        InvalidInput: code `wrong_password`; it was changed meanwhile.
    """
    user = uow.accounts.user(met.user.id, lock=True)
    if user is None or uow.accounts.live_user(met.claims.user_id, met.claims.session_id) is None:
        raise NotSignedIn("Sign in again.", code="session_ended")
    if user.password_hash != met.user.password_hash:
        raise wrong_password()
    uow.accounts.forgive_attempt([met.subject])
    uow.accounts.authenticate(met.claims.session_id)
    return user


def failed(uow: UnitOfWork, met: Challenge, network: str) -> None:
    """Write down that the password was wrong, so often an hour at most."""
    user_id = met.user.id
    uow.audit.add_some(Event(Action.WRONG_PASSWORD, user_id, user_id, network), WRONG_PASSWORDS_PER_HOUR)


def wrong_password() -> InvalidInput:
    return InvalidInput("The password is wrong.", code="wrong_password")


def change_password(uow: UnitOfWork, met: Challenge, *, new_hash: str, cause: UUID, network: str) -> AfterCommit:
    """Give the person another password. All their other sessions end, and a mail says so.

    Raises:
        NotSignedIn, InvalidInput: as `passed`.
    """
    user = passed(uow, met)
    effects = _replace_password(uow, user, new_hash, keep=met.claims.session_id, cause=cause)
    uow.audit.add(Event(Action.PASSWORD_CHANGED, user.id, user.id, network))
    return effects


def reset_password(
    uow: UnitOfWork, identity: Identity, *, secret: Secret, new_hash: str, cause: UUID, device: Device
) -> SignedIn:
    """Give whoever has the link of a mail another password, and sign them in; all else that is signed in, ends.

    Raises:
        InvalidInput: code `invalid_link`; also if the account has another address by now.
    """
    link, user = _use_link(uow, Purpose.RESET, secret)
    if user.email != link.email:
        raise invalid_link()
    forgive(uow, device.network)
    ended = _replace_password(uow, user, new_hash, keep=None, cause=cause)
    uow.accounts.set_email(user.id, user.email)  # it is theirs: they read its mail
    uow.audit.add(Event(Action.PASSWORD_RESET, user.id, user.id, device.network))
    signed_in = open_session(uow, identity, user, device)
    return SignedIn(user, signed_in.session_id, signed_in.refresh, signed_in.device, ended)


def ask_to_change_email(uow: UnitOfWork, met: Challenge, *, email: str, cause: UUID, network: str) -> AfterCommit:
    """Promise a mail to an address that is to become this account's. The same one shows that it is theirs. Of very
    many to one address, from whomever, the last are not sent.

    Raises:
        NotSignedIn, InvalidInput: as `passed`.
        TooManyRequests: code `too_many_attempts`, with `retry_after_s`; the transaction is not to be committed.
    """
    user = passed(uow, met)
    count_attempts(uow, {f"mail user:{user.id}": ADDRESSES_PER_USER}, SIGN_UP_WINDOW_S)
    uow.audit.add(Event(Action.EMAIL_CHANGE_ASKED, user.id, user.id, network))
    if not mail.may_send(uow, Template.CHANGE_EMAIL, email):
        return AfterCommit()
    mail.ask_for(uow, SendMail(template=Template.CHANGE_EMAIL, cause=cause, user_id=user.id, email=email))
    return AfterCommit(sends=True)


def change_email(uow: UnitOfWork, *, secret: Secret | None, cause: UUID, network: str) -> AfterCommit:
    """Give an account the address whose mail had the link. A mail to the one before says so.

    Raises:
        InvalidInput: code `invalid_link`; also if somebody else has the address by now.
    """
    link, user = _use_link(uow, Purpose.CHANGE_EMAIL, secret)
    if not uow.accounts.set_email(user.id, link.email):
        raise invalid_link()
    forgive(uow, network)
    uow.mails.forget_links(user.id)
    if user.email == link.email:
        return AfterCommit()
    uow.audit.add(Event(Action.EMAIL_CHANGED, user.id, user.id, network))
    told = SendMail(
        template=Template.EMAIL_CHANGED,
        cause=cause,
        user_id=user.id,
        email=user.email,
        language=user.language.value,
        name=user.name,
    )
    mail.ask_for(uow, told)
    return AfterCommit(sends=True)


def _use_link(uow: UnitOfWork, purpose: Purpose, secret: Secret | None) -> tuple[Link, User]:
    """Take a link, and lock the user whose it is, first: two links of one person do not wait for each other.

    Raises:
        InvalidInput: code `invalid_link`.
    """
    link = address_of(uow, purpose, secret)
    user = uow.accounts.user(link.user_id, lock=True) if link.user_id else None
    if secret is None or user is None or user.disabled_at is not None:
        raise invalid_link()
    if uow.mails.use_link(purpose, secret.digest) is None:
        raise invalid_link()
    return link, user


def _replace_password(uow: UnitOfWork, user: User, new_hash: str, *, keep: UUID | None, cause: UUID) -> AfterCommit:
    """Store it, end all sessions but `keep`, forget links that were sent, and promise a mail."""
    uow.accounts.replace_password_hash(user.id, user.password_hash, new_hash)
    others = [session.id for session in sessions.live(uow, user.id) if session.id != keep]
    ended = sessions.end(uow, user.id, others)
    uow.devices.distrust(others)
    uow.mails.forget_links(user.id)
    mail.ask_for(uow, SendMail(template=Template.PASSWORD_CHANGED, cause=cause, user_id=user.id))
    return AfterCommit(closes=ended.closes, sends=True)
