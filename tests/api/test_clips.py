"""Clips: asking to upload, sending in parts, what is refused before a byte is sent."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, text

from medley import limits
from medley.contracts import keys
from medley.contracts.keys import UploadKey
from medley.db.unit_of_work import SqlUnitOfWork
from medley.ports.cloud import StoredPart
from tests.api.conftest import FakeClock, OfflineBucket, Studio
from tests.api.gateway import Browser
from tests.flows.world import clip_accepted

BIG = limits.SINGLE_UPLOAD_BYTES + 1


def asked(name: str = "a.mp4", size_bytes: object = 1000, content_type: str = "video/mp4") -> dict[str, object]:
    return {"name": name, "size_bytes": size_bytes, "content_type": content_type}


def sent(count: int) -> dict[str, object]:
    return {"parts": [{"number": n, "etag": f'"etag-{n}"'} for n in range(1, count + 1)]}


def test_a_small_clip_is_sent_in_one_request_to_a_key_of_ours(ada: Browser) -> None:
    project = ada.project()
    answer = ada.clip(project, "my holiday.mp4", 1000)
    clip, request = answer["clip"], answer["upload"]["request"]
    assert (clip["state"], clip["position"], clip["facts"], clip["reason"]) == ("expected", 1, None, None)
    assert (answer["upload"]["kind"], request["method"]) == ("single", "PUT")
    url = urlsplit(request["url"])
    assert url.path == "/media/" + str(UploadKey(UUID(ada.user["id"]), UUID(project), UUID(clip["id"])))
    query = parse_qs(url.query)
    assert query["X-Amz-Expires"] == [str(limits.UPLOAD_URL_S)]
    signed = set(query["X-Amz-SignedHeaders"][0].split(";"))
    assert {"content-length", "content-type"} <= signed  # a larger or another file is refused by S3
    assert {name.lower(): value for name, value in request["headers"].items()}["content-type"] == "video/mp4"
    assert ada.get(f"/v1/clips/{clip['id']}").json == clip


def test_a_large_clip_is_sent_in_parts(ada: Browser, bucket: OfflineBucket) -> None:
    answer = ada.clip(ada.project(), size_bytes=BIG)
    upload = answer["upload"]
    assert (upload["kind"], upload["part_bytes"]) == ("multipart", limits.PART_BYTES_MIN)
    sizes = [part["size_bytes"] for part in upload["parts"]]
    assert sum(sizes) == BIG
    assert set(sizes[:-1]) == {limits.PART_BYTES_MIN}
    assert [part["number"] for part in upload["parts"]] == list(range(1, len(sizes) + 1))
    query = parse_qs(urlsplit(upload["parts"][1]["request"]["url"]).query)
    assert (query["partNumber"], query["uploadId"]) == (["2"], ["upload-1"])
    assert "content-length" in query["X-Amz-SignedHeaders"][0]
    path = f"/v1/clips/{answer['clip']['id']}"
    assert ada.post(f"{path}/complete", sent(len(sizes))).status == 200
    assert len(bucket.objects) == 1
    assert ada.post(f"{path}/complete", sent(len(sizes))).status == 200  # a lost answer, asked for again


@pytest.mark.parametrize("accepted", [True, False])
def test_completing_again_is_fine_also_when_the_clip_was_read_meanwhile(
    ada: Browser, unit_of_work: Callable[[], SqlUnitOfWork], accepted: bool
) -> None:
    """The answer was lost, and ingest was quick."""
    clip = ada.clip(ada.project(), size_bytes=BIG)["clip"]["id"]
    path = f"/v1/clips/{clip}/complete"
    assert ada.post(path, sent(9)).status == 200
    owner = UUID(ada.user["id"])
    with unit_of_work() as uow:
        if accepted:
            uow.library.accept_clip(clip_accepted(owner, UUID(clip), 1))
        else:
            uow.library.clip_uploads.reject(owner, UUID(clip), "not_media", "This is no video.")
        uow.commit()
    again = ada.post(path, sent(9))
    assert (again.status, again.json["id"]) == (200, clip)
    assert again.json["state"] == ("ready" if accepted else "rejected")
    assert ada.post(f"/v1/clips/{clip}/parts", {"numbers": [1]}).code == "already_uploaded"


def test_parts_are_signed_anew_as_they_were_cut_the_first_time(ada: Browser) -> None:
    answer = ada.clip(ada.project(), size_bytes=BIG)
    path = f"/v1/clips/{answer['clip']['id']}/parts"
    again = ada.post(path, {"numbers": [9, 2, 2]})
    assert again.status == 200
    assert again.json["part_bytes"] == answer["upload"]["part_bytes"]
    first = {part["number"]: part["size_bytes"] for part in answer["upload"]["parts"]}
    assert [(p["number"], p["size_bytes"]) for p in again.json["parts"]] == [(2, first[2]), (9, first[9])]
    for numbers in ([0], [10], [1, 10]):
        reply = ada.post(path, {"numbers": numbers})
        assert (reply.status, reply.code, reply.metadata["last"]) == (422, "unknown_parts", 9)
    for wrong in ([], [1.5], [True], ["1"], [-1], [2**62], [2**64], [1] * (limits.PARTS_SIGNED + 1), None):
        assert ada.post(path, {"numbers": wrong}).code == "invalid_input"


@pytest.mark.parametrize(
    "parts",
    [
        sent(8)["parts"],
        sent(10)["parts"],
        [{"number": n, "etag": f"etag-{n}"} for n in (1, 1, 3, 4, 5, 6, 7, 8, 9)],
        [{"number": n, "etag": f"etag-{n}"} for n in range(9, 0, -1)],
        [{"number": n, "etag": "foreign"} for n in range(1, 10)],
    ],
)
def test_wrong_parts_make_no_clip(ada: Browser, bucket: OfflineBucket, parts: object) -> None:
    clip = ada.clip(ada.project(), size_bytes=BIG)["clip"]["id"]
    reply = ada.post(f"/v1/clips/{clip}/complete", {"parts": parts})
    assert (reply.status, reply.code) == (422, "wrong_parts")
    assert bucket.objects == set()
    assert ada.get(f"/v1/clips/{clip}").json["state"] == "expected"


def test_an_upload_the_bucket_has_forgotten_is_gone(ada: Browser, bucket: OfflineBucket) -> None:
    clip = ada.clip(ada.project(), size_bytes=BIG)["clip"]["id"]
    bucket.uploads.clear()
    for reply in (
        ada.post(f"/v1/clips/{clip}/complete", sent(9)),
        ada.post(f"/v1/clips/{clip}/parts", {"numbers": [1]}),
    ):
        assert (reply.status, reply.code) == (404, "upload_gone")


def upload_ids(answer: dict[str, Any]) -> set[str]:
    """The multipart uploads that an answer's addresses send parts to."""
    urls = [part["request"]["url"] for part in answer["upload"]["parts"]]
    return {parse_qs(urlsplit(url).query)["uploadId"][0] for url in urls}


