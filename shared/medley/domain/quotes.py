"""Quotes: what an order would give and cost, before anything is ordered. Plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

from medley.domain.pairs import PairTable
from medley.domain.wording import CORE
from medley.sentences import Sentence, parameters_of

FACTOR_DIGITS = 3
LARGE_FACTOR = 10**6  # from here on by its power of ten


@dataclass(frozen=True)
class PriceLine:
    """One line of a quote: `credits` for each of `quantity` outputs. `code` and `parameters` are of its label."""

    code: str
    label: str
    credits: int
    quantity: int
    parameters: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, label: Sentence, credits_each: int, quantity: int) -> "PriceLine":
        """A line with that label."""
        return cls(label.code, str(label), credits_each, quantity, parameters_of(label))

    @property
    def total(self) -> int:
        return self.credits * self.quantity


@dataclass(frozen=True)
class OptionEffect:
    """What one option in use does: by how much it multiplies the videos that are possible, and the encoding."""

    option: str
    label: Sentence
    capacity_factor: Fraction
    encode_factor: Fraction

    @property
    def text(self) -> Sentence:
        """The same for a person."""
        return CORE.say(
            "effect",
            option=self.label,
            scale="large" if self.capacity_factor >= LARGE_FACTOR else "usual",
            videos=amount(self.capacity_factor),
            encoding=amount(self.encode_factor),
        )


def amount(factor: Fraction) -> str:
    """A factor in three digits: "0.5", "243", "1.27E+30"."""
    with localcontext(prec=FACTOR_DIGITS):
        value = Decimal(factor.numerator) / Decimal(factor.denominator)
    return f"{value:.2E}" if value >= LARGE_FACTOR else f"{value.normalize():f}"


@dataclass(frozen=True)
class Quote:
    """What is possible and what it costs, before anything is ordered.

    `capacity` is the exact number of different outputs and may have hundreds of digits: on a wire it is a decimal
    string; None where there is no bound. `needed` is how many there must be for the order, so above `capacity` it
    cannot be placed. `binding` says, for a person, which constraint sets the capacity. `work` is how much of it, in
    the app's unit, `count` outputs can need at most, `work_ms` about how long one worker takes; `size` is how long or
    large the outputs are together, in the same unit, taken from the average where they differ. `pieces` bounds outputs
    times pieces of each. `notes` are sentences on what was counted in an unexpected way. `pairs` are of the videos that
    would be made, with the seed asked for or one of no meaning.
    """

    count: int
    needed: int
    capacity: int | None
    binding: Sentence
    lines: tuple[PriceLine, ...]
    work: int
    size: int
    pieces: int
    constraint: str = ""
    work_ms: int = 0
    effects: tuple[OptionEffect, ...] = ()
    notes: tuple[Sentence, ...] = ()
    pairs: tuple[PairTable, ...] = ()

    @property
    def total(self) -> int:
        return sum(line.total for line in self.lines)
