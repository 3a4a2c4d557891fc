"""Sniffing an upload: its leading bytes are looked at before any parser of media sees it. Pure."""

from typing import Literal

from medley.domain.wording import READABLE, refused
from medley.errors import NotMedia

FIRST_BYTES = 4096  # what is looked at of a file
PLAYLISTS = (
    b"#extm3u",
    b"ffconcat",
    b"<?xml",
    b"<smil",
    b"<mpd",
    b"[playlist]",
    b"[script info]",
    b"webvtt",
    b"v=0\r",
    b"v=0\n",
)
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"BM", b"II*\x00", b"MM\x00*")
SOUNDS = (b"ID3", b"fLaC", b"OggS", b"\xff\xfb", b"\xff\xf3", b"\xff\xf1", b"\xff\xf9", b"#!AMR", b"FORM")
PICTURE_BRANDS = (b"heic", b"heix", b"mif1", b"avif")
ATOMS = (b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot")
IMAGES: dict[bytes, Literal["png", "jpeg"]] = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpeg"}
UNREAD = {
    b"\x30\x26\xb2\x75\x8e\x66\xcf\x11": "Windows Media (WMV, ASF)",
    b".RMF": "RealMedia",
    b"\x06\x0e\x2b\x34": "MXF",
    b"FWS": "Flash (SWF)",
    b"CWS": "Flash (SWF)",
}
MPEG_SYNC, MPEG_SYNC_LOW = 0xFF, 0xE0  # eleven bits set begin each frame of MP3 and AAC
EBML = b"\x1a\x45\xdf\xa3"
SEGMENT = b"\x18\x53\x80\x67"  # all of a Matroska file behind its EBML header (RFC 9559, section 5.1)
FLV = b"FLV\x01"
MPEG_PACK = b"\x00\x00\x01\xba"  # a program stream (ISO/IEC 13818-1): DVDs, older cameras and recorders
STARTS = ((EBML, "matroska"), (FLV, "flv"), (MPEG_PACK, "mpeg"), (b"GIF8", "gif"))
TS_SYNC = 0x47
TS_PACKET_SIZES = (188, 192, 204)  # plain, with a time code in front (M2TS), with error correction


def sniff(head: bytes) -> str:
    """The container a file's first bytes promise: `mov`, `matroska`, `avi`, `flv`, `mpeg`, `mpegts`, `gif` or `webp`.

    Raises:
        NotMedia: code `empty`, `playlist`, `picture`, `no_video` (a sound file) or `not_media`.
    """
    if not head:
        raise refused("empty")
    if _is_playlist(head):
        raise refused("playlist", what="clip")
    webp = _is_riff(head, b"WEBP")
    if webp and is_animation(head):
        return "webp"
    if webp or head.startswith(PICTURES) or (head[4:8] == b"ftyp" and head[8:12] in PICTURE_BRANDS):
        raise refused("picture", moving="yes" if is_animation(head) else "no")
    if _is_riff(head, b"AVI "):
        return "avi"
    if _is_riff(head, b"WAVE") or head.startswith(SOUNDS):
        raise refused("no_video", what="sound")
    if head[4:8] in ATOMS:
        return "mov"
    for start, container in STARTS:
        if head.startswith(start):
            return container
    if _is_transport_stream(head):
        return "mpegts"
    raise _unread(head)


def _unread(head: bytes) -> NotMedia:
    """The refusal of a file that is not read: what it is, if that is known, and what to do."""
    for start, kind in UNREAD.items():
        if head.startswith(start):
            return refused("not_media", what="kind", kind=kind, readable=READABLE)
    return refused("not_media", what="clip", readable=READABLE)


def sniff_asset(head: bytes) -> Literal["sound", "png", "jpeg", "webp"]:
    """What a file's first bytes promise that shall go with clips. Whether sound is in it, its container has to say.

    Raises:
        NotMedia: code `empty`, `playlist` or `not_media`.
    """
    if not head:
        raise refused("empty")
    if _is_playlist(head):
        raise refused("playlist", what="asset")
    for start, kind in IMAGES.items():
        if head.startswith(start):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    riff = head[:4] in (b"RIFF", b"RF64") and head[8:12] == b"WAVE"
    mpeg = head[0] == MPEG_SYNC and len(head) > 1 and head[1] >= MPEG_SYNC_LOW
    if riff or mpeg or head.startswith(SOUNDS) or head[4:8] in ATOMS or head.startswith(EBML):
        return "sound"
    raise refused("not_media", what="asset")


def is_animation(head: bytes) -> bool:
    """Whether an image says that it moves: a WebP by a flag (RFC 9649, section 2.7), a PNG by its `acTL` chunk."""
    webp = head[12:16] == b"VP8X" and head[20:21] != b"" and head[20] & 2 != 0
    return webp or (head.startswith(b"\x89PNG") and b"acTL" in head.partition(b"IDAT")[0])


def is_whole(head: bytes, size_bytes: int) -> bool | None:
    """Whether a Matroska file of so many bytes has all that its Segment says it has; None if nothing says it."""
    if not head.startswith(EBML):
        return None
    _, length, at = _element(head, 0)
    start, length, at = _element(head, at + (length or 0))
    if start != SEGMENT or length is None:
        return None
    return size_bytes >= at + length


def _element(data: bytes, at: int) -> tuple[bytes, int | None, int]:
    """Id, length of the contents (None: unknown) and where they begin of the EBML element at `at` (RFC 8794)."""
    begin = at + _octets(data, at)
    octets = _octets(data, begin)
    length = int.from_bytes(data[begin : begin + octets]) & ((1 << 7 * octets) - 1)
    return data[at:begin], None if length == (1 << 7 * octets) - 1 else length, begin + octets


def _octets(data: bytes, at: int) -> int:
    """How many bytes the variable-size number at `at` has: one, and one more for each leading zero."""
    return 9 - data[at].bit_length() if at < len(data) else 1


def _is_riff(head: bytes, kind: bytes) -> bool:
    return head[:4] == b"RIFF" and head[8:12] == kind


def _is_playlist(head: bytes) -> bool:
    return head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(PLAYLISTS)


def _is_transport_stream(head: bytes) -> bool:
    """Sync bytes at the distance of one packet size, from one of the first bytes on."""
    for size in TS_PACKET_SIZES:
        for first in range(min(size, len(head) - 3 * size)):
            if all(head[first + n * size] == TS_SYNC for n in range(4) if first + n * size < len(head)):
                return True
    return False
