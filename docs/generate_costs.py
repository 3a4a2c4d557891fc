"""Write docs/COSTS.md from one table of prices and one of what a user does in a month. Run by `make docs`.

A test compares the file with what this would write.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from infra.alarms import alarms, rollbacks
from infra.names import Names
from infra.stages import PROD
from infra.topology import TOPOLOGY

PAGE = Path(__file__).parents[1] / "docs" / "COSTS.md"
SIZES: Final = (1_000, 10_000, 100_000)
HOURS: Final = 730  # of a month
GB: Final = 1_000  # MB


@dataclass(frozen=True)
class Price:
    """US dollars for one unit in us-east-1; `seen` is when AWS's page said so, or that nobody looked lately."""

    dollars: float
    unit: str
    seen: str


UNSEEN: Final = "not looked up: confirm"
PRICES: Final[Mapping[str, Price]] = {
    "media": Price(0.0000166667, "GB-second of Lambda on x86_64", "2026-09"),
    "zip": Price(0.0000133334, "GB-second of Lambda on arm64", "2026-09"),
    "call": Price(0.20 / 1e6, "call of Lambda", "2026-09"),
    "request": Price(1.00 / 1e6, "request to an HTTP API", "2026-09-20"),
    "push": Price(1.00 / 1e6, "message of a WebSocket API", UNSEEN),
    "socket": Price(0.25 / 1e6, "minute of an open socket", UNSEEN),
    "message": Price(0.40 / 1e6, "request to SQS", UNSEEN),
    "stored": Price(0.023, "GB-month of S3", UNSEEN),
    "put": Price(0.005 / 1e3, "PUT to S3", UNSEEN),
    "capacity": Price(0.12, "hour of a capacity unit of Aurora", "2026-03-28"),
    "rows": Price(0.10, "GB-month of Aurora", "2026-03-28"),
    "logged": Price(0.50, "GB of logs", UNSEEN),
    "alarm": Price(0.10, "alarm", UNSEEN),
    "secret": Price(0.40, "secret", UNSEEN),
    "egress": Price(0.09, "GB from S3 to a browser", UNSEEN),
    "edge": Price(0.085, "GB from the CDN to a browser", UNSEEN),
    "firewall": Price(9.0, "month of a firewall with four rules", UNSEEN),
    "checked": Price(0.60 / 1e6, "request through a firewall", UNSEEN),
}


@dataclass(frozen=True)
class Month:
    """What one user does in a month, and what it takes."""

    outputs: int = 20  # of 28 s, each downloaded once
    output_mb: float = 15
    kept_mb: float = 300  # of clips
    clips: int = 6
    requests: int = 200
    socket_minutes: int = 60
    pushes: int = 300
    media_gb_s: float = 10  # for an output, its share of ingest and segments included: bench/mix.py, times 1.5
    zip_gb_s: float = 0.06  # for a request, message or push
    messages: int = 200
    logged_mb: float = 0.4
    rows_mb: float = 0.5


CAPACITY: Final = {1_000: 0.5, 10_000: 1.5, 100_000: 8.0}  # units of Aurora on average: an estimate until measured
ALARMS: Final = len(
    [
        *alarms(TOPOLOGY, PROD, Names(PROD.name, "", ""), {"http_api": "", "distribution": ""}),
        *rollbacks(TOPOLOGY.function("api"), Names(PROD.name, "", ""), ""),
    ]
)
SECRETS: Final = 2 + len(PROD.origin_secrets) + len(PROD.download_keys)  # two of the database and of tokens


def lines(users: int, month: Month) -> dict[str, float]:
    """Dollars a month by item."""
    price = {name: each.dollars for name, each in PRICES.items()}
    outputs, calls = users * month.outputs, users * (month.requests + month.messages)
    outputs_gb = outputs * month.output_mb / GB  # kept for 30 days
    return {
        "media functions": outputs * month.media_gb_s * price["media"],
        "other functions": calls * (month.zip_gb_s * price["zip"] + price["call"]),
        "the two APIs": users
        * (month.requests * price["request"] + month.pushes * price["push"] + month.socket_minutes * price["socket"]),
        "queues": users * month.messages * 3 * price["message"],  # sent, received, deleted
        "objects": (users * month.kept_mb / GB + outputs_gb) * price["stored"] + outputs * 4 * price["put"],
        "database": CAPACITY[users] * HOURS * price["capacity"] + users * month.rows_mb / GB * price["rows"],
        "logs, alarms, secrets": users * month.logged_mb / GB * price["logged"]
        + ALARMS * price["alarm"]
        + SECRETS * price["secret"],
        "firewall": price["firewall"] + users * month.requests * price["checked"],
        "downloads": outputs_gb * price["edge"],
    }


def per_thousand_outputs(month: Month) -> dict[str, float]:
    """Dollars for what grows with outputs alone."""
    gb = 1_000 * month.output_mb / GB
    return {
        "encoding and joining": 1_000 * month.media_gb_s * PRICES["media"].dollars,
        "kept for 30 days": gb * PRICES["stored"].dollars,
        "downloaded once, through the CDN": gb * PRICES["edge"].dollars,
        "or from the bucket": gb * PRICES["egress"].dollars,
    }


def page() -> str:
    """The whole page, as Markdown."""
    month = Month()
    made = [f"| {item} | {dollars:.2f} |" for item, dollars in per_thousand_outputs(month).items()]
    columns = [lines(users, month) for users in SIZES]
    rows = [f"| {item} | " + " | ".join(f"{column[item]:,.0f}" for column in columns) + " |" for item in columns[0]]
    sums = [sum(column.values()) for column in columns]
    total = "| **together** | " + " | ".join(f"**{each:,.0f}**" for each in sums) + " |"
    each = "| for each user | " + " | ".join(f"{s / n:.3f}" for s, n in zip(sums, SIZES, strict=True)) + " |"
    used = "\n".join(f"- `{name}`: {value}" for name, value in vars(month).items())
    prices = [f"| {p.unit} | {p.dollars:.10f} | {p.seen} |".replace("00000 |", " |") for p in PRICES.values()]
    parts = (
        "# Costs\n\nWritten by `make docs` from `docs/generate_costs.py`; edit the tables there. Dollars, us-east-1, no"
        " free tiers, no discounts. An estimate: no account has been billed yet.",
        "## A thousand outputs\n\n| | dollars |\n| --- | --- |\n" + "\n".join(made),
        "## A month\n\n| users | "
        + " | ".join(f"{n:,}" for n in SIZES)
        + " |\n| --- | --- | --- | --- |\n"
        + "\n".join((*rows, total, each)),
        "Downloads are the largest line that can be avoided: through the CDN, under a plan with a flat rate, they are a"
        " small fixed sum. Encoding is never the largest line.",
        "## What a user does in a month\n\n" + used,
        "## Prices\n\n| unit | dollars | seen |\n| --- | --- | --- |\n" + "\n".join(prices),
    )
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page())
