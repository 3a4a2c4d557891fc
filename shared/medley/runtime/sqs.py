"""The edge of every function that a queue feeds: one message at a time, what goes wrong by `medley.domain.retries`.

| what `handle_message` raises | what becomes of the message                                                          |
|------------------------------|--------------------------------------------------------------------------------------|
| nothing                      | acknowledged                                                                         |
| Rejected                     | logged and acknowledged: it will never work as it stands                             |
| Unavailable                  | postponed: sent anew with a delay, and acknowledged. An outage uses up no receives   |
| Broken, anything else        | fails; comes again after 2 s, 4 s and so on, soon to end as a dead letter            |

A function that finds out that its own tools are broken raises SelfTestFailed instead of answering: no message is judged
then, and all come again. It is asked whether it can work by the event SELF_TEST, which an event source sends before it
sends messages, and asks itself when a message fails for a reason that is nobody else's.

A message that fails is received again until its queue's `maxReceiveCount`, then moves to the dead-letter queue: a guard
against what takes the process down. One that cannot be decoded is a ValidationError, so it goes that way too.
Visibility is six times the function's time-out, too long to wait for a retry, so a failed message is handed back at
once with the delay above. Where nothing can be postponed (a queue of dead letters, which knows no receives to count),
a message is handed back instead.

A batch watches its clock: what there is no time left to begin is given back untouched.
"""

import logging
from collections.abc import Callable
from typing import Any, Final, Protocol

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from medley import tracing
from medley.domain import retries
from medley.errors import MedleyError, Rejected, SelfTestFailed, Unavailable

DelayedRetry = Callable[[str, str, int], None]
"""Make the message of a queue's ARN and a receipt handle visible again after some seconds; may raise Unavailable or
Broken. `medley.aws.queues.DelayedRetry` is one."""

POSTPONED: Final = "postponed"  # the attribute that says how often a message was
SELF_TEST: Final = {"self_test": True}
"""The event that asks a function whether its tools work: it answers as to no messages, or raises SelfTestFailed."""

logger = logging.getLogger(__name__)


class Postpone(Protocol):
    """Sends a message anew; `medley.aws.queues.Postpone` is one."""

    def __call__(self, queue_arn: str, body: str, group: str | None, *, delay_s: int, postponed: int) -> None:
        """Show `body` after `delay_s`, in the same group, with `postponed` as its attribute of that name.

        Raises:
            Unavailable, Broken: it was not sent.
        """
        ...


class NoTime(Unavailable):
    """A message that the batch has no time left for."""

    default_code = "batch_out_of_time"


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
    hand_back: DelayedRetry | None = None,
    postpone: Postpone | None = None,
    margin_s: float = 0.0,
    self_test: SelfTest | None = None,
) -> PartialItemFailureResponse:
    """Call `handle_message` with each message's body, in order; returns which messages failed.

    A message that fails does not stop those after it. With less than `margin_s` left, how long one may take, no other
    than the first is begun. Without `hand_back`, a message that fails waits out its visibility.

    Raises:
        SelfTestFailed: the function cannot do its work. Unavailable: it cannot try.
    """
    if self_test is not None:
        self_test.require()
    if event == SELF_TEST:
        return {"batchItemFailures": []}

    begun = False
    broken: list[SelfTestFailed] = []

    def handle(record: SQSRecord) -> None:
        with tracing.follow(_attribute(record, tracing.TRACEPARENT), record.event_source_arn.rpartition(":")[2]):
            handle_traced(record)

    def handle_traced(record: SQSRecord) -> None:
        nonlocal begun
        if broken:
            raise broken[0]
        try:
            if begun and _time_is_over(context, margin_s):
                raise NoTime("The time of this batch is over.")  # noqa: TRY301 - one place says what becomes of it
            begun = True
            handle_message(record.body)
        except Exception as error:
            if (fault := _own_fault(error, self_test)) is not None:
                broken.append(fault)
                raise fault from error
            if not _is_done_with(record, error, postpone):
                _fail(record, error, hand_back)
                raise

    processor = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)
    answer = process_partial_response(event, handle, processor, context)
    if broken:
        raise broken[0]
    return answer


def _own_fault(error: Exception, self_test: SelfTest | None) -> SelfTestFailed | None:
    """What the self-test says of a message that failed, unless what failed is outside, or nothing can be tried."""
    if self_test is None or isinstance(error, Unavailable | Rejected):
        return None
    try:
        self_test.repeat()
    except SelfTestFailed as fault:
        return fault
    except Unavailable:
        return None
    return None


def _time_is_over(context: LambdaContext, margin_s: float) -> bool:
    return margin_s > 0 and context.get_remaining_time_in_millis() < margin_s * 1000


def _is_done_with(record: SQSRecord, error: Exception, postpone: Postpone | None) -> bool:
    """True if the message is to be acknowledged: it is of no use, or was sent anew."""
    about = {"message_id": record.message_id, "code": getattr(error, "code", type(error).__name__)}
    match _outcome(record, error):
        case retries.Acknowledge():
            logger.warning("message rejected", extra={**about, "reason": str(error)})
            return True
        case retries.Postpone(after_s) if postpone is not None:
            times = _postponed(record) + (0 if isinstance(error, NoTime) else 1)
            group = record.attributes.message_group_id
            try:
                postpone(record.event_source_arn, record.body, group, delay_s=after_s, postponed=times)
            except MedleyError:  # then it is handed back like any other
                logger.warning("message not postponed", exc_info=True, extra=about)
                return False
            logger.warning("message postponed", extra={**about, "reason": str(error), "delay_s": after_s})
            return True
        case _:
            return False


def _fail(record: SQSRecord, error: Exception, hand_back: DelayedRetry | None) -> None:
    """Log it, and show the message again when its time has come."""
    outcome = _outcome(record, error, postponed=_received(record) - 1)
    delay_s = 0 if isinstance(outcome, retries.Acknowledge) else outcome.after_s
    about = {"message_id": record.message_id, "received": _received(record), "delay_s": delay_s}
    logger.error("message failed", exc_info=error, extra=about)
    if hand_back is None:
        return
    try:
        hand_back(record.event_source_arn, record.receipt_handle, delay_s)
    except MedleyError:  # then it comes back when its visibility runs out
        logger.warning("message not handed back", exc_info=True, extra={"message_id": record.message_id})


def _outcome(record: SQSRecord, error: Exception, *, postponed: int | None = None) -> retries.MessageOutcome:
    if isinstance(error, NoTime):
        return retries.Postpone(0)
    times = _postponed(record) if postponed is None else postponed
    return retries.of_message(error, received=_received(record), postponed=times)


def _received(record: SQSRecord) -> int:
    return int(record.attributes.approximate_receive_count)


def _postponed(record: SQSRecord) -> int:
    """How often the message was postponed before."""
    said = _attribute(record, POSTPONED) or ""
    return int(said) if said.isdecimal() else 0


def _attribute(record: SQSRecord, name: str) -> str | None:
    found: str | None = record.raw_event.get("messageAttributes", {}).get(name, {}).get("stringValue")
    return found
