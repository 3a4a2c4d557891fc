"""Schedules, the embedded EventBridge: a function called at its interval."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from local.compute.functions import Function
from local.compute.invocation import ACCOUNT_ID, REGION, FunctionFailed
from local.logs import Logs


def scheduled_event(function: str, at: datetime) -> dict[str, Any]:
    """What EventBridge gives a scheduled function; `at` is aware."""
    return {
        "version": "0",
        "id": str(uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": ACCOUNT_ID,
        "time": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": REGION,
        "resources": [f"arn:aws:events:{REGION}:{ACCOUNT_ID}:rule/{function}"],
        "detail": {},
    }


async def run_schedule(function: Function, every_s: float, logs: Logs) -> None:
    """Call the function every `every_s` seconds until cancelled. A run that takes longer delays the next: it never
    overlaps itself. A failure is logged and the clock goes on."""
    loop = asyncio.get_running_loop()
    due = loop.time() + every_s
    while True:
        await asyncio.sleep(due - loop.time())
        try:
            await function.invoke(scheduled_event(function.row.name, datetime.now(UTC)))
        except FunctionFailed as failure:
            logs.say("clock", f"{function.row.name} failed: {failure}", "WARNING")
        due = max(due + every_s, loop.time())
