"""Settings by name."""

import json
from typing import Any
from uuid import uuid4

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
    assert [preset["name"] for preset in listed["items"]] == ["Another", "Tall"]
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


def test_settings_are_bounded_and_all_of_them_fit_one_answer(ada: Browser, engine: Engine) -> None:
    def ids(count: int) -> dict[str, Any]:
        """Sets of a hundred clips there are not."""
        return {"never_adjacent": [[str(uuid4()) for _ in range(min(100, count - n))] for n in range(0, count, 100)]}

    most = limits.PRESET_BYTES // 40  # bytes of one, with quotes, comma and its share of brackets
    made = keep(ada, spec=ids(most))
    assert made.status == 201, made.text
    path = f"/v1/presets/{made.json['id']}"
    for refused in (keep(ada, "b", ids(most + 100)), ada.send("PUT", path, {"name": "a", "spec": ids(most + 100)})):
        assert (refused.status, refused.code, refused.metadata["limit"]) == (413, "preset_too_large", 64 * 1024)
    with engine.begin() as connection:
        for n in range(1, limits.PRESETS_PER_USER):
            fill = text(
                "INSERT INTO presets (id, user_id, app, name, spec)"
                " VALUES (gen_random_uuid(), :user, 'video_mixer', :name, cast(:spec AS jsonb))"
            )
            connection.execute(fill, {"user": ada.user["id"], "name": f"n{n}", "spec": json.dumps(ids(most))})
    listed = ada.get("/v1/presets")
    assert (listed.status, len(listed.json["items"])) == (200, limits.PRESETS_PER_USER)


def test_somebody_elses_preset_does_not_exist(ada: Browser, bob: Browser) -> None:
    path = f"/v1/presets/{keep(ada).json['id']}"
    for reply in (bob.get(path), bob.delete(path), bob.send("PUT", path, {"name": "x", "spec": {}})):
        assert (reply.status, reply.code) == (404, "unknown_preset")
    assert bob.get("/v1/presets").json["items"] == []
