"""The table of everything Medley runs: one row per function, queue and bucket.

Pure data: what runs on one machine is wired from it as what is deployed. Times are seconds, memory is MiB.
"""

from dataclasses import dataclass
from typing import Literal

MAX_RECEIVE_COUNT = 5  # AWS's recommendation for queues that feed functions: fewer burns messages on throttling
WHOLE_CPU_MIB = 1_769  # with this much memory a function has one whole CPU, as AWS says; a large order is CPU time
REQUEST_ROLE, JOB_ROLE = "medley_api", "medley_jobs"  # of the database, made by a migration
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


@dataclass(frozen=True)
class ScheduleTrigger:
    """An EventBridge schedule."""

    every_s: int


Trigger = HttpTrigger | SocketTrigger | QueueTrigger | ScheduleTrigger
Layer = Literal["core", "data", "web"]
Setting = Literal["database", "bucket", "queues", "sockets", "tokens", "accounts", "ffmpeg"]


@dataclass(frozen=True)
class Function:
    """One Lambda function: its code is `functions/<name>/handler.py`, entry point `handle`."""

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
    storage_mib: int = 512  # of /tmp

    @property
    def database_role(self) -> str:
        """Whom it connects as, if it has the setting: the roles differ in how long a statement may take."""
        asked = any(isinstance(trigger, HttpTrigger | SocketTrigger) for trigger in self.triggers)
        return REQUEST_ROLE if asked else JOB_ROLE


@dataclass(frozen=True)
class Queue:
    """A standard queue with a dead-letter queue `<name>-dead`; `MessageGroupId` is the owner (fair queues)."""

    name: str
    consumer_timeout_s: int
    max_receive_count: int = MAX_RECEIVE_COUNT

    @property
    def visibility_s(self) -> int:
        return VISIBILITY_FACTOR * self.consumer_timeout_s

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
class Topology:
    functions: tuple[Function, ...]
    queues: tuple[Queue, ...]
    prefixes: tuple[Prefix, ...]
    notifications: tuple[Notification, ...]

    def function(self, name: str) -> Function:
        return next(row for row in self.functions if row.name == name)

    def queue(self, name: str) -> Queue:
        return next(row for row in self.queues if row.name == name)


TOPOLOGY = Topology(
    functions=(
        Function(
            "api",
            "zip",
            WHOLE_CPU_MIB,
            29,
            (HttpTrigger(),),
            layers=("core", "data", "web"),
            settings=("database", "bucket", "queues", "sockets", "tokens", "accounts"),
            sends=("render", "assemble"),
            reads=("uploads/", "assets/", "derived/", "outputs/"),
            writes=("uploads/", "assets/"),
        ),
        Function(
            "socket",
            "zip",
            1024,
            29,
            (SocketTrigger(),),
            layers=("core", "data", "web"),
            settings=("database", "tokens"),
        ),
        Function(
            "ingest",
            "image",
            2048,
            300,
            (QueueTrigger("uploads", batch=1, max_concurrency=20),),
            settings=("bucket", "queues", "ffmpeg"),
            sends=("facts",),
            reads=("uploads/", "assets/"),
            writes=("derived/",),
            storage_mib=4096,
        ),
        Function(
            "render",
            "image",
            4096,
            300,
            (QueueTrigger("render", batch=1, max_concurrency=100),),
            settings=("bucket", "queues", "ffmpeg"),
            sends=("facts",),
            reads=("uploads/", "assets/", "segments/"),
            writes=("segments/",),
            storage_mib=8192,
        ),
        Function(
            "assemble",
            "image",
            3072,
            300,
            (QueueTrigger("assemble", batch=1, max_concurrency=100),),
            settings=("bucket", "queues", "ffmpeg"),
            sends=("facts",),
            reads=("assets/", "segments/", "outputs/"),
            writes=("outputs/",),
            storage_mib=8192,
        ),
        Function(
            "record",
            "zip",
            512,
            60,
            (QueueTrigger("facts", batch=10, max_concurrency=10),),
            layers=("core", "data"),
            settings=("database", "queues", "sockets"),
            sends=("render", "assemble"),
        ),
        Function(
            "relay",
            "zip",
            512,
            60,
            (ScheduleTrigger(every_s=60),),
            layers=("core", "data"),
            settings=("database", "queues"),
            sends=("render", "assemble"),
        ),
        Function(
            "sweep",
            "zip",
            512,
            60,
            (ScheduleTrigger(every_s=60),),
            layers=("core", "data"),
            settings=("database", "bucket", "queues", "sockets"),
            sends=("render", "assemble", "uploads"),
            reads=("uploads/", "assets/"),
            writes=("uploads/", "assets/", "derived/"),
        ),
        Function(
            "dead_letter",
            "zip",
            512,
            60,
            tuple(
                QueueTrigger(f"{name}-dead", batch=10, max_concurrency=2)
                for name in ("uploads", "render", "assemble", "facts")
            ),
            layers=("core", "data"),
            settings=("database", "queues", "sockets"),
            sends=("render", "assemble"),
        ),
    ),
    queues=(
        Queue("uploads", consumer_timeout_s=300),
        Queue("render", consumer_timeout_s=300),
        Queue("assemble", consumer_timeout_s=300),
        Queue("facts", consumer_timeout_s=60),
    ),
    prefixes=(
        Prefix("uploads/", abort_multipart_days=7),
        Prefix("assets/"),
        Prefix("derived/"),
        Prefix("segments/", expire_days=14),
        Prefix("outputs/", expire_days=30),
    ),
    notifications=(
        Notification(prefix="uploads/", queue="uploads"),
        Notification(prefix="assets/", queue="uploads"),
    ),
)
