"""Wording: what the spec and the engine say, in the words of the command line.

They speak of a project whose files were uploaded, of a form whose fields may be left empty, and of fields by their
names in the model. Here files are named, options are given or not, and `window_s` is `--window-s`.
"""

import re
from collections.abc import Sequence

from pydantic import BaseModel

from medley.apps.video_mixer.spec import MixSpec

SHOWN = 10  # numbers in one sentence
PHRASES = {
    "Automatic mode": "Without --groups",
    "in automatic mode": "without --groups",
    "Groups mode": "With --groups",
    "in groups mode": "with --groups",
    "An audio asset of the project": "A sound file",
    "An image asset of the project": "An image file",
    "the project's ready clips": "the clips that can be used",
    "in the library's": "in the one they are named in",
    "empty for": "not given:",
    "Empty for": "Not given:",
    "empty leaves": "not given leaves",
}


def on_command_line(text: str) -> str:
    """The same said with options instead of fields.

    A field whose name is a plain word is one only where it begins the text: "skip needs the seed of the earlier order".
    """
    for phrase, said in PHRASES.items():
        text = text.replace(phrase, said)
    return _FIELDS.sub(lambda found: _option(found[0]), text)


def counted(number: int, noun: str) -> str:
    """So many of a thing: "1 clip", "2,000 clips"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def numbered(videos: Sequence[int]) -> str:
    """Videos by their numbers, not more than a person reads: "video 3", "videos 1, 2"."""
    shown = ", ".join(map(str, videos[:SHOWN])) + (f" and {len(videos) - SHOWN} more" if videos[SHOWN:] else "")
    return f"video{'s' if len(videos) > 1 else ''} {shown}"


def _option(field: str) -> str:
    """The field's option; the beginning of its options if it is a part that has none of its own name."""
    part = MixSpec.model_fields[field].annotation
    apart = isinstance(part, type) and issubclass(part, BaseModel)
    return f"--{field.replace('_', '-')}{'-...' if apart else ''}"


_FIELDS = re.compile("|".join(rf"\b{field}\b" if "_" in field else rf"^{field}(?= )" for field in MixSpec.model_fields))
