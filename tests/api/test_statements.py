"""How many statements a request sends, and that it does not grow with what it is about."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

from tests.api.conftest import Studio, Workers
from tests.api.gateway import Browser


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """The statements an engine sends within the block, one that is sent for many rows as often as it is sent."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, sql: str, values: Any, _context: Any, executemany: bool) -> None:
        found.extend([sql] * (len(values) if executemany and isinstance(values, list | tuple) else 1))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


SPEC = {"count": 6, "clips_per_video": 2, "resolution": 480, "seed": 7}


def test_a_quote_and_a_preview_ask_as_little_as_they_can(studio: Studio, engine: Engine) -> None:
    for path, most in {"quote": 6, "plan": 7}.items():  # a plan says how many previews are left
        with counted(engine) as sent:
            assert studio.browser.post(f"/v1/projects/{studio.project_id}/{path}", {"spec": SPEC}).status == 200
        assert len(sent) <= most, sent  # the session, the project, its clips, groups and assets


def test_an_order_is_as_many_whatever_its_size(studio: Studio, workers: Workers, engine: Engine) -> None:
    sizes = {}
    for count in (1, 6):
        with counted(engine) as ordering:
            assert studio.order(f"k{count}", count=count).status == 201
        with counted(engine) as planning:
            workers.plan()
        sizes[count] = len(ordering), len(planning)
    assert sizes[1] == sizes[6]
    assert sizes[6][0] <= 28, ordering
    assert sizes[6][1] <= 14, planning


def test_a_poll_that_finds_nothing_new_asks_twice(studio: Studio, workers: Workers, engine: Engine) -> None:
    path = f"/v1/generations/{studio.order(count=6).json['id']}"
    workers.work()
    tag = studio.browser.get(path).headers["etag"]
    with counted(engine) as sent:
        assert studio.browser.get(path, headers={"if-none-match": tag}).status == 304
    assert len(sent) == 2, sent  # the session, the generation


def test_lists_and_links_ask_the_same_whatever_their_length(studio: Studio, workers: Workers, engine: Engine) -> None:
    path = f"/v1/generations/{studio.order('a', count=6).json['id']}"
    workers.work()
    for n in range(3):
        studio.order(f"k{n}", count=1, seed=n)
    for method, target, most in (
        ("GET", "/v1/generations", 3),
        ("GET", "/v1/projects", 3),
        ("GET", f"/v1/projects/{studio.project_id}/generations", 3),
        ("GET", f"{path}/outputs", 3),
        ("GET", path, 3),
        ("POST", f"{path}/links", 3),
        ("GET", "/v1/wallet", 2),
        ("GET", "/v1/wallet/entries", 2),
    ):
        with counted(engine) as sent:
            assert studio.browser.send(method, target, {} if method == "POST" else None).status == 200
        assert len(sent) == most, (target, sent)


def test_a_library_asks_the_same_whatever_its_size(studio: Studio, engine: Engine) -> None:
    project, change = f"/v1/projects/{studio.project_id}", {"color": None, "clip_ids": studio.clip_ids, "position": 1}
    file = {"name": "a.mp4", "size_bytes": 10, "content_type": "video/mp4"}
    for groups in (2, 6):
        for n in range(groups):
            studio.browser.post(f"{project}/groups", {"name": f"{groups} {n}", "clip_ids": studio.clip_ids[:1]})
        last = studio.browser.get(f"{project}/groups").json["items"][-1]
        for method, target, body, most in (
            ("GET", f"{project}/clips", None, 3),
            ("GET", f"{project}/groups", None, 4),
            ("PUT", f"/v1/groups/{last['id']}", change | {"name": last["name"], "version": last["version"]}, 18),
            ("POST", f"{project}/clips", file, 7),
        ):
            with counted(engine) as sent:
                assert studio.browser.send(method, target, body).status < 300
            assert len(sent) <= most, (target, sent)


def test_signing_in_and_staying_so_ask_little(ada: Browser, engine: Engine) -> None:
    with counted(engine) as signing_in:
        assert ada.sign_in("ada@example.com").status == 200
    with counted(engine) as staying:
        assert ada.post("/v1/auth/refresh").status == 200
    assert len(signing_in) <= 13, signing_in  # in two transactions, with its device's cookie
    assert len(staying) <= 3, staying
