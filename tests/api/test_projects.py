"""Projects and groups."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, text

from medley import limits
from medley.db.unit_of_work import SqlUnitOfWork
from tests.api.conftest import Studio, Workers
from tests.api.gateway import Browser
from tests.flows.world import clip_accepted


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


def test_a_deleted_project_is_restored_with_what_was_deleted_with_it(studio: Studio) -> None:
    browser, path, (a, b, c) = studio.browser, f"/v1/projects/{studio.project_id}", studio.clip_ids
    browser.post(f"{path}/groups", {"name": "Hook", "clip_ids": [c, b]})
    before = browser.get(path).json
    assert browser.delete(f"/v1/clips/{a}").status == 204  # by itself, before
    assert browser.delete(path).status == 204
    (deleted,) = browser.get("/v1/projects?shelf=deleted").json["items"]
    assert (deleted["id"], deleted["restorable_until"] is not None) == (studio.project_id, True)
    assert browser.get(f"/v1/clips/{b}").code == "unknown_clip"
    restored = browser.post(f"{path}/restore")
    assert (restored.status, restored.json) == (200, before)
    assert [clip["id"] for clip in browser.get(f"{path}/clips").json["items"]] == [b, c]
    assert [group["clip_ids"] for group in browser.get(f"{path}/groups").json["items"]] == [[c, b]]
    assert browser.get("/v1/projects?shelf=deleted").json["items"] == []
    assert browser.post(f"{path}/restore").code == "unknown_project"  # it is there


def test_what_is_deleted_for_good_is_not_restored(studio: Studio) -> None:
    path = f"/v1/projects/{studio.project_id}"
    assert studio.browser.delete(f"{path}?forever=true").status == 204
    assert studio.browser.get("/v1/projects?shelf=deleted").json["items"] == []
    assert studio.browser.post(f"{path}/restore").code == "unknown_project"


def test_a_project_is_not_restored_after_its_time(studio: Studio, engine: Engine) -> None:
    path = f"/v1/projects/{studio.project_id}"
    studio.browser.delete(path)
    with engine.begin() as connection:
        connection.execute(text("UPDATE projects SET restorable_until = now() WHERE restorable_until IS NOT NULL"))
    assert studio.browser.post(f"{path}/restore").code == "unknown_project"


def test_an_archived_project_is_listed_apart_and_taken_out_again(ada: Browser) -> None:
    kept, put_away = ada.project("Kept"), ada.project("Old")
    archived = ada.send("PATCH", f"/v1/projects/{put_away}", {"archived": True})
    assert (archived.status, archived.json["archived_at"] is not None, archived.json["name"]) == (200, True, "Old")
    assert [each["id"] for each in ada.get("/v1/projects").json["items"]] == [kept]
    assert [each["id"] for each in ada.get("/v1/projects?shelf=archived").json["items"]] == [put_away]
    assert ada.send("PATCH", f"/v1/projects/{put_away}", {"archived": True}).json == archived.json  # when is kept
    back = ada.send("PATCH", f"/v1/projects/{put_away}", {"archived": False, "name": "New"}).json
    assert (back["archived_at"], back["name"]) == (None, "New")
    assert [each["id"] for each in ada.get("/v1/projects").json["items"]] == [put_away, kept]


@pytest.mark.parametrize(
    ("search", "found"),
    [("spring", ["Spring 2", "spring 1"]), ("%25", ["50 % off"]), ("_", ["a_b"]), ("nothing", []), ("", None)],
)
def test_projects_are_searched_by_what_their_names_contain(ada: Browser, search: str, found: list[str] | None) -> None:
    names = ["spring 1", "Summer", "50 % off", "a_b", "Spring 2"]
    for name in names:
        ada.project(name)
    items = ada.get(f"/v1/projects?search={search}").json["items"]
    assert [each["name"] for each in items] == (names[::-1] if found is None else found)
    assert ada.get("/v1/projects?app=video_mixer&search=a_").json["items"][0]["name"] == "a_b"
    assert ada.get("/v1/projects?app=carousel").json["items"] == []
    assert ada.get("/v1/projects?shelf=attic").code == "invalid_input"
    assert ada.get(f"/v1/projects?search={'n' * (limits.NAME_CHARACTERS + 1)}").code == "invalid_input"


def test_projects_are_listed_with_pictures_of_their_first_clips(
    studio: Studio, unit_of_work: Callable[[], SqlUnitOfWork]
) -> None:
    browser, empty = studio.browser, studio.browser.project("Empty")
    late = browser.clip(studio.project_id, "late.mp4")["clip"]["id"]  # it has no picture yet
    nothing, found = browser.get("/v1/projects").json["items"]
    assert (nothing["id"], nothing["clips"], nothing["poster_urls"]) == (empty, 0, [])
    path = f"/v1/projects/{studio.project_id}/clips"
    posters = [clip["poster_url"] for clip in browser.get(path).json["items"] if clip["poster_url"]]
    assert (found["clips"], found["poster_urls"]) == (4, posters)
    browser.delete(f"/v1/clips/{studio.clip_ids[0]}")
    found = browser.get("/v1/projects").json["items"][1]
    assert (found["clips"], found["poster_urls"]) == (3, posters[1:])
    more = [browser.clip(studio.project_id, f"{n}.mp4")["clip"]["id"] for n in range(limits.LISTED_PICTURES - 2)]
    with unit_of_work() as uow:
        for n, clip_id in enumerate([late, *more], 10):
            uow.library.accept_clip(clip_accepted(UUID(browser.user["id"]), UUID(clip_id), n))
        uow.commit()
    found = browser.get("/v1/projects").json["items"][1]
    assert (found["clips"], len(found["poster_urls"])) == (limits.LISTED_PICTURES + 1, limits.LISTED_PICTURES)


def test_a_duplicate_shows_the_same_files_until_neither_does(
    studio: Studio, workers: Workers, unit_of_work: Callable[[], SqlUnitOfWork], engine: Engine
) -> None:
    browser, (a, _, c) = studio.browser, studio.clip_ids
    path = f"/v1/projects/{studio.project_id}"
    browser.post(f"{path}/groups", {"name": "Hook", "color": "#1e88e5", "clip_ids": [c, a]})
    browser.clip(studio.project_id, "late.mp4")  # not ready, so not in the copy
    copy = browser.post(f"{path}/duplicate", {})
    assert (copy.status, copy.json["name"]) == (201, "Spring (copy)")
    there = f"/v1/projects/{copy.json['id']}"
    clips = browser.get(f"{there}/clips").json["items"]
    assert [(clip["name"], clip["state"], clip["position"]) for clip in clips] == [
        ("a.mp4", "ready", 1),
        ("b.mp4", "ready", 2),
        ("c.mp4", "ready", 3),
    ]
    assert not {clip["id"] for clip in clips} & set(studio.clip_ids)
    (group,) = browser.get(f"{there}/groups").json["items"]
    assert (group["name"], group["color"], group["clip_ids"]) == ("Hook", "#1e88e5", [clips[2]["id"], clips[0]["id"]])
    assert urlsplit(clips[0]["poster_url"]).path == urlsplit(browser.get(f"/v1/clips/{a}").json["poster_url"]).path
    again = browser.post(f"{there}/duplicate", {"name": "Third"}).json  # of a copy: the same files
    owner = UUID(browser.user["id"])
    with unit_of_work() as uow:
        keys = [
            [clip.key for clip in uow.library.ready_library(owner, UUID(project)).clips]
            for project in (studio.project_id, copy.json["id"], again["id"])
        ]
    assert keys[0] == keys[1] == keys[2]

    def removable() -> set[str]:
        with engine.begin() as connection:
            connection.execute(text("UPDATE clips SET deleted_at = now() - interval '2 hours' WHERE state = 'deleted'"))
        with unit_of_work() as uow:
            found = uow.library.clip_uploads.deleted(None, 100)
            uow.library.clip_uploads.objects_removed([key.id for key in found])
            uow.commit()
        return {str(key) for key in found} & set(keys[0])

    browser.delete(f"{path}?forever=true")
    assert removable() == set()
    studio.project_id = copy.json["id"]
    made = studio.order(count=2).json
    workers.work()
    assert browser.get(f"/v1/generations/{made['id']}").json["generation"]["state"] == "succeeded"
    browser.delete(f"{there}?forever=true")
    assert removable() == set()
    browser.delete(f"/v1/projects/{again['id']}?forever=true")
    assert removable() == set()  # the copies go first,
    assert removable() == set(keys[0])  # then what they showed


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


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=1e1", "limit=-1", "limit=", "limit=%EF%BC%91"])
def test_a_page_is_asked_for_in_plain_numbers(ada: Browser, query: str) -> None:
    reply = ada.get(f"/v1/projects?{query}")
    assert (reply.status, reply.code) == (422, "invalid_input")


@pytest.mark.parametrize("cursor", ["x", "", "%00", "1", "x" * 5_000])
def test_a_cursor_is_one_of_ours(ada: Browser, cursor: str) -> None:
    reply = ada.get(f"/v1/projects?cursor={cursor}")
    assert (reply.status, reply.code) == (422, "invalid_cursor")


def test_an_app_that_does_not_exist_has_no_projects(ada: Browser) -> None:
    reply = ada.post("/v1/projects", {"app": "carousel", "name": "P"})
    assert (reply.status, reply.code, reply.metadata) == (
        422,
        "unknown_app",
        {"app": "carousel", "apps": ["video_mixer"]},
    )


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "empty"),
        (" \t ", "empty"),
        ("\ufb2c" * limits.NAME_CHARACTERS, "too_long"),  # three characters each, as it is stored
        ("a\nb", "control"),
        ("a\x7fb", "control"),
        ("\u202egpj.mp4", "control"),
        ("a\u2028b", "control"),
        ("\u200b", "invisible"),
        ("\u00ad", "invisible"),
        ("\ufeff", "invisible"),
        ("\u2060\u200d", "invisible"),
        ("\u3164", "invisible"),
        ("\u2800 \u115f", "invisible"),
        ("\ufe0f", "invisible"),
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
        bob.post(f"{project}/clips/delete", {"clip_ids": studio.clip_ids}),
        bob.post(f"{project}/clips/restore", {"clip_ids": studio.clip_ids}),
        bob.post(f"{project}/clips/ungroup", {"clip_ids": studio.clip_ids}),
        bob.post(f"{project}/assets/{uuid4()}/restore"),
        bob.post(f"{project}/duplicate", {}),
        bob.post(f"{project}/restore"),
        bob.post(f"{project}/quote", {"spec": {}}),
        bob.post(f"{project}/generations", {"spec": {}}, headers={"idempotency-key": "k"}),
    ):
        assert (reply.status, reply.code) == (404, "unknown_project")
    for reply in (
        bob.send("PUT", f"/v1/groups/{group}", {"name": "mine", "clip_ids": [], "version": 1}),
        bob.post(f"/v1/groups/{group}/clips", {"clip_ids": studio.clip_ids}),
        bob.delete(f"/v1/groups/{group}"),
    ):
        assert (reply.status, reply.code) == (404, "unknown_group")
    assert bob.get("/v1/projects").json["items"] == []
    assert studio.browser.get(project).json["name"] == "Spring"


def test_apps_say_what_can_be_asked_of_them(ada: Browser) -> None:
    (app,) = ada.get("/v1/apps").json["items"]
    assert app["id"] == "video_mixer"
    assert app["spec_schema"]["properties"]["count"]["maximum"] == limits.OUTPUTS_PER_GENERATION