def test_an_upload_whose_parts_are_gone_starts_over_on_the_same_clip(ada: Browser, bucket: OfflineBucket) -> None:
    first = ada.clip(ada.project(), size_bytes=BIG)
    path = f"/v1/clips/{first['clip']['id']}"
    going_on = ada.post(f"{path}/upload").json  # it is there, so it goes on
    assert (going_on["clip"], upload_ids(going_on)) == (first["clip"], {"upload-1"})
    bucket.uploads.clear()
    gone = ada.get(f"{path}/parts")
    assert (gone.status, gone.code) == (404, "upload_gone")
    assert "start over" in gone.json["error"]["message"]
    again = ada.post(f"{path}/upload")
    assert (again.status, again.json["clip"]) == (200, first["clip"])
    assert upload_ids(again.json) == {"upload-2"}
    assert ada.post(f"{path}/complete", sent(9)).status == 200
    done = ada.post(f"{path}/upload")  # not read yet, but there
    assert (done.status, done.code, bucket.begun) == (409, "already_uploaded", 2)


def test_two_that_start_over_at_once_send_to_the_same_upload(ada: Browser, bucket: OfflineBucket) -> None:
    path = f"/v1/clips/{ada.clip(ada.project(), size_bytes=BIG)['clip']['id']}/upload"
    bucket.uploads.clear()
    with ThreadPoolExecutor(4) as pool:
        replies = list(pool.map(lambda _: ada.post(path), range(4)))
    ids = set().union(*(upload_ids(reply.json) for reply in replies))
    assert ids == set(bucket.uploads)
    assert len(ids) == 1


