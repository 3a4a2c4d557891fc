"""Stack `web`: what people meet. It is made first: where the site is, everything behind it is told.

The two APIs are made here without routes, as the CDN has to know them; what they call is in stack `api`.
"""

from aws_cdk import CfnOutput, Duration, RemovalPolicy, Stack
from aws_cdk import aws_apigatewayv2 as gateway
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secrets
from constructs import Construct

from infra.constructs.buckets import private_bucket
from infra.constructs.site import Site
from infra.deployment import Deployment, Front
from infra.names import title

ACCESS_LOG_DAYS = 30
SECRET_CHARACTERS = 40


class WebStack(Stack):
    """The APIs, the site before them, and the secrets by which they know each other."""

    def __init__(self, scope: Construct, deployment: Deployment, firewall: str | None, **common: object) -> None:
        super().__init__(scope, deployment.names.of("web"), **common)
        self._deployment = deployment
        http = self._api("HttpApi", "HTTP", "http", None)
        sockets = self._api("SocketApi", "WEBSOCKET", "socket", "$request.body.type")
        self.access_logs = self._access_logs() if deployment.stage.access_logs else None
        shown, *_ = [self._origin_secret(name) for name in deployment.stage.origin_secrets]
        self.site = Site(
            self,
            deployment,
            http_host=self._host(http),
            socket_host=self._host(sockets),
            origin_secret=shown.secret_value.unsafe_unwrap(),
            access_logs=self.access_logs,
            firewall=firewall,
        )
        distribution = self.site.distribution
        self.front = Front(
            self.site.url, http.ref, sockets.ref, distribution.distribution_id, self.site.download_key_id
        )
        CfnOutput(self, "Url", value=self.site.url)
        CfnOutput(self, "PagesBucket", value=deployment.names.site)
        CfnOutput(self, "DistributionId", value=distribution.distribution_id)

    def _api(self, name: str, protocol: str, what: str, selection: str | None) -> gateway.CfnApi:
        return gateway.CfnApi(
            self,
            name,
            name=self._deployment.names.of(what),
            protocol_type=protocol,
            route_selection_expression=selection,
            ip_address_type="dualstack",  # functions beside the database have IPv6 alone
        )

    def _host(self, api: gateway.CfnApi) -> str:
        return f"{api.ref}.execute-api.{self._deployment.names.region}.amazonaws.com"

    def _origin_secret(self, name: str) -> secrets.Secret:
        secret = secrets.Secret(
            self,
            title(name),
            secret_name=self._deployment.names.of(name),
            description="What the CDN shows Medley's API, to be told from everybody else",
            generate_secret_string=secrets.SecretStringGenerator(
                password_length=SECRET_CHARACTERS, exclude_punctuation=True
            ),
            removal_policy=RemovalPolicy.DESTROY,
        )
        secret.node.default_child.override_logical_id(f"{title(name)}Secret")
        return secret

    def _access_logs(self) -> s3.Bucket:
        """Of the CDN and the buckets; the CDN writes as another account, hence the owner of its objects."""
        return private_bucket(
            self,
            "AccessLogs",
            called=self._deployment.names.access_logs,
            keep=self._deployment.stage.protect,
            ownership=s3.ObjectOwnership.OBJECT_WRITER,
            lifecycle_rules=[s3.LifecycleRule(id="old", expiration=Duration.days(ACCESS_LOG_DAYS))],
        )
