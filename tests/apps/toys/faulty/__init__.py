"""A toy app whose operations fail on request: one task prepares, then one for each output, with a fault of its own."""

from typing import Any

from pydantic import BaseModel

from medley.apps.registry import Library, Manifest
from medley.domain.generations import Plan, PlannedOutput, PlannedTask
from medley.domain.quotes import PriceLine, Quote


class FaultySpec(BaseModel):
    count: int = 1
    seed: int | None = None
    faults: tuple[str, ...] = ("none",)
    prepare: str = "none"


class Faulty:
    manifest = Manifest("faulty", "Faulty", "Fails.", "bug", "1", order=30, requires=("assemble",))
    spec = FaultySpec

    def price(self, spec: Any) -> tuple[PriceLine, ...]:
        return (PriceLine("try", "Try", 3, spec.count),)

    def quote(self, spec: Any, library: Library) -> Quote:
        n = spec.count
        return Quote(n, n, None, "as many as you like", self.price(spec), work=n + 1, size=n, pieces=n)

    def plan(self, spec: Any, library: Library, seed: int) -> Plan:
        ns = tuple(range(1, spec.count + 1))
        outputs = tuple(PlannedOutput(n, f"Try {n}", "text/plain", 1, 3, f"{seed} {n}", {}) for n in ns)
        tasks = [PlannedTask(0, "try", "assemble", "All", 1, ns, {"fault": spec.prepare})]
        for n, fault in zip(ns, spec.faults * len(ns), strict=False):
            tasks.append(PlannedTask(n, "try", "assemble", f"Try {n}", 1, (n,), {"fault": fault}, (n,), (0,)))
        return Plan(1, seed, outputs, tuple(tasks))


APP = Faulty()
