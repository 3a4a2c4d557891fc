"""The edge of every function that a queue feeds: one message at a time, and one policy for what goes wrong.

| what `handle_message` raises | what becomes of the message                                                      |
|------------------------------|----------------------------------------------------------------------------------|
| nothing                      | acknowledged                                                                     |
| Rejected                     | logged and acknowledged: it will never work as it stands                         |
| Unavailable                  | fails; comes again after 5 s, 15 s, 45 s and so on: an outage takes its time     |
| Broken, anything else        | fails; comes again after 2 s, 4 s, 8 s and so on, soon to end as a dead letter   |

A function that finds out that its own tools are broken raises SelfTestFailed instead of answering: no message is judged
then, and all come again. It is asked whether it can work by the event SELF_TEST, which an event source sends before it
sends messages, and asks itself when a message fails for a reason that is nobody else's.

A message that fails is received again until its queue's `maxReceiveCount`, then moves to the dead-letter queue.
One that cannot be decoded is a ValidationError, so it goes that way too. Visibility is six times the function's
time-out, too long to wait for a retry, so a failed message is handed back at once with the delay above.
"""

import logging
from collections.abc import Callable
from typing import Any, Final, Protocol

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from medley.errors import QueueUnavailable, Rejected, SelfTestFailed, Unavailable

HandBack = Callable[[str, str, int], None]
"""Make the message of a queue's ARN and a receipt handle visible again after some seconds; may raise
QueueUnavailable. `medley.aws.queues.HandBack` is one."""

DELAY_S_MAX: Final = 900
SELF_TEST: Final = {"self_test": True}
"""The event that asks a function whether its tools work: it answers as to no messages, or raises SelfTestFailed."""

logger = logging.getLogger(__name__)


class SelfTest(Protocol):
    """What a function tries out of itself. Both raise SelfTestFailed, or Unavailable if nothing can be tried."""

    def require(self) -> None:
        """Try it unless it has passed."""
        ...

    def repeat(self) -> None:
        """Try it though it has passed."""
        ...


def process(
    event: dict[str, Any],
    context: LambdaContext,
    handle_message: Callable[[str], None],
    *,
    hand_back: HandBack | None = None,
    self_test: SelfTest | None = None,
) -> PartialItemFailureResponse:
    """Call `handle_message` with each message's body, in order; returns which messages failed.

    A message that fails does not stop those after it. Without `hand_back`, it waits out its visibility.

    Raises:
        SelfTestFailed: the function cannot do its work. Unavailable: it cannot try.
    """
    if self_test is not None:
        self_test.require()
    if event == SELF_TEST:
        return {"batchItemFailures": []}

    broken: list[SelfTestFailed] = []

    def handle(record: SQSRecord) -> None:
        if broken:
            raise broken[0]
        try:
            handle_message(record.body)
        except Rejected as error:
            logger.warning(
                "message rejected",
                extra={"message_id": record.message_id, "code": error.code, "reason": error.message},
            )
        except Exception as error:
            if (fault := _own_fault(error, self_test)) is not None:
                broken.append(fault)
                raise fault from error
            received = int(record.attributes.approximate_receive_count)
            delay_s = backoff_s(error, received)
            logger.exception(
                "message failed",
                extra={"message_id": record.message_id, "received": received, "delay_s": delay_s},
            )
            if hand_back is not None:
                _try_to_hand_back(hand_back, record, delay_s)
            raise

    processor = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)
    answer = process_partial_response(event, handle, processor, context)
    if broken:
        raise broken[0]
    return answer


def _own_fault(error: Exception, self_test: SelfTest | None) -> SelfTestFailed | None:
    """What the self-test says of a message that failed, unless what failed is outside, or nothing can be tried."""
    if self_test is None or isinstance(error, Unavailable):
        return None
    try:
        self_test.repeat()
    except SelfTestFailed as fault:
        return fault
    except Unavailable:
        return None
    return None


def backoff_s(error: Exception, received: int) -> int:
    """Seconds until a message that failed with `error` when received for the `received`-th time is tried again."""
    exponent = min(received, 10)
    delay: int = 5 * 3 ** (exponent - 1) if isinstance(error, Unavailable) else 2**exponent
    return min(delay, DELAY_S_MAX)


def _try_to_hand_back(hand_back: HandBack, record: SQSRecord, delay_s: int) -> None:
    try:
        hand_back(record.event_source_arn, record.receipt_handle, delay_s)
    except QueueUnavailable:  # then it comes back when its visibility runs out
        logger.warning("message not handed back", exc_info=True, extra={"message_id": record.message_id})
