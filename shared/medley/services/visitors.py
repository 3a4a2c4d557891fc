"""Visitors: accounts of our own that try the service out and leave nothing behind. Nobody signs in to one."""

from uuid import UUID

from medley.domain.accounts import Language
from medley.errors import Conflict
from medley.ports.database import UnitOfWork
from medley.services import accounts, erasure, wallet
from medley.services.accounts import Device, Identity

DEVICE = Device(address="", network="", user_agent="Medley")


def welcome(uow: UnitOfWork, identity: Identity, *, email: str, name: str, password_hash: str, bonus: int) -> str:
    """Make the account of a visitor anew, with a `bonus` of credits; returns an access token. One that is there
    is dismissed first.

    Raises:
        Conflict: code `visitor_there`; another made it in the same moment.
    """
    dismiss(uow, email)
    user = uow.accounts.add_user(identity.ids.new(), email, name, password_hash, Language.ENGLISH)
    if user is None:
        raise Conflict("This visitor is here already.", code="visitor_there")
    wallet.grant_bonus(uow, user.id, bonus)
    return identity.tokens.access(accounts.open_session(uow, identity, user, DEVICE).claims)


def dismiss(uow: UnitOfWork, email: str) -> UUID | None:
    """Delete the account of a visitor; sweep deletes what it had. Returns its id, None if there was none.

    What still runs for it is cancelled; its workers find out by themselves.
    """
    user = uow.accounts.user_by_email(email)
    if user is None:
        return None
    erasure.erase(uow, user.id)
    return user.id
