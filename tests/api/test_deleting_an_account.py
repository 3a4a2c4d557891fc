"""Deleting an account: the person goes, the books stay."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast
from uuid import UUID

import pytest
from sqlalchemy import Engine, text

from functions.api.dependencies import Dependencies
from functions.sweep import handler as sweep
from infra.topology import TOPOLOGY
from medley import limits
from medley.contracts import keys
from medley.db.repositories.erasure import FORGOTTEN, ErasureRepository
from medley.db.tables import metadata, users
from medley.db.unit_of_work import SqlUnitOfWork
from medley.runtime.observability import logger
from tests.api import post
from tests.api.conftest import Studio, Workers
from tests.api.gateway import PASSWORD, Browser
from tests.flows.events import Context
from tests.flows.fakes import FakePusher, FakeStore
from tests.waiters import wait_until_waiting


def run_sweep(deps: Dependencies, store: FakeStore) -> Counter[str]:
    metrics: Counter[str] = Counter()
    collaborators = sweep.Dependencies(
        deps.unit_of_work, deps.queue, deps.pusher, store, "bucket", metrics.update, logger("sweep")
    )
    sweep.handle({}, cast(Any, Context("sweep")), collaborators)
    return metrics


def everything(engine: Engine) -> str:
    """All rows of all tables, as text, but those that go within a day: messages, and counts of attempts."""
    with engine.connect() as connection:
        kept = "schemaname = 'public' AND tablename NOT IN ('outbox', 'sign_in_failures')"
        names = connection.execute(text(f"SELECT tablename FROM pg_tables WHERE {kept}"))  # noqa: S608
        return "\n".join(
            str(row)
            for name in names.scalars().all()
            for row in connection.execute(text(f'SELECT t::text FROM "{name}" t')).scalars()  # noqa: S608
        )


def test_the_person_goes_and_the_books_stay(
    studio: Studio, workers: Workers, engine: Engine, unit_of_work: Callable[[], SqlUnitOfWork]
) -> None:
    ada, deps = studio.browser, studio.browser.deps
    owner = UUID(ada.user["id"])
    ada.send("PATCH", f"/v1/projects/{studio.project_id}", {"name": "Secret launch"})
    ada.post(f"/v1/projects/{studio.project_id}/groups", {"name": "Secret hooks", "clip_ids": studio.clip_ids[:1]})
    ada.send("PATCH", "/v1/me", {"name": "Ada Lovelace"})
    finished = studio.order(count=1, clips_per_video=3)
    workers.work()
    bundles = f"/v1/generations/{finished.json['id']}/bundles"
    assert ada.post(bundles, {"naming": "Secret {n}"}, headers={"idempotency-key": "b"}).status == 202
    with engine.begin() as connection:
        connection.execute(
            text("""UPDATE bundle_volumes SET missing = '[{"n": 1, "file": "Secret 1", "code": "gone"}]'""")
        )
        for table in ("clips", "outputs", "generations", "tasks"):
            more = "" if table == "tasks" else """, parameters = '{"clip": "a.mp4"}'"""
            connection.execute(text(f"UPDATE {table} SET message = 'Clip “a.mp4” is gone.'{more}"))  # noqa: S608
    running = studio.order("k-2")
    assert (finished.status, running.status) == (201, 201)
    before = ada.get("/v1/wallet/entries").json["items"]
    wrong = ada.post("/v1/me/delete", {"password": "not it"})
    assert (wrong.status, wrong.code) == (422, "wrong_password")
    assert ada.post("/v1/me/delete", {"password": PASSWORD}).status == 204

    assert ada.get("/v1/me").code == "session_ended"
    assert ada.post("/v1/auth/refresh").code == "session_ended"
    assert ada.sign_in("ada@example.com").code == "wrong_credentials"
    [*_, told] = post.deliver(deps)
    assert (told.to, told.subject) == ("ada@example.com", "Your Medley account was deleted")
    with unit_of_work() as uow:
        wallet, entries = uow.ledger.wallet(owner), uow.ledger.entries(owner, before=None, limit=100)
        assert uow.erasure.running(owner) == []
        assert not any(uow.invariants.broken(sample=5).values())
    assert wallet.reserved == 0
    assert len(entries) == len(before) + 1, "what ran was settled; nothing else was touched"

    store = FakeStore(
        objects={f"{prefix}{owner}/x/{n}" for prefix in keys.OWNED for n in range(3)} | {"outputs/other/1"}
    )
    run_sweep(deps, store)
    assert len(store.objects) == 3 * len(keys.OWNED) + 1, "uploads signed before may still arrive"
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE users SET deleted_at = deleted_at - make_interval(secs => :s)"), {"s": limits.ERASED_S + 1}
        )
    assert run_sweep(deps, store)["users_erased"] == 1
    assert store.objects == {"outputs/other/1"}
    assert run_sweep(deps, store)["users_erased"] == 0
    left = everything(engine)
    for secret in ("ada@example.com", "Lovelace", "Secret", "a.mp4", "tests"):
        assert secret not in left, secret


def test_the_address_is_free_again_and_the_new_account_is_another(ada: Browser, visitor: Browser) -> None:
    assert ada.post("/v1/me/delete", {"password": PASSWORD}).status == 204
    post.deliver(ada.deps)
    again = visitor.sign_up("ada@example.com")
    assert (again.status, again.json["user"]["id"] == ada.user["id"]) == (201, False)


def test_sockets_of_the_deleted_are_closed(ada: Browser, deps: Dependencies) -> None:
    with deps.unit_of_work() as uow:
        claims = deps.tokens.read_access(ada.token or "")
        uow.sockets.add("c-1", claims.user_id, claims.session_id)
        uow.commit()
    assert ada.post("/v1/me/delete", {"password": PASSWORD}).status == 204
    assert cast(FakePusher, deps.pusher).closed == ["c-1"]


def test_whatever_has_an_owner_in_the_bucket_goes_with_them() -> None:
    assert set(keys.OWNED) == {row.name for row in TOPOLOGY.prefixes}
    row = TOPOLOGY.function("sweep")
    assert set(row.reads) == set(row.deletes) == set(keys.OWNED)


def test_every_table_that_names_a_user_is_forgotten_or_kept_on_purpose() -> None:
    naming = {table.name for table in metadata.sorted_tables for key in table.foreign_keys if key.column is users.c.id}
    books = {"entries", "holds", "wallets", "generations"}
    emptied = {"projects", "clips", "assets", "bundles"}  # by `erase` and `scrub`
    forgotten = {table.name for table in FORGOTTEN} | {"sockets"}
    assert naming == books | emptied | forgotten


def test_an_order_that_ends_meanwhile_keeps_nobody_here(
    studio: Studio, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was running when it was looked for."""
    order = studio.order(count=1).json["id"]
    workers.work()
    monkeypatch.setattr(ErasureRepository, "running", lambda _self, _user_id: [UUID(order)])
    assert studio.browser.post("/v1/me/delete", {"password": PASSWORD}).status == 204


