"""A toy app whose operations fail on request: one task prepares, then one for each output, with a fault of its own."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from medley.apps.form import Section, sections, ui
from medley.apps.registry import Library, Manifest
from medley.domain.generations import Plan, PlannedOutput, PlannedTask
from medley.domain.quotes import PriceLine, Quote
from medley.sentences import Wording


class FaultySpec(BaseModel):
    model_config = ConfigDict(json_schema_extra=sections(Section("all", "All", "What goes wrong.")))
    count: int = Field(default=1, json_schema_extra=ui("all", "basic", 1, "number"))
    seed: int | None = Field(default=None, json_schema_extra=ui("all", "expert", 2, "number"))
    faults: tuple[str, ...] = Field(default=("none",), json_schema_extra=ui("all", "more", 3, "lines"))
    prepare: str = Field(default="none", json_schema_extra=ui("all", "more", 4, "text"))


SAID = Wording({"as_many": "as many as you like", "try": "Try"})


class Faulty:
    manifest = Manifest("faulty", "Faulty", "Fails.", "bug", "1", order=30, requires=("assemble",))
    spec, sentences = FaultySpec, SAID.templates

    def price(self, spec: Any) -> tuple[PriceLine, ...]:
        return (PriceLine.of(SAID.say("try"), 3, spec.count),)

    def quote(self, spec: Any, library: Library) -> Quote:
        n, lines = spec.count, self.price(spec)
        return Quote(n, n, None, SAID.say("as_many"), lines, work=n + 1, size=n, pieces=n)

    def plan(self, spec: Any, library: Library, seed: int) -> Plan:
        ns = tuple(range(1, spec.count + 1))
        outputs = tuple(PlannedOutput(n, f"Try {n}", "text/plain", 1, 3, f"{seed} {n}", {}) for n in ns)
        tasks = [PlannedTask(0, "try", "assemble", "All", 1, ns, {"fault": spec.prepare})]
        for n, fault in zip(ns, spec.faults * len(ns), strict=False):
            tasks.append(PlannedTask(n, "try", "assemble", f"Try {n}", 1, (n,), {"fault": fault}, (n,), (0,)))
        return Plan(1, seed, outputs, tuple(tasks))


APP = Faulty()
