"""A big database: how long a pass of sweep takes in it, how each scheduled query finds its rows, how long reads take.

    python bench/volume.py [--part 1.0] [--reads 300]

PostgreSQL is filled with 100,000 users, 1,000,000 outputs, 200,000 clips and 1,000,000 entries (`--part 0.1`: a tenth
of all that; see bench/filled_database.py), in a minute or two. Then three passes of sweep and one of relay run, with a
bucket, queues and browsers that only say yes; each statement they send is explained and carried out once more, and
undone. Last, reads go through the API's own handler, each of a random person who has videos. `cpu` is what our process
computed; the rest is the database, or the machine being busy with something else.

Exit status 1 if a pass takes more than 2 seconds, a scheduled query reads a whole table, or the slowest hundredth of a
read takes more than 25 ms.
"""

import argparse
import os
import random
import statistics
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final, cast

import psycopg
from filled_api import api_over
from filled_database import Size, filled
from query_plans import nodes, recorded
from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine

from functions.api import handler as api
from functions.relay import handler as relay
from functions.sweep import handler as sweep
from medley.contracts.pushes import Push
from medley.db.engine import make_engine
from medley.db.unit_of_work import SqlUnitOfWork
from medley.ports.cloud import Message, StoredObject
from medley.ports.identity import Claims
from medley.runtime.observability import logger
from medley.runtime.passwords import Argon2Hasher

PASS_S_MAX: Final = 2.0
READ_MS_MAX: Final = 25.0
PASSES: Final = 3
LARGE: Final = 50_000  # rows; of fewer PostgreSQL may well read all rather than many one by one
PEOPLE = """
    SELECT g.user_id, s.id, g.project_id, g.id, (SELECT min(c.id::text) FROM clips c WHERE c.project_id = g.project_id)
    FROM generations g JOIN sessions s ON s.user_id = g.user_id
    WHERE s.revoked_at IS NULL AND s.expires_at > now() ORDER BY random() LIMIT 2000
"""
READS: Final = (
    "/v1/me",
    "/v1/wallet",
    "/v1/wallet/entries",
    "/v1/projects",
    "/v1/projects/{project}",
    "/v1/projects/{project}/clips",
    "/v1/projects/{project}/groups",
    "/v1/projects/{project}/generations",
    "/v1/generations/{generation}",
    "/v1/generations/{generation}/outputs",
)


class Yes:
    """A bucket, queues and browsers that take everything and have nothing."""

    def head(self, _key: str) -> StoredObject | None:
        return None

    def write(self, _content: bytes, _key: str, _content_type: str) -> None:
        pass

    def delete(self, _key: str) -> None:
        pass

    def send(self, _messages: Sequence[Message]) -> Sequence[Message]:
        return []

    def push(self, _connection_id: str, _push: Push) -> bool:
        return True


class Context:
    """As much of Lambda's as is read."""

    function_name = "bench"
    aws_request_id = "bench"

    def get_remaining_time_in_millis(self) -> int:
        return 60_000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", type=float, default=1.0, help="of the size above (1.0)")
    parser.add_argument("--reads", type=int, default=300, help="requests of each kind (300)")
    options = parser.parse_args()
    console = Console(width=150)
    os.environ |= {"AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench", "POWERTOOLS_LOG_LEVEL": "ERROR"}
    began = time.perf_counter()
    with filled(Size().of(options.part)) as url:
        rows, mib = counts(url)
        console.print(f"Filled in {time.perf_counter() - began:.0f} s, {mib:,.0f} MiB: {rows}")
        engine = make_engine(url)
        swept = schedules(console, engine, url)
        planned = plans(console, url, swept)
        read = reads(console, engine, url, options.reads)
        engine.dispose()
    return 0 if swept.worst_s <= PASS_S_MAX and planned and read else 1


def counts(url: str) -> tuple[str, float]:
    """How many rows there are of what, in words, and the size of all in MiB."""
    tables = ("users", "clips", "generations", "outputs", "tasks", "entries", "outbox", "sessions", "sockets")
    with psycopg.connect(url) as connection:
        found = {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone() for name in tables}  # type: ignore[arg-type]  # noqa: S608
        size = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    told = ", ".join(f"{row[0]:,} {name}" for name, row in found.items() if row)
    return told, (size or (0,))[0] / 2**20


class Swept:
    """What the schedules sent, and how long the slowest pass took."""

    def __init__(self) -> None:
        self.statements: dict[str, Any] = {}
        self.worst_s = 0.0


