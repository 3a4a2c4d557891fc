"""Dashboard: one page of five rows, from what people feel down to the database."""

from collections.abc import Mapping, Sequence

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from infra.alarms import OURS
from infra.deployment import Deployment
from infra.names import Names
from infra.rows import Topology

AGE = ("AWS/SQS", "ApproximateAgeOfOldestMessage")
IN_WORK = ("AWS/SQS", "ApproximateNumberOfMessagesNotVisible")
AT_ONCE = ("AWS/Lambda", "ConcurrentExecutions")
TIME = ("AWS/Lambda", "Duration")
PERIOD = Duration.minutes(5)
WIDTH, HEIGHT = 6, 6  # of a graph; a row is 24 wide


def dashboard(scope: Construct, deployment: Deployment, places: Mapping[str, str]) -> None:
    """Make it. `places` are ids an account gives: `http_api`, `socket_api`."""
    names = deployment.names
    rows = [_people(places), _work(names, deployment.topology), _money(), _promises(), _database(names)]
    cloudwatch.Dashboard(scope, "Dashboard", dashboard_name=names.of("dashboard"), widgets=rows)


def _people(places: Mapping[str, str]) -> list[cloudwatch.IWidget]:
    api, sockets = {"ApiId": places["http_api"]}, {"ApiId": places["socket_api"]}
    return [
        _graph("Requests", _metric("AWS/ApiGateway", "Count", api)),
        _graph("Answers of 5xx", _metric("AWS/ApiGateway", "5xx", api)),
        _graph("Milliseconds to answer, p95", _metric("AWS/ApiGateway", "Latency", api, "p95")),
        _graph("Sockets opened", _metric("AWS/ApiGateway", "ConnectCount", sockets)),
    ]


def _work(names: Names, topology: Topology) -> list[cloudwatch.IWidget]:
    queues = [row.name for row in topology.queues]
    media = [row.name for row in topology.functions if row.kind == "image"]
    return [
        _graph("Seconds the oldest message has waited", *_each(AGE, "QueueName", names, queues)),
        _graph("Messages in work", *_each(IN_WORK, "QueueName", names, queues)),
        _graph("Media functions at once", *_each(AT_ONCE, "FunctionName", names, media)),
        _graph("Milliseconds of a call of a media function, p99", *_each(TIME, "FunctionName", names, media, "p99")),
    ]


def _money() -> list[cloudwatch.IWidget]:
    return [
        _graph("Credits held", _ours("credits_held", "sweep", "Maximum")),
        _graph("Credits captured in an hour", _ours("credits_captured", "sweep", "Maximum")),
        _graph("Broken invariants", _ours("broken_invariants", "sweep", "Maximum")),
        _graph("Generations past their deadline", _ours("generations_ended", "sweep", "Sum")),
    ]


def _promises() -> list[cloudwatch.IWidget]:
    return [
        _graph("Seconds the oldest unsent message has been due", _ours("outbox_oldest_s", "sweep", "Maximum")),
        _graph("Dead messages lost", _ours("dead_messages_lost", "dead_letter", "Sum")),
        _graph("Tasks that failed by a fault of ours", _ours("tasks_broken", "worker", "Sum")),
        _graph("Seconds of the whole job", _ours("canary_s", "canary", "Maximum")),
    ]


def _database(names: Names) -> list[cloudwatch.IWidget]:
    cluster = {"DBClusterIdentifier": names.of("database")}
    return [
        _graph("Capacity in use, percent", _metric("AWS/RDS", "ACUUtilization", cluster, "Average")),
        _graph("Capacity, units", _metric("AWS/RDS", "ServerlessDatabaseCapacity", cluster, "Average")),
        _graph("Connections", _metric("AWS/RDS", "DatabaseConnections", cluster, "Maximum")),
        _graph("Deadlocks a second", _metric("AWS/RDS", "Deadlocks", cluster, "Average")),
    ]


def _graph(heading: str, *metrics: cloudwatch.Metric) -> cloudwatch.GraphWidget:
    return cloudwatch.GraphWidget(title=heading, left=list(metrics), width=WIDTH, height=HEIGHT)


def _metric(
    namespace: str, name: str, dimensions: Mapping[str, str], statistic: str = "Sum", label: str | None = None
) -> cloudwatch.Metric:
    return cloudwatch.Metric(
        namespace=namespace,
        metric_name=name,
        dimensions_map=dict(dimensions),
        statistic=statistic,
        period=PERIOD,
        label=label,
    )


def _ours(name: str, service: str, statistic: str) -> cloudwatch.Metric:
    """One of `medley.runtime.metrics`."""
    return _metric(OURS, name, {"service": service}, statistic)


def _each(
    metric: tuple[str, str], dimension: str, names: Names, whats: Sequence[str], statistic: str = "Maximum"
) -> list[cloudwatch.Metric]:
    """The same metric of several queues or functions, a line for each."""
    return [_metric(*metric, {dimension: names.of(what)}, statistic, label=what) for what in whats]
