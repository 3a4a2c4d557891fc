"""Functions as Lambda runs them: answers, failures, time-outs, sizes, growth, and nothing left behind."""

import asyncio
import os
import signal
from contextlib import suppress
from pathlib import Path

import pytest

from local.compute.invocation import REQUEST_BYTES, RESPONSE_BYTES, FunctionFailed, RequestTooLarge
from tests.local.waiting import is_running, wait_until

pytestmark = pytest.mark.anyio


async def test_an_event_goes_in_and_its_result_comes_out(function):
    async with function("echo", timeout_s=20) as echo:
        first = await echo.invoke({"text": "naïve ✓", "list": [1, None]})
        second = await echo.invoke([])
    assert first["event"] == {"text": "naïve ✓", "list": [1, None]}
    assert second["event"] == []
    assert first["request_id"] != second["request_id"]
    assert 15_000 < first["remaining_ms"] <= 20_000


async def test_a_process_sees_its_own_environment_alone(function, monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", "postgresql://not-for-you")
    async with function("environment", BUCKET_NAME="media") as environment:
        seen = await environment.invoke({})
    assert seen["BUCKET_NAME"] == "media"
    assert "DATABASE_URL" not in seen
    assert seen["HOME"] == seen["TMPDIR"] == seen["cwd"]
    assert Path(seen["TMPDIR"]).parent == tmp_path / "scratch"
    assert not Path(seen["TMPDIR"]).exists(), "its /tmp goes with the process"


async def test_what_is_downloaded_is_in_one_folder_for_all_processes_of_a_function(function, tmp_path):
    async with function("downloads", size=2) as downloads, function("environment") as other:
        first, second = await asyncio.gather(*(downloads.invoke({"name": name, "seconds": 0.5}) for name in "ab"))
        assert first["tmp"] != second["tmp"]
        assert first["folder"] == second["folder"] == str(tmp_path / "scratch/downloads/downloads")
        for pid in downloads.pids:
            os.kill(pid, signal.SIGKILL)
        await asyncio.to_thread(wait_until, lambda: not downloads.pids)
        for _ in range(3):  # a call may still be handed to one of those that were killed
            with suppress(FunctionFailed):
                found = (await downloads.invoke({"name": "c", "seconds": 0}))["found"]
                break
        assert set(found) == {"a", "b", "c"}
        seen = await other.invoke({})
        assert list((Path(seen["TMPDIR"]) / "downloads").iterdir()) == []


async def test_what_a_handler_raises_fails_the_call_and_the_process_stays(function):
    async with function("fail") as fail:
        pids = set()
        for _ in range(2):
            with pytest.raises(FunctionFailed, match="does not like this") as caught:
                await fail.invoke({})
            pids |= set(fail.pids)
    assert caught.value.error_type == "ValueError"
    assert not caught.value.died
    assert len(pids) == 1


async def test_a_time_out_kills_the_process_and_the_next_call_gets_a_new_one(function):
    async with function("nap", timeout_s=1) as nap:
        before = await nap.invoke({"seconds": 0})
        with pytest.raises(FunctionFailed, match="Task timed out after 1 seconds") as caught:
            await nap.invoke({"seconds": 60})
        assert not is_running(before)
        assert await nap.invoke({"seconds": 0}) != before
    assert caught.value.error_type == "Sandbox.Timedout"
    assert not caught.value.died


async def test_a_killed_process_fails_its_call_and_is_replaced(function):
    async with function("crash") as crash:
        with pytest.raises(FunctionFailed, match="signal: SIGKILL") as caught:
            await crash.invoke({})
        with pytest.raises(FunctionFailed, match="signal: SIGSEGV"):
            await crash.invoke({"signal": signal.SIGSEGV})
    assert caught.value.died
    assert caught.value.error_type == "Runtime.ExitError"


async def test_an_exit_fails_its_call(function):
    async with function("leave") as leave:
        with pytest.raises(FunctionFailed, match="exit status 3") as caught:
            await leave.invoke({"status": 3})
    assert caught.value.died


async def test_an_idle_process_that_was_killed_is_replaced(function):
    async with function("process_id") as process_id:
        pid = await process_id.invoke({})
        assert process_id.pids == [pid]
        os.kill(pid, signal.SIGKILL)
        while process_id.pids:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.01)  # for the end of its connection to be read; a call in between fails as died
        assert await process_id.invoke({}) != pid


