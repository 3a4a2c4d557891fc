"""Every field of every row of the topology is in the templates, and nothing runs that has no row."""

from dataclasses import fields
from typing import Any

import pytest

from infra.names import SOCKET_STAGE, title
from infra.rows import (
    Cors,
    DeployTrigger,
    Function,
    HttpTrigger,
    Lane,
    Notification,
    Prefix,
    Queue,
    QueueTrigger,
    ScheduleTrigger,
    SocketTrigger,
)
from infra.stages import STAGES, Stage
from infra.topology import TOPOLOGY
from medley import limits
from tests.infra.conftest import ACCOUNT, REGION, Synthesised

ROWS = pytest.mark.parametrize("row", TOPOLOGY.functions, ids=lambda row: row.name)
LOOKED_AT = {  # by the tests of this folder; whoever adds a field says here who looks at it
    Function: {
        *(
            "name",
            "kind",
            "memory_mib",
            "timeout_s",
            "triggers",
            "layers",
            "storage_mib",
            "code",
            "reserved",
            "snapshot",
        ),
        *("sends", "reads", "writes", "in_parts", "deletes"),  # test_grants
        "settings",  # test_environment
    },
    QueueTrigger: {"queue", "batch", "max_concurrency", "widens"},
    ScheduleTrigger: {"every_s", "watch"},  # watch: tests/local/test_schedules.py
    HttpTrigger: set(),
    Lane: {  # a function and a queue
        *("name", "memory_mib", "timeout_s", "max_concurrency", "kind", "layers", "settings", "reads", "writes"),
        "storage_mib",
    },
    SocketTrigger: set(),
    DeployTrigger: set(),
    Queue: {"name", "consumer_timeout_s", "max_receive_count", "retention_s", "dead_consumer_timeout_s"},
    Prefix: {"name", "expire_days", "abort_multipart_days"},
    Notification: {"prefix", "queue", "events"},
    Cors: {"methods", "headers", "exposed", "max_age_s"},
}


@pytest.mark.parametrize("kind", LOOKED_AT, ids=lambda kind: kind.__name__)
def test_no_field_is_passed_over(kind: Any) -> None:
    assert {field.name for field in fields(kind)} == LOOKED_AT[kind]


@ROWS
def test_a_function_is_what_its_row_says(cloud: Synthesised, row: Function) -> None:
    found, stage = cloud.function(row).properties, cloud.stage
    assert found["MemorySize"] == row.memory_mib
    assert found["Timeout"] == row.timeout_s
    assert found["EphemeralStorage"] == {"Size": row.storage_mib}
    assert found.get("ReservedConcurrentExecutions") == (row.reserved if stage.reserves else None)
    assert found.get("SnapStart") == ({"ApplyOn": "PublishedVersions"} if row.snapshot else None)
    assert found["LoggingConfig"]["LogGroup"] == f"<{title(row.name)}Log>"
    handler = f"functions.{row.folder}.handler.handle"
    if row.kind == "zip":
        assert (found["Runtime"], found["Handler"]) == ("python3.13", handler)
        assert found["Architectures"] == [stage.zip_architecture]
        layers = {f"<{each.id}>": each for each in cloud.resources("AWS::Lambda::LayerVersion")}
        names = [layers[name].properties["LayerName"] for name in found["Layers"]]
        assert names == [cloud.names.of(layer) for layer in row.layers]
    else:
        assert (found["PackageType"], found["ImageConfig"]) == ("Image", {"Command": [handler]})
        assert found["Architectures"] == [stage.image_architecture]
        assert "Layers" not in found


def test_what_a_lane_says_is_in_its_function_and_queue() -> None:
    lane = Lane(
        "draw", 2048, 120, 50, "zip", ("core",), settings=("mail",), reads=("a/",), writes=("b/",), storage_mib=9
    )
    row = lane.function
    assert (row.name, row.memory_mib, row.timeout_s, row.kind, row.storage_mib) == ("draw", 2048, 120, "zip", 9)
    assert row.triggers == (QueueTrigger("draw", max_concurrency=50, widens=True),)
    assert (row.layers, row.writes, row.in_parts) == (("core",), ("b/",), ("b/",))
    assert "mail" in row.settings
    assert {"a/", "b/"} <= set(row.reads)
    assert lane.queue == Queue("draw", consumer_timeout_s=120)


