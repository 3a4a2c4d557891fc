"""Process of a function, from its start to its end.

It runs AWS's runtime client against its own Runtime API (`local.compute.runtime_api`), with its own environment and
nothing else, below a supervisor (`local.process_supervisor`) that leaves nothing behind.
"""

import asyncio
import contextlib
import shutil
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE, STDOUT
from uuid import uuid4

from infra.rows import Function
from local.compute.invocation import FunctionFailed, Invocation
from local.compute.runtime_api import RuntimeApi
from local.logs import LINE_BYTES, Logs
from medley.runtime.download_cache import FOLDER

INIT_S = 60.0  # Lambda gives 10 s; several functions starting at once on a small machine need more
_SUPERVISOR = Path(__file__).parents[1] / "process_supervisor.py"
_STOP_S = 3.0  # for the supervisor to kill what is below it, before it is killed itself


@dataclass(frozen=True)
class Command:
    """What a function's processes have in common. Below `scratch` each gets a TMPDIR of its own, its /tmp; what they
    download for later tasks is one folder of theirs, so that it is bounded however many they are."""

    row: Function
    handler: str  # a dotted path, as Lambda takes it
    environment: Mapping[str, str]
    scratch: Path


class FunctionProcess:
    """One execution environment: a Runtime API, a supervisor, and the process below it.

    Below `tmp` is what it writes. `on_idle` is called each time the process waits for an event; `on_gone` if it goes
    away while waiting; `on_end` once, when it has ended, with the failure that kept it from ever getting ready, if that
    is how it ended.
    """

    def __init__(
        self,
        command: Command,
        logs: Logs,
        on_idle: "Callable[[FunctionProcess], None]",
        on_gone: "Callable[[FunctionProcess], None]",
        on_end: "Callable[[FunctionProcess, FunctionFailed | None], None]",
    ) -> None:
        self._command = command
        self._name = command.row.name
        self._logs = logs
        self._on_idle = on_idle
        self._on_gone = on_gone
        self._on_end = on_end
        self._api = RuntimeApi(self)
        self._supervisor: asyncio.subprocess.Process | None = None
        self._current: tuple[Invocation, asyncio.Future[bytes]] | None = None
        self._init_failure: FunctionFailed | None = None
        self._ready = False
        self._follower: asyncio.Task[None] | None = None
        self.tmp = command.scratch / f"{self._name}-{uuid4().hex[:8]}"
        self.busy = False  # no event may be given to it: it works on one, or is dying
        self.initialised = asyncio.Event()  # or over before it was

    @property
    def pids(self) -> Sequence[int]:
        """The command below the supervisor; adopted orphans come after it and are not listed."""
        if self._supervisor is None:
            return ()
        pid = self._supervisor.pid
        try:
            return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[:1]]
        except OSError:  # it has just ended
            return ()

    @property
    def working(self) -> bool:
        """Whether somebody waits for the result of an event it has."""
        return self._current is not None and not self._current[1].done()

    async def start(self) -> None:
        """Bring the process to life; failing to is reported as its end."""
        try:
            await self._start()
        except OSError as error:
            await self._api.close()
            self._init_failure = FunctionFailed("Runtime.StartFailed", f"Cannot start a process: {error}")
            self._logs.say(self._name, str(self._init_failure), "ERROR")
            self._ended("not started")

    async def _start(self) -> None:
        address = await self._api.start()
        downloads = self._command.scratch / FOLDER / self._name
        self.tmp.mkdir(parents=True)
        downloads.mkdir(parents=True, exist_ok=True)
        (self.tmp / FOLDER).symlink_to(downloads, target_is_directory=True)
        variables = {
            "AWS_LAMBDA_RUNTIME_API": address,
            "TMPDIR": str(self.tmp),
            "HOME": str(self.tmp),  # not the user's: their ~/.aws is none of a function's business
        }
        self._supervisor = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-S", str(_SUPERVISOR)),
            *(sys.executable, "-m", "awslambdaric", self._command.handler),
            stdin=PIPE,
            stdout=PIPE,
            stderr=STDOUT,
            cwd=self.tmp,
            env={**self._command.environment, **variables},
            start_new_session=True,  # Ctrl-C in the terminal is for the cloud, which then stops its functions
        )
        self._follower = asyncio.get_running_loop().create_task(self._follow(self._supervisor))

    async def run(self, invocation: Invocation) -> bytes:
        """Have the process, which is idle, work on one event; returns its result as JSON.

        Raises:
            FunctionFailed: as `Function.invoke`.
        """
        result: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self.busy = True
        self._current = invocation, result
        self._api.hand_over(invocation)
        try:
            async with asyncio.timeout(self._command.row.timeout_s):
                return await result
        except TimeoutError:
            text = (
                f"RequestId: {invocation.request_id} Error: Task timed out after {self._command.row.timeout_s} seconds"
            )
            self._logs.say(self._name, text, "ERROR")
            self._current = None
            await self.stop()
            raise FunctionFailed("Sandbox.Timedout", text) from None

    def say(self, text: str) -> None:
        """Write an error to the function's log."""
        self._logs.say(self._name, text, "ERROR")

    async def stop(self) -> None:
        """Kill the process and everything below it; returns when it has ended."""
        if self._supervisor is None or self._follower is None:
            return
        if self._supervisor.stdin is not None:
            self._supervisor.stdin.close()
        await asyncio.wait([self._follower], timeout=_STOP_S)
        if not self._follower.done():
            with contextlib.suppress(ProcessLookupError):
                self._supervisor.kill()
            await asyncio.wait([self._follower], timeout=_STOP_S)
        if self._follower.cancel():  # something that escaped still holds the output's pipe: it is not waited for
            await asyncio.wait([self._follower])
            await self._bury("signal: SIGKILL")

    # What the Runtime API reports

    def process_ready(self) -> None:
        self._ready = True
        self.busy = False
        self.initialised.set()
        self._on_idle(self)

    def process_gone(self) -> None:
        self.busy = True
        self._on_gone(self)

    def process_answered(self, request_id: str, payload: bytes) -> None:
        if (result := self._result_of(request_id)) is not None:
            self.busy = False
            result.set_result(payload)

    def process_failed(self, request_id: str | None, failure: FunctionFailed) -> None:
        if request_id is None:
            self._init_failure = failure
        elif (result := self._result_of(request_id)) is not None:
            self.busy = False
            result.set_exception(failure)

    def _result_of(self, request_id: str) -> asyncio.Future[bytes] | None:
        """Where the result of this request goes; None if nobody waits any more."""
        if self._current is None or self._current[0].request_id != request_id or self._current[1].done():
            return None
        return self._current[1]

    # The process's life

    async def _follow(self, supervisor: asyncio.subprocess.Process) -> None:
        """Read what the process writes until it ends, then say so."""
        watchdog = asyncio.get_running_loop().call_later(INIT_S, self._give_up_on_init)
        try:
            await self._collect_output(supervisor)
            status = await supervisor.wait()
        finally:
            watchdog.cancel()
        await self._bury(_exit_reason(status))

    async def _bury(self, reason: str) -> None:
        """Remove what is left of the process and say that it ended."""
        await self._api.close()
        await asyncio.to_thread(shutil.rmtree, self.tmp, ignore_errors=True)
        self._ended(reason)

    def _give_up_on_init(self) -> None:
        if not self._ready and self._supervisor is not None and self._supervisor.stdin is not None:
            self._init_failure = FunctionFailed("Sandbox.Timedout", f"The function did not start within {INIT_S:g} s.")
            self._supervisor.stdin.close()

    async def _collect_output(self, supervisor: asyncio.subprocess.Process) -> None:
        assert supervisor.stdout is not None  # noqa: S101 - it is a pipe, see start
        rest = b""
        while chunk := await supervisor.stdout.read(65_536):
            *lines, rest = (rest + chunk).split(b"\n")
            if len(rest) > LINE_BYTES:
                lines, rest = [*lines, rest], b""
            for line in lines:
                self._logs.line(self._name, line.decode(errors="replace"))
        self._logs.line(self._name, rest.decode(errors="replace"))

    def _ended(self, reason: str) -> None:
        failure = self._init_failure
        if failure is None and not self._ready:
            failure = FunctionFailed("Runtime.ExitError", f"The process ended before it was ready: {reason}", died=True)
        if self._current is not None and (result := self._result_of(self._current[0].request_id)) is not None:
            text = f"RequestId: {self._current[0].request_id} Error: Runtime exited with error: {reason}"
            self._logs.say(self._name, text, "ERROR")
            result.set_exception(FunctionFailed("Runtime.ExitError", text, died=True))
        self.initialised.set()
        self._on_end(self, failure)


def _exit_reason(status: int) -> str:
    """Lambda's words for how a process ended; `status` is the supervisor's."""
    number = -status if status < 0 else status - 128
    if number in set(signal.Signals):
        return f"signal: {signal.Signals(number).name}"
    return f"exit status {status}"
