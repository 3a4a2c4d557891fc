"""Pollers, the embedded SQS event sources: a queue's messages become a function's events, as Lambda does it.

Kept: batch size, maximum concurrency, the event's exact shape, partial batch responses (`ReportBatchItemFailures`,
a malformed one fails the whole batch), deletion of what succeeded only, visibility and redrive, which are the
queue's own. One deliberate difference: where a process died without a word, its messages are handed back after
DIED_VISIBILITY_S instead of after the queue's visibility time-out. Lambda replaces a broken host's work by itself
in minutes at worst; half an hour of waiting after a crash would be a poor thing to have on one's own machine.
"""

import asyncio
import base64
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from infra.rows import QueueTrigger
from local.compute.functions import Function
from local.compute.invocation import REGION, FunctionFailed, queue_arn
from local.compute.self_tests import Fitness, says_it_is_broken
from local.logs import Logs

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

DIED_VISIBILITY_S = 2
WAIT_S = 5  # of one long poll; what a stop waits for at most if the queues outlive the poller
_RETRY_S = 1.0  # after SQS did not answer


class MalformedResponse(Exception):
    """A function's partial batch response that Lambda does not understand."""


def sqs_event(queue: str, messages: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The event for messages as `receive_message` returns them."""
    return {
        "Records": [
            {
                "messageId": message["MessageId"],
                "receiptHandle": message["ReceiptHandle"],
                "body": message["Body"],
                "attributes": dict(message.get("Attributes", {})),
                "messageAttributes": {
                    name: _message_attribute(value) for name, value in message.get("MessageAttributes", {}).items()
                },
                "md5OfBody": message["MD5OfBody"],
                "eventSource": "aws:sqs",
                "eventSourceARN": queue_arn(queue),
                "awsRegion": REGION,
            }
            for message in messages
        ]
    }


def _message_attribute(value: Mapping[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = {"stringListValues": [], "binaryListValues": [], "dataType": value["DataType"]}
    if "StringValue" in value:
        shown["stringValue"] = value["StringValue"]
    if "BinaryValue" in value:
        shown["binaryValue"] = base64.b64encode(value["BinaryValue"]).decode()
    return shown


def failed_ids(response: Any, message_ids: Iterable[str]) -> set[str]:
    """Which messages a partial batch response names; none for an empty response, which is a complete success.

    Raises:
        MalformedResponse: the response is not one, or names a message that was not in the batch. Lambda then takes
            the whole batch as failed.
    """
    if response is None or response == "":
        return set()
    if not isinstance(response, dict):
        raise MalformedResponse(f"The function returned a {type(response).__name__}, not a partial batch response.")
    items = response.get("batchItemFailures") or []
    if not isinstance(items, list):
        raise MalformedResponse("batchItemFailures is not a list.")
    known = set(message_ids)
    failed = set()
    for item in items:
        identifier = item.get("itemIdentifier") if isinstance(item, dict) else None
        if identifier not in known:
            raise MalformedResponse(f"batchItemFailures names {identifier!r}, which is not in the batch.")
        failed.add(identifier)
    return failed


@dataclass(frozen=True)
class Sqs:
    """A boto3 client that is called from threads of its own, so that long polls do not hold up anything else."""

    client: "SQSClient"
    threads: ThreadPoolExecutor

    async def call(self, method: Callable[..., Any], **arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self.threads, lambda: method(**arguments))


class QueuePoller:
    """Feeds one function with one queue's messages."""

    def __init__(
        self,
        sqs: Sqs,
        trigger: QueueTrigger,
        queue_url: str,
        function: Function,
        logs: Logs,
        *,
        fitness: Fitness | None = None,
        wait_s: int = WAIT_S,
    ) -> None:
        self._sqs = sqs
        self._trigger = trigger
        self._url = queue_url
        self._function = function
        self._logs = logs
        self._fitness = fitness
        self._wait_s = wait_s
        # A message is taken only when a process can have it: waiting here would use up its visibility.
        self._slots = asyncio.Semaphore(min(trigger.max_concurrency or function.size, function.size))

    async def run(self) -> None:
        """Poll until cancelled; batches being worked on are abandoned then, and come back by their visibility."""
        async with asyncio.TaskGroup() as batches:
            while True:
                await self._slots.acquire()
                if self._fitness is not None:
                    await self._fitness.found()
                messages = await self._receive()
                if messages:
                    batches.create_task(self._process(messages))
                else:
                    self._slots.release()

    async def _receive(self) -> Sequence[Mapping[str, Any]]:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            answer = await self._sqs.call(
                self._sqs.client.receive_message,
                QueueUrl=self._url,
                MaxNumberOfMessages=min(self._trigger.batch, 10),
                WaitTimeSeconds=self._wait_s,
                AttributeNames=["All"],
                MessageAttributeNames=["All"],
            )
        except (BotoCoreError, ClientError) as error:
            self._complain(f"Cannot receive: {error}")
            await asyncio.sleep(_RETRY_S)
            return []
        messages: Sequence[Mapping[str, Any]] = answer.get("Messages", [])
        return messages

    async def _process(self, messages: Sequence[Mapping[str, Any]]) -> None:
        try:
            response = await self._function.invoke(sqs_event(self._trigger.queue, messages))
            failed = failed_ids(response, [message["MessageId"] for message in messages])
            await self._delete([message for message in messages if message["MessageId"] not in failed])
        except FunctionFailed as failure:
            self._complain(f"{len(messages)} message(s) failed: {failure}")
            broken = self._fitness is not None and says_it_is_broken(failure)
            if self._fitness is not None and broken:
                self._fitness.lost(failure)
            if failure.died or broken:
                await self._hand_back(messages)
        except MalformedResponse as error:
            self._complain(f"{len(messages)} message(s) failed: {error}")
        finally:
            self._slots.release()

    async def _delete(self, messages: Sequence[Mapping[str, Any]]) -> None:
        if messages:
            entries = [{"Id": str(n), "ReceiptHandle": item["ReceiptHandle"]} for n, item in enumerate(messages)]
            await self._tell("delete", self._sqs.client.delete_message_batch, entries)

    async def _hand_back(self, messages: Sequence[Mapping[str, Any]]) -> None:
        entries = [
            {"Id": str(n), "ReceiptHandle": item["ReceiptHandle"], "VisibilityTimeout": DIED_VISIBILITY_S}
            for n, item in enumerate(messages)
        ]
        await self._tell("hand back", self._sqs.client.change_message_visibility_batch, entries)

    async def _tell(self, what: str, method: Callable[..., Any], entries: list[dict[str, Any]]) -> None:
        """A batch call whose failure means no more than that the messages come again."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            answer = await self._sqs.call(method, QueueUrl=self._url, Entries=entries)
        except (BotoCoreError, ClientError) as error:
            self._complain(f"Cannot {what} {len(entries)} message(s): {error}")
            return
        for refused in answer.get("Failed", []):
            self._complain(f"Cannot {what} a message: {refused.get('Code')} {refused.get('Message', '')}")

    def _complain(self, text: str) -> None:
        self._logs.say(self._trigger.queue, text, "WARNING")
