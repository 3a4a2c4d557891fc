"""Queues feed functions as Lambda's event source mappings do, against a real SQS protocol."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from infra.rows import QueueTrigger
from local.compute.invocation import FunctionFailed
from local.compute.pollers import MalformedResponse, QueuePoller, Sqs, failed_ids, sqs_event
from local.compute.self_tests import Fitness, says_it_is_broken
from tests.local.waiting import json_lines, wait_until

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="session")
def sqs_client(storage):
    client = storage.sqs()
    yield client
    client.close()


@pytest.fixture
def queue(sqs_client):
    """A queue of the test's own, with a dead-letter queue after two receives and a long visibility."""
    name = f"q-{uuid4().hex}"
    dead = sqs_client.create_queue(QueueName=f"{name}-dead")["QueueUrl"]
    arn = sqs_client.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 2})
    attributes = {"VisibilityTimeout": "600", "RedrivePolicy": redrive}
    yield sqs_client.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    sqs_client.delete_queue(QueueUrl=sqs_client.get_queue_url(QueueName=name)["QueueUrl"])
    sqs_client.delete_queue(QueueUrl=dead)


@pytest.fixture
def polling(function, sqs_client, logs, queue):
    @asynccontextmanager
    async def start(*, batch=1, size=1, url=queue, max_concurrency=None):
        threads = ThreadPoolExecutor(4)
        trigger = QueueTrigger("work", batch=batch, max_concurrency=max_concurrency)
        async with function("batch", size=size) as target:
            poller = QueuePoller(Sqs(sqs_client, threads), trigger, url, target, logs, wait_s=1)
            task = asyncio.create_task(poller.run())
            try:
                yield target
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
                await asyncio.to_thread(threads.shutdown)

    return start


