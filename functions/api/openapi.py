"""The OpenAPI document: what the framework reads off the routes, said in full and in the words of the standard."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from functions.api import openapi_parts as parts
from functions.api.error_catalogue import CATALOGUE, ELSEWHERE
from functions.api.openapi_sockets import socket_messages, socket_section
from medley.apps.registry import Registry

Json = dict[str, Any]
REFERENCE: Final = "#/components/schemas/"
_BOUNDS: Final = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "default")


def install(app: FastAPI, registry: Registry) -> None:
    """Have the application's `openapi()` be this document."""
    made: list[Json] = []

    def openapi() -> Json:
        if not made:
            made.append(document(app, registry))
        return made[0]

    app.openapi = openapi  # type: ignore[method-assign]  # the framework's own way to replace it


def document(app: FastAPI, registry: Registry) -> Json:
    """The document of an application, with the specs of these apps."""
    made: Json = get_openapi(
        title=app.title,
        version=app.version,
        description=app.description,
        tags=app.openapi_tags,
        servers=[{"url": "/", "description": "Where this document came from."}],
        routes=app.routes,
    )
    made["jsonSchemaDialect"] = "https://json-schema.org/draft/2020-12/schema"
    _rename(made)
    schemas = made["components"]["schemas"]
    _type_specs(made, registry)
    schemas.update(socket_messages())
    made["x-socket"] = socket_section()
    made["components"]["headers"] = deepcopy(parts.HEADERS)
    made["components"]["securitySchemes"] = deepcopy(parts.SECURITY_SCHEMES)
    given: defaultdict[str, list[str]] = defaultdict(list)
    app_codes = sorted({code for each in registry.apps.values() for code in each.manifest.codes})
    for operation in operations(made):
        _operation(operation, app_codes, given)
    examples = {code: parts.example_of(CATALOGUE[code]) for code in sorted(given) if code in CATALOGUE}
    made["components"]["examples"] = examples
    schemas["ErrorCode"] = {
        "type": "string",
        "enum": sorted({*given, *ELSEWHERE}),
        "description": "Stable. `x-given-by` names the operations that give each, `x-given-elsewhere` what else does.",
        "x-given-by": {code: sorted(set(given[code])) for code in sorted(given)},
        "x-given-elsewhere": dict(sorted(ELSEWHERE.items())),
    }
    schemas["ErrorDetail"]["properties"]["code"] = {"$ref": f"{REFERENCE}ErrorCode"}
    _drop_unused(made)
    tidy: Json = _tidy(made)
    return tidy


def operations(document: Mapping[str, Any]) -> Iterator[Json]:
    """Every operation there is."""
    for item in document["paths"].values():
        yield from item.values()


def _rename(made: Json) -> None:
    """`ClipPage` and `Clip`, not `Page_ClipView_` and `ClipView`: they name the types of generated clients."""
    schemas = made["components"]["schemas"]
    names = {name: _name(name) for name in schemas}
    if len(set(names.values())) < len(names):
        raise ValueError(f"two schemas have one name: {sorted(names.values())}")
    made["components"]["schemas"] = {names[name]: schema for name, schema in sorted(schemas.items())}
    for schema in walk(made):
        reference = schema.get("$ref", "")
        if isinstance(reference, str) and reference.startswith(REFERENCE):
            schema["$ref"] = REFERENCE + names[reference.removeprefix(REFERENCE)]
        mapping = schema["discriminator"].get("mapping", {}) if isinstance(schema.get("discriminator"), dict) else {}
        for kind, reference in mapping.items():
            mapping[kind] = REFERENCE + names[reference.removeprefix(REFERENCE)]
    for name, schema in made["components"]["schemas"].items():
        if "title" in schema:
            schema["title"] = name


def _name(name: str) -> str:
    paged = re.fullmatch(r"Page_(\w+)_", name)
    return f"{_name(paged[1])}Page" if paged else name.removesuffix("View")


def walk(value: Any) -> Iterator[Json]:
    """Every object within, itself included; what is an example is data, not schema."""
    if isinstance(value, dict):
        yield value
        for name, each in value.items():
            if name not in ("examples", "example", "default", "enum", "const"):
                yield from walk(each)
    elif isinstance(value, list):
        for each in value:
            yield from walk(each)


