"""Alarms: each of the table is in the template as it says and has its section of the runbook; none is left over."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from infra.alarms import Alarm, Metric, alarms, connections, rollbacks
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


def measured(metric: dict[str, Any]) -> Metric:
    dimensions = {each["Name"]: each["Value"] for each in metric.get("Dimensions", [])}
    return Metric(metric["Namespace"], metric["MetricName"], dimensions)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """When an alarm of a template fires."""

    metric: Metric
    statistic: str
    period_s: int
    at_least: float | None = None
    below: float | None = None
    looks: int
    enough: int
    missing: str
    share_of: Metric | None = None
    fewest: int = 0


def shown(alarm: dict[str, Any]) -> Shown:
    """What a template says. A share is a formula of two metrics."""
    parts = {each["Id"]: each["MetricStat"] for each in alarm.get("Metrics", []) if "MetricStat" in each}
    fewest, whole = 0, None
    if parts:
        (formula,) = (each["Expression"] for each in alarm["Metrics"] if "Expression" in each)
        (fewest,) = map(int, re.fullmatch(r"IF\(part >= (\d+), 100 \* part / whole, 0\)", formula).groups())  # type: ignore[union-attr]
        whole = measured(parts["whole"]["Metric"])
        assert len({(each["Period"], each["Stat"]) for each in parts.values()}) == 1
        of = {"Statistic": parts["part"]["Stat"], "Period": parts["part"]["Period"], **parts["part"]["Metric"]}
    else:
        of = alarm
    side = {"GreaterThanOrEqualToThreshold": "at_least", "LessThanThreshold": "below"}[alarm["ComparisonOperator"]]
    limit: dict[str, Any] = {side: alarm["Threshold"]}
    return Shown(
        metric=measured(of),
        statistic=of.get("Statistic", of.get("ExtendedStatistic")),
        period_s=of["Period"],
        looks=alarm["EvaluationPeriods"],
        enough=alarm["DatapointsToAlarm"],
        missing=alarm["TreatMissingData"],
        share_of=whole,
        fewest=fewest,
        **limit,
    )


def test_every_alarm_of_the_table_is_deployed_as_it_says(cloud: Synthesised) -> None:
    templates = found(cloud)
    assert templates.keys() == {row.name.replace("_", "-") for row in rows(cloud)}
    for row in rows(cloud):
        said = {each.name: getattr(row, each.name) for each in fields(Shown)}
        assert shown(templates[row.name.replace("_", "-")]) == Shown(**said), row.name


def test_an_alarm_of_one_region_is_made_there_alone(cloud: Synthesised) -> None:
    made = {
        each.properties["AlarmName"]: each.raw.get("Condition") for each in cloud.resources("AWS::CloudWatch::Alarm")
    }
    (here,) = filter(None, made.values())
    assert {row.name for row in rows(cloud) if row.only_in} == {"cdn-5xx"}
    assert made[cloud.names.of("cdn-5xx")] == here
    conditions = json.loads(cloud.templates[-1].read_text())["Conditions"]
    assert conditions[here] == {"Fn::Equals": [{"Ref": "AWS::Region"}, "us-east-1"]}


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


Row = tuple[str, str, int, float, int, int]  # metric, statistic, seconds, threshold, looks, enough
MOST_MS = {
    name: 800.0 * seconds for name, seconds in {"ingest": 300, "render": 300, "assemble": 300, "record": 60}.items()
}
MOST_MS |= {"plan": 96_000.0, "mail": 48_000.0, "export": 720_000.0, "bundle": 720_000.0}
FUNCTIONS = (*MOST_MS, "api", "socket", "relay", "sweep", "dead-letter", "canary", "migrate")
TABLE: dict[str, Row] = {  # of prod, written down a second time
    **{f"{queue}-age": ("ApproximateAgeOfOldestMessage", "Maximum", 60, 600, 3, 3) for queue in QUEUES},
    "facts-age": ("ApproximateAgeOfOldestMessage", "Maximum", 60, 120, 3, 3),
    **{f"{queue}-dead": ("ApproximateNumberOfMessagesVisible", "Maximum", 300, 1, 3, 3) for queue in QUEUES},
    **{f"{name}-errors": ("Errors", "Sum", 300, 3, 1, 1) for name in FUNCTIONS},
    "api-errors": ("Errors", "Sum", 300, 1, 1, 1),  # percent, as all of SHARES
    "socket-errors": ("Errors", "Sum", 300, 1, 1, 1),
    **{f"{name}-throttles": ("Throttles", "Sum", 300, 5, 3, 2) for name in FUNCTIONS},
    **{f"{name}-slow": ("Duration", "p99", 900, most, 1, 1) for name, most in MOST_MS.items()},
    "api-5xx": ("5xx", "Sum", 60, 1, 5, 3),
    "api-latency": ("IntegrationLatency", "p95", 300, 1_500, 3, 3),
    "api-alias-errors": ("Errors", "Sum", 60, 3, 1, 1),
    "api-5xx-at-once": ("5xx", "Sum", 60, 1, 1, 1),
    "database-capacity": ("ACUUtilization", "Average", 300, 90, 3, 3),
    "database-connections": ("DatabaseConnections", "Maximum", 60, 0.7 * 3_604, 3, 3),
    "outbox-age": ("outbox_oldest_s", "Maximum", 60, 180, 2, 2),
    "stalled": ("generations_ended", "Sum", 300, 1, 1, 1),
    "ledger": ("broken_invariants", "Sum", 300, 1, 1, 1),
    "dead-lost": ("dead_messages_lost", "Sum", 300, 1, 1, 1),
    "tasks-broken": ("tasks_broken", "Sum", 300, 1, 1, 1),
    "aws-refused": ("aws_refused", "Sum", 300, 1, 1, 1),
    **{f"{name}-apps-left-out": ("apps_left_out", "Sum", 300, 1, 1, 1) for name in ("api", "plan", "worker", "bundle")},
    "sweep-silent": ("passes_ended", "Sum", 600, 1, 1, 1),
    "canary": ("canary_failed", "Sum", 3_600, 1, 2, 2),
    "cdn-5xx": ("5xxErrorRate", "Average", 300, 1, 3, 3),
}
SHARES = {"api-errors": 5, "socket-errors": 5, "api-5xx": 5, "api-5xx-at-once": 3}  # from so many on
OF = {"Errors": "Invocations", "5xx": "Count"}
FIRES_WITHOUT_DATA = {"canary", "sweep-silent"}


def test_alarms_are_these(synthesised: dict[str, Synthesised]) -> None:
    templates = {name: shown(alarm) for name, alarm in found(synthesised["prod"]).items()}
    assert templates.keys() == TABLE.keys()
    for name, alarm in templates.items():
        limit = alarm.below if name == "sweep-silent" else alarm.at_least
        row = (alarm.metric.name, alarm.statistic, alarm.period_s, limit, alarm.looks, alarm.enough)
        assert row == TABLE[name], name
        assert alarm.missing == ("breaching" if name in FIRES_WITHOUT_DATA else "notBreaching"), name
        assert alarm.fewest == SHARES.get(name, 0), name
        assert (alarm.share_of and alarm.share_of.name) == (OF[alarm.metric.name] if name in SHARES else None), name


def test_a_stage_with_rare_schedules_expects_them_rarely(synthesised: dict[str, Synthesised]) -> None:
    found_in_dev = found(synthesised["dev"])
    assert TABLE.keys() - found_in_dev.keys() == {"sweep-silent"}
    assert found_in_dev["outbox-age"]["Period"] == DEV.slowest_schedule_s


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
