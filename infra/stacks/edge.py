"""Stack `edge`: the firewall before the CDN, for stages that have one. It has to be in us-east-1, as the CDN's is."""

from aws_cdk import Stack
from aws_cdk import aws_wafv2 as waf
from constructs import Construct

from infra.deployment import Deployment
from infra.firewall import MANAGED, PER_ADDRESS, RATE_WINDOW_S


class EdgeStack(Stack):
    """One list of rules, in order; what none refuses is let through. `firewall` is its ARN."""

    def __init__(self, scope: Construct, deployment: Deployment, **common: object) -> None:
        super().__init__(scope, deployment.names.of("edge"), **common)
        rules = [self._managed(place, name, counted) for place, (name, counted) in enumerate(MANAGED.items())]
        made = waf.CfnWebACL(
            self,
            "Firewall",
            name=deployment.names.of("firewall"),
            scope="CLOUDFRONT",
            default_action=waf.CfnWebACL.DefaultActionProperty(allow={}),
            visibility_config=_seen("firewall"),
            rules=[*rules, self._rate(len(rules))],
        )
        made.override_logical_id("Firewall")
        self.firewall = made.attr_arn

    def _managed(self, place: int, name: str, counted: tuple[str, ...]) -> waf.CfnWebACL.RuleProperty:
        count = waf.CfnWebACL.RuleActionProperty(count={})
        return waf.CfnWebACL.RuleProperty(
            name=name,
            priority=place,
            override_action=waf.CfnWebACL.OverrideActionProperty(none={}),
            statement=waf.CfnWebACL.StatementProperty(
                managed_rule_group_statement=waf.CfnWebACL.ManagedRuleGroupStatementProperty(
                    vendor_name="AWS",
                    name=name,
                    rule_action_overrides=[
                        waf.CfnWebACL.RuleActionOverrideProperty(name=rule, action_to_use=count) for rule in counted
                    ],
                )
            ),
            visibility_config=_seen(name),
        )

    def _rate(self, place: int) -> waf.CfnWebACL.RuleProperty:
        return waf.CfnWebACL.RuleProperty(
            name="rate",
            priority=place,
            action=waf.CfnWebACL.RuleActionProperty(
                block=waf.CfnWebACL.BlockActionProperty(
                    custom_response=waf.CfnWebACL.CustomResponseProperty(response_code=429)
                )
            ),
            statement=waf.CfnWebACL.StatementProperty(
                rate_based_statement=waf.CfnWebACL.RateBasedStatementProperty(
                    aggregate_key_type="IP", limit=PER_ADDRESS, evaluation_window_sec=RATE_WINDOW_S
                )
            ),
            visibility_config=_seen("rate"),
        )


def _seen(name: str) -> waf.CfnWebACL.VisibilityConfigProperty:
    return waf.CfnWebACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=name, sampled_requests_enabled=True
    )
