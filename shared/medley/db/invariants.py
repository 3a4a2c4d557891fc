"""The invariants of docs/INVARIANTS.md as queries. Each returns the rows that break it: none, if all is well.

They read committed state only, so each is true at any moment, also in the middle of a generation. A query is about the
ids it is given (`:users`, `:orders`, ...), so it costs what those have, however old the database is; those of `CLOCK`
find what is overdue through an index that holds only what is open.
"""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection, Table, select, text

from medley.db.tables import assets, clips, holds, users
from medley.limits import TASK_UNSTARTED_SENDS
from medley.ports.invariants import Rows, Subject

BOUNDS: Final[Mapping[str, int]] = {  # in seconds, if it ends so
    "outbox_age_s": 120,  # relay runs every minute
    "forgotten_s": 2_400,  # half an hour for a task to start, and ten minutes for sweep to notice
    "unstarted_sends": TASK_UNSTARTED_SENDS,  # then a task waits for a worker as long as its generation runs
    "overdue_s": 600,
    "keys_s": 3_600,  # a key gets its answer in the transaction that claims it, and never another
}

ABOUT: Final[Mapping[Subject, Mapping[str, str]]] = {
    Subject.USERS: {
        "I1": """
            SELECT op_key FROM entries WHERE user_id = ANY(:users)
              AND d_available + d_reserved + d_spent + d_external + d_expired + d_owed <> 0
        """,
        "I2": """
            SELECT w.user_id FROM wallets w LEFT JOIN (
                SELECT user_id, sum(d_available) AS available, sum(d_reserved) AS reserved, sum(d_spent) AS spent,
                       -sum(d_external) AS earned
                FROM entries WHERE user_id = ANY(:users) GROUP BY user_id
            ) e USING (user_id)
            WHERE w.user_id = ANY(:users) AND ((w.available, w.reserved, w.spent, w.earned)
                  IS DISTINCT FROM (coalesce(e.available, 0), coalesce(e.reserved, 0), coalesce(e.spent, 0),
                                    coalesce(e.earned, 0))
               OR w.available < 0 OR w.reserved < 0)
        """,
        "I3": """
            SELECT w.user_id FROM wallets w
            LEFT JOIN holds h ON h.user_id = w.user_id AND h.state = 'held'
            WHERE w.user_id = ANY(:users)
            GROUP BY w.user_id, w.reserved HAVING w.reserved <> coalesce(sum(h.amount), 0)
        """,
        "I5": """
            SELECT op_key FROM (
                SELECT op_key, balance, seq,
                       row_number() OVER per_user AS number, sum(d_available) OVER per_user AS running
                FROM entries WHERE user_id = ANY(:users) WINDOW per_user AS (PARTITION BY user_id ORDER BY seq)
            ) numbered WHERE seq <> number OR balance <> running
            UNION ALL
            SELECT user_id::text FROM wallets w
            WHERE user_id = ANY(:users) AND version <> (SELECT count(*) FROM entries e WHERE e.user_id = w.user_id)
        """,
    },
    Subject.ORDERS: {
        "I4": """
            SELECT h.id FROM holds h
            LEFT JOIN entries e ON e.hold_id = h.id AND e.kind IN ('capture', 'release', 'expire')
            WHERE h.id = ANY(:orders)
            GROUP BY h.id
            HAVING h.captured NOT BETWEEN 0 AND h.amount
                OR count(e.seq) <> (CASE h.state WHEN 'held' THEN 0 ELSE 1 END)
                OR coalesce(sum(e.d_spent), 0) <> h.captured
                OR (h.state <> 'held' AND h.state <> max(
                    CASE e.kind WHEN 'capture' THEN 'captured' WHEN 'release' THEN 'released' ELSE 'expired' END))
        """,
        "I6": """
            SELECT h.id FROM holds h LEFT JOIN generations g ON g.id = h.id
            WHERE h.id = ANY(:orders)
              AND (g.id IS NULL OR (g.state = 'running') <> (h.state = 'held') OR g.user_id <> h.user_id
                   OR h.amount <> g.price)
        """,
        "I7": """
            SELECT g.id FROM generations g JOIN holds h ON h.id = g.id
            WHERE g.id = ANY(:orders) AND g.state <> 'running' AND h.captured <> g.earned
            UNION ALL
            SELECT g.id FROM generations g JOIN outputs o ON o.generation_id = g.id
            WHERE g.id = ANY(:orders)
            GROUP BY g.id, g.price, g.earned
            HAVING g.price <> sum(o.price) OR g.earned <> coalesce(sum(o.price) FILTER (WHERE o.state = 'made'), 0)
        """,
        "I8": """
            SELECT g.id FROM generations g
            CROSS JOIN LATERAL (
                SELECT coalesce(bool_or(state = 'planned'), false) AS planned FROM outputs WHERE generation_id = g.id
            ) o
            CROSS JOIN LATERAL (
                SELECT coalesce(bool_or(state IN ('waiting', 'sent')), false) AS open FROM tasks
                WHERE generation_id = g.id
            ) t
            WHERE g.id = ANY(:orders) AND (
                (g.state = 'running') <> (g.finished_at IS NULL)
                OR (g.state = 'running' AND g.planned_at IS NOT NULL AND NOT o.planned)
                OR (g.state <> 'running' AND o.planned)
                OR (g.state <> 'running' AND t.open)
                OR g.state <> CASE
                    WHEN g.state IN ('running', 'cancelled') THEN g.state
                    WHEN g.outputs_made = g.outputs_total THEN 'succeeded'
                    WHEN g.outputs_made > 0 THEN 'partial' ELSE 'failed' END)
        """,
        "I9": """
            SELECT generation_id, n::text FROM outputs
            WHERE generation_id = ANY(:orders)
              AND ((state = 'made') <> (parts IS NOT NULL) OR (state = 'failed') <> (code IS NOT NULL)
                   OR (state = 'planned') <> (settled_at IS NULL))
            UNION ALL
            SELECT generation_id, id::text FROM tasks
            WHERE generation_id = ANY(:orders)
              AND ((state = 'failed' AND code IS NULL) OR (state IN ('waiting', 'sent')) <> (settled_at IS NULL))
        """,
        "I10": """
            SELECT g.id FROM generations g LEFT JOIN outputs o ON o.generation_id = g.id
            WHERE g.id = ANY(:orders) AND g.planned_at IS NOT NULL
            GROUP BY g.id, g.outputs_total
            HAVING count(o.n) <> g.outputs_total OR min(o.n) <> 1 OR max(o.n) <> g.outputs_total
                OR count(DISTINCT o.fingerprint) <> g.outputs_total
        """,
        "I11": """
            SELECT g.id FROM generations g LEFT JOIN tasks t ON t.generation_id = g.id
            WHERE g.id = ANY(:orders) AND g.tasks_removed_at IS NULL
            GROUP BY g.id, g.work_done, g.work_total, g.state
            HAVING g.work_done <> coalesce(sum(t.work_done), 0) OR g.work_total <> coalesce(sum(t.work), 0)
                OR bool_or(t.work_done NOT BETWEEN 0 AND t.work)
                OR bool_or(t.state = 'finished' AND t.work_done <> t.work)
                OR (g.state = 'succeeded' AND g.work_done <> g.work_total)
        """,
        "I12": """
            SELECT g.id FROM generations g LEFT JOIN outputs o ON o.generation_id = g.id
            WHERE g.id = ANY(:orders) AND g.planned_at IS NOT NULL
            GROUP BY g.id, g.outputs_made, g.outputs_failed, g.seq
            HAVING g.outputs_made <> count(*) FILTER (WHERE o.state = 'made')
                OR g.outputs_failed <> count(*) FILTER (WHERE o.state = 'failed') OR max(o.seq) > g.seq
        """,
        "I14": """
            SELECT g.id FROM generations g JOIN tasks t ON t.generation_id = g.id
            WHERE g.id = ANY(:orders) AND g.state = 'running' AND g.plan IS NOT NULL
            GROUP BY g.id
            HAVING NOT bool_or(t.state = 'sent') OR bool_or(t.state = 'waiting' AND t.waiting_on = 0)
        """,
    },
    Subject.CLIPS: {
        "I13": """
            SELECT id FROM clips WHERE id = ANY(:clips)
              AND ((state = 'ready' AND facts IS NULL) OR (state = 'rejected' AND code IS NULL))
        """,
    },
    Subject.ASSETS: {
        "I13": """
            SELECT id FROM assets WHERE id = ANY(:assets)
              AND ((state = 'ready' AND facts IS NULL) OR (state = 'rejected' AND code IS NULL))
        """,
        "I18": """
            SELECT id FROM assets WHERE id = ANY(:assets)
              AND state = 'ready' AND (facts ->> 'kind') IS DISTINCT FROM kind
        """,
    },
}

