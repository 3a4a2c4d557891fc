"""Rows of the topology: functions, lanes, queues, prefixes. Times are seconds, memory is MiB."""

from dataclasses import dataclass
from typing import Literal

MAX_RECEIVE_COUNT = 3  # a guard against what takes a process down; an outage uses up none, see medley.domain.retries
REQUEST_ROLE, JOB_ROLE = "medley_api", "medley_jobs"  # of the database, made by a migration
OWNER_ROLE = "medley_owner"  # whose the tables are
DAY_S = 86_400
EVENT_SOURCE_MOST = 1_000  # batches at once: Lambda's limit
WHOLE_CPU_MIB = 1_769  # with this much memory a function has one whole CPU, as AWS says; a large order is CPU time
VISIBILITY_FACTOR = 6  # visibility over function time-out, AWS's recommendation


@dataclass(frozen=True)
class HttpTrigger:
    """Every HTTP request, as an API Gateway HTTP API event, payload format 2.0."""


@dataclass(frozen=True)
class SocketTrigger:
    """$connect, $disconnect and $default of the WebSocket API."""


@dataclass(frozen=True)
class QueueTrigger:
    """Messages of one queue, as SQS events; failures are reported message by message."""

    queue: str
    batch: int = 1
    max_concurrency: int | None = None  # MaximumConcurrency of the event source: None or at least 2
    widens: bool = False  # with the stage: what an order waits for

    def at_once(self, wider: int) -> int | None:
        """How many batches its event source may have in work, where the stage is so many times as wide."""
        if self.max_concurrency is None or not self.widens:
            return self.max_concurrency
        return min(EVENT_SOURCE_MOST, self.max_concurrency * wider)


@dataclass(frozen=True)
class ScheduleTrigger:
    """An EventBridge schedule; `watch` is one that only watches over a service that people depend on: on one machine
    nobody is called, so there it is for whoever asks."""

    every_s: int
    watch: bool = False


@dataclass(frozen=True)
class DeployTrigger:
    """Each deployment, before anything of the new code is asked. It connects as the database's owner, and makes the
    keys behind tokens where there are none."""


Trigger = HttpTrigger | SocketTrigger | QueueTrigger | ScheduleTrigger | DeployTrigger
Layer = Literal["core", "data", "web", "zip"]
Setting = Literal[
    "database",
    "bucket",
    "queues",
    "sockets",
    "tokens",
    "accounts",
    "site",
    "mail",
    "caller",
    "ffmpeg",
    "apps",
    "downloads",
]


@dataclass(frozen=True)
class Function:
    """One Lambda function: its code is `functions/<code>/handler.py`, of its own name if none is given; entry point
    `handle`."""

    name: str
    kind: Literal["zip", "image"]
    memory_mib: int
    timeout_s: int
    triggers: tuple[Trigger, ...]
    layers: tuple[Layer, ...] = ()
    settings: tuple[Setting, ...] = ()  # groups of environment variables it is given, see medley.settings
    sends: tuple[str, ...] = ()  # queues it may send to
    reads: tuple[str, ...] = ()  # key prefixes it may read and list; else S3 says 403 where there is no object
    writes: tuple[str, ...] = ()  # key prefixes it may write
    in_parts: tuple[str, ...] = ()  # of those, the ones it may look after uploads in parts of
    deletes: tuple[str, ...] = ()  # key prefixes it may delete
    storage_mib: int = 512  # of /tmp
    code: str = ""
    reserved: int | None = None  # reserved concurrency, where the stage reserves any
    snapshot: bool = False  # started from a snapshot of its initialised environment (SnapStart)

    @property
    def folder(self) -> str:
        """Of its code, within `functions/`."""
        return self.code or self.name

    @property
    def database_role(self) -> str:
        """Whom it connects as, if it has the setting: the roles differ in how long a statement may take."""
        if self.deploys:
            return OWNER_ROLE
        asked = any(isinstance(trigger, HttpTrigger | SocketTrigger) for trigger in self.triggers)
        return REQUEST_ROLE if asked else JOB_ROLE

    @property
    def deploys(self) -> bool:
        """Whether it is part of a deployment."""
        return any(isinstance(trigger, DeployTrigger) for trigger in self.triggers)

    @property
    def in_network(self) -> bool:
        """Whether it runs where the database can be reached."""
        return "database" in self.settings


