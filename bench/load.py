"""Many people at once, on the embedded cloud of this machine: they read, quote and watch, then some of them order.

    python bench/load.py [--people 1000] [--rate 15] [--seconds 60] [--orders 200] [--by 50]

Everybody is signed in and has an open socket. For so many seconds requests come at a steady rate, whoever waits: lists
of projects and clips, wallets, quotes, each of a random person. Then `--by` people place `--orders` orders of two
videos between them; all have to finish, and nobody's first one much later than anybody else's.

Accounts are made as sign-ups would leave them, without their mails and passwords; the clips of those who order are real
and go through ingest. Exit status 1 if a request fails, a read's p95 is over 100 ms, an order does not succeed, or the
slowest person's first video took more than FAIR times that of the median person.
"""

import argparse
import asyncio
import json
import random
import statistics
import sys
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote
from uuid import UUID, uuid4

import httpx2
from orders import add_clip
from rich.console import Console
from rich.table import Table
from websockets.asyncio.client import ClientConnection, connect

from local.cloud import Cloud
from local.data_directory import DataDirectory
from medley.db.engine import make_engine
from medley.db.unit_of_work import SqlUnitOfWork
from medley.runtime.random_secrets import RandomSecrets
from medley.runtime.system import SystemClock, TimeOrderedIds
from medley.runtime.tokens import SignedTokens
from medley.services import visitors
from medley.services.accounts import Identity

READ_MS: Final = 100.0
FAIR: Final = 3.0
CREDITS: Final = 10_000
ROWS: Final = 6  # clips of those who only look
CLIPS: Final = sorted((Path(__file__).parents[1] / "functions" / "canary" / "clips").glob("*.mp4"))
SPEC: Final = {"mode": "automatic", "order": "shuffled", "resolution": 480, "quality": "draft"}
READS: Final = ("/projects", "/projects/{project}/clips", "/wallet", "/projects/{project}/groups")
OPENED_AT_ONCE: Final = 20


@dataclass
class Person:
    id: UUID
    token: str
    project: str = ""
    socket: ClientConnection | None = None


@dataclass
class Tally:
    """Milliseconds by kind of request, and what went wrong."""

    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: Counter[str] = field(default_factory=Counter)

    def p95(self, kind: str) -> float:
        return statistics.quantiles(self.took[kind], n=20)[-1] if len(self.took[kind]) > 1 else self.took[kind][0]


class People:
    """Everybody, and their way to the API."""

    def __init__(self, http: httpx2.AsyncClient, people: list[Person], tally: Tally) -> None:
        self.http, self.people, self.tally = http, people, tally

    async def call(self, who: Person, method: str, path: str, body: Any = None, kind: str | None = None) -> Any:
        """One request below /v1; its JSON, or None where it failed: that is written down."""
        headers = {"authorization": f"Bearer {who.token}", "idempotency-key": str(uuid4())}
        began = time.perf_counter()
        try:
            answer = await self.http.request(method, f"/v1{path}", json=body, headers=headers)
        except httpx2.HTTPError as error:
            self.tally.errors[f"{method} {type(error).__name__}"] += 1
            return None
        if kind:
            self.tally.took[kind].append(1_000 * (time.perf_counter() - began))
        if answer.is_error:
            self.tally.errors[f"{method} {kind or path.split('/')[1]} {answer.status_code} {answer.text[:120]}"] += 1
            return None
        return answer.json()

    async def open_sockets(self) -> None:
        gate = asyncio.Semaphore(OPENED_AT_ONCE)

        async def one(who: Person) -> None:
            async with gate:
                ticket = await self.call(who, "POST", "/socket-tickets", kind="socket")
                if ticket:
                    who.socket = await connect(f"{ticket['url']}?ticket={quote(ticket['ticket'])}")

        await asyncio.gather(*map(one, self.people))

    async def read(self, rate: float, seconds: float) -> None:
        """Requests at a steady rate, whether or not those before have been answered."""
        chance, loop = random.Random(1), asyncio.get_running_loop()  # noqa: S311 - the same each time
        began, asked = loop.time(), []
        for number in range(int(rate * seconds)):
            await asyncio.sleep(max(0.0, began + number / rate - loop.time()))
            who = chance.choice(self.people)
            if number % 5:
                path = READS[number % len(READS)].format(project=who.project)
                asked.append(loop.create_task(self.call(who, "GET", path, kind="read")))
            else:
                path, body = f"/projects/{who.project}/quote", {"spec": SPEC | {"count": chance.randrange(1, 13)}}
                asked.append(loop.create_task(self.call(who, "POST", path, body, kind="quote")))
        await asyncio.gather(*asked)

    async def order(self, buyers: list[Person], orders: int, timeout_s: float) -> list[float]:
        """Everybody's orders at once; returns when each person's first one had succeeded, in seconds."""
        began = time.monotonic()
        firsts: list[float] = []

        async def all_of(who: Person, count: int) -> None:
            placed = []
            for number in range(count):
                spec = SPEC | {"count": 2, "seed": number + 1}
                placed.append(
                    await self.call(who, "POST", f"/projects/{who.project}/generations", {"spec": spec}, "order")
                )
            open_ids = [each["id"] for each in placed if each]
            first = True
            while open_ids and time.monotonic() - began < timeout_s:
                await self._hear(who)
                for generation in list(open_ids):
                    found = await self.call(who, "GET", f"/generations/{generation}", kind="watch")
                    state = found["generation"]["state"] if found else "unknown"
                    if state == "succeeded" and first:
                        firsts.append(time.monotonic() - began)
                        first = False
                    if state not in {"running", "unknown"}:
                        open_ids.remove(generation)
                        self.tally.errors.update([] if state == "succeeded" else [f"generation {state}"])
            self.tally.errors.update(["generation unfinished"] * len(open_ids))

        share, more = divmod(orders, len(buyers))
        await asyncio.gather(*(all_of(who, share + (place < more)) for place, who in enumerate(buyers)))
        return firsts

    async def _hear(self, who: Person) -> None:
        """Wait until the socket says something, or a while."""
        if who.socket is None:
            await asyncio.sleep(5)
            return
        try:
            async with asyncio.timeout(5):
                while json.loads(await who.socket.recv())["type"] != "generation_changed":
                    pass
        except TimeoutError:
            return

    async def upload(self, who: Person) -> None:
        """The clips, for real; returns when they are ready."""
        for path in CLIPS:
            content = path.read_bytes()
            about = {"name": path.name, "size_bytes": len(content), "content_type": "video/mp4"}
            answer = await self.call(who, "POST", f"/projects/{who.project}/clips", about)
            request = answer["upload"]["request"]
            sent = await self.http.request(
                request["method"], request["url"], content=content, headers=request["headers"]
            )
            sent.raise_for_status()
        while True:
            clips = await self.call(who, "GET", f"/projects/{who.project}/clips")
            if all(clip["state"] == "ready" for clip in clips["items"]):
                return
            await asyncio.sleep(1)


