"""Stack `watch`: the alarms, whom they call, one page that shows how it goes, and what a month may cost."""

from collections.abc import Mapping

from aws_cdk import CfnCondition, Duration, Fn, Stack
from aws_cdk import aws_budgets as budgets
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.alarms import Alarm, Metric, alarms
from infra.constructs.dashboard import dashboard
from infra.deployment import Deployment, Front
from infra.names import title

ACTUAL, FORECAST = 80, 100  # percent of the budget


class WatchStack(Stack):
    """Everything that looks on; nothing depends on it."""

    def __init__(self, scope: Construct, deployment: Deployment, front: Front, **common: object) -> None:
        super().__init__(scope, deployment.names.of("watch"), **common)
        self._deployment = deployment
        self._topic = sns.Topic(self, "Topic", topic_name=deployment.names.of("alarms"), enforce_ssl=True)
        if deployment.stage.alarms_to:
            self._topic.add_subscription(subscriptions.EmailSubscription(deployment.stage.alarms_to))
        places = {"http_api": front.http_api_id, "distribution": front.distribution_id}
        for row in alarms(deployment.topology, deployment.stage, deployment.names, places):
            self._alarm(row)
        dashboard(self, deployment, {**places, "socket_api": front.socket_api_id})
        self._budget()

    def _alarm(self, row: Alarm) -> None:
        threshold = row.at_least if row.at_least is not None else row.below
        comparison = cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD
        if row.below is not None:
            comparison = cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD
        made = cloudwatch.Alarm(
            self,
            title(row.name),
            alarm_name=self._deployment.names.of(row.name),
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
        made.add_alarm_action(actions.SnsAction(self._topic))
        made.add_ok_action(actions.SnsAction(self._topic))
        if row.only_in:
            condition = CfnCondition(
                self, f"{title(row.name)}Here", expression=Fn.condition_equals(self.region, row.only_in)
            )
            made.node.default_child.cfn_options.condition = condition

    def _budget(self) -> None:
        stage = self._deployment.stage
        if not stage.alarms_to:
            return
        people: Mapping[str, str] = {"subscription_type": "EMAIL", "address": stage.alarms_to}
        subscriber = budgets.CfnBudget.SubscriberProperty(**people)
        told = [
            budgets.CfnBudget.NotificationWithSubscribersProperty(
                notification=budgets.CfnBudget.NotificationProperty(
                    comparison_operator="GREATER_THAN", notification_type=kind, threshold=percent
                ),
                subscribers=[subscriber],
            )
            for kind, percent in (("ACTUAL", ACTUAL), ("FORECASTED", FORECAST))
        ]
        budgets.CfnBudget(
            self,
            "Budget",
            budget=budgets.CfnBudget.BudgetDataProperty(
                budget_name=self._deployment.names.of("month"),
                budget_type="COST",
                time_unit="MONTHLY",
                budget_limit=budgets.CfnBudget.SpendProperty(amount=stage.budget_usd, unit="USD"),
                cost_filters={"TagKeyValue": [f"user:medley:stage${stage.name}"]},
            ),
            notifications_with_subscribers=told,
        )


def _measured(row: Alarm) -> cloudwatch.IMetric:
    metric = of(row.metric, row.statistic, row.period_s)
    if row.share_of is None:
        return metric
    return cloudwatch.MathExpression(
        expression=f"IF(part >= {row.fewest}, 100 * part / whole, 0)",
        using_metrics={"part": metric, "whole": of(row.share_of, row.statistic, row.period_s)},
        period=Duration.seconds(row.period_s),
        label=row.name,
    )


def of(metric: Metric, statistic: str, period_s: int) -> cloudwatch.Metric:
    """As CDK has it."""
    return cloudwatch.Metric(
        namespace=metric.namespace,
        metric_name=metric.name,
        dimensions_map=dict(metric.dimensions),
        statistic=statistic,
        period=Duration.seconds(period_s),
    )
