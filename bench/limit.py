"""The largest order, made: every video of 121 pieces, from tiny footage, with the real planner, workers and FFmpeg.

    python bench/limit.py [--videos 1000] [--clips 121]

Real PostgreSQL, plan, commands, worker edge and recorder in one process; the bucket is a folder, the queues are in
memory. The clips are 64x36 pixels and a quarter of a second long: one file, each copy with some bytes of its own at its
end, so that each is another clip. Prints what planning, making the segments and joining took, in CPU seconds with all
children.

Exit status 1 unless every video was made, all were paid, and every invariant holds.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

from rich.console import Console
from rich.progress import Progress
from sqlalchemy import Engine, insert

from cli.directory_store import DirectoryStore
from infra.topology import LANES
from local.compute.pollers import sqs_event
from local.database.postgres import Postgres
from medley.apps.registry import registry
from medley.contracts import keys
from medley.contracts.facts import ClipAccepted, read_fact
from medley.contracts.work import PlanGeneration
from medley.db import migrations
from medley.db.engine import make_engine
from medley.db.tables import users
from medley.db.unit_of_work import SqlUnitOfWork
from medley.domain.credits import EntryKind
from medley.domain.generations import FINAL, Generation
from medley.domain.projects import Upload
from medley.media.intake import probe
from medley.media.sandbox import ffmpeg
from medley.ports.cloud import Message
from medley.runtime import tasks
from medley.runtime.observability import logger
from medley.runtime.system import TimeOrderedIds
from medley.services import generations, ordering, outbox, recording, wallet
from medley.services.planning import Planner

WORKERS = 2
CREDITS = 1_000_000
TIME_OUT_MS = 300_000
SPEC = {"resolution": 480, "aspect": "1:1", "fps": 24, "quality": "draft", "seed": 7}
NAMES = tuple(lane.name for lane in LANES)


class Queues:
    """Queues in memory; workers take from all lanes."""

    def __init__(self) -> None:
        self._waiting: deque[Message] = deque()
        self._lock = threading.Lock()

    def send(self, messages: Sequence[Message]) -> Sequence[Message]:
        with self._lock:
            self._waiting.extend(messages)
        return ()

    def take(self, *names: str) -> Message | None:
        with self._lock:
            found = next((message for message in self._waiting if message.queue in names), None)
            if found is not None:
                self._waiting.remove(found)
            return found


class Order:
    """One user's order, from its clips to its last video."""

    def __init__(self, engine: Engine, folder: Path, clips: int) -> None:
        self._engine, self._folder = engine, folder
        self._store, self._queues = DirectoryStore(folder / "bucket"), Queues()
        self._user, self._project = uuid4(), uuid4()
        with self.unit_of_work() as uow:
            row = {"id": self._user, "email": f"{self._user}@example.com", "name": "A", "password_hash": "-"}
            uow.connection.execute(insert(users).values(row))
            wallet.grant(uow, f"bench:{self._user}", self._user, CREDITS, kind=EntryKind.BONUS, reason="bench")
            uow.library.add_project(self._project, self._user, "video_mixer", "P")
            uow.commit()
        whole = footage(folder / "clip.mp4")
        for n in range(clips):
            self._add_clip(n, whole)

    def unit_of_work(self) -> SqlUnitOfWork:
        return SqlUnitOfWork(self._engine)

    def _add_clip(self, n: int, whole: bytes) -> None:
        clip, path = uuid4(), self._folder / f"clip {n}.mp4"
        path.write_bytes(whole + (12).to_bytes(4, "big") + b"free" + n.to_bytes(4, "big"))
        self._store.upload(path, str(keys.UploadKey(self._user, self._project, clip)), "video/mp4")
        poster = keys.derived(self._user, clip, keys.POSTER)
        fact = ClipAccepted(owner_id=self._user, clip_id=clip, facts=probe.probe(path), poster_key=poster)
        with self.unit_of_work() as uow:
            project = uow.library.project(self._user, self._project, lock=True)
            if project is None:
                raise RuntimeError("the project is gone")
            uow.library.add_clip(clip, project, Upload.of(path.name, "video/mp4", path.stat().st_size))
            uow.library.accept_clip(fact)
            uow.commit()

    def place(self, videos: int) -> UUID:
        """Order and plan; returns the generation's id."""
        spec, ids = {**SPEC, "count": videos}, TimeOrderedIds()
        about = {"user_id": self._user, "project_id": self._project, "spec": spec, "key": "bench"}
        ordered = ordering.create(self.unit_of_work, registry(), ids, **about).unwrap()  # type: ignore[arg-type]
        planner = Planner(self.unit_of_work, registry(), self._store, ids, NAMES)
        planner.plan(PlanGeneration(owner_id=self._user, generation_id=ordered.id))
        outbox.drain(self.unit_of_work, self._queues)
        return ordered.id

    def make(self, generation_id: UUID) -> Generation:
        """Have WORKERS work until the generation has ended."""
        with Progress() as progress, ThreadPoolExecutor(WORKERS) as pool:
            shown = progress.add_task("videos", total=None)
            workers = [pool.submit(self._work, n, generation_id) for n in range(WORKERS)]
            while not all(worker.done() for worker in workers):
                found = self.read(generation_id)
                progress.update(shown, completed=found.outputs_made, total=found.outputs_total)
                time.sleep(1)
            for worker in workers:
                worker.result()
        return self.read(generation_id)

    def read(self, generation_id: UUID) -> Generation:
        with self.unit_of_work() as uow:
            return generations.read(uow, self._user, generation_id)

    def _work(self, n: int, generation_id: UUID) -> None:
        operation, log = registry().operation, logger("worker")
        deps = tasks.Dependencies(self._store, self._queues, None, operation, self._folder / str(n), 1, log)
        context: Any = SimpleNamespace(get_remaining_time_in_millis=lambda: TIME_OUT_MS)
        while self.read(generation_id).state not in FINAL:
            command = self._queues.take(*NAMES)
            if command is None:
                time.sleep(0.2)
                continue
            body = {"MessageId": "1", "ReceiptHandle": "1", "Body": command.body, "MD5OfBody": "", "Attributes": {}}
            body["Attributes"] = {"ApproximateReceiveCount": "1", "MessageGroupId": command.group}
            tasks.process(sqs_event(command.queue, [body]), context, deps)
            self._record()

    def _record(self) -> None:
        while (fact := self._queues.take("facts")) is not None:
            with self.unit_of_work() as uow:
                follows = recording.apply(uow, read_fact(fact.body))
                uow.commit()
            if follows.sends:
                outbox.drain(self.unit_of_work, self._queues)

    def faults(self, ended: Generation) -> list[str]:
        """What is not as it should be."""
        with self.unit_of_work() as uow:
            found = [number for number, rows in uow.invariants.broken(sample=5).items() if rows]
            left = wallet.balance(uow, self._user)
        if (ended.outputs_made, left.spent) != (ended.outputs_total, ended.price):
            found.append(f"{ended.outputs_made} of {ended.outputs_total} were made, {left.spent} paid: {ended.message}")
        return found


