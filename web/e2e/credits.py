"""Credits: more for an account than it began with, for journeys that need them.

`python credits.py DATABASE EMAIL AMOUNT`: no page sells any yet.
"""

import sys

from medley.db.engine import make_engine
from medley.db.unit_of_work import SqlUnitOfWork
from medley.domain.credits import EntryKind
from medley.services.wallet import grant


def main(database: str, email: str, amount: int) -> None:
    engine = make_engine(database)
    with SqlUnitOfWork(engine) as uow:
        user = uow.accounts.user_by_email(email)
        if user is None:
            raise SystemExit(f"Nobody has the address {email}.")
        grant(uow, f"journey:{user.id}", user.id, amount, kind=EntryKind.BONUS, reason="for a journey")
        uow.commit()
    engine.dispose()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
