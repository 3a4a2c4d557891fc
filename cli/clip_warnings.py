"""Warnings about a clip, in words: what of it will not be seen or heard as it is in the file, and why."""

from collections.abc import Iterable, Iterator

from medley.contracts.media import STEREO, AudioFacts, ClipFacts, ClipWarning, VideoFacts
from medley.media.picture.video_filters import is_hdr

LONG_FRAME_US = 500_000
APART_US = 100_000  # from this far on, sound and picture that do not begin or end together are worth a word
RATE_MAX = 60  # the highest rate of an output
LINES_MIN = 480  # the smallest output
NAMES = 5  # in one line
SENTENCES = {
    "picture_tracks": "{count} video tracks: number {taken} is shown",
    "sound_tracks": "several sound tracks, of which number {taken} is heard: {tracks}",
    "damaged": "up to {percent} % of it are damaged or lost, first {at:.2f} s after its beginning: what is seen or "
    "heard there may be wrong or missing",
    "sound_goes_on": "its sound goes on when its picture has ended: the last picture is held from {at:.2f} s on",
    "sound_cut": "its sound is longer than a clip can be: it is cut off at {at:.2f} s, where its picture ends",
    "sound_changes": "its sound changes on the way ({forms}): all of it becomes stereo at 48,000 Hz",
    "sound_not_read": "Medley does not read its sound ({codecs}): it will be silent",
}


def warnings(facts: ClipFacts) -> Iterator[str]:
    """What of a clip will not be seen or heard as it is in the file, and why."""
    yield from map(sentence, facts.warnings)
    yield from _picture_warnings(facts.video)
    if facts.audio is None and not any(warning.code == "sound_not_read" for warning in facts.warnings):
        yield "no sound: it will be silent"
    elif facts.audio is not None:
        yield from _sound_warnings(facts.video, facts.audio)


def warned(clips: Iterable[tuple[str, ClipFacts]]) -> Iterator[str]:
    """The warnings of many clips by their names: each once, with whom it is about."""
    about: dict[str, list[str]] = {}
    for name, facts in clips:
        for warning in warnings(facts):
            about.setdefault(warning, []).append(name)
    for warning, names in about.items():
        more = f" and {len(names) - NAMES} more" if len(names) > NAMES else ""
        yield f"{', '.join(names[:NAMES])}{more}: {warning}"


def sentence(warning: ClipWarning) -> str:
    """One warning, safe to print."""
    text = SENTENCES[warning.code].format_map({**warning.values, "at": int(warning.values.get("at_ms", 0)) / 1000})
    return "".join(character if character.isprintable() else "\ufffd" for character in text)


def _picture_warnings(video: VideoFacts) -> Iterator[str]:
    if video.variable_rate:
        yield "variable frame rate: frames are repeated or left out to make it constant"
    if video.longest_frame_us >= LONG_FRAME_US:
        yield f"one picture stands still for {video.longest_frame_us / 1_000_000:.2f} s"
    if float(video.fps.fraction) > RATE_MAX + 1:
        yield f"more than {RATE_MAX} frames per second: frames are left out"
    if is_hdr(video):
        yield "HDR: brightness and colours are mapped to standard range"
    if video.interlaced:
        yield "interlaced: it is deinterlaced"
    if (video.sar_num, video.sar_den) != (1, 1):
        yield f"pixels are not square ({video.sar_num}:{video.sar_den}): it is stretched to its true shape"
    if video.has_alpha:
        yield "it can be seen through: it is laid over black"
    if video.full_range:
        yield "full range: levels are brought to those of video"
    width, height = video.upright
    if min(width, height) < LINES_MIN:
        yield f"its shorter side has fewer than {LINES_MIN} pixels: any output enlarges it"


def _sound_warnings(video: VideoFacts, audio: AudioFacts) -> Iterator[str]:
    if audio.channels > STEREO:
        yield f"{audio.channels} channels of sound: mixed down to stereo"
    late_us = audio.start_us - video.start_us
    if late_us >= APART_US:
        yield f"sound begins {late_us / 1_000_000:.2f} s after the picture: silence until then"
    early_us = video.start_us + video.duration_us - audio.start_us - audio.duration_us
    if early_us >= APART_US:
        yield f"sound ends {early_us / 1_000_000:.2f} s before the picture: silence from there"
    if -late_us >= APART_US:
        yield f"sound begins {-late_us / 1_000_000:.2f} s before the picture: that much is cut"
