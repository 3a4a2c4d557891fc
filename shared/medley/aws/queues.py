"""Messages to SQS: `Queue` of `medley.ports.cloud`; handing a received message back, or postponing it."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, Self

from medley import tracing
from medley.aws import clients
from medley.aws.errors import translated
from medley.errors import Broken, QueueUnavailable
from medley.limits import MESSAGE_BYTES
from medley.ports.cloud import Message
from medley.settings import AwsSettings, QueueSettings

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageAttributeValueTypeDef, SendMessageBatchRequestEntryTypeDef

BATCH_MESSAGES: Final = 10  # SQS's limit
BATCH_BYTES: Final = MESSAGE_BYTES
ATTRIBUTE_BYTES: Final = len(tracing.TRACEPARENT) + len("String") + tracing.CARRIED_BYTES
_NOT_IN_FLIGHT: Final = ("MessageNotInflight", "InvalidParameterValue", "ReceiptHandleIsInvalid")

logger = logging.getLogger(__name__)


class SqsQueue:
    """The queues of `urls` (name -> URL), all of them standard ones."""

    def __init__(self, client: "SQSClient", urls: Mapping[str, str]) -> None:
        self._client = client
        self._urls = urls

    @classmethod
    def from_environment(cls) -> Self:
        """The queues AWS_* and QUEUE_URLS name."""
        return cls(clients.sqs(AwsSettings()), QueueSettings().urls)

    def send(self, messages: Sequence[Message]) -> Sequence[Message]:
        """Send all, in as few calls as their queues and sizes allow; returns those that were refused.

        A message over 1 MiB is among them without being sent: it would take its batch down with it.

        `MessageGroupId` on a standard queue orders nothing: it is whose turn it is (SQS fair queues).

        Raises:
            QueueUnavailable: the service does not answer; some may have been sent.
            Broken: code `unknown_queue`; nothing was sent.
        """
        for message in messages:
            if message.queue not in self._urls:
                raise Broken(f"This function may not send to {message.queue!r}.", code="unknown_queue")
        too_long = [message for message in messages if len(message.body.encode()) > BATCH_BYTES]
        for message in too_long:
            logger.error("message over 1 MiB", extra={"queue": message.queue, "group": message.group})
        fitting = (message for message in messages if message not in too_long)
        refused = list(too_long)
        for queue, group in groupby(sorted(fitting, key=attrgetter("queue")), key=attrgetter("queue")):
            for batch in batches(list(group)):
                refused += self._send_batch(queue, batch)
        return refused

    def _send_batch(self, queue: str, batch: Sequence[Message]) -> Iterator[Message]:
        entries: list[SendMessageBatchRequestEntryTypeDef] = [
            {
                "Id": str(n),
                "MessageBody": message.body,
                "MessageGroupId": message.group,
                "DelaySeconds": message.delay_s,
                "MessageAttributes": _attributes(message.trace or tracing.carried(), len(message.body.encode())),
            }
            for n, message in enumerate(batch)
        ]
        with translated(QueueUnavailable, f"Cannot send to {queue}"):
            answer = self._client.send_message_batch(QueueUrl=self._urls[queue], Entries=entries)
        for failed in answer.get("Failed", []):
            logger.error("message refused", extra={"queue": queue, "code": failed["Code"]})
            yield batch[int(failed["Id"])]


def batches(messages: Sequence[Message]) -> Iterator[Sequence[Message]]:
    """Cut into runs that one SendMessageBatch takes: at most 10 messages and 1 MiB of bodies and attributes."""
    batch: list[Message] = []
    size = 0
    for message in messages:
        length = min(len(message.body.encode()) + ATTRIBUTE_BYTES, BATCH_BYTES)
        if batch and (len(batch) == BATCH_MESSAGES or size + length > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(message)
        size += length
    if batch:
        yield batch


def _attributes(trace: str | None, body_bytes: int) -> dict[str, "MessageAttributeValueTypeDef"]:
    """What a message tells beside its body: its trace, where there is one and room for it."""
    if trace is None or body_bytes + ATTRIBUTE_BYTES > BATCH_BYTES:
        return {}
    return {tracing.TRACEPARENT: {"DataType": "String", "StringValue": trace}}


class DelayedRetry:
    """Makes a received message visible again before its visibility time-out. See `medley.runtime.sqs`."""

    def __init__(self, client: "SQSClient", endpoint_url: str | None = None) -> None:
        self._client = client
        self._endpoint_url = endpoint_url

    @classmethod
    def from_environment(cls) -> Self:
        """For the queues of the account AWS_* names."""
        settings = AwsSettings()
        return cls(clients.sqs(settings), settings.endpoint_url)

    def __call__(self, queue_arn: str, receipt_handle: str, delay_s: int) -> None:
        """Show the message again after `delay_s` (0 to 43,200).

        Raises:
            QueueUnavailable: also when the message's visibility has run out meanwhile: code `not_in_flight`.
            Broken: this function may not.
        """
        late = QueueUnavailable("This message is not in flight any more.", code="not_in_flight")
        with translated(QueueUnavailable, "Cannot hand a message back", dict.fromkeys(_NOT_IN_FLIGHT, late)):
            self._client.change_message_visibility(
                QueueUrl=queue_url(queue_arn, self._endpoint_url),
                ReceiptHandle=receipt_handle,
                VisibilityTimeout=delay_s,
            )


class Postpone:
    """Sends a received message anew, to be shown later. See `medley.runtime.sqs`."""

    def __init__(self, client: "SQSClient", endpoint_url: str | None = None) -> None:
        self._client = client
        self._endpoint_url = endpoint_url

    @classmethod
    def from_environment(cls) -> Self:
        """For the queues of the account AWS_* names."""
        settings = AwsSettings()
        return cls(clients.sqs(settings), settings.endpoint_url)

    def __call__(self, queue_arn: str, body: str, group: str | None, *, delay_s: int, postponed: int) -> None:
        """Show `body` after `delay_s` (0 to 900) as a message that was never received.

        Raises:
            QueueUnavailable: it may have been sent, then it comes twice.
            Broken: this function may not.
        """
        fair: dict[str, Any] = {} if group is None else {"MessageGroupId": group}  # S3's events have none
        told: dict[str, MessageAttributeValueTypeDef] = {
            "postponed": {"DataType": "Number", "StringValue": str(postponed)}
        }
        with translated(QueueUnavailable, "Cannot postpone a message"):
            self._client.send_message(
                QueueUrl=queue_url(queue_arn, self._endpoint_url),
                MessageBody=body,
                DelaySeconds=delay_s,
                MessageAttributes={**told, **_attributes(tracing.carried(), len(body.encode()))},
                **fair,
            )


def queue_url(queue_arn: str, endpoint_url: str | None = None) -> str:
    """The URL of the queue `arn:aws:sqs:region:account:name`, at `endpoint_url` or at AWS."""
    _, _, _, region, account, name = queue_arn.split(":")
    return f"{endpoint_url or f'https://sqs.{region}.amazonaws.com'}/{account}/{name}"
