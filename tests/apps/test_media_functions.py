"""The worker of the lanes, from the SQS event to the facts on the queue."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from cli.directory_store import DirectoryStore
from functions.ingest import handler as ingest
from functions.worker import handler as worker
from local.environment import ACCESS_KEY_ID
from medley.apps.registry import Library, registry
from medley.contracts import keys, plans
from medley.contracts.facts import OutputMade, TaskFailed, TaskFinished, TaskInterrupted, read_fact
from medley.contracts.media import ClipSource
from medley.contracts.work import Work
from medley.domain.retries import Trouble
from medley.errors import AppUnavailable, QueueUnavailable
from medley.ports.cloud import Message
from medley.ports.worker import Job, Operation, WorkerContext
from medley.runtime.observability import logger
from medley.runtime.tasks import Dependencies, FactSender
from tests.local.bucket import SECRET
from tests.media.probes import facts

OWNER, GENERATION = UUID(int=1), UUID(int=2)
APP = registry().get("video_mixer")


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
        return [read_fact(message.body) for message in self.messages]


@dataclass
class Cloud:
    store: DirectoryStore
    inbox: Inbox
    folder: Path
    handed_back: list[tuple[str, str, int]] = field(default_factory=list)
    operation: Callable[[str, str], Operation] = field(default_factory=lambda: registry().operation)

    def call(self, *bodies: str, left_s: float = 300.0) -> dict[str, Any]:
        """Invoke the function with an SQS event of these messages."""
        deps = Dependencies(
            store=self.store,
            queue=self.inbox,
            hand_back=lambda *back: self.handed_back.append(back),
            operation=self.operation,
            folder=self.folder,
            threads=1,
            logger=logger("test"),
        )
        answer: dict[str, Any] = worker.handle(event(*bodies), Context(left_s), deps)
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
def commands(cloud: Cloud, clips: dict[str, Path]) -> list[Work]:
    """The work of two videos of two clips, their plan stored: two tasks to render, two to assemble."""
    sources = []
    for number, colour in enumerate(("red", "blue")):
        key = str(keys.UploadKey(OWNER, OWNER, UUID(int=number)))
        cloud.store.adopt(clips[colour], key)
        sources.append(ClipSource(clip_id=UUID(int=number), key=key, name=f"{colour}.mp4", facts=facts(clips[colour])))
    spec = APP.spec.model_validate({"count": 2, "resolution": 480, "quality": "draft"})
    plan = APP.plan(spec, Library(tuple(sources)), seed=1)
    written = plans.write(plan)
    cloud.store.write(written.content, keys.plan(OWNER, written.digest), "application/gzip")
    return [
        Work(
            app="video_mixer",
            operation=task.operation,
            lane=task.lane,
            owner_id=OWNER,
            generation_id=GENERATION,
            task_id=UUID(int=100 + task.index),
            deadline=datetime(2100, 1, 1, tzinfo=UTC),
            plan=written.digest,
            start=place.start,
            length=place.length,
            crc=place.crc,
            outputs=task.makes,
        )
        for task, place in zip(plan.tasks, written.places, strict=True)
    ]


def test_from_commands_to_videos(cloud: Cloud, commands: list[Work]) -> None:
    for command in commands:
        assert cloud.call(command.model_dump_json()) == {"batchItemFailures": []}
    made = [fact for fact in cloud.inbox.facts if isinstance(fact, OutputMade)]
    assert sorted(fact.n for fact in made) == [1, 2]
    for fact in made:
        assert fact.parts[0].key == keys.output(OWNER, GENERATION, fact.n)
        assert all(cloud.store.head(part.key) is not None for part in fact.parts)
    assert sum(isinstance(fact, TaskFinished) for fact in cloud.inbox.facts) == 4
    assert {(message.queue, message.group) for message in cloud.inbox.messages} == {("facts", str(OWNER))}
    assert list((cloud.folder / "tasks").iterdir()) == []


def test_outputs_no_longer_wanted_are_not_made(cloud: Cloud, commands: list[Work]) -> None:
    command = commands[-1].model_copy(update={"outputs": ()})
    assert cloud.call(command.model_dump_json()) == {"batchItemFailures": []}
    assert not any(isinstance(fact, OutputMade) for fact in cloud.inbox.facts)


def test_a_command_that_comes_twice_is_done_once_and_reported_twice(cloud: Cloud, commands: list[Work]) -> None:
    cloud.call(commands[0].model_dump_json())
    cloud.call(commands[0].model_dump_json())
    first, second = (fact for fact in cloud.inbox.facts if isinstance(fact, TaskFinished))
    assert (first.made, first.reused, second.made, second.reused) == (1, 0, 0, 1)


def test_what_is_no_command_fails_and_is_handed_back(cloud: Cloud) -> None:
    failed = cloud.call("{}")
    assert failed == {"batchItemFailures": [{"itemIdentifier": "message-0"}]}
    assert cloud.handed_back == [("arn:aws:sqs:us-east-1:000000000000:render", "receipt-0", 2)]
    assert cloud.inbox.messages == []


def test_a_command_of_the_former_release_is_let_go(cloud: Cloud) -> None:
    assert cloud.call('{"version": 1, "type": "render_segments"}') == {"batchItemFailures": []}
    assert cloud.inbox.messages == []


@pytest.mark.parametrize("place", [0, -1])
def test_a_task_without_time_left_says_so(cloud: Cloud, commands: list[Work], place: int) -> None:
    assert cloud.call(commands[place].model_dump_json(), left_s=5) == {"batchItemFailures": []}
    assert not any(isinstance(fact, TaskFinished | TaskFailed) for fact in cloud.inbox.facts)
    last = cloud.inbox.facts[-1]
    assert isinstance(last, TaskInterrupted)
    assert (last.code, last.task_id, last.attempt) == ("out_of_time", commands[place].task_id, 1)


def test_work_for_an_app_that_cannot_be_used_is_kept_and_somebody_hears_of_it(
    cloud: Cloud, commands: list[Work], capsys: pytest.CaptureFixture[str]
) -> None:
    def missing(app: str, name: str) -> Operation:
        raise AppUnavailable("It does not load.")

    cloud.operation = missing
    assert cloud.call(commands[0].model_dump_json()) == {"batchItemFailures": []}
    (told,) = cloud.inbox.facts
    assert isinstance(told, TaskInterrupted)
    assert told.code == "app_unavailable"
    assert '"apps_left_out"' in capsys.readouterr().out


def test_a_command_whose_facts_cannot_be_sent_comes_again(cloud: Cloud, commands: list[Work]) -> None:
    cloud.inbox.refuses = True
    assert cloud.call(commands[0].model_dump_json())["batchItemFailures"]
    cloud.inbox.refuses = False
    assert cloud.call(commands[0].model_dump_json()) == {"batchItemFailures": []}


def test_a_clip_that_is_gone_fails_the_task_and_the_message_is_done(cloud: Cloud, commands: list[Work]) -> None:
    cloud.store = DirectoryStore(cloud.folder.parent / "bucket")  # into which no clip was adopted
    assert cloud.call(commands[0].model_dump_json()) == {"batchItemFailures": []}
    (failed,) = (fact for fact in cloud.inbox.facts if isinstance(fact, TaskFailed))
    assert failed.code == "clip_gone"
    assert failed.message.partition(": ")[0] in {"red.mp4", "blue.mp4"}


@pytest.mark.parametrize("content", [None, b"", b"not a plan"])
def test_a_plan_that_is_lost_or_damaged_is_told_and_blames_no_clip(
    cloud: Cloud, commands: list[Work], capsys: pytest.CaptureFixture[str], content: bytes | None
) -> None:
    key = keys.plan(OWNER, commands[0].plan)
    cloud.store.delete(key)
    if content is not None:
        cloud.store.write(content, key, "application/gzip")
    for command in commands:
        assert cloud.call(command.model_dump_json()) == {"batchItemFailures": []}
    assert {(type(fact), fact.code, fact.trouble) for fact in cloud.inbox.facts} == {
        (TaskInterrupted, "plan_gone", Trouble.OUTAGE)
    }
    assert '"tasks_broken"' in capsys.readouterr().out


def test_another_plans_task_that_is_as_long_is_not_done(cloud: Cloud, commands: list[Work]) -> None:
    (first, second) = (command for command in commands if command.operation == "render")
    there = first.model_copy(update={"start": second.start, "length": second.length})
    assert plans.read_task(cloud.store.read(keys.plan(OWNER, there.plan), there.start, there.length))
    cloud.call(there.model_dump_json())
    assert [fact.code for fact in cloud.inbox.facts] == ["plan_gone"]


def test_what_was_made_by_then_and_when_it_stopped_is_told(cloud: Cloud, commands: list[Work]) -> None:
    """Facts may wait for long: they carry the worker's time. What was stored is found again, so it is no poison."""
    before = datetime.now(UTC)
    rendering = [command for command in commands if command.operation == "render"]
    cloud.call(rendering[0].model_dump_json())
    assert all(before <= fact.at <= datetime.now(UTC) for fact in cloud.inbox.facts)

    def stores_and_breaks(job: Job[Any], context: WorkerContext) -> None:
        if job.work.attempt == 1:
            context.store.write(b"x", keys.segment(OWNER, "0" * 64, "mp4"), "video/mp4")
        raise KeyError("a bug")

    cloud.operation = lambda app, name: replace(registry().operation(app, name), run=stores_and_breaks)
    cloud.inbox.messages.clear()
    for attempt in (1, 2):
        cloud.call(rendering[1].model_copy(update={"attempt": attempt}).model_dump_json())
    first, second = cloud.inbox.facts
    assert (first.code, first.trouble, first.further) == ("KeyError", Trouble.BROKEN, True)
    assert (second.attempt, second.further) == (2, False)


@pytest.mark.parametrize("function", [ingest, worker])
def test_the_dependencies_come_from_the_environment(function: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "AWS_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": ACCESS_KEY_ID,
        "AWS_SECRET_ACCESS_KEY": SECRET,
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


def test_a_clip_that_is_gone_is_told_in_its_owners_words(cloud: Cloud, commands: list[Work]) -> None:
    del cloud.store._adopted[str(keys.UploadKey(OWNER, OWNER, UUID(int=0)))]
    cloud.call(commands[0].model_dump_json())
    *_, fact = cloud.inbox.facts
    assert isinstance(fact, TaskFailed)
    assert fact.message == "red.mp4: The file is not there any more; upload it again."


def test_a_fact_refused_is_not_taken_for_sent(cloud: Cloud, commands: list[Work]) -> None:
    cloud.call(commands[0].model_dump_json())
    fact = cloud.inbox.facts[0]
    with pytest.raises(QueueUnavailable):
        FactSender(replace(cloud.inbox, refuses=True))(fact)
