"""The edge of every function that a queue feeds: one message at a time, and one policy for what goes wrong.

| what `handle_message` raises | what becomes of the message                                                      |
|------------------------------|----------------------------------------------------------------------------------|
| nothing                      | acknowledged                                                                     |
| Rejected                     | logged and acknowledged: it will never work as it stands                         |
| Unavailable                  | fails; comes again after 5 s, 15 s, 45 s and so on: an outage takes its time     |
| Broken, anything else        | fails; comes again after 2 s, 4 s, 8 s and so on, soon to end as a dead letter   |

A message that fails is received again until its queue's `maxReceiveCount`, then moves to the dead-letter queue.
One that cannot be decoded is a ValidationError, so it goes that way too. Visibility is six times the function's
time-out, too long to wait for a retry, so a failed message is handed back at once with the delay above.
"""

import logging
from collections.abc import Callable
from typing import Any, Final

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from medley.errors import QueueUnavailable, Rejected, Unavailable

HandBack = Callable[[str, str, int], None]
"""Make the message of a queue's ARN and a receipt handle visible again after some seconds; may raise
QueueUnavailable. `medley.aws.queues.HandBack` is one."""

DELAY_S_MAX: Final = 900

logger = logging.getLogger(__name__)


def process(
    event: dict[str, Any],
    context: LambdaContext,
    handle_message: Callable[[str], None],
    *,
    hand_back: HandBack | None = None,
) -> PartialItemFailureResponse:
    """Call `handle_message` with each message's body, in order; returns which messages failed.

    A message that fails does not stop those after it. Without `hand_back`, it waits out its visibility.
    """

    def handle(record: SQSRecord) -> None:
        try:
            handle_message(record.body)
        except Rejected as error:
            logger.warning(
                "message rejected",
                extra={"message_id": record.message_id, "code": error.code, "reason": error.message},
            )
        except Exception as error:
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
    return process_partial_response(event, handle, processor, context)


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
