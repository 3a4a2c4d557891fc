"""Sentence: what is said to a person, and what it was made of, so that it can be said in any language.

A sentence is its English text. It knows its `code` and its `parameters`: the template with that code, filled with them,
is the text. Templates are ICU messages, of which these are read: `{name}`; `{n, plural, one {# clip} other {# clips}}`,
where `=0` and the like come first and `#` is the number; `{name, select, this {...} other {...}}`; and `''` for an
apostrophe. A parameter is a text, a whole number, another sentence, or a list of these, which is joined by commas.
Whole numbers that JavaScript does not hold exactly, and all other numbers, are texts in decimals.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final, Self

EXACT_MAX: Final = 2**53 - 1  # of whole numbers in JSON, as JavaScript reads it
Value = str | int | Sequence[str | int]


class Sentence(str):
    """A text for a person that knows its `code` and `parameters`."""

    code: str
    parameters: Mapping[str, Any]

    def __new__(cls, text: str, code: str, parameters: Mapping[str, Any] | None = None) -> Self:
        made = super().__new__(cls, text)
        made.code, made.parameters = code, dict(parameters or {})
        return made

    def __getnewargs__(self) -> tuple[str, str, Mapping[str, Any]]:  # type: ignore[override]  # what copying needs
        return str(self), self.code, self.parameters

    def as_json(self) -> dict[str, Any]:
        """Code, message and parameters as JSON values."""
        return {"code": self.code, "message": str(self), "parameters": as_json(self.parameters)}


@dataclass(frozen=True)
class Wording:
    """The English templates of sentences, by their codes."""

    templates: Mapping[str, str]

    def say(self, code: str, /, **parameters: Value) -> Sentence:
        """The sentence with this code. Raises: KeyError: there is none, or it has another parameter too."""
        held = {name: _exact(value) for name, value in parameters.items()}
        return Sentence(fill(self.templates[code], held), code, held)


def _exact(value: Value) -> Value:
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        return value if abs(value) <= EXACT_MAX else str(value)
    return tuple(value)


def parameters_of(text: str) -> dict[str, Any]:
    """The parameters of a text as JSON values; of one that is no sentence there are none."""
    return as_json(text.parameters) if isinstance(text, Sentence) else {}


def plain(number: Decimal | Fraction | None) -> str:
    """A number for a sentence: at most three decimals, no exponent, nothing after the point that says nothing."""
    shown = f"{float(Fraction(number or 0)):.3f}"
    return shown.rstrip("0").rstrip(".")


def as_json(value: Any) -> Any:
    """The same as JSON values, sentences with their codes and parameters."""
    match value:
        case Sentence():
            return value.as_json()
        case Mapping():
            return {name: as_json(item) for name, item in value.items()}
        case list() | tuple():
            return [as_json(item) for item in value]
    return value


def fill(template: str, parameters: Mapping[str, Any]) -> str:
    """The text of a template. Raises: KeyError: a parameter is missing. ValueError: it is not a template."""
    return _said(_parsed(template), parameters, "")


def arguments(template: str) -> frozenset[str]:
    """The names of the parameters a template can show."""
    return frozenset(_names(_parsed(template)))


@dataclass(frozen=True)
class _Argument:
    """A parameter in a template; `cases` by what it is, if it does not stand for itself."""

    name: str
    kind: str = ""
    cases: tuple[tuple[str, "_Parts"], ...] = ()


_Parts = tuple[str | _Argument, ...]


@lru_cache(maxsize=1_000)
def _parsed(template: str) -> _Parts:
    parts, end = _parse(template, 0)
    if end != len(template):
        raise ValueError(f"a brace closes nothing in {template!r}")
    return parts


def _parse(template: str, at: int) -> tuple[_Parts, int]:
    """Text and arguments up to the end or a brace that closes what began before."""
    parts: list[str | _Argument] = []
    text = ""
    while at < len(template) and template[at] != "}":
        if template.startswith("''", at):
            text, at = text + "'", at + 2
        elif template[at] == "{":
            parts.append(text)
            argument, at = _argument(template, at + 1)
            parts.append(argument)
            text = ""
        else:
            text, at = text + template[at], at + 1
    return tuple(part for part in [*parts, text] if part != ""), at


_HEAD = re.compile(r"\s*(\w+)\s*(?:,\s*(plural|select)\s*,|(?=\}))\s*")
_CASE = re.compile(r"\s*(=?\w+)\s*\{")


def _argument(template: str, at: int) -> tuple[_Argument, int]:
    head = _HEAD.match(template, at)
    if head is None:
        raise ValueError(f"no argument at {template[at:]!r}")
    at = head.end()
    cases = []
    while case := _CASE.match(template, at):
        inner, at = _parse(template, case.end())
        cases.append((case[1], inner))
        at += 1
    closed = re.compile(r"\s*\}").match(template, at)
    if closed is None or bool(head[2]) != bool(cases) or (cases and cases[-1][0] != "other"):
        raise ValueError(f"the argument {head[1]!r} has no end, or no case for all others, in {template!r}")
    return _Argument(head[1], head[2] or "", tuple(cases)), closed.end()


def _said(parts: _Parts, parameters: Mapping[str, Any], number: str) -> str:
    """`number` is what `#` stands for; empty where it stands for itself."""
    return "".join(
        _argument_said(part, parameters, number) if isinstance(part, _Argument) else part.replace("#", number or "#")
        for part in parts
    )


def _argument_said(argument: _Argument, parameters: Mapping[str, Any], number: str) -> str:
    value = parameters[argument.name]
    text = _text(value)
    if not argument.kind:
        return text
    cases = dict(argument.cases)
    if argument.kind == "select":
        return _said(cases.get(text, cases["other"]), parameters, number)
    chosen = cases.get(f"={text}") or (cases.get("one") if text == "1" else None) or cases["other"]
    return _said(chosen, parameters, text)


def _text(value: Any) -> str:
    match value:
        case str():
            return str(value)
        case Mapping():  # a sentence that was stored
            return str(value["message"])
        case list() | tuple():
            return ", ".join(map(_text, value))
    return str(value)


def _names(parts: _Parts) -> Iterator[str]:
    for part in parts:
        if isinstance(part, _Argument):
            yield part.name
            for _, inner in part.cases:
                yield from _names(inner)
