"""Scan, the probe's child program: reads one untrusted file with PyAV and prints what it found as JSON.

Run as `python -I -S scan.py PACKAGES FILE OPTIONS` by `medley.media.intake.probe` inside the sandbox, where PACKAGES is
the folder of `av` and OPTIONS a JSON object; `wanted` in it is `clip`, `sound` or `image`. It imports nothing of
Medley but `tracks` and judges nothing: it counts every packet of the chosen streams, decodes the first pictures or
sounds, and leaves the judgement to its parent. Times in the report are microseconds on the container's clock.
"""

import itertools
import json
import math
import struct
import sys
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from statistics import median_low
from typing import Any

PICTURES = 3  # decoded, at most: proof that the stream decodes, and what its frames say of themselves
PACKETS_TRIED = 300  # sent to the decoder for them, at most
SOUNDS = 10  # frames of sound decoded, at most, of a file that is nothing else
CHANGING = frozenset({"aac", "mp3float", "mp3", "mp2float", "mp2", "ac3", "eac3"})  # each packet says how it sounds
FORMS = 5  # of sound, told at most
PRIMARIES = {1: "bt709", 5: "bt470bg", 6: "smpte170m", 9: "bt2020", 11: "smpte431", 12: "smpte432"}
TRANSFERS = {1: "bt709", 6: "smpte170m", 13: "iec61966-2-1", 14: "bt2020-10", 15: "bt2020-12"}
TRANSFERS |= {16: "smpte2084", 18: "arib-std-b67"}
MATRICES = {0: "gbr", 1: "bt709", 4: "fcc", 5: "bt470bg", 6: "smpte170m", 7: "smpte240m", 9: "bt2020nc", 10: "bt2020c"}
FULL_RANGE = 2


def main(packages: str, file: str, options: str) -> None:
    sys.path += [packages, str(Path(__file__).parents[3])]
    import av

    settings = json.loads(options)

    def opened() -> Any:
        demuxer = settings.get("format")  # else by its contents and its name
        return av.open(f"file:{file}", format=demuxer, options=settings["options"], metadata_errors="replace")

    try:
        container = opened()
    except (av.error.FFmpegError, ValueError) as error:
        report: dict[str, Any] = {"failed": "open", "error": type(error).__name__}
    else:
        with container:
            if settings["wanted"] == "clip":
                report = scan(container, opened, settings)
            else:
                report = {"sound": scan_sound, "image": scan_image}[settings["wanted"]](container, settings)
    print(json.dumps(report))  # noqa: T201 - stdout is how this program answers


def scan(container: Any, again: Callable[[], Any], settings: dict[str, Any]) -> dict[str, Any]:
    """Everything the parent wants to know of a clip; `again` opens it once more."""
    from medley.media.intake import tracks

    report = head(container)
    report["has_audio"] = bool(container.streams.audio)
    if len(container.streams) > settings["streams"]:
        return report
    shown = tracks.film(container, again, settings["decoders"])
    if shown is None:
        return report
    report["films"] = sum(map(tracks.is_footage, container.streams.video))
    report["sounds"] = tracks.named(container.streams.audio)
    video, audio = shown[1], None
    report["video"] = describe(video) | {"track": shown[0]}
    heard = tracks.sound(container, settings["decoders"])
    if heard is not None and tracks.decoder(heard[1]) in settings["decoders"]:
        audio = heard[1]
        report["audio"] = describe(audio) | {"track": heard[0]}
    if acceptable(report, settings):
        count(container, video, audio, report, settings["packets"])
    return report


def head(container: Any) -> dict[str, Any]:
    """What the container says of itself."""
    return {
        "container": container.format.name,
        "streams": len(container.streams),
        "start_us": container.start_time,
        "declared_us": container.duration,
    }


def scan_sound(container: Any, settings: dict[str, Any]) -> dict[str, Any]:
    """Everything the parent wants to know of music or a voice-over; pictures beside it are left alone."""
    report = head(container)
    audio = next(iter(container.streams.audio), None)
    if audio is None or len(container.streams) > settings["streams"]:
        return report
    report["audio"] = describe(audio)
    if report["audio"]["decoder"] in settings["decoders"]:
        listen(container, audio, report, settings["packets"])
    return report


