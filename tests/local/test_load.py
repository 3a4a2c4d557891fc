"""The benchmark of many people misses a push that does not come (`bench/load.py` has all of it)."""

import asyncio
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

BENCH = str(Path(__file__).parents[2] / "bench")


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The benchmark, whose folder is not a package."""
    sys.path.insert(0, BENCH)
    import load as module

    monkeypatch.setattr(module, "PATIENCE_S", 0.01)
    yield module
    sys.path.remove(BENCH)


class Socket:
    """Says this, then nothing."""

    def __init__(self, *texts: str) -> None:
        self.texts = list(texts)

    def __aiter__(self) -> "Socket":
        return self

    async def __anext__(self) -> str:
        if not self.texts:
            await asyncio.Event().wait()
        return self.texts.pop(0)


@pytest.mark.parametrize(
    ("texts", "pushed", "errors"),
    [
        (['{"type": "generation_changed", "generation_id": "g", "state": "succeeded"}'], 1, {}),
        (['{"type": "generation_changed", "generation_id": "g", "state": "running"}'], 0, {"end that no push told": 1}),
        (['{"type": "generation_changed", "generation_id": "h", "state": "failed"}'], 0, {"end that no push told": 1}),
    ],
)
def test_an_end_has_to_be_pushed(load: Any, texts: list[str], pushed: int, errors: dict[str, int]) -> None:
    tally = load.Tally()
    people = load.People(None, [], tally)

    async def ended(*_: object, **__: object) -> dict[str, Any]:
        return {"generation": {"state": "succeeded"}}

    people.call = ended

    async def follow() -> str:
        ear = load.Ear(Socket(*texts))
        state: str = await people._end_of(None, ear, "g", time.monotonic() + 60)
        await ear.close()
        return state

    assert asyncio.run(follow()) == "succeeded"
    assert (tally.ends_pushed, dict(tally.errors)) == (pushed, errors)