def test_parts_that_arrived_are_listed_in_pages(ada: Browser, bucket: OfflineBucket) -> None:
    path = f"/v1/clips/{ada.clip(ada.project(), size_bytes=BIG)['clip']['id']}/parts"
    assert ada.get(path).json == {"items": [], "next": None, "part_bytes": limits.PART_BYTES_MIN, "parts_total": 9}
    bucket.arrived["upload-1"] = [StoredPart(n, limits.PART_BYTES_MIN, f"etag-{n}") for n in (1, 2, 5)]
    first = ada.get(f"{path}?limit=2").json
    rest = ada.get(f"{path}?limit=2&cursor={first['next']}").json
    assert [part["number"] for part in first["items"] + rest["items"]] == [1, 2, 5]
    assert first["items"][0] == {"number": 1, "size_bytes": limits.PART_BYTES_MIN, "etag": "etag-1"}
    assert rest["next"] is None


def test_a_single_upload_is_signed_anew_until_it_was_read(
    ada: Browser, unit_of_work: Callable[[], SqlUnitOfWork]
) -> None:
    first = ada.clip(ada.project())
    path = f"/v1/clips/{first['clip']['id']}/upload"
    again = ada.post(path)
    assert (again.status, again.json["clip"], again.json["upload"]["kind"]) == (200, first["clip"], "single")
    old, new = (urlsplit(each["upload"]["request"]["url"]).path for each in (first, again.json))
    assert old == new
    with unit_of_work() as uow:
        uow.library.accept_clip(clip_accepted(UUID(ada.user["id"]), UUID(first["clip"]["id"]), 1))
        uow.commit()
    over = ada.post(path)
    assert (over.status, over.code, over.metadata) == (409, "already_uploaded", {"state": "ready"})


def test_a_bucket_that_was_away_is_asked_again_when_parts_are(ada: Browser, bucket: OfflineBucket) -> None:
    project = ada.project()
    bucket.down = True
    reply = ada.post(f"/v1/projects/{project}/clips", asked(size_bytes=BIG))
    assert (reply.status, reply.code, reply.headers["retry-after"]) == (503, "storage_unavailable", "2")
    bucket.down = False
    (clip,) = ada.get(f"/v1/projects/{project}/clips").json["items"]
    assert ada.post(f"/v1/clips/{clip['id']}/parts", {"numbers": [1]}).status == 200
    assert ada.post(f"/v1/clips/{clip['id']}/complete", sent(9)).status == 200


def test_a_single_upload_has_no_parts(studio: Studio, ada: Browser) -> None:
    clip = ada.clip(studio.project_id)["clip"]["id"]
    assert ada.post(f"/v1/clips/{clip}/parts", {"numbers": [1]}).code == "not_multipart"
    assert ada.post(f"/v1/clips/{clip}/complete", sent(1)).code == "not_multipart"
    assert ada.get(f"/v1/clips/{clip}/parts").code == "not_multipart"