def footage(path: Path) -> bytes:
    """A clip of a quarter of a second."""
    picture = ("-f", "lavfi", "-i", "testsrc2=s=64x36:r=24:d=0.25", "-f", "lavfi", "-i", "sine=330:d=0.25")
    encoder = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac")
    subprocess.run([ffmpeg.executable(), "-v", "error", *picture, *encoder, str(path)], check=True)
    return path.read_bytes()


def cpu_s() -> float:
    """CPU seconds of this process and all children that have ended."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--videos", type=int, default=1_000)
    parser.add_argument("--clips", type=int, default=121)
    asked = parser.parse_args()
    console = Console()
    with tempfile.TemporaryDirectory() as scratch, Postgres(Path(scratch, "data"), durable=False) as server:
        server.create_database("bench")
        migrations.upgrade(server.url("bench"))
        engine = make_engine(server.url("bench"))
        order = Order(engine, Path(scratch), asked.clips)
        marks = [(cpu_s(), time.monotonic())]
        generation_id = order.place(asked.videos)
        marks.append((cpu_s(), time.monotonic()))
        ended = order.make(generation_id)
        marks.append((cpu_s(), time.monotonic()))
        faults = order.faults(ended)
        engine.dispose()
    for what, (cpu, wall), (cpu_after, wall_after) in zip(("planned", "made"), marks, marks[1:], strict=False):
        console.print(f"{what}: {cpu_after - cpu:.1f} CPU-s, {wall_after - wall:.1f} s")
    console.print(
        f"{ended.outputs_made:,} of {ended.outputs_total:,} videos of {asked.clips} clips: {ended.state.value}"
    )
    for fault in faults:
        console.print(fault, style="red")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