def test_nothing_runs_that_has_no_row(cloud: Synthesised) -> None:
    """But for what runs `migrate` when it is deployed, which CDK brings."""
    named = {each.properties.get("FunctionName", each.id) for each in cloud.resources("AWS::Lambda::Function")}
    rows = {cloud.names.of(row.name) for row in TOPOLOGY.functions}
    (helper,) = named - rows
    assert helper.startswith("AWSCDKTriggerCustomResourceProvider")
    assert rows <= named


@ROWS
def test_what_calls_a_function_calls_its_alias(cloud: Synthesised, row: Function) -> None:
    alias = cloud.only("AWS::Lambda::Alias", FunctionName=f"<{title(row.name)}>")
    assert alias.properties["Name"] == "live"
    sources = [
        each.properties
        for each in cloud.resources("AWS::Lambda::EventSourceMapping")
        if each.properties["FunctionName"] == f"<{alias.id}>"
    ]
    triggers = [trigger for trigger in row.triggers if isinstance(trigger, QueueTrigger)]
    assert [source["EventSourceArn"] for source in sources] == [
        f"arn:aws:sqs:{REGION}:{ACCOUNT}:{cloud.names.of(trigger.queue)}" for trigger in triggers
    ]
    for source, trigger in zip(sources, triggers, strict=True):
        assert source["BatchSize"] == trigger.batch
        assert source["ScalingConfig"]["MaximumConcurrency"] == trigger.at_once(cloud.stage.wider)
        assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


@ROWS
def test_schedules_are_those_of_the_rows_as_the_stage_slows_them(cloud: Synthesised, row: Function) -> None:
    found = [
        each.properties
        for each in cloud.resources("AWS::Scheduler::Schedule")
        if each.properties["Name"] == cloud.names.of(row.name)
    ]
    wanted = [trigger.every_s for trigger in row.triggers if isinstance(trigger, ScheduleTrigger)]
    expressions = {60: "rate(1 minute)", 3_600: "cron(0 0/1 * * ? *)"}
    assert [each["ScheduleExpression"] for each in found] == [
        expressions[max(every_s, cloud.stage.slowest_schedule_s)] for every_s in wanted
    ]
    for each in found:
        assert each["Target"]["RetryPolicy"]["MaximumRetryAttempts"] == 0


@pytest.mark.parametrize("stage", STAGES.values(), ids=STAGES)
def test_a_database_that_may_sleep_is_left_to(stage: Stage) -> None:
    """It is woken on schedule, and sleeps once functions have no session any more and the pause is over."""
    sleeps = stage.acu_min == 0
    assert sleeps == (stage.pause_after_s is not None)
    if stage.pause_after_s is not None:
        awake_s = limits.IDLE_S + stage.pause_after_s
        due = [trigger.every_s for row in TOPOLOGY.functions for trigger in row.triggers if hasattr(trigger, "every_s")]
        assert min(map(stage.every_s, due)) >= 4 * awake_s


def test_the_apis_call_the_functions_with_their_triggers(cloud: Synthesised) -> None:
    wanted = {
        "HTTP": ({"$default"}, HttpTrigger),
        "WEBSOCKET": ({"$connect", "$disconnect", "$default"}, SocketTrigger),
    }
    for api in cloud.resources("AWS::ApiGatewayV2::Api"):
        keys, trigger = wanted[api.properties["ProtocolType"]]
        (row,) = (row for row in TOPOLOGY.functions if any(isinstance(each, trigger) for each in row.triggers))
        routes = [
            each.properties
            for each in cloud.resources("AWS::ApiGatewayV2::Route")
            if each.id.startswith(title(row.name))
        ]
        assert {route["RouteKey"] for route in routes} == keys
        integration = next(
            each for each in cloud.resources("AWS::ApiGatewayV2::Integration") if each.id.startswith(title(row.name))
        )
        assert {route["Target"] for route in routes} == {f"integrations/<{integration.id}>"}
        assert f"<{title(row.name)}Live>" in integration.properties["IntegrationUri"]
        assert integration.properties["TimeoutInMillis"] == row.timeout_s * 1000
        assert integration.properties.get("PayloadFormatVersion") == ("2.0" if trigger is HttpTrigger else None)
        assert api.properties["IpAddressType"] == "dualstack"


