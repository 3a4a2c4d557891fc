"""Music, voice-overs and images: asking, the request that sends one, reading, deleting."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, text

from medley import limits
from medley.contracts.assets import AssetFacts, ImageFacts
from medley.db.unit_of_work import SqlUnitOfWork
from tests.api.conftest import OfflineBucket, Studio
from tests.api.gateway import Browser
from tests.flows.world import SOUND, clip_accepted

UnitsOfWork = Callable[[], SqlUnitOfWork]
IMAGE = ImageFacts(codec="png", width=640, height=320, alpha=True, size_bytes=1000, sha256="b" * 64)


def asked(**changes: object) -> dict[str, object]:
    return {"kind": "audio", "name": "song.mp3", "size_bytes": 1000, "content_type": "audio/mpeg"} | changes


def asked_image(**changes: object) -> dict[str, object]:
    return asked(kind="image", name="logo.png", content_type="image/png") | changes


def new_asset(browser: Browser, project: str, **changes: object) -> dict[str, Any]:
    reply = browser.post(f"/v1/projects/{project}/assets", asked(**changes))
    assert reply.status == 201, reply.text
    return dict(reply.json)


def accept(unit_of_work: UnitsOfWork, owner: str, asset: str, facts: AssetFacts) -> None:
    with unit_of_work() as uow:
        assert uow.library.accept_asset(UUID(owner), UUID(asset), facts) is not None
        uow.commit()


def test_an_asset_is_sent_in_one_signed_request(ada: Browser) -> None:
    project = ada.project()
    answer = new_asset(ada, project, size_bytes=limits.ASSET_AUDIO_BYTES, content_type="Audio/MPEG; x=y")
    asset, upload = answer["asset"], answer["upload"]
    assert (asset["kind"], asset["state"], asset["content_type"]) == ("audio", "expected", "audio/mpeg")
    assert (asset["sound"], asset["image"], asset["reason"], asset["url"]) == (None, None, None, None)
    assert upload["kind"] == "single"
    request = upload["request"]
    assert request["method"] == "PUT"
    headers = {name.lower(): value for name, value in request["headers"].items()}
    assert headers["content-type"] == "audio/mpeg"
    url = urlsplit(request["url"])
    assert url.path == f"/media/assets/{ada.user['id']}/{project}/{asset['id']}"
    signed = set(parse_qs(url.query)["X-Amz-SignedHeaders"][0].split(";"))
    assert {"content-length", "content-type"} <= signed  # a larger or another file is refused by S3
    assert ada.get(f"/v1/assets/{asset['id']}").json == asset


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"size_bytes": 0}, 422, "empty_file"),
        ({"size_bytes": limits.ASSET_AUDIO_BYTES + 1}, 413, "file_too_large"),
        (asked_image(size_bytes=limits.ASSET_IMAGE_BYTES + 1), 413, "file_too_large"),
        ({"size_bytes": 1.5}, 422, "invalid_input"),
        ({"content_type": "video/mp4"}, 422, "not_audio"),
        ({"content_type": "image/png"}, 422, "not_audio"),
        ({"content_type": "audio/"}, 422, "not_audio"),
        ({"content_type": "audio/mpeg\r\nx: y"}, 422, "not_audio"),
        (asked_image(content_type="image/gif"), 422, "not_image"),
        (asked_image(content_type="image/svg+xml"), 422, "not_image"),
        (asked_image(content_type="application/octet-stream"), 422, "not_image"),
        ({"kind": "font"}, 422, "invalid_input"),
        ({"kind": None}, 422, "invalid_input"),
        ({"name": "a\nb.mp3"}, 422, "invalid_name"),
        ({"name": "n" * 256}, 422, "invalid_input"),
        ({"user_id": str(UUID(int=1))}, 422, "invalid_input"),
    ],
)
def test_what_cannot_be_an_asset_is_not_asked_for(
    ada: Browser, changes: dict[str, object], status: int, code: str
) -> None:
    project = ada.project()
    reply = ada.post(f"/v1/projects/{project}/assets", asked(**changes))
    assert (reply.status, reply.code) == (status, code)
    assert ada.get(f"/v1/projects/{project}/assets").json["items"] == []


def test_the_largest_image_is_possible(ada: Browser) -> None:
    new_asset(ada, ada.project(), **asked_image(size_bytes=limits.ASSET_IMAGE_BYTES))


def test_a_ready_sound_says_what_it_is_and_plays(ada: Browser, unit_of_work: UnitsOfWork) -> None:
    asset = new_asset(ada, ada.project())["asset"]["id"]
    accept(unit_of_work, ada.user["id"], asset, SOUND)
    read = ada.get(f"/v1/assets/{asset}").json
    assert read["state"] == "ready"
    assert read["sound"] == {"duration_s": 12.346, "sample_rate": 44_100, "channels": 2}
    assert read["image"] is None
    query = parse_qs(urlsplit(read["url"]).query)
    assert query["response-content-type"] == ["audio/mpeg"]
    assert query["response-content-disposition"] == ["inline"]


def test_an_image_is_shown_as_what_it_was_found_to_be(ada: Browser, unit_of_work: UnitsOfWork) -> None:
    asset = new_asset(ada, ada.project(), **asked_image(content_type="image/jpeg"))["asset"]["id"]
    accept(unit_of_work, ada.user["id"], asset, IMAGE)
    read = ada.get(f"/v1/assets/{asset}").json
    assert read["image"] == {"width": 640, "height": 320, "alpha": True}
    assert parse_qs(urlsplit(read["url"]).query)["response-content-type"] == ["image/png"]


def test_a_rejected_asset_says_why(ada: Browser, unit_of_work: UnitsOfWork) -> None:
    asset = new_asset(ada, ada.project())["asset"]["id"]
    with unit_of_work() as uow:
        uow.library.asset_uploads.reject(UUID(ada.user["id"]), UUID(asset), "no_audio", "There is no sound.")
        uow.commit()
    read = ada.get(f"/v1/assets/{asset}").json
    assert (read["state"], read["reason"]) == (
        "rejected",
        {"code": "no_audio", "message": "There is no sound.", "parameters": {}},
    )
    assert read["url"] is None


def test_assets_come_in_pages_in_the_order_of_asking(ada: Browser) -> None:
    project = ada.project()
    ids = [new_asset(ada, project, name=f"{n}.mp3")["asset"]["id"] for n in range(5)]
    path = f"/v1/projects/{project}/assets?limit=2"
    found: list[str] = []
    cursor = None
    for _ in range(3):
        page = ada.get(path + (f"&cursor={cursor}" if cursor else "")).json
        found += [asset["id"] for asset in page["items"]]
        cursor = page["next"]
    assert (found, cursor) == (ids, None)
    assert ada.get(f"/v1/projects/{project}/assets?limit=0").code == "invalid_input"
    assert ada.get(f"/v1/projects/{project}/assets?cursor=1").code == "invalid_cursor"


def test_the_number_of_assets_is_limited(ada: Browser, engine: Engine) -> None:
    project = ada.project()
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO assets (id, user_id, project_id, kind, name, content_type, size_bytes) "
                "SELECT gen_random_uuid(), :user, :project, 'audio', 'a', 'audio/mpeg', 1 "
                "FROM generate_series(1, :count)"
            ),
            {"user": ada.user["id"], "project": project, "count": limits.ASSETS_PER_PROJECT - 1},
        )
    last = new_asset(ada, project)["asset"]["id"]
    reply = ada.post(f"/v1/projects/{project}/assets", asked())
    assert (reply.status, reply.code, reply.metadata) == (409, "too_many_assets", {"limit": limits.ASSETS_PER_PROJECT})
    assert ada.delete(f"/v1/assets/{last}").status == 204
    new_asset(ada, project)


def test_a_deleted_asset_is_restored(ada: Browser, unit_of_work: UnitsOfWork) -> None:
    project = ada.project()
    asset = new_asset(ada, project)["asset"]["id"]
    accept(unit_of_work, ada.user["id"], asset, SOUND)
    path = f"/v1/projects/{project}/assets"
    assert ada.post(f"{path}/{asset}/restore").code == "not_restorable"  # it is there
    assert ada.delete(f"/v1/assets/{asset}").status == 204
    (deleted,) = ada.get(f"{path}?deleted=true").json["items"]
    assert (deleted["id"], deleted["state"], deleted["restorable_until"] is not None) == (asset, "deleted", True)
    restored = ada.post(f"{path}/{asset}/restore")
    assert (restored.status, restored.json["state"], restored.json["restorable_until"]) == (200, "ready", None)
    assert ada.get(f"{path}?deleted=true").json["items"] == []
    assert ada.delete(f"/v1/assets/{asset}?forever=true").status == 204
    assert ada.post(f"{path}/{asset}/restore").code == "not_restorable"


def test_an_asset_is_signed_anew_until_it_was_read(
    ada: Browser, bob: Browser, unit_of_work: UnitsOfWork, bucket: OfflineBucket
) -> None:
    first = new_asset(ada, ada.project())
    path = f"/v1/assets/{first['asset']['id']}/upload"
    again = ada.post(path)
    assert (again.status, again.json["asset"]) == (200, first["asset"])
    old, new = (urlsplit(each["upload"]["request"]["url"]).path for each in (first, again.json))
    assert old == new
    assert bob.post(path).code == "unknown_asset"
    bucket.objects.add(old.removeprefix("/media/"))  # it is there, and about to be read
    assert ada.post(path).code == "already_uploaded"
    accept(unit_of_work, ada.user["id"], first["asset"]["id"], SOUND)
    over = ada.post(path)
    assert (over.status, over.code, over.metadata) == (409, "already_uploaded", {"state": "ready"})


def test_a_deleted_asset_is_gone_and_stays_gone(ada: Browser, unit_of_work: UnitsOfWork) -> None:
    project = ada.project()
    asset = new_asset(ada, project)["asset"]["id"]
    assert ada.delete(f"/v1/assets/{asset}").status == 204
    with unit_of_work() as uow:  # the upload was read in the meantime
        assert uow.library.accept_asset(UUID(ada.user["id"]), UUID(asset), SOUND) is None
        uow.commit()
    assert ada.get(f"/v1/assets/{asset}").code == "unknown_asset"
    assert ada.delete(f"/v1/assets/{asset}").code == "unknown_asset"
    assert ada.get(f"/v1/projects/{project}/assets").json["items"] == []


def test_assets_of_a_deleted_project_are_deleted_with_it(
    ada: Browser, unit_of_work: UnitsOfWork, engine: Engine
) -> None:
    project = ada.project()
    asset = new_asset(ada, project)["asset"]["id"]
    ada.delete(f"/v1/projects/{project}?forever=true")
    assert ada.get(f"/v1/assets/{asset}").code == "unknown_asset"
    with engine.begin() as connection:  # long enough ago that no upload can still be under way
        connection.execute(text("UPDATE assets SET deleted_at = deleted_at - interval '2 hours'"))
    with unit_of_work() as uow:
        (left,) = uow.library.asset_uploads.deleted(None, 10)
        assert str(left) == f"assets/{ada.user['id']}/{project}/{asset}"


def test_somebody_elses_asset_does_not_exist(ada: Browser, bob: Browser) -> None:
    project = ada.project()
    asset = new_asset(ada, project)["asset"]["id"]
    for reply in (bob.get(f"/v1/assets/{asset}"), bob.delete(f"/v1/assets/{asset}"), bob.get(f"/v1/assets/{uuid4()}")):
        assert (reply.status, reply.code) == (404, "unknown_asset")
    for reply in (
        bob.post(f"/v1/projects/{project}/assets", asked()),
        bob.get(f"/v1/projects/{project}/assets"),
    ):
        assert (reply.status, reply.code) == (404, "unknown_project")
    assert ada.get(f"/v1/assets/{asset}").status == 200


def test_apps_are_given_the_ready_assets_of_the_project(ada: Browser, unit_of_work: UnitsOfWork) -> None:
    project = ada.project()
    song, logo, _ = (
        new_asset(ada, project, **changes)["asset"]["id"] for changes in (asked(), asked_image(), asked(name="x.mp3"))
    )
    accept(unit_of_work, ada.user["id"], song, SOUND)
    accept(unit_of_work, ada.user["id"], logo, IMAGE)
    with unit_of_work() as uow:
        assets = uow.library.ready_library(UUID(ada.user["id"]), UUID(project)).assets
    assert [(str(asset.asset_id), asset.name, asset.facts) for asset in assets] == [
        (song, "song.mp3", SOUND),
        (logo, "logo.png", IMAGE),
    ]
    assert assets[0].key == f"assets/{ada.user['id']}/{project}/{song}"


def test_a_clip_says_which_earlier_one_has_the_same_content(ada: Browser, unit_of_work: UnitsOfWork) -> None:
    project, other = ada.project(), ada.project("Other")
    clips = [ada.clip(where, f"{n}.mp4")["clip"]["id"] for n, where in enumerate([project] * 4 + [other])]

    def ready(clip: str, content: int) -> None:
        with unit_of_work() as uow:
            assert uow.library.accept_clip(clip_accepted(UUID(ada.user["id"]), UUID(clip), content)) is not None
            uow.commit()

    def duplicates() -> list[str | None]:
        found = {clip["id"]: clip for clip in ada.get(f"/v1/projects/{project}/clips").json["items"]}
        return [found[clip]["duplicate_of"] for clip in clips if clip in found]

    for clip, content in zip(clips[1:], (1, 2, 1, 1), strict=True):
        ready(clip, content)
    assert duplicates() == [None, None, None, clips[1]]
    ready(clips[0], 1)  # it was asked for first, though it became ready last
    assert duplicates() == [None, clips[0], None, clips[0]]
    assert ada.get(f"/v1/clips/{clips[4]}").json["duplicate_of"] is None  # alone in its project
    ada.delete(f"/v1/clips/{clips[0]}")
    assert duplicates() == [None, None, clips[1]]


def test_links_to_what_was_made_of_a_clip(studio: Studio) -> None:
    clip = studio.browser.get(f"/v1/clips/{studio.clip_ids[0]}").json
    assert urlsplit(clip["filmstrip_url"]).path.endswith("/filmstrip.jpg")
    assert parse_qs(urlsplit(clip["filmstrip_url"]).query)["response-content-type"] == ["image/jpeg"]
    assert clip["waveform_url"] is None  # it could not be made
