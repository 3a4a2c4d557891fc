"""Stored values: plain ones of the domain, read back from JSON."""

from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from typing import Any, TypeVar

from medley.sentences import Sentence, parameters_of

Value = TypeVar("Value")


def why(code: str | None, message: str | None) -> dict[str, Any]:
    """The columns of a reason."""
    return {"code": code, "message": message, "parameters": parameters_of(message or "") or None}


def said(row: Mapping[Any, Any]) -> dict[str, Any]:
    """The values of a row whose `message` was made of its `code` and `parameters`: the sentence in place of them."""
    values: dict[str, Any] = dict(row)
    parameters = values.pop("parameters")
    if values["message"] is not None:
        values["message"] = Sentence(values["message"], values["code"], parameters)
    return values


def read(kind: type[Value], stored: Mapping[str, Any]) -> Value:
    """A dataclass from its JSON; what newer code added to it is passed over.

    Raises:
        TypeError: a field without a default is missing.
    """
    known = _fields(kind)  # type: ignore[arg-type]  # a type is hashable
    return kind(**{name: value for name, value in stored.items() if name in known})


@cache
def _fields(kind: type) -> frozenset[str]:
    return frozenset(field.name for field in fields(kind))
