"""The OpenAPI document: nothing is left out, every example is true, and the page made from it is whole."""

import re
from typing import Any

from fastapi.routing import APIRoute

from functions.api import docs_page
from functions.api.app import ROUTERS
from functions.api.error_catalogue import CATALOGUE
from medley import __version__
from tests.api.gateway import Browser, openapi


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    return [(path, method, op) for path, item in openapi()["paths"].items() for method, op in item.items()]


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        return dict(openapi()["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]])
    return schema


def test_the_document_is_served(visitor: Browser) -> None:
    reply = visitor.get("/openapi.json")
    assert reply.json == openapi()
    assert reply.json["info"]["version"] == __version__


def test_it_names_every_route_of_the_brief() -> None:
    found = {(method.upper(), re.sub(r"\{\w+\}", "{}", path)) for path, method, _ in operations()}
    assert found == {
        ("POST", "/v1/auth/sign-up"),
        ("POST", "/v1/auth/sign-in"),
        ("POST", "/v1/auth/refresh"),
        ("POST", "/v1/auth/sign-out"),
        ("GET", "/v1/me"),
        ("POST", "/v1/socket-tickets"),
        ("GET", "/v1/projects"),
        ("POST", "/v1/projects"),
        ("GET", "/v1/projects/{}"),
        ("PATCH", "/v1/projects/{}"),
        ("DELETE", "/v1/projects/{}"),
        ("GET", "/v1/projects/{}/clips"),
        ("POST", "/v1/projects/{}/clips"),
        ("GET", "/v1/clips/{}"),
        ("DELETE", "/v1/clips/{}"),
        ("POST", "/v1/clips/{}/parts"),
        ("POST", "/v1/clips/{}/complete"),
        ("GET", "/v1/projects/{}/assets"),
        ("POST", "/v1/projects/{}/assets"),
        ("GET", "/v1/assets/{}"),
        ("DELETE", "/v1/assets/{}"),
        ("GET", "/v1/projects/{}/groups"),
        ("POST", "/v1/projects/{}/groups"),
        ("PUT", "/v1/groups/{}"),
        ("DELETE", "/v1/groups/{}"),
        ("GET", "/v1/apps"),
        ("POST", "/v1/projects/{}/quote"),
        ("GET", "/v1/projects/{}/generations"),
        ("POST", "/v1/projects/{}/generations"),
        ("GET", "/v1/generations/{}"),
        ("POST", "/v1/generations/{}/cancel"),
        ("GET", "/v1/generations/{}/outputs"),
        ("GET", "/v1/generations/{}/outputs/{}/link"),
        ("POST", "/v1/generations/{}/outputs/{}/restore"),
        ("GET", "/v1/generations/{}/manifest"),
        ("GET", "/v1/generations/{}/manifest.csv"),
        ("GET", "/v1/generations/{}/distinctness"),
        ("GET", "/v1/wallet"),
        ("GET", "/v1/wallet/entries"),
        ("GET", "/healthz"),
        ("GET", "/readyz"),
    }


def test_every_operation_says_what_it_does_and_what_may_go_wrong() -> None:
    for path, method, operation in operations():
        where = f"{method} {path}"
        assert operation["summary"], where
        assert len(operation["tags"]) == 1, where
        statuses = set(operation["responses"])
        assert {"413", "422", "500", "503"} <= statuses, where
        may_refuse = path.startswith("/v1") and path not in {"/v1/auth/sign-up", "/v1/auth/sign-out"}
        assert ("401" in statuses) == may_refuse, where
        assert bool(operation.get("security")) == (path.startswith("/v1") and "/auth/" not in path), where
        for status, response in operation["responses"].items():
            if status >= "400":
                content = response["content"]["application/json"]
                assert content["schema"]["$ref"].endswith("/ErrorBody"), where
                assert content["examples"], where


def test_every_operation_id_is_its_functions_name() -> None:
    ids = [operation["operationId"] for _, _, operation in operations()]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[a-z_]+", name) for name in ids)


def test_every_body_has_an_example_that_its_own_model_accepts() -> None:
    checked = 0
    for route in (route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)):
        models = [route.response_model] + ([route.body_field.field_info.annotation] if route.body_field else [])
        for model in models:
            for example in getattr(model, "model_config", {}).get("json_schema_extra", {}).get("examples", ()):
                model.model_validate(example)
                checked += 1
    bodies = [
        resolved(operation["requestBody"]["content"]["application/json"]["schema"])
        for _, _, operation in operations()
        if "requestBody" in operation
    ]
    assert all(body["examples"] for body in bodies)
    assert checked > len(bodies)


def test_the_catalogue_holds_no_code_that_no_route_answers() -> None:
    used = {
        code
        for _, _, operation in operations()
        for status, response in operation["responses"].items()
        if status >= "400"
        for code in response["content"]["application/json"]["examples"]
    }
    assert used == set(CATALOGUE)


def test_the_page_shows_all_of_it_and_loads_nothing(visitor: Browser) -> None:
    reply = visitor.get("/docs")
    assert reply.status == 200
    assert reply.headers["content-type"].startswith("text/html")
    for path, method, operation in operations():
        assert f'<article id="{operation["operationId"]}">' in reply.text, (method, path)
    for code in CATALOGUE:
        assert f"<code>{code}</code>" in reply.text
    assert not re.search(r"<script|<link|<img|@import|url\(|src=", reply.text)
    assert "None</" not in reply.text
    assert reply.headers["content-security-policy"] == docs_page.CONTENT_SECURITY_POLICY


def test_the_page_escapes_what_it_shows() -> None:
    document = dict(openapi())
    document["info"] = {"title": "<script>", "version": "1", "description": "`<b>` & more\n\n* a\n* b"}
    page = docs_page.render(document)
    assert "<script>" not in page
    assert "<code>&lt;b&gt;</code> &amp; more" in page
    assert "<ul><li>a</li><li>b</li></ul>" in page
