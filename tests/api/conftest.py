"""The API with a real database and real signatures; only the network to AWS is played."""

import io
import json
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID

import pytest
from sqlalchemy import Engine

from functions.api.dependencies import Dependencies
from local.environment import ACCESS_KEY_ID
from medley.apps.registry import registry
from medley.aws import clients
from medley.aws.storage import S3Store
from medley.contracts import keys
from medley.contracts.facts import Fact, OutputMade
from medley.db import migrations
from medley.db.unit_of_work import SqlUnitOfWork
from medley.errors import InvalidInput, NotFound, StorageUnavailable
from medley.ports.cloud import StoredObject, StoredPart, UploadPart
from medley.runtime.observability import logger
from medley.runtime.passwords import Argon2Hasher
from medley.runtime.random_secrets import RandomSecrets
from medley.runtime.system import TimeOrderedIds
from medley.runtime.token_keys import new_keys
from medley.runtime.tokens import SignedTokens
from medley.services import after_commit, recording
from medley.services.planning import Planner
from medley.services.uploads import Bucket
from medley.settings import AccountSettings, AwsSettings, CallerSettings, SiteSettings
from tests.api.gateway import Browser, Reply
from tests.flows.fakes import FakePusher, FakeQueue
from tests.flows.world import LANES, Command, clip_accepted, done, parse, plan
from tests.local.bucket import SECRET

KEYS = new_keys()
SITE = "https://app.example.com"
BUCKET_URL = "http://bucket.example.com"


