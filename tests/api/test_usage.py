"""What a user's files may come to: counted exactly, also when many ask at once."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import Engine, text

from medley import limits
from tests.api.gateway import Browser


def fill(engine: Engine, clip: str, but: int) -> None:
    """Let a clip take all the room there is, but so many bytes."""
    with engine.begin() as connection:
        sizes = {"clip": clip, "size": limits.STORED_BYTES - but}
        connection.execute(text("UPDATE clips SET size_bytes = :size WHERE id = :clip"), sizes)


def asked(size_bytes: int) -> dict[str, object]:
    return {"name": "a.mp4", "size_bytes": size_bytes, "content_type": "video/mp4"}


def test_usage_counts_clips_and_assets(ada: Browser, bob: Browser) -> None:
    project = ada.project()
    ada.clip(project, size_bytes=1000)
    song = {"kind": "audio", "name": "song.mp3", "size_bytes": 234, "content_type": "audio/mpeg"}
    assert ada.post(f"/v1/projects/{project}/assets", song).status == 201
    limited = {"stored_bytes_limit": limits.STORED_BYTES, "projects_limit": limits.PROJECTS_PER_USER}
    assert ada.get("/v1/usage").json == {"stored_bytes": 1234, "projects": 1, **limited}
    assert bob.get("/v1/usage").json == {"stored_bytes": 0, "projects": 0, **limited}


def test_parallel_requests_hold_the_exact_limit_of_stored_bytes(ada: Browser, engine: Engine) -> None:
    """In two projects and of both kinds, and not a byte more."""
    first, second = ada.project("One"), ada.project("Two")
    fill(engine, ada.clip(first)["clip"]["id"], but=3000)
    song = {"kind": "audio", "name": "song.mp3", "size_bytes": 1000, "content_type": "audio/mpeg"}
    requests = [
        (f"/v1/projects/{first}/clips", asked(1000)),
        (f"/v1/projects/{second}/clips", asked(1000)),
        (f"/v1/projects/{second}/assets", song),
    ] * 2
    with ThreadPoolExecutor(6) as pool:
        replies = list(pool.map(lambda request: ada.post(*request), requests))
    assert sorted(reply.status for reply in replies) == [201, 201, 201, 409, 409, 409]
    assert {reply.code for reply in replies if reply.status == 409} == {"storage_full"}
    assert ada.get("/v1/usage").json["stored_bytes"] == limits.STORED_BYTES
    over = ada.post(f"/v1/projects/{first}/clips", asked(1))
    told = {"limit": limits.STORED_BYTES, "used": limits.STORED_BYTES, "size": 1}
    assert (over.status, over.code, over.metadata) == (409, "storage_full", told)
    assert "Delete some for good" in over.json["error"]["message"]


def test_a_deleted_file_counts_while_it_can_be_restored(ada: Browser, engine: Engine) -> None:
    project = ada.project()
    clip = ada.clip(project)["clip"]["id"]
    fill(engine, clip, but=0)
    assert ada.delete(f"/v1/clips/{clip}").status == 204
    assert ada.post(f"/v1/projects/{project}/clips", asked(1)).code == "storage_full"
    assert ada.post(f"/v1/projects/{project}/clips/restore", {"clip_ids": [clip]}).status == 204
    assert ada.delete(f"/v1/clips/{clip}?forever=true").status == 204
    assert ada.get("/v1/usage").json["stored_bytes"] == 0
    assert ada.post(f"/v1/projects/{project}/clips", asked(1)).status == 201


def test_a_duplicate_counts_like_an_upload(ada: Browser, engine: Engine) -> None:
    project = ada.project()
    clip = ada.clip(project)["clip"]["id"]
    fill(engine, clip, but=limits.STORED_BYTES // 2 - 1)
    with engine.begin() as connection:
        connection.execute(text("UPDATE clips SET state = 'ready', facts = '{}'"))
    refused = ada.post(f"/v1/projects/{project}/duplicate", {})
    assert (refused.status, refused.code) == (409, "storage_full")
    fill(engine, clip, but=limits.STORED_BYTES // 2)
    assert ada.post(f"/v1/projects/{project}/duplicate", {}).status == 201
    assert ada.get("/v1/usage").json["stored_bytes"] == limits.STORED_BYTES
