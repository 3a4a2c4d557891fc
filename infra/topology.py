"""The table of everything Medley runs: one row per function, queue and bucket.

Pure data: what runs on one machine is wired from it as what is deployed. Times are seconds, memory is MiB.
"""

from collections.abc import Sequence

from infra.rows import (
    Function,
    HttpTrigger,
    Lane,
    Notification,
    Prefix,
    Queue,
    QueueTrigger,
    ScheduleTrigger,
    SocketTrigger,
    Topology,
)

WHOLE_CPU_MIB = 1_769  # with this much memory a function has one whole CPU, as AWS says; a large order is CPU time

LANES = (
    Lane(
        "render",
        memory_mib=4096,
        timeout_s=300,
        max_concurrency=100,
        reads=("uploads/", "assets/", "segments/"),
        writes=("segments/",),
        storage_mib=8192,
    ),
    Lane(
        "assemble",
        memory_mib=3072,
        timeout_s=300,
        max_concurrency=100,
        reads=("assets/", "segments/", "outputs/"),
        writes=("outputs/",),
        storage_mib=8192,
    ),
)


def topology(lanes: Sequence[Lane]) -> Topology:
    """Everything, with these lanes."""
    work = tuple(lane.name for lane in lanes)
    queues = (
        Queue("uploads", consumer_timeout_s=300),
        Queue("plans", consumer_timeout_s=120),
        *(lane.queue for lane in lanes),
        Queue("facts", consumer_timeout_s=60),
    )
    return Topology(
        lanes=tuple(lanes),
        functions=(*_front(work), *(lane.function for lane in lanes), *_back(work, queues)),
        queues=queues,
        prefixes=(
            Prefix("uploads/", abort_multipart_days=7),
            Prefix("assets/"),
            Prefix("derived/"),
            Prefix("plans/", expire_days=90),
            Prefix("ended/", expire_days=1),  # a message in a queue is older than that only past its deadline
            Prefix("segments/", expire_days=14),
            Prefix("outputs/", expire_days=30),
        ),
        notifications=(Notification("uploads/", queue="uploads"), Notification("assets/", queue="uploads")),
    )


def _front(work: tuple[str, ...]) -> tuple[Function, ...]:
    """What answers people and takes in what they send."""
    return (
        Function(
            "api",
            "zip",
            WHOLE_CPU_MIB,
            29,
            (HttpTrigger(),),
            layers=("core", "data", "web"),
            settings=("database", "bucket", "queues", "sockets", "tokens", "accounts", "caller", "apps"),
            sends=("plans", *work),
            reads=("uploads/", "assets/", "derived/", "plans/", "outputs/"),
            writes=("uploads/", "assets/", "ended/"),
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
            sends=("facts", "uploads"),  # what an outage stopped is sent anew
            reads=("uploads/", "assets/"),
            writes=("derived/",),
            storage_mib=4096,
        ),
    )


def _back(work: tuple[str, ...], queues: tuple[Queue, ...]) -> tuple[Function, ...]:
    """What moves generations on and looks after everything."""
    return (
        Function(
            "plan",
            "zip",
            2 * WHOLE_CPU_MIB,
            120,
            (QueueTrigger("plans", batch=1, max_concurrency=20),),
            layers=("core", "data"),
            settings=("database", "bucket", "queues", "sockets", "apps"),
            sends=("plans", *work),  # plans: what an outage stopped is sent anew
            reads=("plans/",),  # what older planners chose
            writes=("plans/",),
        ),
        Function(
            "record",
            "zip",
            512,
            60,
            (QueueTrigger("facts", batch=10, max_concurrency=10),),
            layers=("core", "data"),
            settings=("database", "bucket", "queues", "sockets"),
            sends=("plans", "facts", *work),  # facts: what an outage stopped is sent anew
            writes=("ended/",),
        ),
        Function(
            "relay",
            "zip",
            512,
            60,
            (ScheduleTrigger(every_s=60),),
            layers=("core", "data"),
            settings=("database", "queues"),
            sends=("plans", *work),
        ),
        Function(
            "sweep",
            "zip",
            512,
            60,
            (ScheduleTrigger(every_s=60),),
            layers=("core", "data"),
            settings=("database", "bucket", "queues", "sockets"),
            sends=("uploads", "plans", "facts", *work),
            reads=("uploads/", "assets/"),
            writes=("uploads/", "assets/", "derived/", "ended/"),
        ),
        Function(
            "dead_letter",
            "zip",
            512,
            60,
            tuple(QueueTrigger(queue.dead_letter, batch=10, max_concurrency=2) for queue in queues),
            layers=("core", "data"),
            settings=("database", "bucket", "queues", "sockets"),
            sends=("plans", *work),
            writes=("ended/",),
        ),
    )


TOPOLOGY = topology(LANES)
