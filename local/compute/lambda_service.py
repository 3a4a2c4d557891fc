"""Lambda service: the functions of a topology and what calls them (gateway, pollers, schedules), on one event loop."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Container, Coroutine, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from infra.rows import (
    DeployTrigger,
    HttpTrigger,
    QueueTrigger,
    ScheduleTrigger,
    Setting,
    SocketTrigger,
    Topology,
    Trigger,
)
from infra.rows import Function as Row
from local.compute.function_process import Command
from local.compute.functions import Function
from local.compute.invocation import REGION, FunctionFailed
from local.compute.pollers import WAIT_S, QueuePoller, Sqs
from local.compute.schedules import run_schedule
from local.compute.scratch import keep_within
from local.compute.self_tests import Fitness, ToolsBroken
from local.environment import ACCESS_KEY_ID, Surroundings, access_keys, function_environment
from local.gateway.application import Gateway, listening
from local.gateway.mailbox import Mailbox
from local.gateway.site import Site
from local.gateway.sockets import SocketApi
from local.logs import Logs
from local.signatures import Keys

HTTP_PROCESSES = 4  # requests answered at the same time
OTHER_PROCESSES = 2


class Compute:
    """Runs a topology in given surroundings.

    `workers` is how many processes each media function may have. `first_events` are given to the functions they
    name, once, as soon as events can come. `site` is the folder of the built web app.
    """

    def __init__(
        self,
        topology: Topology,
        surroundings: Surroundings,
        *,
        workers: int,
        scratch: Path,
        mails: Path,
        logs: Logs,
        first_events: Mapping[str, Any],
        site: Path | None = None,
    ) -> None:
        self._topology = topology
        self._scratch = scratch
        self._first_events = first_events
        self._surroundings = surroundings
        self._mails = mails
        self._site = Site(site, surroundings.aws_url) if site else None
        self._logs = logs
        self._functions = {
            row.name: Function(_command(row, surroundings, scratch), _size(row, workers), logs)
            for row in topology.functions
        }
        self._fitness = {
            name: Fitness(function, logs) for name, function in self._functions.items() if function.row.kind == "image"
        }

    def pids(self, name: str) -> list[int]:
        """The processes of one function."""
        return self._functions[name].pids

    def working_pids(self, name: str) -> list[int]:
        """Those of them that have an event now."""
        return self._functions[name].working_pids

    def faults(self) -> dict[str, str]:
        """What is wrong with functions that cannot do their work, by name."""
        return {name: fitness.fault for name, fitness in self._fitness.items() if fitness.fault is not None}

    async def invoke(self, name: str, event: Any) -> Any:
        """Call one function directly. Raises: FunctionFailed."""
        return await self._functions[name].invoke(event)

    async def run(
        self,
        bound: socket.socket,
        database_ready: Awaitable[None],
        ready: Callable[[], None],
        stop: Awaitable[None],
    ) -> None:
        """Serve until `stop` is done. Calls `ready` when the first request can be answered at once.

        The functions start while the database is still being brought up to date; events come afterwards.

        Raises:
            ToolsBroken: a function that works on media cannot.
        """
        http, about_sockets = self._one_with(HttpTrigger), self._one_with(SocketTrigger)
        sockets = SocketApi(about_sockets, self._logs, self._keys("sockets"))
        mailbox = Mailbox(self._mails, self._keys("mail"))
        gateway = Gateway(http, sockets, self._logs, mailbox=mailbox, site=self._site, faults=self.faults)
        try:
            warming = asyncio.gather(http.warm(), *(fitness.ask() for fitness in self._fitness.values()))
            await database_ready
            await warming
            if faults := self.faults():
                raise ToolsBroken(" ".join(dict.fromkeys(faults.values())))
            async with listening(gateway, bound):
                with self._sqs() as sqs:
                    async with asyncio.TaskGroup() as group:
                        tasks = [group.create_task(source) for source in self._sources(sqs)]
                        ready()
                        await stop
                        for task in tasks:
                            task.cancel()
        finally:
            await asyncio.gather(*(function.stop() for function in self._functions.values()))

    def _keys(self, setting: Setting) -> Keys:
        """Who may ask for what a setting leads to."""
        return Keys(self._surroundings.secret_access_key, frozenset(access_keys(self._topology, setting)))

    def _one_with(self, kind: type[HttpTrigger | SocketTrigger]) -> Function:
        """The function with that trigger."""
        return next(
            function
            for function in self._functions.values()
            if any(isinstance(trigger, kind) for trigger in function.row.triggers)
        )

    def _sources(self, sqs: Sqs) -> Iterator[Coroutine[Any, Any, None]]:
        """What calls functions for as long as the cloud runs, and what happens once at the start."""
        for function in self._functions.values():
            for trigger in function.row.triggers:
                match trigger:
                    case QueueTrigger(queue=queue):
                        url = self._surroundings.queue_urls[queue]
                        fitness = self._fitness.get(function.row.name)
                        yield QueuePoller(sqs, trigger, url, function, self._logs, fitness=fitness).run()
                    case ScheduleTrigger(every_s=every_s, watch=False):
                        yield run_schedule(function, every_s, self._logs)
        yield keep_within(self._scratch, self._functions.values())
        yield self._warm_the_rest()
        for name, event in self._first_events.items():
            yield self._invoke_at_start(name, event)

    async def _warm_the_rest(self) -> None:
        """Start a process of each function that answers a person or a message, one after the other: starting is all
        CPU, and somebody is waiting for answers meanwhile."""
        dead = {queue.dead_letter for queue in self._topology.queues}
        for function in self._functions.values():
            if any(_is_prompt(trigger, dead) for trigger in function.row.triggers):
                await function.warm()

    async def _invoke_at_start(self, name: str, event: Any) -> None:
        try:
            await self._functions[name].invoke(event)
        except FunctionFailed as failure:
            self._logs.say("cloud", f"{name} failed at the start: {failure}", "WARNING")

    @contextmanager
    def _sqs(self) -> Iterator[Sqs]:
        import boto3
        from botocore.config import Config

        pollers = sum(
            isinstance(trigger, QueueTrigger)
            for function in self._functions.values()
            for trigger in function.row.triggers
        )
        client = boto3.client(
            "sqs",
            region_name=REGION,
            endpoint_url=self._surroundings.aws_url,
            aws_access_key_id=ACCESS_KEY_ID,
            aws_secret_access_key=self._surroundings.secret_access_key,
            config=Config(
                read_timeout=WAIT_S + 10, retries={"total_max_attempts": 1}, max_pool_connections=2 * pollers
            ),
        )
        threads = ThreadPoolExecutor(max(1, 2 * pollers), thread_name_prefix="sqs")
        try:
            yield Sqs(client, threads)
        finally:
            threads.shutdown(wait=False, cancel_futures=True)


def _command(row: Row, surroundings: Surroundings, scratch: Path) -> Command:
    return Command(row, f"functions.{row.folder}.handler.handle", function_environment(row, surroundings), scratch)


def _size(row: Row, workers: int) -> int:
    """How many processes a function may have: Lambda would start hundreds, one machine has so many cores."""
    if row.kind == "image":
        return workers
    if any(isinstance(trigger, HttpTrigger) for trigger in row.triggers):
        return HTTP_PROCESSES
    return OTHER_PROCESSES


def _is_prompt(trigger: Trigger, dead: Container[str]) -> bool:
    """True for what should be quick from the first time on: all but schedules, deployments and dead letters."""
    return not isinstance(trigger, ScheduleTrigger | DeployTrigger) and not (
        isinstance(trigger, QueueTrigger) and trigger.queue in dead
    )
