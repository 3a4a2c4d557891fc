"""Assets from fact to bucket: settled once, rescued when their event was lost, removed when nobody uses them."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest

from functions.dead_letter import handler as dead_letter
from functions.record import handler as record
from medley.contracts import notifications
from medley.contracts.assets import AudioAssetFacts, ImageFacts
from medley.contracts.facts import AssetAccepted, AssetRefused, Fact
from medley.contracts.keys import AssetKey
from medley.contracts.pushes import AssetChanged
from medley.domain.assets import AssetKind
from medley.limits import TASK_ATTEMPTS, UPLOAD_EXPECTED_S, UPLOAD_LOOK_S
from medley.runtime.observability import logger
from medley.services import after_commit, sweep
from medley.services.sweep import Sweeper
from tests.flows.fakes import FakeStore
from tests.flows.world import SOUND, World

IMAGE = ImageFacts(codec="png", width=1, height=1, size_bytes=1, sha256="b" * 64)


@pytest.fixture(autouse=True)
def all_invariants_hold(world: World) -> Iterator[None]:
    yield
    assert world.broken() == {}


@pytest.fixture
def store() -> FakeStore:
    return FakeStore()


@pytest.fixture
def keeper(world: World, store: FakeStore) -> Sweeper:
    return Sweeper(world.unit_of_work, world.queue, world.pusher, store, "bucket", lambda: 60.0)


def ask(world: World, kind: AssetKind = AssetKind.AUDIO) -> AssetKey:
    """Expect an asset."""
    asset_id = world.add_sound(ready=False)
    world.sql("UPDATE assets SET kind = :kind WHERE id = :id", kind=kind, id=asset_id)
    return AssetKey(world.user, world.project, asset_id)


def accepted(key: AssetKey, facts: AudioAssetFacts | ImageFacts = SOUND, *, owner: UUID | None = None) -> AssetAccepted:
    return AssetAccepted(owner_id=owner or key.owner, asset_id=key.asset, facts=facts)


def state(world: World, key: AssetKey) -> tuple[str, str | None]:
    row = world.sql("SELECT state, code FROM assets WHERE id = :a", a=key.asset)[0]
    return row.state, row.code


def age(world: World, seconds: int) -> None:
    """Make all assets so old, and nobody looked for them since."""
    world.sql("UPDATE assets SET looked_at = NULL, created_at = now() - make_interval(secs => :s)", s=seconds)


def run(world: World, *facts: Fact) -> None:
    """Hand facts to the record function one by one."""
    deps = record.Dependencies(world.unit_of_work, world.queue, world.pusher, world.store, None, None, logger("record"))
    for fact in facts:
        after_commit.perform(record.record(fact.model_dump_json(), deps), deps.unit_of_work, deps.queue, deps.pusher)


def test_accepted_or_refused_once(world: World) -> None:
    world.open_socket("c")
    good, bad, gone = (ask(world) for _ in range(3))
    with world.unit_of_work() as uow:
        assert uow.library.delete_assets(world.user, [gone.asset])
        uow.commit()
    refused = AssetRefused(owner_id=world.user, asset_id=bad.asset, code="no_audio", message="It has no sound.")
    contrary = [
        accepted(bad),
        refused.model_copy(update={"asset_id": good.asset}),
        accepted(gone),
        accepted(AssetKey(world.user, world.project, uuid4())),
        accepted(good, IMAGE),
    ]
    run(world, accepted(good, owner=uuid4()))
    assert state(world, good) == ("expected", None)
    run(world, accepted(good), refused, *contrary, accepted(good), refused)
    assert [state(world, key) for key in (good, bad, gone)] == [
        ("ready", None),
        ("rejected", "no_audio"),
        ("deleted", None),
    ]
    assert [push for _, push in world.pusher.told] == [
        AssetChanged(project_id=world.project, asset_id=good.asset, state="ready"),
        AssetChanged(project_id=world.project, asset_id=bad.asset, state="rejected", code="no_audio"),
    ]


@pytest.mark.parametrize(("kind", "found"), [(AssetKind.AUDIO, IMAGE), (AssetKind.IMAGE, SOUND)])
def test_an_asset_of_another_kind_is_rejected(
    world: World, kind: AssetKind, found: AudioAssetFacts | ImageFacts
) -> None:
    world.open_socket("c")
    key = ask(world, kind)
    run(world, accepted(key, found), accepted(key, found))
    assert state(world, key) == ("rejected", "wrong_kind")
    assert len(world.pusher.told) == 1


def test_an_upload_whose_event_was_lost_is_announced_again(world: World, keeper: Sweeper, store: FakeStore) -> None:
    key = ask(world)
    store.objects.add(str(key))
    assert keeper.rescue_uploads(sweep.assets) == 0
    age(world, UPLOAD_LOOK_S + 1)
    assert keeper.rescue_uploads(sweep.clips) == 0
    assert keeper.rescue_uploads(sweep.assets) == 1
    (message,) = world.queue.take()
    assert (message.queue, message.group) == ("uploads", str(world.user))
    assert notifications.created_keys(message.body) == [str(key)]
    assert keeper.rescue_uploads(sweep.assets) == 0  # not again at once


def test_an_asset_that_was_never_uploaded_is_rejected_in_the_end(world: World, keeper: Sweeper) -> None:
    key = ask(world)
    age(world, UPLOAD_EXPECTED_S - 60)
    assert keeper.rescue_uploads(sweep.assets) == 0
    age(world, UPLOAD_EXPECTED_S + 1)
    assert keeper.rescue_uploads(sweep.assets) == 1
    assert state(world, key) == ("rejected", "never_uploaded")


def test_a_deleted_asset_is_removed_unless_it_is_being_used(world: World, keeper: Sweeper, store: FakeStore) -> None:
    used, unused = ask(world), ask(world)
    run(world, accepted(used))
    store.objects |= {str(used), str(unused), "assets/another"}
    world.order()
    with world.unit_of_work() as uow:
        assert all(uow.library.delete_assets(world.user, [key.asset]) for key in (used, unused))
        uow.commit()
    assert keeper.remove_objects(sweep.assets) == 0  # an upload signed before may still arrive
    world.sql("UPDATE assets SET deleted_at = deleted_at - interval '2 hours'")
    assert keeper.remove_objects(sweep.assets) == 1
    assert store.objects == {str(used), "assets/another"}
    world.deliver()
    assert keeper.remove_objects(sweep.assets) == 1
    assert store.objects == {"assets/another"}
    assert keeper.remove_objects(sweep.assets) == 0


def test_an_upload_that_dies_time_after_time_is_a_rejected_asset(world: World) -> None:
    key = ask(world)
    deps = dead_letter.Dependencies(
        unit_of_work=world.unit_of_work,
        queue=world.queue,
        pusher=world.pusher,
        store=world.store,
        hand_back=None,
        count_lost=lambda: None,
        logger=logger("dead_letter"),
    )
    event = notifications.object_created("bucket", str(key))
    for _ in range(TASK_ATTEMPTS - 1):
        dead_letter.handle_dead_message(event, deps, [])
        assert state(world, key) == ("expected", None)
    dead_letter.handle_dead_message(event, deps, [])
    assert state(world, key) == ("rejected", "ingest_gave_up")
