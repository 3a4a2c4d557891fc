"""Write docs/COSTS.md from one table of prices, the topology, and what a user does in a month. Run by `make docs`.

A test compares the file with what this would write, and what is counted here with the templates.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from infra.alarms import alarms, rollbacks
from infra.firewall import MANAGED
from infra.names import Names
from infra.prices import PRICES
from infra.rows import QueueTrigger
from infra.stages import DEV, PROD, Stage
from infra.topology import TOPOLOGY
from medley.db.invariants import NUMBERS
from medley.limits import IDLE_S
from medley.runtime.metrics import METRICS

PAGE = Path(__file__).parents[1] / "docs" / "COSTS.md"
SIZES: Final = (1_000, 10_000, 100_000)
HOURS: Final = 730  # of a month
HOUR_S: Final = 3_600
GB: Final = 1_000  # MB
MIB: Final = 1_024  # of a GiB, which is what Lambda calls a GB
POLLERS, POLL_S = 5, 20  # of an event source whose queue is empty: Lambda developer guide, services-sqs-scaling
WORK_S: Final = 60  # of the schedules of a stage that sleeps, each time
LEAST: Final = 0.5  # units of a database that is awake


@dataclass(frozen=True)
class Month:
    """What one user does in a month, and what it takes."""

    outputs: int = 20  # of 28 s, each downloaded once
    output_mb: float = 15
    kept_mb: float = 300  # of clips
    clips: int = 6
    requests: int = 200
    cold: float = 0.02  # of the requests: an environment starts for them
    socket_minutes: int = 60
    pushes: int = 300
    media_gb_s: float = 10  # for an output, its share of ingest and segments included: bench/mix.py, times 1.5
    zip_gb_s: float = 0.06  # for a request, message or push
    messages: int = 200
    logged_mb: float = 0.4
    rows_mb: float = 0.5


CAPACITY: Final = {1_000: 1.0, 10_000: 1.5, 100_000: 8.0}  # units of Aurora on average: an estimate until measured


def price(name: str, count: float = 1) -> float:
    """Dollars for so many."""
    return count * PRICES[name].dollars


def looked_at(stage: Stage) -> int:
    """Metrics that alarms look at: a share is of two."""
    names, places = Names(stage.name, "", ""), {"http_api": "", "distribution": ""}
    rows = (*alarms(TOPOLOGY, stage, names, places), *rollbacks(TOPOLOGY.function("api"), names, ""))
    return sum(2 if row.share_of else 1 for row in rows)


def secrets(stage: Stage) -> int:
    """The database's owner, the keys behind tokens, what the CDN shows the APIs, and each key that signs links."""
    names = Names(stage.name, "", "")
    return len({names.owner_secret, names.token_secret, *stage.origin_secrets}) + len(stage.download_keys)


def own_metrics() -> int:
    """Metrics that our functions publish: a name for each service, and for each invariant."""
    return sum(len(row.services) * (len(NUMBERS) if "*" in row.name else 1) for row in METRICS)


def snapshots_gb() -> float:
    """Memory of the functions that start from a snapshot: one of each is kept."""
    return sum(row.memory_mib / MIB for row in TOPOLOGY.functions if row.snapshot)


def polls() -> float:
    """What event sources ask of empty queues in a month."""
    sources = sum(isinstance(trigger, QueueTrigger) for row in TOPOLOGY.functions for trigger in row.triggers)
    return sources * POLLERS * HOURS * HOUR_S / POLL_S


def watched(stage: Stage) -> float:
    """Dollars for what looks on, whoever comes."""
    metrics = price("metric", own_metrics()) + price("dashboard")
    return metrics + price("alarm", looked_at(stage)) + price("secret", secrets(stage))


def lines(users: int, month: Month) -> dict[str, float]:
    """Dollars a month by item, of stage prod."""
    outputs, requests = users * month.outputs, users * month.requests
    messages = users * month.messages * 3  # sent, received, deleted
    calls = requests + users * month.messages
    outputs_gb = outputs * month.output_mb / GB  # kept for 30 days
    api_gb = TOPOLOGY.function("api").memory_mib / MIB
    return {
        "media functions": price("media", outputs * month.media_gb_s),
        "other functions": price("zip", calls * month.zip_gb_s) + price("call", calls),
        "snapshots of functions": price("snapshot", snapshots_gb() * HOURS * HOUR_S)
        + price("restored", requests * month.cold * api_gb),
        "the two APIs": price("request", requests)
        + price("push", users * month.pushes)
        + price("socket", users * month.socket_minutes),
        "queues": price("message", messages + polls()) + price("fair", messages),
        "objects": price("stored", users * month.kept_mb / GB + outputs_gb) + price("put", outputs * 4),
        "database": price("capacity", CAPACITY[users] * HOURS) + price("rows", users * month.rows_mb / GB),
        "logs": price("logged", users * month.logged_mb / GB),
        "metrics, alarms, dashboard, secrets": watched(PROD),
        "firewall": price("firewall") + price("rule", len(MANAGED) + 1) + price("checked", requests),
        "downloads": price("edge", outputs_gb),
    }


