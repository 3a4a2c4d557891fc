"""Watermarks: an image over the picture, scaled once, within the safe margins."""

from pathlib import Path
from typing import Any

import ffmpeg

from medley import limits
from medley.contracts.engine import Canvas, Watermark
from medley.media.picture import anchors
from medley.media.sandbox import allowlist


def image_input(path: Path) -> Any:
    """An image as an FFmpeg input: its kind is known by its bytes, and no other is read.

    The name of its file has no suffix, or FFmpeg would go by that and look for a sequence of files.
    """
    return ffmpeg.input(
        f"file:{path}",
        **allowlist.image_options(),
        max_pixels=allowlist.max_pixels(limits.ASSET_IMAGE_PIXELS, limits.ASSET_IMAGE_PX),
        threads=1,
    )


def drawn(stream: Any, image: Any, watermark: Watermark, canvas: Canvas) -> Any:
    """The image over every frame of a picture on the canvas.

    It is as wide as asked for, or as the safe margins allow. Its colours are scaled multiplied by its opacity, or those
    of its transparent parts would shine through at its edges.
    """
    area = anchors.safe_area(canvas)
    width = max(2, min(canvas.width * watermark.width_percent // 100, area.width))
    mark = (
        image.filter("trim", end_frame=1)  # there may be others behind it
        .filter("format", "gbrap")
        .filter("premultiply", inplace=1)
        .filter("scale", width, area.height, force_original_aspect_ratio="decrease", flags="area")
        .filter("unpremultiply", inplace=1)
        .filter("colorchannelmixer", aa=watermark.opacity_percent / 100)
        .filter("scale", out_color_matrix="bt709", out_range="tv")
        .filter("format", "yuva420p")
    )
    return stream.overlay(
        mark,
        x=anchors.start(anchors.across(watermark.anchor), area.x, area.width, "w"),
        y=anchors.start(anchors.down(watermark.anchor), area.y, area.height, "h"),
    )
