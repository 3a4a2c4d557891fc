"""Form: how a web app draws what can be asked of an app, from the JSON Schema of its spec.

The hints stand beside each field and travel in its schema as `x-ui`; the sections are in the `x-ui` of the whole. A
form leaves out, unseen and unsent, a field whose `show_if` does not hold, and a field nobody touched; a widget it does
not know it draws as text. The core reads none of this.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, get_args

Level = Literal["basic", "more", "expert"]  # who wants to see it: everyone, somebody who looks further, who knows why
Widget = Literal[
    "picture",  # one card of several, each with a picture
    "pictures",  # several of those
    "segmented",  # one of a few, side by side
    "select",  # one of a list
    "switch",
    "slider",  # a number within bounds
    "number",
    "seconds",
    "speeds",  # several numbers or fractions
    "text",
    "lines",  # a text of several lines
    "clip",
    "clip-sets",
    "asset",
    "group",
    "group-table",  # a row for each group, a column for each field
    "part",  # fields of its own
]
Unit = Literal["s", "ms", "%", "LUFS", "kbit/s", "frames", "frames/s", "px", "videos", "clips", "pages", "x"]
Id = Literal["clip", "asset", "group"]  # of what a field names by its id
Value = str | int | bool
GIVEN: Final = "given"  # in `show_if`: any value but none, an empty text or an empty list
LEVELS: Final[tuple[str, ...]] = get_args(Level)
WIDGETS: Final[tuple[str, ...]] = get_args(Widget)
UNITS: Final[tuple[str, ...]] = get_args(Unit)
IDS: Final[tuple[str, ...]] = get_args(Id)
ASSETS: Final = ("audio", "image")


@dataclass(frozen=True)
class Section:
    """A part of the form: its title, and what it is about in one sentence."""

    id: str
    title: str
    sentence: str


@dataclass(frozen=True)
class Choices:
    """The titles of a field's values, in the order they are shown; `picture` begins the keys of their pictures."""

    titles: Mapping[Value, str]
    picture: str | None = None

    def hints(self) -> list[dict[str, Any]]:
        """Of each value: itself, its title and, where there are pictures, the key of its picture."""
        return [
            {"value": value, "title": title} | ({} if self.picture is None else {"picture": self._key(value)})
            for value, title in self.titles.items()
        ]

    def _key(self, value: Value) -> str:
        return f"{self.picture}-{value}".replace(":", "-").replace(".", "-").replace("_", "-")


def ui(
    section: str,
    level: Level,
    order: int,
    widget: Widget,
    *,
    unit: Unit | None = None,
    show_if: Mapping[str, Sequence[Value] | str] | None = None,
    options: Choices | None = None,
    id: Id | None = None,  # noqa: A002  # the word of the hints
    asset: Literal["audio", "image"] | None = None,
) -> dict[str, Any]:
    """The hints of a field, for its `json_schema_extra`.

    Args:
        section: id of a section of the spec.
        level: from which level on the form shows it.
        order: its place within its section; no other field of the same model has it there.
        widget: what draws it.
        unit: of the number it holds.
        show_if: fields of the same model, and for each the values with which this one has an effect, or GIVEN.
        options: what its values are called.
        id: what it names by id, if it does.
        asset: the kind of asset, where that is what it names.
    """
    hints: dict[str, Any] = {"section": section, "level": level, "order": order, "widget": widget}
    conditions = (
        None if show_if is None else {name: value if value == GIVEN else list(value) for name, value in show_if.items()}
    )
    more = {"unit": unit, "show_if": conditions, "options": options and options.hints(), "id": id, "asset": asset}
    return {"x-ui": hints | {name: value for name, value in more.items() if value is not None}}


def sections(*each: Section) -> dict[str, Any]:
    """The sections of a form in their order, for `json_schema_extra` of the spec."""
    return {"x-ui": {"sections": [asdict(section) | {"order": place} for place, section in enumerate(each, start=1)]}}
