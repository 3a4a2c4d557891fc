"""Allowlist of what Medley reads, by FFmpeg's own names: anything else is refused before a decoder sees it.

The list holds what phones, cameras, screen recorders and editors write. Left out on purpose: playlists and
other formats that name further files, and the long tail of old decoders, where the memory bugs are.
"""

from typing import Final

FORMATS: Final = ("mov", "mp4", "m4a", "3gp", "3g2", "mj2", "matroska", "webm", "avi", "mpegts", "mpeg", "flv")
ANIMATIONS: Final = {"gif": "gif", "webp_anim": "webp_anim"}  # containers of moving pictures, and their own decoders
CLIP_FORMATS: Final = (*FORMATS, *ANIMATIONS)

SOUND_FORMATS: Final = (*FORMATS, "wav", "aiff", "mp3", "aac", "flac", "ogg")  # of music and voice-overs
IMAGE_FORMATS: Final = ("png_pipe", "jpeg_pipe", "webp_pipe")  # see `image_format`
IMAGE_DECODERS: Final = ("png", "mjpeg", "webp")

FILLED_PX: Final = 64  # decoders allocate pictures whose sides are multiples of it, and FFmpeg counts those

VIDEO_DECODERS: Final = (
    "h264",
    "hevc",
    "vp8",
    "vp9",
    "libdav1d",
    "mpeg4",
    "mpeg2video",
    "mpeg1video",
    "h263",
    "mjpeg",
    "prores",
)

AUDIO_DECODERS: Final = (
    "aac",
    "mp3float",
    "mp3",
    "mp2float",
    "mp2",
    "opus",
    "libopus",
    "vorbis",
    "flac",
    "alac",
    "ac3",
    "eac3",
    "amrnb",
    "amrwb",
    "pcm_alaw",
    "pcm_mulaw",
    "pcm_u8",
    "pcm_s16le",
    "pcm_s16be",
    "pcm_s24le",
    "pcm_s24be",
    "pcm_s32le",
    "pcm_s32be",
    "pcm_f32le",
    "pcm_f32be",
    "pcm_bluray",  # of AVCHD cameras
    "pcm_dvd",
    "adpcm_ima_wav",
    "adpcm_ms",
)


def demuxer_options() -> dict[str, str]:
    """FFmpeg options that hold a demuxer and its decoders to what a clip may be, reading local files only."""
    return _only(CLIP_FORMATS, (*VIDEO_DECODERS, *AUDIO_DECODERS, *ANIMATIONS.values()))


def sound_options() -> dict[str, str]:
    """The same for music and voice-overs. Covers and pictures beside the sound may be described, never decoded."""
    return _only(SOUND_FORMATS, VIDEO_DECODERS + AUDIO_DECODERS)


def image_options() -> dict[str, str]:
    """The same for still images."""
    return _only(IMAGE_FORMATS, IMAGE_DECODERS)


def image_format(kind: str) -> str:
    """The demuxer of a `png`, `jpeg` or `webp`. It has to be named: by a file's name FFmpeg may take another, one that
    looks for a sequence of files."""
    return f"{kind}_pipe"


def max_pixels(pixels: int, side: int) -> int:
    """FFmpeg's `max_pixels` that lets pass every picture of at most so many pixels and no longer sides."""
    return pixels + 2 * side * FILLED_PX + FILLED_PX**2


def _only(formats: tuple[str, ...], decoders: tuple[str, ...]) -> dict[str, str]:
    return {
        "protocol_whitelist": "file",
        "format_whitelist": ",".join(formats),
        "codec_whitelist": ",".join(decoders),
    }
