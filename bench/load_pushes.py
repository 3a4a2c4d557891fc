"""Pushes of a person's socket: each generation's newest state, and how many came."""

import asyncio
import json
from collections import Counter

from websockets.asyncio.client import ClientConnection


class Ear:
    """Listens to one open socket until it is closed."""

    def __init__(self, socket: ClientConnection) -> None:
        self.heard: Counter[str] = Counter()  # pushes by type
        self._states: dict[str, str] = {}
        self._news = asyncio.Condition()
        self._task = asyncio.get_running_loop().create_task(self._listen(socket))

    async def ended(self, generation: str) -> str:
        """The state a generation ended in, once a push has said so."""
        async with self._news:
            await self._news.wait_for(lambda: self._states.get(generation, "running") != "running")
        return self._states[generation]

    async def close(self) -> None:
        """Listen no more."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _listen(self, socket: ClientConnection) -> None:
        async for text in socket:
            push = json.loads(text)
            kind = push.get("type", "fault")
            self.heard[kind] += 1
            if kind == "generation_changed":
                async with self._news:
                    self._states[push["generation_id"]] = push["state"]
                    self._news.notify_all()
