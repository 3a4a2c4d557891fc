"""moto's SQS with the turns of `local.storage.turns`, and a fault of it mended."""

from collections import Counter
from collections.abc import Callable
from typing import Any, Final
from weakref import WeakKeyDictionary

from moto.sqs.models import Message, Queue, SQSBackend

from local.storage.turns import Turns

BATCH: Final = 10  # messages one receive takes at most

_turns: "WeakKeyDictionary[Queue, Turns]" = WeakKeyDictionary()


def install() -> None:
    """Make this process's moto take turns. Call it once, before moto serves anything."""
    Queue.messages = property(_in_turn)  # type: ignore[assignment, method-assign]  # moto has no other way in
    SQSBackend.receive_message = _noting(SQSBackend.receive_message)  # type: ignore[method-assign]
    Queue.delete_message = _locked(Queue.delete_message)  # type: ignore[assignment, method-assign]


def _in_turn(queue: Queue) -> list[Message]:
    """The messages that can be received now, the next first."""
    waiting: list[Message] = []
    in_flight: Counter[str | None] = Counter()
    for message in list(queue._messages):
        if not message.visible:
            in_flight[message.group_id] += 1
        elif not message.delayed:
            waiting.append(message)
    return _of(queue).order(waiting, lambda message: message.group_id, in_flight, first=BATCH)


def _noting(receive_message: Callable[..., list[Message]]) -> Callable[..., list[Message]]:
    def receive_in_turn(backend: SQSBackend, queue_name: str, *rest: Any, **named: Any) -> list[Message]:
        received = receive_message(backend, queue_name, *rest, **named)
        queue = backend.get_queue(queue_name)
        _of(queue).took([message.group_id for message in received], {message.group_id for message in queue._messages})
        return received

    return receive_in_turn


def _of(queue: Queue) -> Turns:
    return _turns.setdefault(queue, Turns())


def _locked(delete_message: Callable[[Queue, str], None]) -> Callable[[Queue, str], None]:
    """Delete under the lock that sending takes: moto replaces its list of messages when it deletes one, and a
    message sent at that moment would go with the old list."""

    def delete_locked(queue: Queue, receipt_handle: str) -> None:
        with queue._messages_lock:
            delete_message(queue, receipt_handle)

    return delete_locked
