"""Person of a benchmark: signed in as a page is, with a new access token before the old one ends, and a socket that is
kept open as a page keeps it."""

import asyncio
import time
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

import httpx2
from load_pushes import Ear
from orders import add_clip
from websockets.asyncio.client import ClientConnection

from functions.api.cookies import REFRESH
from local.cloud import Cloud
from local.data_directory import DataDirectory
from medley.db.engine import make_engine
from medley.db.unit_of_work import SqlUnitOfWork
from medley.domain.accounts import Language
from medley.limits import ACCESS_TOKEN_S
from medley.runtime.random_secrets import RandomSecrets
from medley.runtime.system import SystemClock, TimeOrderedIds
from medley.runtime.tokens import SignedTokens
from medley.services import accounts, wallet
from medley.services.accounts import Identity
from medley.services.visitors import DEVICE

CREDITS: Final = 10_000
ROWS: Final = 6  # clips of those who only look
EARLIER_S: Final = 60.0  # than its end a token is replaced
PING_S: Final = 300.0  # as the web app does it: who is silent for ten minutes is cut off
PING: Final = '{"type": "ping"}'


@dataclass
class Person:
    """Somebody with a session. `refresh` is the value of its cookie, `ends_at` when the access token is too old."""

    id: UUID
    token: str
    refresh: str
    project: str
    ends_at: float = field(default_factory=lambda: time.monotonic() + ACCESS_TOKEN_S - EARLIER_S)
    socket: ClientConnection | None = None
    ear: Ear | None = None
    renewing: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def stay_signed_in(self, http: httpx2.AsyncClient) -> None:
        """Get the next access token, if this one is about to end. Raises: HTTPError."""
        async with self.renewing:
            if time.monotonic() < self.ends_at:
                return
            name = f"{REFRESH}_{http.base_url.port}"
            answer = await http.post("/v1/auth/refresh", headers={"cookie": f"{name}={self.refresh}"})
            answer.raise_for_status()
            kept = SimpleCookie[Any]()
            for each in answer.headers.get_list("set-cookie"):
                kept.load(each)
            if name in kept:
                self.refresh = kept[name].value
            self.token = answer.json()["access_token"]
            self.ends_at = time.monotonic() + ACCESS_TOKEN_S - EARLIER_S

    def listen(self, socket: ClientConnection) -> None:
        """Hear everything that this socket says, from now on."""
        self.socket, self.ear = socket, Ear(socket)

    async def ping(self) -> None:
        """Say something, again and again, until this is cancelled. Raises: ConnectionClosed."""
        while self.socket is not None:
            await asyncio.sleep(PING_S)
            await self.socket.send(PING)


def welcome(cloud: Cloud, data: Path, count: int, buyers: int) -> list[Person]:
    """Make so many accounts; all but the first `buyers` have clips that are only rows."""
    tokens = SignedTokens(DataDirectory(data).token_keys(), "medley", SystemClock())
    identity = Identity(TimeOrderedIds(), tokens, RandomSecrets())
    engine = make_engine(cloud.database_url)
    people = []
    for number in range(count):
        with SqlUnitOfWork(engine) as uow:
            email = f"person-{number}@example.com"
            user = uow.accounts.add_user(identity.ids.new(), email, "P", "-", Language.ENGLISH)
            if user is None:
                raise RuntimeError(f"{email} is there already")
            wallet.grant_bonus(uow, user.id, CREDITS)
            signed_in = accounts.open_session(uow, identity, user, DEVICE)
            project = uuid4()
            uow.library.add_project(project, user.id, "video_mixer", "Summer")
            uow.commit()
        for n in range(ROWS if number >= buyers else 0):
            add_clip(engine, user.id, project, n)
        people.append(Person(user.id, tokens.access(signed_in.claims), signed_in.refresh.text, str(project)))
    engine.dispose()
    return people
