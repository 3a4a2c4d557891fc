"""Video filters: from any clip to the canvas, exact in time, upright, in BT.709."""

from fractions import Fraction
from typing import Any

from medley.contracts.engine import Canvas, Shot
from medley.contracts.media import Activity, ClipFacts, VideoFacts
from medley.media.picture import captions, geometry, looks
from medley.media.picture.captions import Text
from medley.media.picture.geometry import Size

ROUNDING_US = 1_000  # added to each time: containers round to a millisecond, and half frames must not flicker
PAD_FRAMES = 2  # clones at the end at most: more would be a frozen picture, so the segment fails instead
HELD_MORE_US = 1_000_000  # than is needed: clones come at the rate of the clip, which may be low
SCALE_MATRICES = {
    "bt709": "bt709",
    "smpte170m": "smpte170m",
    "bt470bg": "bt470",
    "fcc": "fcc",
    "smpte240m": "smpte240m",
}
TURNS = {0: (), 90: ("clock",), 180: ("clock", "clock"), 270: ("cclock",)}


def chain(stream: Any, facts: ClipFacts, shot: Shot, canvas: Canvas, *, start_us: int, text: Text | None = None) -> Any:
    """`shot.frames` frames of the clip from `start_us` on the container's clock, on the canvas, with its look and
    `text`.

    A frame of the output shows what the clip shows at that moment, so variable rates become constant here.
    """
    video, speed = facts.video, shot.speed
    if video.interlaced:
        stream = stream.filter("bwdif", mode="send_frame", deint="interlaced")
    stream = stream.filter("settb", "AVTB").filter("setpts", f"(PTS-{start_us})*{speed.den}/{speed.num}+{ROUNDING_US}")
    if video.held_us:
        held_us = round(video.held_us / speed.fraction) + HELD_MORE_US
        stream = stream.filter("tpad", stop_mode="clone", stop_duration=f"{held_us}us")
    stream = stream.filter("fps", str(canvas.fps), start_time=0, round="near")
    size = geometry.fitted(video, canvas, looks.zoom_percent(shot.look))
    stream = _upright(_coloured(stream, video, size), video)
    stream = looks.applied(_placed(stream, size, canvas, facts.activity), shot.look).filter("setsar", 1)
    if text is not None:
        stream = captions.drawn(stream, text, canvas)
    return stream.filter("tpad", stop=PAD_FRAMES, stop_mode="clone").filter("trim", end_frame=shot.frames)


def finished(stream: Any) -> Any:
    """The picture as it is encoded, and saying so."""
    stream = stream.filter("format", "yuv420p")  # a filter that mixes pictures would choose another
    return stream.filter("setparams", range="tv", color_primaries="bt709", color_trc="bt709", colorspace="bt709")


def clip_poster(stream: Any, video: VideoFacts, side: int) -> Any:
    """One upright picture of a clip that fits into a square of `side` pixels, in the colours of a JPEG."""
    size = geometry.scaled(geometry.display_ratio(video), Size(side, side), "contain")
    return _jpeg(_upright(_coloured(stream, video, size), video))


def clip_proxy(stream: Any, video: VideoFacts, size: Size) -> Any:
    """A clip upright, of one size, in BT.709; scaled in the cheapest way, since every picture of it is."""
    return finished(_upright(_coloured(stream, video, size, scaling="fast_bilinear"), video).filter("setsar", 1))


def canvas_poster(stream: Any, canvas: Canvas, side: int) -> Any:
    """The same of a segment or finished video."""
    size = geometry.scaled(Fraction(canvas.width, canvas.height), Size(side, side), "contain")
    return _jpeg(stream.filter("scale", size.width, size.height, flags="bicubic"))


def _jpeg(stream: Any) -> Any:
    """JPEG means full range and BT.601."""
    colours = {"in_color_matrix": "bt709", "in_range": "tv", "out_color_matrix": "smpte170m", "out_range": "pc"}
    return stream.filter("setsar", 1).filter("scale", **colours).filter("format", "yuvj420p")


def _coloured(stream: Any, video: VideoFacts, size: Size, *, scaling: str = "bicubic") -> Any:
    """Scale to `size` (upright) while still as coded, and bring the colours to BT.709 limited range."""
    coded = size.turned if video.rotation in (90, 270) else size
    if video.has_alpha:
        stream = stream.filter("premultiply", inplace=1)  # over black
    if video.is_hdr:
        return _tone_mapped(stream.filter("scale", coded.width, coded.height, flags=scaling), video)
    options: dict[str, Any] = {"out_color_matrix": "bt709", "out_range": "tv", "flags": scaling}
    if not video.pixel_format.startswith(("rgb", "bgr", "gbr", "argb", "abgr", "rgba", "bgra", "pal8")):
        options["in_range"] = "pc" if video.full_range else "tv"
        options["in_color_matrix"] = _matrix(video)
    return stream.filter("scale", coded.width, coded.height, **options).filter("format", "yuv420p")


def _matrix(video: VideoFacts) -> str:
    if video.matrix is not None and video.matrix.startswith("bt2020"):
        return "bt2020"
    guess = "bt709" if video.is_hd else "smpte170m"
    return SCALE_MATRICES.get(video.matrix or "", guess)


def _tone_mapped(stream: Any, video: VideoFacts) -> Any:
    """HDR to SDR in linear light; what the file leaves unsaid is BT.2020, limited range, as HDR always is."""
    return (
        stream.filter(
            "zscale",
            transferin=video.transfer,
            primariesin="2020",
            matrixin="2020_ncl",
            rangein="full" if video.full_range else "limited",
            transfer="linear",
            npl=100,
        )
        .filter("format", "gbrpf32le")
        .filter("zscale", primaries="709")
        .filter("tonemap", tonemap="hable", desat=0)
        .filter("zscale", transfer="709", matrix="709", range="limited")
        .filter("format", "yuv420p")
    )


def _upright(stream: Any, video: VideoFacts) -> Any:
    for direction in TURNS[video.rotation]:
        stream = stream.filter("transpose", direction)
    return stream.filter("hflip") if video.mirrored else stream


def _placed(stream: Any, size: Size, canvas: Canvas, activity: Activity | None) -> Any:
    """The picture of `size` on the canvas: cut to it, around the centre of motion if asked for, and what is left of
    the canvas filled."""
    box = Size(canvas.width, canvas.height)
    seen = geometry.within(size, box)
    if seen != size:
        corner: tuple[int, ...] = ()
        if canvas.fit == "smart" and activity is not None:
            corner = geometry.centred(size, seen, activity.center_x, activity.center_y)
        stream = stream.filter("crop", seen.width, seen.height, *corner)
    if seen == box:
        return stream
    if canvas.fit == "pad":
        return stream.filter("pad", box.width, box.height, -1, -1, "black")
    return _over_blur(stream, seen, box)


def _over_blur(stream: Any, size: Size, box: Size) -> Any:
    """The picture over a blurred, darkened copy of itself that fills the canvas, made at a quarter of the size."""
    both = stream.filter_multi_output("split")
    quarter = Size(max(16, box.width // 8 * 2), max(16, box.height // 8 * 2))
    cover = geometry.scaled(Fraction(size.width, size.height), quarter, "cover")
    backdrop = (
        both[0]
        .filter("scale", cover.width, cover.height, flags="fast_bilinear")
        .filter("crop", quarter.width, quarter.height)
        .filter("boxblur", 6, 2)
        .filter("eq", brightness=-0.1)
        .filter("scale", box.width, box.height, flags="bicubic")
    )
    return backdrop.overlay(both[1], x=(box.width - size.width) // 2, y=(box.height - size.height) // 2)
