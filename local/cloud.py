"""The embedded cloud: everything Medley needs of AWS, on one machine, wired by the same table as the deployment.

    PostgreSQL          a real one, from its wheel              local.database
    S3 and SQS          moto's server, a process of its own     local.storage
    Lambda              processes with AWS's runtime client     local.compute
    event sources       SQS, schedules                          local.compute.pollers, local.compute.schedules
    API Gateway         HTTP API and WebSocket API              local.gateway

Differences to AWS, all of them: queues live in memory and are filled again after a restart (`queues_lost`), and take
turns by an order of their own (`local.storage.turns`); a worker process that dies hands its message back after 2 s; a
function has a handful of processes, not hundreds; permissions on objects alone are checked; all see one file system;
one that fails its own test (`local.compute.self_tests`) gets no messages, where Lambda sends them and takes them back.
"""

import socket
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import partial
from pathlib import Path
from typing import Any, Self

from infra.rows import Topology
from infra.topology import TOPOLOGY
from local.compute.lambda_service import Compute
from local.compute.self_tests import ToolsBroken
from local.data_directory import DataDirectory, DirectoryBroken, DirectoryInUse
from local.database.postgres import Postgres, PostgresNotStarted
from local.disk import unusable
from local.environment import ROLES, Surroundings, check_overrides, logins
from local.event_loop import Running
from local.gateway.application import SOCKET_PATH, bind
from local.gateway.mailbox import SENDER, SES_PATH
from local.logs import Entry, Logs
from local.ports import taken
from local.processes import ProcessEnded
from local.storage.service import Storage, StorageNotStarted
from medley import __version__
from medley.errors import Broken
from medley.runtime.cores import usable_cores

DATABASE = "medley"


class CloudNotStarted(Exception):
    """The cloud cannot start here; the message says why, for a person."""


