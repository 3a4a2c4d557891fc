"""Database: the network it is in, and Aurora PostgreSQL in it."""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_rds as rds
from constructs import Construct

from infra.deployment import Deployment
from infra.names import DATABASE, DATABASE_PORT
from infra.rows import OWNER_ROLE


class Network(Construct):
    """Two zones of private subnets with both families of addresses. Out leads IPv6 alone, by a gateway that costs
    nothing and lets nothing in; S3 has its own way. Nothing here is reached from outside."""

    def __init__(self, scope: Construct, deployment: Deployment) -> None:
        super().__init__(scope, "Network")
        self.vpc = ec2.Vpc(
            self,
            "Vpc",
            vpc_name=deployment.names.of("network"),
            ip_protocol=ec2.IpProtocol.DUAL_STACK,
            max_azs=2,
            nat_gateways=0,
            create_internet_gateway=False,
            restrict_default_security_group=False,  # a custom resource; nothing uses that group
            subnet_configuration=[
                ec2.SubnetConfiguration(name="private", subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS, cidr_mask=20)
            ],
            gateway_endpoints={"S3": ec2.GatewayVpcEndpointOptions(service=ec2.GatewayVpcEndpointAwsService.S3)},
        )
        self.vpc.node.default_child.override_logical_id("Network")
        self.functions = self._group("Functions", "functions that use the database", outbound=True)
        self.database = self._group("Database", "the database", outbound=False)
        self.database.add_ingress_rule(
            self.functions, ec2.Port.tcp(DATABASE_PORT), "PostgreSQL from functions that use the database"
        )

    def _group(self, name: str, of: str, *, outbound: bool) -> ec2.SecurityGroup:
        return ec2.SecurityGroup(
            self,
            name,
            vpc=self.vpc,
            description=f"Medley: {of}",
            allow_all_outbound=outbound,
            allow_all_ipv6_outbound=outbound,
        )


class Database(Construct):
    """One writer that grows and shrinks with its load. Functions log in with tokens of IAM; the owner's password, made
    and kept by Secrets Manager, is for migrations alone."""

    def __init__(self, scope: Construct, deployment: Deployment, network: Network) -> None:
        super().__init__(scope, "Database")
        stage, names = deployment.stage, deployment.names
        kept = RemovalPolicy.RETAIN if stage.protect else RemovalPolicy.DESTROY
        subnets = rds.SubnetGroup(
            self,
            "Subnets",
            description="Medley: the database",
            subnet_group_name=names.of("database"),
            vpc=network.vpc,
            vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS),
            removal_policy=kept,
        )
        subnets.node.default_child.override_logical_id("DatabaseSubnets")
        self.cluster = rds.DatabaseCluster(
            self,
            "Cluster",
            cluster_identifier=names.of("database"),
            engine=rds.DatabaseClusterEngine.aurora_postgres(version=rds.AuroraPostgresEngineVersion.VER_18_3),
            credentials=rds.Credentials.from_generated_secret(OWNER_ROLE, secret_name=names.owner_secret),
            default_database_name=DATABASE,
            port=DATABASE_PORT,
            iam_authentication=True,
            storage_encrypted=True,
            network_type=rds.NetworkType.DUAL,
            writer=rds.ClusterInstance.serverless_v2(
                "Writer",
                instance_identifier=names.of("database-writer"),
                ca_certificate=rds.CaCertificate.RDS_CA_RSA2048_G1,
            ),
            serverless_v2_min_capacity=stage.acu_min,
            serverless_v2_max_capacity=stage.acu_max,
            serverless_v2_auto_pause_duration=Duration.seconds(stage.pause_after_s) if stage.pause_after_s else None,
            vpc=network.vpc,
            subnet_group=subnets,
            security_groups=[network.database],
            backup=rds.BackupProps(retention=Duration.days(stage.backup_days)),
            copy_tags_to_snapshot=True,
            deletion_protection=stage.protect,
            removal_policy=kept,
        )
        self.cluster.node.find_child("Secret").apply_removal_policy(kept)  # a cluster that is kept is of use with it
        self._pin()

    @property
    def resource_id(self) -> str:
        """What IAM knows the cluster by."""
        return str(self.cluster.cluster_resource_identifier)

    @property
    def host(self) -> str:
        return str(self.cluster.cluster_endpoint.hostname)

    def _pin(self) -> None:
        self.cluster.node.default_child.override_logical_id("Database")
        self.cluster.node.find_child("Writer").node.default_child.override_logical_id("DatabaseWriter")
        self.cluster.node.find_child("Secret").node.default_child.override_logical_id("DatabaseOwner")
