"""medley.runtime.sqs.process with messages of a real queue: what becomes of each."""

import json
import logging
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from pydantic import BaseModel

from local.compute.invocation import queue_arn
from local.compute.pollers import sqs_event
from local.storage.service import Storage
from medley.aws.queues import HandBack, Postpone
from medley.errors import Broken, InvalidInput, QueueUnavailable, SelfTestFailed, StorageUnavailable, Unavailable
from medley.runtime.observability import logger
from medley.runtime.sqs import SELF_TEST, process


class Order(BaseModel):
    n: int


class Queue:
    """A queue of one test with a dead-letter queue; visibility 600 s, so that only a hand-back shows a message."""

    def __init__(self, storage: Storage, max_receive_count: int) -> None:
        self.sqs = storage.sqs()
        self.name = f"orders-{uuid4()}"
        self.endpoint_url = storage.endpoint_url
        self.hand_back = HandBack(self.sqs, storage.endpoint_url)
        self.dead_url = self.sqs.create_queue(QueueName=f"{self.name}-dead")["QueueUrl"]
        redrive = {"deadLetterTargetArn": queue_arn(f"{self.name}-dead"), "maxReceiveCount": max_receive_count}
        attributes: Any = {"VisibilityTimeout": "600", "RedrivePolicy": json.dumps(redrive)}
        self.url = self.sqs.create_queue(QueueName=self.name, Attributes=attributes)["QueueUrl"]

    def send(self, *bodies: str) -> None:
        for body in bodies:
            self.sqs.send_message(QueueUrl=self.url, MessageBody=body)

    def event(self) -> dict[str, Any]:
        """What Lambda would be given now."""
        answer = self.sqs.receive_message(
            QueueUrl=self.url, MaxNumberOfMessages=10, AttributeNames=["All"], MessageAttributeNames=["All"]
        )
        return sqs_event(self.name, answer.get("Messages", []))

    def dead(self) -> list[str]:
        self.event()  # moto moves messages when somebody asks for one
        answer = self.sqs.receive_message(QueueUrl=self.dead_url, MaxNumberOfMessages=10)
        return [message["Body"] for message in answer.get("Messages", [])]


@pytest.fixture
def queue(storage: Storage) -> Queue:
    return Queue(storage, max_receive_count=3)


def failures(event: dict[str, Any], response: Any) -> list[str]:
    """The bodies of the messages that the response says failed."""
    bodies = {record["messageId"]: record["body"] for record in event["Records"]}
    return [bodies[item["itemIdentifier"]] for item in response["batchItemFailures"]]


def raising(error: Exception) -> Callable[[str], None]:
    def handle(_: str) -> None:
        raise error

    return handle


def now(hand_back: HandBack) -> Callable[[str, str, int], None]:
    """Hands back without the delay."""
    return lambda arn, receipt, _: hand_back(arn, receipt, 0)


def test_one_message_that_fails_does_not_stop_the_others(queue: Queue) -> None:
    queue.send("1", "2", "3")
    seen: list[str] = []

    def handle(body: str) -> None:
        seen.append(body)
        if body == "2":
            raise Broken("boom")

    event = queue.event()
    response = process(event, None, handle)  # type: ignore[arg-type]  # the context is only passed on
    assert seen == ["1", "2", "3"]
    assert failures(event, response) == ["2"]


def test_all_may_fail(queue: Queue) -> None:
    queue.send("1", "2")
    event = queue.event()
    response = process(event, None, raising(StorageUnavailable("down")))  # type: ignore[arg-type]
    assert sorted(failures(event, response)) == ["1", "2"]


def test_what_is_rejected_is_logged_and_done_with(queue: Queue, caplog: pytest.LogCaptureFixture) -> None:
    queue.send("1")
    handed_back: list[Any] = []
    response = process(
        queue.event(),
        None,  # type: ignore[arg-type]
        raising(InvalidInput("no such thing", code="foreign_key")),
        hand_back=lambda *what: handed_back.append(what),
    )
    assert response == {"batchItemFailures": []}
    assert handed_back == []
    assert [(record.levelname, record.code) for record in caplog.records if hasattr(record, "code")] == [
        ("WARNING", "foreign_key")
    ]


