"""Objects: the bucket of everything that is stored, its lifetimes, and what it tells of uploads.

Bucket and queues are in one stack and the bucket has a name of ours, so the notification is a plain property: CDK's own
way is a custom resource, and across stacks a circle. S3 asks whether it may send when the bucket is made, so the
queue's policy is made before it.
"""

from collections.abc import Mapping

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.constructs.buckets import private_bucket
from infra.deployment import Deployment, Front
from infra.download_keys import SERVED


class Objects(Construct):
    """The bucket."""

    def __init__(
        self,
        scope: Construct,
        deployment: Deployment,
        queues: Mapping[str, sqs.Queue],
        *,
        front: Front,
        access_logs: s3.IBucket | None,
    ) -> None:
        super().__init__(scope, "Objects")
        self._deployment = deployment
        cors = deployment.topology.cors
        self.bucket = private_bucket(
            self,
            "Objects",
            called=deployment.names.objects,
            keep=deployment.stage.protect,
            logs=access_logs,
            lifecycle_rules=self._lifetimes(),
            cors=[
                s3.CorsRule(
                    allowed_methods=[s3.HttpMethods[method] for method in cors.methods],
                    allowed_origins=[front.url],
                    allowed_headers=list(cors.headers),
                    exposed_headers=list(cors.exposed),
                    max_age=cors.max_age_s,
                )
            ],
        )
        self._resource: s3.CfnBucket = self.bucket.node.default_child
        self._notify(queues)
        if deployment.stage.download_keys:
            self._serve(front.distribution_id)

    def _lifetimes(self) -> list[s3.LifecycleRule]:
        return [
            s3.LifecycleRule(
                id=row.name.rstrip("/"),
                prefix=row.name,
                expiration=Duration.days(row.expire_days) if row.expire_days else None,
                abort_incomplete_multipart_upload_after=Duration.days(row.abort_multipart_days or 1),
            )
            for row in self._deployment.topology.prefixes
        ]

    def _serve(self, distribution_id: str) -> None:
        """Let the CDN, and that one alone, read what it serves."""
        names = self._deployment.names
        self.bucket.add_to_resource_policy(
            iam.PolicyStatement(
                actions=["s3:GetObject"],
                resources=[f"{names.bucket_arn(names.objects)}/{prefix}*" for prefix in SERVED],
                principals=[iam.ServicePrincipal("cloudfront.amazonaws.com")],
                conditions={"StringEquals": {"aws:SourceArn": names.distribution_arn(distribution_id)}},
            )
        )

    def _notify(self, queues: Mapping[str, sqs.Queue]) -> None:
        names = self._deployment.names
        arn = names.bucket_arn(names.objects)
        for name in dict.fromkeys(row.queue for row in self._deployment.topology.notifications):
            queues[name].add_to_resource_policy(
                iam.PolicyStatement(
                    actions=["sqs:SendMessage"],
                    resources=[names.queue_arn(name)],
                    principals=[iam.ServicePrincipal("s3.amazonaws.com")],
                    conditions={
                        "ArnEquals": {"aws:SourceArn": arn},
                        "StringEquals": {"aws:SourceAccount": names.account},
                    },
                )
            )
            self._resource.node.add_dependency(queues[name].node.find_child("Policy"))
        self._resource.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
            queue_configurations=[
                s3.CfnBucket.QueueConfigurationProperty(
                    event=event,
                    queue=names.queue_arn(row.queue),
                    filter=s3.CfnBucket.NotificationFilterProperty(
                        s3_key=s3.CfnBucket.S3KeyFilterProperty(
                            rules=[s3.CfnBucket.FilterRuleProperty(name="prefix", value=row.prefix)]
                        )
                    ),
                )
                for row in self._deployment.topology.notifications
                for event in row.events
            ]
        )
