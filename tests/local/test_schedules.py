"""Schedules call their function again and again, one run at a time, whatever becomes of a run."""

import asyncio
import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from local.compute.schedules import run_schedule, scheduled_event
from tests.local.waiting import wait_until


def test_an_event_is_eventbridges():
    event = scheduled_event("relay", datetime(2026, 3, 12, 14, 0, 1, tzinfo=timezone(timedelta(hours=2))))
    assert event.pop("id")
    assert event == {
        "version": "0",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "123456789012",
        "time": "2026-03-12T12:00:01Z",
        "region": "us-east-1",
        "resources": ["arn:aws:events:us-east-1:123456789012:rule/relay"],
        "detail": {},
    }


@pytest.mark.anyio
async def test_the_clock_goes_on_after_a_failure(function, logs, tmp_path):
    notes = tmp_path / "notes"
    async with function("tick", NOTES=str(notes)) as tick:
        clock = asyncio.create_task(run_schedule(tick, 0.05, logs))
        await asyncio.to_thread(wait_until, lambda: notes.exists() and len(notes.read_text().splitlines()) >= 3)
        clock.cancel()
        await asyncio.gather(clock, return_exceptions=True)
    assert json.loads(notes.read_text().splitlines()[0])["source"] == "aws.events"
    assert "tick failed: ValueError: a failure does not stop the clock" in (tmp_path / "log/clock.log").read_text()


@pytest.mark.anyio
async def test_a_run_that_takes_longer_never_overlaps_the_next(function, logs, tmp_path):
    notes = tmp_path / "notes"
    async with function("slow_tick", size=4, NOTES=str(notes)) as tick:
        clock = asyncio.create_task(run_schedule(tick, 0.01, logs))
        await asyncio.to_thread(wait_until, lambda: notes.exists() and len(notes.read_text().splitlines()) >= 6)
        clock.cancel()
        await asyncio.gather(clock, return_exceptions=True)
    words = Path(notes).read_text().splitlines()[:6]
    assert words == ["begin", "end"] * 3
