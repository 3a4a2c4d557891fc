"""What Medley reads, by FFmpeg's own names: anything else is refused before a decoder sees it.

The list holds what phones, cameras, screen recorders and editors write. Left out on purpose: playlists and
other formats that name further files, and the long tail of old decoders, where the memory bugs are.
"""

from typing import Final

FORMATS: Final = ("mov", "mp4", "m4a", "3gp", "3g2", "mj2", "matroska", "webm", "avi", "mpegts")

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
)


def demuxer_options() -> dict[str, str]:
    """FFmpeg options that hold a demuxer and its decoders to the lists above, reading local files only."""
    return {
        "protocol_whitelist": "file",
        "format_whitelist": ",".join(FORMATS),
        "codec_whitelist": ",".join(VIDEO_DECODERS + AUDIO_DECODERS),
    }
