"""Clients of AWS services: made on first use, one per process and endpoint, shared by threads."""

from functools import cache
from typing import TYPE_CHECKING, Any, Final, Protocol
from urllib.parse import urlencode

from medley.settings import AwsSettings

if TYPE_CHECKING:
    from boto3 import Session
    from botocore.config import Config
    from botocore.credentials import Credentials, ReadOnlyCredentials
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

_CONNECT_S: Final = 3.0
_READ_S: Final = 25.0  # below an API request's 29 s; it bounds silence, not a whole transfer
_PUSH_S: Final = 2.0  # a push is a hint: not worth waiting for
_SECRET_S: Final = 5.0
_MAIL_S: Final = 5.0  # with all attempts within what a sender has a mail for
_ATTEMPTS: Final = 4
_LOGIN: Final = "rds-db"
_LOGIN_S: Final = 900  # RDS's limit


class Connections(Protocol):
    """What is used of the API Gateway Management API."""

    def post_to_connection(self, *, ConnectionId: str, Data: bytes) -> Any:  # noqa: N803 - boto3's names
        ...

    def delete_connection(self, *, ConnectionId: str) -> Any:  # noqa: N803
        ...


class Email(Protocol):
    """What is used of SES."""

    def send_email(self, *, FromEmailAddress: str, Destination: Any, Content: Any) -> Any:  # noqa: N803
        ...


class SecretValues(Protocol):
    """What is used of Secrets Manager."""

    def get_secret_value(self, *, SecretId: str) -> Any:  # noqa: N803
        ...

    def put_secret_value(self, *, SecretId: str, SecretString: str) -> Any:  # noqa: N803
        ...


@cache
def _session() -> "Session":
    import boto3

    return boto3.Session()


def credentials() -> "ReadOnlyCredentials":
    """What requests are signed with now. Raises: botocore's NoCredentialsError."""
    return _credentials().get_frozen_credentials()


def _credentials() -> "Credentials":
    from botocore.exceptions import NoCredentialsError

    found = _session().get_credentials()
    if found is None:
        raise NoCredentialsError
    return found


@cache
def s3(settings: AwsSettings, endpoint_url: str | None = None) -> "S3Client":
    """A client of S3 at `endpoint_url`, or where the settings say, or at AWS."""
    endpoint = endpoint_url or settings.endpoint_url
    return _session().client("s3", region_name=settings.region, endpoint_url=endpoint, config=_s3_config(endpoint))


@cache
def sqs(settings: AwsSettings) -> "SQSClient":
    """A client of SQS."""
    return _session().client(
        "sqs", region_name=settings.region, endpoint_url=settings.endpoint_url, config=_config(_READ_S)
    )


@cache
def ses(settings: AwsSettings, endpoint_url: str | None = None) -> Email:
    """A client of SES at `endpoint_url`, or at AWS."""
    client: Email = _session().client(
        "sesv2", region_name=settings.region, endpoint_url=endpoint_url, config=_config(_MAIL_S)
    )
    return client


@cache
def sockets(settings: AwsSettings, management_url: str) -> Connections:
    """A client of a WebSocket API's connections. It gives up soon and tries once."""
    client: Connections = _session().client(
        "apigatewaymanagementapi",
        region_name=settings.region,
        endpoint_url=management_url,
        config=_config(_PUSH_S, connect_s=_PUSH_S, attempts=1),
    )
    return client


@cache
def secrets(settings: AwsSettings) -> SecretValues:
    """A client of Secrets Manager. At AWS it talks to the dual-stack endpoint: functions beside the database have IPv6
    alone (docs/decisions/network-without-a-gateway.md)."""
    endpoint = settings.endpoint_url or f"https://secretsmanager.{settings.region}.api.aws"
    client: SecretValues = _session().client(
        "secretsmanager", region_name=settings.region, endpoint_url=endpoint, config=_config(_SECRET_S)
    )
    return client


def database_token(settings: AwsSettings, host: str, port: int, user: str) -> str:
    """What RDS takes for a password from this role for a quarter of an hour; made here, nobody is asked.

    As boto3's `generate_db_auth_token`, without reading the two megabytes that describe RDS.
    """
    from botocore.model import ServiceId
    from botocore.signers import RequestSigner

    signer = RequestSigner(ServiceId("RDS"), settings.region, _LOGIN, "v4", _credentials(), _session().events)
    request = {
        "method": "GET",
        "url": f"https://{host}:{port}/?{urlencode({'Action': 'connect', 'DBUser': user})}",
        "body": {},
        "headers": {},
        "context": {},
    }
    signed: str = signer.generate_presigned_url(request, "connect", expires_in=_LOGIN_S, signing_name=_LOGIN)
    return signed.removeprefix("https://")


def _config(read_s: float, *, connect_s: float = _CONNECT_S, attempts: int = _ATTEMPTS) -> "Config":
    from botocore.config import Config

    return Config(
        connect_timeout=connect_s,
        read_timeout=read_s,
        retries={"mode": "standard", "total_max_attempts": attempts},
        max_pool_connections=16,
        tcp_keepalive=True,
    )


def _s3_config(endpoint_url: str | None) -> "Config":
    from botocore.config import Config

    return _config(_READ_S).merge(
        Config(
            signature_version="s3v4",
            # An endpoint of one's own has no host name per bucket. At AWS the regional name is signed: a browser is
            # not redirected, which would void a presigned upload.
            s3={
                "addressing_style": "path" if endpoint_url else "virtual",
                "us_east_1_regional_endpoint": "regional",
            },
            # Otherwise a presigned PUT carries the checksum of an empty body. TLS guards the transfer, and what we
            # store is verified before.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
    )
