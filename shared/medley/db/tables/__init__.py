"""Every table. Rules that must never break are constraints here, named after their number in docs/INVARIANTS.md."""

from medley.db.tables.accounts import sessions, sign_in_failures, sockets, users
from medley.db.tables.columns import metadata
from medley.db.tables.credits import entries, holds, wallets
from medley.db.tables.generations import generations, outputs, tasks
from medley.db.tables.library import assets, clips, group_clips, groups, projects
from medley.db.tables.messages import idempotency, outbox
from medley.db.tables.upkeep import looks

__all__ = [
    "assets",
    "clips",
    "entries",
    "generations",
    "group_clips",
    "groups",
    "holds",
    "idempotency",
    "looks",
    "metadata",
    "outbox",
    "outputs",
    "projects",
    "sessions",
    "sign_in_failures",
    "sockets",
    "tasks",
    "users",
    "wallets",
]
