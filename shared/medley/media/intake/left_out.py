"""Left out: what of a clip's tracks will not be seen or heard as it is in the file, by what the scan found. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from medley import limits
from medley.contracts.media import ClipWarning, WarningCode

GOES_ON_US = 100_000  # sound that lasts so much longer than the picture is kept
NO_DAMAGE = {"packets": 0, "of": 0, "first_us": None}


def warnings(report: Mapping[str, Any]) -> Iterator[ClipWarning]:
    """A word for each."""
    films, sounds, audio = report.get("films", 1), report.get("sounds", ()), report.get("audio")
    if films > 1:
        yield _warning("picture_tracks", count=films, taken=report["video"]["track"] + 1)
    if sounds and audio is None:
        codecs = ", ".join(dict.fromkeys(track["codec"] for track in sounds))
        yield _warning("sound_not_read", codecs=codecs)
    elif len(sounds) > 1 and audio is not None:
        tracks = ", ".join(_track_name(number, track) for number, track in enumerate(sounds, start=1))
        yield _warning("sound_tracks", taken=audio["track"] + 1, tracks=tracks)
    if audio is not None and len(audio.get("forms", ())) > 1:
        yield _warning("sound_changes", forms=", ".join(_form(*form) for form in audio["forms"]))
    if _goes_on_us(report):
        at_ms = (report["video"]["end_us"] - report["video"]["first_us"]) // 1000
        yield _warning("sound_goes_on" if held_us(report) else "sound_cut", at_ms=at_ms)
    damaged = report.get("damaged", NO_DAMAGE)
    if damaged["packets"]:
        after_us = max(0, (damaged["first_us"] or 0) - report["video"]["first_us"])
        percent = -(-100 * damaged["packets"] // damaged["of"])
        yield _warning("damaged", percent=percent, at_ms=after_us // 1000)


def _form(rate: int, channels: int) -> str:
    return f"{channels} channels at {rate:,} Hz"


def _warning(code: WarningCode, **values: int | str) -> ClipWarning:
    return ClipWarning(code=code, values=values)


def _track_name(number: int, track: Mapping[str, str]) -> str:
    about = ", ".join(filter(None, (track["title"], track["language"], track["codec"])))
    return f"{number} ({about})"


def _goes_on_us(report: Mapping[str, Any]) -> int:
    """How long sound lasts beyond the picture; 0 if nobody would miss it."""
    audio = report.get("audio") or {}
    after_us = int(audio["end_us"] - report["video"]["end_us"]) if audio.get("packets") else 0
    return after_us if after_us >= GOES_ON_US else 0


def held_us(report: Mapping[str, Any]) -> int:
    """How long the last picture is held for it, as players do; not if the clip would be longer than one can be."""
    after_us = _goes_on_us(report)
    whole_us = int(report["video"]["end_us"] - report["video"]["first_us"]) + after_us
    return after_us if whole_us <= limits.CLIP_DURATION_S * 1_000_000 else 0
