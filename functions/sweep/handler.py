"""Every minute: rescues what was lost, ends what is overdue, removes what is old, audits the database.

The event `{"queues_lost": true}` says that the queues have forgotten their messages: all work under way is sent
again. The embedded cloud says so when it starts, an operator may.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, Final

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from medley import tracing
from medley.aws.queues import SqsQueue
from medley.aws.sockets import SocketPusher
from medley.aws.storage import S3Store
from medley.db.unit_of_work import SqlUnitOfWork
from medley.ports.cloud import ListedStore, Pusher, Queue
from medley.ports.database import UnitOfWorkFactory
from medley.runtime import metrics
from medley.runtime.database import engine
from medley.runtime.observability import logger
from medley.services import audit, ended
from medley.services.bundle_sweep import BundleSweeper
from medley.services.sweep import assets, clips
from medley.settings import BucketSettings

CAPTURED_S: Final = 3_600  # of which a pass says how many credits were captured
MetricSink = Callable[[Mapping[str, int]], None]
Step = Callable[[BundleSweeper], Mapping[str, int]]


@dataclass(frozen=True)
class Dependencies:
    unit_of_work: UnitOfWorkFactory
    queue: Queue
    pusher: Pusher
    store: ListedStore
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
        metrics=partial(metrics.publish, "sweep"),
        logger=logger("sweep"),
    )


def _steps(*, queues_lost: bool) -> tuple[Step, ...]:
    """What a pass does, in order. Time a step leaves over is shared by those after it."""
    return (
        lambda sweeper: {"generations_ended": sweeper.end_overdue()},
        lambda sweeper: {"orders_sent_again": sweeper.rescue_orders(queues_lost=queues_lost)},
        lambda sweeper: (
            {"tasks_sent_again": sweeper.resend_tasks()} if queues_lost else {"tasks_missed": sweeper.miss_tasks()}
        ),
        lambda sweeper: {"ends_told_again": ended.tell_again(sweeper.unit_of_work, sweeper.store, sweeper.has_time)},
        lambda sweeper: {"bundles_ended": sweeper.end_overdue_bundles()},
        lambda sweeper: {"volumes_rescued": sweeper.rescue_volumes(queues_lost=queues_lost)},
        lambda sweeper: {"clips_rescued": sweeper.rescue_uploads(clips, queues_lost=queues_lost)},
        lambda sweeper: {"assets_rescued": sweeper.rescue_uploads(assets, queues_lost=queues_lost)},
        lambda sweeper: {"clips_removed": sweeper.remove_objects(clips)},
        lambda sweeper: {"assets_removed": sweeper.remove_objects(assets)},
        lambda sweeper: {"outputs_expired": sweeper.expire_outputs()},
        lambda sweeper: {"users_erased": sweeper.erase_users()},
        lambda sweeper: {"bundles_removed": sweeper.remove_bundles()},
        lambda sweeper: sweeper.prune(),
        lambda sweeper: audit.changes(sweeper.unit_of_work, sweeper.has_time),
        lambda sweeper: audit.rounds(sweeper.unit_of_work, sweeper.has_time),
    )


@tracing.follow(None, "sweep")
def handle(event: dict[str, Any], context: LambdaContext, deps: Dependencies | None = None) -> dict[str, int]:
    """One pass; returns how many rows each step dealt with and, as `broken_I…`, how many break each invariant.

    Each step's numbers are published when it is done, `passes_begun` before the first and `passes_ended` after the
    last: what a pass did before it died is known, and that it died.

    Raises:
        Exception: the first step's that could not be done, for the alarm; the other steps were.
    """
    deps = deps or dependencies()
    sweeper = BundleSweeper(
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
    with deps.unit_of_work() as uow:
        deps.metrics(
            {
                "passes_begun": 1,
                "outbox_oldest_s": uow.outbox.oldest_s(),
                "credits_held": uow.ledger.held(),
                "credits_captured": uow.ledger.captured(CAPTURED_S),
            }
        )
    for place, step in enumerate(steps):
        try:
            # What is sent again after a loss is sent again once, so there it may take all the time it needs.
            counts = step(sweeper if lost else sweeper.with_share(len(steps) - place))
            summary.update(counts)  # adds
            deps.metrics(counts)
        except Exception as error:  # no step may cost the others theirs
            deps.logger.exception("step not done")
            failures.append(error)
    broken = sum(count for name, count in summary.items() if name.startswith("broken_"))
    deps.metrics({"broken_invariants": broken, "passes_ended": 1})
    deps.logger.info("swept", extra={"summary": {name: count for name, count in summary.items() if count}})
    if failures:
        raise failures[0]
    return dict(summary)
