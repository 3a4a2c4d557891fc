"""Bodies of quotes: what is possible and what it costs."""

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from functions.api.schemas.base import View
from medley.domain.quotes import OptionEffect, PriceLine, Quote, amount
from medley.limits import PLAN_PIECES

BINDING_EXAMPLE = (
    "one clip of each group: hook (3), body (3), cta (2), groups in this order; shuffle the order for more"
)
EFFECT_EXAMPLE: JsonDict = {
    "option": "speeds",
    "label": "Speeds",
    "capacity_factor": "27",
    "encode_factor": "2.95",
    "text": "Speeds: 27 times the different videos, 2.95 times the encoding",
}
LINE_EXAMPLE: JsonDict = {"code": "video", "label": "Video", "credits": 1, "quantity": 12, "total": 12}


class PriceLineView(View):
    """`credits` for each of `quantity` videos."""

    code: str
    label: str
    credits: int
    quantity: int
    total: int

    @classmethod
    def of(cls, line: PriceLine) -> "PriceLineView":
        return cls(code=line.code, label=line.label, credits=line.credits, quantity=line.quantity, total=line.total)


class OptionEffectView(View):
    """By how much an option multiplies the different videos possible, and the encoding."""

    model_config = ConfigDict(json_schema_extra={"examples": [EFFECT_EXAMPLE]})

    option: str
    label: str
    capacity_factor: str = Field(description="A decimal number of three digits, such as 0.5, 243 or 1.27E+30.")
    encode_factor: str = Field(description="Likewise.")
    text: str

    @classmethod
    def of(cls, effect: OptionEffect) -> "OptionEffectView":
        return cls(
            option=effect.option,
            label=effect.label,
            capacity_factor=amount(effect.capacity_factor),
            encode_factor=amount(effect.encode_factor),
            text=effect.text,
        )


class QuoteView(View):
    """What is possible and what it costs."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "count": 12,
                    "capacity": "18",
                    "binding": BINDING_EXAMPLE,
                    "total": 12,
                    "lines": [LINE_EXAMPLE],
                    "work": 840,
                    "size": 3780,
                    "pieces": 60,
                    "work_seconds": 9.8,
                    "effects": [EFFECT_EXAMPLE],
                    "notes": [],
                }
            ]
        }
    )

    count: int
    capacity: str | None = Field(
        pattern=r"^[0-9]+$",
        description="How many different outputs are possible, as a decimal string: it may have hundreds of digits. "
        "Null where there is no bound.",
    )
    binding: str = Field(description="What sets that number.")
    total: int
    lines: list[PriceLineView]
    work: int = Field(
        description="Work at most, in the app's unit (of videos: frames to encode); less if some is cached."
    )
    size: int = Field(description="Size of all outputs together in that unit, as expected (of videos: frames).")
    pieces: int = Field(description=f"Outputs times pieces of each, at most; one order has {PLAN_PIECES} at most.")
    work_seconds: float = Field(description="About how long one worker takes.")
    effects: list[OptionEffectView] = Field(description="What each option in use does, against the order without it.")
    notes: list[str]

    @classmethod
    def of(cls, quote: Quote) -> "QuoteView":
        return cls(
            count=quote.count,
            capacity=None if quote.capacity is None else str(quote.capacity),
            binding=quote.binding,
            total=quote.total,
            lines=[PriceLineView.of(line) for line in quote.lines],
            work=quote.work,
            size=quote.size,
            pieces=quote.pieces,
            work_seconds=quote.work_ms / 1000,
            effects=[OptionEffectView.of(effect) for effect in quote.effects],
            notes=list(quote.notes),
        )