@dataclass(frozen=True)
class Lane:
    """A queue of work for any app and the workers behind it: what they are given is what its work may need.

    Everything else follows from the row: the function and the queue of that name, both running `functions/worker`; who
    may send to it; what becomes of its dead letters; which lanes an app's tasks may name.
    """

    name: str
    memory_mib: int
    timeout_s: int
    max_concurrency: int
    kind: Literal["zip", "image"] = "image"
    layers: tuple[Layer, ...] = ()
    settings: tuple[Setting, ...] = ("ffmpeg",)  # beside what every worker has
    reads: tuple[str, ...] = ()  # beside the plan, and what it writes: a worker asks what is there
    writes: tuple[str, ...] = ()
    storage_mib: int = 512  # of /tmp

    @property
    def function(self) -> Function:
        return Function(
            name=self.name,
            kind=self.kind,
            memory_mib=self.memory_mib,
            timeout_s=self.timeout_s,
            triggers=(QueueTrigger(self.name, batch=1, max_concurrency=self.max_concurrency, widens=True),),
            layers=self.layers,
            settings=("bucket", "queues", "apps", *self.settings),
            sends=("facts",),
            reads=tuple(dict.fromkeys(("plans/", "ended/", *self.reads, *self.writes))),
            writes=self.writes,
            in_parts=self.writes,
            storage_mib=self.storage_mib,
            code="worker",
        )

    @property
    def queue(self) -> "Queue":
        return Queue(self.name, consumer_timeout_s=self.timeout_s)


@dataclass(frozen=True)
class Queue:
    """A standard queue with a dead-letter queue `<name>-dead`; `MessageGroupId` is the owner (fair queues)."""

    name: str
    consumer_timeout_s: int
    max_receive_count: int = MAX_RECEIVE_COUNT
    retention_s: int = 14 * DAY_S  # SQS's maximum: a message outlives any outage
    dead_consumer_timeout_s: int = 60  # of the function that hears of its dead letters

    @property
    def visibility_s(self) -> int:
        return VISIBILITY_FACTOR * self.consumer_timeout_s

    @property
    def dead_visibility_s(self) -> int:
        return VISIBILITY_FACTOR * self.dead_consumer_timeout_s

    @property
    def dead_letter(self) -> str:
        return f"{self.name}-dead"


@dataclass(frozen=True)
class Prefix:
    """A key prefix of the bucket and how long objects below it live (None: until their owner deletes them)."""

    name: str
    expire_days: int | None = None
    abort_multipart_days: int | None = None


@dataclass(frozen=True)
class Notification:
    """S3 sends `events` below `prefix` to `queue`."""

    prefix: str
    queue: str
    events: tuple[str, ...] = ("s3:ObjectCreated:*",)


@dataclass(frozen=True)
class Cors:
    """What pages of the site may do with the bucket; those of other origins may do nothing. Headers in lower case."""

    methods: tuple[str, ...]
    headers: tuple[str, ...]
    exposed: tuple[str, ...]  # headers of an answer that a page may read
    max_age_s: int


@dataclass(frozen=True)
class Topology:
    lanes: tuple[Lane, ...]
    functions: tuple[Function, ...]  # those of the lanes are among them, and their queues below
    queues: tuple[Queue, ...]
    prefixes: tuple[Prefix, ...]
    notifications: tuple[Notification, ...]
    cors: Cors

    def function(self, name: str) -> Function:
        return next(row for row in self.functions if row.name == name)

    def queue(self, name: str) -> Queue:
        return next(row for row in self.queues if row.name == name)
