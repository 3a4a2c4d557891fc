"""Write the typed part of the Python client from docs/openapi.json, the API's document. Run by `make docs`.

    models.py       a TypedDict for each schema, so an answer is the JSON it is
    operations.py   a method for each operation, in the words of the document

A test compares both with what this would write, so the client cannot drift from the API.
"""

import json
import keyword
import re
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

DOCUMENT: Final = Path(__file__).parents[1] / "docs" / "openapi.json"
FOLDER: Final = Path(__file__).parent / "python" / "medley_client" / "generated"
HEAD: Final = '"""{what} Written by `make docs` from the OpenAPI document; edit neither."""\n\n'
WIDTH: Final = 112
Json = Mapping[str, Any]


def document() -> Json:
    """The OpenAPI document."""
    return dict(json.loads(DOCUMENT.read_text()))


def models(api: Json) -> str:
    """The module of schemas."""
    schemas = api["components"]["schemas"]
    text = HEAD.format(what="The API's schemas as types.")
    text += "from __future__ import annotations\n\nfrom typing import Any, Literal, NotRequired, TypeAlias, TypedDict\n"
    aliases = {name: schema for name, schema in schemas.items() if not _is_record(schema)}
    for name, schema in schemas.items():
        if name not in aliases:
            text += _record(name, schema)
    for name, schema in aliases.items():
        text += f'\n{_name(name)}: TypeAlias = "{_type(schema, models="")}"\n'
    return text


def operations(api: Json) -> str:
    """The module of operations."""
    text = HEAD.format(what="The API's operations as methods.")
    text += "from __future__ import annotations\n\nfrom typing import Any, Literal, cast\n"
    text += "from urllib.parse import quote\n\n"
    text += "from medley_client.generated import models\nfrom medley_client.transport import Transport\n\n\n"
    text += 'class Operations:\n    """Every operation of the API; all raise ApiError."""\n\n'
    text += "    def __init__(self, transport: Transport) -> None:\n        self._transport = transport\n"
    for path, item in api["paths"].items():
        for method, operation in item.items():
            if method in {"get", "post", "put", "patch", "delete"}:
                text += _method(method.upper(), path, operation)
    return text


def _is_record(schema: Json) -> bool:
    properties = schema.get("properties", {})
    return bool(properties) and all(map(_is_attribute, properties))


def _is_attribute(name: str) -> bool:
    return name.isidentifier() and not keyword.iskeyword(name)


def _record(name: str, schema: Json) -> str:
    lines = [f"\n\nclass {_name(name)}(TypedDict):"]
    lines += _doc(schema.get("description", ""), 4)
    required = set(schema.get("required", ()))
    for field, value in schema["properties"].items():
        kind = _type(value, models="")
        lines.append(f"    {field}: {kind if field in required else f'NotRequired[{kind}]'}")
    return "\n".join(lines) + "\n"


def _doc(text: str, indent: int) -> Iterator[str]:
    """A docstring, if there is something to say."""
    words = " ".join(text.split()).replace("\\", "\\\\").replace('"""', "'''")
    if words:
        pad = " " * indent
        yield from textwrap.wrap(f'"""{words}', WIDTH, initial_indent=pad, subsequent_indent=pad)
        yield f'{pad}"""'


def _name(schema: str) -> str:
    """A class's name for a schema's: `Page_ClipView_` is `PageClipView`."""
    return "".join(part[:1].upper() + part[1:] for part in re.split(r"\W|_", schema) if part)


def _type(schema: Json, *, models: str = "models.") -> str:  # noqa: PLR0911 - a line for each kind of schema
    """A schema as a Python type."""

    def of(each: Json) -> str:
        return _type(each, models=models)

    match schema:
        case {"$ref": reference}:
            return models + _name(reference.rpartition("/")[2])
        case {"anyOf": [*several]} | {"oneOf": [*several]}:
            return " | ".join(dict.fromkeys(map(of, several)))
        case {"allOf": [one]}:
            return of(one)
        case {"const": value}:
            return f"Literal[{value!r}]"
        case {"enum": [*values]}:
            return f"Literal[{', '.join(map(repr, values))}]"
        case {"type": [*several]}:
            return " | ".join(dict.fromkeys(of({**schema, "type": each}) for each in several))
        case {"type": "array"}:
            return f"list[{of(schema.get('items', {}))}]"
        case {"type": "object"}:
            values = schema.get("additionalProperties")
            return f"dict[str, {of(values) if isinstance(values, Mapping) and values else 'Any'}]"
        case {"type": kind}:
            return {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}[kind]
    return "Any"


def _method(method: str, path: str, operation: Json) -> str:
    parameters = operation.get("parameters", [])
    places = {place: [each for each in parameters if each["in"] == place] for place in ("path", "query", "header")}
    arguments = [f"{_argument(each)}: {_type(each['schema'])}" for each in places["path"]]
    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if body is not None:
        arguments.append(f"body: {_type(body['schema'])}")
    optional = [*places["query"], *places["header"]]
    if optional:
        arguments += ["*", *(_optional(each) for each in optional)]
    answer, call = _answer(operation)
    lines = [f"\n    def {operation['operationId']}("]
    lines += [f"        {argument}," for argument in ("self", *arguments)]
    lines.append(f"    ) -> {answer}:")
    lines += _doc(f"{operation['summary']}.", 8)
    lines.append(f"        path = {_path(path)}")
    given = [f'"{method}"', "path"]
    if body is not None:
        given.append("body=body")
    for place in ("query", "header"):
        if places[place]:
            pairs = ", ".join(f'"{each["name"]}": {_argument(each)}' for each in places[place])
            given.append(f"{place}={{{pairs}}}")
    sent = f"self._transport.{call}({', '.join(given)})"
    lines.append(f"        {sent}" if answer == "None" else f"        return cast({answer!r}, {sent})")
    return "\n".join(lines).replace("        return cast('str', ", "        return (") + "\n"


def _argument(parameter: Json) -> str:
    name = re.sub(r"\W", "_", parameter["name"].lower())
    return f"{name}_" if keyword.iskeyword(name) else name


def _optional(parameter: Json) -> str:
    kind = _type(parameter["schema"])
    if parameter.get("required"):
        return f"{_argument(parameter)}: {kind}"
    return f"{_argument(parameter)}: {kind if 'None' in kind else f'{kind} | None'} = None"


def _path(path: str) -> str:
    if "{" not in path:
        return f'"{path}"'
    return 'f"' + re.sub(r"\{(\w+)\}", r"{quote(str(\1), safe='')}", path) + '"'


def _answer(operation: Json) -> tuple[str, str]:
    """What a successful answer is, and the transport's method that reads it."""
    status = min(status for status in operation["responses"] if status.startswith("2"))
    content = operation["responses"][status].get("content", {})
    if "application/json" in content:
        return _type(content["application/json"]["schema"]), "json"
    return ("str", "text") if content else ("None", "nothing")


def rendered() -> Mapping[str, str]:
    """The modules, by name."""
    api = document()
    return {"models.py": models(api), "operations.py": operations(api)}


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for file_name, content in rendered().items():
        (FOLDER / file_name).write_text(content)
