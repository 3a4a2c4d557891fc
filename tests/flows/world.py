"""A small world to run generations in: real database, real app, real services; only AWS and the workers are played.

Workers are played by turning a command into the facts a worker would send for it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, text

from medley.apps.registry import Registry, registry
from medley.contracts import keys
from medley.contracts.assets import AudioAssetFacts
from medley.contracts.facts import (
    ClipAccepted,
    Fact,
    OutputFailed,
    OutputMade,
    OutputPart,
    TaskFact,
    TaskFailed,
    TaskFinished,
    TaskInterrupted,
    TaskProgressed,
    read_fact,
)
from medley.contracts.media import AudioFacts, ClipFacts, Rational, VideoFacts
from medley.contracts.plans import OutputRecipe, TaskContent, read_task, read_tasks
from medley.contracts.work import PlanGeneration, Work
from medley.db.tables import users
from medley.db.unit_of_work import SqlUnitOfWork
from medley.domain.assets import AssetKind, AssetUpload
from medley.domain.credits import EntryKind, Wallet
from medley.domain.generations import Generation, Output
from medley.domain.projects import Upload
from medley.domain.retries import Trouble
from medley.limits import PAGE_ITEMS
from medley.ports.cloud import Message, ObjectStore, Pusher
from medley.runtime.system import TimeOrderedIds
from medley.services import after_commit, generations, mending, ordering, recording, wallet
from medley.services.after_commit import AfterCommit
from medley.services.planning import QUEUE, Planner
from tests.flows.fakes import FakePusher, FakeQueue, FakeStore

UnitsOfWork = Callable[[], SqlUnitOfWork]
LANES = ("render", "assemble")


@dataclass(frozen=True)
class Command:
    """A command as a worker sees it: the message, and its task read from the plan's object."""

    work: Work
    content: TaskContent

    @property
    def joins(self) -> bool:
        """It makes outputs."""
        return self.work.operation == "assemble"

    @property
    def outputs(self) -> tuple[OutputRecipe, ...]:
        """Those it is to make."""
        return tuple(output for output in self.content.outputs if output.n in self.work.outputs)

    @property
    def clip(self) -> str:
        """Name of the first clip it reads."""
        return str(self.content.payload["clips"][0]["name"])


SOUND = AudioAssetFacts(
    container="mp3",
    codec="mp3",
    sample_rate=44_100,
    channels=2,
    duration_us=12_345_678,
    size_bytes=1000,
    sha256="a" * 64,
)


def clip_facts(n: int) -> ClipFacts:
    return ClipFacts(
        container="mov,mp4",
        size_bytes=1000,
        sha256=f"{n:064x}",
        video=VideoFacts(
            codec="h264",
            width=320,
            height=180,
            fps=Rational(num=30),
            pixel_format="yuv420p",
            duration_us=2_000_000,
            frames=60,
        ),
        audio=AudioFacts(codec="aac", sample_rate=48_000, channels=2, duration_us=2_000_000),
    )


def clip_accepted(owner: UUID, clip: UUID, n: int) -> ClipAccepted:
    """What ingest says of the `n`-th clip."""
    poster = keys.derived(owner, clip, keys.POSTER)
    return ClipAccepted(owner_id=owner, clip_id=clip, facts=clip_facts(n), poster_key=poster)


def plan(planner: Planner, queue: FakeQueue, pusher: Pusher) -> None:
    """Plan all orders in the queue, and send their first commands."""
    for message in queue.take(QUEUE):
        follows = mending.carry_out(planner, PlanGeneration.model_validate_json(message.body))
        if follows is not None:
            after_commit.perform(follows, planner.unit_of_work, queue, pusher)


def parse(message: Message, store: ObjectStore) -> Command:
    """The command in a message to a lane, its task read as a worker does."""
    work = Work.model_validate_json(message.body)
    member = store.read(keys.plan(work.owner_id, work.plan), work.start, work.length)
    return Command(work, read_task(member, work.crc))


def identity(command: Command) -> dict[str, Any]:
    """The fields every fact about a command's task has."""
    work = command.work
    return {
        "owner_id": work.owner_id,
        "generation_id": work.generation_id,
        "task_id": work.task_id,
        "attempt": work.attempt,
    }


def length(output: OutputRecipe) -> int:
    """Frames of the video a recipe makes."""
    return sum(piece["frames"] for piece in output.recipe["pieces"])


def made(command: Command, output: OutputRecipe, frames: int | None = None) -> OutputMade:
    work, frames = command.work, frames or length(output)
    main = OutputPart(
        role="main",
        key=keys.output(work.owner_id, work.generation_id, output.n),
        media_type="video/mp4",
        size_bytes=1000 + output.n,
        sha256=f"{output.n:064x}",
        facts={"frames": frames, "samples": frames * 1600},
    )
    poster = OutputPart(
        role="poster",
        key=keys.output(work.owner_id, work.generation_id, output.n, "jpg"),
        media_type="image/jpeg",
        size_bytes=10,
        sha256=f"{output.n:064x}",
    )
    return OutputMade(**identity(command), n=output.n, work=frames, parts=(main, poster))


