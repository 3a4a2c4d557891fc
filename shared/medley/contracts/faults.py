"""Faults: what is wrong with the fields of something sent, each with its place, a stable code, a sentence and values.

However much is wrong, a few are told, and of what the sender wrote only the beginnings.
"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from pydantic_core import PydanticCustomError

from medley.domain.wording import CORE, FIELDS
from medley.limits import BODY_FIELDS, FAULTS_MAX, FIELD_CHARACTERS, MESSAGE_CHARACTERS
from medley.sentences import Sentence, Value, arguments, plain

Fault = Mapping[str, Any]  # as pydantic tells of it
_OURS: Final = {"too_short": "too_few_items", "too_long": "too_many_items"}
_CHOICE: Final = re.compile(r"[^\s,']+(?<!\bor)(?=[,'\s]|$)")  # in "'a', 'b' or 'c'"


def told(faults: Sequence[Fault]) -> list[dict[str, Any]]:
    """The faults as an answer tells them: `field`, `code`, `message` and `parameters` of each, FAULTS_MAX at most.

    That a list is too short goes without saying where its items are wrong.
    """
    return [
        {"field": place(each["loc"]), **said(each["type"], each.get("ctx", {})).as_json()} for each in roots(faults)
    ]


def roots(faults: Sequence[Fault]) -> list[Fault]:
    """The first FAULTS_MAX of them, without those that only follow from a fault within the same field."""
    first = faults[:FAULTS_MAX]
    wrong_within = {fault["loc"][:depth] for fault in first for depth in range(1, len(fault["loc"]))}
    return [each for each in first if each["loc"] not in wrong_within]


def place(parts: Sequence[int | str]) -> str:
    """The path of a field, with dots."""
    return cut(".".join(cut(str(part), FIELD_CHARACTERS) for part in parts[:10]), 2 * FIELD_CHARACTERS)


def said(kind: str, context: Mapping[str, Any]) -> Sentence:
    """What pydantic found, in our words; the code is its own where it means nothing else here."""
    if context.get("field_type") == "Value":  # a text's, whose length is looked at after a validator of ours
        kind = f"string_{kind}"
    code = _OURS.get(kind, kind)
    if code not in FIELDS:
        return CORE.say("not_valid")
    return CORE.say(code, **{name: _value(name, context.get(name)) for name in sorted(arguments(FIELDS[code]))})


def _value(name: str, value: Any) -> Value:
    if isinstance(value, int | float | Decimal):
        return value if type(value) is int else plain(Decimal(str(value)))
    text = cut(str(value), MESSAGE_CHARACTERS)
    return _CHOICE.findall(text) if name == "expected" else text


def cut(text: str, characters: int) -> str:
    """The text, or as much of its beginning as fits."""
    return text if len(text) <= characters else text[: characters - 1] + "…"


def few_fields(given: Any) -> Any:
    """What was given for an object, unless it has so many fields that looking at each would be work for nothing.

    Raises:
        PydanticCustomError: type `too_many_fields`.
    """
    if isinstance(given, dict) and len(given) > BODY_FIELDS:
        raise PydanticCustomError("too_many_fields", "At most {limit} fields are possible.", {"limit": BODY_FIELDS})
    return given


def json_object(given: Any) -> Any:
    """What was given for an object, with its whole numbers as such: to JSON 3.0 is one. For models, before they look.

    Raises:
        PydanticCustomError: as `few_fields`.
    """
    given = few_fields(given)
    return {name: _whole(value) for name, value in given.items()} if isinstance(given, dict) else given


def _whole(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list) and any(isinstance(each, float) for each in value):
        return [_whole(each) for each in value]
    return value
