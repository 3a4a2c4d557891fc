"""SqsQueue and DelayedRetry against a real server."""

import json
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.compute.invocation import queue_arn
from local.storage.service import Storage
from medley.aws import clients
from medley.aws.queues import BATCH_BYTES, DelayedRetry, SqsQueue, batches, queue_url
from medley.errors import Broken, QueueUnavailable
from medley.limits import QUEUE_DELAY_S
from medley.ports.cloud import Message
from medley.settings import AwsSettings


@pytest.fixture
def urls(storage: Storage) -> dict[str, str]:
    """Two queues of this test alone."""
    return {
        name: storage.sqs().create_queue(QueueName=f"{name}-{uuid4()}", Attributes={"VisibilityTimeout": "600"})[
            "QueueUrl"
        ]
        for name in ("render", "facts")
    }


def received(storage: Storage, url: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while (
        messages := storage.sqs()
        .receive_message(QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"])
        .get("Messages")
    ):
        found += messages
    return found


def test_each_message_arrives_once_in_its_queue_for_its_group(storage: Storage, urls: dict[str, str]) -> None:
    messages = [Message(("render", "facts")[n % 2], f"owner-{n % 3}", f'{{"n": {n}}}') for n in range(23)]
    assert list(SqsQueue(storage.sqs(), urls).send(messages)) == []
    for name, url in urls.items():
        expected = {(message.body, message.group) for message in messages if message.queue == name}
        found = received(storage, url)
        assert {(message["Body"], message["Attributes"]["MessageGroupId"]) for message in found} == expected
        assert len(found) == len(expected)


def test_a_delayed_message_is_there_and_not_shown_yet(storage: Storage, urls: dict[str, str]) -> None:
    SqsQueue(storage.sqs(), urls).send(
        [Message("render", "owner", "later", QUEUE_DELAY_S), Message("render", "o", "now")]
    )
    assert [message["Body"] for message in received(storage, urls["render"])] == ["now"]
    counts = ["ApproximateNumberOfMessagesDelayed"]
    found = storage.sqs().get_queue_attributes(QueueUrl=urls["render"], AttributeNames=counts)["Attributes"]
    assert found == {counts[0]: "1"}


def test_big_messages_go_in_several_calls(storage: Storage, urls: dict[str, str]) -> None:
    messages = [Message("render", "owner", character * (BATCH_BYTES // 2)) for character in "abc"]
    assert list(SqsQueue(storage.sqs(), urls).send(messages)) == []
    assert {message["Body"][0] for message in received(storage, urls["render"])} == {"a", "b", "c"}


def test_a_message_at_the_limit_is_sent_and_one_past_it_is_refused(storage: Storage, urls: dict[str, str]) -> None:
    fits = Message("render", "owner", "é" * (BATCH_BYTES // 2))
    too_long = Message("render", "owner", fits.body + "x")
    after = Message("render", "owner", "after")
    assert list(SqsQueue(storage.sqs(), urls).send([too_long, fits, after])) == [too_long]
    assert {message["Body"] for message in received(storage, urls["render"])} == {fits.body, after.body}


def test_messages_the_service_refuses_are_returned(urls: dict[str, str]) -> None:
    class Refusing:
        def send_message_batch(self, *, QueueUrl: str, Entries: list[dict[str, str]]) -> dict[str, Any]:  # noqa: N803 - boto3's names
            failed = [entry for entry in Entries if "bad" in entry["MessageBody"]]
            return {"Failed": [{"Id": entry["Id"], "Code": "InternalError", "SenderFault": False} for entry in failed]}

    messages = [Message("render", "owner", body) for body in ("good", "bad 1", "good", "bad 2")]
    refused = SqsQueue(Refusing(), urls).send(messages)  # type: ignore[arg-type]  # all that is used of the client
    assert list(refused) == [messages[1], messages[3]]


def test_a_queue_this_function_was_not_given(storage: Storage, urls: dict[str, str]) -> None:
    with pytest.raises(Broken) as raised:
        SqsQueue(storage.sqs(), urls).send([Message("facts", "owner", "x"), Message("uploads", "owner", "x")])
    assert raised.value.code == "unknown_queue"
    assert received(storage, urls["facts"]) == []


@given(st.lists(st.integers(min_value=0, max_value=BATCH_BYTES), max_size=40))
def test_batches_keep_to_the_limits_and_to_the_order(sizes: list[int]) -> None:
    class Body(str):
        def encode(self, *_: Any) -> Any:  # stands for that many bytes without having them
            return range(int(self))

    messages = [Message("q", "owner", Body(size)) for size in sizes]
    cut = list(batches(messages))
    assert [message for batch in cut for message in batch] == messages
    for batch in cut:
        assert 1 <= len(batch) <= 10
        assert sum(int(message.body) for message in batch) <= BATCH_BYTES


def test_a_message_handed_back_comes_again_at_once(storage: Storage, urls: dict[str, str]) -> None:
    sqs = storage.sqs()
    sqs.send_message(QueueUrl=urls["render"], MessageBody="x")
    (message,) = received(storage, urls["render"])
    assert received(storage, urls["render"]) == []
    arn = queue_arn(urls["render"].rpartition("/")[2])
    DelayedRetry(sqs, storage.endpoint_url)(arn, message["ReceiptHandle"], 0)
    (again,) = received(storage, urls["render"])
    assert again["Attributes"]["ApproximateReceiveCount"] == "2"


def test_a_message_that_is_gone_cannot_be_handed_back(storage: Storage, urls: dict[str, str]) -> None:
    arn = queue_arn(urls["render"].rpartition("/")[2])
    with pytest.raises(QueueUnavailable):
        DelayedRetry(storage.sqs(), storage.endpoint_url)(arn, "no such receipt", 0)


def test_the_url_of_a_queue() -> None:
    arn = "arn:aws:sqs:eu-central-1:111122223333:render"
    assert queue_url(arn) == "https://sqs.eu-central-1.amazonaws.com/111122223333/render"
    assert queue_url(arn, "http://127.0.0.1:5000") == "http://127.0.0.1:5000/111122223333/render"


def test_queues_that_do_not_answer(nowhere: AwsSettings) -> None:
    client = clients.sqs(nowhere)
    with pytest.raises(QueueUnavailable):
        SqsQueue(client, {"render": "http://127.0.0.1:9/1/render"}).send([Message("render", "owner", "x")])
    with pytest.raises(QueueUnavailable):
        DelayedRetry(client, nowhere.endpoint_url)(queue_arn("render"), "receipt", 0)


def test_from_the_environment(
    environment: None, storage: Storage, urls: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUEUE_URLS", json.dumps({"facts": urls["facts"]}))
    SqsQueue.from_environment().send([Message("facts", "owner", "x")])
    (message,) = received(storage, urls["facts"])
    DelayedRetry.from_environment()(queue_arn(urls["facts"].rpartition("/")[2]), message["ReceiptHandle"], 0)
    assert len(received(storage, urls["facts"])) == 1
