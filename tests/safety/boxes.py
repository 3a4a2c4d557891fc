"""Movies written by hand: boxes of ISO/IEC 14496-12 and elements of Matroska that no well-meaning program writes."""

import struct

CONTAINERS = (b"moov", b"trak", b"mdia", b"minf", b"dinf")


def with_external_reference(movie: bytes, path: str) -> bytes:
    """A movie of FFmpeg's whose tracks say that their samples are in the file at `path`, in place of its own."""
    emptied = movie.replace(b"mdat", b"free", 1)
    return b"".join(_rewritten(kind, body, _data_reference(path)) for kind, body in boxes(emptied))


def boxes(data: bytes) -> list[tuple[bytes, bytes]]:
    """The kind and the contents of each box that follows the other in `data`."""
    found, at = [], 0
    while at + 8 <= len(data):
        size, kind = struct.unpack(">I4s", data[at : at + 8])
        found.append((kind, data[at + 8 : at + size]))
        at += size
    return found


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(body), kind) + body


def _rewritten(kind: bytes, body: bytes, dref: bytes) -> bytes:
    if kind == b"dref":
        return dref
    if kind in CONTAINERS:
        body = b"".join(_rewritten(inner, content, dref) for inner, content in boxes(body))
    return box(kind, body)


def _data_reference(path: str) -> bytes:
    """A `dref` with one alias record of an absolute path (colons for slashes, as on the classic Macintosh)."""
    name = path.lstrip("/").replace("/", ":").encode()
    name = b":" + name + bytes(len(name) % 2 + 1)
    record = bytes(10) + bytes([0]) + bytes(27) + bytes(12) + bytes([0]) + bytes(63) + bytes(16)
    record += struct.pack(">HH", 1, 1) + bytes(16)
    record += struct.pack(">HH", 2, len(name)) + name + struct.pack(">HH", 0xFFFF, 0)
    alias = box(b"alis", struct.pack(">I", 0) + record)
    return box(b"dref", struct.pack(">II", 0, 1) + alias)


def element(number: bytes, body: bytes) -> bytes:
    """A Matroska element; its length takes eight bytes, as it may."""
    return number + (0x0100_0000_0000_0000 | len(body)).to_bytes(8, "big") + body


def matroska_of_tracks(count: int) -> bytes:
    """A Matroska file with a header of `count` video tracks, and nothing in them."""
    header = element(b"\x1a\x45\xdf\xa3", element(b"\x42\x82", b"matroska"))
    tracks = b"".join(
        element(
            b"\xae",
            element(b"\xd7", n.to_bytes(4, "big"))
            + element(b"\x73\xc5", n.to_bytes(4, "big"))
            + element(b"\x83", b"\x01")
            + element(b"\x86", b"V_VP8")
            + element(b"\xe0", element(b"\xb0", b"\x40") + element(b"\xba", b"\x30")),
        )
        for n in range(1, count + 1)
    )
    cluster = element(b"\x1f\x43\xb6\x75", element(b"\xe7", b"\x00"))
    return header + element(b"\x18\x53\x80\x67", element(b"\x16\x54\xae\x6b", tracks) + cluster)


def boxes_deep(data: bytes, start: int = 0, end: int | None = None) -> list[tuple[bytes, int]]:
    """The kind of every box within `data` and of those in containers, and where it begins."""
    found, at = [], start
    while at + 8 <= (len(data) if end is None else end):
        size, kind = struct.unpack(">I4s", data[at : at + 8])
        found.append((kind, at))
        if kind in CONTAINERS:
            found += boxes_deep(data, at + 8, at + size)
        at += size
    return found