def counts(client, url):
    """How many messages are visible, and how many in flight."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    attributes = client.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return tuple(int(attributes[name]) for name in names)


def send(client, url, path, *actions):
    for action in actions:
        client.send_message(QueueUrl=url, MessageBody=json.dumps({"path": str(path), "do": action}))


def seen(path: Path):
    return json_lines(path)


async def test_a_message_arrives_as_lambda_shows_it_and_is_deleted(polling, queue, sqs_client, tmp_path):
    path = tmp_path / "seen"
    body = json.dumps({"path": str(path), "text": "é"})
    attributes = {
        "kind": {"DataType": "String", "StringValue": "x"},
        "raw": {"DataType": "Binary", "BinaryValue": b"\x00"},
    }
    sent = sqs_client.send_message(
        QueueUrl=queue, MessageBody=body, MessageAttributes=attributes, MessageGroupId="owner-1"
    )
    async with polling():
        await asyncio.to_thread(wait_until, lambda: seen(path) and counts(sqs_client, queue) == (0, 0))
    (record,) = seen(path)
    assert record.pop("receiptHandle")
    system = record.pop("attributes")
    assert system["ApproximateReceiveCount"] == "1"
    assert {"SentTimestamp", "SenderId", "ApproximateFirstReceiveTimestamp"} <= set(system)
    assert system["MessageGroupId"] == "owner-1"
    lists = {"stringListValues": [], "binaryListValues": []}
    assert record == {
        "messageId": sent["MessageId"],
        "body": body,
        "messageAttributes": {
            "kind": {"stringValue": "x", "dataType": "String", **lists},
            "raw": {"binaryValue": "AA==", "dataType": "Binary", **lists},
        },
        "md5OfBody": sent["MD5OfMessageBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:work",
        "awsRegion": "us-east-1",
    }


async def test_only_the_reported_messages_of_a_batch_stay(polling, queue, sqs_client, tmp_path):
    send(sqs_client, queue, tmp_path / "seen", "pass", "fail", "pass", "fail", "pass")
    async with polling(batch=10):
        await asyncio.to_thread(wait_until, lambda: counts(sqs_client, queue) == (0, 2))
    assert len(seen(tmp_path / "seen")) == 5


@pytest.mark.parametrize("action", ["raise", "nonsense"])
async def test_a_batch_that_fails_as_a_whole_stays_in_flight(polling, queue, sqs_client, tmp_path, action):
    send(sqs_client, queue, tmp_path / "seen", "pass", action)
    log = tmp_path / "log/work.log"
    async with polling(batch=10):
        await asyncio.to_thread(wait_until, lambda: log.exists() and "message(s) failed" in log.read_text())
        assert counts(sqs_client, queue) == (0, 2)


async def test_a_dead_process_hands_its_messages_back_soon(polling, queue, sqs_client, tmp_path):
    send(sqs_client, queue, tmp_path / "seen", "die once")
    async with polling():
        # The two counts are not taken at one moment: a message that is shown in between is in neither.
        await asyncio.to_thread(
            wait_until, lambda: len(seen(tmp_path / "seen")) == 2 and counts(sqs_client, queue) == (0, 0)
        )
    received = [record["attributes"]["ApproximateReceiveCount"] for record in seen(tmp_path / "seen")]
    assert received == ["1", "2"]


async def test_a_message_that_keeps_failing_goes_to_the_dead_letter_queue(polling, queue, sqs_client, tmp_path):
    sqs_client.set_queue_attributes(QueueUrl=queue, Attributes={"VisibilityTimeout": "0"})
    send(sqs_client, queue, tmp_path / "seen", "fail")
    dead = sqs_client.get_queue_url(QueueName=queue.rpartition("/")[2] + "-dead")["QueueUrl"]
    async with polling():
        await asyncio.to_thread(wait_until, lambda: counts(sqs_client, dead) == (1, 0))
    assert [record["attributes"]["ApproximateReceiveCount"] for record in seen(tmp_path / "seen")] == ["1", "2"]


async def test_a_function_that_cannot_work_gets_no_messages_until_it_can(function, queue, sqs_client, logs, tmp_path):
    fault, path = tmp_path / "fault", tmp_path / "seen"
    fault.write_text("The probe failed.")
    async with function("ailing", FAULT=str(fault)) as target:
        fitness = Fitness(target, logs, retry_s=0.05)
        sqs, trigger = Sqs(sqs_client, ThreadPoolExecutor(4)), QueueTrigger("work")
        send(sqs_client, queue, path, "succeed")
        await fitness.ask()
        assert fitness.fault == "The probe failed."
        poller = QueuePoller(sqs, trigger, queue, target, logs, fitness=fitness, wait_s=1)
        polling = asyncio.create_task(poller.run())
        try:
            await asyncio.sleep(0.5)
            assert counts(sqs_client, queue) == (1, 0), "nothing is taken"
            fault.unlink()
            await asyncio.to_thread(wait_until, lambda: len(seen(path)) == 1)
            assert (seen(path)[0]["attributes"]["ApproximateReceiveCount"], fitness.fault) == ("1", None)
            fault.write_text("The probe failed again.")
            send(sqs_client, queue, path, "succeed")
            await asyncio.to_thread(wait_until, lambda: fitness.fault == "The probe failed again.")
            await asyncio.to_thread(wait_until, lambda: counts(sqs_client, queue) == (1, 0))
            fault.unlink()
            await asyncio.to_thread(wait_until, lambda: len(seen(path)) == 2)
            assert seen(path)[1]["attributes"]["ApproximateReceiveCount"] == "2", "one receive was used to find out"
        finally:
            polling.cancel()
            await asyncio.gather(polling, return_exceptions=True)
            await asyncio.to_thread(sqs.threads.shutdown)
    log = (tmp_path / "log" / "ailing.log").read_text()
    assert log.count("It takes no work until this is put right") == log.count("It works again.") == 2


async def test_code_that_cannot_be_loaded_says_nothing_of_a_message(function, logs):
    async with function("handle", module="broken") as target:
        fitness = Fitness(target, logs)
        await fitness.ask()
        assert "a_package_nobody_installed" in fitness.fault
        with pytest.raises(FunctionFailed) as failed:
            await target.invoke({})
        assert says_it_is_broken(failed.value)


async def test_no_more_messages_are_taken_than_processes_can_have(polling, queue, sqs_client, tmp_path):
    send(sqs_client, queue, tmp_path / "seen", *["nap"] * 5)
    async with polling(size=2):
        await asyncio.to_thread(wait_until, lambda: len(seen(tmp_path / "seen")) == 2)
        assert counts(sqs_client, queue) == (3, 2)


async def test_maximum_concurrency_bounds_a_larger_function(polling, queue, sqs_client, tmp_path):
    send(sqs_client, queue, tmp_path / "seen", *["nap"] * 5)
    async with polling(size=4, max_concurrency=2):
        await asyncio.to_thread(wait_until, lambda: len(seen(tmp_path / "seen")) == 2)
        assert counts(sqs_client, queue) == (3, 2)


async def test_a_queue_that_does_not_answer_is_asked_again(polling, queue, sqs_client, tmp_path):
    log = tmp_path / "log/work.log"
    async with polling(url=f"{queue}-that-is-not-there"):
        await asyncio.to_thread(wait_until, lambda: log.exists() and log.read_text().count("Cannot receive") == 2)


def test_an_event_of_no_attributes():
    message = {"MessageId": "m", "ReceiptHandle": "r", "Body": "b", "MD5OfBody": "5"}
    (record,) = sqs_event("uploads", [message])["Records"]
    assert (record["attributes"], record["messageAttributes"]) == ({}, {})


@pytest.mark.parametrize("response", [None, "", {}, {"batchItemFailures": None}, {"batchItemFailures": []}])
def test_an_empty_response_is_a_complete_success(response):
    assert failed_ids(response, ["a", "b"]) == set()


def test_a_response_names_what_failed():
    assert failed_ids({"batchItemFailures": [{"itemIdentifier": "b"}]}, ["a", "b"]) == {"b"}


@pytest.mark.parametrize(
    "response",
    [
        "text",
        7,
        [],
        {"batchItemFailures": "b"},
        {"batchItemFailures": ["b"]},
        {"batchItemFailures": [{"itemIdentifier": ""}]},
        {"batchItemFailures": [{"itemIdentifier": None}]},
        {"batchItemFailures": [{"wrongName": "b"}]},
        {"batchItemFailures": [{"itemIdentifier": "not in the batch"}]},
    ],
)
def test_a_malformed_response_is_a_complete_failure(response):
    with pytest.raises(MalformedResponse):
        failed_ids(response, ["a", "b"])
