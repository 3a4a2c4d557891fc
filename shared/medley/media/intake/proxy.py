"""Proxy of a clip: small enough to play at once and anywhere, its times counted from the clip's first picture."""

from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import ffmpeg as graph

from medley.contracts.media import ClipFacts, VideoFacts
from medley.media.picture import geometry, video_filters
from medley.media.picture.geometry import Size
from medley.media.sandbox import input_options
from medley.media.sound import audio_filters

SIDE_PX: Final = 360  # its shorter side, unless the clip's is shorter
FPS_MAX: Final = 30  # of a clip with more, every second or third picture is shown
FPS_MAX_SMALL: Final = 15  # of a small clip: to encode its proxy would cost as much as to read it
SMALL_PX: Final = 1_500_000  # below this, of one picture
SAMPLE_RATE: Final = 48_000  # Hz, stereo
VIDEO_KBPS: Final = 800  # at most, in any two seconds; most take half
AUDIO_KBPS: Final = 64
KEY_FRAME_S: Final = 1  # seconds between places to seek to
_PICTURE: Final = {
    "vcodec": "libx264",
    "preset": "ultrafast",
    "tune": "fastdecode",
    "crf": 27,
    "maxrate": f"{VIDEO_KBPS}k",
    "bufsize": f"{2 * VIDEO_KBPS}k",
    "bf": 0,
}
_SOUND: Final = {"acodec": "aac", "aac_coder": "fast", "b:a": f"{AUDIO_KBPS}k", "ar": SAMPLE_RATE, "ac": 2}
_FILE: Final = {"f": "mp4", "movflags": "+faststart", "map_metadata": -1, "map_chapters": -1}


def needed(facts: ClipFacts) -> bool:
    """Whether a clip has to have a proxy: one that is small and plays anywhere as it is, from its first picture on, is
    its own."""
    video, audio = facts.video, facts.audio
    plain = "mp4" in facts.container.split(",") and (video.codec, video.pixel_format) == ("h264", "yuv420p")
    small = min(video.upright) <= SIDE_PX and video.fps.fraction <= FPS_MAX and not video.interlaced
    heard = audio is None or (audio.codec == "aac" and not audio.changes)
    return not (plain and small and heard and video.start_us == 0 and video.held_us == 0)


def output(picture: Any, sound: Any | None, facts: ClipFacts, out: Path, *, threads: int) -> Any:
    """The output that writes the proxy of frames whose times count from the clip's first, and of its sound on the
    container's clock, if that is to be heard."""
    video = facts.video
    fps = rate(video)
    if video.held_us:
        picture = picture.filter("tpad", stop_mode="clone", stop_duration=f"{video.held_us}us")
    picture = picture.filter("fps", f"{fps.numerator}/{fps.denominator}", start_time=0, round="near")
    picture = video_filters.clip_proxy(picture, video, size(video))
    options = {**_FILE, **_PICTURE, "g": round(fps * KEY_FRAME_S), "threads": threads}
    options["t"] = input_options.seconds(video.duration_us)
    if sound is None:
        return graph.output(picture, f"file:{out}", **options)
    return graph.output(picture, heard(sound, facts), f"file:{out}", **options, **_SOUND)


def heard(sound: Any, facts: ClipFacts) -> Any:
    """The sound from the clip's first picture on."""
    shifted = sound.filter("asetpts", f"PTS-{facts.video.start_us}/1000000/TB")
    return shifted.filter("aresample", SAMPLE_RATE, first_pts=0, ochl="stereo", **audio_filters.in_step(facts.audio))


def sounded(picture: Path, sound: Any, facts: ClipFacts, out: Path) -> Any:
    """The output that writes a proxy that has only its picture, with the sound it lacks."""
    shown = graph.input(f"file:{picture}", f="mp4", protocol_whitelist="file")["v:0"]
    return graph.output(shown, heard(sound, facts), f"file:{out}", **_FILE, vcodec="copy", **_SOUND)


def rate(video: VideoFacts) -> Fraction:
    """Pictures per second: the clip's, or the largest whole part of it that is not too many."""
    fps = video.fps.fraction
    most = FPS_MAX if video.width * video.height >= SMALL_PX else FPS_MAX_SMALL
    return (fps / -(-fps // most)).limit_denominator(1_001)


def size(video: VideoFacts) -> Size:
    """Of the proxy, upright, in square pixels: within 16:9 or 9:16 of SIDE_PX, and no larger than the clip."""
    ratio = geometry.display_ratio(video)
    side = max(2, min(SIDE_PX, *video.upright) // 2 * 2)
    box = Size(max(2, side * 16 // 9 // 2 * 2), side)
    return geometry.scaled(ratio, box if ratio >= 1 else box.turned, "contain")
