"""Cost of a fact: CPU of the function that records it, CPU of PostgreSQL, and the time it waits for the database.

    python bench/facts.py [--outputs 200]

Real PostgreSQL on this machine, the real services; an order of 8 clips is placed and planned, then every task's facts
are recorded as they would come: one transaction each.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path
from uuid import UUID

from orders import measure
from rich.console import Console
from sqlalchemy import Engine, text

from local.database.postgres import Postgres
from medley.contracts import keys
from medley.contracts.facts import Fact, OutputMade, OutputPart, TaskFinished
from medley.db import migrations
from medley.db.engine import make_engine
from medley.db.unit_of_work import SqlUnitOfWork
from medley.services import recording

TICKS = os.sysconf("SC_CLK_TCK")


def database_cpu_s(root: int) -> float:
    """CPU seconds of a server and all its processes."""
    total = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == root or int(path.parent.name) == root:
            total += int(fields[11]) + int(fields[12])
    return total / TICKS


def facts(engine: Engine) -> list[Fact]:
    """Those of all tasks of the one generation, first of what makes segments."""
    told: list[Fact] = []
    with engine.connect() as connection:
        tasks = connection.execute(
            text("SELECT t.*, g.user_id FROM tasks t JOIN generations g ON g.id = t.generation_id ORDER BY t.index")
        ).all()
        outputs = connection.execute(text("SELECT n, task, work FROM outputs")).all()
    for task in tasks:
        about = {
            "owner_id": task.user_id,
            "generation_id": task.generation_id,
            "task_id": task.id,
            "attempt": 1,
        }
        told += [_made(about, output.n, output.work) for output in outputs if output.task == task.index]
        told.append(TaskFinished(**about, made=1, wall_ms=1_000, cpu_ms=1_000))
    return told


def _made(about: dict[str, UUID | int], n: int, work: int) -> OutputMade:
    key = keys.output(about["owner_id"], about["generation_id"], n)  # type: ignore[arg-type]  # ids, as above
    part = OutputPart(role="main", key=key, media_type="video/mp4", size_bytes=1_000, sha256="0" * 64)
    return OutputMade(**about, n=n, work=work, parts=(part,))  # type: ignore[arg-type]  # likewise


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--outputs", type=int, default=200)
    count = parser.parse_args().outputs
    with tempfile.TemporaryDirectory() as folder, Postgres(Path(folder) / "data", durable=False) as server:
        server.create_database("bench")
        migrations.upgrade(server.url("bench"))
        engine = make_engine(server.url("bench"))
        measure(engine, server.url("bench"), 8, {"resolution": 480, "seed": 7, "count": count})
        told = facts(engine)
        pid = int((Path(folder) / "data" / "postmaster.pid").read_text().splitlines()[0])
        before, cpu, wall = database_cpu_s(pid), time.process_time(), time.perf_counter()
        for fact in told:
            with SqlUnitOfWork(engine) as uow:
                recording.apply(uow, fact)
                uow.commit()
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        database = database_cpu_s(pid) - before
        with engine.connect() as connection:
            states = dict(connection.execute(text("SELECT state, count(*) FROM outputs GROUP BY state")).all())
        engine.dispose()
    each = 1_000 / len(told)
    Console().print(
        f"{len(told)} facts of {count} outputs: {wall * each:.2f} ms each; "
        f"CPU: function {cpu * each:.2f} ms, database {database * each:.2f} ms"
    )
    return int(states != {"made": count})


if __name__ == "__main__":
    sys.exit(main())
