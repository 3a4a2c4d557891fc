"""A function's role allows what its row says, statement by statement, and nothing besides."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from infra.deployment import Artefacts, Deployment, Front, places
from infra.download_keys import fingerprint
from infra.grants import grants
from infra.names import Names, title
from infra.rows import Function, QueueTrigger
from infra.stages import PROD, Stage
from infra.topology import TOPOLOGY
from tests.infra.conftest import ACCOUNT, REGION, Synthesised

Permission = tuple[str, str]  # action and resource


def listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def allowed(cloud: Synthesised, row: Function) -> list[Permission]:
    """What the role of a function may do, a line for each action on each resource."""
    role = next(each for each in cloud.resources("AWS::IAM::Role") if each.id == f"{title(row.name)}Role")
    assert cloud.function(row).properties["Role"] == f"<{role.id}.Arn>"
    assert "ManagedPolicyArns" not in role.properties
    (policy,) = role.properties["Policies"]
    return [
        (action, resource)
        for statement in policy["PolicyDocument"]["Statement"]
        for action in listed(statement["Action"])
        for resource in listed(statement["Resource"])
        if statement["Effect"] == "Allow"
    ]


def login(row: Function, here: str, medley: str) -> Iterator[Permission]:
    """What comes with the database and the keys behind tokens."""
    secret = f"arn:aws:secretsmanager:{here}:secret:{medley}"
    if "database" in row.settings:
        for verb in ("AssignPrivateIpAddresses", "CreateNetworkInterface", "DeleteNetworkInterface"):
            yield f"ec2:{verb}", "*"
        for verb in ("DescribeNetworkInterfaces", "DescribeSubnets", "UnassignPrivateIpAddresses"):
            yield f"ec2:{verb}", "*"
    if row.deploys:
        yield "secretsmanager:GetSecretValue", f"{secret}-database-owner-??????"
        yield "secretsmanager:PutSecretValue", f"{secret}-token-keys-??????"
    elif "database" in row.settings:
        cluster = "<PublishOutputFnGetAttDatabaseDBClusterResourceId7FB1D3A9>"
        yield "rds-db:connect", f"arn:aws:rds-db:{here}:dbuser:{cluster}/{row.database_role}"
    if "tokens" in row.settings:
        yield "secretsmanager:GetSecretValue", f"{secret}-token-keys-??????"


def objects(row: Function, bucket: str) -> Iterator[Permission]:
    """What may be done below which prefixes."""
    in_parts = ("s3:AbortMultipartUpload", "s3:ListMultipartUploadParts")
    yield from (("s3:GetObject", f"{bucket}/{prefix}*") for prefix in row.reads)
    yield from (("s3:PutObject", f"{bucket}/{prefix}*") for prefix in row.writes)
    yield from ((action, f"{bucket}/{prefix}*") for prefix in row.in_parts for action in in_parts)
    yield from (("s3:DeleteObject", f"{bucket}/{prefix}*") for prefix in row.deletes)
    if row.reads:
        yield "s3:ListBucket", bucket


def expected(cloud: Synthesised, row: Function) -> Iterator[Permission]:
    """The same, of the row alone."""
    stage = cloud.stage.name
    here, bucket = f"{REGION}:{ACCOUNT}", f"arn:aws:s3:::medley-{stage}-objects-{ACCOUNT}-{REGION}"
    function = f"medley-{stage}-{row.name.replace('_', '-')}"
    for action in ("logs:CreateLogStream", "logs:PutLogEvents"):
        yield action, f"arn:aws:logs:{here}:log-group:/aws/lambda/{function}:*"
    yield from login(row, here, f"medley-{stage}")
    for trigger in row.triggers:
        if isinstance(trigger, QueueTrigger):
            for verb in ("ChangeMessageVisibility", "DeleteMessage", "GetQueueAttributes", "ReceiveMessage"):
                yield f"sqs:{verb}", f"arn:aws:sqs:{here}:medley-{stage}-{trigger.queue}"
    for queue in row.sends:
        yield "sqs:SendMessage", f"arn:aws:sqs:{here}:medley-{stage}-{queue}"
    yield from objects(row, bucket)
    if "downloads" in row.settings and cloud.stage.download_keys:
        key = fingerprint(cloud.stage.download_keys[0])
        secret = f"medley-{stage}-download-{key}-??????"
        yield "secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:{here}:secret:{secret}"
    if "sockets" in row.settings:
        api = f"arn:aws:execute-api:{here}:<PublishOutputRefSocketApiFE3C43E4>/socket"
        for method in ("POST", "DELETE"):
            yield "execute-api:ManageConnections", f"{api}/{method}/@connections/*"
    if "mail" in row.settings:
        sender = cloud.stage.mail_sender.partition("@")[2].rstrip(">")
        yield "ses:SendEmail", f"arn:aws:ses:{here}:identity/{sender}"


@pytest.mark.parametrize("row", TOPOLOGY.functions, ids=lambda row: row.name)
def test_a_role_allows_what_its_row_says_and_no_more(cloud: Synthesised, row: Function) -> None:
    assert sorted(allowed(cloud, row)) == sorted(expected(cloud, row))


@pytest.mark.parametrize("row", [row for row in TOPOLOGY.functions if row.reads], ids=lambda row: row.name)
def test_a_function_lists_below_the_prefixes_it_reads(cloud: Synthesised, row: Function) -> None:
    role = next(each for each in cloud.resources("AWS::IAM::Role") if each.id == f"{title(row.name)}Role")
    (listing,) = (
        statement
        for statement in role.properties["Policies"][0]["PolicyDocument"]["Statement"]
        if statement["Action"] == "s3:ListBucket"
    )
    assert listing["Condition"] == {"StringLikeIfExists": {"s3:prefix": [f"{prefix}*" for prefix in row.reads]}}


def logins(stage: Stage) -> list[str]:
    """The databases and roles that functions may log in to and as."""
    deployment = Deployment(stage, Names(stage.name, ACCOUNT, REGION), TOPOLOGY, Artefacts(Path()))
    known = places(deployment, Front("https://m.example", "http", "socket", "cdn"), "cluster-MADE")
    return sorted(
        resource.partition("dbuser:")[2]
        for row in TOPOLOGY.functions
        for grant in grants(row, deployment.names, known)
        for resource in grant.resources
        if "rds-db:connect" in grant.actions
    )


def test_functions_log_in_to_the_restored_database_where_the_stage_names_one() -> None:
    made, restored = logins(PROD), logins(replace(PROD, database_resource_id="cluster-RESTORED"))
    assert len(made) == sum(row.in_network and not row.deploys for row in TOPOLOGY.functions)
    assert {each.partition("/")[0] for each in made} == {"cluster-MADE"}
    assert restored == [each.replace("cluster-MADE", "cluster-RESTORED") for each in made]


def test_every_role_is_a_row_s_or_has_one_thing_to_do(cloud: Synthesised) -> None:
    rows = {f"{title(row.name)}Role" for row in TOPOLOGY.functions}
    others = {each.id: each for each in cloud.resources("AWS::IAM::Role") if each.id not in rows}
    schedules = {name: role for name, role in others.items() if "ScheduleRole" in name}
    assert {name.partition("ScheduleRole")[0] for name in schedules} == {"Canary", "Relay", "Sweep"}
    for role in schedules.values():
        (policy,) = role.properties["Policies"]
        (statement,) = policy["PolicyDocument"]["Statement"]
        assert statement["Action"] == "lambda:InvokeFunction"
        assert statement["Resource"].endswith(":live")
    helpers = sorted(name.rstrip("0123456789ABCDEF") for name in others.keys() - schedules.keys())
    step_by_step = ["ApiCanaryServiceRole"] if cloud.stage.canary else []
    assert helpers == ["AWSCDKTriggerCustomResourceProviderCustomResourceProviderRole", *step_by_step]
    assert not list(cloud.resources("AWS::IAM::Policy"))
    assert not list(cloud.resources("AWS::IAM::ManagedPolicy"))