def listen(container: Any, audio: Any, report: dict[str, Any], packets_max: int) -> None:
    """Go through all packets of the sound once, and decode the first on the way."""
    import av

    for stream in container.streams:
        if stream is not audio:
            stream.discard = av.stream.Discard.all
    audio.thread_count = 1
    times: list[tuple[int, int]] = []
    sounds: list[Any] = []
    tried = 0
    for number, packet in enumerate(packets(container, [audio], report)):  # PyAV ends with an empty one
        if number > packets_max:
            report["failed"] = "packets"
            return
        report["corrupt"] = report.get("corrupt", False) or packet.is_corrupt
        at = packet.pts if packet.pts is not None else packet.dts
        if packet.size and at is not None:
            times.append((at, packet.duration or 0))
        if len(sounds) < SOUNDS and tried < PACKETS_TRIED:
            tried += 1
            sounds += decode(packet)
    report["audio"] |= timing(times, audio.time_base)
    if sounds:  # what decodes counts, not the header: a codec may double its rate or channels
        report["sound"] = {"sample_rate": sounds[-1].sample_rate, "channels": len(sounds[-1].layout.channels)}


def scan_image(container: Any, settings: dict[str, Any]) -> dict[str, Any]:
    """Everything the parent wants to know of a still image: it is decoded once, if its size is acceptable."""
    report = head(container)
    video = next(iter(container.streams.video), None)
    if video is None:
        return report
    report["video"] = describe(video)
    if acceptable(report, settings):
        video.thread_count = 1
        pictures = [picture for packet in packets(container, [video], report) for picture in decode(packet)]
        if pictures:
            see_through = any(part.is_alpha for part in pictures[0].format.components)
            report["picture"] = look(pictures[:1]) | {
                "alpha": see_through or pictures[0].format.name == "pal8",
                "corrupt": pictures[0].is_corrupt,
            }
    return report


def describe(stream: Any) -> dict[str, Any]:
    """What the header says of a stream; `decoder` is None for one that nothing here decodes."""
    context = stream.codec_context
    if context is None:
        return {"codec": "this kind of", "decoder": None}
    found = {"codec": context.codec.canonical_name, "decoder": context.codec.name}
    if stream.duration is not None:
        found["declared_us"] = microseconds(stream.duration, stream.time_base)
    if stream.type == "video":
        return found | {"rate": pair(stream.average_rate), "width": context.width, "height": context.height}
    return found | {"sample_rate": context.sample_rate or 0, "channels": context.channels}


def pair(value: Fraction | None) -> list[int] | None:
    return [value.numerator, value.denominator] if value else None


def acceptable(report: dict[str, Any], settings: dict[str, Any]) -> bool:
    """Whether to hand the file to decoders at all; the parent says why not."""
    video = report["video"]
    return (
        video["decoder"] in settings["decoders"]
        and 0 < video["width"] <= settings["side"]
        and 0 < video["height"] <= settings["side"]
        and video["width"] * video["height"] <= settings["pixels"]
    )


def count(container: Any, video: Any, audio: Any, report: dict[str, Any], packets_max: int) -> None:
    """Go through all packets of both streams once, and decode the first pictures on the way."""
    import av

    chosen = [stream for stream in (video, audio) if stream is not None]
    for stream in container.streams:
        if stream not in chosen:
            stream.discard = av.stream.Discard.all
    video.thread_count = 1
    times: dict[int, list[tuple[int, int]]] = {stream.index: [] for stream in chosen}
    pictures: list[Any] = []
    damaged: list[int | None] = []  # when
    tried = 0
    forms: list[tuple[int, int]] = []  # rate and channels of the sound, in the order they come
    heard = audio.index if audio is not None and audio.codec_context.codec.name in CHANGING else None
    shown_from: int | None = None  # time of the first key frame: nothing before it can be decoded
    number = 0
    for number, packet in enumerate(packets(container, chosen, report), start=1):
        if number > packets_max + len(chosen):  # PyAV ends every stream with an empty one
            report["failed"] = "packets"
            return
        at = packet.pts if packet.pts is not None else packet.dts
        if packet.is_corrupt:
            damaged.append(microseconds(at, packet.time_base) if at is not None else None)
        is_video = packet.stream_index == video.index
        if is_video and shown_from is None and packet.is_keyframe:
            shown_from = at
        decodable = not is_video or (shown_from is not None and at is not None and at >= shown_from)
        if packet.size and at is not None and decodable and not packet.is_discard:
            times[packet.stream_index].append((at, packet.duration or 0))
        if is_video and len(pictures) < PICTURES and tried < PACKETS_TRIED:
            tried += 1
            pictures += decode(packet)
        elif packet.stream_index == heard and len(forms) < FORMS:
            found = [(sound.sample_rate, sound.layout.nb_channels) for sound in decode(packet)]
            forms += [form for form in dict.fromkeys(found) if form not in forms]
    report["damaged"] = {"packets": len(damaged), "of": number, "first_us": next(filter(None, damaged), None)}
    report["video"] |= timing(times[video.index], video.time_base)
    if audio is not None:
        report["audio"] |= timing(times[audio.index], audio.time_base) | {"forms": forms}
    if pictures:
        report["picture"] = look(pictures) | {"sar": pair(video.sample_aspect_ratio)}


