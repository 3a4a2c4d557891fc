"""A toy app: sheets of stamps, each a PDF, a poster and a picture of every page."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from medley.apps.form import Section, sections, ui
from medley.apps.registry import Library, Manifest
from medley.domain.generations import Plan, PlannedOutput, PlannedTask
from medley.domain.quotes import PriceLine, Quote
from medley.sentences import Wording


class StampSpec(BaseModel):
    model_config = ConfigDict(json_schema_extra=sections(Section("sheets", "Sheets", "What is printed.")))
    count: int = Field(default=3, ge=1, le=50, json_schema_extra=ui("sheets", "basic", 1, "slider"))
    pages: int = Field(default=2, ge=1, le=10, json_schema_extra=ui("sheets", "more", 2, "slider", unit="pages"))
    seed: int | None = Field(default=None, json_schema_extra=ui("sheets", "expert", 3, "number"))


SAID = Wording({"as_many": "as many as you like", "sheet": "Sheet", "pages": "Pages"})


class Stamps:
    sentences = SAID.templates
    manifest = Manifest("stamps", "Stamps", "Prints stamps.", "stamp", "1", order=20, requires=("assemble",))
    spec = StampSpec

    def price(self, spec: Any) -> tuple[PriceLine, ...]:
        each = (("sheet", 1), ("pages", spec.pages))
        return tuple(PriceLine.of(SAID.say(code), price, spec.count) for code, price in each)

    def quote(self, spec: Any, library: Library) -> Quote:
        work, lines = spec.count * spec.pages, self.price(spec)
        return Quote(spec.count, spec.count, None, SAID.say("as_many"), lines, work=work, size=work, pieces=work)

    def plan(self, spec: Any, library: Library, seed: int) -> Plan:
        outputs, tasks = [], []
        for n in range(1, spec.count + 1):
            title, size, recipe = f"Sheet {n}", spec.pages, {"color": [seed % 256, n, 99]}
            outputs.append(PlannedOutput(n, title, "application/pdf", size, 1 + size, f"{seed} {n}", recipe))
            tasks.append(PlannedTask(n - 1, "draw", "assemble", title, size, (n,), {"pages": size}, makes=(n,)))
        return Plan(1, seed, tuple(outputs), tuple(tasks))


APP = Stamps()
