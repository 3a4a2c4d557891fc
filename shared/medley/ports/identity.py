"""Time, ids, passwords, secrets and tokens, as Protocols; `medley.runtime` keeps them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID


class Clock(Protocol):
    def now(self) -> datetime:
        """The time, aware, UTC. For tokens and URLs; rows take the database's own clock."""
        ...


class Ids(Protocol):
    def new(self) -> UUID:
        """A new id, version 7: it sorts by time of making."""
        ...


class Hasher(Protocol):
    """Passwords: argon2id."""

    def hash(self, password: str) -> str: ...

    def verify(self, password: str, hashed: str | None) -> bool:
        """True if it matches. `None` costs the same time and is False, so that an unknown address looks alike."""
        ...

    def outdated(self, hashed: str) -> bool:
        """True if the hash was made with older parameters and should be made anew."""
        ...


@dataclass(frozen=True)
class Claims:
    """What a valid token says."""

    user_id: UUID
    session_id: UUID


@dataclass(frozen=True)
class Secret:
    """256 random bits: `text` goes to whoever is to show it again, the database keeps `digest`, its hex SHA-256."""

    text: str = field(repr=False)
    digest: str = field(repr=False)


class Secrets(Protocol):
    """Of links in mails, and of the cookie by which a device is known."""

    def new(self) -> Secret: ...

    def read(self, text: str) -> Secret | None:
        """What somebody shows; None if it is not even shaped like one."""
        ...


@dataclass(frozen=True)
class Ticket:
    """What a valid socket ticket says. `digest` names it, so that it is used once; `origin` is that of the page it was
    given to: None in one of a release that did not ask, empty if no page asked."""

    claims: Claims
    digest: str
    origin: str | None


class Tokens(Protocol):
    """Signed, short-lived statements (EdDSA): access tokens and socket tickets, never one for the other.

    And refresh tokens: opaque, 256 bits of secret after the id of the session they belong to.
    """

    def access(self, claims: Claims) -> str: ...

    def ticket(self, claims: Claims, origin: str) -> str:
        """One that opens a socket for a page of this origin; no two are alike."""
        ...

    def read_access(self, token: str) -> Claims:
        """Raises: NotSignedIn."""
        ...

    def read_ticket(self, token: str) -> Ticket:
        """Raises: NotSignedIn."""
        ...

    def refresh(self, session_id: UUID) -> "RefreshToken":
        """A session's first refresh token."""
        ...

    def children(self, token: "RefreshToken") -> "Sequence[RefreshToken]":
        """The token that replaces this one, always the same, so that a lost answer can be given again; then those
        that would, were a key still in use that is being replaced. At least one."""
        ...

    def read_refresh(self, text: str) -> "RefreshToken":
        """Raises: NotSignedIn, if it is not even shaped like one."""
        ...


@dataclass(frozen=True)
class RefreshToken:
    """`text` goes to the browser; the database keeps `digest`, the hex SHA-256 of its secret.

    `issued`: it is known to be made by us. Where it is not, it may still be: by an earlier release, or with a key that
    was taken away.
    """

    session_id: UUID
    text: str = field(repr=False)
    digest: str = field(repr=False)
    issued: bool
