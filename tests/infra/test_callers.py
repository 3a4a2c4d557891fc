"""Who may call a function, and who may be one: nobody a row does not name."""

import pytest

from infra.names import title
from infra.rows import Function, HttpTrigger, ScheduleTrigger, SocketTrigger
from infra.topology import TOPOLOGY
from tests.infra.conftest import ACCOUNT, REGION, Synthesised

ROWS = pytest.mark.parametrize("row", TOPOLOGY.functions, ids=lambda row: row.name)


def test_an_api_calls_the_function_with_its_trigger_and_nothing_else_may(cloud: Synthesised) -> None:
    apis = {each.properties["ProtocolType"]: each.id for each in cloud.resources("AWS::ApiGatewayV2::Api")}
    triggers = {HttpTrigger: apis["HTTP"], SocketTrigger: apis["WEBSOCKET"]}
    wanted = {
        f"<{title(row.name)}Live>": triggers[type(trigger)]
        for row in TOPOLOGY.functions
        for trigger in row.triggers
        if type(trigger) in triggers
    }
    allowed = {each.properties["FunctionName"]: each for each in cloud.resources("AWS::Lambda::Permission")}
    assert allowed.keys() == wanted.keys()
    for alias, api in wanted.items():
        found = allowed[alias].properties
        assert (found["Action"], found["Principal"]) == ("lambda:InvokeFunction", "apigateway.amazonaws.com")
        here = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:<PublishOutputRef{api}"
        assert found["SourceArn"].startswith(here)
        assert found["SourceArn"].endswith(">/*")


@ROWS
def test_a_schedule_calls_the_alias_once_and_makes_up_for_nothing(cloud: Synthesised, row: Function) -> None:
    due = any(isinstance(trigger, ScheduleTrigger) for trigger in row.triggers)
    named = [each for each in cloud.resources("AWS::Scheduler::Schedule") if each.id.startswith(title(row.name))]
    assert len(named) == due
    for each in named:
        target = each.properties["Target"]
        assert target["Arn"] == f"<{title(row.name)}Live>"
        assert target["RetryPolicy"] == {"MaximumRetryAttempts": 0, "MaximumEventAgeInSeconds": 60}
        assert target["Input"] == "{}"
        assert each.properties["FlexibleTimeWindow"] == {"Mode": "OFF"}
        assert each.properties.get("State", "ENABLED") == "ENABLED"
        (role,) = (role for role in cloud.resources("AWS::IAM::Role") if target["RoleArn"] == f"<{role.id}.Arn>")
        (statement,) = role.properties["Policies"][0]["PolicyDocument"]["Statement"]
        assert statement["Resource"] == f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{cloud.names.of(row.name)}:live"
        (trust,) = role.properties["AssumeRolePolicyDocument"]["Statement"]
        assert trust["Principal"] == {"Service": "scheduler.amazonaws.com"}
        assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}


@ROWS
def test_lambda_alone_takes_the_role_of_a_function(cloud: Synthesised, row: Function) -> None:
    (role,) = (each for each in cloud.resources("AWS::IAM::Role") if each.id == f"{title(row.name)}Role")
    (trust,) = role.properties["AssumeRolePolicyDocument"]["Statement"]
    assert (trust["Effect"], trust["Action"]) == ("Allow", "sts:AssumeRole")
    assert trust["Principal"] == {"Service": "lambda.amazonaws.com"}


@ROWS
def test_a_source_is_on_and_each_trigger_has_one(cloud: Synthesised, row: Function) -> None:
    sources = [
        each.properties
        for each in cloud.resources("AWS::Lambda::EventSourceMapping")
        if each.properties["FunctionName"] == f"<{title(row.name)}Live>"
    ]
    assert all(each.get("Enabled", True) is True for each in sources)
    assert not any("FilterCriteria" in each or "ProvisionedPollerConfig" in each for each in sources)
