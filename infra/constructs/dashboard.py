"""Dashboard: one page of four rows, from what people feel down to the database."""

from collections.abc import Mapping, Sequence

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from infra.deployment import Deployment
from infra.names import Names

AGE = ("AWS/SQS", "ApproximateAgeOfOldestMessage")
IN_WORK = ("AWS/SQS", "ApproximateNumberOfMessagesNotVisible")
AT_ONCE = ("AWS/Lambda", "ConcurrentExecutions")
TIME = ("AWS/Lambda", "Duration")
PERIOD = Duration.minutes(5)
WIDTH, HEIGHT = 6, 6  # of a graph; a row is 24 wide


def dashboard(scope: Construct, deployment: Deployment, places: Mapping[str, str]) -> None:
    """Make it."""
    names, topology = deployment.names, deployment.topology
    api = {"ApiId": places["http_api"]}
    people = [
        _graph("Requests", _metric("AWS/ApiGateway", "Count", api)),
        _graph("Answers of 5xx", _metric("AWS/ApiGateway", "5xx", api)),
        _graph("Seconds to answer, p95", _metric("AWS/ApiGateway", "Latency", api, "p95")),
        _graph("Open sockets", _metric("AWS/Lambda", "Invocations", {"FunctionName": names.of("socket")})),
    ]
    queues = [row.name for row in topology.queues]
    lanes = [row.name for row in topology.functions if row.kind == "image"]
    work = [
        _graph("Age of the oldest message", *_each(AGE, "QueueName", names, queues)),
        _graph("In work", *_each(IN_WORK, "QueueName", names, queues)),
        _graph("At once", *_each(AT_ONCE, "FunctionName", names, lanes)),
        _graph("Time of a task, p99", *_each(TIME, "FunctionName", names, lanes, "p99")),
    ]
    sweep = {"service": "sweep"}
    promises = [
        _graph("Broken invariants", _metric("Medley", "broken_invariants", sweep, "Sum")),
        _graph("Generations past their deadline", _metric("Medley", "generations_ended", sweep, "Sum")),
        _graph("Oldest unsent message", _metric("Medley", "outbox_oldest_s", sweep, "Maximum")),
        _graph("Dead messages lost", _metric("Medley", "dead_messages_lost", {"service": "dead_letter"}, "Sum")),
    ]
    cluster = {"DBClusterIdentifier": names.of("database")}
    database = [
        _graph("Capacity, percent", _metric("AWS/RDS", "ACUUtilization", cluster, "Average")),
        _graph("Capacity, units", _metric("AWS/RDS", "ServerlessDatabaseCapacity", cluster, "Average")),
        _graph("Connections", _metric("AWS/RDS", "DatabaseConnections", cluster, "Maximum")),
        _graph("Deadlocks", _metric("AWS/RDS", "Deadlocks", cluster, "Sum")),
    ]
    cloudwatch.Dashboard(
        scope, "Dashboard", dashboard_name=names.of("dashboard"), widgets=[people, work, promises, database]
    )


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


def _each(
    metric: tuple[str, str], dimension: str, names: Names, whats: Sequence[str], statistic: str = "Maximum"
) -> list[cloudwatch.Metric]:
    """The same metric of several queues or functions, a line for each."""
    return [_metric(*metric, {dimension: names.of(what)}, statistic, label=what) for what in whats]
