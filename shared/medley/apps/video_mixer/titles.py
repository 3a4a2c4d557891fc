"""Titles and captions of videos from the templates of the spec."""

from posixpath import splitext
from string import Formatter

from pydantic import ValidationInfo

from medley import limits
from medley.apps.registry import STORED
from medley.apps.video_mixer.wording import SAID
from medley.domain.names import is_misleading

FIELDS = frozenset({"n", "count", "opening"})
SHOWN = 20  # characters of what was written


def check_template(template: str) -> str:
    """The template of a title, if every field of it is known.

    Raises:
        ValueError: it is not a template for titles.
    """
    _check_fields(template)
    if not template.strip() or any(map(is_misleading, template)):
        raise ValueError(SAID.say("control_character" if template.strip() else "empty_text"))
    return template


def check_caption(template: str) -> str:
    """The template of a caption: as a title's, but it may be empty and have several lines.

    Raises:
        ValueError: it is not a template for captions.
    """
    _check_fields(template)
    if any(is_misleading(character) for character in template if character != "\n"):
        raise ValueError(SAID.say("control_character"))
    return template.strip()


def check_line(text: str, info: ValidationInfo) -> str:
    """A text of one line that stands in every file, as it is; it may be empty.

    Raises:
        ValueError: it holds a control character, and was not accepted before that was looked at.
    """
    if info.context != STORED and any(map(is_misleading, text)):
        raise ValueError(SAID.say("control_character"))
    return text


def title(template: str, *, number: int, count: int, opening: str) -> str:
    """The title of video `number` of `count`; numbers are padded so that titles sort. `opening` is a clip's name."""
    text = _filled(template, number=number, count=count, opening=opening)
    return text[: limits.NAME_CHARACTERS].strip() or f"Video {number:0{len(str(count))}}"


def caption(template: str, *, number: int, count: int, opening: str) -> str:
    """The text of a caption of video `number` of `count`."""
    return _filled(template, number=number, count=count, opening=opening)[: limits.CAPTION_CHARACTERS].strip()


def _check_fields(template: str) -> None:
    try:
        parts = list(Formatter().parse(template))
    except ValueError as error:
        raise ValueError(SAID.say("unmatched_brace")) from error
    for _, name, form, conversion in parts:
        if name is not None and (name not in FIELDS or form or conversion):
            known = [f"{{{known}}}" for known in sorted(FIELDS)]
            raise ValueError(SAID.say("unknown_word", known=known, given=name[:SHOWN]))


def _filled(template: str, *, number: int, count: int, opening: str) -> str:
    name = "".join(" " if is_misleading(character) else character for character in splitext(opening)[0])
    return template.format(n=f"{number:0{len(str(count))}}", count=count, opening=name)
