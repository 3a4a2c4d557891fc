"""The table of everything Medley runs: one row per function, queue and bucket.

Pure data: what runs on one machine is wired from it as what is deployed. Times are seconds, memory is MiB.
"""

from collections.abc import Sequence

from infra.rows import (
    WHOLE_CPU_MIB,
    Cors,
    DeployTrigger,
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

OWNED = (
    "uploads/",
    "assets/",
    "derived/",
    "plans/",
    "ended/",
    "segments/",
    "outputs/",
    "bundles/",
    "exports/",
)  # by their owner's id

LANES = (
    Lane(
        "render",
        memory_mib=4096,
        timeout_s=300,
        max_concurrency=250,
        reads=("uploads/", "assets/", "segments/"),
        writes=("segments/",),
        storage_mib=8192,
    ),
    Lane(
        "assemble",
        memory_mib=3072,
        timeout_s=300,
        max_concurrency=280,
        reads=("assets/", "segments/", "outputs/"),
        writes=("outputs/",),
        storage_mib=8192,
    ),
)


MIGRATE = Function(
    "migrate",
    "zip",
    1024,
    900,
    (DeployTrigger(),),
    layers=("core", "data", "web"),
    settings=("database", "tokens"),
    reserved=1,
)

CANARY = Function(
    "canary",
    "zip",
    1024,
    300,
    (ScheduleTrigger(every_s=3600, watch=True),),
    layers=("core", "data", "web"),
    settings=("database", "tokens", "site"),
    reserved=1,
)

BUNDLE = Function(
    "bundle",
    "zip",
    1024,
    900,
    (QueueTrigger("bundles", batch=1, max_concurrency=10),),
    layers=("core", "data", "zip"),
    settings=("database", "bucket", "queues", "sockets", "apps"),
    sends=("bundles",),  # what an outage stopped is sent anew
    reads=("plans/", "outputs/"),
    writes=("bundles/",),
    in_parts=("bundles/",),
    deletes=("bundles/",),
)


def topology(lanes: Sequence[Lane]) -> Topology:
    """Everything, with these lanes."""
    work = ("bundles", *(lane.name for lane in lanes))
    queues = (
        Queue("uploads", consumer_timeout_s=300),
        Queue("plans", consumer_timeout_s=120),
        *(lane.queue for lane in lanes),
        Queue("facts", consumer_timeout_s=60),
        Queue("mail", consumer_timeout_s=60),
        Queue("exports", consumer_timeout_s=900),
        Queue("bundles", consumer_timeout_s=900),
    )
    return Topology(
        lanes=tuple(lanes),
        functions=(
            MIGRATE,
            *_front(work),
            *(lane.function for lane in lanes),
            BUNDLE,
            *_back(work, queues),
            *_letters(work),
            CANARY,
        ),
        queues=queues,
        prefixes=(
            Prefix("uploads/", abort_multipart_days=7),
            Prefix("assets/"),
            Prefix("derived/"),
            Prefix("plans/", expire_days=90),
            Prefix("ended/", expire_days=1),  # a message in a queue is older than that only past its deadline
            Prefix("segments/", expire_days=14),
            Prefix("outputs/", expire_days=91),  # a day after the last that sweep leaves over
            Prefix("exports/", expire_days=3, abort_multipart_days=1),
            Prefix("bundles/", expire_days=3, abort_multipart_days=1),
        ),
        notifications=(Notification("uploads/", queue="uploads"), Notification("assets/", queue="uploads")),
        cors=Cors(
            methods=("GET", "HEAD", "PUT"),
            headers=("content-type", "if-none-match", "range", "x-amz-meta-traceparent"),
            exposed=("ETag", "Content-Length", "Content-Range", "Content-Disposition"),
            max_age_s=600,
        ),
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
            layers=("core", "data", "web", "zip"),
            settings=(
                *("database", "bucket", "downloads", "queues", "sockets"),
                *("tokens", "accounts", "site", "caller", "apps"),
            ),
            sends=("plans", "mail", "exports", *work),
            reads=("uploads/", "assets/", "derived/", "plans/", "outputs/", "bundles/", "exports/"),
            writes=("uploads/", "assets/", "ended/"),
            in_parts=("uploads/", "assets/"),
            deletes=("ended/",),  # of a generation that is taken up again
            reserved=100,
            snapshot=True,
        ),
        Function(
            "socket",
            "zip",
            1024,
            29,
            (SocketTrigger(),),
            layers=("core", "data", "web"),
            settings=("database", "sockets", "tokens", "caller"),
            reserved=50,
            snapshot=True,
        ),
        Function(
            "ingest",
            "image",
            2048,
            300,
            (QueueTrigger("uploads", batch=1, max_concurrency=40, widens=True),),
            settings=("bucket", "queues", "ffmpeg"),
            sends=("facts", "uploads"),  # what an outage stopped is sent anew
            reads=("uploads/", "assets/"),
            writes=("derived/",),
            in_parts=("derived/",),
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
            (QueueTrigger("plans", batch=1, max_concurrency=30, widens=True),),
            layers=("core", "data"),
            settings=("database", "bucket", "queues", "sockets", "apps"),
            sends=("plans", "mail", "exports", *work),  # plans: what an outage stopped is sent anew
            reads=("plans/",),  # what older planners chose
            writes=("plans/",),
        ),
        Function(
            "record",
            "zip",
            1024,
            60,
            (QueueTrigger("facts", batch=10, max_concurrency=30, widens=True),),
            layers=("core", "data"),
            settings=("database", "bucket", "queues", "sockets"),
            sends=("plans", "facts", "mail", "exports", *work),  # facts: what an outage stopped is sent anew
            writes=("ended/",),
        ),
        Function(
            "relay",
            "zip",
            1024,
            60,
            (ScheduleTrigger(every_s=60),),
            layers=("core", "data"),
            settings=("database", "queues"),
            sends=("plans", "mail", "exports", *work),
            reserved=1,
        ),
        Function(
            "sweep",
            "zip",
            1024,
            60,
            (ScheduleTrigger(every_s=60),),
            layers=("core", "data"),
            settings=("database", "bucket", "queues", "sockets"),
            sends=("uploads", "plans", "facts", "mail", "exports", *work),
            reads=OWNED,  # listed and deleted when an account is
            writes=("ended/",),
            deletes=OWNED,
            reserved=1,
        ),
        Function(
            "dead_letter",
            "zip",
            1024,
            60,
            tuple(QueueTrigger(queue.dead_letter, batch=10, max_concurrency=2) for queue in queues),
            layers=("core", "data"),
            settings=("database", "bucket", "queues", "sockets"),
            sends=("plans", "mail", "exports", *work),
            writes=("ended/",),
        ),
    )


def _letters(work: tuple[str, ...]) -> tuple[Function, ...]:
    """What people are sent, and what they take with them."""
    return (
        Function(
            "mail",
            "zip",
            1024,
            60,
            (QueueTrigger("mail", batch=1, max_concurrency=2),),  # SES takes so many a second of an account
            layers=("core", "data"),
            settings=("database", "queues", "site", "mail"),
            sends=("mail",),  # what an outage stopped is sent anew
        ),
        Function(
            "export",
            "zip",
            1024,
            900,
            (QueueTrigger("exports", batch=1, max_concurrency=2),),
            layers=("core", "data", "zip"),
            settings=("database", "bucket", "queues"),
            sends=("exports", "mail", "plans", *work),  # exports: what an outage stopped is sent anew
            reads=("uploads/", "assets/", "outputs/", "exports/"),  # exports: whether one is there already
            writes=("exports/",),
            in_parts=("exports/",),
        ),
    )


TOPOLOGY = topology(LANES)
