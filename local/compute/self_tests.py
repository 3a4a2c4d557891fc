"""Self-tests of the embedded cloud's functions: can they do their work, by their own account? See
`medley.runtime.sqs.SELF_TEST`.

A function that cannot gets no messages: they stay in the queue, their receives unused, until it can.
"""

import asyncio
from typing import Final

from local.compute.functions import Function
from local.compute.invocation import FunctionFailed
from local.logs import Logs
from medley.errors import SelfTestFailed
from medley.runtime.sqs import SELF_TEST

RETRY_S: Final = 5.0
# Failures that say nothing of the event: the function's own verdict on itself, and Lambda's on its code.
ITS_OWN: Final = frozenset(
    {SelfTestFailed.__name__}
    | {f"Runtime.{name}" for name in ("ImportModuleError", "HandlerNotFound", "UserCodeSyntaxError")}
)


class ToolsBroken(Exception):
    """A function cannot do its work; the message says why, for a person."""


class Fitness:
    """Of one function. `fault` says what is wrong with it, for a person; None: nothing that is known."""

    def __init__(self, function: Function, logs: Logs, *, retry_s: float = RETRY_S) -> None:
        self.fault: str | None = None
        self._function = function
        self._logs = logs
        self._retry_s = retry_s

    async def ask(self) -> None:
        """Have the function test itself."""
        try:
            await self._function.invoke(SELF_TEST)
        except FunctionFailed as failure:
            self.lost(failure)
        else:
            if self.fault is not None:
                self._logs.say(self._function.row.name, "It works again.")
            self.fault = None

    def lost(self, failure: FunctionFailed) -> None:
        """The function failed to test itself, or said that it cannot work."""
        if self.fault is None:
            text = f"It takes no work until this is put right: {failure.message}"
            self._logs.say(self._function.row.name, text, "CRITICAL")
        self.fault = failure.message

    async def found(self) -> None:
        """Return when the function can work, as far as is known; asks again every now and then if it cannot."""
        while self.fault is not None:
            await asyncio.sleep(self._retry_s)
            await self.ask()


def says_it_is_broken(failure: FunctionFailed) -> bool:
    """Whether a failed call says that the function cannot work, whatever it is given."""
    return failure.error_type in ITS_OWN
