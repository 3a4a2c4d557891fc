"""A deployment on a simulated clock: the real functions and the real database; AWS and the work itself are played.

Time passes only between events. What takes time, a worker, runs in a thread of its own and is given the baton when its
time has come, so one thing happens at a time and every run is the same. PostgreSQL tells the simulated time too.
"""

import heapq
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import count
from pathlib import Path
from typing import Any, Final, Self
from uuid import uuid4

from pydantic import BaseModel
from sqlalchemy import Engine, text

from functions.dead_letter import handler as dead_letter
from functions.ingest import handler as ingest
from functions.plan import handler as plan
from functions.record import handler as record
from functions.relay import handler as relay
from functions.sweep import handler as sweep
from infra.topology import TOPOLOGY
from medley.contracts import notifications
from medley.contracts.facts import ClipAccepted, TaskFinished, TaskProgressed
from medley.contracts.keys import UploadKey
from medley.contracts.plans import TaskContent
from medley.db.unit_of_work import SqlUnitOfWork
from medley.errors import DatabaseUnavailable, QueueUnavailable, Unavailable
from medley.ports.cloud import Message
from medley.ports.worker import Job, Operation, WorkerContext
from medley.runtime import tasks
from medley.runtime.observability import logger
from tests.flows.fakes import FakePusher, FakeStore
from tests.flows.world import Command, World, clip_accepted, made

EPOCH: Final = datetime(2030, 1, 1, tzinfo=UTC)
HEARTBEAT_S: Final = 10
SEGMENT_S: Final = 20  # of work for each
OUTPUT_S: Final = 3
INGEST_S: Final = 5
CLIPS: Final = 4
SERVICES: Final = ("storage", "queues", "database")


class Clock:
    """Events in the order of their time, and threads that wait for theirs."""

    def __init__(self) -> None:
        self.now = 0.0
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._order = count()
        self._turn = threading.Semaphore(0)  # the scheduler's
        self._mine = threading.local()
        self._failures: list[BaseException] = []

    @property
    def datetime(self) -> datetime:
        return EPOCH + timedelta(seconds=self.now)

    def at(self, time_s: float, do: Callable[[], None]) -> None:
        heapq.heappush(self._events, (time_s, next(self._order), do))

    def every(self, period_s: float, do: Callable[[], None]) -> None:
        def again() -> None:
            self.at(self.now + period_s, again)
            do()

        self.at(self.now + period_s, again)

    def start(self, do: Callable[[], None]) -> None:
        """Run it in a thread of its own, from now until it first sleeps."""
        baton = threading.Semaphore(0)

        def run() -> None:
            self._mine.baton = baton
            baton.acquire()
            try:
                do()
            except BaseException as error:
                self._failures.append(error)
            finally:
                self._turn.release()

        threading.Thread(target=run, daemon=True).start()
        self._give(baton)

    def sleep(self, seconds: float) -> None:
        """Of a thread that was started here."""
        baton: threading.Semaphore = self._mine.baton
        self.at(self.now + seconds, lambda: self._give(baton))
        self._turn.release()
        baton.acquire()

    def run(self, until_s: float) -> None:
        while self._events and self._events[0][0] <= until_s:
            self.now, _, do = heapq.heappop(self._events)
            do()
            if self._failures:
                raise self._failures[0]
        self.now = until_s

    def _give(self, baton: threading.Semaphore) -> None:
        baton.release()
        self._turn.acquire()


