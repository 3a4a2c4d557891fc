"""Options of the command line for the video mixer's spec, made from the model: none is missing or described twice.

A field becomes an option of its name. Of a part such as `music` each field becomes one with the part's name before it
(`--music-volume-percent`), but the file it is about has the part's own name (`--music FILE`). Several values are
separated by commas. Options about one group are written NAME=VALUE and may be repeated (`--group-clips hook=2`).
"""

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from uuid import UUID

import typer
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from cli.clip_files import split_names
from cli.wording import on_command_line
from medley.apps.video_mixer.options import GroupOptions
from medley.apps.video_mixer.spec import MixSpec

MOST = "max"  # in place of a number of videos: as many as there are
APART = frozenset({"mode", "groups", "never_adjacent"})  # said otherwise on a command line
SETS = "never_adjacent"
GROUP_FIELDS = {f"group_{name}": name for name in GroupOptions.model_fields if name not in {"id", "name"}}


@dataclass(frozen=True)
class Option:
    """One option: where in the spec its value belongs, and what kind of value that is."""

    path: tuple[str, ...]
    field: FieldInfo
    types: tuple[Any, ...]  # of its values, None left out

    @property
    def name(self) -> str:
        """Of the parameter; its option has dashes."""
        return "_".join(part for part in self.path if part != "asset")

    @property
    def names_a_file(self) -> bool:
        return UUID in self.types

    @property
    def is_flag(self) -> bool:
        return bool in self.types

    @property
    def is_list(self) -> bool:
        return any(get_origin(kind) is tuple for kind in self.types)

    def parameter(self) -> inspect.Parameter:
        """As a keyword-only parameter for Typer; None: not given."""
        kind: Any = bool if self.is_flag else str
        described = f"{on_command_line(self._description())}{self._default()}"
        option = typer.Option(help=described, metavar=None if self.is_flag else self._metavar(), show_default=False)
        annotation = Annotated[kind | None, option]
        return inspect.Parameter(self.name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)

    def _description(self) -> str:
        """A part's own file is told with what the part is."""
        told = self.field.description or self.field.title or ""
        return told if self.path[-1] != "asset" else f"{MixSpec.model_fields[self.path[0]].description} {told}"

    def _default(self) -> str:
        """What holds if the option is not given, where there is such a thing."""
        default = self.field.get_default(call_default_factory=True)
        if default in (None, "", PydanticUndefined) or self.names_a_file:
            return ""
        told = ",".join(default) if self.is_list else str(default).lower() if self.is_flag else default
        return f" [{told}]"

    def value(self, typed: Any) -> Any:
        """What stands in the spec for what was typed: a whole number where the choices are numbers, else the text."""
        if self.is_list:
            return typed.split(",")
        choices = [choice for kind in self.types for choice in get_args(kind)]
        return int(typed) if not self.is_flag and typed.isdecimal() and int(typed) in choices else typed

    def _metavar(self) -> str:
        if self.names_a_file:
            return "FILE"
        kinds = [get_args(kind)[0] if get_origin(kind) is tuple else kind for kind in self.types]
        choices = [str(choice) for kind in kinds if get_origin(kind) is Literal for choice in get_args(kind)]
        plain = "A,B,..." if self.is_list else self.types[0].__name__.upper()
        if self.path == ("count",):
            return f"{plain}|{MOST}"
        return ("," if self.is_list else "|").join(choices) or plain


def options(model: type[BaseModel] = MixSpec, path: tuple[str, ...] = ()) -> Iterator[Option]:
    """Every option, in the order of the model's fields."""
    for name, field in model.model_fields.items():
        if not path and name in APART:
            continue
        types = tuple(_types(field.annotation))
        parts = [kind for kind in types if isinstance(kind, type) and issubclass(kind, BaseModel)]
        if parts:
            yield from options(parts[0], (*path, name))
        else:
            yield Option((*path, name), field, types)


def _types(annotation: Any) -> Iterator[Any]:
    if get_origin(annotation) is Annotated:
        yield from _types(get_args(annotation)[0])
    elif get_origin(annotation) in (Union, UnionType):
        for kind in get_args(annotation):
            yield from _types(kind)
    elif annotation is not NoneType:
        yield annotation


def with_spec_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a Typer command, whose last parameter is `**given`, every option of the spec."""
    signature = inspect.signature(command, eval_str=True)
    own = [one for one in signature.parameters.values() if one.kind is not inspect.Parameter.VAR_KEYWORD]
    repeated = [_repeated(SETS, "FILE,FILE", "Clips of which no two follow each other. Repeat it for other sets.")]
    repeated += [
        _repeated(name, "NAME=VALUE", f"{GroupOptions.model_fields[field].description} Repeat it for other groups.")
        for name, field in GROUP_FIELDS.items()
    ]
    parameters = [*own, *(option.parameter() for option in options()), *repeated]

    def run(**arguments: Any) -> None:
        command(**arguments)

    run.__doc__, run.__name__ = command.__doc__, command.__name__
    run.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]  # what Typer reads
    run.__annotations__ = {one.name: one.annotation for one in parameters}
    return run


def _repeated(name: str, metavar: str, text: str) -> inspect.Parameter:
    annotation = Annotated[list[str] | None, typer.Option(help=text, metavar=metavar, show_default=False)]
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)


def spec_values(given: Mapping[str, Any], file_id: Callable[[str, str], UUID]) -> dict[str, Any]:
    """The spec's values of the options given; those not given are left out, so the model's defaults hold.

    Args:
        file_id: from a field of the spec and what was typed for it to the id that stands for that file.

    Raises:
        ValueError: an option about a group is not of the form NAME=VALUE.
    """
    values: dict[str, Any] = {}
    for option in options():
        typed = given.get(option.name)
        if typed is None:
            continue
        inner = values
        for part in option.path[:-1]:
            inner = inner.setdefault(part, {})
        inner[option.path[-1]] = str(file_id(option.path[0], typed)) if option.names_a_file else option.value(typed)
    if sets := given.get(SETS):
        values[SETS] = [[str(file_id(SETS, name)) for name in split_names(text)] for text in sets]
    if groups := _groups(given):
        values["groups"] = groups
    return values


def _groups(given: Mapping[str, Any]) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for name, field in GROUP_FIELDS.items():
        for text in given.get(name) or ():
            group, equals, value = text.partition("=")
            if not (group and equals):
                raise ValueError(f"--{name.replace('_', '-')} is written NAME=VALUE, not {text!r}")
            found.setdefault(group, {"name": group})[field] = value
    return list(found.values())
