"""Alarms: when a person is called. Each has a section of docs/RUNBOOK.md that says what it means and what to do."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from infra.names import ALIAS, Names
from infra.rows import Function, HttpTrigger, QueueTrigger, SocketTrigger, Topology
from infra.stages import Stage

OURS: Final = "Medley"  # the namespace of metrics that functions publish through their log
Missing = Literal["notBreaching", "breaching"]
HOUR_S: Final = 3_600  # between two runs of the canary
SILENT_S: Final = 600  # without a pass of sweep
ROLLED_BACK_AT: Final = 3  # requests of a minute that fail
SLOW: Final = 0.8  # of a function's time-out
ACU_BYTES: Final = 2 * 1024**3
CONNECTION_BYTES: Final = 9_531_392  # of memory for each connection: Aurora's own formula
FEW_CONNECTIONS: Final = 2_000  # at most, where the database may shrink to less than one unit


@dataclass(frozen=True)
class Metric:
    """One of CloudWatch's."""

    namespace: str
    name: str
    dimensions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """Fires where the statistic is `at_least` so much, or `below` it, in `enough` of the last `looks` periods.

    With `share_of` it is the share of that metric, in percent, and counts only from `fewest` on.
    """

    name: str
    runbook: str  # the section
    metric: Metric
    statistic: str
    period_s: int
    at_least: float | None = None
    below: float | None = None
    looks: int = 1
    enough: int = 1
    missing: Missing = "notBreaching"
    share_of: Metric | None = None
    fewest: int = 0
    only_in: str | None = None  # the region that has the metric


def alarms(topology: Topology, stage: Stage, names: Names, places: Mapping[str, str]) -> Iterator[Alarm]:
    """All of a stage but `rollbacks`. `places` are ids an account gives: `http_api`, `distribution`."""
    yield from _queues(topology, names)
    for row in topology.functions:
        yield from _function(row, names)
    yield from _requests(places)
    yield from _database(stage, names)
    yield from _promises(stage)
    site = {"DistributionId": places["distribution"], "Region": "Global"}
    errors = _lasting("cdn-5xx", Metric("AWS/CloudFront", "5xxErrorRate", site), "Average", 300, at_least=1)
    yield replace(errors, only_in="us-east-1")


def rollbacks(row: Function, names: Names, http_api: str) -> Iterator[Alarm]:
    """Those that take back new code of what answers people, where the stage deploys it step by step: it raises, or it
    answers 5xx, which Lambda counts as done. In one minute: there are five."""
    function, requests = names.of(row.name), {"ApiId": http_api}
    yield Alarm(
        name=f"{row.name}-alias-errors",
        runbook="api-alias-errors",
        metric=Metric("AWS/Lambda", "Errors", {"FunctionName": function, "Resource": f"{function}:{ALIAS}"}),
        statistic="Sum",
        period_s=60,
        at_least=ROLLED_BACK_AT,
    )
    yield Alarm(
        name=f"{row.name}-5xx-at-once",
        runbook="api-alias-errors",
        metric=Metric("AWS/ApiGateway", "5xx", requests),
        statistic="Sum",
        period_s=60,
        at_least=1,
        share_of=Metric("AWS/ApiGateway", "Count", requests),
        fewest=ROLLED_BACK_AT,
    )


def _lasting(name: str, metric: Metric, statistic: str, period_s: int, *, at_least: float) -> Alarm:
    """One that fires where it is so for three periods in a row; its section of the runbook has its name."""
    return Alarm(
        name=name,
        runbook=name,
        metric=metric,
        statistic=statistic,
        period_s=period_s,
        at_least=at_least,
        looks=3,
        enough=3,
    )


def _queues(topology: Topology, names: Names) -> Iterator[Alarm]:
    for row in topology.queues:
        yield Alarm(
            name=f"{row.name}-age",
            runbook="queue-age",
            metric=Metric("AWS/SQS", "ApproximateAgeOfOldestMessage", {"QueueName": names.of(row.name)}),
            statistic="Maximum",
            period_s=60,
            at_least=120 if row.name == "facts" else 600,
            looks=3,
            enough=3,
        )
        yield Alarm(
            name=f"{row.name}-dead",
            runbook="queue-dead",
            metric=Metric("AWS/SQS", "ApproximateNumberOfMessagesVisible", {"QueueName": names.of(row.dead_letter)}),
            statistic="Maximum",
            period_s=300,
            at_least=1,
            looks=3,
            enough=3,
        )


