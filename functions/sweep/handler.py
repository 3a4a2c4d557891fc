"""Every minute: rescues what was lost, ends what is overdue, removes what is old, audits the database.

The event `{"queues_lost": true}` says that the queues have forgotten their messages: all work under way is sent
again. The embedded cloud says so when it starts, an operator may.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from medley.aws.queues import SqsQueue
from medley.aws.sockets import SocketPusher
from medley.aws.storage import S3Store
from medley.db.engine import engine
from medley.db.unit_of_work import SqlUnitOfWork
from medley.ports.cloud import ObjectStore, Pusher, Queue
from medley.ports.database import UnitOfWorkFactory
from medley.runtime.observability import logger
from medley.services import audit
from medley.services.upkeep import Upkeep, assets, clips
from medley.settings import BucketSettings

MetricSink = Callable[[Mapping[str, int]], None]
Step = Callable[[Upkeep], Mapping[str, int]]


@dataclass(frozen=True)
class Dependencies:
    unit_of_work: UnitOfWorkFactory
    queue: Queue
    pusher: Pusher
    store: ObjectStore
    bucket: str
    metrics: MetricSink
    logger: Logger


@cache
def dependencies() -> Dependencies:
    """Those of this environment."""
    pool = engine()
    return Dependencies(
        unit_of_work=lambda: SqlUnitOfWork(pool),
        queue=SqsQueue.from_environment(),
        pusher=SocketPusher.from_environment(),
        store=S3Store.from_environment(),
        bucket=BucketSettings().name,
        metrics=publish,
        logger=logger("sweep"),
    )


def publish(counts: Mapping[str, int]) -> None:
    """One CloudWatch metric each, by way of the log (EMF)."""
    metrics = Metrics(namespace="Medley", service="sweep")
    for name, count in counts.items():
        metrics.add_metric(name=name, unit=MetricUnit.Count, value=count)
    metrics.flush_metrics()


def _steps(*, queues_lost: bool) -> tuple[Step, ...]:
    """What a pass does, in order. Time a step leaves over is shared by those after it."""
    return (
        lambda upkeep: {"generations_ended": upkeep.end_overdue()},
        lambda upkeep: {"orders_sent_again": upkeep.rescue_orders(queues_lost=queues_lost)},
        lambda upkeep: (
            {"tasks_sent_again": upkeep.resend_tasks()} if queues_lost else {"tasks_missed": upkeep.miss_tasks()}
        ),
        lambda upkeep: {"clips_rescued": upkeep.rescue_uploads(clips, queues_lost=queues_lost)},
        lambda upkeep: {"assets_rescued": upkeep.rescue_uploads(assets, queues_lost=queues_lost)},
        lambda upkeep: {"clips_removed": upkeep.remove_objects(clips)},
        lambda upkeep: {"assets_removed": upkeep.remove_objects(assets)},
        lambda upkeep: upkeep.prune(),
        lambda upkeep: audit.changes(upkeep.unit_of_work, upkeep.has_time),
        lambda upkeep: audit.rounds(upkeep.unit_of_work, upkeep.has_time),
    )


def handle(event: dict[str, Any], context: LambdaContext, deps: Dependencies | None = None) -> dict[str, int]:
    """One pass; returns how many rows each step dealt with and, as `broken_I…`, how many break each invariant.

    Each step's numbers are published when it is done, `passes_begun` before the first and `passes_ended` after the
    last: what a pass did before it died is known, and that it died.

    Raises:
        Exception: the first step's that could not be done, for the alarm; the other steps were.
    """
    deps = deps or dependencies()
    upkeep = Upkeep(
        deps.unit_of_work,
        deps.queue,
        deps.pusher,
        deps.store,
        deps.bucket,
        lambda: context.get_remaining_time_in_millis() / 1000,
    )
    lost = bool(event.get("queues_lost"))
    steps = _steps(queues_lost=lost)
    summary: Counter[str] = Counter()
    failures: list[Exception] = []
    deps.metrics({"passes_begun": 1})
    for place, step in enumerate(steps):
        try:
            # What is sent again after a loss is sent again once, so there it may take all the time it needs.
            counts = step(upkeep if lost else upkeep.with_share(len(steps) - place))
            summary.update(counts)  # adds
            deps.metrics(counts)
        except Exception as error:  # no step may cost the others theirs
            deps.logger.exception("step not done")
            failures.append(error)
    deps.metrics({"passes_ended": 1})
    deps.logger.info("swept", extra={"summary": {name: count for name, count in summary.items() if count}})
    if failures:
        raise failures[0]
    return dict(summary)
