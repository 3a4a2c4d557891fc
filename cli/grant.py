"""`medley grant`: give somebody a role."""

import os
from pathlib import Path

from rich.console import Console

from local.administration import NoDatabase, database_of, grant
from medley.domain.accounts import Role
from medley.errors import MedleyError


def run(console: Console, email: str, role: str, data: Path) -> None:
    """Give a role in the database DATABASE_URL names or, if it names none, in the embedded cloud of `data`.

    Raises:
        SystemExit: status 1, with the reason.
    """
    try:
        wanted = Role(role)
    except ValueError as error:
        raise SystemExit(f"There is no role {role}; there are {', '.join(Role)}.") from error
    try:
        if url := os.environ.get("DATABASE_URL"):
            user = grant(url, email, wanted)
        else:
            with database_of(data) as url:
                user = grant(url, email, wanted)
    except MedleyError as error:
        raise SystemExit(error.message) from error
    except NoDatabase as error:
        raise SystemExit(str(error)) from error
    console.print(f"{user.email} is {user.role.value} from now on.")
