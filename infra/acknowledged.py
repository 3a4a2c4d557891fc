"""Acknowledged findings of cdk-nag: where, which rule, and why it is as it should be.

A role's wildcards have their reasons beside its grants (`infra.grants`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infra.grants import Places, grants
from infra.names import Names, title
from infra.rows import Topology
from infra.stages import Stage

if TYPE_CHECKING:
    from aws_cdk import App

PACK = "AwsSolutions"
# How a value of another stack is written in a finding.
SOCKET_API = (
    '{{"Fn::GetStackOutput":{{"StackName":"{web}","Region":{{"Ref":"AWS::Region"}},'
    '"OutputName":"PublishOutputRefSocketApiFE3C43E4"}}}}'
)
RUNTIME = "Bytecode in layers and zips is compiled by the runtime's own minor version, and 3.13 is what is tested."
TOKENS = "The function reads the access token, or for a socket the ticket; API Gateway knows neither."
NO_SOCKET_LOG = "API Gateway writes it by a role of the whole account, not ours to set; the function logs every event."
ANY_COUNTRY = "People of every country may use it."
NO_FIREWALL = "API Gateway limits the rate, the API limits each caller; a firewall would cost more than a small stage."
NOT_YET = "A stage for trying things out: what is read of it nobody has to prove later."
BY_HAND = "Replaced by hand, with the old value and the new one both good for a while."


@dataclass(frozen=True)
class Acknowledged:
    """`path` is the construct's, from the app down; it holds for all below."""

    path: str
    rule: str
    reason: str


def table(stage: Stage, topology: Topology) -> tuple[Acknowledged, ...]:
    """Those of one stage."""
    names = Names(stage.name, "<AWS::AccountId>", "<AWS::Region>")
    return (
        *_wildcards(names, topology),
        *_functions(names, topology),
        *_everywhere(stage, names),
        *_only(stage, names),
    )


def _wildcards(names: Names, topology: Topology) -> Iterator[Acknowledged]:
    places = Places("-", SOCKET_API.format(web=names.of("web")), "-")
    for row in topology.functions:
        stack = names.of("media" if row.kind == "image" else "api")
        for grant in grants(row, names, places):
            for resource in grant.resources:
                if "*" in resource:
                    rule = f"AwsSolutions-IAM5[Resource::{resource}]"
                    yield Acknowledged(f"{stack}/{title(row.name)}/Role", rule, grant.wildcard)


def _functions(names: Names, topology: Topology) -> Iterator[Acknowledged]:
    for row in topology.functions:
        if row.kind == "zip":
            yield Acknowledged(f"{names.of('api')}/{title(row.name)}/Function", "AwsSolutions-L1", RUNTIME)
    for route in ("ApiHttp", "SocketConnect", "SocketDisconnect", "SocketDefault"):
        yield Acknowledged(f"{names.of('api')}/{route}Route", "AwsSolutions-APIG4", TOKENS)


def _everywhere(stage: Stage, names: Names) -> Iterator[Acknowledged]:
    web, data = names.of("web"), names.of("data")
    for name in stage.origin_secrets:
        yield Acknowledged(f"{web}/{title(name)}", "AwsSolutions-SMG4", BY_HAND)
    yield Acknowledged(f"{data}/TokenKeys", "AwsSolutions-SMG4", BY_HAND)
    yield Acknowledged(
        f"{data}/Database/Cluster/Secret",
        "AwsSolutions-SMG4",
        "The owner's password is used by migrations alone, and rotating it would need a function in the network.",
    )
    yield Acknowledged(
        f"{data}/Network/Vpc",
        "AwsSolutions-VPC7",
        "In it are our functions and the database; nothing is reached from outside, and calls out are in our own log.",
    )
    yield Acknowledged(f"{web}/Site/Distribution", "AwsSolutions-CFR1", ANY_COUNTRY)
    yield Acknowledged(f"{names.of('api')}/SocketStage", "AwsSolutions-APIG1", NO_SOCKET_LOG)


def _only(stage: Stage, names: Names) -> Iterator[Acknowledged]:
    web, data = names.of("web"), names.of("data")
    if stage.canary:
        yield Acknowledged(
            f"{names.of('api')}/ApiCanary/ServiceRole",
            "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited]",
            "CDK's own role of CodeDeploy: AWS's managed policy for this purpose alone.",
        )
    if not stage.firewall:
        yield Acknowledged(f"{web}/Site/Distribution", "AwsSolutions-CFR2", NO_FIREWALL)
    if not stage.access_logs:
        yield Acknowledged(f"{web}/Site/Pages", "AwsSolutions-S1", NOT_YET)
        yield Acknowledged(f"{data}/Objects/Objects", "AwsSolutions-S1", NOT_YET)
        yield Acknowledged(f"{web}/Site/Distribution", "AwsSolutions-CFR3", NOT_YET)
    if not stage.certificate_arn:
        yield Acknowledged(
            f"{web}/Site/Distribution",
            "AwsSolutions-CFR4",
            "Under the CDN's own name the CDN chooses; a stage with a domain of its own asks for TLS 1.2 at least.",
        )
    if not stage.protect:
        yield Acknowledged(f"{data}/Database/Cluster", "AwsSolutions-RDS10", "This stage may go as a whole.")


def acknowledge(app: "App", stage: Stage, topology: Topology) -> None:
    """Tell CDK. Raises: LookupError, if there is no such construct (any more)."""
    from aws_cdk import Acknowledgment, Validations

    for row in table(stage, topology):
        construct = app
        for name in row.path.split("/"):
            found = construct.node.try_find_child(name)
            if found is None:
                raise LookupError(f"There is nothing at {row.path} to acknowledge {row.rule} of.")
            construct = found
        Validations.of(construct).acknowledge(Acknowledgment(id=f"{PACK}::{row.rule}", reason=row.reason))