def test_an_upload_that_was_read_is_over(ada: Browser, unit_of_work: Callable[[], SqlUnitOfWork]) -> None:
    clip = ada.clip(ada.project(), size_bytes=BIG)["clip"]["id"]
    with unit_of_work() as uow:
        uow.library.clip_uploads.reject(UUID(ada.user["id"]), UUID(clip), "not_media", "This is no video.")
        uow.commit()
    assert ada.post(f"/v1/clips/{clip}/parts", {"numbers": [1]}).code == "already_uploaded"
    read = ada.get(f"/v1/clips/{clip}").json
    assert (read["state"], read["reason"]) == (
        "rejected",
        {"code": "not_media", "message": "This is no video.", "parameters": {}},
    )


@pytest.mark.parametrize(
    ("size", "status", "code"),
    [
        (0, 422, "empty_file"),
        (limits.UPLOAD_BYTES + 1, 413, "file_too_large"),
        (2**53 - 1, 413, "file_too_large"),
        (2**53, 422, "invalid_input"),
        (10**300, 422, "invalid_input"),
        (-1, 422, "invalid_input"),
        (1.5, 422, "invalid_input"),
        (True, 422, "invalid_input"),
        ("1000", 422, "invalid_input"),
        ("1e3", 422, "invalid_input"),
        (None, 422, "invalid_input"),
        (float("nan"), 422, "invalid_input"),
        (float("inf"), 422, "invalid_input"),
    ],
)
def test_sizes_are_whole_numbers_within_the_limit(ada: Browser, size: object, status: int, code: str) -> None:
    project = ada.project()
    reply = ada.post(f"/v1/projects/{project}/clips", asked(size_bytes=size))
    assert (reply.status, reply.code) == (status, code)
    assert ada.get(f"/v1/projects/{project}/clips").json["items"] == []


@pytest.mark.parametrize(
    ("size", "parts"),
    [
        (1, 0),
        (limits.SINGLE_UPLOAD_BYTES, 0),
        (limits.SINGLE_UPLOAD_BYTES + 1, 9),
        (limits.UPLOAD_BYTES, limits.UPLOAD_BYTES // limits.PART_BYTES_MIN),
    ],
)
def test_every_size_up_to_the_limit_has_its_upload(ada: Browser, size: int, parts: int) -> None:
    upload = ada.clip(ada.project(), size_bytes=size)["upload"]
    assert upload.get("parts_total", 0) == parts
    assert [part["number"] for part in upload.get("parts", [])] == list(range(1, min(parts, limits.PARTS_SIGNED) + 1))


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "audio/mpeg",
        "image/gif",
        "application/zip",
        "application/json",
        " ",
        "video",
        "video/",
        "video/mp4\r\nx: y",
    ],
)
def test_what_says_it_is_no_video_is_refused(ada: Browser, content_type: str) -> None:
    reply = ada.post(f"/v1/projects/{ada.project()}/clips", asked(content_type=content_type))
    assert (reply.status, reply.code, reply.metadata) == (422, "not_video", {"content_type": content_type})


@pytest.mark.parametrize(
    ("content_type", "signed"),
    [
        ("VIDEO/MP4", "video/mp4"),
        ('video/webm; codecs="vp9"', "video/webm"),
        ("video/x-matroska", "video/x-matroska"),
        ("application/octet-stream", "application/octet-stream"),
    ],
)
def test_what_may_be_a_video_is_signed_for_its_plain_type(ada: Browser, content_type: str, signed: str) -> None:
    reply = ada.post(f"/v1/projects/{ada.project()}/clips", asked(content_type=content_type))
    assert reply.json["clip"]["content_type"] == signed


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("n" * limits.FILE_NAME_CHARACTERS, "n" * limits.FILE_NAME_CHARACTERS),
        ("../../etc/passwd", "../../etc/passwd"),
        ("a\"b'c;d`e$(f).mp4", "a\"b'c;d`e$(f).mp4"),
        ("🏖️ été.mp4", "🏖️ été.mp4"),
        ("e\u0301te\u0301.mp4", "été.mp4"),
        (" -y.mp4 ", "-y.mp4"),
    ],
)
def test_a_file_name_is_shown_as_it_came_and_used_for_nothing(ada: Browser, name: str, kept: str) -> None:
    answer = ada.clip(ada.project(), name)
    assert answer["clip"]["name"] == kept
    assert kept not in unquote(answer["upload"]["request"]["url"])


