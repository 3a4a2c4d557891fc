"""Probe of a file that shall go with clips: is it music or a voice-over, or a still image?

Read as `medley.media.intake.probe` reads clips: sniffed, scanned in a sandboxed child, judged by pure rules.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal

from medley import limits
from medley.contracts.assets import AudioAssetFacts, ImageFacts
from medley.domain.wording import refused
from medley.media.intake.probe import SHORTFALL, SHORTFALL_US, first_bytes, scanned
from medley.media.intake.sniff import is_animation, sniff_asset
from medley.media.sandbox.allowlist import AUDIO_DECODERS, IMAGE_DECODERS, image_format, image_options, sound_options

# What says that an image is whole, and how far from its end it stands at most: cameras write more behind it.
ENDS = {"png": b"IEND", "jpeg": b"\xff\xd9"}
TAIL_BYTES = 65_536
GUESSED_DURATIONS = frozenset({"mp3", "aac"})  # containers that declare nothing: a reader guesses from the first bytes
SHORTEST_US = 10_000  # of a sound: below it nothing may be left of it at another rate


def probe_asset(path: Path, *, remaining_s: Callable[[], float] | None = None) -> AudioAssetFacts | ImageFacts:
    """Read the file at `path` whole, without trusting it, and say what it is.

    `remaining_s` says what is left of the caller's own time, in seconds, each time it is asked.

    Raises:
        NotMedia: it is no usable asset; `code` and `message` say why, for the user.
        Broken: the probe itself does not work.
        Unavailable: code `out_of_time`; the codes of `machine.limit_reached`.
    """
    first, sha256 = first_bytes(path, remaining_s)
    kind = sniff_asset(first)
    size_bytes = path.stat().st_size
    if kind == "sound":
        report = scanned(path, "sound", sound_options(), decoders=AUDIO_DECODERS, remaining_s=remaining_s)
        return judge_sound(report, size_bytes, sha256)
    if size_bytes > limits.ASSET_IMAGE_BYTES:
        raise refused("too_large", what="image", most=limits.ASSET_IMAGE_BYTES // 1024**2, unit="MiB")
    if not _is_whole(path, kind, first):
        raise refused("truncated", what="image")
    if is_animation(first):
        raise refused("unreadable", what="animation")
    report = scanned(
        path,
        "image",
        image_options(),
        format=image_format(kind),
        decoders=IMAGE_DECODERS,
        side=limits.ASSET_IMAGE_PX,
        pixels=limits.ASSET_IMAGE_PIXELS,
        remaining_s=remaining_s,
    )
    return judge_image(report, kind, size_bytes, sha256)


def judge_sound(report: Mapping[str, Any], size_bytes: int, sha256: str) -> AudioAssetFacts:
    """The facts of a scanned sound file, or the first reason why it cannot be used. Pure.

    Raises:
        NotMedia: codes `not_media`, `too_many_streams`, `no_audio`, `unsupported_codec`, `too_many_packets`,
            `truncated`, `unreadable`, `too_short`, `too_long`.
    """
    if report.get("failed") == "open":
        raise refused("not_media", what="sound")
    if report["streams"] > limits.CLIP_STREAMS:
        raise refused("too_many_streams", streams=report["streams"], most=limits.CLIP_STREAMS)
    if "audio" not in report:
        raise refused("no_audio")
    audio = report["audio"]
    if audio["decoder"] not in AUDIO_DECODERS:
        raise refused("unsupported_codec", what="sound", codec=audio["codec"])
    if report.get("failed") == "packets":
        raise refused("too_many_packets", what="sound")
    if "sound" not in report or not audio["packets"]:
        raise refused("unreadable", what="sound")
    duration_us = audio["end_us"] - audio["first_us"]
    _judge_end(report, duration_us)
    if duration_us < SHORTEST_US:
        seconds = f"{duration_us / 1_000_000:.3f}"
        raise refused("too_short", what="sound", seconds=seconds, least_seconds="0.01")
    if duration_us > limits.ASSET_AUDIO_DURATION_S * 1_000_000:
        seconds = round(duration_us / 1_000_000)
        raise refused("too_long", what="sound", seconds=seconds, most=limits.ASSET_AUDIO_DURATION_S)
    return AudioAssetFacts(
        container=report["container"],
        codec=audio["codec"],
        sample_rate=report["sound"]["sample_rate"],
        channels=report["sound"]["channels"],
        duration_us=duration_us,
        size_bytes=size_bytes,
        sha256=sha256,
    )


def _judge_end(report: Mapping[str, Any], duration_us: int) -> None:
    """A container that declares more than there is was cut off."""
    declared_us = 0 if report["container"] in GUESSED_DURATIONS else report.get("declared_us") or 0
    cut_off = declared_us - duration_us > declared_us * SHORTFALL + SHORTFALL_US
    if cut_off or report.get("broken_off") or report.get("corrupt"):
        raise refused("truncated", what="file")


def judge_image(
    report: Mapping[str, Any], kind: Literal["png", "jpeg", "webp"], size_bytes: int, sha256: str
) -> ImageFacts:
    """The facts of a scanned image, or the first reason why it cannot be used. Pure.

    Raises:
        NotMedia: codes `unreadable`, `too_large_picture`.
    """
    unreadable = refused("unreadable", what="image")
    if report.get("failed") == "open" or "video" not in report:
        raise unreadable
    _judge_size(report["video"])
    if "picture" not in report or report["picture"]["corrupt"]:
        raise unreadable
    picture = report["picture"]
    _judge_size(picture)
    turned = picture["rotation"] in (90, 270)  # facts are of the upright image
    return ImageFacts(
        codec=kind,
        width=picture["height" if turned else "width"],
        height=picture["width" if turned else "height"],
        alpha=picture["alpha"],
        size_bytes=size_bytes,
        sha256=sha256,
    )


def _judge_size(picture: Mapping[str, Any]) -> None:
    width, height = picture["width"], picture["height"]
    if max(width, height) > limits.ASSET_IMAGE_PX or width * height > limits.ASSET_IMAGE_PIXELS:
        raise refused(
            "too_large_picture",
            what="image",
            width=width,
            height=height,
            most=limits.ASSET_IMAGE_PX,
            most_pixels=f"{limits.ASSET_IMAGE_PIXELS:,}",
        )


def _is_whole(path: Path, kind: str, first: bytes) -> bool:
    """Decoders show what there is of a JPEG that was cut off, so its end is looked for; a WebP says its length."""
    size_bytes = path.stat().st_size
    if kind == "webp":
        return size_bytes >= int.from_bytes(first[4:8], "little") + 8
    with path.open("rb") as file:
        file.seek(max(0, size_bytes - TAIL_BYTES))
        return ENDS[kind] in file.read()
