"""Shapes of a stream's pictures: how recordings are seen to change size or pixels on the way, without decoding them.

Part of the probe's child program, so it imports nothing of Medley. Key frames say what is to come, each codec in its
own way; only where they say something new is one decoded.
"""

from collections.abc import Iterator
from typing import Any

LOOKED_INTO = 4096  # bytes of a key frame
DECODED = 12  # key frames that say something new, at most
PARTS = 100  # of a stream, at most
Shape = tuple[int, int, int, int]  # width, height, and the two sides of a pixel
Part = tuple[Shape, int]  # and when it begins

SEQUENCE_PARAMETERS = {"h264": (31, 0, 7), "hevc": (63, 1, 33)}  # mask, shift and value of the type of a unit
HEADER = "new_extradata"  # what libav calls a header that comes on the way
START_CODE = b"\x00\x00\x01"
MPEG_SEQUENCE = b"\x00\x00\x01\xb3"
AV1_SEQUENCE = 1  # type of a unit
MORE = 128  # bit of each byte of a number of AV1 but the last
VOL = range(0x20, 0x30)  # of MPEG-4, after a start code
JPEG_FRAMES = (b"\xff\xc0", b"\xff\xc1", b"\xff\xc2")


class Shapes:
    """What is found on the way through a stream's packets: `found`, in the order they come, if there are several."""

    def __init__(self, stream: Any) -> None:
        self.found: list[Part] = []
        self._codec = stream.codec_context.codec.canonical_name
        self._length = unit_length(self._codec, stream.codec_context.extradata or b"")
        self._known: dict[bytes, Shape | None] = {}
        self._first: Any = None  # key frame, until another says something else
        self._now, self._began = b"", 0
        self._decoder: Any = None
        self._stream = stream

    def add(self, packet: Any, at: int | None) -> None:
        """Look at a packet of the stream, which is shown at `at`."""
        if not packet.size or not packet.is_keyframe or at is None or len(self.found) >= PARTS:
            return
        said = self._announced(packet)
        if self._first is None and not self._known:
            self._first, self._now, self._began = packet, said, at
        elif said and said != self._now and (said in self._known or len(self._known) < DECODED):
            if self._first is not None:
                self._follow(self._first, self._now, self._began)
                self._first = None
            self._follow(packet, said, at)
            self._now = said

    def _follow(self, packet: Any, said: bytes, at: int) -> None:
        if said not in self._known:
            self._known[said] = self._decoded(packet)
        shape = self._known[said]
        if shape is not None and (not self.found or self.found[-1][0] != shape):
            self.found.append((shape, at))

    def _announced(self, packet: Any) -> bytes:
        header = bytes(packet.get_sidedata(HEADER)) if packet.has_sidedata(HEADER) else b""
        return header + announced(self._codec, bytes(memoryview(packet)[:LOOKED_INTO]), self._length)

    def _decoded(self, packet: Any) -> Shape | None:
        """The shape of the picture that a key frame gives by itself."""
        import av

        if self._decoder is None:
            self._decoder = av.CodecContext.create(self._stream.codec_context.codec.name, "r")
            self._decoder.extradata = self._stream.codec_context.extradata
            self._decoder.thread_count = 1
        pictures = []
        try:
            pictures += self._decoder.decode(packet)
            pictures += self._decoder.decode(None)
        except av.error.FFmpegError:
            pass
        pixels = self._decoder.sample_aspect_ratio or self._stream.sample_aspect_ratio
        across, down = (pixels.numerator, pixels.denominator) if pixels else (1, 1)
        self._decoder.flush_buffers()
        return (pictures[0].width, pictures[0].height, across, down) if pictures else None


def announced(codec: str, data: bytes, length: int = 0) -> bytes:
    """What the beginning of a key frame says of the pictures from there on; empty if it says nothing or nobody knows.

    `length`: of the number before each unit of H.264 and HEVC; 0 where start codes are between them.
    """
    if codec in SEQUENCE_PARAMETERS:
        mask, shift, wanted = SEQUENCE_PARAMETERS[codec]
        units = _counted(data, length) if length else _started(data)
        return b"".join(unit for unit in units if unit and unit[0] >> shift & mask == wanted)
    if codec in ("mpeg2video", "mpeg1video"):
        at = data.find(MPEG_SEQUENCE)
        return data[at + 4 : at + 8] if at >= 0 else b""
    if codec == "mpeg4":
        return b"".join(unit for unit in _started(data) if unit and unit[0] in VOL)
    if codec == "av1":
        return b"".join(unit for kind, unit in _obus(data) if kind == AV1_SEQUENCE)
    if codec == "mjpeg":
        at = min((data.find(mark) for mark in JPEG_FRAMES if mark in data), default=-1)
        return data[at + 5 : at + 9] if at >= 0 else b""
    places = {"vp8": slice(6, 10), "vp9": slice(4, 9), "prores": slice(16, 20)}
    return data[places[codec]] if codec in places else b""


def unit_length(codec: str, header: bytes) -> int:
    """How long the number before each unit of a stream is, by its header (ISO/IEC 14496-15); 0 for start codes."""
    if header[:1] != b"\x01":
        return 0
    at = {"h264": 4, "hevc": 21}.get(codec, len(header))
    return (header[at] & 3) + 1 if at < len(header) else 0


def _started(data: bytes) -> Iterator[bytes]:
    """What stands behind each start code."""
    yield from (unit.rstrip(b"\x00") for unit in data.split(START_CODE)[1:])


def _counted(data: bytes, length: int) -> Iterator[bytes]:
    at = 0
    while at + length < len(data):
        size = int.from_bytes(data[at : at + length])
        yield data[at + length : at + length + size]
        at += length + max(size, 1)


def _obus(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Type and contents of each unit of AV1 (its specification, section 5.3)."""
    at = 0
    while at < len(data):
        kind, extended, sized = data[at] >> 3 & 15, data[at] >> 2 & 1, data[at] >> 1 & 1
        at += 1 + extended
        size, at = _leb128(data, at) if sized else (len(data) - at, at)
        yield kind, data[at : at + size]
        at += size


def _leb128(data: bytes, at: int) -> tuple[int, int]:
    """The number that begins at `at`, seven bits a byte, and where it ends."""
    value = 0
    for place in range(8):
        if at >= len(data):
            break
        value |= (data[at] & 127) << 7 * place
        at += 1
        if not data[at - 1] & MORE:
            break
    return value, at
