"""Signing in with a wrong password: how long it takes where there is an account, and where there is none.

python bench/sign_in.py [--tries 200]

A wrong password of so many accounts, and as many addresses that nobody has, in turn, through the handler of the API,
with real hashing and a database that writes to the disk. Each try comes from another network, so that none is too many.

Exit status 1 if the medians differ by a tenth or more: then the time tells who has an account.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final, cast
from uuid import uuid4

import psycopg
from filled_api import api_over
from rich.console import Console
from rich.table import Table
from volume import Context, request

from functions.api import handler as api
from functions.api.dependencies import Dependencies
from local.database.postgres import Postgres
from medley.db import migrations
from medley.db.engine import make_engine
from medley.runtime.passwords import Argon2Hasher

APART: Final = 0.1  # of the shorter median
PEOPLE: Final = "INSERT INTO users (id, email, name, password_hash) VALUES (%s, %s, 'Ada', %s)"


def tried_ms(deps: Dependencies, email: str, n: int) -> float:
    """How long the `n`-th try takes, in milliseconds."""
    asked: dict[str, Any] = request("/v1/auth/sign-in", "")
    asked["headers"] = {"host": "api.example.com", "content-type": "application/json"}
    asked["requestContext"]["http"] |= {"method": "POST", "sourceIp": f"198.18.{n // 250}.{n % 250}"}
    asked["body"] = json.dumps({"email": email, "password": "not the password"})
    began = time.perf_counter()
    answer = api.handle(asked, cast(Any, Context()), deps)
    took_ms = 1_000 * (time.perf_counter() - began)
    if answer["statusCode"] != 401:
        raise SystemExit(f"{answer['statusCode']} {answer['body'][:500]}")
    return took_ms


def measured(url: str, tries: int) -> dict[str, list[float]]:
    """Milliseconds of all tries, by whether there is an account."""
    engine, hasher = make_engine(url), Argon2Hasher()
    hashed = hasher.hash("the password")
    with psycopg.connect(url) as connection:
        for n in range(tries + 1):
            connection.execute(PEOPLE, (uuid4(), f"known{n}@example.com", hashed))
    deps, _ = api_over(engine, hasher)
    took: dict[str, list[float]] = {"known": [], "unknown": []}
    for n in range(tries + 1):
        for m, (kind, list_ms) in enumerate(took.items()):
            list_ms.append(tried_ms(deps, f"{kind}{n}@example.com", 2 * n + m))
    engine.dispose()
    return {kind: list_ms[1:] for kind, list_ms in took.items()}  # the first are not warm


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tries", type=int, default=200, help="of each kind (200)")
    options = parser.parse_args()
    os.environ |= {"AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench", "POWERTOOLS_LOG_LEVEL": "ERROR"}
    with (
        tempfile.TemporaryDirectory(prefix="medley-bench-") as folder,
        Postgres(Path(folder) / "data", durable=True) as server,
    ):
        server.create_database("medley")
        url = server.url("medley")
        migrations.upgrade(url)
        took = measured(url, options.tries)
    table = Table("address", "tries", "p50 ms", "p90 ms", box=None)
    for kind, list_ms in took.items():
        tenths = statistics.quantiles(list_ms, n=10)
        table.add_row(kind, str(len(list_ms)), f"{statistics.median(list_ms):.2f}", f"{tenths[8]:.2f}")
    shorter, longer = sorted(map(statistics.median, took.values()))
    apart = longer / shorter - 1
    Console().print(table, f"The medians are {apart:.1%} apart; the bar is {APART:.0%}.")
    return int(apart >= APART)


if __name__ == "__main__":
    sys.exit(main())