def test_what_sockets_say_is_throttled_apart_from_connecting(cloud: Synthesised) -> None:
    stages = [each.properties for each in cloud.resources("AWS::ApiGatewayV2::Stage")]
    (own,) = (each for each in stages if "RouteSettings" in each)
    assert own["StageName"] == SOCKET_STAGE
    said, rest = own["RouteSettings"]["$default"], own["DefaultRouteSettings"]
    assert said["ThrottlingRateLimit"] < rest["ThrottlingRateLimit"]
    assert said["ThrottlingBurstLimit"] < rest["ThrottlingBurstLimit"]


def test_the_gateway_logs_what_a_new_account_lets_it(cloud: Synthesised) -> None:
    """Requests over HTTP. The log of a WebSocket API is written by a role that somebody has given the account."""
    logged = {
        each.properties["StageName"]: each.properties.get("AccessLogSettings")
        for each in cloud.resources("AWS::ApiGatewayV2::Stage")
    }
    assert logged.keys() == {"$default", SOCKET_STAGE}
    assert logged["$default"]["DestinationArn"].startswith("<ApiRequests")
    assert logged[SOCKET_STAGE] is None
    for each in cloud.resources("AWS::ApiGatewayV2::Stage"):
        assert not {"LoggingLevel", "DataTraceEnabled"} & each.properties["DefaultRouteSettings"].keys()


def test_the_function_of_deployments_runs_before_any_other_takes_over(cloud: Synthesised) -> None:
    (row,) = (row for row in TOPOLOGY.functions if row.deploys)
    (trigger,) = cloud.resources("Custom::Trigger")
    assert trigger.properties["HandlerArn"].startswith(f"<{title(row.name)}FunctionCurrentVersion")
    others = [each for each in TOPOLOGY.functions if each.kind == "zip" and not each.deploys]
    for each in others:
        alias = cloud.only("AWS::Lambda::Alias", FunctionName=f"<{title(each.name)}>")
        assert trigger.id in alias.raw["DependsOn"]


@pytest.mark.parametrize("row", TOPOLOGY.queues, ids=lambda row: row.name)
def test_a_queue_is_what_its_row_says(cloud: Synthesised, row: Queue) -> None:
    live = cloud.only("AWS::SQS::Queue", QueueName=cloud.names.of(row.name))
    dead = cloud.only("AWS::SQS::Queue", QueueName=cloud.names.of(row.dead_letter))
    assert live.properties["VisibilityTimeout"] == 6 * row.consumer_timeout_s
    assert dead.properties["VisibilityTimeout"] == 6 * row.dead_consumer_timeout_s
    assert live.properties["RedrivePolicy"] == {
        "deadLetterTargetArn": f"<{dead.id}.Arn>",
        "maxReceiveCount": row.max_receive_count,
    }
    assert dead.properties["RedriveAllowPolicy"] == {
        "redrivePermission": "byQueue",
        "sourceQueueArns": [f"arn:aws:sqs:{REGION}:{ACCOUNT}:{cloud.names.of(row.name)}"],
    }
    for queue in (live, dead):
        assert queue.properties["MessageRetentionPeriod"] == row.retention_s
        assert queue.properties["SqsManagedSseEnabled"] is True


