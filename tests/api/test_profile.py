"""Profiles: what people say of themselves, and how they like it; each choice does what it says."""

import pytest

from medley import limits
from tests.api import post
from tests.api.conftest import Studio, Workers
from tests.api.gateway import PASSWORD, Browser


def test_a_profile_is_changed_in_part(ada: Browser) -> None:
    before = ada.get("/v1/me").json
    changed = ada.send("PATCH", "/v1/me", {"name": "  Ada L. ", "language": "id", "theme": "dark"})
    assert changed.status == 200
    assert changed.json == before | {"name": "Ada L.", "language": "id", "theme": "dark"}
    assert ada.send("PATCH", "/v1/me", {}).json == changed.json == ada.get("/v1/me").json


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"language": "xx"}, "invalid_input"),
        ({"theme": "pink"}, "invalid_input"),
        ({"mail_on_end": "yes"}, "invalid_input"),
        ({"name": ""}, "invalid_name"),
        ({"name": "n" * (limits.NAME_CHARACTERS + 1)}, "invalid_input"),
    ],
)
def test_what_is_no_choice_is_refused(ada: Browser, change: dict[str, object], code: str) -> None:
    reply = ada.send("PATCH", "/v1/me", change)
    assert (reply.status, reply.code) == (422, code)


def test_mails_come_in_the_chosen_language(ada: Browser) -> None:
    ada.send("PATCH", "/v1/me", {"language": "id"})
    assert ada.post("/v1/me/password", {"password": PASSWORD, "new_password": "another private sentence"}).status == 204
    [notice] = post.deliver(ada.deps)
    assert notice.subject == "Kata sandi Medley Anda diubah"


def test_the_end_of_a_generation_is_told_to_whoever_wants_it_once(studio: Studio, workers: Workers) -> None:
    ada = studio.browser
    studio.order("k-1", count=1)
    workers.work()
    assert post.deliver(ada.deps) == []
    ada.send("PATCH", "/v1/me", {"mail_on_end": True})
    ordered = studio.order("k-2", count=2)
    workers.work()
    [told] = post.deliver(ada.deps)
    assert (told.to, told.subject) == ("ada@example.com", "Your videos are ready to look at")
    assert "2 of 2" in told.mail.text
    assert f"/generations/{ordered.json['id']}" in told.mail.text
    cancelled = studio.order("k-3", count=1)
    ada.post(f"/v1/generations/{cancelled.json['id']}/cancel")
    assert post.deliver(ada.deps) == [], "who cancels it knows"
