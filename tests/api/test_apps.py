"""Apps that are not for everybody: seen and ordered from by those whose role includes one that the app names."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine, text

from functions.api.dependencies import Dependencies
from medley.apps.registry import Failure, Registry, load
from medley.domain.accounts import Role
from tests.api.conftest import Studio
from tests.api.gateway import Browser
from tests.api.test_statements import SPEC, counted

ROUTES = {"quote": 200, "plan": 200, "previews": 201, "generations": 201}


def limited(deps: Dependencies, *roles: Role) -> Dependencies:
    """The same, whose mixer is for these roles, and so is one that does not load; the stamps are for all."""
    found = load(("medley.apps.video_mixer", "tests.apps.toys.stamps", "tests.apps.toys.broken"))
    mixer, (broken,) = found.apps["video_mixer"], found.failures

    class Limited(type(mixer)):  # type: ignore[misc]  # whatever it is
        manifest = replace(mixer.manifest, roles=roles)

    failure = Failure(broken.package, broken.reason, replace(broken.manifest, roles=roles))
    return replace(deps, registry=Registry({**found.apps, "video_mixer": Limited()}, (failure,)))


def become(engine: Engine, role: Role) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE users SET role = :r"), {"r": role.value})


def shown(browser: Browser) -> list[str]:
    reply = browser.get("/v1/apps")
    assert reply.status == 200
    return [app["id"] for app in reply.json["items"]]


@pytest.mark.parametrize("needed", Role)
@pytest.mark.parametrize("role", Role)
def test_it_is_seen_and_ordered_from_by_those_it_is_for(
    studio: Studio, engine: Engine, needed: Role, role: Role
) -> None:
    """Its owner may have had it before: what it was ordered for is still there, and nothing more is."""
    browser = studio.browser
    browser.deps = limited(browser.deps, needed)
    become(engine, role)
    may = role.includes(needed)
    assert shown(browser) == (["video_mixer", "stamps", "broken"] if may else ["stamps"])
    for n, (path, status) in enumerate(ROUTES.items()):
        target = f"/v1/projects/{studio.project_id}/{path}"
        reply = browser.post(target, {"spec": SPEC}, headers={"idempotency-key": f"k{n}"})
        assert (reply.status, None if may else reply.code) == ((status, None) if may else (422, "unknown_app")), path
        if not may:
            assert reply.json["error"]["metadata"]["apps"] == ["stamps"]
    made = browser.post("/v1/projects", {"app": "video_mixer", "name": "P"})
    assert (made.status, None if may else made.code) == ((201, None) if may else (422, "unknown_app"))


def test_a_visitor_sees_what_is_for_all_and_no_cache_mixes_the_two_up(
    deps: Dependencies, ada: Browser, engine: Engine
) -> None:
    become(engine, Role.ADMIN)
    ada.deps = limited(deps, Role.ADMIN)
    visitor = Browser(ada.deps)
    public, private = visitor.get("/v1/apps"), ada.get("/v1/apps")
    assert [app["id"] for app in public.json["items"]] == ["stamps"]
    told = [(reply.headers["cache-control"], "authorization" in reply.headers["vary"]) for reply in (public, private)]
    assert told == [("public, max-age=60", True), ("private, no-cache", True)]
    assert public.headers["etag"] != private.headers["etag"]
    for browser, known in ((visitor, public), (ada, private)):
        again = browser.get("/v1/apps", headers={"if-none-match": known.headers["etag"]})
        assert (again.status, again.headers["cache-control"]) == (304, known.headers["cache-control"])
    become(engine, Role.USER)
    assert ada.get("/v1/apps", headers={"if-none-match": private.headers["etag"]}).status == 200


def test_who_comes_with_a_token_that_is_none_is_told_so(deps: Dependencies, ada: Browser) -> None:
    """Else the cards of an administrator would be gone until the page is loaded anew."""
    ada.deps = limited(deps, Role.ADMIN)
    assert ada.get("/v1/apps", headers={"authorization": "Bearer x"}).code == "invalid_token"
    ada.post("/v1/auth/sign-out")
    assert ada.get("/v1/apps").code == "session_ended"


def test_nobodys_role_is_asked_for_an_app_that_is_for_all(studio: Studio, engine: Engine) -> None:
    with counted(engine) as sent:
        reply = studio.browser.get("/v1/apps")
    assert (sent, reply.headers["cache-control"]) == ([], "public, max-age=60")
    assert "authorization" not in reply.headers.get("vary", "")
    targets = {path: f"/v1/projects/{studio.project_id}/{path}" for path in ("quote", "plan")}
    usual = {}
    for path, target in targets.items():
        with counted(engine) as sent:
            studio.browser.post(target, {"spec": SPEC})
        usual[path] = len(sent)
    become(engine, Role.ADMIN)
    studio.browser.deps = limited(studio.browser.deps, Role.ADMIN)
    for path, target in targets.items():
        with counted(engine) as sent:
            studio.browser.post(target, {"spec": SPEC})
        assert len(sent) > usual[path]
