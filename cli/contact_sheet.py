"""Contact sheet: every finished video as a strip of pictures, so that a person sees at a glance how they differ."""

import hashlib
from collections.abc import Iterator, Sequence
from math import ceil, sqrt
from pathlib import Path
from typing import Any
from uuid import uuid4

import av
from PIL import Image, ImageDraw, ImageFont

from medley.media.picture import typeface

PICTURES = 6  # in a strip, at most
HEIGHTS = ((24, 108), (60, 80))  # of a picture, in pixels, on a sheet of up to so many videos
HEIGHT_MIN = 54  # and of more
PER_PAGE = 200  # videos
MARGIN = 12  # pixels
SHAPE = 16 / 9  # of a page, width to height, as near as can be
BACKGROUND = (24, 26, 31)
INK = (235, 236, 240)
Decoded = dict[bytes, Image.Image]  # by the digest of a key frame: the same in every video that copied the segment


def contact_sheet(videos: Sequence[Path], out: Path) -> list[Path]:
    """Draw a captioned strip for each video and write the sheet as PNG or JPEG, as `out` is named; it appears whole.

    Pictures are key frames, and one that several videos copied is decoded once: the sheet of 200 videos takes seconds.
    More than 200 go on pages `name-2`, `name-3` beside it. Returns the pages.

    Raises:
        ValueError: `out` is named as neither.
    """
    if out.suffix.lower() not in Image.registered_extensions():
        raise ValueError(f"{out.name!r} is no name of a picture")
    tall = next((height for most, height in HEIGHTS if len(videos) <= most), HEIGHT_MIN)
    decoded: Decoded = {}
    pages = []
    for number, first in enumerate(range(0, len(videos), PER_PAGE), start=1):
        page = out if number == 1 else out.with_name(f"{out.stem}-{number}{out.suffix}")
        partial = page.with_name(f".{uuid4().hex}{page.suffix}")
        try:
            _draw(videos[first : first + PER_PAGE], first + 1, tall, decoded).save(partial)
            partial.replace(page)
        finally:
            partial.unlink(missing_ok=True)
        pages.append(page)
    return pages


def _draw(videos: Sequence[Path], first: int, tall: int, decoded: Decoded) -> Image.Image:
    """One page; `first` is the number of its first video."""
    strips = [_strip(list(_pictures(video, tall, decoded))) for video in videos]
    label = 11 + tall // 20
    width, height = max(strip.width for strip in strips) + MARGIN, tall + label + MARGIN + label // 3
    columns = min(len(strips), max(1, round(sqrt(SHAPE * len(strips) * height / width))))
    rows = ceil(len(strips) / columns)
    page = Image.new("RGB", (columns * width + MARGIN, rows * height + MARGIN), BACKGROUND)
    draw, font = ImageDraw.Draw(page), ImageFont.truetype(str(typeface.FILE), label)
    for index, (video, strip) in enumerate(zip(videos, strips, strict=True)):
        left, top = MARGIN + index % columns * width, MARGIN + index // columns * height
        draw.text((left, top), _fitting(_legible(video.stem, first + index), font, width - MARGIN), font=font, fill=INK)
        page.paste(strip, (left, top + label + label // 3))
    return page


def _strip(pictures: Sequence[Image.Image]) -> Image.Image:
    width, height = pictures[0].size
    strip = Image.new("RGB", ((width + 1) * len(pictures) - 1, height), BACKGROUND)
    for index, picture in enumerate(pictures):
        strip.paste(picture, (index * (width + 1), 0))
    return strip


def _legible(title: str, number: int) -> str:
    """What the typeface has of a title; the video's number if that says nothing."""
    known = " ".join("".join(character for character in title if character in typeface.typeface().advances).split())
    return known if any(map(str.isalnum, known)) else str(number)


def _fitting(text: str, font: ImageFont.FreeTypeFont, width: int) -> str:
    """The text, its end left out where it is too long."""
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(text + "…") > width:
        text = text[:-1]
    return text + "…"


def _pictures(video: Path, tall: int, decoded: Decoded) -> Iterator[Image.Image]:
    """The key frames shown at the middles of PICTURES equal parts of the video, each once."""
    with av.open(f"file:{video}") as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_count = 1  # a single picture at a time
        duration = stream.duration or 0
        packets: dict[int | None, Any] = {}
        for part in range(PICTURES):
            container.seek(duration * (2 * part + 1) // (2 * PICTURES), stream=stream)
            packet = next(packet for packet in container.demux(stream) if packet.is_keyframe)
            packets.setdefault(packet.pts, packet)
        for packet in packets.values():
            digest = hashlib.sha256(bytes(stream.codec_context.extradata or b"") + bytes(packet)).digest()
            if digest not in decoded:
                decoded[digest] = _decode(stream.codec_context, packet, tall)
            yield decoded[digest]


def _decode(context: Any, packet: Any, tall: int) -> Image.Image:
    frame = next(iter([*context.decode(packet), *context.decode(None)]))
    context.flush_buffers()
    picture: Image.Image = frame.reformat(width=round(frame.width * tall / frame.height), height=tall).to_image()
    return picture
