"""Pictures of a file as they decode: what they say of themselves.

Part of the probe's child program, so it imports nothing of Medley.
"""

import math
import struct
from collections.abc import Callable
from typing import Any

FIRST = 3  # decoded, at most: proof that the stream decodes, and what its frames say of themselves
PACKETS_TRIED = 300  # sent to the decoder for them, at most

PRIMARIES = {1: "bt709", 5: "bt470bg", 6: "smpte170m", 9: "bt2020", 11: "smpte431", 12: "smpte432"}
TRANSFERS = {1: "bt709", 6: "smpte170m", 13: "iec61966-2-1", 14: "bt2020-10", 15: "bt2020-12"}
TRANSFERS |= {16: "smpte2084", 18: "arib-std-b67"}
MATRICES = {0: "gbr", 1: "bt709", 4: "fcc", 5: "bt470bg", 6: "smpte170m", 7: "smpte240m", 9: "bt2020nc", 10: "bt2020c"}
FULL_RANGE = 2
OPAQUE = 255
MOVING = ("gif",)  # decoders of pictures of which any may be the first that can be seen through


class Viewer:
    """What is seen on the way through a stream's packets: its `first` pictures; of pictures that move, all until
    one can be seen through."""

    def __init__(self, stream: Any, decode: Callable[[Any], list[Any]]) -> None:
        self.first: list[Any] = []
        self._decode = decode
        self._tried = 0
        self._others_opaque = True
        self._is_moving = stream.codec_context.codec.name in MOVING

    def add(self, packet: Any) -> None:
        """Look at a packet of the stream."""
        if len(self.first) < FIRST and self._tried < PACKETS_TRIED:
            self._tried += 1
            self.first += self._decode(packet)
        elif self._is_moving and self._others_opaque:
            self._others_opaque = all(map(is_opaque, self._decode(packet)))

    def look(self) -> dict[str, Any]:
        """What they say, if there was any."""
        found = look(self.first)
        return found | {"opaque": found["opaque"] and self._others_opaque}


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
        "opaque": all(map(is_opaque, pictures)),
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


def is_opaque(picture: Any) -> bool:
    """Whether nothing of a picture can be seen through, of the formats that animations have."""
    if picture.format.name != "bgra":
        return False
    plane = picture.planes[0]
    data, row = bytes(plane), 4 * picture.width
    lines = (data[at + 3 : at + row : 4] for at in range(0, picture.height * plane.line_size, plane.line_size))
    return all(line.count(OPAQUE) == picture.width for line in lines)
