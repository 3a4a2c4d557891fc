"""Stack `media`: the functions that work on pictures and sound, all of one image. None sees the database."""

from aws_cdk import Stack
from constructs import Construct

from infra.constructs.function import FunctionRow
from infra.deployment import Deployment
from infra.environment import Surroundings
from infra.grants import Places, grants


class MediaStack(Stack):
    """A function for each row that is an image."""

    def __init__(
        self, scope: Construct, deployment: Deployment, around: Surroundings, places: Places, **common: object
    ) -> None:
        super().__init__(scope, deployment.names.of("media"), **common)
        self.functions = {
            row.name: FunctionRow(self, row, deployment, around, list(grants(row, deployment.names, places)), layers={})
            for row in deployment.topology.functions
            if row.kind == "image"
        }
