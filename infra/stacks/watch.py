"""Stack `watch`: the alarms, one page that shows how it goes, and what a month may cost."""

from collections.abc import Mapping

from aws_cdk import Stack
from aws_cdk import aws_budgets as budgets
from constructs import Construct

from infra.alarms import alarms
from infra.constructs.alarm import alarm
from infra.constructs.dashboard import dashboard
from infra.deployment import Deployment, Front

ACTUAL, FORECAST = 80, 100  # percent of the budget


class WatchStack(Stack):
    """Everything that looks on; nothing depends on it."""

    def __init__(self, scope: Construct, deployment: Deployment, front: Front, **common: object) -> None:
        super().__init__(scope, deployment.names.of("watch"), **common)
        self._deployment = deployment
        places = {"http_api": front.http_api_id, "distribution": front.distribution_id}
        for row in alarms(deployment.topology, deployment.stage, deployment.names, places):
            alarm(self, row, deployment.names)
        dashboard(self, deployment, {**places, "socket_api": front.socket_api_id})
        self._budget()

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
