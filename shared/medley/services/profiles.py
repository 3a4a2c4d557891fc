"""Profiles: what people say of themselves and how they like it."""

from dataclasses import dataclass, replace

from medley.domain.accounts import Language, Theme, User
from medley.ports.database import UnitOfWork
from medley.ports.identity import Claims
from medley.services.accounts import require_live


@dataclass(frozen=True)
class ProfileChange:
    """What is to be another from now on; None stays as it is."""

    name: str | None = None
    language: Language | None = None
    theme: Theme | None = None
    mail_on_end: bool | None = None


def change(uow: UnitOfWork, claims: Claims, wanted: ProfileChange) -> User:
    """Change a profile; returns it as it is now.

    Raises:
        NotSignedIn: code `session_ended`.
    """
    user = require_live(uow, claims)
    changes = {name: value for name, value in vars(wanted).items() if value is not None}
    changed = replace(user, **changes)
    uow.accounts.change_profile(changed)
    return changed