@pytest.mark.parametrize("name", ["", "  ", "a\nb.mp4", "a\tb.mp4", "\x1b[31m.mp4", "\u202e4pm.gpj"])
def test_a_file_name_that_misleads_is_refused(ada: Browser, name: str) -> None:
    project = ada.project()
    reply = ada.post(f"/v1/projects/{project}/clips", asked(name))
    assert (reply.status, reply.code) == (422, "invalid_name")
    long = ada.post(f"/v1/projects/{project}/clips", asked(name + "n" * 256))
    assert long.metadata["fields"][0]["code"] == "string_too_long"


def test_the_number_of_clips_is_limited_exactly(ada: Browser, engine: Engine) -> None:
    project = ada.project()
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO clips (id, user_id, project_id, name, content_type, size_bytes, position) "
                "SELECT gen_random_uuid(), :user, :project, 'a', 'video/mp4', 1, n FROM generate_series(1, :count) n"
            ),
            {"user": ada.user["id"], "project": project, "count": limits.CLIPS_PER_PROJECT - 2},
        )
    path = f"/v1/projects/{project}/clips"
    with ThreadPoolExecutor(6) as pool:
        replies = list(pool.map(lambda _: ada.send("POST", path, asked()), range(6)))
    assert sorted(reply.status for reply in replies) == [201, 201, 409, 409, 409, 409]
    assert ada.post(path, asked()).code == "too_many_clips"
    clips = ada.get(path).json
    assert len(clips["items"]) == limits.PAGE_ITEMS
    rest = ada.get(f"{path}?cursor={clips['next']}").json["items"]
    positions = [clip["position"] for clip in clips["items"] + rest]
    assert positions == list(range(1, limits.CLIPS_PER_PROJECT + 1))
    ada.delete(f"/v1/clips/{rest[-1]['id']}")
    assert ada.post(path, asked()).json["clip"]["position"] == limits.CLIPS_PER_PROJECT + 1


def test_a_ready_clip_says_what_it_is_and_shows_its_poster(studio: Studio) -> None:
    clip = studio.browser.get(f"/v1/clips/{studio.clip_ids[0]}").json
    assert clip["state"] == "ready"
    assert clip["facts"] == {"duration_s": 2.0, "width": 320, "height": 180, "fps": 30.0, "has_audio": True}
    query = parse_qs(urlsplit(clip["poster_url"]).query)
    assert query["response-content-disposition"] == ["inline"]
    small = {"code": "small", "parameters": {"pixels": 480}}
    assert [each | {"message": ""} for each in clip["warnings"]] == [small | {"message": ""}]
    assert "fewer than 480 pixels" in clip["warnings"][0]["message"]


def test_a_ready_clip_is_played_from_its_proxy_or_from_its_file(
    studio: Studio, unit_of_work: Callable[[], SqlUnitOfWork]
) -> None:
    """Where ingest made no proxy, or an older one did not know of any."""
    browser, owner = studio.browser, UUID(studio.browser.user["id"])
    awaited = browser.clip(studio.project_id)["clip"]
    assert awaited["play_url"] is None
    proxy = keys.derived(owner, UUID(awaited["id"]), keys.PROXY)
    with unit_of_work() as uow:
        fact = clip_accepted(owner, UUID(awaited["id"]), 9).model_copy(update={"proxy_key": proxy})
        uow.library.accept_clip(fact)
        uow.commit()
    url = urlsplit(browser.get(f"/v1/clips/{awaited['id']}").json["play_url"])
    assert url.path == f"/media/{proxy}"
    assert parse_qs(url.query)["response-content-type"] == ["video/mp4"]
    without = urlsplit(browser.get(f"/v1/clips/{studio.clip_ids[0]}").json["play_url"])
    assert without.path == f"/media/uploads/{owner}/{studio.project_id}/{studio.clip_ids[0]}"


