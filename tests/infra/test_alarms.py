"""Alarms: each of the table is in the template as it says and has its section of the runbook; none is left over."""

import json
import re
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest

from infra.alarms import Alarm, alarms, connections, rollbacks
from infra.rows import HttpTrigger
from infra.stages import DEV, PROD
from infra.topology import TOPOLOGY
from medley.runtime.metrics import METRICS, NAMESPACE
from tests.infra.conftest import ACCOUNT, ROOT, Synthesised

HTTP_API, DISTRIBUTION = "<PublishOutputRefHttpApi9CEB253A>", "<PublishOutputRefDistribution06AA5B11>"
PLACES = {"http_api": HTTP_API, "distribution": DISTRIBUTION}
QUEUES = ("uploads", "plans", "render", "assemble", "facts", "mail", "exports", "bundles")
PARTS = ("Means", "Look at", "Do")


def rows(cloud: Synthesised) -> Iterator[Alarm]:
    yield from alarms(TOPOLOGY, cloud.stage, cloud.names, PLACES)
    for row in TOPOLOGY.functions:
        if any(isinstance(trigger, HttpTrigger) for trigger in row.triggers):
            yield from rollbacks(row, cloud.names, HTTP_API)


def found(cloud: Synthesised) -> dict[str, dict[str, Any]]:
    """Of all stacks, by name."""
    prefix = cloud.names.of("")
    return {
        each.properties["AlarmName"].removeprefix(prefix): each.properties
        for each in cloud.resources("AWS::CloudWatch::Alarm")
    }


def measured(metric: dict[str, Any]) -> tuple[str, str, dict[str, str]]:
    dimensions = {each["Name"]: each["Value"] for each in metric.get("Dimensions", [])}
    return metric["Namespace"], metric["MetricName"], dimensions


def test_every_alarm_of_the_table_is_deployed_as_it_says(cloud: Synthesised) -> None:
    templates = found(cloud)
    assert templates.keys() == {row.name.replace("_", "-") for row in rows(cloud)}
    for row in rows(cloud):
        alarm = templates[row.name.replace("_", "-")]
        threshold, comparison = (
            (row.at_least, "GreaterThanOrEqualToThreshold") if row.below is None else (row.below, "LessThanThreshold")
        )
        assert (alarm["Threshold"], alarm["ComparisonOperator"]) == (threshold, comparison), row.name
        assert (alarm["EvaluationPeriods"], alarm["DatapointsToAlarm"]) == (row.looks, row.enough)
        assert alarm["TreatMissingData"] == row.missing
        if row.share_of is None:
            assert measured(alarm) == (row.metric.namespace, row.metric.name, row.metric.dimensions)
            assert alarm["Period"] == row.period_s
            assert alarm.get("Statistic", alarm.get("ExtendedStatistic")) == row.statistic
        else:
            (formula,) = (each["Expression"] for each in alarm["Metrics"] if "Expression" in each)
            assert formula == f"IF(part >= {row.fewest}, 100 * part / whole, 0)"
            used = {
                each["Id"]: measured(each["MetricStat"]["Metric"])[1]
                for each in alarm["Metrics"]
                if "MetricStat" in each
            }
            assert used == {"part": row.metric.name, "whole": row.share_of.name}


def test_all_call_somebody_and_say_when_it_is_over(cloud: Synthesised) -> None:
    (topic,) = cloud.resources("AWS::SNS::Topic")
    assert topic.properties["TopicName"] == cloud.names.of("alarms")
    for alarm in found(cloud).values():
        assert alarm["AlarmActions"] == alarm["OKActions"] == [cloud.names.topic_arn]
    subscriptions = [each.properties["Endpoint"] for each in cloud.resources("AWS::SNS::Subscription")]
    assert subscriptions == ([cloud.stage.alarms_to] if cloud.stage.alarms_to else [])


