"""The network: nothing in it is reached from outside or costs by the hour, and only what needs it is in it."""

import pytest

from infra.rows import Function
from infra.topology import TOPOLOGY
from tests.infra.conftest import Synthesised


@pytest.mark.parametrize("row", TOPOLOGY.functions, ids=lambda row: row.name)
def test_a_function_is_in_the_network_if_it_uses_the_database(cloud: Synthesised, row: Function) -> None:
    network = cloud.function(row).properties.get("VpcConfig")
    assert (network is not None) == ("database" in row.settings)
    if network is not None:
        assert network["Ipv6AllowedForDualStack"] is True
        assert len(network["SubnetIds"]) == 2
        (group,) = network["SecurityGroupIds"]
        assert "NetworkFunctions" in group


def test_nothing_leads_in_and_no_gateway_is_paid_for(cloud: Synthesised) -> None:
    kinds = {each.type for each in cloud.resources()}
    assert not kinds & {"AWS::EC2::NatGateway", "AWS::EC2::InternetGateway", "AWS::EC2::EIP", "AWS::RDS::DBProxy"}
    routes = [each.properties for each in cloud.resources("AWS::EC2::Route")]
    assert [route["DestinationIpv6CidrBlock"] for route in routes] == ["::/0"] * 2
    assert all("EgressOnlyInternetGatewayId" in route for route in routes)
    (endpoint,) = cloud.resources("AWS::EC2::VPCEndpoint")
    assert endpoint.properties["VpcEndpointType"] == "Gateway"
    assert endpoint.properties["ServiceName"].endswith(".s3")
    assert all(not each.properties.get("MapPublicIpOnLaunch") for each in cloud.resources("AWS::EC2::Subnet"))


def test_the_database_is_reached_by_our_functions_alone(cloud: Synthesised) -> None:
    (rule,) = cloud.resources("AWS::EC2::SecurityGroupIngress")
    assert (rule.properties["FromPort"], rule.properties["ToPort"]) == (5432, 5432)
    groups = {each.id: each.properties for each in cloud.resources("AWS::EC2::SecurityGroup")}
    assert not any("SecurityGroupIngress" in group for group in groups.values())
    functions = rule.properties["SourceSecurityGroupId"].strip("<>").partition(".")[0]
    database = rule.properties["GroupId"].strip("<>").partition(".")[0]
    assert (functions, database) == tuple(
        next(name for name in groups if name.startswith(start)) for start in ("NetworkFunctions", "NetworkDatabase")
    )
    cluster = cloud.only("AWS::RDS::DBCluster").properties
    assert cluster["VpcSecurityGroupIds"] == [f"<{database}.GroupId>"]
    assert cluster["EnableIAMDatabaseAuthentication"] is True
    assert cluster["StorageEncrypted"] is True
    assert not cloud.only("AWS::RDS::DBInstance").properties.get("PubliclyAccessible")


def test_buckets_are_private_and_spoken_to_over_tls_of_today(cloud: Synthesised) -> None:
    policies = {each.properties["Bucket"]: each.properties for each in cloud.resources("AWS::S3::BucketPolicy")}
    for bucket in cloud.resources("AWS::S3::Bucket"):
        assert set(bucket.properties["PublicAccessBlockConfiguration"].values()) == {True}
        statements = policies[f"<{bucket.id}>"]["PolicyDocument"]["Statement"]
        denied = [each["Condition"] for each in statements if each["Effect"] == "Deny" and each["Action"] == "s3:*"]
        assert {"Bool": {"aws:SecureTransport": "false"}} in denied
        assert {"NumericLessThan": {"s3:TlsVersion": 1.2}} in denied


def test_the_database_is_as_large_as_the_stage_says(cloud: Synthesised) -> None:
    scaling = cloud.only("AWS::RDS::DBCluster").properties["ServerlessV2ScalingConfiguration"]
    stage = cloud.stage
    assert (scaling["MinCapacity"], scaling["MaxCapacity"]) == (stage.acu_min, stage.acu_max)
    assert scaling.get("SecondsUntilAutoPause") == stage.pause_after_s
