"""Scan, the probe's child program: reads one untrusted file with PyAV and prints what it found as JSON.

Run as `python -I -S scan.py PACKAGES FILE OPTIONS` by `medley.media.intake.probe` inside the sandbox, where PACKAGES is
the folder of `av` and OPTIONS a JSON object; `wanted` in it is `clip`, `sound` or `image`. It imports nothing of
Medley but its neighbours `tracks`, `pictures`, `shapes` and `listener`, and judges nothing: it counts every packet of
the chosen streams, decodes the first pictures and all sound, and leaves the judgement to its parent. Times in the
report are microseconds on the container's clock.
"""

import itertools
import json
import sys
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

PACKETS_TRIED = 300  # sent to the decoder of a sound, at most
SOUNDS = 10  # frames of sound decoded, at most, of a file that is nothing else


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
    from medley.media.intake import pictures

    report = head(container)
    video = next(iter(container.streams.video), None)
    if video is None:
        return report
    report["video"] = describe(video)
    if acceptable(report, settings):
        video.thread_count = 1
        shown = [picture for packet in packets(container, [video], report) for picture in decode(packet)]
        if shown:
            see_through = any(part.is_alpha for part in shown[0].format.components)
            report["picture"] = pictures.look(shown[:1]) | {
                "alpha": see_through or shown[0].format.name == "pal8",
                "corrupt": shown[0].is_corrupt,
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

    from medley.media.intake import pictures
    from medley.media.intake.listener import Listener
    from medley.media.intake.shapes import Shapes

    chosen = [stream for stream in (video, audio) if stream is not None]
    for stream in container.streams:
        if stream not in chosen:
            stream.discard = av.stream.Discard.all
    video.thread_count = 1
    times: dict[int, list[tuple[int, int]]] = {stream.index: [] for stream in chosen}
    damaged: list[int | None] = []  # when
    seen, shapes, heard = pictures.Viewer(video, decode), Shapes(video), Listener()
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
        if is_video:
            shapes.add(packet, at)
            seen.add(packet)
        else:
            heard.add(decode(packet))
    report["damaged"] = {"packets": len(damaged), "of": number, "first_us": next(filter(None, damaged), None)}
    report["video"] |= timing(times[video.index], video.time_base)
    if audio is not None:
        report["audio"] |= timing(times[audio.index], audio.time_base)
        report["audio"] |= {"forms": heard.forms, "apart_us": heard.apart_us}
    if seen.first:
        parts = [(*shape, microseconds(at, video.time_base)) for shape, at in shapes.found]
        about = {"sar": pair(video.sample_aspect_ratio), "shapes": parts}
        report["picture"] = seen.look() | about


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
    usual = sorted(gaps)[(len(gaps) - 1) // 2] if gaps else 0  # the lower median; `statistics` is slow to import
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


if __name__ == "__main__":
    main(*sys.argv[1:4])