def welcome(cloud: Cloud, data: Path, count: int, buyers: int) -> list[Person]:
    """Make so many accounts; all but the first `buyers` have clips that are only rows."""
    tokens = SignedTokens(DataDirectory(data).token_keys(), "medley", SystemClock())
    identity = Identity(TimeOrderedIds(), tokens, RandomSecrets())
    engine = make_engine(cloud.database_url)
    people = []
    for number in range(count):
        with SqlUnitOfWork(engine) as uow:
            email = f"person-{number}@example.com"
            token = visitors.welcome(uow, identity, email=email, name="P", password_hash="-", bonus=CREDITS)  # noqa: S106
            user, project = tokens.read_access(token).user_id, uuid4()
            uow.library.add_project(project, user, "video_mixer", "Summer")
            uow.commit()
        for n in range(ROWS if number >= buyers else 0):
            add_clip(engine, user, project, n)
        people.append(Person(user, token, str(project)))
    engine.dispose()
    return people


async def measure(cloud: Cloud, people: list[Person], options: argparse.Namespace, console: Console) -> bool:
    tally = Tally()
    limits = httpx2.Limits(max_connections=200)
    async with httpx2.AsyncClient(base_url=cloud.api_url, timeout=60, limits=limits) as http:
        everybody, buyers = People(http, people, tally), people[: options.by]
        began = time.monotonic()
        await everybody.open_sockets()
        console.print(
            f"{sum(who.socket is not None for who in people):,} sockets open in {time.monotonic() - began:.0f} s"
        )
        gate = asyncio.Semaphore(4)

        async def supplied(who: Person) -> None:
            async with gate:
                await everybody.upload(who)

        await asyncio.gather(*map(supplied, buyers))
        await everybody.read(options.rate, options.seconds)
        for kind in ("read", "quote"):
            took = sorted(tally.took[kind])
            console.print(
                f"{kind:6} {len(took):6,}  p50 {statistics.median(took):6.1f} ms  p95 {tally.p95(kind):6.1f} ms"
            )
        fast = tally.p95("read") <= READ_MS
        began = time.monotonic()
        firsts = await everybody.order(buyers, options.orders, options.timeout)
        took_s = time.monotonic() - began
        for who in people:
            if who.socket is not None:
                await who.socket.close()
    fair = len(firsts) == len(buyers) and max(firsts) <= FAIR * statistics.median(firsts)
    if firsts:
        console.print(
            f"{options.orders} orders of {len(buyers)} people in {took_s:.0f} s; a person's first: "
            f"median {statistics.median(firsts):.0f} s, slowest {max(firsts):.0f} s"
        )
    wrong = Table("what went wrong", "times", box=None)
    for what, times in tally.errors.most_common(10):
        wrong.add_row(what, str(times))
    if tally.errors:
        console.print(wrong)
    for goal, met in {
        f"p95 of reads within {READ_MS:.0f} ms": fast,
        "no error": not tally.errors,
        f"nobody's first video took more than {FAIR:g} times the median": fair,
    }.items():
        console.print(f"{'met   ' if met else 'MISSED'} {goal}")
    return fast and fair and not tally.errors


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=1_000)
    parser.add_argument("--rate", type=float, default=15, help="requests a second")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--orders", type=int, default=200)
    parser.add_argument("--by", type=int, default=50, help="people who order")
    parser.add_argument("--timeout", type=float, default=1_800, help="seconds for all orders")
    options = parser.parse_args()
    console = Console(width=120)
    with tempfile.TemporaryDirectory(prefix="medley-bench-") as folder:
        data = Path(folder) / "data"
        with Cloud(data, durable=False) as cloud:
            people = welcome(cloud, data, options.people, options.by)
            console.print(f"{len(people):,} people are signed in")
            met = asyncio.run(measure(cloud, people, options, console))
        DataDirectory(data).forget()
    return int(not met)


if __name__ == "__main__":
    sys.exit(main())