CLOCK: Final[Mapping[str, str]] = {
    "I15": """
        SELECT id::text FROM tasks
        WHERE state = 'sent' AND (heartbeat_at IS NOT NULL OR redelivered_unstarted < :unstarted_sends)
          AND coalesce(heartbeat_at, sent_at, '-infinity') < now() - make_interval(secs => :forgotten_s)
        UNION ALL
        SELECT id::text FROM generations
        WHERE state = 'running' AND planned_at IS NULL AND plan_sent_at < now() - make_interval(secs => :forgotten_s)
        UNION ALL
        SELECT id::text FROM generations
        WHERE state = 'running' AND deadline < now() - make_interval(secs => :overdue_s)
    """,
    "I16": """
        SELECT id FROM outbox
        WHERE published_at IS NULL
          AND greatest(created_at, not_before) < now() - make_interval(secs => :outbox_age_s)
    """,
    "I17": """
        SELECT user_id, route, key FROM idempotency
        WHERE body IS NULL AND created_at > now() - make_interval(secs => :keys_s)
    """,
    "I19": """
        SELECT id::text, 'in the making' FROM bundles b
        WHERE state = 'making' AND (deadline < now() - make_interval(secs => :overdue_s) OR NOT EXISTS (
            SELECT FROM bundle_volumes v WHERE v.bundle_id = b.id AND v.state = 'sent'))
        UNION ALL
        SELECT v.bundle_id::text, 'has ended' FROM bundle_volumes v
        WHERE v.state = 'sent' AND (SELECT b.state FROM bundles b WHERE b.id = v.bundle_id) <> 'making'
    """,
}

