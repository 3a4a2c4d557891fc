"""Bundles, from being asked for to being removed: real rows, real archives, and everything that can come in between."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from functions.bundle import handler as bundle_function
from functions.dead_letter import handler as dead_letter
from medley import limits
from medley.contracts import keys
from medley.contracts.facts import Fact, OutputMade
from medley.contracts.pushes import BundleChanged
from medley.contracts.work import MakeVolume
from medley.db.repositories.bundles import BundlesRepository
from medley.db.unit_of_work import SqlUnitOfWork
from medley.domain import bundles as domain
from medley.domain.bundles import Bundle, BundleState, MissingFile, VolumeState
from medley.errors import Conflict, InvalidInput, NotFound, StorageUnavailable
from medley.ports.cloud import Message, UploadPart
from medley.runtime.observability import logger
from medley.runtime.system import TimeOrderedIds
from medley.services import after_commit, bundles, outbox
from medley.services.bundles import Asked
from medley.services.bundling import Bundler
from medley.services.manifests import Reporter
from tests.flows.conftest import Sweep
from tests.flows.events import Context, sqs_event
from tests.flows.fakes import FakeStore
from tests.flows.world import Command, World, done


class Now:
    def now(self) -> datetime:
        return datetime.now(UTC)


@pytest.fixture
def store() -> FakeStore:
    """That of the world too, see `made`: plans and videos lie in it."""
    return FakeStore()


@dataclass
class Desk:
    """Somebody whose generation is made, and who makes bundles of it. `seconds` is the makers' clock."""

    world: World
    generation: UUID
    contents: dict[int, bytes]
    seconds: list[float] = field(default_factory=lambda: [0.0])

    def ask(self, outputs: Sequence[int] | None = None, naming: str = "{project} {n}", key: str = "") -> Bundle:
        created = bundles.create(
            self.world.transaction,
            TimeOrderedIds(),
            Now(),
            user_id=self.world.user,
            generation_id=self.generation,
            asked=Asked(outputs, naming),
            key=key or str(uuid4()),
        )
        after_commit.perform(created.effects, self.world.unit_of_work, self.world.queue, self.world.pusher)
        return created.bundle

    def now(self, bundle: Bundle) -> Bundle:
        with self.world.unit_of_work() as uow:
            found = uow.bundles.lock(bundle.id)
        assert found is not None
        return found

    def messages(self) -> list[str]:
        """Those to makers, taken from the queue when what waits has waited."""
        outbox.drain(self.world.unit_of_work, self.world.queue)
        self.world.queue.age(1_000)
        return [message.body for message in self.world.queue.take("bundles")]

    def make(self, *bodies: str, remaining_ms: int = 900_000) -> Any:
        """Hand messages to the function."""
        world = self.world

        def clock() -> float:  # each look is ten seconds after the one before: everything is said
            self.seconds[0] += 10
            return self.seconds[0]

        postponed: list[str] = []
        deps = bundle_function.Dependencies(
            bundler=Bundler(
                unit_of_work=world.unit_of_work,
                store=world.store,
                reporter=Reporter(world.unit_of_work, world.registry, world.store),  # type: ignore[arg-type]
                pusher=world.pusher,
                clock_s=clock,
            ),
            hand_back=None,
            postpone=lambda _arn, body, _group, **_: postponed.append(body),
            logger=logger("bundle"),
        )
        context: Any = Context("bundle", remaining_ms=remaining_ms)
        assert bundle_function.handle(sqs_event(*bodies, queue="bundles"), context, deps) == {"batchItemFailures": []}
        return postponed

    def key(self, bundle: Bundle, volume: int = 1) -> str:
        return keys.bundle(self.world.user, bundle.id, volume)

    def archive(self, bundle: Bundle, volume: int = 1) -> dict[str, bytes]:
        """What is in a volume, as Python's zipfile reads it, each file's CRC checked."""
        with zipfile.ZipFile(io.BytesIO(self.world.store.contents[self.key(bundle, volume)])) as archive:
            assert archive.testzip() is None
            return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def desk(world: World, store: FakeStore) -> Desk:
    world.store = store
    contents: dict[int, bytes] = {}
    generation = world.order(count=6)

    def play(command: Command) -> list[Fact]:
        facts: list[Fact] = []
        for fact in done(command):
            if isinstance(fact, OutputMade):
                content = contents[fact.n] = bytes([fact.n]) * (100 + fact.n)
                main = fact.parts[0].model_copy(
                    update={"size_bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
                )
                store.contents[main.key] = content
                fact = fact.model_copy(update={"parts": (main, *fact.parts[1:])})  # noqa: PLW2901
            facts.append(fact)
        return facts

    world.work(play)
    return Desk(world, generation.id, contents)


@pytest.fixture(autouse=True)
def all_invariants_hold(world: World) -> Iterator[None]:
    yield
    assert world.broken() == {}


@pytest.fixture
def small_volumes(monkeypatch: pytest.MonkeyPatch) -> None:
    """An archive holds 250 bytes: two videos."""
    usual = domain.volumes_of
    monkeypatch.setattr(bundles, "volumes_of", lambda sizes: usual(sizes, volume_bytes=250))


def video_key(desk: Desk, n: int) -> str:
    return keys.output(desk.world.user, desk.generation, n)


def test_all_videos_come_with_their_manifest_under_the_names_asked_for(desk: Desk) -> None:
    desk.world.open_socket("browser")
    bundle = desk.ask()
    assert (bundle.state, len(bundle.volumes)) == (BundleState.MAKING, 1)
    desk.make(*desk.messages())
    ready = desk.now(bundle)
    assert (ready.state, ready.bytes_done) == (BundleState.READY, sum(map(len, desk.contents.values())))
    files = desk.archive(bundle)
    videos = {f"P {n}.mp4": content for n, content in desk.contents.items()}
    assert files.keys() == {*videos, "manifest.json", "manifest.csv"}
    assert {name: files[name] for name in videos} == videos
    told = json.loads(files["manifest.json"])
    assert {each["n"]: each["file"] for each in told["outputs"]} == {n: f"P {n}.mp4" for n in range(1, 7)}
    assert files["manifest.csv"].decode("utf-8-sig").startswith("video,title")
    assert ready.volumes[0].size_bytes == len(desk.world.store.contents[desk.key(bundle)])
    assert desk.world.store.uploads == {}
    pushes = [push for _, push in desk.world.pusher.told if isinstance(push, BundleChanged)]
    assert [push.state for push in (pushes[0], pushes[-1])] == ["making", "ready"]
    assert [push.seq for push in pushes] == list(range(1, ready.seq + 1))
    assert pushes[-1].bytes_done == pushes[-1].bytes_total


def test_some_videos_come_alone_and_clips_can_be_in_their_names(desk: Desk) -> None:
    bundle = desk.ask([5, 2, 5], "{n} {clips}")
    desk.make(*desk.messages())
    files = desk.archive(bundle)
    told = {each["n"]: each for each in json.loads(files["manifest.json"])["outputs"]}
    assert told.keys() == {2, 5}
    for n in (2, 5):
        clips = "+".join(shot["name"].removesuffix(".mp4") for shot in told[n]["shots"])
        assert told[n]["file"] == f"{n} {clips}.mp4"
        assert files[f"{n} {clips}.mp4"] == desk.contents[n]


@pytest.mark.usefixtures("small_volumes")
def test_more_than_one_archive_holds_goes_into_several_that_stand_by_themselves(desk: Desk) -> None:
    bundle = desk.ask(naming="video")
    assert [volume.outputs for volume in bundle.volumes] == [(1, 2), (3, 4), (5, 6)]
    first, *others = desk.messages()
    desk.make(first)
    assert desk.now(bundle).state is BundleState.MAKING
    desk.make(*others)
    assert desk.now(bundle).state is BundleState.READY
    named = [name for n in (1, 2, 3) for name in desk.archive(bundle, n) if name.endswith(".mp4")]
    assert named == ["video.mp4", *(f"video ({n}).mp4" for n in range(2, 7))]  # one name, whichever archive
    told = json.loads(desk.archive(bundle, 2)["manifest.json"])
    assert [each["n"] for each in told["outputs"]] == [3, 4]


def test_a_video_that_is_gone_is_named_and_can_be_made_again(desk: Desk) -> None:
    bundle = desk.ask()
    del desk.world.store.contents[video_key(desk, 3)]
    desk.make(*desk.messages())
    ready = desk.now(bundle)
    assert (ready.state, ready.missing) == (BundleState.READY, (MissingFile(3, "P 3.mp4", "gone"),))
    files = desk.archive(bundle)
    assert "P 3.mp4" not in files
    assert files["missing.txt"] == b"P 3.mp4: This video is not there any more.\r\n"
    told = {each["n"]: each for each in json.loads(files["manifest.json"])["outputs"]}
    assert (told[3]["file"], told[3]["code"], told[4]["file"]) == (None, "gone", "P 4.mp4")
    with desk.world.unit_of_work() as uow:
        assert [output.n for output in uow.generations.gone(desk.generation)] == [3]


def test_a_video_that_goes_once_it_is_begun_costs_a_new_beginning_and_nothing_else(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, lost = desk.world.store, video_key(desk, 4)
    usual = store.read
    size = limits.BUNDLE_READ_BYTES + 5
    long = b"x" * size

    def read(key: str, start: int = 0, length: int | None = None) -> bytes:
        if key == lost and start:  # deleted after its first range was read
            store.contents.pop(lost, None)
        return usual(key, start, length)

    store.contents[lost] = long
    desk.world.sql(
        "UPDATE outputs SET parts = jsonb_set(jsonb_set(parts, '{0,size_bytes}', to_jsonb(CAST(:s AS bigint))),"
        " '{0,sha256}', to_jsonb(CAST(:h AS text))) WHERE n = 4",
        s=size,
        h=hashlib.sha256(long).hexdigest(),
    )
    monkeypatch.setattr(store, "read", read)
    bundle = desk.ask()
    desk.make(*desk.messages())
    ready = desk.now(bundle)
    assert (ready.state, ready.missing) == (BundleState.READY, (MissingFile(4, "P 4.mp4", "gone"),))
    assert set(desk.archive(bundle)) == {
        *(f"P {n}.mp4" for n in (1, 2, 3, 5, 6)),
        *("manifest.json", "manifest.csv", "missing.txt"),
    }
    assert store.uploads == {}


def test_nothing_left_of_all_videos_is_a_failure_with_a_reason(desk: Desk) -> None:
    bundle = desk.ask()
    for n in desk.contents:
        del desk.world.store.contents[video_key(desk, n)]
    desk.make(*desk.messages())
    assert (desk.now(bundle).state, desk.now(bundle).code) == (BundleState.FAILED, "gone")


def test_a_message_that_comes_twice_makes_one_archive(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    bundle = desk.ask()
    (body,) = desk.messages()
    begun: list[str] = []
    usual = desk.world.store.start_multipart

    def start(key: str, content_type: str) -> str:
        begun.append(key)
        if len(begun) == 1:
            desk.make(body)  # again, while the first is at work
        return usual(key, content_type)

    monkeypatch.setattr(desk.world.store, "start_multipart", start)
    desk.make(body, body)
    desk.make(body)
    assert begun == [desk.key(bundle)]
    assert desk.now(bundle).state is BundleState.READY


def test_whoever_has_no_time_left_leaves_nothing_and_the_next_makes_it_anew(desk: Desk) -> None:
    bundle = desk.ask()
    desk.make(*desk.messages(), remaining_ms=19_000)
    (volume,) = desk.now(bundle).volumes
    assert (volume.state, volume.attempt, volume.faults, volume.bytes_done) == (VolumeState.SENT, 2, 1, 0)
    assert (desk.world.store.uploads, desk.key(bundle) in desk.world.store.contents) == ({}, False)
    desk.make(*desk.messages())
    assert desk.now(bundle).state is BundleState.READY


def test_what_never_works_is_given_up_with_a_reason(desk: Desk) -> None:
    bundle = desk.ask()
    for _ in range(limits.TASK_ATTEMPTS):
        assert desk.now(bundle).state is BundleState.MAKING
        desk.make(*desk.messages(), remaining_ms=19_000)
    failed = desk.now(bundle)
    assert (failed.state, failed.code, failed.volumes[0].state) == (BundleState.FAILED, "gave_up", VolumeState.FAILED)
    assert desk.messages() == []


def test_an_outage_is_waited_out_and_costs_no_attempts(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    bundle = desk.ask()

    def down(*_: Any) -> str:
        raise StorageUnavailable("down")

    with monkeypatch.context() as patch:
        patch.setattr(desk.world.store, "start_multipart", down)
        for _ in range(limits.TASK_ATTEMPTS + 1):
            desk.make(*desk.messages())
    (volume,) = desk.now(bundle).volumes
    assert (volume.faults, volume.outages) == (0, limits.TASK_ATTEMPTS + 1)
    desk.make(*desk.messages())
    assert desk.now(bundle).state is BundleState.READY


class Killed(BaseException):
    """The process is gone: nothing of it goes on."""


def test_after_a_crash_the_silence_is_heard_and_what_was_left_behind_is_dropped(
    desk: Desk, run_sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = desk.ask()
    (body,) = desk.messages()
    store = desk.world.store

    def killed(*_: Any) -> UploadPart:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(store, "upload_part", killed)
        patch.setattr(store, "abort_multipart", killed)
        with pytest.raises(Killed):
            desk.make(body)
    (left,) = store.uploads
    assert desk.now(bundle).volumes[0].upload_id == left
    desk.make(body)  # received again at once: it may be that the other lives
    assert desk.now(bundle).state is BundleState.MAKING
    assert run_sweep() == {}
    desk.world.sql("UPDATE bundle_volumes SET heartbeat_at = heartbeat_at - interval '91 seconds'")
    assert run_sweep()["volumes_rescued"] == 1
    (again,) = desk.messages()
    assert MakeVolume.model_validate_json(again).attempt == 2
    desk.make(body)  # of the attempt before: nobody waits for it
    assert list(store.uploads) == [left]
    desk.make(again)
    assert (desk.now(bundle).state, store.uploads) == (BundleState.READY, {})


def test_what_was_done_but_not_noted_is_in_nobodys_way(
    desk: Desk, run_sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = desk.ask()

    def killed(*_: Any, **__: Any) -> bool:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(BundlesRepository, "finish", killed)
        with pytest.raises(Killed):
            desk.make(*desk.messages())
    assert desk.key(bundle) in desk.world.store.contents
    desk.world.sql("UPDATE bundle_volumes SET heartbeat_at = heartbeat_at - interval '91 seconds'")
    assert run_sweep()["volumes_rescued"] == 1
    desk.make(*desk.messages())
    assert desk.now(bundle).state is BundleState.READY


def test_a_lost_message_is_sent_again(desk: Desk, run_sweep: Sweep) -> None:
    bundle = desk.ask()
    desk.messages()
    assert run_sweep(queues_lost=True)["volumes_rescued"] == 1
    desk.make(*desk.messages())
    assert desk.now(bundle).state is BundleState.READY
    other = desk.ask()
    desk.messages()
    desk.world.sql("UPDATE bundle_volumes SET sent_at = now() - interval '1801 seconds' WHERE state = 'sent'")
    assert run_sweep()["volumes_rescued"] == 1
    desk.make(*desk.messages())
    assert desk.now(other).state is BundleState.READY


def test_a_dead_letter_is_an_event_about_one_attempt(desk: Desk) -> None:
    bundle = desk.ask()
    world = desk.world
    deps = dead_letter.Dependencies(
        world.unit_of_work, world.queue, world.pusher, world.store, None, lambda: pytest.fail("lost"), logger("dead")
    )
    for attempt in range(1, limits.TASK_ATTEMPTS + 1):
        (body,) = desk.messages()
        for _ in range(2):  # the second says nothing of the attempt that is under way by then
            context: Any = Context("dead_letter")
            dead_letter.handle(sqs_event(body, queue="bundles-dead"), context, deps)
        if attempt < limits.TASK_ATTEMPTS:
            assert desk.now(bundle).volumes[0].attempt == attempt + 1
    assert (desk.now(bundle).state, desk.now(bundle).code) == (BundleState.FAILED, "gave_up")


def test_a_bundle_past_its_deadline_fails_with_a_reason(desk: Desk, run_sweep: Sweep) -> None:
    bundle = desk.ask()
    (body,) = desk.messages()
    desk.world.sql("UPDATE bundles SET deadline = now() - interval '1 second'")
    assert run_sweep()["bundles_ended"] == 1
    assert (desk.now(bundle).state, desk.now(bundle).code) == (BundleState.FAILED, "deadline")
    desk.make(body)
    assert desk.key(bundle) not in desk.world.store.contents


@pytest.mark.parametrize("when", ["before", "at work", "at the end", "ready"])
def test_a_deleted_bundle_leaves_nothing(
    desk: Desk, run_sweep: Sweep, when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = desk.ask()
    world, store = desk.world, desk.world.store

    def delete() -> None:
        with world.unit_of_work() as uow:
            bundles.delete(uow, world.user, bundle.id)
            uow.commit()

    def deleting(usual: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any) -> Any:
            delete()
            return usual(*args)

        return run

    if when == "before":
        delete()
    elif when == "at work":
        monkeypatch.setattr(store, "upload_part", deleting(store.upload_part))
    elif when == "at the end":
        monkeypatch.setattr(store, "complete_multipart", deleting(store.complete_multipart))
    desk.make(*desk.messages())
    if when == "ready":
        assert desk.key(bundle) in store.contents
        delete()
    else:
        assert desk.key(bundle) not in store.contents
    assert (desk.now(bundle).state, store.uploads) == (BundleState.DELETED, {})
    assert run_sweep()["bundles_removed"] == 1
    assert desk.key(bundle) not in store.contents
    assert run_sweep() == {}
    with pytest.raises(NotFound), world.unit_of_work() as uow:
        bundles.delete(uow, world.user, bundle.id)


@pytest.mark.usefixtures("small_volumes")
def test_what_expired_is_removed_then_forgotten(desk: Desk, run_sweep: Sweep) -> None:
    bundle = desk.ask()
    desk.make(*desk.messages())
    assert run_sweep() == {}
    desk.world.sql("UPDATE bundles SET ended_at = now() - interval '3 days 1 second'")
    assert run_sweep() == {"bundles_removed": 1}
    assert not any(desk.key(bundle, n) in desk.world.store.contents for n in (1, 2, 3))
    desk.world.sql("UPDATE bundles SET ended_at = now() - interval '30 days 1 second'")
    assert run_sweep() == {"bundles_pruned": 1}
    assert desk.world.sql("SELECT count(*) FROM bundle_volumes")[0][0] == 0


def test_one_key_is_one_bundle(desk: Desk) -> None:
    first = desk.ask([1], key="k")
    assert desk.ask([1, 1], key="k").id == first.id
    assert len(desk.messages()) == 1
    with pytest.raises(InvalidInput) as reused:
        desk.ask([2], key="k")
    assert reused.value.code == "idempotency_key_reused"


def test_only_what_is_there_can_be_bundled(desk: Desk) -> None:
    for outputs, absent in (([1, 7], [7]), ([9, 8], [8, 9])):
        with pytest.raises(Conflict) as refused:
            desk.ask(outputs)
        assert (refused.value.code, refused.value.metadata) == ("outputs_not_there", {"outputs": absent})
    desk.world.sql("UPDATE outputs SET settled_at = now() - interval '30 days' WHERE n = 2")
    with pytest.raises(Conflict):
        desk.ask([2])
    assert desk.ask().outputs == (1, 3, 4, 5, 6)
    running = desk.world.order("running")
    with pytest.raises(Conflict) as nothing:
        Desk(desk.world, running.id, {}).ask()
    assert nothing.value.code == "nothing_made"
    with pytest.raises(NotFound):
        Desk(desk.world, uuid4(), {}).ask()


def test_a_person_has_so_many_bundles_at_once(desk: Desk) -> None:
    for _ in range(limits.BUNDLES_MAKING_PER_USER):
        desk.ask([1])
    with pytest.raises(Conflict) as refused:
        desk.ask([1])
    assert (refused.value.code, refused.value.metadata["limit"]) == ("too_many_bundles", limits.BUNDLES_MAKING_PER_USER)
    for _ in range(limits.BUNDLES_KEPT_PER_USER - limits.BUNDLES_MAKING_PER_USER):
        desk.make(*desk.messages())
        desk.ask([1])
    desk.make(*desk.messages())
    with pytest.raises(Conflict) as full:
        desk.ask([1])
    assert full.value.metadata["limit"] == limits.BUNDLES_KEPT_PER_USER
    desk.world.sql("UPDATE bundles SET ended_at = now() - interval '3 days'")
    desk.ask([1])


def test_without_what_it_was_made_of_the_archive_says_so(desk: Desk) -> None:
    bundle = desk.ask([1])
    plan = desk.world.generation(desk.generation).plan
    assert plan is not None
    del desk.world.store.contents[keys.plan(desk.world.user, plan)]
    desk.make(*desk.messages())
    files = desk.archive(bundle)
    assert set(files) == {"P 1.mp4", "missing.txt"}
    assert files["missing.txt"].startswith(b"manifest.json, manifest.csv: ")


def test_a_message_nobody_can_read_is_no_bundle(desk: Desk) -> None:
    message = Message("bundles", "x", "{}")
    with pytest.raises(AssertionError):
        desk.make(message.body)


def test_units_of_work_are_over_before_bytes_flow(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """No transaction is open while the store is asked."""
    open_now: list[object] = []
    enter, leave = SqlUnitOfWork.__enter__, SqlUnitOfWork.__exit__

    def entered(self: SqlUnitOfWork) -> SqlUnitOfWork:
        open_now.append(self)
        return enter(self)

    def left(self: SqlUnitOfWork, *args: Any) -> None:
        open_now.remove(self)
        leave(self, *args)

    def closed(usual: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any) -> Any:
            assert open_now == []
            return usual(*args)

        return run

    bundle = desk.ask()
    bodies = desk.messages()
    store = desk.world.store
    for name in ("start_multipart", "complete_multipart", "abort_multipart"):
        monkeypatch.setattr(store, name, closed(getattr(store, name)))
    monkeypatch.setattr(SqlUnitOfWork, "__enter__", entered)
    monkeypatch.setattr(SqlUnitOfWork, "__exit__", left)
    desk.make(*bodies)
    assert desk.now(bundle).state is BundleState.READY