def schedules(console: Console, engine: Engine, url: str) -> Swept:
    """Run relay once and sweep some times."""
    swept = Swept()
    unit_of_work = partial(SqlUnitOfWork, engine)
    steps: list[tuple[float, Mapping[str, int]]] = []
    deps = sweep.Dependencies(
        unit_of_work=unit_of_work,
        queue=cast(Any, Yes()),
        pusher=cast(Any, Yes()),
        store=cast(Any, Yes()),
        bucket="bucket",
        metrics=lambda numbers: steps.append((time.perf_counter(), numbers)),
        logger=logger("sweep"),
    )
    with recorded(engine) as swept.statements:
        relay.handle({}, cast(Any, Context()), relay.Dependencies(unit_of_work, cast(Any, Yes()), logger("relay")))
        for number in range(PASSES):
            with psycopg.connect(url) as connection:  # its workers are alive
                connection.execute("UPDATE tasks SET heartbeat_at = now() WHERE state = 'sent'")
            steps.clear()
            summary = sweep.handle({}, cast(Any, Context()), deps)
            began, ended = steps[0][0], steps[-1][0]
            swept.worst_s = max(swept.worst_s, ended - began)
            done = {name: count for name, count in summary.items() if count}
            console.print(f"Pass {number + 1} of sweep: {ended - began:.2f} s  {done}")
            last = began
            for at, numbers in steps[1:-1]:
                console.print(f"    {at - last:6.3f} s  {', '.join(numbers)[:110]}")
                last = at
    return swept


def plans(console: Console, url: str, swept: Swept) -> bool:
    """Carry each statement out again, and say how; True if none reads a large table whole."""
    table = Table("ms", "how", "statement", box=None)
    sound = True
    with psycopg.connect(url) as connection:
        for statement in swept.statements.values():
            found = statement.explain(connection, "ANALYZE")
            connection.rollback()
            how: dict[str, None] = {}
            for node, _ in nodes(found["Plan"]):
                read = node.get("Actual Rows", 0) + node.get("Rows Removed by Filter", 0)
                large = node["Node Type"] == "Seq Scan" and read * node.get("Actual Loops", 1) > LARGE
                sound = sound and not large
                if "Scan" in node["Node Type"]:
                    name = node.get("Index Name") or node.get("Relation Name") or node.get("CTE Name", "")
                    how[
                        ("WHOLE TABLE " if large else "")
                        + (name if "Index" in node["Node Type"] or not name else f"({name})")
                    ] = None
            table.add_row(f"{found['Execution Time']:.1f}", " ".join(how)[:70], " ".join(statement.sql.split())[:68])
    console.print(table)
    return sound


def reads(console: Console, engine: Engine, url: str, count: int) -> bool:
    """Time reads through the API's handler; True if the slowest hundredth of each is fast enough."""
    deps, tokens = api_over(engine, Argon2Hasher())
    with psycopg.connect(url) as connection:
        people = connection.execute(PEOPLE).fetchall()
    table = Table("read", "p50 ms", "p99 ms", "cpu p50", "cpu p99", "bytes", box=None)
    chance = random.Random(7)  # noqa: S311 - of a benchmark
    fast = True
    for path in READS:
        took, computed, size = [], [], 0
        for _ in range(count):
            user, session, project, generation, clip = chance.choice(people)
            target = path.format(project=project, generation=generation, clip=clip)
            event = request(target, tokens.access(Claims(user, session)))
            began, cpu = time.perf_counter(), time.process_time()
            answer = api.handle(event, cast(Any, Context()), deps)
            took.append(1_000 * (time.perf_counter() - began))
            computed.append(1_000 * (time.process_time() - cpu))
            size = max(size, len(answer["body"]))
            if answer["statusCode"] >= 500 or answer["statusCode"] in {401, 404, 422}:
                raise SystemExit(f"GET {target}: {answer['statusCode']} {answer['body'][:500]}")
        hundredths = statistics.quantiles(took, n=100)
        fast = fast and hundredths[98] <= READ_MS_MAX
        cpu_ms = statistics.quantiles(computed, n=100)
        times = (hundredths[49], hundredths[98], cpu_ms[49], cpu_ms[98])
        table.add_row(path, *(f"{ms:.1f}" for ms in times), f"{size:,}")
    console.print(table)
    return fast


def request(target: str, token: str) -> dict[str, Any]:
    """A GET as API Gateway hands it to Lambda."""
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": target,
        "rawQueryString": "",
        "headers": {"host": "api.example.com", "authorization": f"Bearer {token}"},
        "requestContext": {
            "http": {
                "method": "GET",
                "path": target,
                "protocol": "HTTP/1.1",
                "sourceIp": "203.0.113.7",
                "userAgent": "",
            },
            "requestId": "bench",
            "routeKey": "$default",
            "stage": "$default",
            "timeEpoch": int(datetime.now(UTC).timestamp() * 1_000),
        },
        "isBase64Encoded": False,
    }


if __name__ == "__main__":
    sys.exit(main())
