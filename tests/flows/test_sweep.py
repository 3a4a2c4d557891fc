"""Sweeper: uploads nobody heard of, what nobody needs any more, and rows or parts that fail it."""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from uuid import UUID, uuid4

import pytest

from medley.contracts import keys, notifications
from medley.contracts.facts import TaskProgressed
from medley.contracts.keys import UploadKey
from medley.domain import retries
from medley.domain.generations import GenerationState
from medley.domain.projects import ClipGroup
from medley.errors import Unavailable
from medley.ports.database import UnitOfWork
from medley.ports.generations import TaskRef
from medley.services import rescue
from medley.services.after_commit import AfterCommit
from medley.services.sweep import Sweeper
from tests.flows.conftest import Sweep
from tests.flows.events import Context
from tests.flows.fakes import FakeStore
from tests.flows.world import Command, World, done, identity


@pytest.fixture(autouse=True)
def all_invariants_hold(world: World) -> Iterator[None]:
    yield
    assert world.broken() == {}


def start(world: World, command: Command) -> None:
    world.record(TaskProgressed(**identity(command), work_done=0))


def test_a_row_nobody_can_handle_costs_the_others_nothing(
    world: World,
    run_sweep: Sweep,
    store: FakeStore,
    metrics: Counter[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whatever is wrong with one person's order, the rest of the pass is everybody's."""
    helpless = world.order("helpless").id
    world.pending()
    world.order("fine")
    tasks = {command.work.task_id for command in world.pending()}
    clip = world.add_clip(9, ready=False)
    store.objects.add(str(UploadKey(world.user, world.project, clip)))
    world.sql("UPDATE clips SET created_at = now() - interval '301 seconds' WHERE id = :c", c=clip)
    world.open_socket("old")
    world.sql("UPDATE sockets SET connected_at = now() - interval '3 hours'")
    world.age_tasks(1_801)
    usual = rescue.happened

    def happened(uow: UnitOfWork, ref: TaskRef, event: retries.Event) -> AfterCommit | None:
        if ref.generation_id == helpless:
            raise ValueError("nobody can tell")
        return usual(uow, ref, event)

    monkeypatch.setattr(rescue, "happened", happened)
    assert run_sweep(queues_lost=True) == {
        "tasks_sent_again": len(tasks),
        "clips_rescued": 1,
        "sockets_pruned": 1,
    }
    assert {command.work.task_id for command in world.pending()} == tasks
    assert metrics["broken_I1"] == 0


def test_an_object_nobody_can_handle_costs_the_others_nothing(
    world: World, run_sweep: Sweep, store: FakeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    cursed, expected, deleted, kept = (world.add_clip(n, ready=False) for n in (7, 8, 9, 10))
    store.objects |= {str(UploadKey(world.user, world.project, clip)) for clip in (cursed, expected, deleted, kept)}
    for clip in (deleted, kept):
        delete_clip(world, clip)
    world.sql("UPDATE clips SET created_at = now() - interval '301 seconds'")

    def fail_for(clip: UUID, name: str) -> None:
        usual = getattr(store, name)

        def sometimes(key: str) -> object:
            if key.endswith(str(clip)):
                raise ValueError(key)
            return usual(key)

        monkeypatch.setattr(store, name, sometimes)

    fail_for(cursed, "head")
    fail_for(kept, "delete")
    assert run_sweep() == {"clips_rescued": 1, "clips_removed": 1}
    assert store.objects == {str(UploadKey(world.user, world.project, clip)) for clip in (cursed, expected, kept)}


def test_a_step_that_fails_costs_the_others_nothing(
    world: World, run_sweep: Sweep, metrics: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of whatever kind the failure is: it is raised when all is done, for the alarm."""
    world.order()
    world.sql("UPDATE generations SET deadline = now() - interval '1 second'")
    world.open_socket("old")
    world.sql("UPDATE sockets SET connected_at = now() - interval '3 hours'")

    def fail(_: Sweeper) -> int:
        raise ZeroDivisionError

    monkeypatch.setattr(Sweeper, "end_overdue", fail)
    with pytest.raises(ZeroDivisionError):
        run_sweep()
    assert metrics["sockets_pruned"] == 1
    assert metrics["broken_I1"] == 0


def test_out_of_time(world: World, run_sweep: Sweep) -> None:
    """A pass with no time left begins nothing; the next goes on."""
    world.order()
    world.sql("UPDATE generations SET deadline = now() - interval '1 second'")
    world.age_tasks(1_801)
    assert run_sweep(Context("sweep", remaining_ms=9_000)) == {}
    assert run_sweep()["generations_ended"] == 1


def test_an_upload_whose_event_was_lost_is_announced_again(world: World, run_sweep: Sweep, store: FakeStore) -> None:
    clip = world.add_clip(9, ready=False)
    key = str(UploadKey(world.user, world.project, clip))
    store.objects.add(key)
    assert run_sweep() == {}
    world.sql("UPDATE clips SET created_at = now() - interval '301 seconds'")
    assert run_sweep() == {"clips_rescued": 1}
    (message,) = world.queue.take()
    assert (message.queue, message.group) == ("uploads", str(world.user))
    assert notifications.created_keys(message.body) == [key]
    assert run_sweep() == {}  # not again at once
    world.sql("UPDATE clips SET looked_at = looked_at - interval '301 seconds'")
    assert run_sweep() == {"clips_rescued": 1}


def test_an_upload_whose_message_merely_waits_is_announced_ever_less_often(
    world: World, run_sweep: Sweep, store: FakeStore
) -> None:
    """Ingest is an hour behind: each duplicate would put it further behind."""
    clip = world.add_clip(9, ready=False)
    store.objects.add(str(UploadKey(world.user, world.project, clip)))
    announced = []
    for minute in range(5, 61, 5):
        world.sql(
            "UPDATE clips SET created_at = created_at - interval '5 min', looked_at = looked_at - interval '5 min'"
        )
        if run_sweep():
            announced.append(minute)
    assert (announced[0], len(announced)) == (5, 4)  # then after 10, 20 and 40 minutes, or one more
    world.sql("UPDATE clips SET created_at = now() - interval '6 days', looked_at = now() - interval '1 day'")
    assert run_sweep() == {"clips_rescued": 1}


def test_a_clip_that_was_never_uploaded_is_rejected_in_the_end(world: World, run_sweep: Sweep) -> None:
    clip = world.add_clip(9, ready=False)
    world.sql("UPDATE clips SET created_at = now() - interval '6 days' WHERE id = :c", c=clip)
    assert run_sweep() == {}
    world.sql("UPDATE clips SET created_at = now() - interval '8 days', looked_at = NULL WHERE id = :c", c=clip)
    assert run_sweep() == {"clips_rescued": 1}
    row = world.sql("SELECT state, code FROM clips WHERE id = :c", c=clip)[0]
    assert (row.state, row.code) == ("rejected", "never_uploaded")


def delete_clip(world: World, clip: UUID) -> None:
    with world.unit_of_work() as uow:
        assert uow.library.delete_clips(world.user, [clip])
        uow.commit()
    world.sql("UPDATE clips SET deleted_at = deleted_at - interval '2 hours' WHERE id = :c", c=clip)


def test_what_owners_deleted_is_removed_unless_it_is_being_used(
    world: World, run_sweep: Sweep, store: FakeStore
) -> None:
    clip = world.clips[0]
    objects = {
        str(UploadKey(world.user, world.project, clip)),
        *(keys.derived(world.user, clip, name) for name in keys.DERIVED_NAMES),
    }
    store.objects |= objects | {"uploads/another"}
    ordered = world.order()
    delete_clip(world, clip)
    assert run_sweep() == {}
    assert store.objects > objects
    world.deliver()  # the plan was fixed when it was ordered: the deleted clip is in it
    assert world.generation(ordered.id).state is GenerationState.SUCCEEDED
    assert run_sweep() == {"clips_removed": 1}
    assert store.objects == {"uploads/another"}
    assert run_sweep() == {}


def test_a_clip_just_deleted_may_still_be_arriving(world: World, run_sweep: Sweep) -> None:
    with world.unit_of_work() as uow:
        uow.library.delete_clips(world.user, [world.clips[0]])
        uow.commit()
    assert run_sweep() == {}


def test_a_backlog_of_one_step_does_not_starve_the_others(
    world: World, run_sweep: Sweep, store: FakeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hundreds of files were never sent and the bucket is slow: what owners deleted is removed all the same."""
    expected = [world.add_clip(n, ready=False) for n in range(70)]
    world.sql("UPDATE clips SET created_at = now() - interval '301 seconds' WHERE state = 'expected'")
    delete_clip(world, world.clips[0])
    store.objects.add(str(UploadKey(world.user, world.project, world.clips[0])))
    clock = Context("sweep")
    looks: list[str] = []

    def slow(key: str) -> None:
        clock.remaining_ms -= 1_000
        looks.append(key)

    monkeypatch.setattr(store, "head", slow)
    assert run_sweep(clock) == {"clips_removed": 1}
    assert 0 < len(looks) < 20
    assert clock.remaining_ms > 30_000
    for _ in range(19):
        if len(looks) < len(expected):
            clock.remaining_ms = 60_000
            run_sweep(clock)
    assert sorted(looks) == sorted(str(UploadKey(world.user, world.project, clip)) for clip in expected)


def test_what_was_announced_before_the_store_went_down_is_not_announced_again_at_once(
    world: World, run_sweep: Sweep, store: FakeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    clips = [world.add_clip(n, ready=False) for n in range(2)]
    store.objects |= {str(UploadKey(world.user, world.project, clip)) for clip in clips}
    world.sql("UPDATE clips SET created_at = now() - interval '301 seconds' WHERE state = 'expected'")
    usual = store.head

    def once(key: str) -> object:
        found = usual(key)
        store.down = True
        return found

    monkeypatch.setattr(store, "head", once)
    for _ in clips:
        store.down = False
        with suppress(Unavailable):
            run_sweep()
    announced = [key for message in world.queue.take() for key in notifications.created_keys(message.body)]
    assert sorted(announced) == sorted(store.objects)


def test_a_store_that_is_down_does_not_stop_the_rest(
    world: World, run_sweep: Sweep, store: FakeStore, metrics: Counter[str]
) -> None:
    delete_clip(world, world.clips[0])
    world.order()
    world.sql("UPDATE generations SET deadline = now() - interval '1 second'")
    store.down = True
    with pytest.raises(Unavailable):
        run_sweep()
    assert metrics["generations_ended"] == 1
    assert metrics["broken_I1"] == 0
    assert "clips_removed" not in metrics


def test_what_is_old_is_forgotten(world: World, run_sweep: Sweep) -> None:
    world.open_socket("old")
    world.order()
    world.deliver()
    kept = run_sweep()
    assert kept == {}
    world.sql("UPDATE sockets SET connected_at = now() - interval '2 hours 1 second'")
    world.sql("UPDATE idempotency SET created_at = now() - interval '8 days'")
    world.sql("UPDATE outbox SET published_at = now() - interval '25 hours'")
    world.sql("UPDATE sessions SET expires_at = now() - interval '31 days'")
    world.sql(
        "INSERT INTO devices (id, user_id, cookie_hash, last_seen_at)"
        " SELECT gen_random_uuid(), id, 'old', now() - interval '366 days' FROM users"
    )
    world.sql("INSERT INTO used_tickets VALUES ('old', 'c-1', now() - interval '11 minutes')")
    world.sql(
        "INSERT INTO mails (cause, template, claimed_until) VALUES (gen_random_uuid(), 'x', now() - interval '8 days')"
    )
    world.sql(
        "INSERT INTO mail_links (id, purpose, secret_hash, email, expires_at)"
        " VALUES (gen_random_uuid(), 'reset', 'x', 'a@b.c', now() - interval '1 second')"
    )
    world.sql("INSERT INTO audit_events (action, at) VALUES ('signed_in', now() - interval '731 days')")
    world.sql("INSERT INTO exports SELECT gen_random_uuid(), id, now() - interval '4 days' FROM users")
    messages = world.sql("SELECT count(*) AS n FROM outbox")[0].n
    assert run_sweep() == {
        "devices_pruned": 1,
        "tickets_pruned": 1,
        "mails_pruned": 1,
        "links_pruned": 1,
        "audit_pruned": 1,
        "exports_pruned": 1,
        "sockets_pruned": 1,
        "sessions_pruned": 1,
        "keys_pruned": 1,
        "messages_pruned": messages,
    }


def test_what_videos_were_made_of_goes_with_them_and_what_was_bought_stays(world: World, run_sweep: Sweep) -> None:
    ended, running = world.order("ended").id, world.order("running", count=2).id
    works = [command for command in world.pending() if command.work.generation_id == ended]
    while works:
        for command in works:
            for fact in done(command):
                world.record(fact)
        works = [command for command in world.pending() if command.work.generation_id == ended]
    books = {**world.end_state(ended), "tasks": []}
    world.sql("UPDATE outputs SET recipe = '{}' WHERE generation_id = :g", g=ended)  # as of the oldest
    world.sql("UPDATE generations SET finished_at = now() - interval '89 days' WHERE id = :g", g=ended)
    assert run_sweep() == {}
    world.sql("UPDATE generations SET finished_at = now() - interval '90 days 1 second' WHERE id = :g", g=ended)
    assert run_sweep() == {"work_forgotten": 1}
    assert world.end_state(ended) == books
    assert world.sql("SELECT recipe FROM outputs WHERE generation_id = :g AND recipe IS NOT NULL", g=ended) == []
    kept = world.sql("SELECT DISTINCT generation_id FROM tasks")
    assert [row.generation_id for row in kept] == [running]
    assert run_sweep() == {}


def test_rows_of_a_deleted_project_go_with_the_groups_their_clips_stood_in(world: World, run_sweep: Sweep) -> None:
    with world.unit_of_work() as uow:
        uow.library.add_group(ClipGroup(uuid4(), world.project, "hook", 0, clip_ids=tuple(world.clips[:2])))
        uow.library.delete_project(world.user, world.project)
        uow.commit()
    world.sql("UPDATE clips SET deleted_at = deleted_at - interval '2 hours'")
    assert run_sweep() == {"clips_removed": len(world.clips)}
    world.sql("UPDATE clips SET objects_removed_at = now() - interval '92 days'")
    assert run_sweep() == {"uploads_forgotten": len(world.clips)}
    assert world.sql("SELECT FROM group_clips") == []


def test_the_row_of_a_deleted_upload_goes_when_no_manifest_names_it_any_more(world: World, run_sweep: Sweep) -> None:
    asset = world.add_sound()
    with world.unit_of_work() as uow:
        uow.library.delete_assets(world.user, [asset])
        uow.commit()
    delete_clip(world, world.clips[0])
    world.sql("UPDATE assets SET deleted_at = deleted_at - interval '2 hours'")
    assert run_sweep() == {"clips_removed": 1, "assets_removed": 1}
    age = "SET objects_removed_at = now() - make_interval(days => :d) WHERE objects_removed_at IS NOT NULL"
    for days, forgotten in ((90, {}), (92, {"uploads_forgotten": 2})):
        for table in ("clips", "assets"):
            world.sql(f"UPDATE {table} {age}", d=days)
        assert run_sweep() == forgotten
    assert world.sql("SELECT count(*) AS n FROM clips")[0].n == len(world.clips) - 1
    assert world.sql("SELECT id FROM assets") == []
