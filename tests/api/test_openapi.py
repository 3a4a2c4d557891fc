"""The OpenAPI document: nothing is left out, every example is true, and the page made from it is whole."""

import ast
import re
from pathlib import Path
from typing import Any, get_args

from fastapi.routing import APIRoute

from functions.api.app import ROUTERS
from functions.api.error_catalogue import CATALOGUE
from functions.api.openapi import REFERENCE, walk
from functions.api.routes.limits import SHOWN
from local.gateway import refusals
from medley import __version__, limits
from medley.apps.registry import registry
from medley.contracts import pushes
from medley.errors import SelfTestFailed
from tests.api.gateway import Browser, openapi


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    return [(path, method, op) for path, item in openapi()["paths"].items() for method, op in item.items()]


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        return dict(openapi()["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]])
    return schema


def codes_of(response: dict[str, Any]) -> list[str]:
    """The codes a refusal may have."""
    schema = response["content"]["application/json"]["schema"]
    assert schema["allOf"][0]["$ref"].endswith("/ErrorBody")
    codes: list[str] = schema["allOf"][1]["properties"]["error"]["properties"]["code"]["enum"]
    return codes


def test_the_document_is_served(visitor: Browser) -> None:
    reply = visitor.get("/openapi.json")
    assert reply.json == openapi()
    assert reply.json["info"]["version"] == __version__


def test_every_operation_says_what_it_does_and_what_may_go_wrong() -> None:
    for path, method, operation in operations():
        where = f"{method} {path}"
        assert operation["summary"], where
        assert len(operation["tags"]) == 1, where
        statuses = set(operation["responses"])
        assert {"413", "422", "500", "503"} <= statuses, where
        signed_in = any(
            "not_signed_in" in codes_of(each) for name, each in operation["responses"].items() if name == "401"
        )
        assert (operation.get("security") == [{"bearer": []}]) == signed_in, where
        for status, response in operation["responses"].items():
            assert response["headers"]["x-request-id"] == {"$ref": "#/components/headers/x-request-id"}, where
            if status >= "400":
                assert codes_of(response), where
                assert set(response["content"]["application/json"]["examples"]) <= set(codes_of(response)), where
            if status in ("429", "503"):
                assert "retry-after" in response["headers"], where
        tagged = any(each["name"] == "If-None-Match" for each in operation.get("parameters", ()))
        assert tagged == ("304" in statuses) == ("etag" in operation["responses"].get("200", {}).get("headers", {})), (
            where
        )


JSON_SCHEMA = {
    *("$ref", "$defs", "type", "enum", "const", "title", "description", "default", "examples", "format", "pattern"),
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength"),
    *("items", "prefixItems", "minItems", "maxItems", "uniqueItems", "properties", "required", "additionalProperties"),
    *("anyOf", "allOf", "oneOf", "not", "discriminator"),
}


def schemas_within(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """A schema and all it is made of."""
    found = [schema]
    for name in ("anyOf", "allOf", "oneOf", "prefixItems"):
        found += [inner for each in schema.get(name, ()) for inner in schemas_within(each)]
    for name in ("items", "additionalProperties", "not"):
        if isinstance(schema.get(name), dict):
            found += schemas_within(schema[name])
    for each in schema.get("properties", {}).values():
        found += schemas_within(each)
    return found


def test_schemas_are_written_in_the_words_of_json_schema() -> None:
    roots = list(openapi()["components"]["schemas"].values())
    roots += [each["schema"] for each in walk(openapi()["paths"]) if isinstance(each.get("schema"), dict)]
    roots += [app.spec.model_json_schema() for app in registry().apps.values()]
    known = JSON_SCHEMA
    for schema in (inner for root in roots for inner in schemas_within(root)):
        assert {name for name in schema if not name.startswith("x-")} <= known, schema
        for name in ("minimum", "maximum"):
            assert schema.get("type") != "integer" or not isinstance(schema.get(name), float), schema


def test_every_text_and_number_a_client_sends_has_bounds() -> None:
    for path, method, operation in operations():
        roots = [each["schema"] for each in operation.get("parameters", ())]
        roots += [each["schema"] for each in operation.get("requestBody", {}).get("content", {}).values()]
        seen: list[str] = []
        while roots:
            for schema in schemas_within(roots.pop()):
                where = f"{method} {path} {schema}"
                name = schema.get("$ref", "").removeprefix(REFERENCE)
                if name and name not in seen:
                    seen.append(name)
                    roots.append(openapi()["components"]["schemas"][name])
                bounded = {"enum", "const", "pattern"} & set(schema) or schema.get("format") in (
                    "uuid",
                    "email",
                    "date-time",
                )
                if schema.get("type") == "string":
                    assert bounded or "maxLength" in schema, where
                if schema.get("type") in ("integer", "number"):
                    assert bounded or {"minimum", "maximum"} <= set(schema), where
                if schema.get("type") == "array":
                    assert "maxItems" in schema, where


def test_a_page_says_where_the_next_begins_in_the_words_it_is_asked_for() -> None:
    paged = 0
    for path, method, operation in operations():
        cursors = [each for each in operation.get("parameters", ()) if each["name"] == "cursor"]
        for cursor in cursors:
            paged += 1
            assert cursor["schema"]["type"] == "string", path
            content = operation["responses"]["200"]["content"]
            if "application/json" in content:
                following = resolved(content["application/json"]["schema"])["properties"]["next"]
                assert {"type": "string"} in following["anyOf"], (method, path)
    assert paged > 5


def test_what_has_to_be_sent_is_required() -> None:
    for _, _, operation in operations():
        for each in operation.get("parameters", ()):
            refused = [
                code
                for status, response in operation["responses"].items()
                if status == "400"
                for code in codes_of(response)
            ]
            if each["name"] == "Idempotency-Key":
                assert each["required"]
                assert "idempotency_key_required" in refused
        names = {each["name"] for each in operation.get("parameters", ())}
        if "idempotency_key_required" in [
            c for s, r in operation["responses"].items() if s >= "400" for c in codes_of(r)
        ]:
            assert "Idempotency-Key" in names


def test_the_spec_of_each_app_is_a_schema() -> None:
    schemas = openapi()["components"]["schemas"]
    for app_id, app in registry().apps.items():
        name = "".join(word.capitalize() for word in app_id.split("_")) + "Spec"
        assert set(schemas[name]["properties"]) == set(app.spec.model_fields)
        assert schemas["Order"]["properties"]["spec"] == {"$ref": f"{REFERENCE}{name}"}


def test_every_code_says_where_it_is_given() -> None:
    code = openapi()["components"]["schemas"]["ErrorCode"]
    assert set(code["x-given-by"]) >= set(CATALOGUE)
    assert set(code["enum"]) == set(code["x-given-by"]) | set(code["x-given-elsewhere"])
    assert not set(code["x-given-by"]) & set(code["x-given-elsewhere"])
    given = {(name, each) for name, where in code["x-given-by"].items() for each in where}
    assert given == {
        (name, operation["operationId"])
        for _, _, operation in operations()
        for status, response in operation["responses"].items()
        if status >= "400"
        for name in codes_of(response)
    }
    assert openapi()["components"]["schemas"]["ErrorDetail"]["properties"]["code"] == {"$ref": f"{REFERENCE}ErrorCode"}


def said(node: ast.AST | None) -> str | None:
    """The code of `SAID.say("code", ...)`."""
    if (
        isinstance(node, ast.Call)
        and getattr(node.func, "attr", "") == "say"
        and isinstance(node.args[0], ast.Constant)
    ):
        return str(node.args[0].value)
    return None


def test_an_app_names_the_codes_of_its_refusals() -> None:
    root = Path(__file__).parents[2] / "shared" / "medley" / "apps"
    for app_id, app in registry().apps.items():
        raised = set()
        for path in (root / app_id).rglob("*.py"):
            if "execution" in path.parts or path.name == "worker.py":
                continue
            nodes = list(ast.walk(ast.parse(path.read_text())))
            named = {
                target.id: said(node.value)
                for node in nodes
                if isinstance(node, ast.Assign)
                for target in node.targets
                if isinstance(target, ast.Name)
            }
            for node in nodes:
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "InvalidInput" and node.args:
                    (first, *_) = node.args
                    raised.add(named.get(first.id) if isinstance(first, ast.Name) else said(first))
        found = {code for code in raised if code}
        assert len(found) > 5
        assert found <= set(app.manifest.codes)


def test_every_message_of_the_socket_is_described_with_an_example() -> None:
    section = openapi()["x-socket"]
    models = get_args(pushes.Push)
    assert set(section["receive"]) == {model.model_fields["type"].default for model in models}
    for model in models:
        schema = openapi()["components"]["schemas"][model.__name__]
        (example,) = schema["examples"]
        assert model.model_validate(example).model_dump(mode="json") == example
    for word in ("ticket", "ping", "seq", "hours"):
        assert word in section["description"]


def test_cookies_and_tokens_are_security_schemes() -> None:
    assert set(openapi()["components"]["securitySchemes"]) == {"bearer", "refresh_cookie", "device_cookie"}
    refresh = openapi()["paths"]["/v1/auth/refresh"]["post"]
    assert refresh["security"] == [{"refresh_cookie": []}]
    for path in ("/v1/auth/refresh", "/v1/auth/sign-in"):
        assert "set-cookie" in openapi()["paths"][path]["post"]["responses"]["200"]["headers"]


def test_every_cookie_is_in_the_document_where_it_is_read(ada: Browser) -> None:
    schemes = openapi()["components"]["securitySchemes"]
    cookies = {scheme["name"]: name for name, scheme in schemes.items() if scheme.get("in") == "cookie"}
    assert set(ada.cookies) == set(cookies), "those of somebody who signed in"
    assert all(name in openapi()["components"]["headers"]["set-cookie"]["description"] for name in cookies)
    for _, _, operation in operations():
        opens = f"{REFERENCE}Session'" in str(operation["responses"])
        named = {name for each in operation.get("security", ()) for name in each}
        assert ("device_cookie" in named) == (opens and operation["operationId"] != "refresh")


def test_every_reference_leads_somewhere_and_every_schema_is_used() -> None:
    named = {each["$ref"] for each in walk(openapi()) if isinstance(each.get("$ref"), str)}
    kinds = ("schemas", "headers", "examples")
    there = {f"#/components/{kind}/{name}" for kind in kinds for name in openapi()["components"][kind]}
    assert named - {each["$ref"] for each in example_references()} <= there
    assert {f"{REFERENCE}{name}" for name in openapi()["components"]["schemas"]} <= named


def example_references() -> list[dict[str, Any]]:
    """The references to examples."""
    return [
        each
        for _, _, operation in operations()
        for status, response in operation["responses"].items()
        if status >= "400"
        for each in response["content"]["application/json"]["examples"].values()
    ]


def test_the_documents_are_kept_until_they_change(visitor: Browser) -> None:
    for path in ("/openapi.json", "/v1/limits", "/v1/apps"):
        reply = visitor.get(path)
        assert reply.headers["cache-control"] == "public, max-age=60"
        again = visitor.get(path, headers={"if-none-match": reply.headers["etag"]})
        assert (again.status, again.text, again.headers["etag"]) == (304, "", reply.headers["etag"])


LIMIT_OF = {  # the name, at /v1/limits, of the limit in an error's metadata
    "too_large": "request_body_bytes",
    "invalid_name": "file_name_characters",
    "invalid_naming": "naming_characters",
    "invalid_idempotency_key": "idempotency_key_characters",
    "weak_password": "password_characters_max",
    "too_many_exports": "exports_per_day",
    "too_many_projects": "projects_per_user",
    "too_many_groups": "groups_per_project",
    "too_many_clips": "clips_per_project",
    "too_many_assets": "assets_per_project",
    "storage_full": "stored_bytes",
    "file_too_large": "upload_bytes",
    "too_many_open_generations": "open_generations_per_user",
    "plan_too_large": "plan_pieces",
    "too_many_orders": "orders_per_hour",
    "too_many_previews": "previews_per_day",
    "too_many_presets": "presets_per_user",
    "preset_too_large": "preset_bytes",
    "too_many_bundles": "bundles_making_per_user",
}
SAID_BY_ITSELF = {"answer_too_large", "too_many_requests"}  # a function's limit; one operation's of several
OURS = {
    *("faults_max", "field_characters", "message_characters", "values_max", "body_fields", "cursor_characters"),
    *("requests_window_s", "sign_in_window_s", "sign_up_window_s", "refresh_grace_s", "fresh_s", "device_kept_s"),
    *("sign_in_failures_per_address", "sign_in_failures_per_account", "mails_per_network", "mail_kept_s"),
    *("proxy_secret_characters", "ticket_kept_s", "audit_kept_s", "not_found_per_hour", "pushes_s"),
    *("wrong_passwords_per_hour", "page_bytes"),
    *("part_bytes_min", "clip_packets", "activity_scores", "overview_s", "filmstrip_pictures", "listed_pictures"),
    *(
        "ended_early_s",
        "idle_s",
        "waveform_peaks",
        "download_cache_bytes",
        "media_memory_bytes",
        "probe_memory_bytes",
        "media_cpu_s",
    ),
    *("media_file_bytes", "media_open_files", "media_stall_s", "media_reading_s", "media_stderr_bytes", "probe_s"),
    *(
        "poster_s",
        "probe_report_bytes",
        "spacing_states",
        "compared_clips",
        "listed_videos",
        "pair_cells",
        "paired_videos",
    ),
    *("paired_groups", "plan_tasks", "parts_per_output", "queued_before", "preview_choices", "segment_days"),
    *(
        "speeds_per_spec",
        "windows_per_clip",
        "transition_frames_min",
        "transition_frames_max",
        "fade_s",
    ),  # its schema's
    *("outputs_per_command", "plan_attempts", "plan_silence_s", "task_attempts", "task_fault_s", "task_silence_s"),
    *("task_unstarted_s", "task_unstarted_sends", "bundle_deadline_s", "bundle_read_bytes", "bundle_reads_ahead"),
    *("bundle_part_bytes", "bundle_parts_at_once", "bundle_progress_s", "bundle_quiet_s", "bundle_row_kept_s"),
    *("retry_s", "retry_s_max", "message_bytes", "queue_delay_s", "upload_look_s", "upload_look_max_s"),
    *("outbox_kept_s", "work_kept_s", "upload_row_kept_s", "erased_s", "session_kept_s", "invariant_overlap_s"),
    *("invariant_back_s", "invariant_round_s", "relay_age_s", "lock_s", "request_statement_s", "job_statement_s"),
    *("idle_transaction_s", "sign_up_bonus", "credits_max"),
}


def test_the_limits_are_those_of_the_code(visitor: Browser) -> None:
    told = visitor.get("/v1/limits").json
    assert told == {name: getattr(limits, name.upper()) for name in SHOWN}
    met = {error.code: error.metadata["limit"] for error in CATALOGUE.values() if "limit" in error.metadata}
    assert met.keys() == LIMIT_OF.keys() | SAID_BY_ITSELF
    assert {code: told[name] for code, name in LIMIT_OF.items()} == {code: met[code] for code in LIMIT_OF}


def test_every_limit_is_told_or_is_nobodys_but_ours() -> None:
    """What a client may meet is at `/v1/limits`; of a new one it has to be decided."""
    every = {name.lower() for name in vars(limits) if name.isupper()}
    assert every - SHOWN.keys() == OURS


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
    assert used == set(CATALOGUE) == set(openapi()["components"]["examples"])


def test_every_code_of_the_gateway_is_one_of_the_documents() -> None:
    said = {code for code, _ in refusals._SAID.values()} | {"refused", SelfTestFailed.default_code}
    assert said <= set(openapi()["components"]["schemas"]["ErrorCode"]["enum"])


def test_what_names_a_schema_names_one_that_is_there() -> None:
    """In `$ref` and in the mapping of a discriminator."""
    made = openapi()
    texts = [value for each in walk(made) for value in each.values() if isinstance(value, str)]
    named = {text.removeprefix(REFERENCE) for text in texts if text.startswith(REFERENCE)}
    assert "MultipartUpload" in named
    assert named - made["components"]["schemas"].keys() == set()
