"""Values of the spec that JSON has no type for, and how it writes them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import BeforeValidator, Field, GetJsonSchemaHandler, PlainSerializer, ValidationInfo
from pydantic_core import CoreSchema, PydanticCustomError

from medley import limits
from medley.apps.registry import ASKED


def _decimal(value: Any, info: ValidationInfo) -> Any:
    """A JSON number as the decimal number it was written as; of a text as well, but not where a client sends it."""
    if isinstance(value, bool) or (isinstance(value, str) and info.context == ASKED):
        raise PydanticCustomError("number_type", "This is a number.")
    return Decimal(str(value)) if isinstance(value, int | float) else value


class _Number:
    """To JSON Schema these decimal numbers are numbers alone."""

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> Mapping[str, Any]:
        schema = handler(core)
        return next((each for each in schema.get("anyOf", ()) if each.get("type") == "number"), schema)


_MILLISECONDS: Final = 3  # decimal places of a second
_WRITTEN: Final = PlainSerializer(float, return_type=float, when_used="json")
_READ: Final = BeforeValidator(_decimal)
Id = Annotated[UUID, Field(strict=False)]
Window = Annotated[
    Decimal,
    Field(ge=Decimal("0.2"), le=limits.CLIP_DURATION_S, decimal_places=_MILLISECONDS, strict=False),
    _READ,
    _WRITTEN,
    _Number,
]
Length = Annotated[
    Decimal,
    Field(ge=Decimal("0.5"), le=limits.OUTPUT_DURATION_S, decimal_places=_MILLISECONDS, strict=False),
    _READ,
    _WRITTEN,
    _Number,
]
Fade = Annotated[
    Decimal,
    Field(ge=0, le=limits.FADE_S, decimal_places=_MILLISECONDS, strict=False),
    _READ,
    _WRITTEN,
    _Number,
]
