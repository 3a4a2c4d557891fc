"""What the last release sends is read by the code of today, and what is read is written back as it was."""

import json
from typing import Any

import pytest

from medley.contracts import notifications
from medley.contracts.commands import AssembleOutputs, RenderSegments
from medley.contracts.facts import read_fact
from medley.contracts.keys import parse_uploaded
from tests.golden import releases

COMMANDS = {"render_segments": RenderSegments, "assemble_outputs": AssembleOutputs}


def _said(*queues: str) -> list[Any]:
    return [
        pytest.param(message, id=f"{revision} {queue} {kind}")
        for revision in releases.REVISIONS
        for queue in queues
        for kind, message in releases.messages(revision)[queue].items()
    ]


def _of_tomorrow(value: Any) -> Any:
    """The same with a field more at every level, as a later release may add one."""
    match value:
        case {}:
            return {name: _of_tomorrow(each) for name, each in value.items()} | {"a_field_of_tomorrow": [{"x": 1}]}
        case [*items]:
            return [_of_tomorrow(each) for each in items]
    return value


@pytest.mark.parametrize("message", _said("facts"))
def test_facts(message: dict[str, Any]) -> None:
    fact = read_fact(json.dumps(message))
    assert json.loads(fact.model_dump_json()) == message
    assert read_fact(json.dumps(_of_tomorrow(message))) == fact


@pytest.mark.parametrize("message", _said("render", "assemble"))
def test_commands(message: dict[str, Any]) -> None:
    kind = COMMANDS[message["type"]]
    command = kind.model_validate_json(json.dumps(message))
    assert json.loads(command.model_dump_json()) == message
    assert kind.model_validate_json(json.dumps(_of_tomorrow(message))) == command


@pytest.mark.parametrize("message", _said("uploads"))
def test_events_of_the_bucket(message: dict[str, Any]) -> None:
    keys = notifications.created_keys(json.dumps(message))
    assert notifications.created_keys(json.dumps(_of_tomorrow(message))) == keys
    if "Records" not in message:
        assert not keys
        return
    [key] = keys
    assert str(parse_uploaded(key)) == key
    again = notifications.object_created("medley", key)
    assert notifications.created_keys(again) == [key]