def _function(row: Function, names: Names) -> Iterator[Alarm]:
    def metric(name: str) -> Metric:
        return Metric("AWS/Lambda", name, {"FunctionName": names.of(row.name)})

    asked = any(isinstance(trigger, HttpTrigger | SocketTrigger) for trigger in row.triggers)
    yield Alarm(
        name=f"{row.name}-errors",
        runbook="function-errors",
        metric=metric("Errors"),
        statistic="Sum",
        period_s=300,
        at_least=1 if asked else 3,
        share_of=metric("Invocations") if asked else None,
        fewest=5 if asked else 0,
    )
    yield Alarm(
        name=f"{row.name}-throttles",
        runbook="function-throttles",
        metric=metric("Throttles"),
        statistic="Sum",
        period_s=300,
        at_least=5,
        looks=3,
        enough=2,
    )
    queued = any(isinstance(trigger, QueueTrigger) and not trigger.queue.endswith("-dead") for trigger in row.triggers)
    if queued:
        yield Alarm(
            name=f"{row.name}-slow",
            runbook="function-slow",
            metric=metric("Duration"),
            statistic="p99",
            period_s=900,
            at_least=SLOW * row.timeout_s * 1000,
        )


def _requests(places: Mapping[str, str]) -> Iterator[Alarm]:
    def metric(name: str) -> Metric:
        return Metric("AWS/ApiGateway", name, {"ApiId": places["http_api"]})

    yield Alarm(
        name="api-5xx",
        runbook="api-5xx",
        metric=metric("5xx"),
        statistic="Sum",
        period_s=60,
        at_least=1,
        share_of=metric("Count"),
        fewest=5,
        looks=5,
        enough=3,
    )
    yield _lasting("api-latency", metric("IntegrationLatency"), "p95", 300, at_least=1_500)


def connections(stage: Stage) -> int:
    """How many the database takes."""
    most = int(stage.acu_max * ACU_BYTES / CONNECTION_BYTES)
    return min(most, FEW_CONNECTIONS) if stage.acu_min < 1 else most


def _database(stage: Stage, names: Names) -> Iterator[Alarm]:
    def metric(name: str) -> Metric:
        return Metric("AWS/RDS", name, {"DBClusterIdentifier": names.of("database")})

    yield _lasting("database-capacity", metric("ACUUtilization"), "Average", 300, at_least=90)
    most = 0.7 * connections(stage)
    yield _lasting("database-connections", metric("DatabaseConnections"), "Maximum", 60, at_least=most)


def _promises(stage: Stage) -> Iterator[Alarm]:
    """What is counted by our own functions."""

    def metric(name: str, service: str = "sweep") -> Metric:
        return Metric(OURS, name, {"service": service})

    for name, counted, service in (
        ("dead-lost", "dead_messages_lost", "dead_letter"),
        ("tasks-broken", "tasks_broken", "worker"),
        ("stalled", "generations_ended", "sweep"),
        ("ledger", "broken_invariants", "sweep"),
        ("aws-refused", "aws_refused", "any"),
    ):
        yield Alarm(
            name=name,
            runbook=name,
            metric=metric(counted, service),
            statistic="Sum",
            period_s=300,
            at_least=1,
        )
    for service in ("api", "plan", "worker", "bundle"):
        yield Alarm(
            name=f"{service}-apps-left-out",
            runbook="apps-left-out",
            metric=metric("apps_left_out", service),
            statistic="Sum",
            period_s=300,
            at_least=1,
        )
    yield Alarm(
        name="outbox-age",
        runbook="outbox-age",
        metric=metric("outbox_oldest_s"),
        statistic="Maximum",
        period_s=60 * max(1, stage.slowest_schedule_s // 60),
        at_least=180,
        looks=2,
        enough=2,
    )
    yield Alarm(
        name="canary",
        runbook="canary",
        metric=metric("canary_failed", "canary"),
        statistic="Sum",
        period_s=HOUR_S,
        at_least=1,
        looks=2,
        enough=2,
        missing="breaching",
    )
    if stage.slowest_schedule_s <= SILENT_S // 2:
        yield Alarm(
            name="sweep-silent",
            runbook="sweep-silent",
            metric=metric("passes_ended"),
            statistic="Sum",
            period_s=SILENT_S,
            below=1,
            missing="breaching",
        )