def told_by(clock: Clock) -> type[datetime]:
    """A `datetime` whose now is the simulated one."""

    class Told(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return clock.datetime  # type: ignore[return-value]

    return Told


@dataclass(eq=False)
class Waiting:
    """A message in a queue."""

    body: str
    group: str | None
    visible_at: float
    postponed: int = 0
    received: int = 0
    id: str = field(default_factory=lambda: str(uuid4()))


class Queues:
    """SQS: `Queue`, `DelayedRetry` and `Postpone` in one, with visibility, delays and dead letters."""

    def __init__(self, cloud: "SimulatedCloud") -> None:
        self._cloud = cloud
        self.waiting: dict[str, list[Waiting]] = {
            name: [] for row in TOPOLOGY.queues for name in (row.name, row.dead_letter)
        }

    def send(self, messages: Sequence[Message]) -> Sequence[Message]:
        self._answer()
        for message in messages:
            shown_at = self._cloud.clock.now + message.delay_s
            self._put(message.queue, Waiting(message.body, message.group, shown_at))
        return ()

    def hand_back(self, queue_arn: str, receipt_handle: str, delay_s: int) -> None:
        self._answer()
        for message in self.waiting[queue_arn.rpartition(":")[2]]:
            if message.id == receipt_handle:
                message.visible_at = self._cloud.clock.now + delay_s

    def postpone(self, queue_arn: str, body: str, group: str | None, *, delay_s: int, postponed: int) -> None:
        self._answer()
        shown_at = self._cloud.clock.now + delay_s
        self._put(queue_arn.rpartition(":")[2], Waiting(body, group, shown_at, postponed))

    def receive(self, name: str, batch: int) -> list[Waiting]:
        """What Lambda's poller is given now; what was received too often moves to the dead letters."""
        if "queues" in self._cloud.down:
            return []
        row = next(row for row in TOPOLOGY.queues if name in {row.name, row.dead_letter})
        now, taken = self._cloud.clock.now, list[Waiting]()
        for message in list(self.waiting[name]):
            if message.visible_at > now or len(taken) == batch:
                continue
            if name == row.name and message.received >= row.max_receive_count:
                self.waiting[name].remove(message)
                self._cloud.dead[name] += 1
                self._put(row.dead_letter, Waiting(message.body, message.group, now))
                continue
            message.received += 1
            message.visible_at = now + row.visibility_s
            taken.append(message)
        return taken

    def acknowledge(self, name: str, messages: Iterable[Waiting]) -> None:
        if "queues" in self._cloud.down:
            return  # they come again when their visibility is over
        for message in messages:
            with suppress(ValueError):
                self.waiting[name].remove(message)

    def _put(self, name: str, message: Waiting) -> None:
        self.waiting[name].append(message)

    def _answer(self) -> None:
        if "queues" in self._cloud.down:
            raise QueueUnavailable("The queues are gone.")


class Storage(FakeStore):
    """The bucket; it tells `uploads` of files that come, when the queues are there."""

    def __init__(self, cloud: "SimulatedCloud") -> None:
        super().__init__()
        self._cloud = cloud

    @property  # type: ignore[override]
    def down(self) -> bool:
        return "storage" in self._cloud.down

    @down.setter
    def down(self, value: bool) -> None:
        """Nothing: the cloud says."""

    def write(self, content: bytes, key: str, content_type: str) -> None:
        super().write(content, key, content_type)
        self.objects.add(key)
        if key.startswith(("segments/", "outputs/")):
            self._cloud.made[key] += 1


@dataclass
class Context:
    """Lambda's, on the simulated clock."""

    clock: Clock
    ends_at: float
    function_name: str = "function"
    aws_request_id: str = "request"

    def get_remaining_time_in_millis(self) -> int:
        return int(1000 * (self.ends_at - self.clock.now))


class SimulatedCloud:
    """All functions that no person calls, wired as the topology says.

    `down`: services that are gone now; `paused`: functions that take no messages. `made`: how often each object was
    made; `dead`: messages that died, by queue.
    """

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.clock = Clock()
        self.down: set[str] = set()
        self.paused: set[str] = set()
        self.made: Counter[str] = Counter()
        self.dead: Counter[str] = Counter()
        self.lost = 0
        self._engine = engine
        self._folder = folder
        self._busy: Counter[str] = Counter()
        self.queues = Queues(self)
        self.store = Storage(self)
        self.pusher = FakePusher()
        self.world = World.of(self.unit_of_work, clips=0)
        self.world.store = self.store
        self._handlers = self._wired()
        for row in TOPOLOGY.functions:
            for trigger in row.triggers:
                queue = getattr(trigger, "queue", None)
                if queue is not None and row.name in self._handlers:
                    limit = trigger.max_concurrency or 1  # type: ignore[union-attr]
                    self.clock.every(1, lambda row=row, trigger=trigger, limit=limit: self._poll(row, trigger, limit))
        for name in ("sweep", "relay"):
            self.clock.every(60, lambda name=name: self._tick(name))

    def unit_of_work(self) -> SqlUnitOfWork:
        return SimulatedUnitOfWork(self._engine, self)

    def outage(self, service: str, begins_s: float, lasts_s: float) -> None:
        self.clock.at(begins_s, lambda: self.down.add(service))
        self.clock.at(begins_s + lasts_s, lambda: self.down.discard(service))

    def pause(self, function: str, begins_s: float, lasts_s: float) -> None:
        self.clock.at(begins_s, lambda: self.paused.add(function))
        self.clock.at(begins_s + lasts_s, lambda: self.paused.discard(function))

    def upload(self, n: int) -> None:
        """A person uploads a clip, and tries until it works."""
        if self.down:
            self.clock.at(self.clock.now + 10, lambda: self.upload(n))
            return
        clip = self.world.add_clip(n, ready=False)
        key = str(UploadKey(self.world.user, self.world.project, clip))
        self.store.objects.add(key)
        event = notifications.object_created("bucket", key)
        self.queues._put("uploads", Waiting(event, None, self.clock.now))

    def order(self, key: str, **spec: Any) -> None:
        """A person orders when all clips are there, and tries until it works."""
        try:
            if len(self.world.sql("SELECT FROM clips WHERE state = 'ready'")) < CLIPS:
                raise Unavailable("The clips are not there yet.")  # noqa: TRY301 - then as if it did not answer
            self.world.order(key, send=False, **spec)
        except Unavailable:
            self.clock.at(self.clock.now + 10, lambda: self.order(key, **spec))
            return
        relay.outbox.drain(self.unit_of_work, self.queues)

    def _wired(self) -> dict[str, Callable[[Any, Any], Any]]:
        hand_back, postpone, log = self.queues.hand_back, self.queues.postpone, logger("simulation")
        uow, queues, pusher, store = self.unit_of_work, self.queues, self.pusher, self.store
        planner = self.world.planner
        deps: dict[str, tuple[Any, Any]] = {
            "plan": (plan.handle, plan.Dependencies(planner, queues, pusher, hand_back, postpone, log)),
            "record": (record.handle, record.Dependencies(uow, queues, pusher, store, hand_back, postpone, log)),
            "relay": (relay.handle, relay.Dependencies(uow, queues, log)),
            "sweep": (
                sweep.handle,
                sweep.Dependencies(uow, queues, pusher, store, "bucket", lambda _: None, log),
            ),
            "dead_letter": (
                dead_letter.handle,
                dead_letter.Dependencies(uow, queues, pusher, store, hand_back, self._count_lost, log),
            ),
            "ingest": (ingest.handle, ingest.Dependencies(store, queues, hand_back, postpone, self._folder, 1, log)),
        }
        for lane in TOPOLOGY.lanes:
            worker = tasks.Dependencies(store, queues, hand_back, self._operation, self._folder, 1, log)
            deps[lane.name] = (tasks.process, worker)
        return {
            name: lambda event, context, handle=handle, own=own: handle(event, context, own)
            for name, (handle, own) in deps.items()
        }

    def accept(self, upload: UploadKey, _found: Any, _deps: Any) -> ClipAccepted:
        """What ingest finds in an upload when it has read it."""
        self.clock.sleep(INGEST_S)
        self.store.head(str(upload))
        n = self.world.clips.index(upload.clip)
        return clip_accepted(upload.owner, upload.clip, n)

    def _count_lost(self) -> None:
        self.lost += 1

    def _tick(self, name: str) -> None:
        context = Context(self.clock, self.clock.now + TOPOLOGY.function(name).timeout_s)
        with suppress(Unavailable):  # for the alarm
            self._handlers[name]({}, context)

    def _poll(self, row: Any, trigger: Any, limit: int) -> None:
        while self._busy[row.name] < limit and row.name not in self.paused:
            messages = self.queues.receive(trigger.queue, trigger.batch)
            if not messages:
                return
            self._busy[row.name] += 1
            self.clock.start(lambda messages=messages: self._invoke(row, trigger.queue, messages))  # type: ignore[misc]

    def _invoke(self, row: Any, queue: str, messages: list[Waiting]) -> None:
        context = Context(self.clock, self.clock.now + row.timeout_s)
        try:
            answer = self._handlers[row.name]({"Records": [_record(queue, message) for message in messages]}, context)
            failed = {item["itemIdentifier"] for item in answer["batchItemFailures"]}
            self.queues.acknowledge(queue, [message for message in messages if message.id not in failed])
        finally:
            self._busy[row.name] -= 1

    def _operation(self, _app: str, name: str) -> Operation:
        return Operation(Anything, self._join if name == "assemble" else self._render)

    def _render(self, job: Job[Any], context: WorkerContext) -> None:
        """Segments one after the other, each stored when it is made and found again if it is there."""
        context.report(TaskProgressed(**job.work.about, work_done=0))
        for segment in job.payload.model_extra["segments"]:
            key = f"segments/{job.work.owner_id}/{segment['shot']}"
            if context.store.head(key) is None:
                self._take(SEGMENT_S, job, context)
                context.store.write(b"", key, "video/mp4")
        context.report(TaskFinished(**job.work.about))

    def _join(self, job: Job[Any], context: WorkerContext) -> None:
        context.report(TaskProgressed(**job.work.about, work_done=0))
        for output in job.outputs:
            self._take(OUTPUT_S, job, context)
            fact = made(Command(job.work, TaskContent(payload={}, outputs=job.outputs)), output)
            context.store.write(b"", fact.parts[0].key, "video/mp4")
            context.report(fact)
        context.report(TaskFinished(**job.work.about))

    def _take(self, seconds: float, job: Job[Any], context: WorkerContext) -> None:
        """Work so long, with signs of life that may get lost."""
        if not context.wanted():
            raise Unavailable("Nobody waits for this.", code="called_off")
        left = seconds
        while left > 0:
            self.clock.sleep(min(HEARTBEAT_S, left))
            left -= HEARTBEAT_S
            with suppress(Unavailable):
                context.report(TaskProgressed(**job.work.about, work_done=0))


class Anything(BaseModel, extra="allow"):
    """A payload as it is."""


class SimulatedUnitOfWork(SqlUnitOfWork):
    """The real one, in a database that tells the simulated time and may be gone."""

    def __init__(self, engine: Engine, cloud: SimulatedCloud) -> None:
        super().__init__(engine)
        self._cloud = cloud

    def __enter__(self) -> Self:
        if "database" in self._cloud.down:
            raise DatabaseUnavailable("The database is gone.")
        super().__enter__()
        now = str(self._cloud.clock.datetime.timestamp())
        self.connection.execute(text("SELECT set_config('simulated.now', :now, false)"), {"now": now})
        return self

    def __exit__(self, *error: Any) -> None:
        cloud = self._cloud
        super().__exit__(*error)  # which forgets all that it does not know
        self._cloud = cloud


def _record(queue: str, message: Waiting) -> dict[str, Any]:
    attributes = {"ApproximateReceiveCount": str(message.received)}
    if message.group is not None:
        attributes["MessageGroupId"] = message.group
    shown: dict[str, Any] = {"stringValue": str(message.postponed), "dataType": "Number"}
    return {
        "messageId": message.id,
        "receiptHandle": message.id,
        "body": message.body,
        "attributes": attributes,
        "messageAttributes": {"postponed": shown} if message.postponed else {},
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:us-east-1:000000000000:{queue}",
        "awsRegion": "us-east-1",
    }
