"""What is wrong with the form hints of a spec's JSON Schema: nothing, or a line for each fault."""

from collections.abc import Iterator
from typing import Any

from medley.apps.form import ASSETS, GIVEN, IDS, LEVELS, UNITS, WIDGETS

CHOOSERS = frozenset({"picture", "pictures", "segmented", "select"})
PICTURED = frozenset({"picture", "pictures"})
OF_AN_ID = {"clip": "clip", "clip-sets": "clip", "asset": "asset", "group": "group"}
BASIC_MOST = 10  # fields; a phone's screen shows about eight
Json = dict[str, Any]


def faults(schema: Json) -> Iterator[str]:
    """Every fault of the whole schema, its parts included."""
    sections = schema.get("x-ui", {}).get("sections", [])
    yield from _of_sections(sections)
    known = {section["id"] for section in sections}
    models = {"": schema, **{name: model for name, model in schema.get("$defs", {}).items() if "properties" in model}}
    used = set()
    for name, model in models.items():
        places = set()
        for field, found in model["properties"].items():
            where = f"{name}.{field}".lstrip(".")
            hints = found.get("x-ui", {})
            yield from (f"{where}: {fault}" for fault in _of_field(hints, found, schema, model["properties"], known))
            place = hints.get("section"), hints.get("order")
            if place in places:
                yield f"{where}: order {place} is taken"
            places.add(place)
            used.add(hints.get("section"))
    if known - used:
        yield f"sections without a field: {sorted(known - used)}"
    basic = [field for field, found in schema["properties"].items() if found.get("x-ui", {}).get("level") == "basic"]
    if not 1 <= len(basic) <= BASIC_MOST:
        yield f"{len(basic)} basic fields"


def _of_sections(sections: list[Json]) -> Iterator[str]:
    if not sections:
        yield "no sections"
    for key in ("id", "title", "order", "sentence"):
        if not all(section.get(key) for section in sections):
            yield f"a section without {key}"
    for key in ("id", "title", "order"):
        if len({section.get(key) for section in sections}) < len(sections):
            yield f"two sections with one {key}"
    if not all(str(section.get("sentence")).endswith(".") for section in sections):
        yield "the sentence of a section has no end"


def _of_field(hints: Json, field: Json, schema: Json, siblings: Json, known: set[str]) -> Iterator[str]:
    if hints.get("section") not in known:
        yield "no section"
    if hints.get("level") not in LEVELS:
        yield "no level"
    if hints.get("widget") not in WIDGETS:
        yield "no widget"
    if not isinstance(hints.get("order"), int):
        yield "no order"
    if "unit" in hints and hints["unit"] not in UNITS:
        yield "an unknown unit"
    yield from _of_options(hints, values(field, schema))
    yield from _of_id(hints, field, schema)
    for other, wanted in hints.get("show_if", {}).items():
        if other not in siblings:
            yield f"shown by {other}, which is no field"
        elif wanted == GIVEN:
            if values(siblings[other], schema):
                yield f"shown by {other} given, which always is"
        elif not wanted or not set(wanted) <= set(values(siblings[other], schema)):
            yield f"shown by values {other} does not have"


def _of_options(hints: Json, possible: list[Any]) -> Iterator[str]:
    options = hints.get("options", [])
    offered = [option["value"] for option in options]
    if hints.get("widget") in CHOOSERS and sorted(map(str, possible)) != sorted(map(str, offered)):
        yield f"options {offered} of values {possible}"
    if (hints.get("widget") in CHOOSERS) != bool(options):
        yield "options and widget do not go together"
    for key in ("title", *(["picture"] if hints.get("widget") in PICTURED else [])):
        told = [option.get(key) for option in options]
        if not all(told):
            yield f"an option without {key}"
        if len(set(told)) < len(told):
            yield f"two options with one {key}"


def _of_id(hints: Json, field: Json, schema: Json) -> Iterator[str]:
    named = hints.get("id")
    if named is not None and named not in IDS:
        yield "an unknown kind of id"
    if _is_id(field, schema) and named is None:
        yield "an id of nobody knows what"
    if OF_AN_ID.get(hints.get("widget", "")) != named:
        yield "id and widget do not go together"
    if (named == "asset") != (hints.get("asset") in ASSETS):
        yield "no kind of asset, or one too many"


def values(field: Json, schema: Json) -> list[Any]:
    """The values a field can have, where those are few; of a list, its items' values."""
    field = _resolved(field, schema)
    if field.get("type") == "boolean":
        return [False, True]
    if "const" in field:
        return [field["const"]]
    for kind in field.get("anyOf", []):
        if found := values(kind, schema):
            return found
    return field.get("enum") or (values(field["items"], schema) if "items" in field else [])


def _is_id(field: Json, schema: Json) -> bool:
    field = _resolved(field, schema)
    inner = [*field.get("anyOf", []), *([field["items"]] if "items" in field else [])]
    return field.get("format") == "uuid" or any("$ref" not in each and _is_id(each, schema) for each in inner)


def _resolved(field: Json, schema: Json) -> Json:
    if "$ref" not in field:
        return field
    resolved: Json = schema["$defs"][field["$ref"].rsplit("/", 1)[-1]]
    return resolved