def test_alarms_of_this_account_may_call_and_nothing_is_said_unencrypted(cloud: Synthesised) -> None:
    """A topic's policy replaces the one it is born with: what is not written here may not publish."""
    (policy,) = cloud.resources("AWS::SNS::TopicPolicy")
    assert policy.properties["Topics"] == ["<AlarmTopic>"]
    by_effect: dict[str, list[dict[str, Any]]] = {"Allow": [], "Deny": []}
    for each in policy.properties["PolicyDocument"]["Statement"]:
        assert (each["Action"], each["Resource"]) == ("sns:Publish", "<AlarmTopic>")
        by_effect[each["Effect"]].append(each)
    (allowed,), (denied,) = by_effect["Allow"], by_effect["Deny"]
    assert allowed["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert allowed["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
    assert denied["Principal"] == "*"
    assert denied["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_everything_that_can_stand_still_is_watched(cloud: Synthesised) -> None:
    names = {row.name for row in rows(cloud)}
    assert {f"{queue}-{what}" for queue in QUEUES for what in ("age", "dead")} <= names
    assert {f"{row.name}-{what}" for row in TOPOLOGY.functions for what in ("errors", "throttles")} <= names
    assert {f"{lane}-slow" for lane in ("ingest", "render", "assemble", "record")} <= names
    assert {"api-5xx", "api-latency", "database-capacity", "database-connections", "outbox-age", "stalled"} <= names
    assert {"ledger", "dead-lost", "tasks-broken", "cdn-5xx", "aws-refused"} <= names
    assert ("sweep-silent" in names) == (cloud.stage.slowest_schedule_s == 60)


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("facts-age", {"at_least": 120, "looks": 3, "enough": 3}),
        ("render-age", {"at_least": 600}),
        ("render-dead", {"at_least": 1, "looks": 3}),
        ("record-errors", {"at_least": 3, "share_of": None}),
        ("api-errors", {"at_least": 1, "fewest": 5}),
        ("render-slow", {"at_least": 240_000, "statistic": "p99"}),
        ("record-slow", {"at_least": 48_000}),
        ("api-alias-errors", {"at_least": 3, "period_s": 60, "looks": 1}),
        ("api-5xx-at-once", {"at_least": 1, "fewest": 3, "period_s": 60, "looks": 1}),
        ("api-5xx", {"at_least": 1, "looks": 5, "enough": 3, "fewest": 5}),
        ("api-latency", {"at_least": 1_500, "statistic": "p95"}),
        ("database-capacity", {"at_least": 90}),
        ("outbox-age", {"at_least": 180, "looks": 2, "statistic": "Maximum"}),
        ("canary", {"at_least": 1, "looks": 2, "enough": 2, "missing": "breaching", "period_s": 3_600}),
        ("sweep-silent", {"below": 1, "missing": "breaching", "period_s": 600}),
    ],
)
def test_thresholds(synthesised: dict[str, Synthesised], name: str, row: dict[str, Any]) -> None:
    (alarm,) = (each for each in rows(synthesised["prod"]) if each.name == name)
    assert {key: getattr(alarm, key) for key in row} == row


def test_connections_are_those_of_the_largest_the_database_may_be() -> None:
    assert (connections(DEV), connections(PROD)) == (450, 3_604)


def test_what_our_functions_count_for_an_alarm_has_one() -> None:
    """And what an alarm looks at is counted, by that service."""
    watched = {row.metric.name for row in alarms(TOPOLOGY, PROD, _names(), PLACES) if row.metric.namespace == NAMESPACE}
    counted = {row.name for row in METRICS if row.alarm}
    assert watched <= {row.name for row in METRICS}
    assert {name for name in counted if not any(fnmatch(each, name) for each in watched)} == {
        "broken_I*"
    }  # a total has
    for row in alarms(TOPOLOGY, PROD, _names(), PLACES):
        if row.metric.namespace == NAMESPACE:
            (metric,) = (each for each in METRICS if each.name == row.metric.name)
            assert row.metric.dimensions["service"] in metric.services
    left_out = next(each for each in METRICS if each.name == "apps_left_out")
    using = {row.folder for row in TOPOLOGY.functions if "apps" in row.settings}
    assert set(left_out.services) == using


def _names() -> Any:
    from infra.names import Names

    return Names("prod", "1", "r")


def test_every_alarm_has_its_section_of_the_runbook(cloud: Synthesised) -> None:
    page = Path(ROOT / "docs" / "RUNBOOK.md").read_text()
    sections = dict(re.findall(r"^## ([\w-]+)\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL))
    assert sections.keys() >= {row.runbook for row in rows(cloud)}
    if cloud.stage == PROD:
        assert sections.keys() == {row.runbook for row in rows(cloud)} | {"budget"}
    for text in sections.values():
        assert re.findall(r"^\*\*(.+?)\.\*\*", text, re.MULTILINE) == list(PARTS)
    for row in rows(cloud):
        assert found(cloud)[row.name.replace("_", "-")]["AlarmDescription"] == f"docs/RUNBOOK.md, {row.runbook}"


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


def test_a_month_has_a_budget_where_somebody_is_told(cloud: Synthesised) -> None:
    found = [each.properties for each in cloud.resources("AWS::Budgets::Budget")]
    assert len(found) == bool(cloud.stage.alarms_to)
    for budget in found:
        assert budget["Budget"]["BudgetLimit"] == {"Amount": cloud.stage.budget_usd, "Unit": "USD"}
        kinds = [each["Notification"] for each in budget["NotificationsWithSubscribers"]]
        assert [(each["NotificationType"], each["Threshold"]) for each in kinds] == [
            ("ACTUAL", 80),
            ("FORECASTED", 100),
        ]
