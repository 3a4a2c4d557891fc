"""Bodies of quotes: what is possible and what it costs."""

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from functions.api.schemas.base import JsonObject, SentenceView, View
from functions.api.schemas.effects import EFFECT_EXAMPLE, PAIRS_EXAMPLE, OptionEffectView, PairTableView
from medley.domain.quotes import PriceLine, Quote
from medley.limits import PAIR_CELLS, PAIRED_GROUPS, PAIRED_VIDEOS, PLAN_PIECES
from medley.sentences import Sentence

BINDING_EXAMPLE = Sentence(
    "one clip of each group: hook (3), body (3), cta (2), groups in this order; shuffle the order for more",
    "binding",
    {
        "how": Sentence("one clip of each group: hook (3), ...", "one_of_each_group"),
        "advice": Sentence("shuffle the order for more", "fixed_order"),
    },
)
LINE_EXAMPLE: JsonDict = {
    "code": "video",
    "label": "Video",
    "parameters": {},
    "unit_price": 1,
    "quantity": 12,
    "price": 12,
}


class PriceLineView(View):
    """`unit_price` credits for each of `quantity` outputs. `code` is the label's too, which is made of `parameters`."""

    code: str
    label: str
    parameters: JsonObject
    unit_price: int
    quantity: int
    price: int

    @classmethod
    def of(cls, line: PriceLine) -> "PriceLineView":
        return cls(
            code=line.code,
            label=line.label,
            parameters=dict(line.parameters),
            unit_price=line.credits,
            quantity=line.quantity,
            price=line.total,
        )


class QuoteView(View):
    """What is possible and what it costs."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "count": 12,
                    "capacity": "18",
                    "binding": BINDING_EXAMPLE.as_json(),
                    "price": 12,
                    "lines": [LINE_EXAMPLE],
                    "work": 840,
                    "size": 3780,
                    "pieces": 60,
                    "work_s": 9.8,
                    "effects": [EFFECT_EXAMPLE],
                    "notes": [],
                    "pairs": [PAIRS_EXAMPLE],
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
    binding: SentenceView = Field(description="What sets that number.")
    price: int = Field(description="Credits, all lines together.")
    lines: list[PriceLineView]
    work: int = Field(
        description="Work at most, in the app's unit (of videos: frames to encode); less if some is cached."
    )
    size: int = Field(description="Size of all outputs together in that unit, as expected (of videos: frames).")
    pieces: int = Field(description=f"Outputs times pieces of each, at most; one order has {PLAN_PIECES} at most.")
    work_s: float = Field(description="About how many seconds one worker takes.")
    effects: list[OptionEffectView] = Field(description="What each option in use does, against the order without it.")
    notes: list[SentenceView] = Field(description="What a person should know before ordering.")
    pairs: list[PairTableView] = Field(
        description="How often clips of two groups would be seen together; empty without groups, for more than "
        f"{PAIRED_VIDEOS} videos or {PAIRED_GROUPS} groups with several clips, for groups in any order, and where "
        f"there are more than {PAIR_CELLS:,} pairs."
    )

    @classmethod
    def of(cls, quote: Quote) -> "QuoteView":
        return cls(
            count=quote.count,
            capacity=None if quote.capacity is None else str(quote.capacity),
            binding=SentenceView.said(quote.binding),
            price=quote.total,
            lines=[PriceLineView.of(line) for line in quote.lines],
            work=quote.work,
            size=quote.size,
            pieces=quote.pieces,
            work_s=quote.work_ms / 1000,
            effects=[OptionEffectView.of(effect) for effect in quote.effects],
            notes=[SentenceView.said(note) for note in quote.notes],
            pairs=[PairTableView.of(table) for table in quote.pairs],
        )
