"""`medley grant` and `medley credit`: give somebody a role, or credits."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from rich.console import Console

from cli.wording import counted
from local.administration import NoDatabase, credit, database_of, grant
from medley.domain.accounts import Role
from medley.errors import MedleyError

T = TypeVar("T")


def run(console: Console, email: str, role: str, data: Path) -> None:
    """Give a role in the database DATABASE_URL names or, if it names none, in the embedded cloud of `data`.

    Raises:
        SystemExit: status 1, with the reason.
    """
    try:
        wanted = Role(role)
    except ValueError as error:
        raise SystemExit(f"There is no role {role}; there are {', '.join(Role)}.") from error
    user = _given(data, lambda url: grant(url, email, wanted))
    console.print(f"{user.email} is {user.role.value} from now on.")


def run_credit(console: Console, email: str, amount: int, data: Path) -> None:
    """Give credits, likewise.

    Raises:
        SystemExit: status 1, with the reason.
    """
    wallet = _given(data, lambda url: credit(url, email, amount))
    console.print(f"{email} has {counted(wallet.available, 'credit')} now.")


def _given(data: Path, give: Callable[[str], T]) -> T:
    """What is returned by who gives it in a database. Raises: SystemExit."""
    try:
        if url := os.environ.get("DATABASE_URL"):
            return give(url)
        with database_of(data) as url:
            return give(url)
    except MedleyError as error:
        raise SystemExit(error.message) from error
    except NoDatabase as error:
        raise SystemExit(str(error)) from error
