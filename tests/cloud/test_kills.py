"""A worker killed at any moment: the work still ends, each output once, and the ledger balances."""

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg

from local.cloud import Cloud
from medley.db.engine import make_engine
from medley.db.unit_of_work import SqlUnitOfWork
from medley_client import Client, Json

SPEC: Json = {"mode": "automatic", "order": "shuffled", "count": 12, "resolution": 480, "quality": "draft"}
# How long a process may have had an event when it is killed. Two kills are below a message's three receives, which
# would make it a dead letter: its work is then done too, but a minute later.
MOMENTS_S = {
    "ingest": (0.03, 0.2),
    "render": (0.05, 0.3),
    "assemble": (0.03, 0.15),
    "record": (0.0, 0.008),
}


@contextmanager
def killer(cloud: Cloud, function: str) -> Iterator[list[int]]:
    """Within, kill -9 processes of the function while they work, at its moments; yields who was killed."""
    killed: list[int] = []
    stop = threading.Event()

    def kill() -> None:
        since: dict[int, float] = {}
        while len(killed) < len(MOMENTS_S[function]) and not stop.wait(0.001):
            now = time.monotonic()
            since = {pid: since.get(pid, now) for pid in cloud.working_pids(function) if pid not in killed}
            for pid, began in since.items():
                if now - began >= MOMENTS_S[function][len(killed)]:
                    os.kill(pid, signal.SIGKILL)
                    killed.append(pid)
                    break

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        yield killed
    finally:
        stop.set()
        thread.join()


def assert_sound(cloud: Cloud, client: Client, final: Json, count: int) -> None:
    """Every output made once, paid once, nothing reserved, no invariant broken."""
    assert (final["state"], final["outputs_made"]) == ("succeeded", count)
    outputs = client.all_items(f"/generations/{final['id']}/outputs")
    assert [item["n"] for item in outputs] == list(range(1, count + 1))
    assert {item["state"] for item in outputs} == {"made"}
    assert client.call("GET", "/wallet")["reserved"] == 0
    kinds = Counter(entry["kind"] for entry in client.all_items("/wallet/entries"))
    assert kinds == {"bonus": 1, "reserve": 1, "capture": 1}
    engine = make_engine(cloud.database_url)
    try:
        with SqlUnitOfWork(engine) as uow:
            assert {name: rows for name, rows in uow.invariants.broken(sample=5).items() if rows} == {}
    finally:
        engine.dispose()


def test_killed_workers_lose_nothing(
    cloud: Cloud, client: Client, project: str, clips: list[Path], finish: Callable[[Json], Json]
) -> None:
    """Each function is killed while it reads the clips, or works on one order of them."""
    with killer(cloud, "ingest") as killed:
        for path in clips:
            client.upload(project, path)
        settled = client.settled_clips(project, len(clips))
    assert len(killed) >= 2, "too few were killed to show anything"
    assert [clip["state"] for clip in settled] == ["ready"] * len(clips)
    with psycopg.connect(cloud.database_url) as connection:
        rows = connection.execute("SELECT count(*) FROM clips WHERE project_id = %s", [project]).fetchone()
    assert rows == (len(clips),)
    with ExitStack() as killers:
        dead = {name: killers.enter_context(killer(cloud, name)) for name in ("render", "assemble", "record")}
        final = finish(client.generate(project, SPEC))
    assert all(len(killed) >= 2 for killed in dead.values()), "too few were killed to show anything"
    assert_sound(cloud, client, final, SPEC["count"])
