"""Event loop of one embedded cloud, in a thread of its own, and the watch over what runs beside it."""

import asyncio
import socket
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, wait
from typing import Any, Final

from local.compute.lambda_service import Compute

_WAIT_STEP_S: Final = 0.5
_WATCH_S: Final = 0.5  # between two looks at the processes beside the loop


class Running:
    """A cloud's compute from its start to its end. `check` raises what broke, if a part beside it did: that ends it."""

    def __init__(
        self, compute: Compute, bound: socket.socket, database_ready: "Future[None]", check: Callable[[], None]
    ) -> None:
        self.compute = compute
        self._bound = bound
        self._database_ready = database_ready
        self._check = check
        self._ready: Future[None] = Future()
        self._stop: Future[None] = Future()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ended: Future[None] = Future()  # not Thread.join, which gets confused when a signal interrupts it
        # A daemon: a program that forgets to stop its cloud can still end, and takes everything along.
        self._thread = threading.Thread(target=self._run, name="cloud", daemon=True)
        self._thread.start()

    def await_ready(self) -> None:
        """Wait until the API answers. Raises: what broke before."""
        self._ready.result()

    def call(self, what: Callable[[Compute], Coroutine[Any, Any, Any]]) -> Any:
        """Do something in the loop, from another thread. Raises: RuntimeError, if it does not run."""
        if self._loop is None:
            raise RuntimeError("The cloud does not run.")
        return asyncio.run_coroutine_threadsafe(what(self.compute), self._loop).result()

    def wait(self) -> None:
        """Wait for the end. Raises: what broke."""
        # In steps: Python runs a signal's handler between two of them, and might never if the signal came in the
        # moment before a wait without end.
        while not wait([self._ended], timeout=_WAIT_STEP_S).done:
            continue
        self._ended.result()

    def stop(self) -> None:
        """End it; returns when it has ended, also by itself."""
        if not self._stop.done():
            self._stop.set_result(None)
        wait([self._ended])

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:  # carried to whoever waits, in another thread
            broken = _sole(error)
            if not self._ready.done():
                self._ready.set_exception(broken)
            self._ended.set_exception(broken)
        else:
            self._ended.set_result(None)

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        try:
            async with asyncio.TaskGroup() as group:
                watching = group.create_task(self._watch())
                await self.compute.run(
                    self._bound,
                    database_ready=asyncio.wrap_future(self._database_ready),
                    ready=lambda: self._ready.set_result(None),
                    stop=asyncio.wrap_future(self._stop),
                )
                watching.cancel()
        finally:
            self._loop = None

    async def _watch(self) -> None:
        while True:
            self._check()
            await asyncio.sleep(_WATCH_S)


def _sole(error: BaseException) -> BaseException:
    """The one error of a group, however deep, or the group if it holds several."""
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    return error