async def test_a_module_that_cannot_be_imported_fails_each_call_readably(function, logs, tmp_path):
    async with function("handle", module="broken") as broken:
        for _ in range(2):
            with pytest.raises(FunctionFailed, match="a_package_nobody_installed") as caught:
                await broken.invoke({})
        await broken.warm()
    assert caught.value.error_type == "Runtime.ImportModuleError"
    assert not caught.value.died
    assert "a_package_nobody_installed" in (tmp_path / "log/handle.log").read_text()


async def test_a_request_may_have_six_mebibytes_and_no_more(function):
    async with function("length") as length:
        at_the_limit = "x" * (REQUEST_BYTES - 2)
        assert await length.invoke(at_the_limit) == REQUEST_BYTES - 2
        with pytest.raises(RequestTooLarge):
            await length.invoke(at_the_limit + "x")


async def test_a_response_has_its_limit(function):
    async with function("big") as big:
        assert len(await big.invoke({"size": RESPONSE_BYTES - 2})) == RESPONSE_BYTES - 2
        with pytest.raises(FunctionFailed) as caught:
            await big.invoke({"size": RESPONSE_BYTES - 1})
        assert caught.value.error_type == "Function.ResponseSizeTooLarge"
        assert await big.invoke({"size": 1}) == "x", "the function goes on"


async def test_calls_spread_over_as_many_processes_as_it_may_have(function):
    async with function("nap", size=2) as nap:
        pids = await asyncio.gather(*(nap.invoke({"seconds": 0.2}) for _ in range(6)))
        assert len(set(pids)) == 2
        assert sorted(nap.pids) == sorted(set(pids))


async def test_one_call_after_another_stays_with_one_process(function):
    async with function("process_id", size=4) as process_id:
        pids = {await process_id.invoke({}) for _ in range(20)}
    assert len(pids) == 1


async def test_warming_starts_one_process(function):
    async with function("process_id", size=2) as process_id:
        await process_id.warm()
        (pid,) = process_id.pids
        assert await process_id.invoke({}) == pid


async def test_stopping_fails_calls_and_leaves_nothing(function, tmp_path):
    async with function("spawn") as spawn:
        call = asyncio.create_task(spawn.invoke({"path": str(tmp_path / "pids"), "seconds": 60}))
        await asyncio.to_thread(wait_until, lambda: (tmp_path / "pids").exists() and (tmp_path / "pids").read_text())
        pids = [int(pid) for pid in (tmp_path / "pids").read_text().split()]
        await spawn.stop()
        with pytest.raises(FunctionFailed):
            await call
        with pytest.raises(FunctionFailed, match="stopping"):
            await spawn.invoke({})
    assert not any(is_running(pid) for pid in pids)


async def test_a_killed_process_takes_its_children_along_even_in_another_session(function, tmp_path):
    async with function("spawn") as spawn:
        call = asyncio.create_task(spawn.invoke({"path": str(tmp_path / "pids"), "seconds": 60}))
        await asyncio.to_thread(wait_until, lambda: (tmp_path / "pids").exists() and (tmp_path / "pids").read_text())
        parent, child = (int(pid) for pid in (tmp_path / "pids").read_text().split())
        os.kill(parent, signal.SIGKILL)
        with pytest.raises(FunctionFailed, match="SIGKILL"):
            await call
    assert not is_running(child)


async def test_what_a_function_writes_is_logged_for_a_person(function, tmp_path):
    async with function("write") as write:
        assert await write.invoke({}) is None
    text = (tmp_path / "log/write.log").read_text()
    assert "INFO    plain words" in text
    assert "WARNING Clip refused  clip_id=c1\n" in text
