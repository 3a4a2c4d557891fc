"""The embedded cloud: everything Medley needs of AWS, on one machine, wired by the same table as the deployment.

    PostgreSQL          a real one, from its wheel              local.database
    S3 and SQS          moto's server, a process of its own     local.storage
    Lambda              processes with AWS's runtime client     local.compute
    event sources       SQS, schedules                          local.compute.pollers, local.compute.schedules
    API Gateway         HTTP API and WebSocket API              local.gateway

Differences to AWS, all of them: queues live in memory and are filled again after a restart (`queues_lost`), and take
turns by an order of their own (`local.storage.turns`); a worker process that dies hands its message back after 2 s; a
function has a handful of processes, not hundreds; nobody's permissions are checked; a function's settings are its own,
its view of the file system is not; one that fails its own test (`local.compute.self_tests`) gets no messages, while
Lambda's event sources send them and take them back.
"""

import errno
import socket
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from infra.rows import JOB_ROLE, REQUEST_ROLE, Topology
from infra.topology import TOPOLOGY
from local.compute.lambda_service import Compute
from local.compute.self_tests import ToolsBroken
from local.data_directory import DataDirectory, DirectoryInUse
from local.database.postgres import Postgres, PostgresNotStarted
from local.environment import Surroundings, check_overrides
from local.event_loop import Running
from local.gateway.application import SOCKET_PATH, bind
from local.logs import Entry, Logs
from local.processes import ProcessEnded
from local.storage.service import Storage, StorageNotStarted
from medley.runtime.cores import usable_cores

DATABASE = "medley"
ROLES = (REQUEST_ROLE, JOB_ROLE)
RESCUER = "sweep"  # the function that is told when the queues were lost


class CloudNotStarted(Exception):
    """The cloud cannot start here; the message says why, for a person."""


