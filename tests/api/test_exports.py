"""Exports: somebody asks for all that is kept about them, and gets it."""

import hashlib
import json
from collections.abc import Callable
from io import BytesIO
from typing import Any, cast
from uuid import UUID, uuid4
from zipfile import ZipFile

import pytest
from sqlalchemy import Engine, text

from functions.api.dependencies import Dependencies
from functions.export.handler import Dependencies as ExportDependencies
from functions.export.handler import handle
from medley import limits
from medley.contracts.export import MakeExport
from medley.db.repositories.exports import SUBJECTS
from medley.db.tables import metadata
from medley.db.unit_of_work import SqlUnitOfWork
from medley.domain.audit import Action, Event
from medley.ports.exports import OwnedFile
from medley.runtime.observability import logger
from medley.services import outbox
from medley.services.exports import QUEUE, Exporter, archived
from tests.api import post
from tests.api.conftest import Studio, Workers
from tests.api.gateway import PASSWORD, Browser
from tests.flows.events import Context, sqs_event
from tests.flows.fakes import FakeQueue, FakeStore


@pytest.fixture
def store() -> FakeStore:
    return FakeStore()


@pytest.fixture
def run(deps: Dependencies, store: FakeStore) -> Callable[[list[str]], list[str]]:
    """Give the function these messages; returns those it wants to have again."""
    again: list[str] = []

    def postpone(_arn: str, body: str, _group: str | None, *, delay_s: int, postponed: int) -> None:
        again.append(body)

    exporter = Exporter(deps.unit_of_work, store)
    collaborators = ExportDependencies(exporter, deps.queue, None, postpone, logger("export"))

    def give(bodies: list[str]) -> list[str]:
        again.clear()
        event = sqs_event(*bodies, queue="exports")
        assert handle(event, cast(Any, Context("export")), collaborators) == {"batchItemFailures": []}
        assert store.uploads == {}
        return list(again)

    return give


def clips_of(studio: Studio, store: FakeStore, content: bytes) -> dict[str, str]:
    """Give the clips `a.mp4` (the newest), `b.mp4` and `c.mp4` this content; returns their keys by name."""
    change = (
        "UPDATE clips SET size_bytes = :size, sha256 = :sha,"
        " settled_at = now() - (ascii(name) - ascii('a')) * interval '1 hour'"
    )
    with studio.browser.deps.unit_of_work() as uow:
        values = {"size": len(content), "sha": hashlib.sha256(content).hexdigest()}
        uow.connection.execute(text(change), values)
        uow.commit()
    found = {}
    for name, clip_id in zip(("a.mp4", "b.mp4", "c.mp4"), studio.clip_ids, strict=True):
        found[name] = f"uploads/{studio.browser.user['id']}/{studio.project_id}/{clip_id}"
        store.contents[found[name]] = content
    return found


def told_in(store: FakeStore) -> tuple[list[str], list[str]]:
    """The files of the only archive there is, and the lines on what is missing."""
    (key,) = (key for key in store.contents if key.startswith("exports/"))
    with ZipFile(BytesIO(store.contents[key])) as archive:
        names = [name.rpartition("/")[2] for name in archive.namelist()]
        lines = archive.read("missing.txt").decode().splitlines() if "missing.txt" in names else []
    return [name for name in names if name.endswith(".mp4")], [line.rpartition("/")[2] for line in lines]


def taken(browser: Browser) -> list[str]:
    return [message.body for message in cast(FakeQueue, browser.deps.queue).take(QUEUE)]