def test_whoever_makes_a_bundle_meanwhile_is_waited_for(
    studio: Studio, workers: Workers, engine: Engine, unit_of_work: Callable[[], SqlUnitOfWork]
) -> None:
    """Bundles are locked before their volumes, by all: nobody waits for somebody who waits for them."""
    ada = studio.browser
    order = studio.order(count=1).json["id"]
    workers.work()
    bundle = ada.post(f"/v1/generations/{order}/bundles", {}, headers={"idempotency-key": "b"}).json["id"]
    with ThreadPoolExecutor(1) as pool, unit_of_work() as making:
        assert making.bundles.lock(UUID(bundle)) is not None
        deleted = pool.submit(ada.post, "/v1/me/delete", {"password": PASSWORD})
        wait_until_waiting(engine)
        assert making.bundles.finish(UUID(bundle), 1, 1, size_bytes=1, missing=())
        making.commit()
        assert deleted.result().status == 204


@pytest.mark.parametrize("name", ["email", "password_hash"])
def test_nothing_signs_in_to_a_deleted_account(ada: Browser, engine: Engine, name: str) -> None:
    ada.post("/v1/me/delete", {"password": PASSWORD})
    with engine.connect() as connection:
        kept = str(connection.execute(text(f"SELECT {name} FROM users")).scalar_one())  # noqa: S608
    guess = {"email": kept, "password": ""} if name == "email" else {"email": "ada@example.com", "password": kept}
    assert Browser(ada.deps).post("/v1/auth/sign-in", guess).code == "wrong_credentials"
