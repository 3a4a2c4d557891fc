"""Stored values: plain ones of the domain, read back from JSON."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeVar

Value = TypeVar("Value")


def read(kind: type[Value], stored: Mapping[str, Any]) -> Value:
    """A dataclass from its JSON; what newer code added to it is passed over.

    Raises:
        TypeError: a field without a default is missing.
    """
    known = {field.name for field in fields(kind)}  # type: ignore[arg-type]  # there is no type of dataclasses
    return kind(**{name: value for name, value in stored.items() if name in known})
