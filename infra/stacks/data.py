"""Stack `data`: what is stored and what waits. Nothing here is replaced without being asked for by name."""

from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secrets
from constructs import Construct

from infra.constructs.database import Database, Network
from infra.constructs.objects import Objects
from infra.constructs.queues import Queues
from infra.constructs.topic import AlarmTopic
from infra.deployment import Deployment, Front


class DataStack(Stack):
    """Network, database, queues, objects, the keys behind tokens, and whom alarms call."""

    def __init__(
        self, scope: Construct, deployment: Deployment, front: Front, access_logs: s3.IBucket | None, **common: object
    ) -> None:
        super().__init__(scope, deployment.names.of("data"), **common)
        self.network = Network(self, deployment)
        self.database = Database(self, deployment, self.network)
        self.queues = Queues(self, deployment)
        self.objects = Objects(self, deployment, self.queues.by_name, front=front, access_logs=access_logs)
        self.tokens = self._token_keys(deployment)
        AlarmTopic(self, deployment)

    def _token_keys(self, deployment: Deployment) -> secrets.CfnSecret:
        """Empty at first: the function `migrate` makes the keys."""
        secret = secrets.CfnSecret(
            self,
            "TokenKeys",
            name=deployment.names.token_secret,
            description="The keys behind Medley's access and refresh tokens, a JWK Set",
        )
        secret.apply_removal_policy(RemovalPolicy.RETAIN if deployment.stage.protect else RemovalPolicy.DESTROY)
        return secret