def test_somebody_gets_all_that_is_kept_about_them(
    studio: Studio,
    bob: Browser,
    workers: Workers,
    store: FakeStore,
    run: Callable[[list[str]], list[str]],
) -> None:
    ada = studio.browser
    bob.project("Of Bob")
    studio.order(count=1)
    workers.work()
    wrong = ada.post("/v1/me/exports", {"password": "not it"})
    assert (wrong.status, wrong.code) == (422, "wrong_password")
    asked = ada.post("/v1/me/exports", {"password": PASSWORD})
    assert (asked.status, asked.json["url"], asked.json["size_bytes"]) == (202, None, None)
    clip = b"the bytes of a clip"
    with ada.deps.unit_of_work() as uow:
        uow.connection.execute(
            text("UPDATE clips SET size_bytes = :size, sha256 = :sha WHERE name = 'a.mp4'"),
            {"size": len(clip), "sha": hashlib.sha256(clip).hexdigest()},
        )
        uow.commit()
    store.contents[f"uploads/{ada.user['id']}/{studio.project_id}/{studio.clip_ids[0]}"] = clip
    messages = taken(ada)
    assert run(messages + messages) == []
    [(key, content)] = [(key, content) for key, content in store.contents.items() if key.startswith("exports/")]
    assert key == f"exports/{ada.user['id']}/{asked.json['id']}.zip"
    with ZipFile(BytesIO(content)) as archive:
        names = archive.namelist()
        told = {name.removesuffix(".jsonl"): archive.read(name).decode() for name in names if name.endswith(".jsonl")}
        assert archive.read(f"clips/{studio.project_id}/a.mp4") == clip
        missing = archive.read("missing.txt").decode().splitlines()
    assert sorted(line.rpartition("/")[2] for line in missing) == [
        f"{name}: it is not stored any more" for name in ("0001 Video 1.mp4", "b.mp4", "c.mp4")
    ]
    [account] = map(json.loads, told["account"].splitlines())
    assert account["email"] == "ada@example.com"
    assert [json.loads(line)["name"] for line in told["projects"].splitlines()] == ["Spring"]
    counts = {name: len(lines.splitlines()) for name, lines in told.items()}
    assert (counts["clips"], counts["generations"], counts["outputs"]) == (3, 1, 1)
    assert counts["credits"] >= 3
    everything = "".join(told.values())
    for secret in ("Of Bob", "bob@example.com", "argon2", "refresh_hash", "recipe"):
        assert secret not in everything
    [notice] = post.deliver(ada.deps)
    assert (notice.to, notice.subject) == ("ada@example.com", "Your Medley data is ready")
    [listed] = ada.get("/v1/me/exports").json["items"]
    assert listed["size_bytes"] == len(content)
    assert f"/{key}?" in listed["url"]
    assert bob.get("/v1/me/exports").json["items"] == []


def test_an_outage_of_the_store_is_waited_for(
    ada: Browser, store: FakeStore, run: Callable[[list[str]], list[str]]
) -> None:
    ada.post("/v1/me/exports", {"password": PASSWORD})
    messages = taken(ada)
    store.down = True
    assert run(messages) == messages
    store.down = False
    assert run(messages) == []
    assert [key.partition("/")[0] for key in store.contents] == ["exports"]


def noted(ada: Browser, store: FakeStore) -> bool:
    """Whether the only archive there is can be fetched, and its owner was told."""
    [content] = [content for key, content in store.contents.items() if key.startswith("exports/")]
    [listed] = ada.get("/v1/me/exports").json["items"]
    told = [notice.subject for notice in post.deliver(ada.deps)]
    return (listed["size_bytes"], told) == (len(content), ["Your Medley data is ready"])


def test_an_archive_that_is_there_and_not_noted_is_noted(
    ada: Browser, store: FakeStore, run: Callable[[list[str]], list[str]], engine: Engine
) -> None:
    """The process may end between the two; an object is never replaced."""
    ada.post("/v1/me/exports", {"password": PASSWORD})
    messages = taken(ada)
    assert run(messages) == []
    with engine.begin() as connection:
        connection.execute(text("UPDATE exports SET made_at = NULL, size_bytes = NULL"))
        connection.execute(text("DELETE FROM outbox"))
    cast(FakeQueue, ada.deps.queue).take()
    assert run(messages) == []
    assert noted(ada, store)


