"""The cost of an order, from ten videos to the largest that is planned: the request, the planning, what is stored.

    python bench/orders.py

Real PostgreSQL, the real app, services and planner, in one process; only the bucket and the queues are kept in memory.
`above` is the request's CPU beyond what its quote alone costs (bar 0.3 s); no quote may cost more than 1 CPU-s.
`others` is the longest another request of the same user takes, from another process, while the order is planned and
stored (bar 100 ms). Bytes are of the largest row of a kind, payload included (bars 1,000 an output, 500 a task and a
promised message).

An order that is refused, for want of credits or because as many run as may, is refused before anything is counted or
planned: the largest order of the table, the median of REFUSALS by a clock (bar 50 ms).

Exit status 1 if a bar is missed.
"""

import multiprocessing
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine, insert, text

from local.database.postgres import Postgres
from medley.apps.registry import registry
from medley.contracts import keys
from medley.contracts.facts import ClipAccepted
from medley.contracts.media import AudioFacts, ClipFacts, Rational, VideoFacts
from medley.contracts.work import PlanGeneration
from medley.db import migrations
from medley.db.engine import make_engine
from medley.db.tables import users
from medley.db.unit_of_work import SqlUnitOfWork
from medley.domain.credits import EntryKind
from medley.domain.projects import Upload
from medley.errors import Rejected
from medley.limits import OPEN_GENERATIONS_PER_USER
from medley.runtime.system import TimeOrderedIds
from medley.services import ordering, projects, wallet
from medley.services.planning import Planner

LARGE = {"speeds": ["1", "5/4", "4/5"], "looks": ["none", "mirror"], "transition": "dissolve"}
ORDERS: Mapping[str, tuple[int, Mapping[str, Any]]] = {  # clips, spec
    "10 videos of 5": (20, {"count": 10, "clips_per_video": 5}),
    "100 videos of 5": (20, {"count": 100, "clips_per_video": 5}),
    "1,000 videos of 5": (20, {"count": 1_000, "clips_per_video": 5}),
    "1,000 videos of 121, cut": (121, {"count": 1_000}),
    "1,000 videos of 60, dissolved": (60, {"count": 1_000, **LARGE}),
}
ABOVE_S, QUOTE_S, OTHERS_MS, REFUSED_MS = 0.3, 1.0, 100, 50
REFUSALS = 20
BYTES = {"outputs": 1_000, "tasks": 500, "outbox": 500}


@dataclass
class Bucket:
    """Objects in memory."""

    contents: dict[str, bytes] = field(default_factory=dict)

    def write(self, content: bytes, key: str, _content_type: str) -> None:
        self.contents[key] = content


@dataclass
class Costs:
    """What one order cost. Seconds are of CPU, but `store_s`, which are of a clock."""

    quote_s: float
    request_s: float
    plan_s: float
    others_ms: float
    plan_bytes: int
    pieces: int
    tasks: int
    rows: Mapping[str, int]

    @property
    def missed(self) -> bool:
        over = any(self.rows[table] > most for table, most in BYTES.items())
        slow = self.request_s - self.quote_s > ABOVE_S or self.quote_s > QUOTE_S or self.others_ms > OTHERS_MS
        return over or slow


def main() -> int:
    console = Console(width=130)
    columns = ("order", "pieces", "quote", "above", "planning", "tasks", "plan", "others", "output", "task", "promise")
    table = Table(*columns)
    missed = False
    with tempfile.TemporaryDirectory() as folder, Postgres(Path(folder) / "data", durable=False) as server:
        server.create_database("bench")
        migrations.upgrade(server.url("bench"))
        engine = make_engine(server.url("bench"))
        for name, (clips, spec) in ORDERS.items():
            with console.status(name):
                costs = measure(engine, server.url("bench"), clips, {"resolution": 480, "seed": 7, **spec})
            missed = missed or costs.missed
            table.add_row(
                name,
                f"{costs.pieces:,}",
                f"{costs.quote_s:.2f} s",
                f"{max(0.0, costs.request_s - costs.quote_s):.2f} s",
                f"{costs.plan_s:.2f} s",
                str(costs.tasks),
                f"{costs.plan_bytes / 1e6:.2f} MB",
                f"{costs.others_ms:.0f} ms",
                *(f"{costs.rows[rows]} B" for rows in BYTES),
                style="red" if costs.missed else None,
            )
        with console.status("Refused orders ..."):
            refused = {why: refused_ms(engine, why) for why in ("not_enough_credits", "too_many_open_generations")}
        engine.dispose()
    console.print(table)
    for why, took_ms in refused.items():
        console.print(f"Refused as {why}: {took_ms:.0f} ms", style="red" if took_ms > REFUSED_MS else None)
    return int(missed or max(refused.values()) > REFUSED_MS)