NUMBERS: Final = sorted(
    {number for queries in (*ABOUT.values(), CLOCK) for number in queries}, key=lambda number: int(number[1:])
)
_IDS: Final[Mapping[Subject, Table]] = {
    Subject.USERS: users,
    Subject.ORDERS: holds,  # every generation has one, or it could not be there
    Subject.CLIPS: clips,
    Subject.ASSETS: assets,
}


class InvariantsRepository:
    """`medley.ports.invariants.Invariants` on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def broken(self, *, sample: int, among: Rows | None = None) -> Mapping[str, list[str]]:
        rows = self._all() if among is None else among
        found: dict[str, list[str]] = {number: [] for number in NUMBERS}
        for subject, ids in rows.ids.items():
            if ids:
                self._ask(ABOUT[subject], {subject.value: list(ids)}, sample, found)
        if rows.clock:
            self._ask(CLOCK, BOUNDS, sample, found)
        return found

    def _ask(
        self, queries: Mapping[str, str], values: Mapping[str, Any], sample: int, found: dict[str, list[str]]
    ) -> None:
        """Add to `found` what breaks each of these."""
        for number, query in queries.items():
            named = {name: value for name, value in values.items() if f":{name}" in query}
            limited = text(f"SELECT * FROM ({query}) AS broken LIMIT :sample")  # noqa: S608 - a query from above
            rows = self._connection.execute(limited, {**named, "sample": sample})
            found[number] += [" ".join(str(value) for value in row) for row in rows]

    def _all(self) -> Rows:
        ids = {subject: self._connection.execute(select(table.c.id)).scalars().all() for subject, table in _IDS.items()}
        return Rows(ids, clock=True)
