"""Invocations: what passes between an event source and a function's process, and how it can fail.

The error types and their wording are Lambda's own, so that a log reads the same on one machine and in an account.
"""

from dataclasses import dataclass

ACCOUNT_ID = "123456789012"
REGION = "us-east-1"
REQUEST_BYTES = 6 * 1024**2  # Lambda's limit for a synchronous invocation
RESPONSE_BYTES = 6 * 1024**2 + 100  # Lambda's own figure


@dataclass(frozen=True)
class Invocation:
    """One call of a function. `payload` is the event as JSON, `deadline_ms` is since the epoch."""

    request_id: str
    payload: bytes
    deadline_ms: int
    arn: str


class FunctionFailed(Exception):
    """A function did not answer with a result.

    Attributes:
        error_type: Lambda's name of the failure, or the class name of what the handler raised.
        message: for a person.
        died: the process ended without saying anything (a crash or a kill), so this says nothing about the event.
    """

    def __init__(self, error_type: str, message: str, *, died: bool = False) -> None:
        super().__init__(f"{error_type}: {message}")
        self.error_type = error_type
        self.message = message
        self.died = died


class RequestTooLarge(FunctionFailed):
    """The event is over REQUEST_BYTES; the function was not called."""

    def __init__(self, size: int) -> None:
        super().__init__(
            "RequestEntityTooLargeException",
            f"Request must be smaller than {REQUEST_BYTES} bytes for the InvokeFunction operation; it has {size}.",
        )


def function_arn(name: str) -> str:
    return f"arn:aws:lambda:{REGION}:{ACCOUNT_ID}:function:{name}"


def queue_arn(name: str) -> str:
    return f"arn:aws:sqs:{REGION}:{ACCOUNT_ID}:{name}"
