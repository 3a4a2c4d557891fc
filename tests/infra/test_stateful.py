"""What is stored keeps its names: a logical id that changes replaces what it names, and what was in it is gone."""

from collections import defaultdict

import pytest

from tests.infra.conftest import Synthesised

QUEUES = ("Assemble", "Bundles", "Exports", "Facts", "Mail", "Plans", "Render", "Uploads")
STATEFUL = {
    "AWS::EC2::VPC": {"Network"},
    "AWS::RDS::DBCluster": {"Database"},
    "AWS::RDS::DBInstance": {"DatabaseWriter"},
    "AWS::RDS::DBSubnetGroup": {"DatabaseSubnets"},
    "AWS::S3::Bucket": {"Objects", "Pages"},
    "AWS::SecretsManager::Secret": {"DatabaseOwner", "OriginSecret", "TokenKeys"},
    "AWS::SNS::Topic": {"AlarmTopic"},
    "AWS::SQS::Queue": {f"{name}{kind}" for name in QUEUES for kind in ("Queue", "DeadQueue")},
    "AWS::ApiGatewayV2::Api": {"HttpApi", "SocketApi"},
    "AWS::CloudFront::Distribution": {"Distribution"},
    "AWS::Logs::LogGroup": {
        *(
            "ApiLog",
            "AssembleLog",
            "BundleLog",
            "CanaryLog",
            "DeadLetterLog",
            "ExportLog",
            "IngestLog",
            "MailLog",
            "MigrateLog",
        ),
        *("PlanLog", "RecordLog", "RelayLog", "RenderLog", "SocketLog", "SweepLog", "ApiRequests"),
    },
    "AWS::KMS::Key": set(),
}
KEPT = (
    "AWS::RDS::DBCluster",
    "AWS::RDS::DBSubnetGroup",
    "AWS::S3::Bucket",
    "AWS::SQS::Queue",
    "AWS::SecretsManager::Secret",
)
MADE_ANEW = {"OriginSecret"}  # and nothing is missed


def test_logical_ids_of_what_is_stored_are_these(cloud: Synthesised) -> None:
    found = defaultdict(set)
    for each in cloud.resources():
        if each.type in STATEFUL:
            found[each.type].add(each.id)
    expected = dict(STATEFUL)
    if cloud.stage.protect:
        expected["AWS::S3::Bucket"] = expected["AWS::S3::Bucket"] | {"AccessLogs"}
    assert {kind: found[kind] for kind in expected} == expected


def test_what_is_stored_has_a_name_of_ours(cloud: Synthesised) -> None:
    """So a replacement by accident fails: the name is taken."""
    names = {
        "AWS::RDS::DBCluster": "DBClusterIdentifier",
        "AWS::RDS::DBInstance": "DBInstanceIdentifier",
        "AWS::S3::Bucket": "BucketName",
        "AWS::SNS::Topic": "TopicName",
        "AWS::SecretsManager::Secret": "Name",
        "AWS::SQS::Queue": "QueueName",
        "AWS::Logs::LogGroup": "LogGroupName",
    }
    for kind, name in names.items():
        for each in cloud.resources(kind):
            assert f"medley-{cloud.stage.name}-" in each.properties[name]


@pytest.mark.parametrize("kind", KEPT)
def test_production_keeps_it_whatever_becomes_of_the_stack(synthesised: dict[str, Synthesised], kind: str) -> None:
    for stage, policy in (("prod", "Retain"), ("dev", "Delete")):
        for each in synthesised[stage].resources(kind):
            if each.id in MADE_ANEW:
                continue
            assert (each.raw["DeletionPolicy"], each.raw["UpdateReplacePolicy"]) == (policy, policy), each.id


def test_production_is_protected(synthesised: dict[str, Synthesised]) -> None:
    for stage, protected in (("prod", True), ("dev", False)):
        cloud = synthesised[stage]
        database = cloud.only("AWS::RDS::DBCluster")
        assert database.properties["DeletionProtection"] is protected
        stacks = [
            each["properties"]
            for each in cloud.json("manifest.json")["artifacts"].values()
            if each["type"] == "aws:cloudformation:stack"
        ]
        assert [stack.get("terminationProtection", False) for stack in stacks] == [protected] * len(stacks)


def test_the_secret_of_token_keys_is_made_empty_and_filled_once(cloud: Synthesised) -> None:
    """A value in the template would be written over the keys with each deployment."""
    secret = cloud.only("AWS::SecretsManager::Secret", Name=cloud.names.token_secret)
    assert not {"SecretString", "GenerateSecretString"} & secret.properties.keys()
