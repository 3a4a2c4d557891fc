"""Names people give to things: kept as they are, as long as they are one line a person can read. And their like as
names of files, which have to be safe anywhere."""

import re
import unicodedata
from typing import Final

from medley.domain.wording import CORE
from medley.errors import InvalidInput
from medley.limits import FILE_NAME_CHARACTERS, NAME_CHARACTERS

STEM_BYTES: Final = 200  # of a file name, in UTF-8; common file systems allow 255, and an ending comes after it
_UNSEEN: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})  # control, surrogate, line and paragraph separators
_OVERRIDES: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # `gpj.mp4` reads as `4pm.jpg`
_BLANK: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters and a symbol that show nothing
_SEEN: Final = frozenset("LNPS")  # letters, numbers, punctuation, symbols; marks and formats show nothing alone
_FORBIDDEN: Final = re.compile(r'[/\\:*?"<>|]')  # by Windows, or a separator
_DEVICES: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)  # on Windows


def is_misleading(character: str) -> bool:
    """Whether a line with it may be read as other than it is: a control, a line break, an override of direction."""
    return unicodedata.category(character) in _UNSEEN or character in _OVERRIDES


def is_seen(character: str) -> bool:
    """Whether a character shows something by itself."""
    return unicodedata.category(character)[0] in _SEEN and character not in _BLANK


def likeness(name: str) -> str:
    """What two names have in common that a person could take for each other: case and what is not seen apart."""
    text = unicodedata.normalize("NFKC", name).casefold()
    return " ".join("".join(each for each in text if is_seen(each) or each.isspace() or _is_mark(each)).split())


def _is_mark(character: str) -> bool:
    return unicodedata.category(character) in ("Mn", "Mc") and not 0xFE00 <= ord(character) <= 0xFE0F  # noqa: PLR2004


def file_stem(title: str) -> str:
    """A file name, without its ending, for a title: safe on common file systems, never hidden, never empty."""
    text = unicodedata.normalize("NFC", title)
    if not text.isprintable():
        text = "".join(" " if unicodedata.category(character).startswith("C") else character for character in text)
    text = " ".join(_FORBIDDEN.sub("-", text).split())
    text = text.encode()[:STEM_BYTES].decode(errors="ignore").strip(" .-")
    return f"_{text}" if not text or _DEVICES.fullmatch(text) else text


def _one_line(text: str, limit: int, what: str) -> str:
    """`text` in NFC without outer blanks, if it is one visible line of at most `limit` characters; `what` it names:
    person, project, group, preset or file. Its length is looked at first: normalising takes the square of it."""
    name = unicodedata.normalize("NFC", text).strip() if len(text) <= limit else text
    faults = {
        "empty": not name,
        "invisible": not any(map(is_seen, name)),
        "too_long": len(name) > limit,
        "control": any(map(is_misleading, name)),
    }
    for reason, found in faults.items():
        if found:
            raise InvalidInput(CORE.say("invalid_name", what=what, reason=reason, limit=limit))
    return name


def name_of(text: str, what: str) -> str:
    """The name of a `project`, `group`, `preset` or `person` as it is stored.

    Raises:
        InvalidInput: code `invalid_name`.
    """
    return _one_line(text, NAME_CHARACTERS, what)


def file_name_of(text: str) -> str:
    """A clip's file name as it is stored. Quotes, emoji and `../` are fine: it never becomes a path or an argument.

    Raises:
        InvalidInput: code `invalid_name`.
    """
    return _one_line(text, FILE_NAME_CHARACTERS, "file")
