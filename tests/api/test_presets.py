"""Settings by name."""

import json
from base64 import b64encode
from random import randbytes
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine, text

from medley import limits
from tests.api.gateway import Browser, Reply

SPEC = {"count": 5, "resolution": 480}


def keep(browser: Browser, name: str = "Vertical", spec: Any = SPEC, app: str = "video_mixer") -> Reply:
    return browser.post("/v1/presets", {"app": app, "name": name, "spec": spec})


def test_settings_are_kept_and_come_back_as_given(ada: Browser) -> None:
    made = keep(ada, "  Vertical ")
    assert made.status == 201, made.text
    assert (made.json["name"], made.json["app"], made.json["spec"]) == ("Vertical", "video_mixer", SPEC)
    path = f"/v1/presets/{made.json['id']}"
    assert ada.get(path).json == made.json
    changed = ada.send("PUT", path, {"name": "Tall", "spec": {"aspect": "9:16"}})
    assert (changed.status, changed.json["name"], changed.json["spec"]) == (200, "Tall", {"aspect": "9:16"})
    assert changed.json["changed_at"] > made.json["changed_at"]
    keep(ada, "Another")
    listed = ada.get("/v1/presets").json
    assert [preset["name"] for preset in listed["items"]] == ["Tall", "Another"]
    assert ada.get("/v1/presets?app=other").json["items"] == []
    assert ada.delete(path).status == 204
    for reply in (ada.get(path), ada.delete(path), ada.send("PUT", path, {"name": "x", "spec": {}})):
        assert (reply.status, reply.code) == (404, "unknown_preset")


def test_a_name_is_used_once_for_each_person_and_app(ada: Browser, bob: Browser) -> None:
    first, second = keep(ada).json, keep(ada, "Other").json
    assert keep(ada).code == "preset_name_taken"
    taken = ada.send("PUT", f"/v1/presets/{second['id']}", {"name": "Vertical", "spec": SPEC})
    assert (taken.status, taken.code) == (409, "preset_name_taken")
    assert ada.send("PUT", f"/v1/presets/{first['id']}", {"name": "Vertical", "spec": {}}).status == 200
    assert keep(bob).status == 201


def test_what_cannot_be_ordered_is_not_kept(ada: Browser) -> None:
    assert keep(ada, spec={"count": 0}).code == "invalid_spec"
    assert keep(ada, app="none").code == "unknown_app"
    assert keep(ada, name=" ").code == "invalid_name"
    assert keep(ada, name="x" * (limits.NAME_CHARACTERS + 1)).code == "invalid_input"
    assert keep(ada, name="x" * limits.NAME_CHARACTERS).status == 201
    wrong = {"app": "video_mixer", "name": "x", "spec": SPEC, "user_id": str(uuid4())}
    assert ada.post("/v1/presets", wrong).code == "invalid_input"


def test_the_number_of_presets_is_limited(ada: Browser, bob: Browser, engine: Engine) -> None:
    with engine.begin() as connection:
        fill = text(
            "INSERT INTO presets (id, user_id, app, name, spec)"
            " SELECT gen_random_uuid(), :user, 'video_mixer', n::text, '{}' FROM generate_series(2, :most) n"
        )
        connection.execute(fill, {"user": ada.user["id"], "most": limits.PRESETS_PER_USER})
    assert keep(ada).status == 201
    refused = keep(ada, "one more")
    assert (refused.status, refused.code, refused.metadata) == (409, "too_many_presets", {"limit": 100})
    assert keep(bob).status == 201


def put_in(engine: Engine, owner: Browser, specs: list[Any]) -> None:
    with engine.begin() as connection:
        for n, spec in enumerate(specs):
            fill = text(
                "INSERT INTO presets (id, user_id, app, name, spec)"
                " VALUES (gen_random_uuid(), :user, 'video_mixer', :name, cast(:spec AS jsonb))"
            )
            connection.execute(fill, {"user": owner.user["id"], "name": f"n{n}", "spec": json.dumps(spec)})


def walked(browser: Browser, query: str = "") -> list[list[dict[str, Any]]]:
    """All pages of presets."""
    pages, more = [], ""
    while True:
        reply = browser.get(f"/v1/presets?{query}{more}")
        assert reply.status == 200, reply.text[:300]
        pages.append(reply.json["items"])
        if reply.json["next"] is None:
            return pages
        more = f"&cursor={reply.json['next']}"


def test_presets_are_listed_in_pages_in_the_order_they_were_made(ada: Browser, bob: Browser) -> None:
    made = [keep(ada, name).json for name in "cab"]
    keep(bob)
    assert walked(ada) == [made]
    assert walked(ada, "limit=2") == [made[:2], made[2:]]
    assert walked(ada, "limit=3") == [made], "what follows is known: there is no empty page"
    assert walked(ada, "limit=1&app=video_mixer") == [[each] for each in made]
    assert walked(ada, "app=other") == [[]]
    assert ada.get("/v1/presets?cursor=none").code == "invalid_cursor"
    assert ada.get("/v1/presets?limit=101").code == "invalid_input"


def test_settings_are_bounded(ada: Browser) -> None:
    def ids(count: int) -> dict[str, Any]:
        """Sets of a hundred clips there are not."""
        return {"never_adjacent": [[str(uuid4()) for _ in range(min(100, count - n))] for n in range(0, count, 100)]}

    most = limits.PRESET_BYTES // 40  # bytes of one, with quotes, comma and its share of brackets
    made = keep(ada, spec=ids(most))
    assert made.status == 201, made.text
    path = f"/v1/presets/{made.json['id']}"
    for refused in (keep(ada, "b", ids(most + 100)), ada.send("PUT", path, {"name": "a", "spec": ids(most + 100)})):
        assert (refused.status, refused.code, refused.metadata["limit"]) == (413, "preset_too_large", 64 * 1024)


@pytest.mark.parametrize(
    "each_bytes", [limits.PRESET_BYTES, 900_000], ids=["of today", "kept before they were bounded"]
)
def test_settings_are_listed_whatever_they_come_to(ada: Browser, engine: Engine, each_bytes: int) -> None:
    """Of a text that no packing makes smaller."""
    count = limits.PRESETS_PER_USER if each_bytes == limits.PRESET_BYTES else 8
    specs = [{"naming": b64encode(randbytes(each_bytes * 3 // 4)).decode()} for _ in range(count)]
    put_in(engine, ada, specs)
    pages = walked(ada)
    assert len(pages) > 1
    assert all(len(json.dumps(page)) < limits.PAGE_BYTES + each_bytes + 100 * 1_000 for page in pages)
    found = [each for page in pages for each in page]
    assert {each["spec"]["naming"] for each in found} == {each["naming"] for each in specs}
    assert len(found) == count


def test_somebody_elses_preset_does_not_exist(ada: Browser, bob: Browser) -> None:
    path = f"/v1/presets/{keep(ada).json['id']}"
    for reply in (bob.get(path), bob.delete(path), bob.send("PUT", path, {"name": "x", "spec": {}})):
        assert (reply.status, reply.code) == (404, "unknown_preset")
    assert bob.get("/v1/presets").json["items"] == []
