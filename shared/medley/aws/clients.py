"""Clients of AWS services: made on first use, one per process and endpoint, shared by threads."""

from functools import cache
from typing import TYPE_CHECKING, Any, Final, Protocol

from medley.settings import AwsSettings

if TYPE_CHECKING:
    from botocore.config import Config
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

_CONNECT_S: Final = 3.0
_READ_S: Final = 25.0  # below an API request's 29 s; it bounds silence, not a whole transfer
_PUSH_S: Final = 2.0  # a push is a hint: not worth waiting for
_ATTEMPTS: Final = 4


class Connections(Protocol):
    """What is used of the API Gateway Management API."""

    def post_to_connection(self, *, ConnectionId: str, Data: bytes) -> Any:  # noqa: N803 - boto3's names
        ...


@cache
def s3(settings: AwsSettings, endpoint_url: str | None = None) -> "S3Client":
    """A client of S3 at `endpoint_url`, or where the settings say, or at AWS."""
    import boto3

    endpoint = endpoint_url or settings.endpoint_url
    return boto3.client("s3", region_name=settings.region, endpoint_url=endpoint, config=_s3_config(endpoint))


@cache
def sqs(settings: AwsSettings) -> "SQSClient":
    """A client of SQS."""
    import boto3

    return boto3.client("sqs", region_name=settings.region, endpoint_url=settings.endpoint_url, config=_config(_READ_S))


@cache
def sockets(settings: AwsSettings, management_url: str) -> Connections:
    """A client of a WebSocket API's connections. It gives up soon and tries once."""
    import boto3

    client: Connections = boto3.client(
        "apigatewaymanagementapi",
        region_name=settings.region,
        endpoint_url=management_url,
        config=_config(_PUSH_S, connect_s=_PUSH_S, attempts=1),
    )
    return client


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
