"""Alarm: a row of `infra.alarms` in CloudWatch. It calls the stage's topic when it fires, and when it is over."""

from aws_cdk import CfnCondition, Duration, Fn, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra.alarms import Alarm, Metric
from infra.names import Names, title


def alarm(scope: Construct, row: Alarm, names: Names) -> cloudwatch.Alarm:
    """Make it, in a stack that comes after the one with the topic."""
    threshold = row.at_least if row.at_least is not None else row.below
    comparison = cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD
    if row.below is not None:
        comparison = cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD
    made = cloudwatch.Alarm(
        scope,
        title(row.name),
        alarm_name=names.of(row.name),
        alarm_description=f"docs/RUNBOOK.md, {row.runbook}",
        metric=_measured(row),
        threshold=threshold,
        comparison_operator=comparison,
        evaluation_periods=row.looks,
        datapoints_to_alarm=row.enough,
        treat_missing_data=cloudwatch.TreatMissingData.BREACHING
        if row.missing == "breaching"
        else cloudwatch.TreatMissingData.NOT_BREACHING,
    )
    called = actions.SnsAction(sns.Topic.from_topic_arn(made, "Topic", names.topic_arn))
    made.add_alarm_action(called)
    made.add_ok_action(called)
    if row.only_in:
        here = Fn.condition_equals(Stack.of(scope).region, row.only_in)
        made.node.default_child.cfn_options.condition = CfnCondition(scope, f"{title(row.name)}Here", expression=here)
    return made


def _measured(row: Alarm) -> cloudwatch.IMetric:
    metric = _metric(row.metric, row.statistic, row.period_s)
    if row.share_of is None:
        return metric
    return cloudwatch.MathExpression(
        expression=f"IF(part >= {row.fewest}, 100 * part / whole, 0)",
        using_metrics={"part": metric, "whole": _metric(row.share_of, row.statistic, row.period_s)},
        period=Duration.seconds(row.period_s),
        label=row.name,
    )


def _metric(metric: Metric, statistic: str, period_s: int) -> cloudwatch.Metric:
    return cloudwatch.Metric(
        namespace=metric.namespace,
        metric_name=metric.name,
        dimensions_map=dict(metric.dimensions),
        statistic=statistic,
        period=Duration.seconds(period_s),
    )
