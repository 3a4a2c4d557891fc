"""One number from a click to all that follows from it: object, messages, pushes, in the log of every function."""

import json
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest
from typer.testing import CliRunner
from websockets.sync.client import connect

from cli.main import app
from local.cloud import Cloud
from local.story import read, story
from medley_client import Client, Json

SPEC: Json = {"mode": "automatic", "order": "shuffled", "count": 3, "resolution": 480, "quality": "draft", "seed": 7}
TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = f"00-{TRACE}-b7ad6b7169203331-01"


def test_an_order_is_one_trace_through_all_functions_down_to_the_browser(
    cloud: Cloud, client: Client, project: str, ready: list[str], finish: Callable[[Json], Json]
) -> None:
    ticket = client.call("POST", "/socket-tickets")
    with connect(f"{ticket['url']}?ticket={ticket['ticket']}") as socket:
        headers = {"idempotency-key": "traced", "traceparent": PARENT}
        generation = client.call("POST", f"/projects/{project}/generations", {"spec": SPEC}, headers=headers)
        assert finish(generation)["state"] == "succeeded"
        pushes = []
        while not pushes or pushes[-1].get("state") != "succeeded":
            pushes.append(json.loads(socket.recv(timeout=10)))
    about = [push for push in pushes if push["type"] == "generation_changed"]
    assert {push["trace_id"] for push in about} == {TRACE}
    told = story(read(cloud.log_dir), generation["id"])
    assert {line.source for line in told} >= {"gateway", "api", "plan", "render", "assemble", "record"}
    assert {line.trace_id for line in told} == {TRACE}
    said = [line.text.partition("  ")[0] for line in told if line.source != "gateway"]
    place = [said.index(text) for text in ("generation ordered", "generation planned", "task begun", "recorded")]
    assert place == sorted(place)
    assert {"pushed", "segments stored", "videos stored", "generation ended"} <= set(said)


def test_so_is_an_upload_by_way_of_its_object(cloud: Cloud, uploaded: list[str]) -> None:
    for clip in uploaded:
        told = story(read(cloud.log_dir), clip)
        assert {line.source for line in told} >= {"gateway", "api", "ingest", "record"}
        assert len({line.trace_id for line in told}) == 1


@pytest.mark.usefixtures("uploaded")
def test_every_line_of_every_function_says_its_trace(cloud: Cloud) -> None:
    """But for those of a process that starts, before anything is asked of it."""
    functions = {path.stem for path in Path(cloud.log_dir).glob("*.log")} - {"gateway", "cloud", "clock", "events"}
    untold = [
        f"{line.source} {line.text}"
        for line in read(cloud.log_dir)
        if line.source in functions and line.level != "DEBUG" and line.trace_id is None
    ]
    assert not [line for line in untold if "ready for media" not in line and "  " in line], untold[:5]


def test_the_command_tells_it(cloud: Cloud, uploaded: list[str]) -> None:
    data = cloud.log_dir.parent
    told = CliRunner().invoke(app, ["trace", uploaded[0], "--data", str(data)])
    assert told.exit_code == 0
    first, *lines = told.output.splitlines()
    assert first.endswith("traces: 1")
    assert any(" ingest " in line and "clip accepted" in line for line in lines)
    unknown = CliRunner().invoke(app, ["trace", "nothing-of-this-name", "--data", str(data)])
    assert unknown.exit_code == 1


@pytest.mark.usefixtures("uploaded")
def test_what_functions_count_is_shown(cloud: Cloud) -> None:
    cloud.invoke("sweep", {})
    page = httpx2.get(f"{cloud.api_url}/dev/metrics").text
    assert 'medley_passes_ended{service="sweep"} ' in page
    assert 'medley_outbox_oldest_s{service="sweep"} ' in page
