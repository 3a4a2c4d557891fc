"""Deleting an account: the person goes, the books stay.

At once: the name, the address, sessions, devices, sockets, projects. Within hours, by sweep: every object in the bucket
and what else they wrote (docs/decisions/deleting-an-account.md).
"""

from collections.abc import Sequence
from contextlib import suppress
from uuid import UUID

from medley.contracts.mail import SendMail, Template
from medley.domain.audit import Action, Event
from medley.errors import Conflict
from medley.ports.database import UnitOfWork
from medley.services import credentials, generations, mail
from medley.services.after_commit import AfterCommit
from medley.services.credentials import Challenge


def delete_account(uow: UnitOfWork, met: Challenge, *, cause: UUID, network: str) -> Sequence[AfterCommit]:
    """Delete the account of somebody who gave their password again; what runs for them is cancelled first.

    Raises:
        NotSignedIn, InvalidInput: as `credentials.passed`.
    """
    user = credentials.passed(uow, met)
    told = SendMail(
        template=Template.ACCOUNT_DELETED,
        cause=cause,
        email=user.email,
        language=user.language.value,
        name=user.name,
    )
    mail.ask_for(uow, told)
    uow.audit.add(Event(Action.ACCOUNT_DELETED, user.id, user.id, network))
    return erase(uow, user.id)


def erase(uow: UnitOfWork, user_id: UUID) -> Sequence[AfterCommit]:
    """Cancel what runs for a user, then delete what makes it an account."""
    follows: list[AfterCommit] = []
    for running in uow.erasure.running(user_id):
        with suppress(Conflict):  # it has ended meanwhile
            follows.append(generations.cancel(uow, user_id, running)[1])
    connections = uow.erasure.erase(user_id)
    return [*follows, AfterCommit(sends=True, closes=tuple(connections))]
