"""Many people at once, on the embedded cloud of this machine: they read, quote and watch, then some of them order.

    python bench/load.py [--people 1000] [--rate 15] [--seconds 60] [--orders 200] [--by 50]

Everybody is signed in and has an open socket, and keeps both as a page does, however long it takes. For so many seconds
requests come at a steady rate, whoever waits: lists of projects and clips, wallets, quotes, each of a random person.
Then `--by` people place `--orders` orders of two videos between them, and learn of their ends from their sockets alone;
all have to finish, and nobody's first one much later than anybody else's. In the end every socket is still open.

Accounts are made as sign-ups would leave them, without their mails and passwords; the clips of those who order are real
and go through ingest. Exit status 1 if a request fails, the p95 of reads or of quotes is over its bar, an order does
not succeed, no push says that it has, a socket is gone, or the slowest person's first video took more than FAIR times
that of the median person.
"""

import argparse
import asyncio
import math
import random
import statistics
import sys
import tempfile
import time
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote
from uuid import UUID, uuid4

import httpx2
from load_people import Person, welcome
from load_pushes import Ear
from load_tally import Tally, tell
from rich.console import Console
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from local.cloud import Cloud
from local.data_directory import DataDirectory

READ_MS, QUOTE_MS = 100.0, 200.0  # p95, of one machine that does all the rest beside
PATIENCE_S: Final = 10.0  # before the API is asked what no push has said
FAIR: Final = 3.0
CLIPS: Final = sorted((Path(__file__).parents[1] / "functions" / "canary" / "clips").glob("*.mp4"))
SPEC: Final = {"mode": "automatic", "order": "shuffled", "resolution": 480, "quality": "draft"}
READS: Final = ("/projects", "/projects/{project}/clips", "/wallet", "/projects/{project}/groups")
OPENED_AT_ONCE: Final = 20


class People:
    """Everybody, and their way to the API."""

    def __init__(self, http: httpx2.AsyncClient, people: list[Person], tally: Tally) -> None:
        self.http, self.people, self.tally = http, people, tally

    async def call(self, who: Person, method: str, path: str, body: Any = None, kind: str | None = None) -> Any:
        """One request below /v1; its JSON, or None where it failed: that is written down."""
        try:
            await who.stay_signed_in(self.http)
            headers = {"authorization": f"Bearer {who.token}", "idempotency-key": str(uuid4())}
            began = time.perf_counter()
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
                    address = f"{ticket['url']}?ticket={quote(ticket['ticket'])}"
                    who.listen(await connect(address, ping_interval=None))  # browsers send none

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
        firsts: dict[UUID, float] = {}

        async def one(who: Person, ear: Ear, generation: str) -> None:
            state = await self._end_of(who, ear, generation, began + timeout_s)
            if state == "succeeded":
                firsts.setdefault(who.id, time.monotonic() - began)
            else:
                self.tally.errors[f"generation {state}"] += 1

        async def all_of(who: Person, count: int) -> None:
            ear = who.ear
            if ear is None:
                self.tally.errors["no socket to hear by"] += 1
                return
            placed = []
            for number in range(count):
                spec = SPEC | {"count": 2, "seed": number + 1}
                placed.append(
                    await self.call(who, "POST", f"/projects/{who.project}/generations", {"spec": spec}, "order")
                )
            await asyncio.gather(*(one(who, ear, each["id"]) for each in placed if each))

        share, more = divmod(orders, len(buyers))
        await asyncio.gather(*(all_of(who, share + (place < more)) for place, who in enumerate(buyers)))
        return list(firsts.values())

    async def _end_of(self, who: Person, ear: Ear, generation: str, until: float) -> str:
        """How a generation ended: as a push says and the API agrees. What the API alone says is written down."""
        unheard = False
        while time.monotonic() < until:
            try:
                async with asyncio.timeout(PATIENCE_S):
                    pushed = await ear.ended(generation)
            except TimeoutError:
                pushed = None
            found = await self.call(who, "GET", f"/generations/{generation}", kind="watch")
            state = str(found["generation"]["state"]) if found else "running"
            if pushed is not None:
                self.tally.ends_pushed += 1
                return pushed if pushed == state else f"{pushed}, but {state}"
            if state != "running" and unheard:  # twice: it may have ended just when it was asked for
                self.tally.errors["end that no push told"] += 1
                return state
            unheard = state != "running"
        return "unfinished"

    async def still_open(self) -> int:
        """How many sockets answer a ping."""

        async def answers(socket: ClientConnection) -> bool:
            try:
                async with asyncio.timeout(PATIENCE_S):
                    await (await socket.ping())
            except (TimeoutError, ConnectionClosed):
                return False
            return True

        return sum(await asyncio.gather(*(answers(who.socket) for who in self.people if who.socket is not None)))

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


async def measure(cloud: Cloud, people: list[Person], options: argparse.Namespace, console: Console) -> bool:
    tally = Tally()
    limits = httpx2.Limits(max_connections=200, keepalive_expiry=2)  # before the gateway ends an idle one
    nobodys = CookieJar(DefaultCookiePolicy(allowed_domains=()))  # each person has their own
    async with httpx2.AsyncClient(base_url=cloud.api_url, timeout=60, limits=limits, cookies=nobodys) as http:
        everybody, buyers = People(http, people, tally), people[: options.by]
        began = time.monotonic()
        await everybody.open_sockets()
        pings = asyncio.gather(*(who.ping() for who in people), return_exceptions=True)
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
            took = tally.took[kind]
            middle = statistics.median(took) if took else math.inf
            console.print(f"{kind:6} {len(took):6,}  p50 {middle:6.1f} ms  p95 {tally.p95(kind):6.1f} ms")
        began = time.monotonic()
        firsts = await everybody.order(buyers, options.orders, options.timeout)
        took_s = time.monotonic() - began
        still_open = await everybody.still_open()
        pings.cancel()
        await asyncio.gather(pings, return_exceptions=True)
        for who in people:
            if who.socket is not None and who.ear is not None:
                tally.pushes.update(who.ear.heard)
                await who.ear.close()
                await who.socket.close()
    if firsts:
        console.print(
            f"{options.orders} orders of {len(buyers)} people in {took_s:.0f} s; a person's first: "
            f"median {statistics.median(firsts):.0f} s, slowest {max(firsts):.0f} s"
        )
    console.print(f"pushes: {', '.join(f'{count:,} {kind}' for kind, count in tally.pushes.most_common())}")
    fair = len(firsts) == len(buyers) and max(firsts) <= FAIR * statistics.median(firsts)
    goals = {
        f"p95 of reads within {READ_MS:.0f} ms": tally.p95("read") <= READ_MS,
        f"p95 of quotes within {QUOTE_MS:.0f} ms": tally.p95("quote") <= QUOTE_MS,
        f"a push told of the end of each of {options.orders} orders": tally.ends_pushed == options.orders,
        f"all {len(people):,} sockets are open in the end": still_open == len(people),
        "no error": not tally.errors,
        f"nobody's first video took more than {FAIR:g} times the median": fair,
    }
    return tell(goals, tally, console)


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