def asleep(stage: Stage) -> dict[str, float]:
    """Dollars a month by item, of a stage that nobody uses and whose database may sleep."""
    awake_s = min(stage.slowest_schedule_s, IDLE_S + (stage.pause_after_s or HOUR_S) + WORK_S)
    awake = awake_s / stage.slowest_schedule_s
    return {
        f"database, awake {awake:.0%} of the time": price("capacity", awake * LEAST * HOURS),
        "metrics, alarms, dashboard, secrets": watched(stage),
        "snapshots of functions": price("snapshot", snapshots_gb() * HOURS * HOUR_S),
        "polling of empty queues": price("message", polls()),
    }


def per_thousand_outputs(month: Month) -> dict[str, float]:
    """Dollars for what grows with outputs alone."""
    gb = 1_000 * month.output_mb / GB
    return {
        "encoding and joining": price("media", 1_000 * month.media_gb_s),
        "kept for 30 days": price("stored", gb),
        "downloaded once, through the CDN": price("edge", gb),
        "or from the bucket": price("egress", gb),
    }


def table(head: str, rows: dict[str, float], digits: int) -> str:
    """Items and their dollars."""
    told = [f"| {item} | {dollars:.{digits}f} |" for item, dollars in rows.items()]
    return "\n".join((f"| {head} | dollars |", "| --- | --- |", *told))


def months(month: Month) -> str:
    """A month of each size, item by item."""
    columns = [lines(users, month) for users in SIZES]
    rows = [f"| {item} | " + " | ".join(f"{column[item]:,.0f}" for column in columns) + " |" for item in columns[0]]
    sums = [sum(column.values()) for column in columns]
    total = "| **together** | " + " | ".join(f"**{each:,.0f}**" for each in sums) + " |"
    each = "| for each user | " + " | ".join(f"{s / n:.3f}" for s, n in zip(sums, SIZES, strict=True)) + " |"
    head = "| users | " + " | ".join(f"{n:,}" for n in SIZES) + " |\n| --- | --- | --- | --- |"
    return "\n".join((head, *rows, total, each))


def page() -> str:
    """The whole page, as Markdown."""
    month = Month()
    used = "\n".join(f"- `{name}`: {value}" for name, value in vars(month).items())
    prices = [
        f"| {p.unit} | {p.dollars:.10f} | {p.seen} | {p.source} |".replace("00000 |", " |", 1) for p in PRICES.values()
    ]
    idle = asleep(DEV)
    parts = (
        "# Costs\n\nWritten by `make docs` from `docs/generate_costs.py` and `infra/prices.py`; edit the tables there."
        " Dollars, us-east-1, no free tiers, no discounts. An estimate: no account has been billed yet.",
        "## A thousand outputs\n\n" + table("", per_thousand_outputs(month), 2),
        "## A month\n\n" + months(month),
        f"Of stage `prod`: {own_metrics()} metrics of our own, {looked_at(PROD)} that alarms look at,"
        f" {secrets(PROD)} secrets. Downloads are the largest line that can be avoided: through the CDN, under a plan"
        " with a flat rate, they are a small fixed sum. Encoding is never the largest line.",
        "Left out, as small or not known yet: reads and writes of the database's storage, its backups beyond its own"
        " size, GETs of S3, requests to the CDN, metrics of each route of the APIs, the image's place in its registry,"
        " mails, and schedules.",
        "## A stage that nobody uses\n\nStage `dev`: its database sleeps between the schedules of each full hour. What"
        " looks on costs more than the database does.\n\n"
        + table("a month", {**idle, "**together**": sum(idle.values())}, 0),
        "## What a user does in a month\n\n" + used,
        "## Prices\n\nAs of the day they were published, or read where a page has no date.\n\n"
        "| unit | dollars | of | source |\n| --- | --- | --- | --- |\n" + "\n".join(prices),
    )
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page())