def packets(container: Any, streams: list[Any], report: dict[str, Any]) -> Iterator[Any]:
    """Their packets, in order. What ends them before the file does is noted."""
    import av

    try:
        yield from container.demux(streams)
    except (av.error.FFmpegError, IndexError) as error:  # the latter of a stream that begins later: PyAV knows none
        report["broken_off"] = type(error).__name__


def decode(packet: Any) -> list[Any]:
    import av

    try:
        return list(packet.decode())
    except av.error.FFmpegError:  # one bad packet; whether any picture came is what counts
        return []


def timing(times: list[tuple[int, int]], tick: Fraction) -> dict[str, Any]:
    """First start, last end, and the regularity of a stream, from (time, duration) of its packets in ticks."""
    if not times:
        return {"packets": 0}
    times.sort()
    gaps = [after[0] - before[0] for before, after in itertools.pairwise(times)]
    usual = median_low(gaps) if gaps else 0
    longest = max(gaps, default=0)
    slack = Fraction(2, 1000) // tick  # containers round to a tick or a millisecond
    last = times[-1][1] or usual
    return {
        "packets": len(times),
        "first_us": microseconds(times[0][0], tick),
        "end_us": microseconds(times[-1][0] + last, tick),
        "longest_us": microseconds(max(longest, last), tick),
        "variable": any(abs(gap - usual) > slack for gap in gaps),
    }


def microseconds(ticks: int, tick: Fraction) -> int:
    return round(ticks * tick * 1_000_000)


def look(pictures: list[Any]) -> dict[str, Any]:
    """What decoded pictures say: size, format, colours, field order, and how to turn them upright."""
    first = pictures[0]
    rotation, mirrored = turned(first)
    return {
        "width": first.width,
        "height": first.height,
        "pixel_format": first.format.name,
        "full_range": first.color_range == FULL_RANGE or first.format.name.startswith("yuvj"),
        "primaries": PRIMARIES.get(int(first.color_primaries)),
        "transfer": TRANSFERS.get(int(first.color_trc)),
        "matrix": MATRICES.get(int(first.colorspace)),
        "interlaced": any(picture.interlaced_frame for picture in pictures),
        "rotation": rotation,
        "mirrored": mirrored,
    }


def turned(picture: Any) -> tuple[int, bool]:
    """The orientation of a picture. The library cannot list side data of a kind it does not know, such as EXIF: then it
    is asked for the angle alone, which it counts counter-clockwise."""
    try:
        return orientation(picture.side_data.get("DISPLAYMATRIX"))
    except ValueError:
        return round(-picture.rotation / 90) * 90 % 360, False


def orientation(matrix: Any) -> tuple[int, bool]:
    """Clockwise quarter turns in degrees, and whether to flip left to right after them, of a display matrix."""
    if matrix is None:
        return 0, False
    a, b, _, c, d = struct.unpack("=5i", bytes(matrix)[:20])
    mirrored = a * d - b * c < 0
    angle = math.degrees(math.atan2(b, -a if mirrored else a))
    return round(angle / 90) * 90 % 360, mirrored


if __name__ == "__main__":
    main(*sys.argv[1:4])
