"""Groups of clips: their order, their names, and who changes them at the same time."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, event, text

from medley import limits
from medley.db.unit_of_work import SqlUnitOfWork
from medley.services import groups
from tests.api.conftest import Studio, Workers
from tests.api.gateway import Browser


def test_groups_are_ordered_and_hold_each_clip_once(studio: Studio) -> None:
    browser, (a, b, c) = studio.browser, studio.clip_ids
    path = f"/v1/projects/{studio.project_id}/groups"
    hook = browser.post(path, {"name": "Hook", "clip_ids": [b, a]})
    assert (hook.status, hook.json["position"], hook.json["clip_ids"]) == (201, 1, [b, a])
    body = browser.post(path, {"name": "Body", "clip_ids": [a, c]}).json  # a moves
    empty = browser.post(path, {"name": "Empty"}).json
    assert [(g["name"], g["clip_ids"]) for g in browser.get(path).json["items"]] == [
        ("Hook", [b]),
        ("Body", [a, c]),
        ("Empty", []),
    ]
    change = {"name": "End", "clip_ids": [c, b], "position": 1, "version": 2}
    moved = browser.send("PUT", f"/v1/groups/{empty['id']}", change | {"version": 1})
    assert (moved.status, moved.json) == (200, empty | change)
    assert browser.get(path).json["items"][1]["version"] == hook.json["version"] + 2  # it lost a, then b
    assert [(g["name"], g["position"], g["clip_ids"]) for g in browser.get(path).json["items"]] == [
        ("End", 1, [c, b]),
        ("Hook", 2, []),
        ("Body", 3, [a]),
    ]
    assert browser.delete(f"/v1/groups/{hook.json['id']}").status == 204
    assert [(g["id"], g["position"]) for g in browser.get(path).json["items"]] == [(empty["id"], 1), (body["id"], 2)]
    unmoved = browser.send("PUT", f"/v1/groups/{body['id']}", {"name": "Body", "clip_ids": [], "version": 2}).json
    assert (unmoved["position"], unmoved["clip_ids"]) == (2, [])
    last = browser.send("PUT", f"/v1/groups/{empty['id']}", change | {"position": limits.GROUPS_PER_PROJECT}).json
    assert last["position"] == 2


def test_the_order_of_many_groups_is_one_statement(studio: Studio, engine: Engine) -> None:
    path = f"/v1/projects/{studio.project_id}/groups"
    asked = []

    def note(*details: Any) -> None:
        asked.append(details[2])

    def move() -> int:
        """Make the last group the first; how many statements that took."""
        last = studio.browser.get(path).json["items"][-1]
        asked.clear()
        change = {"name": last["name"], "clip_ids": [], "position": 1, "version": last["version"]}
        assert studio.browser.send("PUT", f"/v1/groups/{last['id']}", change).json["position"] == 1
        return len(asked)

    for name in ("A", "B"):
        studio.browser.post(path, {"name": name})
    event.listen(engine, "before_cursor_execute", note)
    try:
        of_two = move()
        for name in ("C", "D", "E"):
            studio.browser.post(path, {"name": name})
        assert move() == of_two
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert [group["name"] for group in studio.browser.get(path).json["items"]] == ["E", "B", "A", "C", "D"]


def test_a_deleted_clip_leaves_its_group(studio: Studio) -> None:
    path = f"/v1/projects/{studio.project_id}/groups"
    studio.browser.post(path, {"name": "Hook", "clip_ids": studio.clip_ids})
    studio.browser.delete(f"/v1/clips/{studio.clip_ids[1]}")
    (group,) = studio.browser.get(path).json["items"]
    assert group["clip_ids"] == [studio.clip_ids[0], studio.clip_ids[2]]


def test_a_clip_deleted_while_its_group_is_changed_stays_out_of_it(
    studio: Studio, unit_of_work: Callable[[], SqlUnitOfWork], engine: Engine
) -> None:
    path = f"/v1/projects/{studio.project_id}/groups"
    group = studio.browser.post(path, {"name": "Hook"}).json["id"]
    gone, *kept = studio.clip_ids
    with ThreadPoolExecutor(1) as pool, unit_of_work() as changing:
        owner, clip_ids = UUID(studio.browser.user["id"]), [UUID(clip) for clip in studio.clip_ids]
        wanted = groups.Wanted("Hook", None, clip_ids)
        groups.change(changing, owner, UUID(group), wanted, version=1, position=None)
        deleting = pool.submit(studio.browser.delete, f"/v1/clips/{gone}")
        wait([deleting], timeout=0.5)  # it waits for the change
        changing.commit()
        assert deleting.result().status == 204
    with engine.connect() as connection:
        members = connection.execute(text("SELECT clip_id::text FROM group_clips ORDER BY position")).scalars()
        assert list(members) == kept


def test_no_group_shows_a_deleted_clip(studio: Studio, engine: Engine) -> None:
    path = f"/v1/projects/{studio.project_id}/groups"
    studio.browser.post(path, {"name": "Hook", "clip_ids": studio.clip_ids})
    with engine.begin() as connection:  # as an older version could leave it
        deleted = text("UPDATE clips SET state = 'deleted', deleted_at = now() WHERE id = :clip")
        connection.execute(deleted, {"clip": studio.clip_ids[0]})
    (group,) = studio.browser.get(path).json["items"]
    assert group["clip_ids"] == studio.clip_ids[1:]


def test_a_group_holds_clips_of_its_project_alone(studio: Studio, bob: Browser) -> None:
    path = f"/v1/projects/{studio.project_id}/groups"
    theirs = bob.clip(bob.project())["clip"]["id"]
    other = studio.browser.clip(studio.browser.project())["clip"]["id"]
    for foreign in (theirs, other, str(uuid4())):
        reply = studio.browser.post(path, {"name": "Hook", "clip_ids": [studio.clip_ids[0], foreign]})
        assert (reply.status, reply.code, reply.metadata) == (422, "unknown_clips", {"clip_ids": [foreign]})
    twice = studio.browser.post(path, {"name": "Hook", "clip_ids": [studio.clip_ids[0]] * 2})
    assert (twice.status, twice.code) == (422, "duplicate_clips")
    assert studio.browser.get(path).json["items"] == []


def test_the_number_of_groups_is_limited(studio: Studio) -> None:
    path = f"/v1/projects/{studio.project_id}/groups"
    replies = [studio.browser.post(path, {"name": f"G{n}"}) for n in range(limits.GROUPS_PER_PROJECT + 1)]
    assert {reply.status for reply in replies[:-1]} == {201}
    assert (replies[-1].status, replies[-1].code) == (409, "too_many_groups")


def test_groups_reach_the_app_in_order_with_their_ready_clips(
    studio: Studio, unit_of_work: Callable[[], SqlUnitOfWork]
) -> None:
    a, b, c = studio.clip_ids
    waiting = studio.browser.clip(studio.project_id)["clip"]["id"]
    path = f"/v1/projects/{studio.project_id}/groups"
    studio.browser.post(path, {"name": "Hook", "clip_ids": [b, waiting]})
    end = studio.browser.post(path, {"name": "End", "clip_ids": [c, a]}).json
    change = {"name": "End", "clip_ids": [c, a], "position": 1, "version": 1}
    studio.browser.send("PUT", f"/v1/groups/{end['id']}", change)
    with unit_of_work() as uow:
        library = uow.library.ready_library(UUID(studio.browser.user["id"]), UUID(studio.project_id))
    assert [source.name for source in library.clips] == ["a.mp4", "b.mp4", "c.mp4"]
    assert [(group.name, group.clip_ids) for group in library.groups] == [
        ("End", (UUID(c), UUID(a))),
        ("Hook", (UUID(b),)),
    ]
    assert library.groups[0].id == UUID(end["id"])


def test_two_tabs_do_not_overwrite_each_other(studio: Studio) -> None:
    browser, (a, b, c) = studio.browser, studio.clip_ids
    group = browser.post(f"/v1/projects/{studio.project_id}/groups", {"name": "Hook", "clip_ids": [a]}).json
    path, body = f"/v1/groups/{group['id']}", {"name": "Hook", "clip_ids": [a, b], "version": group["version"]}
    with ThreadPoolExecutor(2) as pool:
        first, second = sorted(
            pool.map(lambda clip: browser.send("PUT", path, body | {"clip_ids": [a, clip]}), (b, c)),
            key=lambda reply: reply.status,
        )
    assert (first.status, second.status, second.code) == (200, 409, "group_changed")
    assert second.metadata == {"version": first.json["version"]}
    again = browser.send("PUT", path, body | {"clip_ids": [a, b, c], "version": first.json["version"]})
    assert again.json["clip_ids"] == [a, b, c]


def test_clips_are_moved_without_a_word_about_others(studio: Studio) -> None:
    browser, (a, b, c) = studio.browser, studio.clip_ids
    path = f"/v1/projects/{studio.project_id}/groups"
    hook = browser.post(path, {"name": "Hook", "clip_ids": [a]}).json
    body = browser.post(path, {"name": "Body", "clip_ids": [b]}).json
    moved = browser.post(f"/v1/groups/{body['id']}/clips", {"clip_ids": [c, a]})
    assert (moved.status, moved.json["clip_ids"], moved.json["version"]) == (200, [b, c, a], 2)
    left = browser.get(path).json["items"][0]
    assert (left["clip_ids"], left["version"]) == ([], hook["version"] + 1)
    front = browser.post(f"/v1/groups/{body['id']}/clips", {"clip_ids": [a], "position": 1})
    assert front.json["clip_ids"] == [a, b, c]
    assert browser.post(f"/v1/projects/{studio.project_id}/clips/ungroup", {"clip_ids": [a, c]}).status == 204
    assert [group["clip_ids"] for group in browser.get(path).json["items"]] == [[], [b]]
    for wrong, code in (([a, a], "duplicate_clips"), ([str(uuid4())], "unknown_clips"), ([], "invalid_input")):
        assert browser.post(f"/v1/groups/{body['id']}/clips", {"clip_ids": wrong}).code == code


def test_clips_that_are_moved_at_once_all_arrive(studio: Studio) -> None:
    group = studio.browser.post(f"/v1/projects/{studio.project_id}/groups", {"name": "Hook"}).json["id"]
    with ThreadPoolExecutor(3) as pool:
        path = f"/v1/groups/{group}/clips"
        list(pool.map(lambda clip: studio.browser.post(path, {"clip_ids": [clip]}), studio.clip_ids))
    (found,) = studio.browser.get(f"/v1/projects/{studio.project_id}/groups").json["items"]
    assert sorted(found["clip_ids"]) == sorted(studio.clip_ids)


@pytest.mark.parametrize("same", ["Hook", " hook ", "HOOK", "Ho\u200bok", "\uff28ook", "Ho\u00adok"])
def test_no_two_groups_of_a_project_have_names_a_person_could_take_for_each_other(studio: Studio, same: str) -> None:
    path = f"/v1/projects/{studio.project_id}/groups"
    hook = studio.browser.post(path, {"name": "Hook"}).json
    other = studio.browser.post(path, {"name": "Hook 2"}).json
    for reply in (
        studio.browser.post(path, {"name": same}),
        studio.browser.send("PUT", f"/v1/groups/{other['id']}", {"name": same, "clip_ids": [], "version": 1}),
    ):
        assert (reply.status, reply.code) == (409, "group_name_taken")
    kept = studio.browser.send("PUT", f"/v1/groups/{hook['id']}", {"name": same, "clip_ids": [], "version": 1})
    assert kept.status == 200  # its own
    elsewhere = studio.browser.project("Other")
    assert studio.browser.post(f"/v1/projects/{elsewhere}/groups", {"name": "Hook"}).status == 201


def test_a_group_has_a_colour(studio: Studio) -> None:
    path = f"/v1/projects/{studio.project_id}/groups"
    group = studio.browser.post(path, {"name": "Hook", "color": "#1e88e5"}).json
    assert group["color"] == "#1e88e5"
    body = {"name": "Hook", "clip_ids": [], "version": 1, "color": None}
    assert studio.browser.send("PUT", f"/v1/groups/{group['id']}", body).json["color"] is None
    for wrong in ("red", "#1E88E5", "#fff", "#1e88e5;", 5, ""):
        assert studio.browser.post(path, {"name": "Other", "color": wrong}).code == "invalid_input"


def test_options_of_a_group_hold_when_it_is_renamed(studio: Studio) -> None:
    path, (a, b, c) = f"/v1/projects/{studio.project_id}", studio.clip_ids
    group = studio.browser.post(f"{path}/groups", {"name": "Hook", "clip_ids": [a, b]}).json
    studio.browser.post(f"{path}/groups", {"name": "End", "clip_ids": [c]})
    spec = {"count": 1, "mode": "groups", "groups": [{"id": group["id"], "clips": 2}]}
    before = studio.browser.post(f"{path}/quote", {"spec": spec})
    assert (before.status, before.json["capacity"]) == (200, "2")
    body = {"name": "Opening", "clip_ids": [a, b], "version": 1}
    assert studio.browser.send("PUT", f"/v1/groups/{group['id']}", body).status == 200
    assert studio.browser.post(f"{path}/quote", {"spec": spec}).json["capacity"] == "2"
    by_name = spec | {"groups": [{"name": "Opening", "clips": 2}]}
    assert studio.browser.post(f"{path}/quote", {"spec": by_name}).json["capacity"] == "2"
    gone = studio.browser.post(f"{path}/quote", {"spec": spec | {"groups": [{"id": str(uuid4()), "clips": 2}]}})
    assert (gone.status, gone.code) == (422, "group_not_in_project")
    both = {"id": group["id"], "name": "Opening", "clips": 2}
    assert studio.browser.post(f"{path}/quote", {"spec": spec | {"groups": [both]}}).code == "invalid_spec"
    twice = [{"id": group["id"]}, {"name": "Opening"}]
    assert studio.browser.post(f"{path}/quote", {"spec": spec | {"groups": twice}}).code == "group_named_twice"


def test_an_order_is_planned_for_the_group_it_meant_whatever_it_is_called_since(
    studio: Studio, workers: Workers
) -> None:
    path, (a, b, c) = f"/v1/projects/{studio.project_id}", studio.clip_ids
    group = studio.browser.post(f"{path}/groups", {"name": "Hook", "clip_ids": [a, b]}).json
    studio.browser.post(f"{path}/groups", {"name": "End", "clip_ids": [c]})
    wanted = {"count": 1, "mode": "groups", "clips_per_video": None, "groups": [{"id": group["id"], "clips": 2}]}
    ordered = studio.order(**wanted).json
    assert studio.browser.delete(f"/v1/groups/{group['id']}").status == 204
    workers.work()
    made = studio.browser.get(f"/v1/generations/{ordered['id']}").json
    assert made["generation"]["state"] == "succeeded", made