def measure(engine: Engine, url: str, clips: int, spec: Mapping[str, Any]) -> Costs:
    """Place one order of a new user and plan it."""
    user, project = add_user(engine, clips, available=1_000_000)

    def transaction() -> SqlUnitOfWork:
        return SqlUnitOfWork(engine)

    apps, ids, bucket = registry(), TimeOrderedIds(), Bucket()
    ordering.quote(transaction, apps, user, project, spec)  # imports and statements are made once
    quoted, quote_s = timed(lambda: ordering.quote(transaction, apps, user, project, spec))
    ordered, request_s = timed(
        lambda: ordering.create(
            transaction, apps, ids, user_id=user, project_id=project, spec=spec, key=str(user)
        ).unwrap()
    )
    planner = Planner(transaction, apps, bucket, ids, ("render", "assemble"))  # type: ignore[arg-type]  # it only writes
    with others(url, user) as took:
        began = time.thread_time()
        planner.plan(PlanGeneration(owner_id=user, generation_id=ordered.id))
        plan_s = time.thread_time() - began
    with engine.connect() as connection:
        largest = {
            name: connection.execute(text(f"SELECT max(pg_column_size(t.*)) FROM {name} t")).scalar_one()  # noqa: S608
            for name in BYTES
        }
        tasks = connection.execute(
            text("SELECT count(*) FROM tasks WHERE generation_id = :g"), {"g": ordered.id}
        ).scalar_one()
    return Costs(
        quote_s=quote_s,
        request_s=request_s,
        plan_s=plan_s,
        others_ms=1_000 * max(took),
        plan_bytes=sum(map(len, bucket.contents.values())),
        pieces=quoted.pieces,
        tasks=tasks,
        rows=largest,
    )


def refused_ms(engine: Engine, why: str) -> float:
    """Milliseconds until somebody learns that the largest order is refused for this reason."""
    clips, spec = ORDERS["1,000 videos of 121, cut"]
    poor = why == "not_enough_credits"
    user, project = add_user(engine, clips, available=1 if poor else 1_000_000)
    apps, ids = registry(), TimeOrderedIds()

    def order(n: int, count: int) -> str | None:
        """The code of the refusal, if it is refused."""
        asked = {"resolution": 480, "seed": 7, **spec, "count": count}
        try:
            ordering.create(
                lambda: SqlUnitOfWork(engine), apps, ids, user_id=user, project_id=project, spec=asked, key=f"{n}"
            ).unwrap()
        except Rejected as error:
            return error.code
        return None

    if not poor:
        for n in range(OPEN_GENERATIONS_PER_USER):
            order(n, 1)
    took = []
    for n in range(100, 100 + REFUSALS):
        began = time.monotonic()
        code = order(n, int(spec["count"]))
        took.append(time.monotonic() - began)
        if code != why:
            raise RuntimeError(f"the order was answered {code}, not {why}")
    return 1_000 * statistics.median(took)


def add_user(engine: Engine, clips: int, *, available: int) -> tuple[UUID, UUID]:
    """Somebody new with so many credits available, and a project of so many ready clips."""
    user, project = uuid4(), uuid4()
    with SqlUnitOfWork(engine) as uow:
        row = {"id": user, "email": f"{user}@example.com", "name": "A", "password_hash": "-"}
        uow.connection.execute(insert(users).values(row))
        wallet.grant(uow, f"bench:{user}", user, available, kind=EntryKind.BONUS, reason="bench")
        uow.library.add_project(project, user, "video_mixer", "P")
        uow.commit()
    for n in range(clips):
        add_clip(engine, user, project, n)
    return user, project


def add_clip(engine: Engine, user: UUID, project: UUID, n: int) -> None:
    """A ready clip of two seconds."""
    clip = uuid4()
    video = VideoFacts(
        codec="h264",
        width=640,
        height=360,
        fps=Rational(num=30),
        pixel_format="yuv420p",
        duration_us=2_000_000,
        frames=60,
    )
    audio = AudioFacts(codec="aac", sample_rate=48_000, channels=2, duration_us=2_000_000)
    facts = ClipFacts(container="mov,mp4", size_bytes=1_000, sha256=f"{n:064x}", video=video, audio=audio)
    with SqlUnitOfWork(engine) as uow:
        found = uow.library.project(user, project, lock=True)
        if found is None:
            raise RuntimeError("the project is gone")
        uow.library.add_clip(clip, found, Upload.of(f"clip {n}.mp4", "video/mp4", 1_000))
        poster = keys.derived(user, clip, keys.POSTER)
        uow.library.accept_clip(ClipAccepted(owner_id=user, clip_id=clip, facts=facts, poster_key=poster))
        uow.commit()


def timed(act: Callable[[], Any]) -> tuple[Any, float]:
    """What it returns, and the CPU seconds it took."""
    began = time.process_time()
    result = act()
    return result, time.process_time() - began


@contextmanager
def others(url: str, user: UUID) -> Iterator[list[float]]:
    """Within, another process makes projects for the same user; at the end it says how long each took, in seconds."""
    context = multiprocessing.get_context("spawn")
    told, ended = context.Queue(), context.Event()
    process = context.Process(target=make_projects, args=(url, user, told, ended))
    process.start()
    told.get()  # it is ready
    took: list[float] = []
    try:
        yield took
    finally:
        ended.set()
        took.extend(told.get())
        process.join()


def make_projects(url: str, user: UUID, told: Any, ended: Any) -> None:
    """Say that this is ready, and at the end how long each project took."""
    engine = make_engine(url)
    took: list[float] = []
    make_project(engine, user)  # connecting and importing are nobody's wait
    told.put(None)
    while not ended.is_set() or not took:
        began = time.monotonic()
        make_project(engine, user)
        took.append(time.monotonic() - began)
        ended.wait(0.05)
    engine.dispose()
    told.put(took)


def make_project(engine: Engine, user: UUID) -> None:
    """One that is taken back: a person may have so many."""
    with SqlUnitOfWork(engine) as uow:
        projects.create(uow, TimeOrderedIds(), registry(), user, app="video_mixer", name="Another")


if __name__ == "__main__":
    sys.exit(main())
