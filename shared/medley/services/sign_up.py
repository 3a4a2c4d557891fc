"""Signing up: an address first, then, from the link in the mail, a name and a password.

Nobody learns from it who has an account, and nobody makes one with an address that is not theirs; why it is so:
docs/decisions/signing-up.md. Every function works in the caller's open transaction; the caller commits.
"""

from uuid import UUID

from medley.contracts.mail import SendMail, Template
from medley.domain.accounts import Language
from medley.domain.audit import Action, Event
from medley.errors import InvalidInput
from medley.limits import (
    LINK_TRIES,
    MAILS_PER_NETWORK,
    SIGN_IN_WINDOW_S,
    SIGN_UP_WINDOW_S,
)
from medley.ports.database import UnitOfWork
from medley.ports.identity import Secret
from medley.ports.mail import Link, Purpose
from medley.services import mail, wallet
from medley.services.accounts import Device, Identity, SignedIn, count_attempts, open_session


def ask_for_link(
    uow: UnitOfWork, template: Template, cause: UUID, *, email: str, language: Language | None, device: Device
) -> None:
    """Promise a mail with a link to an address, whoever has it. Of very many of one kind to one address the last are
    not sent: each before still has a link that works.

    Raises:
        TooManyRequests: code `too_many_attempts`, with `retry_after_s`; the transaction is not to be committed.
    """
    count_attempts(uow, {f"mail ip:{device.network}": MAILS_PER_NETWORK}, SIGN_UP_WINDOW_S)
    if mail.may_send(uow, template, email):
        chosen = language.value if language else None
        mail.ask_for(uow, SendMail(template=template, cause=cause, email=email, language=chosen))


def admit(uow: UnitOfWork, *, device: Device) -> None:
    """Count an attempt to use a link, before a password is hashed for it. Of one that is good it is forgiven.

    Raises:
        TooManyRequests: code `too_many_attempts`, with `retry_after_s`; the transaction is not to be committed.
    """
    count_attempts(uow, {_link_tries(device.network): LINK_TRIES}, SIGN_IN_WINDOW_S)


def forgive(uow: UnitOfWork, network: str) -> None:
    """Take back the attempt of a link that was good: many people may sit in one network."""
    uow.accounts.forgive_attempt([_link_tries(network)])


def _link_tries(network: str) -> str:
    return f"link ip:{network}"


def address_of(uow: UnitOfWork, purpose: Purpose, secret: Secret | None) -> Link:
    """Where the link of this secret was sent, if it is still good.

    Raises:
        InvalidInput: code `invalid_link`.
    """
    link = uow.mails.find_link(purpose, secret.digest) if secret else None
    if link is None:
        raise invalid_link()
    return link


def complete(
    uow: UnitOfWork,
    identity: Identity,
    *,
    secret: Secret,
    name: str,
    password_hash: str,
    language: Language,
    bonus: int,
    device: Device,
) -> SignedIn:
    """Make the account of the address a link was sent to, with its first session and its bonus credits.

    Raises:
        InvalidInput: code `invalid_link`; also if the address has an account by now.
    """
    link = address_of(uow, Purpose.SIGN_UP, secret)
    uow.accounts.lock_address(link.email)  # before its links: of two at once the later finds its own gone
    if uow.mails.use_link(Purpose.SIGN_UP, secret.digest) is None:
        raise invalid_link()
    user = uow.accounts.add_user(identity.ids.new(), link.email, name, password_hash, language)
    if user is None:
        raise invalid_link()
    forgive(uow, device.network)
    uow.mails.forget_sign_ups(link.email)
    wallet.grant_bonus(uow, user.id, bonus)
    uow.audit.add(Event(Action.SIGNED_UP, user.id, user.id, device.network))
    return open_session(uow, identity, user, device)


def invalid_link() -> InvalidInput:
    """One answer for a link that was used, has expired, was for something else, or never was one."""
    return InvalidInput("This link does not work, or not any more. Ask for a new one.", code="invalid_link")