@dataclass
class FakeClock:
    """A clock that is wound by hand."""

    time: datetime = field(default_factory=lambda: datetime.now(UTC))

    def now(self) -> datetime:
        return self.time

    def advance(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


class OfflineBucket(S3Store):
    """Signs as S3Store does; keeps the multipart calls, which need the network, in memory. `down`: no answer."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(clients.s3(AwsSettings(endpoint_url=BUCKET_URL)), "media", now=clock.now)
        self.uploads: dict[str, str] = {}  # upload id -> key
        self.arrived: dict[str, list[StoredPart]] = {}  # by upload id
        self.begun = 0
        self.objects: set[str] = set()
        self.sizes: dict[str, int] = {}  # of objects by key, if not a byte
        self.contents: dict[str, bytes] = {}
        self.down = False

    def read(self, key: str, start: int = 0, length: int | None = None) -> bytes:
        if key not in self.contents:
            raise NotFound("gone", code="object_gone")
        return self.contents[key][start : None if length is None else start + length]

    def write(self, content: bytes, key: str, content_type: str) -> None:
        self.contents[key] = content

    def head(self, key: str) -> StoredObject | None:
        size = self.sizes.get(key, 1 if key in self.objects else None)
        return None if size is None else StoredObject(key, size, "etag", datetime.now(UTC))

    def start_multipart(self, key: str, content_type: str) -> str:
        if self.down:
            raise StorageUnavailable("down")
        self.begun += 1
        upload_id = f"upload-{self.begun}"
        self.uploads[upload_id] = key
        return upload_id

    def parts(self, key: str, upload_id: str, *, after: int, limit: int) -> Sequence[StoredPart]:
        if self.uploads.get(upload_id) != key:
            raise NotFound("The parts of this upload are not stored any more; start over.", code="upload_gone")
        return [part for part in self.arrived.get(upload_id, []) if part.number > after][:limit]

    def complete_multipart(self, key: str, upload_id: str, parts: Sequence[UploadPart]) -> None:
        self.parts(key, upload_id, after=0, limit=1)
        if any(part.etag.strip('"') != f"etag-{part.number}" for part in parts):
            raise InvalidInput("wrong", code="wrong_parts")
        del self.uploads[upload_id]
        self.objects.add(key)

    def abort_multipart(self, key: str, upload_id: str) -> None:
        if self.down:
            raise StorageUnavailable("down")
        assert self.uploads.pop(upload_id) == key


@pytest.fixture(scope="session")
def _credentials() -> Iterator[None]:
    """Signing needs a key of some kind."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY_ID)
        patch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
        clients.s3(AwsSettings(endpoint_url=BUCKET_URL))
        yield


@contextmanager
def logged(service: str) -> Iterator[io.StringIO]:
    """What a function writes within the block, whatever loggers were made before."""
    handler: Any = logger(service).registered_handler
    modules = logging.getLogger("medley")
    handlers, modules.handlers = modules.handlers, [handler]
    written = io.StringIO()
    before = handler.setStream(written)
    try:
        yield written
    finally:
        handler.setStream(before)
        modules.handlers = handlers


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    """The lines about answers since they were last looked at."""
    found = [json.loads(line) for line in log.getvalue().splitlines()]
    log.truncate(0)
    log.seek(0)
    return [line for line in found if line["message"] == "answered"]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def bucket(_credentials: None, clock: FakeClock) -> OfflineBucket:
    return OfflineBucket(clock)


@pytest.fixture
def queue() -> FakeQueue:
    return FakeQueue()


@pytest.fixture
def deps(
    engine: Engine,
    unit_of_work: Callable[[], SqlUnitOfWork],
    bucket: OfflineBucket,
    queue: FakeQueue,
    clock: FakeClock,
) -> Dependencies:
    return Dependencies(
        unit_of_work=unit_of_work,
        bucket=cast(Bucket, bucket),
        queue=queue,
        pusher=FakePusher(),
        registry=registry(),
        hasher=Argon2Hasher(memory_kib=8, passes=1),
        tokens=SignedTokens(KEYS, "medley", clock),
        secrets=RandomSecrets(),
        clock=clock,
        ids=TimeOrderedIds(),
        accounts=AccountSettings(sign_up_bonus=100),
        site=SiteSettings(url=SITE),
        caller=CallerSettings(),
        socket_url="wss://live.example.com",
        check_database=lambda: migrations.check(engine),
        logger=logger("api"),
    )


@pytest.fixture
def visitor(deps: Dependencies) -> Browser:
    """Nobody yet."""
    return Browser(deps)


@pytest.fixture
def ada(deps: Dependencies) -> Browser:
    """Somebody signed in, with the bonus of a new account."""
    browser = Browser(deps)
    assert browser.sign_up("ada@example.com").status == 201
    return browser


@pytest.fixture
def bob(deps: Dependencies) -> Browser:
    """Somebody else."""
    browser = Browser(deps)
    assert browser.sign_up("bob@example.com", name="Bob").status == 201
    return browser


@dataclass
class Workers:
    """The planner and the workers, played."""

    deps: Dependencies
    queue: FakeQueue
    bucket: OfflineBucket

    def plan(self) -> None:
        """Plan what is ordered, and send the first commands."""
        deps = self.deps
        plan(Planner(deps.unit_of_work, deps.registry, deps.bucket, deps.ids, LANES), self.queue, deps.pusher)

    def commands(self) -> list[Command]:
        """Take the commands that are in the queue now."""
        self.plan()
        return [parse(message, self.deps.bucket) for message in self.queue.take(*LANES)]

    def work(self, play: Callable[[Command], Iterable[Fact]] = done) -> None:
        """Play until nothing is left to do."""
        while commands := self.commands():
            for fact in [fact for command in commands for fact in play(command)]:
                self.record(fact)

    def record(self, fact: Fact) -> None:
        if isinstance(fact, OutputMade):
            self.bucket.sizes |= {part.key: part.size_bytes for part in fact.parts}
        with self.deps.unit_of_work() as uow:
            follows = recording.apply(uow, fact)
            uow.commit()
        after_commit.perform(follows, self.deps.unit_of_work, self.queue, self.deps.pusher)


@pytest.fixture
def workers(deps: Dependencies, queue: FakeQueue, bucket: OfflineBucket) -> Workers:
    return Workers(deps, queue, bucket)


@dataclass
class Studio:
    """Somebody with a project of ready clips."""

    browser: Browser
    project_id: str
    clip_ids: list[str]

    def order(self, key: str | None = "k-1", **spec: object) -> Reply:
        headers = {} if key is None else {"idempotency-key": key}
        wanted = {"count": 3, "clips_per_video": 2, "resolution": 480, "seed": 7} | spec
        return self.browser.post(f"/v1/projects/{self.project_id}/generations", {"spec": wanted}, headers=headers)


@pytest.fixture
def studio(ada: Browser, unit_of_work: Callable[[], SqlUnitOfWork]) -> Studio:
    project_id = ada.project()
    clip_ids = [ada.clip(project_id, f"{name}.mp4")["clip"]["id"] for name in "abc"]
    with unit_of_work() as uow:
        for n, clip_id in enumerate(clip_ids):
            owner, clip = UUID(ada.user["id"]), UUID(clip_id)
            filmstrip = keys.derived(owner, clip, keys.FILMSTRIP)
            uow.library.accept_clip(clip_accepted(owner, clip, n).model_copy(update={"filmstrip_key": filmstrip}))
        uow.commit()
    return Studio(ada, project_id, clip_ids)
