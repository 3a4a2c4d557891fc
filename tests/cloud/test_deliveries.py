"""Every message of a whole job delivered twice, last first, and all of them once more at the end: the same end state.

The cloud runs without its pollers: the test is the queues' only reader and hands their messages over as it likes.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from infra.rows import QueueTrigger
from infra.topology import TOPOLOGY
from local.cloud import Cloud
from local.compute.pollers import sqs_event
from local.data_directory import DataDirectory
from medley_client import Client, Json

SPEC: Json = {"mode": "automatic", "order": "shuffled", "count": 4, "resolution": 480, "quality": "draft", "seed": 7}
UNREAD = replace(
    TOPOLOGY,
    functions=tuple(
        replace(row, triggers=tuple(trigger for trigger in row.triggers if not isinstance(trigger, QueueTrigger)))
        for row in TOPOLOGY.functions
    ),
)
READERS = {
    trigger.queue: row.name
    for row in TOPOLOGY.functions
    for trigger in row.triggers
    if isinstance(trigger, QueueTrigger) and not trigger.queue.endswith("-dead")
}
# What a job leaves in the database, without times and counters of work.
END_STATE = {
    "clips": "SELECT id, state, code, sha256 FROM clips",
    "generations": "SELECT id, state, plan, work_done, earned, outputs_made, outputs_failed FROM generations",
    "tasks": "SELECT id, state, waiting_on, work_done FROM tasks",
    "outputs": "SELECT generation_id, n, state, parts::text FROM outputs",
    "holds": "SELECT id, state, amount, captured FROM holds",
    "entries": "SELECT op_key, kind, balance FROM entries",
    "wallets": "SELECT user_id, available, reserved, spent FROM wallets",
}

Delivery = tuple[str, Json]  # a function and its event


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[Cloud]:
    with Cloud(tmp_path / "data", durable=False, workers=1, topology=UNREAD) as running:
        yield running
    DataDirectory(tmp_path / "data").forget()


@pytest.fixture
def client(cloud: Cloud) -> Iterator[Client]:
    """Somebody new, whose mail comes twice as all else."""
    with Client(cloud.api_url) as signed_in:
        signed_in.ask_to_sign_up("ada@example.com")
        delivered(cloud)
        signed_in.complete_sign_up(signed_in.mailed_token("ada@example.com"), "a long enough secret", "Ada")
        yield signed_in


def taken(cloud: Cloud) -> list[Delivery]:
    """Everything that is in the queues now, each message an event of its own, in the order of the queues."""
    sqs = cloud.storage.sqs()
    deliveries: list[Delivery] = []
    for queue, reader in READERS.items():
        url = cloud.storage.queue_urls[queue]
        while messages := sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"], MessageAttributeNames=["All"]
        ).get("Messages"):
            for message in messages:
                deliveries.append((reader, sqs_event(queue, [message])))
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return deliveries


def delivered(cloud: Cloud) -> list[Delivery]:
    """Deliver what is in the queues and what comes of it, each message twice and the last first."""
    history: list[Delivery] = []
    while now := taken(cloud):
        for function, event in reversed(now):
            for _ in range(2):
                assert_taken(cloud.invoke(function, event))
        history += now
    return history


def assert_taken(answer: Any) -> None:
    assert answer == {"batchItemFailures": []}


def end_state(cloud: Cloud) -> dict[str, list[Any]]:
    """Rows of the database and objects of the bucket, these with what is in them."""
    stored = cloud.storage.s3().list_objects_v2(Bucket=cloud.storage.bucket)["Contents"]
    with psycopg.connect(cloud.database_url) as connection:
        rows = {name: sorted(connection.execute(query).fetchall(), key=str) for name, query in END_STATE.items()}
    return rows | {"objects": sorted((item["Key"], item["ETag"]) for item in stored)}


def test_messages_doubled_and_reversed_end_the_same(
    cloud: Cloud, client: Client, project: str, clips: list[Path]
) -> None:
    for path in clips[:3]:
        client.upload(project, path)
    history = delivered(cloud)
    assert [clip["state"] for clip in client.settled_clips(project, 3)] == ["ready"] * 3
    generation = client.generate(project, SPEC)
    history += delivered(cloud)

    final = client.call("GET", f"/generations/{generation['id']}")["generation"]
    assert (final["state"], final["outputs_made"]) == ("succeeded", SPEC["count"])
    assert sorted(entry["kind"] for entry in client.all_items("/wallet/entries")) == ["bonus", "capture", "reserve"]
    before = end_state(cloud)
    assert len(before["outputs"]) == SPEC["count"]

    for function, event in reversed(history):
        assert_taken(cloud.invoke(function, event))
    delivered(cloud)
    assert end_state(cloud) == before
