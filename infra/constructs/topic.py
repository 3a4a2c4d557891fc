"""Topic: whom alarms call.

It is made before anything that has an alarm, and known by its name. Whoever is called has confirmed that: a new one
calls nobody.
"""

from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.deployment import Deployment


class AlarmTopic(Construct):
    """Spoken to over TLS alone, and by alarms of this account: a policy of ours replaces the one that lets them."""

    def __init__(self, scope: Construct, deployment: Deployment) -> None:
        super().__init__(scope, "AlarmTopic")
        names, stage = deployment.names, deployment.stage
        topic = sns.Topic(self, "Topic", topic_name=names.of("alarms"), enforce_ssl=True)
        topic.node.default_child.override_logical_id("AlarmTopic")
        topic.add_to_resource_policy(
            iam.PolicyStatement(
                actions=["sns:Publish"],
                resources=[topic.topic_arn],
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                conditions={"StringEquals": {"aws:SourceAccount": names.account}},
            )
        )
        if stage.alarms_to:
            topic.add_subscription(subscriptions.EmailSubscription(stage.alarms_to))
