"""The embedded cloud's parts with tiny handlers: real processes, AWS's real runtime client, no application code."""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from infra.rows import Function as Row
from local.compute.function_process import Command
from local.compute.functions import Function
from local.gateway.application import Gateway, bind, listening
from local.gateway.sockets import SocketApi
from local.logs import Logs
from local.signatures import Keys
from local.storage.service import Storage

KEYS = Keys("a secret of the tests", {"record"})  # who may push
HANDLERS = Path(__file__).parent / "handlers"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def logs(tmp_path: Path):
    logs = Logs(tmp_path / "log")
    yield logs
    logs.close()


@pytest.fixture
def function(tmp_path: Path, logs: Logs):
    """`async with function("echo") as f`: a function of tests/local/handlers/sample.py, stopped at the end."""

    @asynccontextmanager
    async def make(
        name: str,
        *,
        module: str = "sample",
        size: int = 1,
        timeout_s: int = 20,
        storage_mib: int = 512,
        **variables: str,
    ) -> AsyncIterator[Function]:
        row = Row(name, "zip", 128, timeout_s, (), storage_mib=storage_mib)
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(HANDLERS),
            "AWS_LAMBDA_FUNCTION_NAME": name,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
            **variables,
        }
        command = Command(row, f"{module}.{name}", environment, tmp_path / "scratch")
        made = Function(command, size, logs)
        try:
            yield made
        finally:
            await made.stop()

    return make


@pytest.fixture
def gateway(function, logs: Logs):
    """`async with gateway() as host`: the gateway on a free port before sample functions."""

    @asynccontextmanager
    async def make(*, integration_s: float = 20, notes: str = "", **sockets: float) -> AsyncIterator[str]:
        bound = bind()
        async with function("http", size=2) as http, function("socket", size=2, NOTES=notes) as about_sockets:
            api = Gateway(http, SocketApi(about_sockets, logs, KEYS, **sockets), logs, integration_s=integration_s)
            async with listening(api, bound):
                yield f"127.0.0.1:{bound.getsockname()[1]}"

    return make


@pytest.fixture(scope="session")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storage]:
    """The SQS the cloud uses."""
    with Storage(tmp_path_factory.mktemp("storage"), durable=False) as storage:
        yield storage
