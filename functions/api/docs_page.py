"""The API's documentation as one HTML page, written from the OpenAPI document.

It loads nothing from anywhere: it works without a network, and under a content security policy of its own.
"""

import json
import re
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any, Final

CONTENT_SECURITY_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
_STYLE: Final = Path(__file__).with_name("docs_page.css")
_METHODS: Final = ("get", "post", "put", "patch", "delete")
Json = Mapping[str, Any]


def render(document: Json) -> str:
    """The page of an OpenAPI 3.1 document of ours: every operation has one tag, a summary and examples."""
    title = escape(f"{document['info']['title']} API {document['info']['version']}")
    index, sections = [], []
    for tag in document["tags"]:
        name = escape(tag["name"])
        own = [
            (method, path, item[method])
            for path, item in document["paths"].items()
            for method in _METHODS
            if method in item and item[method]["tags"] == [tag["name"]]
        ]
        index.append(f"<h2>{name}</h2><ul>{''.join(_link(*each) for each in own)}</ul>")
        articles = "".join(_operation(document, *each) for each in own)
        sections.append(f"<section><h2>{name}</h2>{_text(tag['description'])}{articles}</section>")
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE.read_text()}</style></head><body>"
        f'<nav><p class="brand">{title}</p>{"".join(index)}</nav>'
        f"<main><h1>{title}</h1>{_text(document['info']['description'])}"
        '<p>For programs: <a href="openapi.json">openapi.json</a>.</p>'
        f"{''.join(sections)}</main></body></html>"
    )


def _link(method: str, path: str, operation: Json) -> str:
    anchor, summary = escape(operation["operationId"]), escape(operation["summary"])
    return f'<li><a href="#{anchor}" title="{method.upper()} {escape(path)}">{summary}</a></li>'


def _operation(document: Json, method: str, path: str, operation: Json) -> str:
    lock = '<span class="lock" title="Needs an access token">signed in</span>' if operation.get("security") else ""
    parts = [
        f'<h3><span class="method {method}">{method.upper()}</span><code>{escape(path)}</code>{lock}</h3>',
        f'<p class="summary">{escape(operation["summary"])}</p>',
        _text(operation.get("description", "")),
        _parameters(operation.get("parameters", [])),
    ]
    if "requestBody" in operation:
        parts.append(_body(document, "Request", operation["requestBody"]["content"]["application/json"]["schema"]))
    refusals = []
    for status, response in operation["responses"].items():
        content = response.get("content", {}).get("application/json", {})
        if "examples" in content:
            refusals += [_refusal(status, code, each["value"]["error"]) for code, each in content["examples"].items()]
        elif "schema" in content:
            parts.append(_body(document, f"Answer {status}", content["schema"]))
        else:
            parts.append(f'<p class="label">Answer {status}</p>')
    head = "<tr><th>status</th><th>code</th><th>for instance</th><th>metadata</th></tr>"
    parts.append(
        f"<details><summary>{len(refusals)} errors</summary><table>{head}{''.join(refusals)}</table></details>"
    )
    return f'<article id="{escape(operation["operationId"])}">{"".join(parts)}</article>'


def _parameters(parameters: list[Json]) -> str:
    rows = "".join(
        f"<tr><td><code>{escape(each['name'])}</code></td><td>{each['in']}</td>"
        f"<td>{'yes' if each['required'] else ''}</td><td>{escape(_kind(each['schema']))}</td>"
        f"<td>{_inline(each.get('description', ''))}</td></tr>"
        for each in parameters
    )
    head = "<tr><th>parameter</th><th>in</th><th>required</th><th>type</th><th></th></tr>"
    return f"<table>{head}{rows}</table>" if rows else ""


def _kind(schema: Json) -> str:
    """A schema's type in a word or two."""
    kinds = [each for each in schema.get("anyOf", [schema]) if each.get("type") != "null"]
    return " or ".join(str(each.get("format") or each.get("type", "")) for each in kinds)


def _body(document: Json, label: str, schema: Json) -> str:
    """The fields of a body and its example."""
    model = _resolved(document, schema)
    rows = "".join(
        f"<tr><td><code>{escape(name)}</code></td><td>{escape(_kind(_resolved(document, field)))}</td>"
        f"<td>{_inline(field.get('description', ''))}</td></tr>"
        for name, field in model.get("properties", {}).items()
    )
    example = escape(json.dumps(_example(document, schema), indent=2, ensure_ascii=False))
    return (
        f'<p class="label">{label}</p>{_text(model.get("description", ""))}'
        f'<div class="body"><table>{rows}</table><pre>{example}</pre></div>'
    )


def _resolved(document: Json, schema: Json) -> Json:
    reference = schema.get("$ref")
    return document["components"]["schemas"][reference.rsplit("/", 1)[1]] if reference else schema


def _example(document: Json, schema: Json) -> Any:
    """The example a model gives; that of a page is a page with its item's."""
    model = _resolved(document, schema)
    if "examples" in model:
        return model["examples"][0]
    if model.get("type") == "array":
        return [_example(document, model["items"])]
    if "properties" in model:
        return {name: _example(document, field) for name, field in model["properties"].items()}
    return None


def _refusal(status: str, code: str, error: Json) -> str:
    metadata = escape(json.dumps(error["metadata"])) if error["metadata"] else ""
    return (
        f"<tr><td>{status}</td><td><code>{escape(code)}</code></td><td>{escape(error['message'])}</td>"
        f"<td><code>{metadata}</code></td></tr>"
    )


def _text(text: str) -> str:
    """Paragraphs, `* ` lists and code spans: all the Markdown our descriptions use."""
    blocks = []
    for block in filter(None, re.split(r"\n{2,}", text.strip())):
        if block.startswith("* "):
            items = re.split(r"\n?^\* ", block, flags=re.MULTILINE)[1:]
            blocks.append(f"<ul>{''.join(f'<li>{_inline(item)}</li>' for item in items)}</ul>")
        else:
            blocks.append(f"<p>{_inline(block)}</p>")
    return "".join(blocks)


def _inline(text: str) -> str:
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(" ".join(text.split())))
