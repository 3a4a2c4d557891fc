"""Scratch: one bound for what all functions keep, one for what a process writes, and nothing taken from work."""

import asyncio
import os
from pathlib import Path

import pytest

from local.compute import scratch
from local.compute.invocation import FunctionFailed
from tests.local.waiting import wait_until

MIB = 1024**2


def kept(downloads: Path) -> set[str]:
    return {f"{path.parent.name}/{path.name}" for path in downloads.glob("*/*")}


def keep(downloads: Path, name: str, *, used: int, size: int = 100) -> Path:
    """A file somebody downloaded; `used` rises with the time of its last use."""
    path = downloads / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x" * size)
    os.utime(path, (1_000_000 + used, 1_000_000 + used))
    return path


def test_what_all_functions_keep_is_bounded_together(tmp_path: Path) -> None:
    for used, name in enumerate(("render/a", "assemble/b", "render/c", "ingest/d")):
        keep(tmp_path, name, used=used)
    scratch.remove_unused(tmp_path, 400)
    assert len(kept(tmp_path)) == 4
    scratch.remove_unused(tmp_path, 399)
    assert kept(tmp_path) == {"assemble/b", "render/c", "ingest/d"}
    scratch.remove_unused(tmp_path, 100)
    assert kept(tmp_path) == {"ingest/d"}


def test_what_a_task_is_using_counts_and_stays(tmp_path: Path) -> None:
    downloads, task = tmp_path / "downloads", tmp_path / "task"
    task.mkdir()
    for used, name in enumerate(("render/a", "render/b", "assemble/c")):
        keep(downloads, name, used=used)
    os.link(downloads / "render/a", task / "a")
    scratch.remove_unused(downloads, 200)
    assert kept(downloads) == {"render/a", "assemble/c"}
    scratch.remove_unused(downloads, 0)
    assert kept(downloads) == {"render/a"}
    assert (task / "a").read_bytes() == b"x" * 100


@pytest.mark.anyio
async def test_a_process_that_fills_the_disk_is_ended_and_leaves_nothing(function, tmp_path, logs):
    async with function("fill", storage_mib=2) as fill:
        within = asyncio.create_task(fill.invoke({"size": MIB, "then": str(tmp_path / "go on")}))
        await asyncio.to_thread(wait_until, lambda: list((tmp_path / "scratch").glob("*/work")))
        await scratch.end_overfull(fill)
        (tmp_path / "go on").touch()
        tmp = Path(await within)
        without_end = asyncio.create_task(fill.invoke({"size": 3 * MIB, "then": ""}))
        await asyncio.to_thread(wait_until, lambda: scratch.stored_bytes(tmp) > 2 * MIB)
        await scratch.end_overfull(fill)
        with pytest.raises(FunctionFailed) as caught:
            await without_end
        assert caught.value.died
        assert not tmp.exists()
    assert "more than 2 MiB" in "".join(path.read_text() for path in (tmp_path / "log").iterdir())


def test_what_is_behind_a_link_is_not_a_process_own(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    keep(tmp_path, "downloads/a", used=1, size=MIB)
    (tmp_path / "own" / "downloads").symlink_to(tmp_path / "downloads", target_is_directory=True)
    assert scratch.stored_bytes(tmp_path / "own") < MIB
