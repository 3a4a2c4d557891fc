"""Ways to damage a media file: bits, lengths, boxes, names. Pure: the same bytes and random numbers give the same file.

Headers are hit more often than contents, since there the parsers are.
"""

import re
from collections.abc import Callable
from random import Random

Mutation = Callable[[bytes, bytes, Random], bytes]
"""From a file, another file to take parts from, and random numbers, a damaged file."""

HEADER_BYTES = 4_096  # at either end of a file, where an index is
BOXES = (
    *(b"ftyp", b"moov", b"mvhd", b"trak", b"tkhd", b"edts", b"elst", b"mdia", b"mdhd", b"hdlr", b"minf", b"dinf"),
    *(b"dref", b"stbl", b"stsd", b"stts", b"ctts", b"stss", b"stsc", b"stsz", b"stco", b"co64", b"mdat", b"udta"),
    *(b"avc1", b"avcC", b"hvc1", b"hvcC", b"av01", b"av1C", b"mp4a", b"esds", b"colr", b"pasp", b"moof", b"traf"),
    *(b"tfhd", b"trun", b"mvex", b"trex", b"RIFF", b"LIST", b"hdrl", b"avih", b"strl", b"strh", b"strf", b"movi"),
    *(b"idx1", b"fmt ", b"data", b"IHDR", b"IDAT", b"acTL", b"fcTL", b"fdAT", b"IEND"),
)
NAMES = re.compile(b"|".join(re.escape(name) for name in BOXES))
INTEGERS = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF)


def flip_bits(data: bytes, other: bytes, random: Random) -> bytes:
    damaged = bytearray(data)
    for _ in range(random.choice((1, 1, 2, 4, 16, 64))):
        damaged[_place(data, random)] ^= 1 << random.randrange(8)
    return bytes(damaged)


def write_integer(data: bytes, other: bytes, random: Random) -> bytes:
    """A number at the edge of its type, in either byte order."""
    size = random.choice((1, 2, 4, 8))
    number = random.choice((*INTEGERS, 2**63 - 1, 2**63, 2**64 - 1)) % 2 ** (8 * size)
    return _put(data, _place(data, random), number.to_bytes(size, random.choice(("big", "little"))))


def truncate(data: bytes, other: bytes, random: Random) -> bytes:
    return data[: _place(data, random)]


def lie_about_a_size(data: bytes, other: bytes, random: Random) -> bytes:
    """The length beside a box's name: before it in MP4 and PNG, behind it in RIFF."""
    at = _box(data, random)
    little = data.startswith(b"RIFF")
    where = at + 4 if little else max(0, at - 4)
    honest = int.from_bytes(data[where : where + 4], "little" if little else "big")
    lie = random.choice((*INTEGERS, honest + 1, honest - 1, honest * 2, honest // 2)) % 2**32
    return _put(data, where, lie.to_bytes(4, "little" if little else "big"))


def duplicate_a_box(data: bytes, other: bytes, random: Random) -> bytes:
    at = max(0, _box(data, random) - 4)
    box = data[at : at + min(_size_at(data, at), 20_000)]
    return data[:at] + box * random.choice((2, 3, 50)) + data[at + len(box) :]


def drop_a_box(data: bytes, other: bytes, random: Random) -> bytes:
    at = max(0, _box(data, random) - 4)
    return data[:at] + data[at + _size_at(data, at) :]


def swap_names(data: bytes, other: bytes, random: Random) -> bytes:
    """Two boxes exchange their names, or one takes a name at random."""
    first, second = _box(data, random), _box(data, random)
    names = data[first : first + 4], data[second : second + 4]
    if first == second:
        return _put(data, first, random.choice(BOXES))
    return _put(_put(data, first, names[1]), second, names[0])


def splice(data: bytes, other: bytes, random: Random) -> bytes:
    """A piece of another file over, or between, this one's bytes."""
    start, length = _place(other, random), random.choice((4, 32, 500, 5_000))
    at = _place(data, random)
    piece = other[start : start + length]
    return data[:at] + piece + data[at + (len(piece) if random.random() < 0.5 else 0) :]


def move(data: bytes, other: bytes, random: Random) -> bytes:
    """A piece of the file stands elsewhere in it."""
    start, length = _place(data, random), random.choice((8, 188, 1_000))
    piece, rest = data[start : start + length], data[:start] + data[start + length :]
    at = random.randrange(len(rest) + 1)
    return rest[:at] + piece + rest[at:]


def blank(data: bytes, other: bytes, random: Random) -> bytes:
    at, length = _place(data, random), random.choice((4, 64, 1_000, 10_000))
    return _put(data, at, bytes([random.choice((0, 0xFF))]) * min(length, len(data) - at))


MUTATIONS: tuple[Mutation, ...] = (
    *(flip_bits, flip_bits, write_integer, write_integer, truncate, lie_about_a_size, lie_about_a_size),
    *(duplicate_a_box, drop_a_box, swap_names, splice, move, blank),
)


def mutate(data: bytes, other: bytes, random: Random) -> bytes:
    """The file, damaged in one to three ways."""
    for _ in range(random.choice((1, 1, 2, 3))):
        if len(data) < 16:
            break
        data = random.choice(MUTATIONS)(data, other, random)
    return data


def _place(data: bytes, random: Random) -> int:
    """A position, twice in three times within the headers."""
    area = random.randrange(3)
    if area == 0:
        return random.randrange(min(len(data), HEADER_BYTES))
    if area == 1:
        return random.randrange(max(0, len(data) - HEADER_BYTES), len(data))
    return random.randrange(len(data))


def _box(data: bytes, random: Random) -> int:
    """Where the name of a box stands, or any position if there is none."""
    found = [match.start() for match in NAMES.finditer(data)]
    return random.choice(found) if found else _place(data, random)


def _size_at(data: bytes, at: int) -> int:
    return max(8, int.from_bytes(data[at : at + 4], "big") % (len(data) + 1))


def _put(data: bytes, at: int, piece: bytes) -> bytes:
    return data[:at] + piece + data[at + len(piece) :]
