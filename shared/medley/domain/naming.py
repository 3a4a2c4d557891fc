"""Naming templates: what the files of a bundle are called, such as `{project} {n}` or `{date}-{clips}`.

A name is safe anywhere (`domain.names.file_stem`), and no two of a bundle are the same, also where upper and lower case
are one.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from medley.domain.names import STEM_BYTES, file_stem, is_misleading
from medley.domain.wording import CORE
from medley.errors import InvalidInput
from medley.limits import NAMING_CHARACTERS

FIELDS: Final = ("project", "n", "title", "date", "seed", "clips", "generation")
DEFAULT: Final = "{title}"
_FIELD: Final = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class NamedVideo:
    """What a template can say of a video. `suffix` is its file's ending with the dot; `clips` are names of files."""

    n: int
    title: str
    made_on: date
    suffix: str
    clips: Sequence[str] = ()


@dataclass(frozen=True)
class NamedOrder:
    """What it can say of the order: the project's name, the seed, the generation's id, how many outputs there are."""

    project: str
    seed: int
    generation: str
    outputs: int


def check_naming(template: str) -> str:
    """The template without outer blanks, if files can be named by it.

    Raises:
        InvalidInput: code `invalid_naming`, with `reason` and the `fields` there are.
    """
    text = template.strip()
    unknown = next((name for name in _FIELD.findall(text) if name not in FIELDS), None)
    faults = {
        "empty": not text,
        "too_long": len(text) > NAMING_CHARACTERS,
        "control": any(map(is_misleading, text)),
        "unknown_field": unknown is not None,
        "brace": bool(set(_FIELD.sub("", text)) & set("{}")),
    }
    for reason, found in faults.items():
        if found:
            field, limit = unknown or "", NAMING_CHARACTERS
            raise InvalidInput(CORE.say("invalid_naming", reason=reason, field=field, limit=limit, fields=FIELDS))
    return text


def file_names(
    template: str, order: NamedOrder, videos: Sequence[NamedVideo], *, taken: Collection[str] = ()
) -> Mapping[int, str]:
    """The name of each video's file, by its number; all different from each other and from those `taken`.

    Of two that would be the same the later gets ` (2)` and so on; the number of a video has as many digits as the
    order's last.
    """
    used = {name.casefold() for name in taken}
    names = {}
    for video in videos:
        stem = file_stem(_filled(template, _values(order, video)))
        name = next(name for name in _variants(stem, video.suffix) if name.casefold() not in used)
        used.add(name.casefold())
        names[video.n] = name
    return names


def _filled(template: str, values: Mapping[str, str]) -> str:
    return _FIELD.sub(lambda found: values[found[1]], template)


def _values(order: NamedOrder, video: NamedVideo) -> Mapping[str, str]:
    """What stands for each field."""
    return {
        "project": order.project,
        "n": f"{video.n:0{len(str(order.outputs))}}",
        "title": video.title,
        "date": video.made_on.isoformat(),
        "seed": str(order.seed),
        "clips": "+".join(name.rpartition(".")[0] or name for name in video.clips),
        "generation": order.generation[-8:],
    }


def _variants(stem: str, suffix: str) -> Iterator[str]:
    """The name, and how it is changed until nobody else has it."""
    yield f"{stem}{suffix}"
    number = 2
    while True:
        mark = f" ({number})"
        kept = stem.encode()[: STEM_BYTES - len(mark)].decode(errors="ignore").rstrip(" .-")
        yield f"{kept}{mark}{suffix}"
        number += 1
