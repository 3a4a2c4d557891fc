"""WebP that moves: what the probe wants to know of one, read from its chunks (RFC 9649) without decoding a picture."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

CONTAINER = "webp_anim"  # as FFmpeg names its reader and its decoder
ALPHA = 0x10  # flag of the file's first chunk
HEADER = 12  # bytes before the first chunk
FRAME = 16  # bytes in front of a frame's picture
SHORTEST_MS, USUAL_MS = 10, 100  # a frame that is to last less than the one lasts the other, as in browsers


def scanned(path: Path, packets_max: int) -> dict[str, Any]:
    """What `scan` would find in it: its frames stand for packets, and no more than `packets_max` chunks are looked at,
    whatever they are."""
    report: dict[str, Any] = {"container": CONTAINER, "streams": 1, "start_us": 0, "has_audio": False}
    lengths: list[int] = []
    with path.open("rb") as file:
        for number, (kind, data) in enumerate(_chunks(file, report), start=1):
            if kind == b"VP8X":
                width, height = (int.from_bytes(data[at : at + 3], "little") + 1 for at in (4, 7))
                report["video"] = {"codec": "webp", "decoder": CONTAINER, "width": width, "height": height}
                report["picture"] = _picture(width, height, opaque=not data[0] & ALPHA)
            elif kind == b"ANMF":
                lasts = int.from_bytes(data[12:15], "little")
                lengths.append(lasts if lasts >= SHORTEST_MS else USUAL_MS)
            if number > packets_max:
                report["failed"] = "packets"
                break
    if "video" not in report:
        return {"failed": "open"}
    report["video"] |= {
        "rate": None,
        "packets": len(lengths),
        "first_us": 0,
        "end_us": sum(lengths) * 1000,
        "longest_us": max(lengths, default=0) * 1000,
        "variable": len(set(lengths)) > 1,
    }
    return report


def _chunks(file: BinaryIO, report: dict[str, Any]) -> Iterator[tuple[bytes, bytes]]:
    """Name and first bytes of each; notes when the file ends before they do."""
    size = file.seek(0, 2)
    file.seek(4)
    end = HEADER - 4 + int.from_bytes(file.read(4), "little")
    at = HEADER
    while at + 8 <= min(end, size):
        file.seek(at)
        kind, length = file.read(4), int.from_bytes(file.read(4), "little")
        yield kind, file.read(min(length, FRAME)).ljust(FRAME, b"\0")
        at += 8 + length + length % 2
    if max(at, end) > size:
        report["broken_off"] = "EndOfFile"


def _picture(width: int, height: int, *, opaque: bool) -> dict[str, Any]:
    return {
        "width": width,
        "height": height,
        "pixel_format": "argb",
        "full_range": False,
        "primaries": None,
        "transfer": None,
        "matrix": None,
        "interlaced": False,
        "rotation": 0,
        "mirrored": False,
        "sar": None,
        "opaque": opaque,
    }