def test_links_are_the_same_until_their_window_ends(studio: Studio, clock: FakeClock) -> None:
    path = f"/v1/projects/{studio.project_id}/clips"
    clock.advance(limits.LINK_WINDOW_S - clock.now().timestamp() % limits.LINK_WINDOW_S)
    studio.browser.sign_in("ada@example.com")
    first = studio.browser.get(path).json
    clock.advance(limits.ACCESS_TOKEN_S - 1)
    assert studio.browser.get(path).json == first
    clock.advance(limits.LINK_WINDOW_S - limits.ACCESS_TOKEN_S + 1)
    studio.browser.sign_in("ada@example.com")
    second = studio.browser.get(path).json
    assert second["items"][0]["poster_url"] != first["items"][0]["poster_url"]
    query = parse_qs(urlsplit(second["items"][0]["poster_url"]).query)
    assert query["X-Amz-Expires"] == [str(limits.LINK_WINDOW_S + limits.DOWNLOAD_URL_S)]


def test_a_deleted_clip_is_gone_and_stays_gone(ada: Browser, unit_of_work: Callable[[], SqlUnitOfWork]) -> None:
    project = ada.project()
    clip = ada.clip(project)["clip"]["id"]
    assert ada.delete(f"/v1/clips/{clip}").status == 204
    with unit_of_work() as uow:  # the upload was read in the meantime
        assert uow.library.clip_uploads.reject(UUID(ada.user["id"]), UUID(clip), "not_media", "m") is None
        uow.commit()
    assert ada.get(f"/v1/clips/{clip}").code == "unknown_clip"
    assert ada.delete(f"/v1/clips/{clip}").code == "unknown_clip"
    assert ada.get(f"/v1/projects/{project}/clips").json["items"] == []


def test_several_clips_are_deleted_and_restored_at_once(studio: Studio) -> None:
    browser, path, (a, b, c) = studio.browser, f"/v1/projects/{studio.project_id}", studio.clip_ids
    browser.post(f"{path}/groups", {"name": "Hook", "clip_ids": [a, b, c]})
    before = browser.get(f"{path}/clips").json["items"]
    for wrong, code in (([a, str(uuid4())], "unknown_clips"), ([a, a], "duplicate_clips"), ([], "invalid_input")):
        assert browser.post(f"{path}/clips/delete", {"clip_ids": wrong}).code == code
    assert browser.get(f"{path}/clips").json["items"] == before  # all or none
    assert browser.post(f"{path}/clips/delete", {"clip_ids": [a, c]}).status == 204
    deleted = browser.get(f"{path}/clips?deleted=true").json["items"]
    assert [(clip["id"], clip["state"], clip["restorable_until"] is not None) for clip in deleted] == [
        (a, "deleted", True),
        (c, "deleted", True),
    ]
    assert [clip["id"] for clip in browser.get(f"{path}/clips").json["items"]] == [b]
    there = browser.post(f"{path}/clips/restore", {"clip_ids": [a, b]})
    assert (there.status, there.code, there.metadata) == (422, "not_restorable", {"ids": [b]})
    assert browser.post(f"{path}/clips/restore", {"clip_ids": [a, c]}).status == 204
    assert browser.get(f"{path}/clips").json["items"] == before
    assert browser.get(f"{path}/groups").json["items"][0]["clip_ids"] == [b]
    assert browser.post(f"{path}/clips/delete", {"clip_ids": [b], "forever": True}).status == 204
    assert browser.post(f"{path}/clips/restore", {"clip_ids": [b]}).code == "not_restorable"
    for wrong in ("1", "yes", "True", ""):
        assert browser.get(f"{path}/clips?deleted={wrong}").code == "invalid_input"


