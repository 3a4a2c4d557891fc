"""Faults of a spec, in words for persons: what pydantic found in single fields, and what an app found between them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from medley.contracts import faults
from medley.limits import FAULTS_MAX
from medley.sentences import Sentence


@dataclass(frozen=True)
class Fault:
    """What is wrong with the field at `field`, a path with dots; `others` are the fields it does not go with."""

    field: str
    said: Sentence
    others: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """As it stands in `fields` of the error `invalid_spec`."""
        others = {"other_fields": list(self.others)} if self.others else {}
        return {"field": self.field, **self.said.as_json(), **others}


class SpecFaults(ValueError):
    """Fields that are each right and do not go together; raised by a spec's own validator."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("; ".join(f"{fault.field}: {fault.said}" for fault in faults))
        self.faults = faults


def faults_of(error: ValidationError) -> list[Fault]:
    """What is wrong with a spec that was refused: FAULTS_MAX faults at most, none that only follows from another."""
    found = faults.roots(error.errors(include_url=False))
    return [fault for each in found for fault in _faults(each)][:FAULTS_MAX]


def _faults(found: Mapping[str, Any]) -> Iterator[Fault]:
    where = faults.place(found["loc"])
    raised = found.get("ctx", {}).get("error")
    if isinstance(raised, SpecFaults):
        for fault in raised.faults:
            yield fault if not where else Fault(f"{where}.{fault.field}", fault.said, fault.others)
    elif isinstance(raised, ValueError) and raised.args and isinstance(raised.args[0], Sentence):
        yield Fault(where, raised.args[0])
    else:
        text = isinstance(found["input"], str) and found["type"] in ("too_long", "too_short")  # after a validator
        yield Fault(where, faults.said(f"string_{found['type']}" if text else found["type"], found.get("ctx", {})))