def test_queues_wait_as_long_as_their_readers_may_take() -> None:
    timeouts = {
        trigger.queue: row.timeout_s
        for row in TOPOLOGY.functions
        for trigger in row.triggers
        if isinstance(trigger, QueueTrigger)
    }
    assert {row.name: row.consumer_timeout_s for row in TOPOLOGY.queues} | {
        row.dead_letter: row.dead_consumer_timeout_s for row in TOPOLOGY.queues
    } == timeouts


def test_the_bucket_is_what_its_rows_say(cloud: Synthesised) -> None:
    bucket = cloud.only("AWS::S3::Bucket", BucketName=cloud.names.objects)
    rules = {rule["Prefix"]: rule for rule in bucket.properties["LifecycleConfiguration"]["Rules"]}
    assert rules.keys() == {row.name for row in TOPOLOGY.prefixes}
    for row in TOPOLOGY.prefixes:
        rule = rules[row.name]
        assert rule.get("ExpirationInDays") == row.expire_days
        days = rule["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"]
        assert days == (row.abort_multipart_days or 1)
    told = bucket.properties["NotificationConfiguration"]["QueueConfigurations"]
    assert [(each["Event"], each["Queue"], each["Filter"]["S3Key"]["Rules"]) for each in told] == [
        (event, cloud.names.queue_arn(row.queue), [{"Name": "prefix", "Value": row.prefix}])
        for row in TOPOLOGY.notifications
        for event in row.events
    ]
    (cors,) = bucket.properties["CorsConfiguration"]["CorsRules"]
    rows = TOPOLOGY.cors
    assert (cors["AllowedMethods"], cors["AllowedHeaders"]) == (list(rows.methods), list(rows.headers))
    assert (cors["ExposedHeaders"], cors["MaxAge"]) == (list(rows.exposed), rows.max_age_s)
    assert len(cors["AllowedOrigins"]) == 1
    assert "*" not in cors["AllowedOrigins"][0]


def test_the_bucket_may_tell_the_queue_before_it_is_made(cloud: Synthesised) -> None:
    bucket = cloud.only("AWS::S3::Bucket", BucketName=cloud.names.objects)
    waits_for = [each for each in cloud.resources("AWS::SQS::QueuePolicy") if each.id in bucket.raw["DependsOn"]]
    statements = [s for each in waits_for for s in each.properties["PolicyDocument"]["Statement"]]
    (allowed,) = (statement for statement in statements if statement["Effect"] == "Allow")
    assert allowed["Principal"] == {"Service": "s3.amazonaws.com"}
    assert allowed["Condition"] == {
        "ArnEquals": {"aws:SourceArn": f"arn:aws:s3:::{cloud.names.objects}"},
        "StringEquals": {"aws:SourceAccount": ACCOUNT},
    }
    assert {each.type for each in cloud.resources() if each.type.startswith("Custom::")} == {"Custom::Trigger"}


def test_what_orders_wait_for_widens_with_the_stage() -> None:
    """And nothing besides: mails and archives go at their own pace."""
    widening = {
        trigger.queue: trigger
        for row in TOPOLOGY.functions
        for trigger in row.triggers
        if isinstance(trigger, QueueTrigger) and trigger.widens
    }
    assert widening.keys() == {"uploads", "plans", "render", "assemble", "facts"}
    assert widening["render"].at_once(2) == 2 * (widening["render"].max_concurrency or 0)
    assert widening["render"].at_once(50) == 1_000
    assert QueueTrigger("mail", max_concurrency=2).at_once(10) == 2
    assert QueueTrigger("mail", widens=True).at_once(10) is None


def test_all_that_may_run_at_once_is_within_the_quota_of_an_account() -> None:
    """Beside the hundred that must stay unreserved; an event source that asks for more is turned away."""
    for stage in STAGES.values():
        asked = sum(row.reserved or 0 for row in TOPOLOGY.functions)
        for row in TOPOLOGY.functions:
            asked += sum(t.at_once(stage.wider) or 0 for t in row.triggers if isinstance(t, QueueTrigger))
        assert asked + 100 <= stage.environments, stage.name