def _type_specs(made: Json, registry: Registry) -> None:
    """The spec of each app as a schema with a name of its own, wherever a body takes one."""
    schemas = made["components"]["schemas"]
    wanted = []
    for app in registry.apps.values():
        prefix = "".join(word.capitalize() for word in app.manifest.id.split("_"))
        template = f"{REFERENCE}{prefix}{{model}}"
        own = app.spec.model_json_schema(ref_template=template)
        for name, schema in own.pop("$defs", {}).items():
            schemas[f"{prefix}{name}"] = schema
        schemas[f"{prefix}Spec"] = own
        wanted.append({"$ref": f"{REFERENCE}{prefix}Spec"})
    if not wanted:
        return
    typed = wanted[0] if len(wanted) == 1 else {"anyOf": wanted}
    for operation in operations(made):
        for content in operation.get("requestBody", {}).get("content", {}).values():
            for schema in _reachable(content["schema"], schemas):
                if "spec" in schema.get("properties", {}):
                    schema["properties"]["spec"] = typed


def _reachable(schema: Json, schemas: Mapping[str, Json]) -> Iterator[Json]:
    for each in walk(schema):
        yield each
        if "$ref" in each:
            yield from _reachable(schemas[each["$ref"].removeprefix(REFERENCE)], schemas)


def _operation(operation: Json, app_codes: list[str], given: defaultdict[str, list[str]]) -> None:
    """Say of an operation which headers its answers have, and which codes its refusals."""
    responses = operation["responses"]
    if "304" in responses:
        operation.setdefault("parameters", []).append(deepcopy(parts.IF_NONE_MATCH))
    if operation.get("security") == [{"HTTPBearer": []}]:
        operation["security"] = [{"bearer": []}]
    cookies = any("refresh_cookie" in each for each in operation.get("security", ()))
    for status, response in responses.items():
        schema = response.get("content", {}).get("application/json", {}).get("schema", {})
        sets_cookie = status < "300" and (cookies or schema.get("$ref") == f"{REFERENCE}Session")
        names = ["x-request-id", *parts.headers_of(status, tagged="304" in responses, sets_cookie=sets_cookie)]
        own = response.get("headers", {})
        response["headers"] = {**{name: {"$ref": f"#/components/headers/{name}"} for name in names}, **own}
        if status >= "400":
            _refusal(operation, response, app_codes, given)
    operation["responses"] = {status: responses[status] for status in sorted(responses)}


def _refusal(operation: Json, response: Json, app_codes: list[str], given: defaultdict[str, list[str]]) -> None:
    content = response["content"]["application/json"]
    codes = list(content["examples"])
    if "invalid_spec" in codes:  # whoever takes a spec may be refused by the app
        codes += [code for code in app_codes if code not in codes]
    for code in codes:
        given[code].append(operation["operationId"])
    content["examples"] = {name: {"$ref": f"#/components/examples/{name}"} for name in codes if name in CATALOGUE}
    own = {"type": "object", "properties": {"code": {"type": "string", "enum": codes}}}
    content["schema"] = {"allOf": [{"$ref": f"{REFERENCE}ErrorBody"}, {"type": "object", "properties": {"error": own}}]}


def _drop_unused(made: Json) -> None:
    """Schemas that nothing names any more."""
    schemas = made["components"]["schemas"]
    while True:
        named = {each["$ref"] for each in walk(made) if isinstance(each.get("$ref"), str)}
        unused = [name for name in schemas if f"{REFERENCE}{name}" not in named]
        if not unused:
            return
        for name in unused:
            del schemas[name]


def _tidy(value: Any) -> Any:
    """The same, with whole numbers where bounds are whole."""
    if isinstance(value, list | tuple):
        return list(map(_tidy, value))
    if not isinstance(value, dict):
        return value
    tidied = {name: _tidy(each) for name, each in value.items()}
    for name in _BOUNDS:
        if isinstance(tidied.get(name), float) and tidied[name].is_integer():
            tidied[name] = int(tidied[name])
    return tidied
