"""Grants: what a row's function may do in an account, statement by statement, and nothing else."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from infra.names import Names
from infra.rows import Function, QueueTrigger

ATTACHING = (  # to a network: EC2 knows no names of what is made there
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
)
RECEIVING = ("sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage")


PREFIX = "A prefix is what is granted: keys below it begin with their owner's id, which is not known beforehand."
LOGGED = "Log streams are named by Lambda, one for each environment."
ATTACHED = "Network interfaces have no names before they are made, and EC2 lets nobody see them by name."
OPEN = "Connections are numbered by API Gateway when they are opened."


@dataclass(frozen=True)
class Grant:
    """An allowed action on resources. `conditions` as IAM writes them; `wildcard` says why a resource ends in one."""

    actions: Sequence[str]
    resources: Sequence[str]
    wildcard: str = ""
    conditions: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Places:
    """What an account numbers by itself."""

    cluster_resource_id: str
    socket_api_id: str
    mail_domain: str
    download_secret: str | None = None  # of the stage's own choice


def grants(row: Function, names: Names, places: Places) -> Iterator[Grant]:
    """All of them."""
    yield Grant(("logs:CreateLogStream", "logs:PutLogEvents"), (f"{names.log_group_arn(row.name)}:*",), LOGGED)
    if row.in_network:
        yield Grant(ATTACHING, ("*",), ATTACHED)
    if row.in_network and not row.deploys:
        login = names.login_arn(places.cluster_resource_id, row.database_role)
        yield Grant(("rds-db:connect",), (login,))
    if row.deploys:
        yield Grant(("secretsmanager:GetSecretValue",), (names.secret_arn(names.owner_secret),))
        yield Grant(("secretsmanager:PutSecretValue",), (names.secret_arn(names.token_secret),))
    if "tokens" in row.settings:
        yield Grant(("secretsmanager:GetSecretValue",), (names.secret_arn(names.token_secret),))
    if "downloads" in row.settings and places.download_secret:
        yield Grant(("secretsmanager:GetSecretValue",), (names.secret_arn(places.download_secret),))
    received = [trigger.queue for trigger in row.triggers if isinstance(trigger, QueueTrigger)]
    if received:
        yield Grant(RECEIVING, [names.queue_arn(queue) for queue in received])
    if row.sends:
        yield Grant(("sqs:SendMessage",), [names.queue_arn(queue) for queue in row.sends])
    yield from _objects(row, names.bucket_arn(names.objects))
    if "sockets" in row.settings:
        connections = names.connections_arns(places.socket_api_id)
        yield Grant(("execute-api:ManageConnections",), connections, OPEN)
    if "mail" in row.settings:
        yield Grant(("ses:SendEmail",), (names.mail_arn(places.mail_domain),))


def _objects(row: Function, bucket: str) -> Iterator[Grant]:
    def below(prefixes: Sequence[str]) -> list[str]:
        return [f"{bucket}/{prefix}*" for prefix in prefixes]

    if row.reads:
        yield Grant(("s3:GetObject",), below(row.reads), PREFIX)
        # To a GET or HEAD of what is not there S3 says 404 only to who may list, and such a request has no prefix.
        prefixes = [f"{prefix}*" for prefix in row.reads]
        yield Grant(("s3:ListBucket",), (bucket,), conditions={"StringLikeIfExists": {"s3:prefix": prefixes}})
    if row.writes:
        yield Grant(("s3:PutObject",), below(row.writes), PREFIX)
    if row.in_parts:
        yield Grant(("s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"), below(row.in_parts), PREFIX)
    if row.deletes:
        yield Grant(("s3:DeleteObject",), below(row.deletes), PREFIX)
