"""Functions of the embedded Lambda: each in processes of its own, started when needed and kept warm.

As in Lambda, a process (`local.compute.function_process`) serves one event at a time, a function grows to its number of
processes when events wait, a time-out kills the process, and what failed to initialise fails the event that waited
for it.
"""

import asyncio
import json
import time
from collections import deque
from typing import Any
from uuid import uuid4

from infra.rows import Function as Row
from local.compute.function_process import Command, FunctionProcess
from local.compute.invocation import REQUEST_BYTES, FunctionFailed, Invocation, RequestTooLarge, function_arn
from local.logs import Logs


class Function:
    """One function of the topology: up to `size` processes."""

    def __init__(self, command: Command, size: int, logs: Logs) -> None:
        self.size = size
        self._command = command
        self._logs = logs
        self._processes: set[FunctionProcess] = set()
        self._idle: list[FunctionProcess] = []  # the warmest last
        self._waiting: deque[asyncio.Future[FunctionProcess]] = deque()
        self._starting: set[asyncio.Task[None]] = set()
        self._stopped = False

    @property
    def row(self) -> Row:
        return self._command.row

    @property
    def processes(self) -> list[FunctionProcess]:
        """Those there are now."""
        return list(self._processes)

    @property
    def pids(self) -> list[int]:
        """The process ids of the function's own processes, not of the supervisors above them."""
        return [pid for process in self.processes for pid in process.pids]

    @property
    def working_pids(self) -> list[int]:
        """Those that have an event now."""
        return [pid for process in self.processes if process.working for pid in process.pids]

    async def invoke(self, event: Any) -> Any:
        """Call the function with a JSON value and wait for its result, a JSON value.

        Raises:
            RequestTooLarge: the event is over 6 MiB.
            FunctionFailed: the handler raised, ran out of time, could not be initialised, or the process died.
        """
        payload = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
        if len(payload) > REQUEST_BYTES:
            raise RequestTooLarge(len(payload))
        process = await self._acquire()
        deadline_ms = int((time.time() + self.row.timeout_s) * 1000)
        return json.loads(
            await process.run(Invocation(str(uuid4()), payload, deadline_ms, function_arn(self.row.name)))
        )

    async def warm(self) -> None:
        """Start one process, if there is none, and wait until it is ready or has failed to get there (it is logged)."""
        if not self._processes:
            self._start_process()
        await asyncio.gather(*(process.initialised.wait() for process in self._processes))

    async def stop(self) -> None:
        """Kill all processes; events being worked on fail."""
        self._stopped = True
        for waiting in self._live_waiting():
            waiting.set_exception(_stopping())
        await asyncio.gather(*self._starting, return_exceptions=True)
        await asyncio.gather(*(process.stop() for process in self._processes))

    async def _acquire(self) -> FunctionProcess:
        if self._stopped:
            raise _stopping()
        if self._idle:
            return self._idle.pop()
        future: asyncio.Future[FunctionProcess] = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        self._grow()
        try:
            return await future
        except asyncio.CancelledError:
            if future.done() and not future.cancelled() and future.exception() is None:
                self._on_idle(future.result())  # given a process in the moment it was cancelled: pass it on
            raise

    def _grow(self) -> None:
        """Start processes while more events wait than processes are on their way to being idle."""
        coming = sum(not process.busy for process in self._processes)
        while not self._stopped and coming < len(self._live_waiting()) and len(self._processes) < self.size:
            self._start_process()
            coming += 1

    def _live_waiting(self) -> deque["asyncio.Future[FunctionProcess]"]:
        self._waiting = deque(future for future in self._waiting if not future.done())
        return self._waiting

    def _start_process(self) -> None:
        process = FunctionProcess(self._command, self._logs, self._on_idle, self._on_gone, self._on_end)
        self._processes.add(process)
        task = asyncio.get_running_loop().create_task(process.start())
        self._starting.add(task)
        task.add_done_callback(self._starting.discard)

    def _on_idle(self, process: FunctionProcess) -> None:
        """A process waits for an event: give it one, or keep it."""
        if waiting := self._live_waiting():
            process.busy = True
            waiting.popleft().set_result(process)
        else:
            self._idle.append(process)

    def _on_gone(self, process: FunctionProcess) -> None:
        """An idle process is dying: its connection says so a little before the operating system does."""
        if process in self._idle:
            self._idle.remove(process)

    def _on_end(self, process: FunctionProcess, init_failure: FunctionFailed | None) -> None:
        """A process is gone. If it never got ready, the event that waited longest fails: trying again is its source's
        affair, as in Lambda; otherwise a wrong import would start processes for ever."""
        self._processes.discard(process)
        self._on_gone(process)
        if init_failure is not None and (waiting := self._live_waiting()):
            waiting.popleft().set_exception(init_failure)
        self._grow()


def _stopping() -> FunctionFailed:
    return FunctionFailed("ServiceException", "The cloud is stopping.", died=True)
