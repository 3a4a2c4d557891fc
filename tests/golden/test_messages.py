"""What the last release sends is read by the code of today, and what is read is written back as it was."""

import json
from typing import Any

import pytest

from infra.topology import TOPOLOGY
from medley.contracts import notifications
from medley.contracts.export import MakeExport
from medley.contracts.facts import read_fact
from medley.contracts.keys import parse_uploaded
from medley.contracts.mail import SendMail
from medley.contracts.media import WireModel
from medley.contracts.work import MakeVolume, PlanGeneration, Work
from tests.golden import releases

MODELS: dict[str, type[WireModel]] = {
    "plans": PlanGeneration,
    "mail": SendMail,
    "exports": MakeExport,
    "bundles": MakeVolume,
}

# Of the release before tasks became any app's: the upgrade ends the orders these are about, so nobody waits for them.
ENDED = {"0006": ("render_segments", "assemble_outputs", "task_", "output_")}


def _said(*kinds: str) -> list[Any]:
    return [
        pytest.param(message, id=f"{revision} {queue} {kind}")
        for revision in releases.REVISIONS
        for queue, said in releases.messages(revision).items()
        for kind, message in said.items()
        if _wire(queue) in kinds and not kind.startswith(ENDED.get(revision, ()))
    ]


def _wire(queue: str) -> str:
    """What a queue carries: every lane carries commands."""
    return queue if queue in {"uploads", "facts", *MODELS} else "lane"


def _of_tomorrow(value: Any) -> Any:
    """The same with a field more at every level, as a later release may add one; an app's own values are left."""
    match value:
        case {}:
            own = {"detail", "facts"} if "role" in value else {"detail", "parameters"}
            more = {name: each if name in own else _of_tomorrow(each) for name, each in value.items()}
            return more | {"a_field_of_tomorrow": [{"x": 1}]}
        case [*items]:
            return [_of_tomorrow(each) for each in items]
    return value


@pytest.mark.parametrize("message", _said("facts"))
def test_facts(message: dict[str, Any]) -> None:
    fact = read_fact(json.dumps(message))
    assert json.loads(fact.model_dump_json()) == message
    assert read_fact(json.dumps(_of_tomorrow(message))) == fact


@pytest.mark.parametrize("message", _said("lane"))
def test_work(message: dict[str, Any]) -> None:
    _reads_and_writes(Work, message)


@pytest.mark.parametrize(
    ("model", "message"), [(model, *case.values) for queue, model in MODELS.items() for case in _said(queue)]
)
def test_other_commands(model: type[WireModel], message: dict[str, Any]) -> None:
    _reads_and_writes(model, message)


def test_every_queue_has_a_message_of_the_newest_release() -> None:
    assert set(releases.messages(releases.REVISIONS[-1])) == {queue.name for queue in TOPOLOGY.queues}


def _reads_and_writes(model: type[WireModel], message: dict[str, Any]) -> None:
    command = model.model_validate_json(json.dumps(message))
    assert json.loads(command.model_dump_json()) == message
    assert model.model_validate_json(json.dumps(_of_tomorrow(message))) == command


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