def test_an_archive_whose_end_was_not_confirmed_is_noted(
    ada: Browser, store: FakeStore, run: Callable[[list[str]], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store's answer was lost; asked again, it says that there is one."""
    complete = store.complete_multipart

    def twice(key: str, upload_id: str, parts: Any) -> None:
        kept = store.uploads[upload_id]
        complete(key, upload_id, parts)
        store.uploads[upload_id] = kept
        complete(key, upload_id, parts)

    monkeypatch.setattr(store, "complete_multipart", twice)
    ada.post("/v1/me/exports", {"password": PASSWORD})
    assert run(taken(ada)) == []
    assert noted(ada, store)


def test_where_there_is_no_time_for_all_there_are_the_newest_files(
    studio: Studio, store: FakeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each attempt is given time for so many bytes that it reads."""
    ada, content, read = studio.browser, b"twelve bytes", store.read
    clips_of(studio, store, content)
    done: list[bytes] = []

    def counted(key: str, start: int = 0, length: int | None = None) -> bytes:
        done.append(read(key, start, length))
        return done[-1]

    monkeypatch.setattr(store, "read", counted)
    ada.post("/v1/me/exports", {"password": PASSWORD})
    exporter, attempts = Exporter(ada.deps.unit_of_work, store), 0
    while messages := taken(ada):
        attempts += 1
        done.clear()
        exporter.make(
            MakeExport.model_validate_json(messages[0]),
            lambda: 100.0 if len(b"".join(done)) <= len(content) else 0.0,
        )
        outbox.drain(ada.deps.unit_of_work, ada.deps.queue)
    assert attempts == 2
    names, missing = told_in(store)
    assert names == ["a.mp4"]
    assert [line.partition(": ")[0] for line in missing] == ["b.mp4", "c.mp4"]
    assert all("no time" in line for line in missing)
    assert noted(ada, store)


def test_what_was_found_damaged_is_not_tried_again_by_the_next_attempt(
    studio: Studio, store: FakeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, begun, start = studio.browser, list[str](), store.start_multipart

    def counted(key: str, content_type: str) -> str:
        begun.append(key)
        return start(key, content_type)

    monkeypatch.setattr(store, "start_multipart", counted)
    keys = clips_of(studio, store, b"twelve bytes")
    store.contents[keys["c.mp4"]] = b"TWELVE BYTES"  # found out when all of it is in the archive
    ada.post("/v1/me/exports", {"password": PASSWORD})
    exporter = Exporter(ada.deps.unit_of_work, store)
    [first] = taken(ada)
    exporter.make(MakeExport.model_validate_json(first), lambda: 100.0 if len(begun) < 2 else 0.0)
    outbox.drain(ada.deps.unit_of_work, ada.deps.queue)
    [second] = taken(ada)
    order = MakeExport.model_validate_json(second)
    assert (order.damaged, order.holds_bytes) == ((keys["c.mp4"],), None)
    exporter.make(order, lambda: 100.0)
    assert len(begun) == 3
    assert told_in(store) == (["a.mp4", "b.mp4"], ["c.mp4: what is stored is not what it was"])


def test_an_export_is_listed_as_long_as_it_can_be_fetched(
    ada: Browser, run: Callable[[list[str]], list[str]], engine: Engine
) -> None:
    """However long it took to make: its days begin when it is there."""
    ada.post("/v1/me/exports", {"password": PASSWORD})
    assert run(taken(ada)) == []
    for days, left in ((limits.EXPORT_DAYS - 1, 1), (limits.EXPORT_DAYS, 0)):
        with engine.begin() as connection:
            values = {"days": days}
            change = (
                "UPDATE exports SET made_at = now() - make_interval(days => :days), created_at = now() - interval '9 d'"
            )
            connection.execute(text(change), values)
        with ada.deps.unit_of_work() as uow:
            assert uow.exports.prune(limits.EXPORT_DAYS * 86_400, 10) == 1 - left
        assert len(ada.get("/v1/me/exports").json["items"]) == left


def test_no_file_is_in_the_archive_under_the_name_of_another() -> None:
    folder = uuid4()
    names = ("3 a.mp4", "a.mp4", "A.mp4", "a.mp4")
    owned = [OwnedFile("clips", folder, name, f"uploads/{n}", 1, "0") for n, name in enumerate(names)]
    files, _ = archived(owned)
    assert len({file.name.casefold() for file in files}) == len(names)


def test_everything_about_a_person_is_in_it() -> None:
    """A new table is added to what is exported, or to what passes."""
    passing = {  # gone within days, of use to nobody, and secrets in part
        "idempotency",
        "mail_links",
        "mails",
        "outbox",
        "sign_in_failures",
        "sockets",
        "used_tickets",
    }
    ours = {"looks", "tasks"}  # when upkeep ran; how the work of a generation was split
    exported = {table for table, _, _ in SUBJECTS.values()}
    assert exported | passing | ours == set(metadata.tables)


def test_who_administers_is_not_told(ada: Browser, unit_of_work: Callable[[], SqlUnitOfWork]) -> None:
    """What was done is; by whom and from where, of one's own doings alone."""
    owner, other = UUID(ada.user["id"]), uuid4()
    with unit_of_work() as uow:
        for actor in (owner, other):
            uow.audit.add(Event(Action.AUDIT_READ, owner, actor, f"network of {actor}"))
        rows = [row for row in uow.exports.rows("audit", owner) if row["action"] == Action.AUDIT_READ]
    own, others = rows
    assert (own["actor_id"], own["network"]) == (str(owner), f"network of {owner}")
    assert str(other) not in json.dumps(others)
    assert (others["user_id"], others["detail"]) == (str(owner), {})


def test_nobody_asks_too_often(ada: Browser, engine: Engine) -> None:
    for _ in range(limits.EXPORTS_PER_DAY):
        assert ada.post("/v1/me/exports", {"password": PASSWORD}).status == 202
    refused = ada.post("/v1/me/exports", {"password": PASSWORD})
    assert (refused.status, refused.code) == (429, "too_many_exports")
    with engine.begin() as connection:
        connection.execute(text("UPDATE exports SET created_at = created_at - interval '1 day'"))
    assert ada.post("/v1/me/exports", {"password": PASSWORD}).status == 202


def test_nothing_is_made_for_who_deleted_their_account(
    ada: Browser, store: FakeStore, run: Callable[[list[str]], list[str]]
) -> None:
    ada.post("/v1/me/exports", {"password": PASSWORD})
    messages = taken(ada)
    assert ada.post("/v1/me/delete", {"password": PASSWORD}).status == 204
    assert run(messages) == []
    assert store.contents == {}


def test_what_an_export_cannot_hold_is_named_in_it(
    studio: Studio, store: FakeStore, run: Callable[[list[str]], list[str]], engine: Engine
) -> None:
    """The newest files first, each that fits; nothing is left out without a word."""
    ada = studio.browser
    clips_of(studio, store, b"twelve bytes")
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE clips SET size_bytes = :large WHERE name = 'b.mp4'"), {"large": limits.EXPORT_BYTES}
        )
    ada.post("/v1/me/exports", {"password": PASSWORD})
    assert run(taken(ada)) == []
    names, [told] = told_in(store)
    assert names == ["a.mp4", "c.mp4"]
    assert told.startswith("b.mp4: an export holds 50 GiB")


def test_videos_that_are_kept_longer_are_in_it_as_long(studio: Studio, workers: Workers, engine: Engine) -> None:
    order = studio.order(count=1).json
    workers.work()
    kept = studio.browser.send("PATCH", f"/v1/generations/{order['id']}/retention", {"days": 60})
    assert kept.status == 200
    for days, there in ((40, 1), (30, 0)):
        with engine.begin() as connection:
            connection.execute(
                text("UPDATE outputs SET settled_at = settled_at - make_interval(days => :days)"), {"days": days}
            )
        with studio.browser.deps.unit_of_work() as uow:
            files = uow.exports.files(UUID(studio.browser.user["id"]))
        assert sum(file.kind == "videos" for file in files) == there
