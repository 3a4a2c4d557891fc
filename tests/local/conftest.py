"""The embedded cloud's parts with tiny handlers: real processes, AWS's real runtime client, no application code."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from infra.topology import Function as Row
from local.function_process import Command
from local.functions import Function
from local.logs import Logs

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
        name: str, *, module: str = "sample", size: int = 1, timeout_s: int = 20, **variables: str
    ) -> AsyncIterator[Function]:
        row = Row(name, "zip", 128, timeout_s, ())
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