@pytest.mark.parametrize("error", [Broken("bug"), KeyError("bug")])
def test_a_fault_is_tried_again_soon_and_then_a_dead_letter(queue: Queue, error: Exception) -> None:
    queue.send("1")
    waited: list[int] = []

    def hand_back(arn: str, receipt: str, delay_s: int) -> None:
        waited.append(delay_s)
        queue.hand_back(arn, receipt, 0)

    while records := (event := queue.event())["Records"]:
        assert failures(event, process(event, None, raising(error), hand_back=hand_back)) == ["1"]  # type: ignore[arg-type]
        assert len(records) == 1
    assert waited == [2, 4, 8]  # the last is never waited for
    assert queue.dead() == ["1"]


def test_an_outage_uses_up_no_receives(queue: Queue) -> None:
    """However often it is postponed, a message stays itself and is received for the first time."""
    queue.sqs.send_message(QueueUrl=queue.url, MessageBody="1", MessageGroupId="owner")
    waited: list[tuple[int, int]] = []
    later = Postpone(queue.sqs, queue.endpoint_url)

    def postpone(arn: str, body: str, group: str | None, *, delay_s: int, postponed: int) -> None:
        waited.append((delay_s, postponed))
        later(arn, body, group, delay_s=0, postponed=postponed)

    for _ in range(6):
        event = queue.event()
        (message,) = event["Records"]
        assert (message["body"], message["attributes"]["MessageGroupId"]) == ("1", "owner")
        assert message["attributes"]["ApproximateReceiveCount"] == "1"
        down = raising(StorageUnavailable("down"))
        assert failures(event, process(event, None, down, postpone=postpone)) == []  # type: ignore[arg-type]
        queue.sqs.delete_message(QueueUrl=queue.url, ReceiptHandle=message["receiptHandle"])  # as Lambda does
    assert waited == [(5, 1), (10, 2), (20, 3), (40, 4), (60, 5), (60, 6)]


def test_what_is_postponed_is_shown_later(queue: Queue) -> None:
    Postpone(queue.sqs, queue.endpoint_url)(queue_arn(queue.name), "1", None, delay_s=900, postponed=1)
    assert queue.event()["Records"] == []
    names: Any = ["ApproximateNumberOfMessagesDelayed"]
    answer = queue.sqs.get_queue_attributes(QueueUrl=queue.url, AttributeNames=names)
    assert answer["Attributes"] == {"ApproximateNumberOfMessagesDelayed": "1"}


@pytest.mark.parametrize("refusal", [QueueUnavailable("down"), Broken("may not"), None])
def test_what_cannot_be_postponed_is_handed_back(queue: Queue, refusal: Exception | None) -> None:
    queue.send("1")
    waited: list[int] = []

    def postpone(*_: Any, **__: Any) -> None:
        if refusal is not None:
            raise refusal

    for _ in range(3):
        response = process(
            queue.event(),
            None,  # type: ignore[arg-type]
            raising(StorageUnavailable("down")),
            hand_back=lambda arn, receipt, delay_s: (waited.append(delay_s), queue.hand_back(arn, receipt, 0))[1],
            postpone=postpone if refusal else None,
        )
        assert len(response["batchItemFailures"]) == 1
    assert waited == [5, 10, 20]


def test_a_batch_watches_its_clock(queue: Queue) -> None:
    """What it cannot begin any more comes again at once, though nothing is wrong with it."""
    queue.send("1", "2", "3")
    seen: list[str] = []
    waited: list[int] = []
    clock: Any = SimpleNamespace(get_remaining_time_in_millis=lambda: 9_000 if len(seen) < 2 else 7_999)

    def hand_back(arn: str, receipt: str, delay_s: int) -> None:
        waited.append(delay_s)

    event = queue.event()
    response = process(event, clock, seen.append, hand_back=hand_back, margin_s=8)
    assert (seen, failures(event, response), waited) == (["1", "2"], ["3"], [0])


