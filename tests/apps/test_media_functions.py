"""The render and assemble functions, from the SQS event to the facts on the queue."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from cli.directory_store import DirectoryStore
from functions.assemble import handler as assemble
from functions.ingest import handler as ingest
from functions.render import handler as render
from local.environment import ACCESS_KEY_ID, SECRET_ACCESS_KEY
from medley.apps import registry
from medley.apps.registry import Library, Order
from medley.contracts import keys
from medley.contracts.facts import FACT, OutputMade, TaskFailed, TaskFinished
from medley.contracts.media import ClipSource
from medley.errors import QueueUnavailable
from medley.media.intake import probe
from medley.ports.cloud import Message
from medley.runtime.observability import logger
from medley.runtime.tasks import Dependencies, FactSender

OWNER, GENERATION = UUID(int=1), UUID(int=2)
APP = registry.registry().get("video_mixer")


class Context(LambdaContext):
    """As the runtime client gives it, with `left_s` seconds to go."""

    def __init__(self, left_s: float = 300.0) -> None:
        self.left_s = left_s

    def get_remaining_time_in_millis(self) -> int:
        return int(self.left_s * 1000)


@dataclass
class Inbox:
    """A queue that keeps what it is sent, or refuses."""

    messages: list[Message] = field(default_factory=list)
    refuses: bool = False

    def send(self, messages: Sequence[Message]) -> Sequence[Message]:
        if self.refuses:
            return messages
        self.messages += messages
        return []

    @property
    def facts(self) -> list[Any]:
        return [FACT.validate_json(message.body) for message in self.messages]


@dataclass
class Cloud:
    store: DirectoryStore
    inbox: Inbox
    folder: Path
    handed_back: list[tuple[str, str, int]] = field(default_factory=list)

    def call(self, function: ModuleType, *bodies: str, left_s: float = 300.0) -> dict[str, Any]:
        """Invoke a function with an SQS event of these messages."""
        deps = Dependencies(
            store=self.store,
            queue=self.inbox,
            hand_back=lambda *back: self.handed_back.append(back),
            worker=registry.worker,
            folder=self.folder,
            threads=1,
            logger=logger("test"),
        )
        answer: dict[str, Any] = function.handle(event(*bodies), Context(left_s), deps)
        return answer


def event(*bodies: str) -> dict[str, Any]:
    return {
        "Records": [
            {
                "messageId": f"message-{n}",
                "receiptHandle": f"receipt-{n}",
                "body": body,
                "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": "0", "SenderId": "x"},
                "messageAttributes": {},
                "md5OfBody": "",
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:render",
                "awsRegion": "us-east-1",
            }
            for n, body in enumerate(bodies)
        ]
    }


@pytest.fixture
def cloud(tmp_path: Path) -> Cloud:
    return Cloud(DirectoryStore(tmp_path / "bucket"), Inbox(), tmp_path / "tmp")


@pytest.fixture
def commands(cloud: Cloud, clips: dict[str, Path]) -> list[str]:
    """The commands of two videos of two clips, as the queue carries them: two to render, two to assemble."""
    sources = []
    for number, colour in enumerate(("red", "blue")):
        key = str(keys.UploadKey(OWNER, OWNER, UUID(int=number)))
        cloud.store.adopt(clips[colour], key)
        facts = probe.probe(clips[colour])
        sources.append(ClipSource(clip_id=UUID(int=number), key=key, name=f"{colour}.mp4", facts=facts))
    spec = APP.spec.model_validate({"count": 2, "resolution": 480, "quality": "draft"})
    plan = APP.plan(spec, Library(tuple(sources)), seed=1)
    bodies = []
    for number, task in enumerate(plan.tasks):
        outputs = [output for output in plan.outputs if output.n in task.outputs]
        order = Order(OWNER, GENERATION, UUID(int=100 + number), attempt=1)
        bodies.append(APP.command(order, spec, task, outputs).model_dump_json())
    return bodies


def test_from_commands_to_videos(cloud: Cloud, commands: list[str]) -> None:
    for body in commands[:2]:
        assert cloud.call(render, body) == {"batchItemFailures": []}
    for body in commands[2:]:
        assert cloud.call(assemble, body) == {"batchItemFailures": []}
    made = [fact for fact in cloud.inbox.facts if isinstance(fact, OutputMade)]
    assert sorted(fact.n for fact in made) == [1, 2]
    for fact in made:
        assert fact.key == keys.output(OWNER, GENERATION, fact.n)
        assert cloud.store.head(fact.key) is not None
        assert cloud.store.head(fact.poster_key) is not None
    assert sum(isinstance(fact, TaskFinished) for fact in cloud.inbox.facts) == 4
    assert {(message.queue, message.group) for message in cloud.inbox.messages} == {("facts", str(OWNER))}
    assert list((cloud.folder / "tasks").iterdir()) == []


def test_a_command_that_comes_twice_is_done_once_and_reported_twice(cloud: Cloud, commands: list[str]) -> None:
    cloud.call(render, commands[0])
    cloud.call(render, commands[0])
    first, second = (fact for fact in cloud.inbox.facts if isinstance(fact, TaskFinished))
    assert (first.made, first.reused, second.made, second.reused) == (1, 0, 0, 1)


@pytest.mark.parametrize("function", [render, assemble])
def test_what_is_no_command_fails_and_is_handed_back(cloud: Cloud, function: ModuleType) -> None:
    failed = cloud.call(function, "{}")
    assert failed == {"batchItemFailures": [{"itemIdentifier": "message-0"}]}
    assert cloud.handed_back == [("arn:aws:sqs:us-east-1:000000000000:render", "receipt-0", 2)]
    assert cloud.inbox.messages == []


@pytest.mark.parametrize(("function", "place"), [(render, 0), (assemble, 2)])
def test_a_command_without_time_left_comes_again(
    cloud: Cloud, commands: list[str], function: ModuleType, place: int
) -> None:
    assert cloud.call(function, commands[place], left_s=5)["batchItemFailures"]
    assert not any(isinstance(fact, TaskFinished | TaskFailed) for fact in cloud.inbox.facts)
    assert len(cloud.handed_back) == 1


def test_a_command_whose_facts_cannot_be_sent_comes_again(cloud: Cloud, commands: list[str]) -> None:
    cloud.inbox.refuses = True
    assert cloud.call(render, commands[0])["batchItemFailures"]
    cloud.inbox.refuses = False
    assert cloud.call(render, commands[0]) == {"batchItemFailures": []}


def test_a_clip_that_is_gone_fails_the_task_and_the_message_is_done(cloud: Cloud, commands: list[str]) -> None:
    command = json.loads(commands[0])
    command["clips"][0]["key"] = str(keys.UploadKey(OWNER, OWNER, UUID(int=99)))
    assert cloud.call(render, json.dumps(command)) == {"batchItemFailures": []}
    (failed,) = (fact for fact in cloud.inbox.facts if isinstance(fact, TaskFailed))
    assert failed.code == "object_gone"
    assert failed.message.startswith(f"{command['clips'][0]['name']}: ")


@pytest.mark.parametrize("function", [ingest, render, assemble])
def test_the_dependencies_come_from_the_environment(function: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "AWS_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": ACCESS_KEY_ID,
        "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
        "BUCKET_NAME": "bucket",
        "QUEUE_URLS": '{"facts": "http://127.0.0.1:1/facts"}',
        "FFMPEG_THREADS": "3",
    }.items():
        monkeypatch.setenv(name, value)
    function.dependencies.cache_clear()
    try:
        assert function.dependencies().threads == 3
        assert function.dependencies() is function.dependencies()
    finally:
        function.dependencies.cache_clear()


def test_a_fact_refused_is_not_taken_for_sent(cloud: Cloud, commands: list[str]) -> None:
    cloud.call(render, commands[0])
    fact = cloud.inbox.facts[0]
    with pytest.raises(QueueUnavailable):
        FactSender(replace(cloud.inbox, refuses=True))(fact)
