"""A contact sheet: every finished video as a strip of frames, so that a person sees at a glance how they differ."""

from collections.abc import Sequence
from math import ceil
from pathlib import Path

import av
from PIL import Image, ImageDraw, ImageFont

FRAME_HEIGHT = 108  # pixels
MARGIN = 12  # pixels
CAPTION = 24  # pixels
BACKGROUND = (24, 26, 31)
INK = (235, 236, 240)


def contact_sheet(videos: Sequence[Path], out: Path, *, frames: int = 6, columns: int = 2) -> None:
    """Draw one captioned strip of `frames` frames, evenly spread, for each video, and write the sheet as PNG."""
    strips = [_strip(video, frames) for video in videos]
    width = max(strip.width for strip in strips) + MARGIN
    height = max(strip.height for strip in strips) + CAPTION + MARGIN
    columns = min(columns, len(strips))
    sheet = Image.new("RGB", (columns * width + MARGIN, ceil(len(strips) / columns) * height + MARGIN), BACKGROUND)
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(15)
    for index, (video, strip) in enumerate(zip(videos, strips, strict=True)):
        left = MARGIN + index % columns * width
        top = MARGIN + index // columns * height
        draw.text((left, top), video.name, font=font, fill=INK)
        sheet.paste(strip, (left, top + CAPTION))
    sheet.save(out)


def _strip(video: Path, frames: int) -> Image.Image:
    """The frames at the middles of `frames` equal parts of the video, side by side."""
    with av.open(str(video)) as container:
        stream = container.streams.video[0]
        duration = stream.duration or 0
        pictures = [_frame_at(container, stream, duration * (2 * part + 1) // (2 * frames)) for part in range(frames)]
    width = round(pictures[0].width * FRAME_HEIGHT / pictures[0].height)
    strip = Image.new("RGB", (width * frames + frames - 1, FRAME_HEIGHT), BACKGROUND)
    for index, picture in enumerate(pictures):
        strip.paste(picture.resize((width, FRAME_HEIGHT)), (index * (width + 1), 0))
    return strip


def _frame_at(container: av.container.InputContainer, stream: av.VideoStream, ticks: int) -> Image.Image:
    """The frame shown at `ticks` of the stream's time base (the last one before the end, if the file is shorter)."""
    container.seek(ticks, stream=stream)
    frame = None
    for frame in container.decode(stream):
        if frame.pts is not None and frame.pts >= ticks:
            break
    if frame is None:
        raise ValueError(f"no frame at {ticks}")
    picture: Image.Image = frame.to_image()  # type: ignore[no-untyped-call]  # PyAV ships no types for it
    return picture
