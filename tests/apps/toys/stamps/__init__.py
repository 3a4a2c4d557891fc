"""A toy app: sheets of stamps, each a PDF, a poster and a picture of every page."""

from typing import Any

from pydantic import BaseModel, Field

from medley.apps.registry import Library, Manifest
from medley.domain.generations import Plan, PlannedOutput, PlannedTask
from medley.domain.quotes import PriceLine, Quote


class StampSpec(BaseModel):
    count: int = Field(default=3, ge=1, le=50)
    pages: int = Field(default=2, ge=1, le=10)
    seed: int | None = None


class Stamps:
    manifest = Manifest("stamps", "Stamps", "Prints stamps.", "stamp", "1", order=20, requires=("assemble",))
    spec = StampSpec

    def price(self, spec: Any) -> tuple[PriceLine, ...]:
        return PriceLine("sheet", "Sheet", 1, spec.count), PriceLine("pages", "Pages", spec.pages, spec.count)

    def quote(self, spec: Any, library: Library) -> Quote:
        work, lines = spec.count * spec.pages, self.price(spec)
        return Quote(spec.count, spec.count, None, "as many as you like", lines, work=work, size=work, pieces=work)

    def plan(self, spec: Any, library: Library, seed: int) -> Plan:
        outputs, tasks = [], []
        for n in range(1, spec.count + 1):
            title, size, recipe = f"Sheet {n}", spec.pages, {"color": [seed % 256, n, 99]}
            outputs.append(PlannedOutput(n, title, "application/pdf", size, 1 + size, f"{seed} {n}", recipe))
            tasks.append(PlannedTask(n - 1, "draw", "assemble", title, size, (n,), {"pages": size}, makes=(n,)))
        return Plan(1, seed, tuple(outputs), tuple(tasks))


APP = Stamps()