class Cloud:
    """One embedded cloud over one data directory. A context manager: it runs within.

    Args:
        data_dir: where everything is kept; made if missing. A restart finds what was stored.
        port: of the API on this machine; a free one by default.
        storage_port: of S3 and SQS; that of last time by default, so that links and uploads stay good, and at first a
            free one (0).
        durable: keep data through a crash of the machine. False trades that for speed.
        workers: processes of each media function; the number of cores by default.
        settings: environment variables given to the functions whose settings they are, instead of the usual ones.
        site: the folder of the built web app, which the gateway serves; it may be built later.
        echo: called with each line of the log, from another thread.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        durable: bool,
        port: int | None = None,
        storage_port: int | None = None,
        workers: int | None = None,
        settings: Mapping[str, str] | None = None,
        site: Path | None = None,
        echo: Callable[[Entry], None] | None = None,
        topology: Topology = TOPOLOGY,
    ) -> None:
        check_overrides(settings or {})
        self._directory = DataDirectory(data_dir)
        self._port = port
        self._storage_port = storage_port
        self._workers = workers or usable_cores()
        self._settings = dict(settings or {})
        self._site = site
        self._echo = echo
        self._topology = topology
        self._postgres = Postgres(self._directory.postgres, durable)
        self._durable = durable
        self._storage: Storage | None = None
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

    def __exit__(self, *_: object) -> None:
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
        """Its S3 and SQS. Raises: RuntimeError, if it does not run."""
        if self._storage is None:
            raise RuntimeError("The cloud does not run.")
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
            CloudNotStarted: the directory or a port is taken, something in the directory cannot be read or written, or
            a part does not come up. Nothing is left running.
        """
        began = time.perf_counter()
        try:
            self._directory.take()
        except DirectoryInUse as error:
            raise CloudNotStarted(str(error)) from error
        except OSError as error:
            raise CloudNotStarted(unusable(self._directory.path, error)) from error
        try:
            self._start(began)
        except BaseException as error:
            self.stop()
            if isinstance(error, OSError):
                raise CloudNotStarted(unusable(self._directory.path, error)) from error
            if isinstance(error, (DirectoryBroken, PostgresNotStarted, StorageNotStarted, ToolsBroken)):
                raise CloudNotStarted(str(error)) from error
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
        if self._storage is not None:
            self._storage.stop()
            self._storage = None
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
        token_keys = self._directory.token_keys()
        storage = self._storage = self._make_storage()
        database = self._keeper.submit(self._start_postgres)
        stored = self._keeper.submit(storage.start)
        self._starting = [database, stored]
        fresh = database.result()
        self.phases["postgres"] = time.perf_counter() - began
        stored.result()
        self._directory.keep_storage_port(storage.port)
        self.phases["storage"] = time.perf_counter() - began
        migrated = self._keeper.submit(self._migrate)
        self._starting.append(migrated)
        compute = Compute(
            self._topology,
            self._surroundings(storage, token_keys),
            workers=self._workers,
            scratch=self._directory.scratch,
            mails=self._directory.mailbox,
            logs=self._logs,
            first_events={} if fresh else {"sweep": {"queues_lost": True}},
            site=self._site,
        )
        self._running = Running(compute, bound, migrated, self._check)
        self._running.await_ready()
        migrated.result()
        self.phases["functions"] = time.perf_counter() - began
        self._logs.say(
            "cloud", f"Ready at {self.api_url}: {', '.join(f'{k} {v:.1f} s' for k, v in self.phases.items())}"
        )

    def _make_storage(self) -> Storage:
        port, of_last_time = self.api_url.rpartition(":")[2], self._directory.storage_port or 0
        return Storage(
            self._directory.storage,
            self._durable,
            port=of_last_time if self._storage_port is None else self._storage_port,
            topology=self._topology,
            secret=self._directory.access_secret(),
            origins=[f"http://{host}:{port}" for host in ("localhost", "127.0.0.1")],
        )

    def _check(self) -> None:
        """Raises: ProcessEnded, if a part beside the functions is gone; the log says so too."""
        try:
            self._postgres.require_running()
            self.storage.require_running()
        except ProcessEnded as error:
            if self._logs is not None:
                self._logs.say("cloud", str(error), "CRITICAL")
            raise

    def _bind(self) -> socket.socket:
        try:
            return bind(self._port)
        except OSError as error:
            raise CloudNotStarted(f"{taken(self._port or 0, error)} Give the API another with --port.") from error

    def _start_postgres(self) -> bool:
        """Returns whether our database is a new one."""
        self._postgres.start()
        return self._postgres.create_database(DATABASE)

    def _migrate(self) -> None:
        from medley.db.migrations import upgrade  # half a second, while the functions start

        try:
            upgrade(self.database_url)
        except Broken as error:
            if error.code != "schema_unknown":
                raise
            raise CloudNotStarted(
                f"{self._directory.path} was used by a newer Medley than this one ({__version__}). Start that one, or "
                "name another folder with --data."
            ) from error
        self._postgres.let_in(*ROLES)

    def _surroundings(self, storage: Storage, token_keys: str) -> Surroundings:
        return Surroundings(
            databases=logins(partial(self._postgres.url, DATABASE)),
            aws_url=storage.endpoint_url,
            bucket=storage.bucket,
            bucket_url=storage.endpoint_url,
            queue_urls=storage.queue_urls,
            secret_access_key=storage.secret,
            lanes=tuple(lane.name for lane in self._topology.lanes),
            http_url=self.api_url,
            socket_url=self.api_url.replace("http://", "ws://") + SOCKET_PATH,
            management_url=self.api_url,
            origins=(self.api_url.replace("//localhost", "//127.0.0.1"),),
            mail_url=self.api_url + SES_PATH,
            mail_sender=SENDER,
            token_keys=token_keys,
            ffmpeg_threads=max(1, usable_cores() // self._workers),
            overrides=self._settings,
        )
