"""Repositories of users, their sessions and their open sockets."""

from collections.abc import Mapping, Sequence
from typing import Protocol
from uuid import UUID

from medley.domain.accounts import Attempts, Session, User


class Accounts(Protocol):
    # users
    def add_user(self, user_id: UUID, email: str, name: str, password_hash: str) -> User | None:
        """Add a user; None if the address has an account (also one being made at this moment elsewhere)."""
        ...

    def user(self, user_id: UUID, *, lock: bool = False) -> User | None:
        """The user; with `lock` nobody changes them until the transaction ends."""
        ...

    def user_by_email(self, email: str) -> User | None:
        """The user of a normalised address."""
        ...

    def replace_password_hash(self, user_id: UUID, old: str, new: str) -> bool:
        """Store a hash made with today's parameters, if `old` is still the stored one."""
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

    def rotate_session(self, session_id: UUID, old_hash: str, new_hash: str, *, lifetime_s: int) -> bool:
        """Make `new_hash` the current refresh token in place of `old_hash`, and extend the session."""
        ...

    def revoke_session(self, session_id: UUID) -> bool:
        """End the session; False if it had ended."""
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
    def add(self, connection_id: str, user_id: UUID, session_id: UUID) -> None:
        """Note an open connection; the same one twice is fine. All but the newest SOCKETS_PER_USER are forgotten.

        Those stay open, but hear nothing: closed, their tabs would come back and drive out others.
        """
        ...

    def remove(self, connection_id: str) -> None:
        """Forget a connection; one that is unknown is fine."""
        ...

    def of_user(self, user_id: UUID) -> Sequence[str]:
        """The newest SOCKETS_PER_USER connections of a user's live sessions."""
        ...

    def remove_dead(self, older_than_s: int, limit: int) -> int:
        """Forget up to `limit` connections opened longer ago (API Gateway cuts at two hours); returns how many.

        Those of sessions that ended hear nothing till then.
        """
        ...
