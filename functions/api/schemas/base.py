"""What all bodies have in common: strict on the way in, described on the way out."""

import math
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from medley.limits import OUTPUTS_PER_GENERATION, PAGE_ITEMS

INT_MAX = 2**63 - 1  # what the database counts to
JSON_DEPTH = 32  # levels of nesting in a body we take as it comes
Item = TypeVar("Item")


class Input(BaseModel):
    """A request body: an unknown field is an error, so that nobody can set what is not theirs to set."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class View(BaseModel):
    """A response body."""

    model_config = ConfigDict(frozen=True)


class Page(View, Generic[Item]):
    """A page of a list. Ask again with `cursor=<next>` until `next` is null; the last page may be empty."""

    items: list[Item]
    next: str | None = Field(description="Where the next page begins; null on the last one.")


class ErrorDetail(View):
    code: str = Field(description="Stable; a program may act on it.")
    message: str = Field(description="A sentence for a person.")
    http_status: int
    metadata: dict[str, Any] = Field(description="Values that belong to the code.")
    timestamp: datetime
    request_id: str


class ErrorBody(View):
    """The body of every answer of 400 and up."""

    error: ErrorDetail


def _storable(text: str) -> str:
    """PostgreSQL has no NUL in text, and UTF-8 has no lone surrogates."""
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise PydanticCustomError("text_not_storable", "Text cannot contain NUL or lone surrogates")
    return text


def _storable_json(value: Any, depth: int = 0) -> Any:
    """The value, if PostgreSQL can keep it as it is: finite numbers, storable text, not nested without end."""
    if depth > JSON_DEPTH:
        raise PydanticCustomError("json_too_deep", "Nested too deeply")
    match value:
        case str():
            _storable(value)
        case float() if not math.isfinite(value):
            raise PydanticCustomError("finite_number", "Numbers are finite")
        case int() if abs(value) > INT_MAX:
            raise PydanticCustomError("number_too_large", "Whole numbers have at most 63 bits")
        case dict():
            for key, item in value.items():
                _storable(key)
                _storable_json(item, depth + 1)
        case list():
            for item in value:
                _storable_json(item, depth + 1)
    return value


def _decimal(value: Any) -> Any:
    """A whole number in a query is digits and nothing else: not `1e3`, `1.0`, ` 1` or `1_000`."""
    if isinstance(value, str) and not (value.isascii() and value.isdigit() and len(value) <= len(str(INT_MAX))):
        raise PydanticCustomError("int_parsing", "A whole number is written in digits")
    return value


Text = Annotated[str, StringConstraints(strict=True), AfterValidator(_storable)]
JsonObject = Annotated[dict[str, Any], AfterValidator(_storable_json)]
Count = Annotated[int, Field(strict=True, ge=0, le=INT_MAX)]
QueryCount = Annotated[int, BeforeValidator(_decimal), Field(ge=0, le=INT_MAX)]
OutputNumber = Annotated[int, BeforeValidator(_decimal), Field(ge=0, le=2**31 - 1)]  # a 32-bit column
OutputCount = Annotated[int, BeforeValidator(_decimal), Field(ge=1, le=OUTPUTS_PER_GENERATION)]
ChangeCursor = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,18}-[0-9]{1,9}$")]  # services.progress.Place
PageLimit = Annotated[int, BeforeValidator(_decimal), Field(ge=1, le=PAGE_ITEMS)]


def next_cursor(items: Sequence[Item], limit: int, place: Callable[[Item], object]) -> str | None:
    """The cursor after `items` if there were as many as asked for; then there may be more."""
    return str(place(items[-1])) if len(items) == limit else None