class Cloud:
    """One embedded cloud over one data directory. A context manager: it runs within.

    Args:
        data_dir: where everything is kept; made if missing. A restart finds what was stored.
        port: of the API on this machine; a free one by default.
        durable: keep data through a crash of the machine. False trades that for speed.
        workers: processes of each media function; the number of cores by default.
        settings: environment variables given to the functions whose settings they are, instead of the usual ones.
        echo: called with each line of the log, from another thread.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        durable: bool,
        port: int | None = None,
        workers: int | None = None,
        settings: Mapping[str, str] | None = None,
        echo: Callable[[Entry], None] | None = None,
        topology: Topology = TOPOLOGY,
    ) -> None:
        check_overrides(settings or {})
        self._directory = DataDirectory(data_dir)
        self._port = port
        self._workers = workers or usable_cores()
        self._settings = dict(settings or {})
        self._echo = echo
        self._topology = topology
        self._postgres = Postgres(self._directory.postgres, durable)
        self._storage = Storage(self._directory.storage, durable, topology=topology)
        self._bound: socket.socket | None = None
        self._logs: Logs | None = None
        # Its threads stay until the end: the kernel kills a child when the *thread* that started it ends.
        self._keeper: ThreadPoolExecutor | None = None
        self._starting: list[Future[Any]] = []
        self._running: Running | None = None
        self.phases: dict[str, float] = {}  # seconds from the beginning of `start` to the end of each phase

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def api_url(self) -> str:
        """Where the API answers, without a slash at the end. Raises: RuntimeError, if it does not run."""
        if self._bound is None or self._bound.fileno() < 0:
            raise RuntimeError("The cloud does not run.")
        return f"http://localhost:{self._bound.getsockname()[1]}"

    @property
    def database_url(self) -> str:
        """Where the database answers whoever may do everything in it, while the cloud runs."""
        return self._postgres.url(DATABASE)

    @property
    def storage(self) -> Storage:
        """Its S3 and SQS."""
        return self._storage

    @property
    def log_dir(self) -> Path:
        """One file for each function, queue and part of the cloud that has something to say."""
        return self._directory.log

    def pids(self, function: str) -> list[int]:
        """The processes that run one function now."""
        return self._running.compute.pids(function) if self._running else []

    def working_pids(self, function: str) -> list[int]:
        """Those of them that have an event now."""
        return self._running.compute.working_pids(function) if self._running else []

    def invoke(self, function: str, event: Any) -> Any:
        """Call a function with a JSON value, from any thread; returns its result, a JSON value.

        Raises:
            RuntimeError: the cloud does not run.
            FunctionFailed: the handler raised, ran out of time or died.
        """
        if self._running is None:
            raise RuntimeError("The cloud does not run.")
        return self._running.call(lambda compute: compute.invoke(function, event))

    def start(self) -> None:
        """Start everything; returns when the API answers.

        Raises:
            CloudNotStarted: the directory or the port is taken, or a part does not come up. Nothing is left running.
        """
        began = time.perf_counter()
        try:
            self._directory.take()
        except DirectoryInUse as error:
            raise CloudNotStarted(str(error)) from error
        try:
            self._start(began)
        except (PostgresNotStarted, StorageNotStarted, ToolsBroken) as error:
            self.stop()
            raise CloudNotStarted(str(error)) from error
        except BaseException:
            self.stop()
            raise

    def wait(self) -> None:
        """Wait until the cloud ends; a part that breaks ends it.

        Raises:
            ProcessEnded: the database, or S3 and SQS, is gone. Whatever else broke comes as it is.
        """
        if self._running is not None:
            self._running.wait()

    def stop(self) -> None:
        """Stop everything; returns when nothing is left running. Stopping a stopped one is fine."""
        if self._running is not None:
            self._running.stop()
            self._running = None
        wait(self._starting)
        self._storage.stop()
        self._postgres.stop()
        if self._keeper is not None:
            self._keeper.shutdown()
            self._keeper = None
        if self._bound is not None:
            self._bound.close()
            self._bound = None
        if self._logs is not None:
            self._logs.close()
            self._logs = None
        self._directory.give_back()

    def _start(self, began: float) -> None:
        bound = self._bound = self._bind()
        self._logs = Logs(self._directory.log, self._echo)
        self._keeper = ThreadPoolExecutor(2, thread_name_prefix="keeper")
        database = self._keeper.submit(self._start_postgres)
        storage = self._keeper.submit(self._storage.start)
        self._starting = [database, storage]
        token_keys = self._directory.token_keys()
        fresh = database.result()
        self.phases["postgres"] = time.perf_counter() - began
        storage.result()
        self.phases["storage"] = time.perf_counter() - began
        migrated = self._keeper.submit(self._migrate)
        self._starting.append(migrated)
        compute = Compute(
            self._topology,
            self._surroundings(token_keys),
            workers=self._workers,
            scratch=self._directory.scratch,
            logs=self._logs,
            first_events={} if fresh else {RESCUER: {"queues_lost": True}},
        )
        self._running = Running(compute, bound, migrated, self._check)
        self._running.await_ready()
        migrated.result()
        self.phases["functions"] = time.perf_counter() - began
        told = ", ".join(f"{phase} {seconds:.1f} s" for phase, seconds in self.phases.items())
        self._logs.say("cloud", f"Ready at {self.api_url} ({told})")

    def _check(self) -> None:
        """Raises: ProcessEnded, if a part beside the functions is gone; the log says so too."""
        try:
            self._postgres.require_running()
            self._storage.require_running()
        except ProcessEnded as error:
            if self._logs is not None:
                self._logs.say("cloud", str(error), "CRITICAL")
            raise

    def _bind(self) -> socket.socket:
        try:
            return bind(self._port)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            raise CloudNotStarted(f"Port {self._port} is in use by another program.") from error

    def _start_postgres(self) -> bool:
        """Returns whether our database is a new one."""
        self._postgres.start()
        return self._postgres.create_database(DATABASE)

    def _migrate(self) -> None:
        from medley.db.migrations import upgrade  # half a second, while the functions start

        upgrade(self.database_url)
        self._postgres.let_in(*ROLES)

    def _surroundings(self, token_keys: str) -> Surroundings:
        return Surroundings(
            database_urls={role: self._postgres.url(DATABASE, role) for role in ROLES},
            aws_url=self._storage.endpoint_url,
            bucket=self._storage.bucket,
            queue_urls=self._storage.queue_urls,
            lanes=tuple(lane.name for lane in self._topology.lanes),
            http_url=self.api_url,
            socket_url=self.api_url.replace("http://", "ws://") + SOCKET_PATH,
            management_url=self.api_url,
            token_keys=token_keys,
            ffmpeg_threads=max(1, usable_cores() // self._workers),
            overrides=self._settings,
        )
