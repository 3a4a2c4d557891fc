"""Stack `api`: all other functions, and what the two APIs call."""

import json
from collections.abc import Mapping, Sequence

from aws_cdk import Duration, RemovalPolicy, Stack, triggers
from aws_cdk import aws_apigatewayv2 as gateway
from aws_cdk import aws_codedeploy as codedeploy
from aws_cdk import aws_lambda as lambdas
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.alarms import rollbacks
from infra.constructs.alarm import alarm
from infra.constructs.database import Network
from infra.constructs.function import FunctionRow, retention
from infra.deployment import Deployment, Front
from infra.environment import Surroundings
from infra.grants import Places, grants
from infra.names import SOCKET_STAGE, title
from infra.rows import HttpTrigger, SocketTrigger

BURST, PER_SECOND = 2_000, 1_000  # of all callers together; beyond, API Gateway answers 429
SAID = {"ThrottlingBurstLimit": 1_000, "ThrottlingRateLimit": 500, "DetailedMetricsEnabled": True}  # by sockets, apart
LOGGED = {  # of each request; nothing a caller wrote but the path's shape
    "requestId": "$context.requestId",
    "time": "$context.requestTimeEpoch",
    "route": "$context.routeKey",
    "status": "$context.status",
    "latency_ms": "$context.integrationLatency",
    "error": "$context.integrationErrorMessage",
}
SOCKET_ROUTES = {"Connect": "$connect", "Disconnect": "$disconnect", "Default": "$default"}


class ApiStack(Stack):
    """A function for each row that is a zip, their layers, and the routes of the APIs.

    The function of deployments runs before any other of this stack takes over; if it fails, none does.
    """

    def __init__(
        self,
        scope: Construct,
        deployment: Deployment,
        *,
        around: Surroundings,
        places: Places,
        front: Front,
        network: Network,
        **common: object,
    ) -> None:
        super().__init__(scope, deployment.names.of("api"), **common)
        self._deployment = deployment
        layers = self._layers()
        self.functions = {
            row.name: FunctionRow(
                self,
                row,
                deployment,
                around,
                list(grants(row, deployment.names, places)),
                layers=layers,
                network=network.vpc,
                group=network.functions,
            )
            for row in deployment.topology.functions
            if row.kind == "zip"
        }
        self._migrate_first()
        self._routes(front)
        for row in deployment.topology.functions:
            if any(isinstance(trigger, HttpTrigger) for trigger in row.triggers):
                self._step_by_step(self.functions[row.name], front)

    def _layers(self) -> Mapping[str, lambdas.LayerVersion]:
        architecture = self._deployment.stage.zip_architecture
        fitting = lambdas.Architecture.ARM_64 if architecture == "arm64" else lambdas.Architecture.X86_64
        names = dict.fromkeys(name for row in self._deployment.topology.functions for name in row.layers)
        return {
            name: lambdas.LayerVersion(
                self,
                f"Layer{title(name)}",
                layer_version_name=self._deployment.names.of(name),
                code=lambdas.Code.from_asset(self._deployment.artefacts.layer(name)),
                compatible_runtimes=[lambdas.Runtime.PYTHON_3_13],
                compatible_architectures=[fitting],
                description="Third-party packages of Medley's lock",
            )
            for name in names
        }

    def _migrate_first(self) -> None:
        for each in [function for function in self.functions.values() if function.row.deploys]:
            triggers.Trigger(
                self,
                f"Run{title(each.row.name)}",
                handler=each.function,
                timeout=Duration.seconds(each.row.timeout_s),
                invocation_type=triggers.InvocationType.REQUEST_RESPONSE,
                execute_before=[other.alias for other in self.functions.values() if not other.row.deploys],
            )

    def _routes(self, front: Front) -> None:
        for each in self.functions.values():
            for trigger in each.row.triggers:
                match trigger:
                    case HttpTrigger():
                        routes = self._route(each, front.http_api_id, {"Http": "$default"}, payload="2.0")
                        log = self._log(each.row.name)
                        self._serve(each.row.name, front.http_api_id, "$default", routes, log)
                    case SocketTrigger():
                        routes = self._route(each, front.socket_api_id, SOCKET_ROUTES)
                        self._serve(each.row.name, front.socket_api_id, SOCKET_STAGE, routes)

    def _route(
        self, function: FunctionRow, api_id: str, routes: Mapping[str, str], payload: str | None = None
    ) -> list[gateway.CfnRoute]:
        function.allow_api(api_id)
        arn = function.alias.function_arn
        integration = gateway.CfnIntegration(
            self,
            f"{title(function.row.name)}Integration",
            api_id=api_id,
            integration_type="AWS_PROXY",
            integration_uri=f"arn:aws:apigateway:{self.region}:lambda:path/2015-03-31/functions/{arn}/invocations",
            integration_method="POST",
            payload_format_version=payload,
            timeout_in_millis=min(function.row.timeout_s * 1000, 29_000),
        )
        return [
            gateway.CfnRoute(
                self,
                f"{title(function.row.name)}{name}Route",
                api_id=api_id,
                route_key=key,
                authorization_type="NONE",  # tokens and tickets are read in the function
                target=f"integrations/{integration.ref}",
            )
            for name, key in routes.items()
        ]

    def _step_by_step(self, function: FunctionRow, front: Front) -> None:
        """New code of what answers people gets a tenth of the requests first, where the stage says so, and none any
        more if it fails them."""
        made = []
        for row in rollbacks(function.row, self._deployment.names, front.http_api_id):
            made.append(alarm(self, row, self._deployment.names))
            made[-1].node.default_child.override_logical_id(title(row.name))
        if self._deployment.stage.canary:
            codedeploy.LambdaDeploymentGroup(
                self,
                f"{title(function.row.name)}Canary",
                alias=function.alias,
                deployment_config=codedeploy.LambdaDeploymentConfig.CANARY_10_PERCENT_5_MINUTES,
                alarms=made,
            )

    def _serve(
        self,
        name: str,
        api_id: str,
        stage: str,
        routes: Sequence[gateway.CfnRoute],
        log: gateway.CfnStage.AccessLogSettingsProperty | None = None,
    ) -> None:
        """The stage of an API, made after its routes: without any there is nothing to deploy."""
        served = gateway.CfnStage(
            self,
            f"{title(name)}Stage",
            api_id=api_id,
            stage_name=stage,
            auto_deploy=True,
            access_log_settings=log,
            default_route_settings=gateway.CfnStage.RouteSettingsProperty(
                throttling_burst_limit=BURST, throttling_rate_limit=PER_SECOND, detailed_metrics_enabled=True
            ),
            route_settings={"$default": SAID} if stage == SOCKET_STAGE else None,  # pings keep nobody from connecting
        )
        for route in routes:
            served.node.add_dependency(route)

    def _log(self, name: str) -> gateway.CfnStage.AccessLogSettingsProperty:
        """Of every request to an HTTP API. That of a WebSocket API needs a role that is the whole account's to set."""
        log = logs.LogGroup(
            self,
            f"{title(name)}Requests",
            log_group_name=f"/aws/apigateway/{self._deployment.names.of(name)}",
            retention=retention(self._deployment.stage.log_days),
            removal_policy=RemovalPolicy.DESTROY,
        )
        log.node.default_child.override_logical_id(f"{title(name)}Requests")
        return gateway.CfnStage.AccessLogSettingsProperty(destination_arn=log.log_group_arn, format=json.dumps(LOGGED))
