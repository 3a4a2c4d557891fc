"""Warnings about a clip: what of it will not be seen or heard as it is in the file, and why.

Each has a stable code and parameters, so that it can be said in any language, and a sentence in English.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from medley.contracts.media import STEREO, AudioFacts, ClipFacts, VideoFacts
from medley.domain.wording import CORE
from medley.sentences import Sentence

LONG_FRAME_US: Final = 500_000
APART_US: Final = 100_000  # from this far on, sound and picture that do not begin or end together are worth a word
RATE_MAX: Final = 120  # the highest rate of an output
LINES_MIN: Final = 480  # the smallest output


@dataclass(frozen=True)
class Warned:
    """One warning; times are milliseconds. Texts among the parameters are of the file and may hold anything."""

    code: str
    parameters: Mapping[str, int | str] = field(default_factory=dict)

    @property
    def said(self) -> Sentence:
        """The sentence, safe to print; `at_s` and `for_s` are what `at_ms` and `for_ms` come to in seconds."""
        held = {name: _printable(value) for name, value in self.parameters.items()}
        times = {f"{name}_s": held[f"{name}_ms"] for name in ("at", "for") if f"{name}_ms" in held}
        seconds = {name: f"{int(ms) / 1000:.2f}" for name, ms in times.items()}
        return CORE.say(self.code, **held, **seconds)

    @property
    def message(self) -> str:
        """The sentence in English."""
        return str(self.said)


def _printable(value: int | str) -> int | str:
    if isinstance(value, int):
        return value
    return "".join(character if character.isprintable() else "\ufffd" for character in value)


def warnings(facts: ClipFacts) -> Iterator[Warned]:
    """Those about a clip."""
    for found in facts.warnings:
        yield Warned(found.code, found.values)
    yield from _picture_warnings(facts.video)
    if facts.audio is None and not any(found.code == "sound_not_read" for found in facts.warnings):
        yield Warned("no_sound")
    elif facts.audio is not None:
        yield from _sound_warnings(facts.video, facts.audio)


def warned(clips: Iterable[tuple[str, ClipFacts]]) -> Iterator[str]:
    """A line for each clip there is something to know of: its name and all its warnings."""
    for name, facts in clips:
        if told := [warning.message for warning in warnings(facts)]:
            yield f"{name}: {'; '.join(told)}"


def _picture_warnings(video: VideoFacts) -> Iterator[Warned]:
    if video.shapes:
        yield Warned("picture_changes", {"shapes": ", ".join(dict.fromkeys(map(str, video.shapes)))})
    if video.variable_rate:
        yield Warned("variable_rate")
    if video.longest_frame_us >= LONG_FRAME_US:
        yield Warned("long_picture", {"for_ms": _ms(video.longest_frame_us)})
    if float(video.fps.fraction) > RATE_MAX + 1:
        yield Warned("high_rate", {"rate": RATE_MAX})
    if video.is_hdr:
        yield Warned("hdr")
    if video.interlaced:
        yield Warned("interlaced")
    if (video.sar_num, video.sar_den) != (1, 1):
        yield Warned("wide_pixels", {"across": video.sar_num, "down": video.sar_den})
    if video.has_alpha and not video.opaque:
        yield Warned("see_through")
    if video.full_range:
        yield Warned("full_range")
    if min(video.upright) < LINES_MIN:
        yield Warned("small", {"pixels": LINES_MIN})


def _sound_warnings(video: VideoFacts, audio: AudioFacts) -> Iterator[Warned]:
    if audio.channels > STEREO:
        yield Warned("surround", {"channels": audio.channels})
    if audio.drift_us:
        yield Warned("sound_drifts", {"for_ms": _ms(audio.drift_us)})
    late_us = audio.start_us - video.start_us
    if late_us >= APART_US:
        yield Warned("sound_late", {"for_ms": _ms(late_us)})
    early_us = video.start_us + video.duration_us - audio.start_us - audio.duration_us
    if early_us >= APART_US:
        yield Warned("sound_short", {"for_ms": _ms(early_us)})
    if -late_us >= APART_US:
        yield Warned("sound_early", {"for_ms": _ms(-late_us)})


def _ms(us: int) -> int:
    return round(us / 1000)
