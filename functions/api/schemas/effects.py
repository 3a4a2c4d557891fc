"""Bodies of effects: what each option does to it, and how often clips would be seen together."""

from uuid import UUID

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from functions.api.schemas.base import SentenceView, View
from medley.domain.pairs import PairTable
from medley.domain.quotes import OptionEffect, amount

EFFECT_EXAMPLE: JsonDict = {
    "option": "speeds",
    "capacity_factor": "27",
    "encode_factor": "2.95",
    "code": "effect",
    "message": "Speeds: 27 times the different videos, 2.95 times the encoding",
    "parameters": {
        "option": {"code": "option_speeds", "message": "Speeds", "parameters": {}},
        "scale": "usual",
        "videos": "27",
        "encoding": "2.95",
    },
}
PAIRS_EXAMPLE: JsonDict = {
    "groups": ["hook", "cta"],
    "rows": ["01890f3e-7c2a-7d3e-9b1a-2f6d6c1e0e03", "01890f3e-7c2a-7d3e-9b1a-2f6d6c1e0e0a"],
    "columns": ["01890f3e-7c2a-7d3e-9b1a-2f6d6c1e0e0b", "01890f3e-7c2a-7d3e-9b1a-2f6d6c1e0e0c"],
    "videos": [[3, 3], [3, 3]],
}


class OptionEffectView(SentenceView):
    """By how much an option multiplies the different videos possible, and the encoding; and the same as a sentence."""

    model_config = ConfigDict(json_schema_extra={"examples": [EFFECT_EXAMPLE]})

    option: str
    capacity_factor: str = Field(description="A decimal number of three digits, such as 0.5, 243 or 1.27E+30.")
    encode_factor: str = Field(description="Likewise.")

    @classmethod
    def of(cls, effect: OptionEffect) -> "OptionEffectView":
        return cls(
            option=effect.option,
            capacity_factor=amount(effect.capacity_factor),
            encode_factor=amount(effect.encode_factor),
            **effect.text.as_json(),
        )


class PairTableView(View):
    """In how many videos a clip of `rows`, of the first group, is seen with one of `columns`, of the second."""

    groups: tuple[str, str]
    rows: list[UUID]
    columns: list[UUID]
    videos: list[list[int]]

    @classmethod
    def of(cls, table: PairTable) -> "PairTableView":
        rows = [list(row) for row in table.videos]
        return cls(groups=table.groups, rows=list(table.rows), columns=list(table.columns), videos=rows)
