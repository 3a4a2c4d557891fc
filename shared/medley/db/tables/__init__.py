"""Every table. Rules that must never break are constraints here, named after their number in docs/INVARIANTS.md."""

from medley.db.tables.accounts import devices, sessions, sign_in_failures, sockets, used_tickets, users
from medley.db.tables.audit import audit_events
from medley.db.tables.bundles import bundle_volumes, bundles
from medley.db.tables.columns import metadata
from medley.db.tables.credits import entries, holds, wallets
from medley.db.tables.exports import exports
from medley.db.tables.generations import generations, outputs, tasks
from medley.db.tables.library import assets, clips, group_clips, groups, projects
from medley.db.tables.mail import mail_links, mails
from medley.db.tables.messages import idempotency, outbox
from medley.db.tables.presets import presets
from medley.db.tables.upkeep import looks

__all__ = [
    "assets",
    "audit_events",
    "bundle_volumes",
    "bundles",
    "clips",
    "devices",
    "entries",
    "exports",
    "generations",
    "group_clips",
    "groups",
    "holds",
    "idempotency",
    "looks",
    "mail_links",
    "mails",
    "metadata",
    "outbox",
    "outputs",
    "presets",
    "projects",
    "sessions",
    "sign_in_failures",
    "sockets",
    "tasks",
    "used_tickets",
    "users",
    "wallets",
]
