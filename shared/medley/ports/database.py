"""The database, as one Protocol; `medley.db.unit_of_work` keeps it.

The repositories are Protocols of their own, a module per noun beside this one. A repository method is one
statement or one guarded step, never a business rule. A method that changes state names the state it expects
and says whether it found it: False means someone was first.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

from medley.ports.accounts import Accounts, Devices, Sockets
from medley.ports.audit import AuditLog
from medley.ports.bundles import Bundles
from medley.ports.credits import Ledger
from medley.ports.erasure import Erasure
from medley.ports.exports import Exports
from medley.ports.generations import Generations, Tasks
from medley.ports.history import History
from medley.ports.invariants import Invariants, Looks
from medley.ports.library import Library
from medley.ports.mail import Mails
from medley.ports.outbox import Idempotency, Outbox
from medley.ports.presets import Presets
from medley.ports.retention import Retention


class UnitOfWork(AbstractContextManager["UnitOfWork"], Protocol):
    """One transaction. Leaving the block without `commit` undoes everything in it."""

    @property
    def accounts(self) -> Accounts: ...

    @property
    def devices(self) -> Devices: ...

    @property
    def erasure(self) -> Erasure: ...

    @property
    def exports(self) -> Exports: ...

    @property
    def mails(self) -> Mails: ...

    @property
    def audit(self) -> AuditLog: ...

    @property
    def sockets(self) -> Sockets: ...

    @property
    def library(self) -> Library: ...

    @property
    def ledger(self) -> Ledger: ...

    @property
    def generations(self) -> Generations: ...

    @property
    def tasks(self) -> Tasks: ...

    @property
    def history(self) -> History: ...

    @property
    def presets(self) -> Presets: ...

    @property
    def bundles(self) -> Bundles: ...

    @property
    def outbox(self) -> Outbox: ...

    @property
    def idempotency(self) -> Idempotency: ...

    @property
    def invariants(self) -> Invariants: ...

    @property
    def looks(self) -> Looks: ...

    @property
    def retention(self) -> Retention: ...

    def commit(self) -> None:
        """Make it all true at once. Raises: DatabaseUnavailable."""
        ...


UnitOfWorkFactory = Callable[[], UnitOfWork]
Transaction = Callable[[], AbstractContextManager[UnitOfWork]]  # the same of somebody whose session is live
