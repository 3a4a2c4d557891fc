"""Probe of an uploaded clip: may it be mixed? Sniffed, scanned in a sandboxed child, judged by pure rules."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from medley import limits, machine
from medley.contracts.media import AudioFacts, ClipFacts, PictureShape, Rational, VideoFacts
from medley.domain.wording import READABLE, refused
from medley.errors import Broken, FFmpegFailed
from medley.media.intake import webp
from medley.media.intake.left_out import NO_DAMAGE, held_us, warnings
from medley.media.intake.sniff import FIRST_BYTES, is_whole, sniff
from medley.media.sandbox import child_process
from medley.media.sandbox.allowlist import ANIMATIONS, AUDIO_DECODERS, VIDEO_DECODERS, demuxer_options
from medley.media.sandbox.child_limits import Limits, killed_from_outside, require_none_met

SCAN = Path(__file__).with_name("scan.py")
SHORTFALL = Fraction(1, 20)  # of its declared duration a complete file may lack: containers guess theirs
SHORTFALL_US = 500_000  # and this much more
DAMAGED_MOST = Fraction(1, 2)  # of a clip's packets; with more the rest is no film
IN_STEP_US = 10_000  # sound that gets no farther from its times needs no stretching
CHUNK_BYTES = 1024**2  # read at a time
SCANNED_PIXELS = 2**28  # above it not even the size is read; below, a picture too large can be named as that


def probe(path: Path, *, remaining_s: Callable[[], float] | None = None) -> ClipFacts:
    """Read the clip at `path` whole, without trusting it, and say what it is.

    `remaining_s` says what is left of the caller's own time, in seconds, each time it is asked.

    Raises:
        NotMedia: it is not a usable clip; `code` and `message` say why, for the user.
        Broken: the probe itself does not work.
        Unavailable: code `out_of_time`; the codes of `machine.limit_reached`.
    """
    first, sha256 = first_bytes(path, remaining_s)
    kind = sniff(first)
    if kind == "webp":
        report = webp.scanned(path, limits.CLIP_PACKETS)
    else:
        report = scanned(
            path,
            "clip",
            demuxer_options(),
            decoders=[ANIMATIONS[kind]] if kind in ANIMATIONS else VIDEO_DECODERS + AUDIO_DECODERS,
            side=limits.CLIP_WIDTH_PX,
            pixels=limits.CLIP_PIXELS,
            remaining_s=remaining_s,
        )
    size_bytes = path.stat().st_size
    return judge(report | {"whole": is_whole(first, size_bytes)}, size_bytes, sha256)


def first_bytes(path: Path, remaining_s: Callable[[], float] | None = None) -> tuple[bytes, str]:
    """What a file begins with, to sniff at, and the hex SHA-256 of all of it.

    Raises:
        Unavailable: code `out_of_time`; `remaining_s` said that nothing is left.
    """
    digest = hashlib.sha256()
    with path.open("rb") as file:
        first = file.read(FIRST_BYTES)
        file.seek(0)
        while data := file.read(CHUNK_BYTES):
            child_process.require_time(remaining_s)
            digest.update(data)
    return first, digest.hexdigest()


def scanned(
    path: Path,
    wanted: str,
    reading: Mapping[str, str],
    *,
    remaining_s: Callable[[], float] | None = None,
    **judged_by: Any,
) -> dict[str, Any]:
    """What `scan` finds in a file when it looks for a `clip`, a `sound` or an `image`.

    Raises:
        NotMedia: code `unreadable`; it took too much time or memory. Broken: the probe itself does not work.
        Unavailable: code `out_of_time`; the codes of `machine.limit_reached`.
    """
    options = {
        "wanted": wanted,
        "options": {**reading, "max_streams": "1000", "max_pixels": str(SCANNED_PIXELS), "threads": "1"},
        "streams": limits.CLIP_STREAMS,
        "packets": limits.CLIP_PACKETS,
        **judged_by,
    }
    report = child_process.Collect(limits.PROBE_REPORT_BYTES)
    limit = Limits(memory_bytes=limits.PROBE_MEMORY_BYTES, cpu_s=limits.PROBE_S, file_bytes=0)
    try:
        finished = child_process.run(
            child_process.child_python(SCAN, str(path), json.dumps(options)),
            on_output=report,
            limit=limit,
            remaining_s=remaining_s,
        )
    except FFmpegFailed as error:
        raise refused("unreadable", what="stuck") from error
    if finished.returncode != 0:
        require_none_met(finished, limit)
    if killed_from_outside(finished, limit):
        raise machine.short_of_memory()
    if finished.returncode < 0 or "MemoryError" in finished.stderr:
        raise refused("unreadable", what="memory")
    if finished.returncode != 0:
        failure = Broken("The probe does not work.", code="probe_failed")
        failure.add_note(finished.stderr[-2_000:])
        raise failure
    found: dict[str, Any] = json.loads(report.data)
    return found


def judge(report: Mapping[str, Any], size_bytes: int, sha256: str) -> ClipFacts:
    """The facts of a scanned file, or the first reason why it cannot be a clip. Pure.

    Raises:
        NotMedia: codes `not_media`, `too_many_streams`, `no_video`, `unsupported_codec`, `bad_picture_size`,
            `too_large_picture`, `too_many_packets`, `unreadable`, `truncated`, `too_short`, `too_long`,
            `too_fast`, `too_narrow`.
    """
    if report.get("failed") == "open":
        raise refused("not_media", what="damaged_clip", readable=READABLE)
    if report["streams"] > limits.CLIP_STREAMS:
        raise refused("too_many_streams", streams=report["streams"], most=limits.CLIP_STREAMS)
    if "video" not in report:
        raise refused("no_video", what="sound" if report["has_audio"] else "nothing")
    _judge_header(report["video"], report["container"])
    _judge_contents(report)
    video = _video(report)
    _judge_shape(video)
    return ClipFacts(
        container=report["container"],
        size_bytes=size_bytes,
        sha256=sha256,
        video=video,
        audio=_audio(report),
        warnings=tuple(warnings(report)),
    )


def _judge_header(video: Mapping[str, Any], container: str) -> None:
    if video["decoder"] not in (*VIDEO_DECODERS, ANIMATIONS.get(container, "")):  # None: nothing decodes it
        raise refused("unsupported_codec", what="video", codec=video["codec"])
    _judge_size(video["width"], video["height"])


def _judge_size(width: int, height: int) -> None:
    if min(width, height) <= 0:
        raise refused("bad_picture_size")
    if max(width, height) > limits.CLIP_WIDTH_PX or width * height > limits.CLIP_PIXELS:
        raise refused(
            "too_large_picture",
            what="picture",
            width=width,
            height=height,
            most=limits.CLIP_WIDTH_PX,
            most_pixels=f"{limits.CLIP_PIXELS:,}",
        )


def _judge_contents(report: Mapping[str, Any]) -> None:
    video = report["video"]
    if report.get("failed") == "packets":
        raise refused("too_many_packets", what="clip")
    damaged = report.get("damaged", NO_DAMAGE)
    broadcast = "mpegts" in report["container"]  # elsewhere only the end of the file damages a packet
    if broadcast and damaged["packets"] > damaged["of"] * DAMAGED_MOST:
        raise refused("unreadable", what="damaged")
    if _cut_off(report) or report.get("broken_off") or (damaged["packets"] and not broadcast):
        raise refused("truncated", what="file")
    if "picture" not in report:
        raise refused("unreadable", what="picture")
    _judge_size(report["picture"]["width"], report["picture"]["height"])
    if video["packets"] < limits.CLIP_FRAMES_MIN and report["container"] in ANIMATIONS:
        raise refused("picture", moving="no")
    if video["packets"] < limits.CLIP_FRAMES_MIN:
        raise refused("too_short", what="picture")
    duration_s = (video["end_us"] - video["first_us"]) / 1_000_000
    if duration_s > limits.CLIP_DURATION_S:
        raise refused("too_long", what="clip", seconds=round(duration_s), most=limits.CLIP_DURATION_S)
    if duration_s <= 0 or video["packets"] / duration_s > limits.CLIP_FPS * (1 + SHORTFALL):
        raise refused("too_fast", most=limits.CLIP_FPS)


def _cut_off(report: Mapping[str, Any]) -> bool:
    """Whether picture and sound end before the file says. Others of its streams, or its header, may promise more: then
    its structure, or what each of the two says of itself, shows that nothing is missing."""
    streams = [report["video"], *filter(None, [report.get("audio")])]
    start = report.get("start_us") or 0
    end = max(stream.get("end_us", start) for stream in streams)
    if report.get("whole") or not _short(report.get("declared_us") or 0, end - start):
        return False
    lengths = [
        (stream.get("declared_us") or 0, stream["end_us"] - stream["first_us"])
        for stream in streams
        if stream.get("packets")
    ]
    kept = [declared and not _short(declared, length) and not _short(length, declared) for declared, length in lengths]
    return not all(kept)


def _short(declared_us: int, length_us: int) -> bool:
    return declared_us - length_us > declared_us * SHORTFALL + SHORTFALL_US


def _judge_shape(video: VideoFacts) -> None:
    across = video.width * video.sar_num
    down = video.height * video.sar_den
    if max(across, down) > limits.CLIP_ASPECT * min(across, down):
        raise refused("too_narrow", most=limits.CLIP_ASPECT)


def _video(report: Mapping[str, Any]) -> VideoFacts:
    video, picture = report["video"], report["picture"]
    duration_us, held = video["end_us"] - video["first_us"], held_us(report)
    sar_num, sar_den = picture["sar"] or (1, 1)
    return VideoFacts(
        codec=video["codec"],
        width=picture["width"],
        height=picture["height"],
        rotation=picture["rotation"],
        mirrored=picture["mirrored"],
        sar_num=sar_num,
        sar_den=sar_den,
        fps=_rate(video, duration_us),
        variable_rate=video["variable"],
        pixel_format=picture["pixel_format"],
        full_range=picture["full_range"],
        primaries=picture["primaries"],
        transfer=picture["transfer"],
        matrix=picture["matrix"],
        interlaced=picture["interlaced"],
        start_us=video["first_us"] - (report["start_us"] or 0),
        duration_us=duration_us + held,
        held_us=held,
        longest_frame_us=video["longest_us"] + held,
        frames=video["packets"],
        track=video.get("track", 0),
        shapes=_shapes(picture, report["start_us"] or 0),
        opaque=picture.get("opaque", False),
    )


def _shapes(picture: Mapping[str, Any], start_us: int) -> tuple[PictureShape, ...]:
    """Those of a picture that changes; none of one that stays as it is."""
    found = picture.get("shapes", ())
    return tuple(
        PictureShape(width=width, height=height, sar_num=across, sar_den=down, from_us=at_us - start_us)
        for width, height, across, down, at_us in found
        if len(found) > 1
    )


def _rate(video: Mapping[str, Any], duration_us: int) -> Rational:
    """Frames per second on average: the count, taken for a usual rate if it is within a third of a permille of one.

    A third, since 60 and 59.94 are one permille apart and times rounded to milliseconds lose a little.
    """
    counted = Fraction(video["packets"] * 1_000_000, duration_us)
    whole = Fraction(max(1, round(counted)))
    declared = Fraction(*video["rate"]) if video["rate"] else whole
    for usual in (whole, whole * 1000 / 1001, declared):
        if abs(usual - counted) * 3000 <= counted:
            return Rational.of(usual.limit_denominator(1001))
    return Rational.of(counted.limit_denominator(1001))


def _audio(report: Mapping[str, Any]) -> AudioFacts | None:
    """The sound, if any packet of it came."""
    audio = report.get("audio")
    if audio is None or not audio["packets"] or not audio["channels"]:
        return None
    apart_us = audio.get("apart_us", 0)
    return AudioFacts(
        codec=audio["codec"],
        sample_rate=audio["sample_rate"],
        channels=audio["channels"],
        start_us=audio["first_us"] - (report["start_us"] or 0),
        duration_us=audio["end_us"] - audio["first_us"],
        track=audio.get("track", 0),
        tracks=_readable(report.get("sounds", ())),
        changes=len(audio.get("forms", ())) > 1,
        drift_us=apart_us if apart_us > IN_STEP_US else 0,
    )


def _readable(tracks: Sequence[Mapping[str, Any]]) -> tuple[int, ...]:
    """The places of those that can be read, where there are several, read or not."""
    places = tuple(place for place, track in enumerate(tracks) if track.get("decoder") in AUDIO_DECODERS)
    return places if len(tracks) > 1 else ()
