"""Repositories of users, their sessions, their devices and their open sockets."""

from collections.abc import Mapping, Sequence
from typing import Protocol
from uuid import UUID

from medley.domain.accounts import Attempts, Language, Role, Session, User
from medley.domain.devices import SessionOnDevice


class Accounts(Protocol):
    # users
    def add_user(
        self, user_id: UUID, email: str, name: str, password_hash: str, language: Language = Language.ENGLISH
    ) -> User | None:
        """Add a user who has shown that the address is theirs; None if the address has an account (also one being made
        at this moment elsewhere)."""
        ...

    def user(self, user_id: UUID, *, lock: bool = False) -> User | None:
        """The user; with `lock` nobody changes them until the transaction ends."""
        ...

    def user_by_email(self, email: str) -> User | None:
        """The user of a normalised address."""
        ...

    def replace_password_hash(self, user_id: UUID, old: str, new: str) -> bool:
        """Store the hash of a new password, or one made with today's parameters, if `old` is still the stored one."""
        ...

    def change_profile(self, user: User) -> None:
        """Store a user's name, language, theme and which mails they want."""
        ...

    def wants_mail_on_end(self, user_id: UUID) -> bool:
        """True if the user wants a mail when a generation ends."""
        ...

    def lock_address(self, email: str) -> None:
        """Whoever gives somebody this address waits until this transaction ends."""
        ...

    def set_email(self, user_id: UUID, email: str) -> bool:
        """Give a user an address they have shown to be theirs; False if somebody else has it."""
        ...

    def role(self, user_id: UUID) -> Role:
        """What a user may."""
        ...

    def set_role(self, user_id: UUID, old: Role, new: Role) -> bool:
        """Change a user's role; False if it was another than `old`."""
        ...

    def set_disabled(self, user_id: UUID, *, disabled: bool) -> bool:
        """Shut a user out, or let them in again; False if it was so before."""
        ...

    # sessions
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
    ) -> None: ...

    def knows_network(self, email: str, network: str) -> bool:
        """True if the account of a normalised address was signed in to from there, as far back as sessions are kept.
        It takes as long whether there is such an account or not."""
        ...

    def session(self, session_id: UUID) -> Session | None:
        """The session, its row locked until the transaction ends."""
        ...

    def live_user(self, user_id: UUID, session_id: UUID) -> User | None:
        """The user, if this session of theirs is neither revoked nor expired and they are not disabled."""
        ...

    def counted_live_user(
        self, user_id: UUID, session_id: UUID, subject: str, window_s: int
    ) -> tuple[User | None, Attempts]:
        """The same, and in the same statement one attempt counted against a subject, as `count_attempts` does."""
        ...

    def rotate_session(self, session_id: UUID, old_hash: str, new_hash: str, *, lifetime_s: int) -> bool:
        """Make `new_hash` the current refresh token in place of `old_hash`, and extend the session."""
        ...

    def authenticated(self, session_id: UUID, within_s: int) -> bool:
        """True if the password was given in this session so lately."""
        ...

    def authenticate(self, session_id: UUID) -> None:
        """Note that the password was given in this session now."""
        ...

    # sign-in attempts
    def count_attempts(self, subjects: Sequence[str], window_s: int) -> Mapping[str, Attempts]:
        """Count one attempt against each subject, in windows of `window_s` seconds, and say where each stands."""
        ...

    def forgive_attempt(self, subjects: Sequence[str]) -> None:
        """Take one attempt back from each subject: it was no failure."""
        ...

    def prune_sessions(self, ended_s: int, limit: int) -> int:
        """Forget up to `limit` sessions that expired or were revoked so long ago; returns how many."""
        ...

    def prune(self, window_s: int, limit: int) -> int:
        """Forget attempts whose window is over, of `limit` subjects at most; returns of how many."""
        ...


class Sockets(Protocol):
    def add(self, connection_id: str, user_id: UUID, session_id: UUID) -> Sequence[str]:
        """Note an open connection; the same one twice is fine. All but the newest SOCKETS_PER_USER are forgotten:
        returns those, to be closed."""
        ...

    def use_ticket(self, digest: str, connection_id: str) -> bool:
        """Open a connection with a ticket; False if another one was opened with it."""
        ...

    def prune_tickets(self, used_s: int, limit: int) -> int:
        """Forget up to `limit` tickets used so long ago; returns how many."""
        ...

    def forget_sessions(self, session_ids: Sequence[UUID]) -> Sequence[str]:
        """Forget the connections of these sessions; returns them, to be closed."""
        ...

    def remove(self, connection_id: str) -> None:
        """Forget a connection; one that is unknown is fine."""
        ...

    def of_user(self, user_id: UUID) -> Sequence[str]:
        """The newest SOCKETS_PER_USER connections of a user's live sessions."""
        ...

    def remove_dead(self, older_than_s: int, limit: int) -> int:
        """Forget up to `limit` connections opened longer ago (API Gateway cuts at two hours); returns how many.

        Those of sessions that ended by themselves hear nothing till then.
        """
        ...


class Devices(Protocol):
    """Where users are signed in. What is found by a cookie is found by its SHA-256."""

    def trusted(self, email: str, cookie_hash: str) -> UUID | None:
        """The device of the account of a normalised address that has this cookie, if the account was signed in to on
        it and its owner has not ended that from elsewhere."""
        ...

    def issued(self, cookie_hash: str) -> bool:
        """True if a device of anybody has this cookie: it is one of ours."""
        ...

    def seen(self, device_id: UUID, user_id: UUID, cookie_hash: str) -> UUID:
        """Somebody signed in on a device: it is trusted from here on. Returns its id: `device_id` if it is new."""
        ...

    def sessions(self, user_id: UUID) -> Sequence[SessionOnDevice]:
        """All live sessions, the last seen first."""
        ...

    def sessions_beyond(self, user_id: UUID, device_id: UUID, keep: UUID, newest: int) -> Sequence[UUID]:
        """The live sessions, but for `keep`, that are on this device too or not among the user's `newest`."""
        ...

    def end(self, user_id: UUID, session_ids: Sequence[UUID]) -> Sequence[UUID]:
        """End those of these sessions that are the user's and live; returns which were."""
        ...

    def distrust(self, session_ids: Sequence[UUID]) -> None:
        """Their devices are not trusted any more."""
        ...

    def prune(self, unseen_s: int, limit: int) -> int:
        """Forget up to `limit` devices not seen for so long, of which no session is kept; returns how many."""
        ...
