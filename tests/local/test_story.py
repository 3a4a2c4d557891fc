"""The story of one thing out of the logs of a cloud, and what its functions count."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest

from local.board import Board, Reading
from local.logs import Entry, Logs
from local.story import read, story

A, B, C, S = ("abcd"[n] * 32 for n in range(4))
BEGAN = datetime(2026, 3, 12, 12, 0, tzinfo=UTC)


def entry(after_s: int, source: str, text: str, trace: str | None = None, level: str = "INFO") -> Entry:
    return Entry(BEGAN + timedelta(seconds=after_s), source, level, text, trace)


LINES = [
    entry(0, "gateway", "POST /v1/projects/p/generations 201  request_id=r-1", A),
    entry(1, "api", "generation ordered  request_id=r-1  generation_id=g-1", A),
    entry(3, "render", "task begun  task_id=t-1", A),
    entry(2, "plan", "generation planned  generation_id=g-1", A),
    entry(4, "gateway", "GET /v1/generations/g-1 200  request_id=r-2", B),
    entry(4, "api", "answered  request_id=r-2", B),
    entry(5, "sweep", "task missed  generation_id=g-1", S),
    entry(6, "sweep", "swept", S),
    entry(7, "cloud", "Ready"),
    entry(8, "api", "generation ordered  generation_id=g-2", C),
    entry(9, "sweep", "metrics  generation_id=g-1", None, "DEBUG"),
]


@pytest.mark.parametrize("asked", ["g-1", "r-1", "t-1", A])
def test_any_id_leads_to_the_whole_trace_in_order(asked: str) -> None:
    told = [line.text.partition("  ")[0] for line in story(LINES, asked)]
    begun = ["POST /v1/projects/p/generations 201", "generation ordered", "generation planned", "task begun"]
    assert told == begun + (["task missed"] if asked == "g-1" else [])


def test_a_pass_of_a_schedule_is_told_whole_only_where_it_is_asked_for() -> None:
    assert [line.text for line in story(LINES, S)] == ["task missed  generation_id=g-1", "swept"]
    assert [line.source for line in story(LINES, "r-2")] == ["gateway", "api"]
    assert story(LINES, "nothing") == []


def test_lines_are_read_as_they_were_written_but_for_broken_ones(tmp_path: Path) -> None:
    logs = Logs(tmp_path)
    told = {"message": "task begun", "timestamp": "2026-03-12 11:59:58,250+0000", "level": "INFO", "trace_id": "a" * 32}
    logs.line("render", json.dumps(told))
    logs.say("gateway", "GET /é 200", trace_id="b" * 32)
    logs.close()
    events = tmp_path / "events.jsonl"
    events.write_text(events.read_text() + '{"at": "2026\n[]\n{"at": 7}\n')
    first, second = read(tmp_path)
    assert (first.source, first.text, first.trace_id) == ("render", "task begun", "a" * 32)
    assert (second.text, second.trace_id) == ("GET /é 200", "b" * 32)
    assert "trace_id" not in (tmp_path / "render.log").read_text()


def emf(service: str, **values: float) -> str:
    metrics = [{"Name": name, "Unit": "Count"} for name in values]
    told = {"_aws": {"CloudWatchMetrics": [{"Metrics": metrics}]}, "service": service}
    return json.dumps(told | {name: [value] for name, value in values.items()})


def test_counts_are_added_up_and_times_are_the_last() -> None:
    board = Board()
    for line in (
        emf("sweep", passes_ended=1, outbox_oldest_s=40),
        emf("sweep", passes_ended=1, outbox_oldest_s=3),
        emf("api", apps_left_out=2),
        '{"_aws": {}}',
        '{"_aws": 7, "message": "odd"}',
        'not JSON "_aws"',
        "plain",
    ):
        board.read(line)
    assert board.readings() == [
        Reading("apps_left_out", "api", 2, 2),
        Reading("outbox_oldest_s", "sweep", 3, 40),
        Reading("passes_ended", "sweep", 2, 1),
    ]


@pytest.mark.anyio
async def test_the_page_shows_them_as_prometheus_reads_them(gateway, logs):  # type: ignore[no-untyped-def]
    async with gateway() as host, httpx2.AsyncClient(base_url=f"http://{host}") as client:
        logs.line("sweep", emf("sweep", passes_ended=3))
        page = await client.get("/dev/metrics")
        assert page.text == 'medley_passes_ended{service="sweep"} 3\n'
        assert page.headers["content-type"].startswith("text/plain; version=0.0.4")
        elsewhere = await client.get("/dev/metrics", headers={"host": "evil.example.com"})
        assert (elsewhere.status_code, elsewhere.text) == (403, "The metrics answer this machine alone.\n")
        assert (await client.post("/dev/metrics")).status_code == 405
