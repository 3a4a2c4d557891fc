"""The base of all bodies: strict on the way in, described on the way out."""

import math
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, Final, Generic, TypeVar
from uuid import UUID

from fastapi import Query
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from medley.contracts.faults import json_object
from medley.domain.generations import GenerationState, OutputState
from medley.errors import InvalidInput
from medley.limits import (
    CURSOR_CHARACTERS,
    FILE_NAME_CHARACTERS,
    NAME_CHARACTERS,
    OUTPUTS_PER_GENERATION,
    PAGE_ITEMS,
    PREVIEWED_VIDEOS,
)
from medley.sentences import Sentence
from medley.services.progress import Place

_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
INT_MAX = 2**63 - 1  # what the database counts to
COUNT_MAX = 2**53 - 1  # what JSON carries exactly to wherever
_NOT_STORABLE: Final = re.compile("[\0\ud800-\udfff]")
JSON_DEPTH = 32  # levels of nesting in a body we take as it comes
Item = TypeVar("Item")


class Input(BaseModel):
    """A request body: an unknown field is an error, so that nobody can set what is not theirs to set."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _json(cls, given: Any) -> Any:
        return json_object(given)


class View(BaseModel):
    """A response body."""

    model_config = ConfigDict(frozen=True)


class SentenceView(View):
    """What is said to a person: an English sentence, and what it was made of, so that it can be said in any language.

    The template with this `code` (docs/SENTENCES.md), filled with `parameters`, is `message`. A parameter is a text, a
    whole number, another sentence or a list of these; numbers with decimals, and very large ones, are texts.
    """

    code: str = Field(description="Stable; a program may act on it.")
    message: str = Field(description="The same in English.")
    parameters: dict[str, Any]

    @classmethod
    def said(cls, sentence: Sentence) -> "SentenceView":
        return cls(**sentence.as_json())


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
    if _NOT_STORABLE.search(text):
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


def _flag(value: Any) -> Any:
    """A truth in a query is `true` or `false` and nothing else: not `1`, `yes` or `on`."""
    if isinstance(value, str) and value not in ("true", "false"):
        raise PydanticCustomError("bool_parsing", "Write true or false")
    return value


def _moment(value: Any) -> Any:
    """A time in a query is RFC 3339 with its zone: not a number, not a date alone."""
    if isinstance(value, str) and not _RFC_3339.fullmatch(value):
        raise PydanticCustomError("datetime_parsing", "A time is written as 2026-11-20T09:40:00Z")
    return value


def at_least(characters: int) -> Any:
    """What the document says of a text that is too short, where the domain has a code of its own for it. One that is
    too long goes no further than its schema: whatever is done with it would take its time."""
    return {"minLength": characters}


Text = Annotated[str, StringConstraints(strict=True), AfterValidator(_storable)]
Name = Annotated[Text, Field(max_length=NAME_CHARACTERS, json_schema_extra=at_least(1))]
FileName = Annotated[Text, Field(max_length=FILE_NAME_CHARACTERS, json_schema_extra=at_least(1))]
JsonObject = Annotated[dict[str, Any], AfterValidator(_storable_json)]
Count = Annotated[int, Field(strict=True, ge=0, le=COUNT_MAX)]
QueryCount = Annotated[int, Field(ge=0, le=COUNT_MAX), BeforeValidator(_decimal)]
OutputNumber = Annotated[int, Field(ge=0, le=2**31 - 1), BeforeValidator(_decimal)]  # a 32-bit column
OutputCount = Annotated[int, Field(ge=1, le=OUTPUTS_PER_GENERATION), BeforeValidator(_decimal)]
Flag = Annotated[bool, BeforeValidator(_flag)]
PageLimit = Annotated[int, Field(ge=1, le=PAGE_ITEMS), BeforeValidator(_decimal)]
PreviewCount = Annotated[int, Field(ge=1, le=PREVIEWED_VIDEOS), BeforeValidator(_decimal)]
OutputStates = Annotated[list[OutputState], Field(min_length=1, max_length=len(OutputState))]
GenerationStates = Annotated[list[GenerationState], Field(min_length=1, max_length=len(GenerationState))]
QueryMoment = Annotated[datetime, Field(), BeforeValidator(_moment)]


def _cursor_of(place: Callable[[str], Item]) -> Any:
    """What reads a cursor: to a client it is text without a meaning, whatever it says to us.

    Raises:
        InvalidInput: code `invalid_cursor`.
    """

    def read(value: Any) -> Item:
        try:
            return place(str(value)[: CURSOR_CHARACTERS + 1])
        except ValueError as error:
            raise InvalidInput("This cursor is none of ours; begin without one.", code="invalid_cursor") from error

    return read


def _number(text: str, digits: int = 18) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= digits):
        raise ValueError("no number")
    return int(text)


def _output_number(text: str) -> int:
    return _number(text, digits=9)


def _place(text: str) -> str:
    seq, _, n = text.partition("-")
    return str(Place(_number(seq), _output_number(n)))


_CURSOR: Final = WithJsonSchema({"type": "string", "minLength": 1, "maxLength": CURSOR_CHARACTERS})
_NEXT: Final = Query(description="The `next` of the page before.")
NumberCursor = Annotated[int | None, PlainValidator(_cursor_of(_number)), _CURSOR, _NEXT]
OutputCursor = Annotated[int | None, PlainValidator(_cursor_of(_output_number)), _CURSOR, _NEXT]
IdCursor = Annotated[UUID | None, PlainValidator(_cursor_of(UUID)), _CURSOR, _NEXT]
ChangeCursor = Annotated[str | None, PlainValidator(_cursor_of(_place)), _CURSOR, _NEXT]  # what `Place.read` takes


def next_cursor(items: Sequence[Item], limit: int, place: Callable[[Item], object]) -> str | None:
    """The cursor after `items` if there were as many as asked for; then there may be more."""
    return str(place(items[-1])) if len(items) == limit else None
