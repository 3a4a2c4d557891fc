"""The database, as Protocols; `medley.db` keeps them.

A repository method is one statement or one guarded step, never a business rule. A method that changes state
names the state it expects and says whether it found it: False means someone was first.
"""

from contextlib import AbstractContextManager
from collections.abc import Callable
from typing import Protocol


class UnitOfWork(AbstractContextManager["UnitOfWork"], Protocol):
    """One transaction. Leaving the block without `commit` undoes everything in it."""

    def commit(self) -> None: ...


UnitOfWorkFactory = Callable[[], UnitOfWork]