def output_failed(command: Command, n: int, code: str = "no_good") -> OutputFailed:
    return OutputFailed(**identity(command), n=n, code=code, message=f"output {n} failed")


def interrupted(command: Command, trouble: Trouble, *, further: bool = False) -> TaskInterrupted:
    return TaskInterrupted(**identity(command), code=trouble.value, trouble=trouble, further=further)


def task_failed(command: Command, *, code: str = "bad_clip") -> TaskFailed:
    subject = "A task" if command.joins else f"Clip “{command.clip}”"
    return TaskFailed(**identity(command), code=code, message=f"{subject} failed")


def done(command: Command) -> list[TaskFact]:
    """What a worker reports that does all a command asks for."""
    facts: list[TaskFact] = [TaskProgressed(**identity(command), work_done=0)]
    payload = command.content.payload
    if command.joins:
        count = len(command.outputs)
        facts += [made(command, output) for output in command.outputs]
    else:
        count = len(payload["segments"]) + len(payload["sounds"])
        work = sum(segment["shot"]["frames"] for segment in payload["segments"])
        facts.append(TaskProgressed(**identity(command), work_done=work))
    return [*facts, TaskFinished(**identity(command), made=count, wall_ms=100, cpu_ms=90)]


@dataclass
class World:
    """One user with a project of ready clips."""

    unit_of_work: UnitsOfWork
    registry: Registry = field(default_factory=registry)
    queue: FakeQueue = field(default_factory=FakeQueue)
    pusher: FakePusher = field(default_factory=FakePusher)
    store: FakeStore = field(default_factory=FakeStore)
    user: UUID = field(default_factory=uuid4)
    project: UUID = field(default_factory=uuid4)
    clips: list[UUID] = field(default_factory=list)

    @classmethod
    def of(cls, unit_of_work: UnitsOfWork, *, clips: int = 4, available: int = 1_000) -> "World":
        world = cls(unit_of_work)
        with unit_of_work() as uow:
            row = {"id": world.user, "email": f"{world.user}@x.io", "name": "A", "password_hash": "-"}
            uow.connection.execute(insert(users).values(row))
            if available:
                wallet.grant(uow, f"test:{world.user}", world.user, available, kind=EntryKind.BONUS, reason="test")
            uow.library.add_project(world.project, world.user, "video_mixer", "P")
            uow.commit()
        for n in range(clips):
            world.add_clip(n)
        return world

    def add_clip(self, n: int, *, ready: bool = True) -> UUID:
        clip = uuid4()
        with self.unit_of_work() as uow:
            project = uow.library.project(self.user, self.project, lock=True)
            assert project is not None
            uow.library.add_clip(clip, project, Upload.of(f"clip {n}.mp4", "video/mp4", 1000))
            if ready:
                uow.library.accept_clip(clip_accepted(self.user, clip, n))
            uow.commit()
        self.clips.append(clip)
        return clip

    def add_sound(self, *, ready: bool = True) -> UUID:
        """An asset."""
        asset = uuid4()
        with self.unit_of_work() as uow:
            project = uow.library.project(self.user, self.project, lock=True)
            assert project is not None
            uow.library.add_asset(asset, project, AssetUpload.of(AssetKind.AUDIO, "song.mp3", "audio/mpeg", 1000))
            if ready:
                uow.library.accept_asset(self.user, asset, SOUND)
            uow.commit()
        return asset

    def order(self, key: str = "k", *, send: bool = True, **spec: Any) -> Generation:
        """Order videos; with `send` they are planned and the first commands reach the queue."""
        spec = {"count": 5, "clips_per_video": 2, "resolution": 480, "seed": 7} | spec
        ordered = ordering.create(
            self.transaction,
            self.registry,
            TimeOrderedIds(),
            user_id=self.user,
            project_id=self.project,
            spec=spec,
            key=key,
        )
        generation = ordered.unwrap()
        if not send:
            return generation
        after_commit.perform(ordered.effects, self.unit_of_work, self.queue, self.pusher)
        self.plan()
        return self.generation(generation.id)

    def transaction(self) -> SqlUnitOfWork:
        """A unit of work of this user."""
        return self.unit_of_work()

    @property
    def planner(self) -> Planner:
        return Planner(self.unit_of_work, self.registry, self.store, TimeOrderedIds(), LANES)

    def plan(self) -> None:
        """Plan all orders in the queue, and send their first commands."""
        plan(self.planner, self.queue, self.pusher)

    def parse(self, message: Message) -> Command:
        """The command in a message to a lane."""
        return parse(message, self.store)

    def record(self, fact: Fact) -> AfterCommit:
        """Apply one fact in a transaction of its own, then do what follows."""
        with self.unit_of_work() as uow:
            follows = recording.apply(uow, fact)
            uow.commit()
        after_commit.perform(follows, self.unit_of_work, self.queue, self.pusher)
        return follows

    def work(self, play: Callable[[Command], Sequence[Fact]] = done) -> None:
        """Do all commands in the queue, and those that follow from them."""
        for command in self.commands():
            for fact in play(command):
                self.record(fact)

    def hear(self) -> None:
        """Record what waits in queue `facts`: what the sweep missed."""
        for message in self.queue.take("facts"):
            self.record(read_fact(message.body))

    def pending(self) -> list[Command]:
        """Take the commands that are in the queue now."""
        return [self.parse(message) for message in self.queue.take(*LANES)]

    def commands(self) -> Iterator[Command]:
        """Take commands from the queue until there are none."""
        while commands := self.pending():
            yield from commands

    def deliver(
        self,
        play: Callable[[Command], Sequence[Fact]] = done,
        arrange: Callable[[list[Fact]], list[Fact]] = list,
    ) -> list[Fact]:
        """Work as `work` does, but collect the facts of all commands at hand and arrange how they arrive.

        Returns all facts delivered.
        """
        delivered: list[Fact] = []
        while commands := self.pending():
            facts = arrange([fact for command in commands for fact in play(command)])
            for fact in facts:
                self.record(fact)
            delivered += facts
        return delivered

    def open_socket(self, connection_id: str) -> None:
        """Have the user's browser listen."""
        with self.unit_of_work() as uow:
            session = uuid4()
            uow.accounts.add_session(
                session, self.user, str(session), lifetime_s=60, user_agent="", address="", network=""
            )
            uow.sockets.add(connection_id, self.user, session)
            uow.commit()

    def end_state(self, generation_id: UUID) -> dict[str, Any]:
        """All that is stored of a generation and its owner's credits, without ids, times and `seq`."""
        of = {"g": generation_id}
        return {
            "generation": self.sql(
                "SELECT state, outputs_made, outputs_failed, earned, code, message FROM generations WHERE id = :g", **of
            ),
            "outputs": self.sql(
                "SELECT n, state, right(parts -> 0 ->> 'key', 6), (parts -> 0) - 'key', code, message FROM outputs"
                " WHERE generation_id = :g ORDER BY n",
                **of,
            ),
            "tasks": self.sql(
                "SELECT operation, index, state, made, reused, wall_ms, cpu_ms, code, message, attempt,"
                " CASE state WHEN 'finished' THEN work_done END FROM tasks"
                " WHERE generation_id = :g ORDER BY index",
                **of,
            ),
            "hold": self.sql("SELECT amount, captured, state FROM holds WHERE id = :g", **of),
            "entries": self.sql(
                "SELECT kind, d_available, d_reserved, d_spent, balance FROM entries WHERE user_id = :u ORDER BY seq",
                u=self.user,
            ),
            "unsent": self.sql("SELECT count(*) FROM outbox WHERE published_at IS NULL"),
        }

    def age_tasks(self, seconds: int) -> None:
        """Let so many seconds pass without a word of any worker."""
        self.sql(
            "UPDATE tasks SET heartbeat_at = heartbeat_at - make_interval(secs => :s),"
            " sent_at = sent_at - make_interval(secs => :s)",
            s=seconds,
        )
        self.sql(
            "UPDATE generations SET plan_sent_at = plan_sent_at - make_interval(secs => :s),"
            " plan_begun_at = plan_begun_at - make_interval(secs => :s)",
            s=seconds,
        )
        self.sql("UPDATE outbox SET not_before = not_before - make_interval(secs => :s)", s=seconds)
        self.queue.age(seconds)

    def broken(self) -> dict[str, Any]:
        """The invariants that do not hold, with the rows that break them."""
        with self.unit_of_work() as uow:
            return {number: rows for number, rows in uow.invariants.broken(sample=5).items() if rows}

    def generation(self, generation_id: UUID) -> Generation:
        with self.unit_of_work() as uow:
            return generations.read(uow, self.user, generation_id)

    def outputs(self, generation_id: UUID) -> Sequence[Output]:
        with self.unit_of_work() as uow:
            return uow.generations.outputs(generation_id, after=0, limit=PAGE_ITEMS)

    def wallet(self) -> Wallet:
        with self.unit_of_work() as uow:
            return wallet.balance(uow, self.user)

    def recipes(self, generation_id: UUID) -> dict[int, Any]:
        """What the plan says each output is made of."""
        plan = self.generation(generation_id).plan
        assert plan is not None
        content = self.store.read(keys.plan(self.user, plan))
        return {output.n: output.recipe for task in read_tasks(content) for output in task.outputs}

    def sql(self, statement: str, **values: Any) -> list[Any]:
        """Run one statement; its rows, if it has any."""
        with self.unit_of_work() as uow:
            result = uow.connection.execute(text(statement), values)
            rows = list(result) if result.returns_rows else []
            uow.commit()
        return rows