def test_a_clip_is_restored_as_what_it_was(ada: Browser, unit_of_work: Callable[[], SqlUnitOfWork]) -> None:
    project = ada.project()
    awaited, refused = (ada.clip(project)["clip"]["id"] for _ in range(2))
    with unit_of_work() as uow:
        uow.library.clip_uploads.reject(UUID(ada.user["id"]), UUID(refused), "not_media", "This is no video.")
        uow.commit()
    before = ada.get(f"/v1/projects/{project}/clips").json["items"]
    assert [clip["state"] for clip in before] == ["expected", "rejected"]
    assert ada.post(f"/v1/projects/{project}/clips/delete", {"clip_ids": [awaited, refused]}).status == 204
    assert ada.post(f"/v1/projects/{project}/clips/restore", {"clip_ids": [refused, awaited]}).status == 204
    assert ada.get(f"/v1/projects/{project}/clips").json["items"] == before
    assert ada.post(f"/v1/clips/{awaited}/upload").status == 200


def test_objects_are_kept_while_their_clip_can_be_restored(
    ada: Browser, unit_of_work: Callable[[], SqlUnitOfWork], engine: Engine
) -> None:
    clip = ada.clip(ada.project())["clip"]["id"]
    ada.delete(f"/v1/clips/{clip}")

    def removable() -> int:
        with unit_of_work() as uow:
            return len(uow.library.clip_uploads.deleted(None, 10))

    with engine.begin() as connection:
        connection.execute(text("UPDATE clips SET deleted_at = deleted_at - interval '2 hours'"))
    assert removable() == 0
    with engine.begin() as connection:
        connection.execute(text("UPDATE clips SET restorable_until = now()"))
    assert removable() == 1


@pytest.mark.parametrize("down", [False, True])
def test_deleting_a_clip_breaks_off_its_upload(ada: Browser, bucket: OfflineBucket, down: bool) -> None:
    clip = ada.clip(ada.project(), size_bytes=BIG)["clip"]["id"]
    bucket.down = down
    assert ada.delete(f"/v1/clips/{clip}").status == 204
    assert len(bucket.uploads) == (1 if down else 0)  # what is left is aborted by the bucket's lifecycle
    assert ada.post(f"/v1/clips/{clip}/complete", sent(9)).code == "unknown_clip"


def test_clips_of_a_deleted_project_are_deleted_with_it(
    ada: Browser, unit_of_work: Callable[[], SqlUnitOfWork], engine: Engine
) -> None:
    project = ada.project()
    clip = ada.clip(project)["clip"]["id"]
    ada.delete(f"/v1/projects/{project}?forever=true")
    assert ada.get(f"/v1/clips/{clip}").code == "unknown_clip"
    with engine.begin() as connection:  # long enough ago that no upload can still be under way
        connection.execute(text("UPDATE clips SET deleted_at = deleted_at - interval '2 hours'"))
    with unit_of_work() as uow:
        (left,) = uow.library.clip_uploads.deleted(None, 10)
        assert str(left) == f"uploads/{ada.user['id']}/{project}/{clip}"
        uow.library.clip_uploads.objects_removed([left.id])
        assert uow.library.clip_uploads.deleted(None, 10) == []


def test_somebody_elses_clip_does_not_exist(ada: Browser, bob: Browser) -> None:
    clip = ada.clip(ada.project(), size_bytes=BIG)["clip"]["id"]
    for reply in (
        bob.get(f"/v1/clips/{clip}"),
        bob.delete(f"/v1/clips/{clip}"),
        bob.post(f"/v1/clips/{clip}/parts", {"numbers": [1]}),
        bob.post(f"/v1/clips/{clip}/complete", sent(9)),
        bob.post(f"/v1/clips/{clip}/upload"),
        bob.get(f"/v1/clips/{clip}/parts"),
        bob.get(f"/v1/clips/{uuid4()}"),
    ):
        assert (reply.status, reply.code) == (404, "unknown_clip")
    assert ada.get(f"/v1/clips/{clip}").status == 200
