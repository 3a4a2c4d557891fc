"""Queues: those of the topology, each with its dead letters."""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.deployment import Deployment
from infra.names import title
from infra.rows import Queue


class Queues(Construct):
    """Standard queues, encrypted by SQS, spoken to over TLS alone."""

    def __init__(self, scope: Construct, deployment: Deployment) -> None:
        super().__init__(scope, "Queues")
        self._deployment = deployment
        self.by_name = {row.name: self._with_dead_letters(row) for row in deployment.topology.queues}

    def _with_dead_letters(self, row: Queue) -> sqs.Queue:
        dead = self._queue(
            row.dead_letter,
            row.dead_visibility_s,
            row.retention_s,
            redrive_allow_policy=sqs.RedriveAllowPolicy(
                redrive_permission=sqs.RedrivePermission.BY_QUEUE,
                source_queues=[
                    sqs.Queue.from_queue_arn(self, f"Of{row.name}", self._deployment.names.queue_arn(row.name))
                ],
            ),
        )
        return self._queue(
            row.name,
            row.visibility_s,
            row.retention_s,
            dead_letter_queue=sqs.DeadLetterQueue(queue=dead, max_receive_count=row.max_receive_count),
        )

    def _queue(self, name: str, visibility_s: int, retention_s: int, **more: object) -> sqs.Queue:
        queue = sqs.Queue(
            self,
            name,
            queue_name=self._deployment.names.of(name),
            visibility_timeout=Duration.seconds(visibility_s),
            retention_period=Duration.seconds(retention_s),
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            removal_policy=RemovalPolicy.RETAIN if self._deployment.stage.protect else RemovalPolicy.DESTROY,
            **more,
        )
        queue.node.default_child.override_logical_id(f"{title(name)}Queue")
        return queue
