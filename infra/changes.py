"""Changes of a deployment that would lose what is stored, read from CloudFormation's own account of a change set."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

STATEFUL: Final = frozenset(
    {
        "AWS::ApiGatewayV2::Api",  # its id is in the CDN and in every function
        "AWS::CloudFront::Distribution",  # its name is in mails and bookmarks
        "AWS::EC2::VPC",
        "AWS::KMS::Key",
        "AWS::Logs::LogGroup",
        "AWS::RDS::DBCluster",
        "AWS::RDS::DBInstance",
        "AWS::RDS::DBSubnetGroup",
        "AWS::S3::Bucket",
        "AWS::SNS::Topic",  # whoever it calls has confirmed that
        "AWS::SQS::Queue",
        "AWS::SecretsManager::Secret",
    }
)


@dataclass(frozen=True)
class Loss:
    """Something stateful that would be replaced by an empty one, or destroyed."""

    id: str
    type: str
    how: str

    def __str__(self) -> str:
        return f"{self.id} ({self.type}) would be {self.how}"


def losses(changes: Iterable[Mapping[str, Any]]) -> Iterator[Loss]:
    """Those among the `Changes` of DescribeChangeSet. What may be replaced counts as replaced."""
    for change in changes:
        resource: Mapping[str, Any] = change.get("ResourceChange", {})
        if resource.get("ResourceType") not in STATEFUL:
            continue
        name, kind = resource["LogicalResourceId"], resource["ResourceType"]
        if resource["Action"] == "Remove":
            yield Loss(name, kind, "destroyed")
        elif resource["Action"] == "Modify" and resource.get("Replacement") in {"True", "Conditional"}:
            yield Loss(name, kind, "replaced")


def refused(changes: Iterable[Mapping[str, Any]], named: Iterable[str]) -> list[Loss]:
    """Losses nobody agreed to by naming them."""
    agreed = set(named)
    return [loss for loss in losses(changes) if loss.id not in agreed]
