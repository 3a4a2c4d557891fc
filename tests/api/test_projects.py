"""Projects and groups."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, event, text

from medley import limits
from medley.db.unit_of_work import SqlUnitOfWork
from medley.services import projects
from tests.api.conftest import Studio
from tests.api.gateway import Browser


def test_a_project_is_made_read_renamed_and_deleted(ada: Browser) -> None:
    made = ada.post("/v1/projects", {"app": "video_mixer", "name": "Spring"})
    assert made.status == 201
    path = f"/v1/projects/{made.json['id']}"
    assert ada.get(path).json == made.json
    renamed = ada.send("PATCH", path, {"name": " Summer "})
    assert (renamed.status, renamed.json) == (200, made.json | {"name": "Summer"})
    assert ada.delete(path).status == 204
    for reply in (ada.get(path), ada.delete(path), ada.send("PATCH", path, {"name": "x"}), ada.get(f"{path}/clips")):
        assert (reply.status, reply.code) == (404, "unknown_project")


def test_projects_are_listed_in_pages_newest_first(ada: Browser) -> None:
    ids = [ada.project(f"P{n}") for n in range(5)]
    ada.delete(f"/v1/projects/{ids[2]}")
    found, cursor = [], None
    while True:
        page = ada.get("/v1/projects?limit=2" + (f"&cursor={cursor}" if cursor else "")).json
        assert len(page["items"]) <= 2
        found += [item["id"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert found == [ids[4], ids[3], ids[1], ids[0]]


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=1e1", "limit=-1", "limit=", "limit=%EF%BC%91", "cursor=x"]
)
def test_a_page_is_asked_for_in_plain_numbers(ada: Browser, query: str) -> None:
    reply = ada.get(f"/v1/projects?{query}")
    assert (reply.status, reply.code) == (422, "invalid_input")


def test_an_app_that_does_not_exist_has_no_projects(ada: Browser) -> None:
    reply = ada.post("/v1/projects", {"app": "carousel", "name": "P"})
    assert (reply.status, reply.code, reply.metadata) == (422, "unknown_app", {"apps": ["video_mixer"]})


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "empty"),
        (" \t ", "empty"),
        ("n" * (limits.NAME_CHARACTERS + 1), "too_long"),
        ("a\nb", "control"),
        ("a\x7fb", "control"),
        ("\u202egpj.mp4", "control"),
        ("a\u2028b", "control"),
    ],
)
def test_names_are_one_visible_line(ada: Browser, name: str, reason: str) -> None:
    reply = ada.post("/v1/projects", {"app": "video_mixer", "name": name})
    assert (reply.status, reply.code, reply.metadata["reason"]) == (422, "invalid_name", reason)


@pytest.mark.parametrize(
    "name", ["n" * limits.NAME_CHARACTERS, "👩‍👩‍👧 \"family\" 'film'", "../../etc/passwd", "{{7*7}}<b>", "عربي"]
)
def test_any_other_name_is_kept_as_it_is(ada: Browser, name: str) -> None:
    assert ada.get(f"/v1/projects/{ada.project(name)}").json["name"] == name


def test_the_number_of_projects_is_limited_exactly(ada: Browser, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO projects (id, user_id, app, name) SELECT gen_random_uuid(), :user, 'video_mixer', 'P' "
                "FROM generate_series(1, :count)"
            ),
            {"user": ada.user["id"], "count": limits.PROJECTS_PER_USER - 2},
        )
    body = {"app": "video_mixer", "name": "P"}
    with ThreadPoolExecutor(6) as pool:
        replies = list(pool.map(lambda _: ada.send("POST", "/v1/projects", body), range(6)))
    assert sorted(reply.status for reply in replies) == [201, 201, 409, 409, 409, 409]
    assert ada.post("/v1/projects", body).code == "too_many_projects"


def test_groups_are_ordered_and_hold_each_clip_once(studio: Studio) -> None:
    browser, (a, b, c) = studio.browser, studio.clip_ids
    path = f"/v1/projects/{studio.project_id}/groups"
    hook = browser.post(path, {"name": "Hook", "clip_ids": [b, a]})
    assert (hook.status, hook.json["position"], hook.json["clip_ids"]) == (201, 0, [b, a])
    body = browser.post(path, {"name": "Body", "clip_ids": [a, c]}).json  # a moves
    empty = browser.post(path, {"name": "Empty"}).json
    assert [(g["name"], g["clip_ids"]) for g in browser.get(path).json["items"]] == [
        ("Hook", [b]),
        ("Body", [a, c]),
        ("Empty", []),
    ]
    change = {"name": "End", "clip_ids": [c, b], "position": 0}
    moved = browser.send("PUT", f"/v1/groups/{empty['id']}", change)
    assert (moved.status, moved.json) == (200, empty | change)
    assert [(g["name"], g["position"], g["clip_ids"]) for g in browser.get(path).json["items"]] == [
        ("End", 0, [c, b]),
        ("Hook", 1, []),
        ("Body", 2, [a]),
    ]
    assert browser.delete(f"/v1/groups/{hook.json['id']}").status == 204
    assert [(g["id"], g["position"]) for g in browser.get(path).json["items"]] == [(empty["id"], 0), (body["id"], 1)]
    unmoved = browser.send("PUT", f"/v1/groups/{body['id']}", {"name": "Body", "clip_ids": []}).json
    assert (unmoved["position"], unmoved["clip_ids"]) == (1, [])
    last = browser.send("PUT", f"/v1/groups/{empty['id']}", change | {"position": limits.GROUPS_PER_PROJECT}).json
    assert last["position"] == 1


def test_the_order_of_many_groups_is_one_statement(studio: Studio, engine: Engine) -> None:
    path = f"/v1/projects/{studio.project_id}/groups"
    asked = []

    def note(*details: Any) -> None:
        asked.append(details[2])

    def move() -> int:
        """Make the last group the first; how many statements that took."""
        last = studio.browser.get(path).json["items"][-1]
        asked.clear()
        change = {"name": last["name"], "clip_ids": [], "position": 0}
        assert studio.browser.send("PUT", f"/v1/groups/{last['id']}", change).json["position"] == 0
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
        projects.update_group(changing, owner, UUID(group), name="Hook", clip_ids=clip_ids, position=None)
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
    studio.browser.send("PUT", f"/v1/groups/{end['id']}", {"name": "End", "clip_ids": [c, a], "position": 0})
    with unit_of_work() as uow:
        library = uow.library.ready_library(UUID(studio.browser.user["id"]), UUID(studio.project_id))
    assert [source.name for source in library.clips] == ["a.mp4", "b.mp4", "c.mp4"]
    assert library.groups == (("End", (UUID(c), UUID(a))), ("Hook", (UUID(b),)))


def test_what_is_somebody_elses_does_not_exist(studio: Studio, bob: Browser) -> None:
    group = studio.browser.post(f"/v1/projects/{studio.project_id}/groups", {"name": "Hook"}).json["id"]
    project = f"/v1/projects/{studio.project_id}"
    for reply in (
        bob.get(project),
        bob.send("PATCH", project, {"name": "mine"}),
        bob.delete(project),
        bob.get(f"{project}/clips"),
        bob.get(f"{project}/groups"),
        bob.get(f"{project}/generations"),
        bob.post(f"{project}/groups", {"name": "mine"}),
        bob.post(f"{project}/clips", {"name": "a.mp4", "size_bytes": 1, "content_type": "video/mp4"}),
        bob.post(f"{project}/quote", {"spec": {}}),
        bob.post(f"{project}/generations", {"spec": {}}, headers={"idempotency-key": "k"}),
    ):
        assert (reply.status, reply.code) == (404, "unknown_project")
    for reply in (
        bob.send("PUT", f"/v1/groups/{group}", {"name": "mine", "clip_ids": []}),
        bob.delete(f"/v1/groups/{group}"),
    ):
        assert (reply.status, reply.code) == (404, "unknown_group")
    assert bob.get("/v1/projects").json["items"] == []
    assert studio.browser.get(project).json["name"] == "Spring"


def test_apps_say_what_can_be_asked_of_them(ada: Browser) -> None:
    (app,) = ada.get("/v1/apps").json["items"]
    assert app["id"] == "video_mixer"
    assert app["spec_schema"]["properties"]["count"]["maximum"] == limits.OUTPUTS_PER_GENERATION
