"""Repository of wallets, holds and entries. Each change is one statement that moves wallet and entries together."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from medley.domain.credits import Entry, EntryKind, Hold, Resolution, Wallet


class Ledger(Protocol):
    def grant(self, op_key: str, user_id: UUID, amount: int, *, kind: EntryKind, reason: str) -> bool:
        """Add credits, opening the wallet if need be. False, and nothing moved, if `op_key` was used before.

        Raises:
            Conflict: another transaction used the key at this very moment; the same call later is False.
        """
        ...

    def reserve(self, hold_id: UUID, user_id: UUID, amount: int, *, lifetime_s: int) -> Wallet | None:
        """available -> reserved. The wallet after it, or None if less than `amount` is available.
        The hold's time is up in `lifetime_s` seconds.

        From here to the end of the transaction the user's wallet is locked: their orders queue up.

        Raises:
            Conflict: code `hold_exists`.
        """
        ...

    def resolve(self, hold_id: UUID, resolution: Resolution) -> Wallet | None:
        """End a held hold. The wallet after it, or None if it was resolved before (I4): the first one won."""
        ...

    def wallet(self, user_id: UUID) -> Wallet:
        """The balance now; a user without entries has an empty one."""
        ...

    def hold(self, hold_id: UUID) -> Hold | None: ...

    def entries(self, user_id: UUID, *, before: int | None, limit: int) -> Sequence[Entry]:
        """Newest first, starting below `seq` `before`."""
        ...

    def held(self) -> int:
        """Credits of everybody that are held now."""
        ...

    def captured(self, since_s: int) -> int:
        """Credits of everybody that were captured in the last so many seconds."""
        ...
