"""Dashboard: each graph plots what its title says, of what there is."""

import json
from typing import Any

from infra.topology import TOPOLOGY
from medley.runtime.metrics import METRICS, NAMESPACE
from tests.infra.conftest import Synthesised
from tests.infra.test_alarms import HTTP_API

SHOWN = {  # by the title of a graph: what it plots and of what, which statistic
    "Requests": ("AWS/ApiGateway", "Count", "ApiId", "Sum"),
    "Answers of 5xx": ("AWS/ApiGateway", "5xx", "ApiId", "Sum"),
    "Milliseconds to answer, p95": ("AWS/ApiGateway", "Latency", "ApiId", "p95"),
    "Sockets opened": ("AWS/ApiGateway", "ConnectCount", "ApiId", "Sum"),
    "Seconds the oldest message has waited": ("AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", "Maximum"),
    "Messages in work": ("AWS/SQS", "ApproximateNumberOfMessagesNotVisible", "QueueName", "Maximum"),
    "Media functions at once": ("AWS/Lambda", "ConcurrentExecutions", "FunctionName", "Maximum"),
    "Milliseconds of a call of a media function, p99": ("AWS/Lambda", "Duration", "FunctionName", "p99"),
    "Credits held": ("Medley", "credits_held", "service", "Maximum"),
    "Credits captured in an hour": ("Medley", "credits_captured", "service", "Maximum"),
    "Broken invariants": ("Medley", "broken_invariants", "service", "Maximum"),
    "Generations past their deadline": ("Medley", "generations_ended", "service", "Sum"),
    "Seconds the oldest unsent message has been due": ("Medley", "outbox_oldest_s", "service", "Maximum"),
    "Dead messages lost": ("Medley", "dead_messages_lost", "service", "Sum"),
    "Tasks that failed by a fault of ours": ("Medley", "tasks_broken", "service", "Sum"),
    "Seconds of the whole job": ("Medley", "canary_s", "service", "Maximum"),
    "Capacity in use, percent": ("AWS/RDS", "ACUUtilization", "DBClusterIdentifier", "Average"),
    "Capacity, units": ("AWS/RDS", "ServerlessDatabaseCapacity", "DBClusterIdentifier", "Average"),
    "Connections": ("AWS/RDS", "DatabaseConnections", "DBClusterIdentifier", "Maximum"),
    "Deadlocks a second": ("AWS/RDS", "Deadlocks", "DBClusterIdentifier", "Average"),
}


def plotted(cloud: Synthesised) -> dict[str, list[tuple[str, str, str, str, str]]]:
    """The lines of each graph of the dashboard, by its title: namespace, name, dimension, its value, statistic."""
    (page,) = cloud.resources("AWS::CloudWatch::Dashboard")
    graphs = [each["properties"] for each in json.loads(page.properties["DashboardBody"])["widgets"]]

    def line(metric: list[Any]) -> tuple[str, str, str, str, str]:
        namespace, name, dimension, value, *options = metric
        return namespace, name, dimension, value, {"stat": "Average", **(options[0] if options else {})}["stat"]

    return {each["title"]: list(map(line, each["metrics"])) for each in graphs}


def test_each_graph_plots_what_its_title_says(cloud: Synthesised) -> None:
    found = plotted(cloud)
    assert list(found) == list(SHOWN)
    for title, lines in found.items():
        assert {(namespace, name, of, statistic) for namespace, name, of, _, statistic in lines} == {SHOWN[title]}


def test_graphs_are_of_what_there_is(cloud: Synthesised) -> None:
    """Dimensions that nothing has make an empty graph, and nobody is told."""
    found = plotted(cloud)
    for lines in found.values():
        for namespace, name, _, of, _ in lines:
            if namespace == NAMESPACE:
                assert of in next(each for each in METRICS if each.name == name).services
    of = {title: [line[3] for line in lines] for title, lines in found.items()}
    queues = [cloud.names.of(row.name) for row in TOPOLOGY.queues]
    media = [cloud.names.of(row.name) for row in TOPOLOGY.functions if row.kind == "image"]
    assert of["Messages in work"] == of["Seconds the oldest message has waited"] == queues
    assert of["Media functions at once"] == of["Milliseconds of a call of a media function, p99"] == media
    assert of["Requests"] == [HTTP_API]
    assert of["Sockets opened"] == ["<PublishOutputRefSocketApiFE3C43E4>"]
    assert of["Connections"] == [cloud.names.of("database")]
