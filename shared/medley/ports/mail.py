"""Mail: sending it, the links in it, and which was sent."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from medley.domain.mail import Mail


class Mailer(Protocol):
    def send(self, mail: Mail) -> None:
        """Hand one mail over to be delivered.

        Raises:
            MailUnavailable: it was not taken at the moment: too many at once, or the service does not answer.
            Rejected: code `mail_refused`; this one never will be.
        """
        ...


class Purpose(StrEnum):
    """What a link is for; one for another purpose is none."""

    SIGN_UP = "sign_up"
    RESET = "reset"
    CHANGE_EMAIL = "change_email"


@dataclass(frozen=True)
class Link:
    """A link that was good: whom it was sent to, and for whose account, if there was one."""

    email: str
    user_id: UUID | None


class Mails(Protocol):
    """Links are kept by the SHA-256 of their secret."""

    def claim(self, cause: UUID, template: str, lease_s: int) -> bool:
        """Take a mail to send it, for so long.

        False if it was sent.

        Raises:
            Unavailable: code `mail_claimed`; somebody else is at it.
        """
        ...

    def sent(self, cause: UUID, template: str) -> None:
        """Note that a mail went out: it never does again."""
        ...

    def add_link(
        self, link_id: UUID, purpose: Purpose, secret_hash: str, *, email: str, user_id: UUID | None, lifetime_s: int
    ) -> None: ...

    def use_link(self, purpose: Purpose, secret_hash: str) -> Link | None:
        """Take a link that is for this purpose and still good; it is gone. None if there is none."""
        ...

    def find_link(self, purpose: Purpose, secret_hash: str) -> Link | None:
        """The same, but leave it there."""
        ...

    def forget_links(self, user_id: UUID) -> None:
        """No link that was sent for this user's account works any more."""
        ...

    def forget_sign_ups(self, email: str) -> None:
        """No link that was sent to this address to sign up works any more."""
        ...

    def prune_links(self, limit: int) -> int:
        """Forget up to `limit` links whose time is over; returns how many."""
        ...

    def prune(self, older_than_s: int, limit: int) -> int:
        """Forget up to `limit` mails sent so long ago; returns how many."""
        ...
