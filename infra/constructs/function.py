"""A function: one row of the topology as its role, log group, code, alias, and what calls it."""

from collections.abc import Mapping, Sequence

from aws_cdk import ArnFormat, Duration, RemovalPolicy, Size, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr_assets as images
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambdas
from aws_cdk import aws_logs as logs
from aws_cdk import aws_scheduler as scheduler
from constructs import Construct

from infra.deployment import Deployment
from infra.environment import Surroundings, settings_variables
from infra.grants import Grant
from infra.names import ALIAS, title
from infra.rows import Function, QueueTrigger, ScheduleTrigger

MINUTE_S, HOUR_S = 60, 3_600
MISSED_S = 60  # a schedule that could not call is not made up for: the next one does as well


class FunctionRow(Construct):
    """All that follows from one row. What calls it calls `alias`."""

    def __init__(
        self,
        scope: Construct,
        row: Function,
        deployment: Deployment,
        around: Surroundings,
        grants: Sequence[Grant],
        *,
        layers: Mapping[str, lambdas.ILayerVersion],
        network: ec2.IVpc | None = None,
        group: ec2.ISecurityGroup | None = None,
    ) -> None:
        super().__init__(scope, title(row.name))
        self.row, self._deployment, self._names = row, deployment, deployment.names
        self.log_group = self._log_group()
        self.role = self._role(grants)
        common = {
            "function_name": self._names.of(row.name),
            "memory_size": row.memory_mib,
            "timeout": Duration.seconds(row.timeout_s),
            "ephemeral_storage_size": Size.mebibytes(row.storage_mib),
            "reserved_concurrent_executions": row.reserved if deployment.stage.reserves else None,
            "environment": {"POWERTOOLS_SERVICE_NAME": row.name, **settings_variables(row, around)},
            "log_group": self.log_group,
            "role": self.role,
        }
        if row.in_network:
            common |= {
                "vpc": network,
                "vpc_subnets": ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS),
                "security_groups": [group],
                "ipv6_allowed_for_dual_stack": True,
            }
        self.function = self._image(common) if row.kind == "image" else self._zip(common, layers)
        self._pin(self.function, "")
        self.alias = lambdas.Alias(self, "Live", alias_name=ALIAS, version=self.function.current_version)
        self._pin(self.alias, "Live")
        self._sources()

    def _pin(self, construct: Construct, suffix: str) -> None:
        """Give it a logical id that does not change with where it stands in the code."""
        child = construct.node.default_child
        child.override_logical_id(f"{title(self.row.name)}{suffix}")

    def _log_group(self) -> logs.LogGroup:
        group = logs.LogGroup(
            self,
            "Log",
            log_group_name=self._names.log_group(self.row.name),
            retention=retention(self._deployment.stage.log_days),
            removal_policy=RemovalPolicy.DESTROY,
        )
        self._pin(group, "Log")
        return group

    def _role(self, grants: Sequence[Grant]) -> iam.Role:
        statements = [
            iam.PolicyStatement(actions=list(each.actions), resources=list(each.resources), conditions=each.conditions)
            for each in grants
        ]
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            inline_policies={"row": iam.PolicyDocument(statements=statements, minimize=False)},
        )
        self._pin(role, "Role")
        return role

    def _zip(self, common: Mapping[str, object], layers: Mapping[str, lambdas.ILayerVersion]) -> lambdas.Function:
        stage, row = self._deployment.stage, self.row
        return lambdas.Function(
            self,
            "Function",
            runtime=lambdas.Runtime.PYTHON_3_13,
            architecture=_architecture(stage.zip_architecture),
            handler=f"functions.{row.folder}.handler.handle",
            code=lambdas.Code.from_asset(self._deployment.artefacts.function(row.folder)),
            layers=[layers[name] for name in row.layers],
            snap_start=lambdas.SnapStartConf.ON_PUBLISHED_VERSIONS if row.snapshot else None,
            **common,
        )

    def _image(self, common: Mapping[str, object]) -> lambdas.Function:
        stage, row = self._deployment.stage, self.row
        platform = {"arm64": images.Platform.LINUX_ARM64, "x86_64": images.Platform.LINUX_AMD64}
        return lambdas.DockerImageFunction(
            self,
            "Function",
            architecture=_architecture(stage.image_architecture),
            code=lambdas.DockerImageCode.from_image_asset(
                self._deployment.artefacts.image,
                build_args={"BASE": stage.base_image},
                platform=platform[stage.image_architecture],
                cmd=[f"functions.{row.folder}.handler.handle"],
            ),
            **common,
        )

    def _sources(self) -> None:
        for trigger in self.row.triggers:
            match trigger:
                case QueueTrigger():
                    self._queue(trigger)
                case ScheduleTrigger():
                    self._schedule(trigger)

    def _queue(self, trigger: QueueTrigger) -> None:
        lambdas.CfnEventSourceMapping(
            self,
            f"From{title(trigger.queue)}",
            function_name=self.alias.function_arn,
            event_source_arn=self._names.queue_arn(trigger.queue),
            batch_size=trigger.batch,
            function_response_types=["ReportBatchItemFailures"],
            scaling_config=lambdas.CfnEventSourceMapping.ScalingConfigProperty(
                maximum_concurrency=trigger.at_once(self._deployment.stage.wider)
            ),
        ).node.add_dependency(self.role)

    def _schedule(self, trigger: ScheduleTrigger) -> None:
        role = iam.Role(
            self,
            "ScheduleRole",
            assumed_by=iam.ServicePrincipal(
                "scheduler.amazonaws.com",
                conditions={"StringEquals": {"aws:SourceAccount": self._names.account}},
            ),
            inline_policies={
                "row": iam.PolicyDocument(
                    statements=[
                        iam.PolicyStatement(
                            actions=["lambda:InvokeFunction"],
                            resources=[f"{self._names.function_arn(self.row.name)}:{ALIAS}"],
                        )
                    ]
                )
            },
        )
        scheduler.CfnSchedule(
            self,
            "Schedule",
            name=self._names.of(self.row.name),
            schedule_expression=times(self._deployment.stage.every_s(trigger.every_s)),
            flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(mode="OFF"),
            target=scheduler.CfnSchedule.TargetProperty(
                arn=self.alias.function_arn,
                role_arn=role.role_arn,
                input="{}",
                retry_policy=scheduler.CfnSchedule.RetryPolicyProperty(
                    maximum_retry_attempts=0, maximum_event_age_in_seconds=MISSED_S
                ),
            ),
        )

    def allow_api(self, api_id: str) -> None:
        """Let an API of API Gateway call it."""
        source = Stack.of(self).format_arn(
            service="execute-api", resource=api_id, resource_name="*", arn_format=ArnFormat.SLASH_RESOURCE_NAME
        )
        lambdas.CfnPermission(
            self,
            "FromApi",
            action="lambda:InvokeFunction",
            function_name=self.alias.function_arn,
            principal="apigateway.amazonaws.com",
            source_arn=source,
        )


def times(every_s: int) -> str:
    """When a schedule calls. Hours are full ones: a database that sleeps is woken once by all that call then."""
    minutes, hours = every_s // MINUTE_S, every_s // HOUR_S
    if hours * HOUR_S == every_s:
        return f"cron(0 0/{hours} * * ? *)"
    return f"rate({minutes} minute{'s' if minutes > 1 else ''})"


def _architecture(name: str) -> lambdas.Architecture:
    return lambdas.Architecture.ARM_64 if name == "arm64" else lambdas.Architecture.X86_64


def retention(days: int) -> logs.RetentionDays:
    names = {7: "ONE_WEEK", 30: "ONE_MONTH", 90: "THREE_MONTHS"}
    return logs.RetentionDays[names[days]]