def test_a_message_that_cannot_be_read_ends_as_a_dead_letter(queue: Queue) -> None:
    queue.send("this is no JSON", '{"n": 1}')
    seen: list[int] = []

    def handle(body: str) -> None:
        seen.append(Order.model_validate_json(body).n)

    for _ in range(3):
        event = queue.event()
        failed = failures(event, process(event, None, handle, hand_back=now(queue.hand_back)))  # type: ignore[arg-type]
        assert failed == ["this is no JSON"]
        for record in event["Records"]:  # as Lambda does
            if record["body"] not in failed:
                queue.sqs.delete_message(QueueUrl=queue.url, ReceiptHandle=record["receiptHandle"])
    assert queue.event()["Records"] == []
    assert queue.dead() == ["this is no JSON"]
    assert seen == [1]


def test_a_hand_back_that_fails_leaves_the_message_failed(queue: Queue) -> None:
    queue.send("1")
    event = queue.event()

    def hand_back(*_: object) -> None:
        raise QueueUnavailable("down")

    response = process(event, None, raising(Broken("bug")), hand_back=hand_back)  # type: ignore[arg-type]
    assert failures(event, response) == ["1"]


def test_what_modules_log_is_written_as_json_with_the_keys_of_the_moment(capsys: pytest.CaptureFixture[str]) -> None:
    logger.cache_clear()
    log = logger(f"service-{uuid4()}")
    module = logging.getLogger("medley.somewhere")
    try:
        with log.append_context_keys(generation_id="g1"):
            module.info("made", extra={"frames": 84})
        module.info("idle")
    finally:
        logging.getLogger("medley").handlers.clear()
        logger.cache_clear()
    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (first["message"], first["generation_id"], first["frames"]) == ("made", "g1", 84)
    assert first["level"] == "INFO"
    assert second["message"] == "idle"
    assert "generation_id" not in second


class Tools:
    """A self-test whose outcome is set: what it raises now, if anything."""

    def __init__(self, *, at_first: Exception | None = None, after: Exception | None = None) -> None:
        self.at_first, self.after, self.repeated = at_first, after, 0

    def require(self) -> None:
        if self.at_first is not None:
            raise self.at_first

    def repeat(self) -> None:
        self.repeated += 1
        if self.after is not None:
            raise self.after


def test_a_function_whose_tools_are_broken_looks_at_no_message(queue: Queue) -> None:
    queue.send("one")
    seen: list[str] = []
    for event in (queue.event(), SELF_TEST):
        with pytest.raises(SelfTestFailed):
            process(event, None, seen.append, self_test=Tools(at_first=SelfTestFailed("Broken tools.")))
    assert seen == []
    assert process(SELF_TEST, None, seen.append, self_test=Tools()) == {"batchItemFailures": []}


def test_a_message_that_fails_by_our_own_fault_is_not_judged_nor_those_after_it(queue: Queue) -> None:
    queue.send("one", "two")
    event, seen = queue.event(), []

    def handle(body: str) -> None:
        seen.append(body)
        raise Broken("The probe does not work.")

    tools = Tools(after=SelfTestFailed("Broken tools."))
    with pytest.raises(SelfTestFailed, match="Broken tools"):
        process(event, None, handle, self_test=tools, hand_back=now(queue.hand_back))
    assert (seen, tools.repeated) == ([event["Records"][0]["body"]], 1)
    assert queue.event()["Records"] == [], "nothing was handed back"


@pytest.mark.parametrize("after", [None, Unavailable("The disk is full.")])
def test_a_message_that_fails_though_the_tools_work_fails_alone(queue: Queue, after: Exception | None) -> None:
    queue.send("one")
    event, tools = queue.event(), Tools(after=after)
    response = process(event, None, raising(Broken("A bug.")), self_test=tools, hand_back=now(queue.hand_back))
    assert (failures(event, response), tools.repeated) == (["one"], 1)


def test_an_outage_is_no_reason_to_doubt_the_tools(queue: Queue) -> None:
    queue.send("one")
    event, tools = queue.event(), Tools(after=SelfTestFailed("Broken tools."))
    assert failures(event, process(event, None, raising(StorageUnavailable("")), self_test=tools)) == ["one"]
    assert tools.repeated == 0
