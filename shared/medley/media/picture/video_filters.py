"""Video filters: from any clip to the canvas, exact in time, upright, in BT.709."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Literal

from medley.contracts.engine import Canvas, Shot
from medley.contracts.media import Activity, ClipFacts, Rational, VideoFacts
from medley.media.picture import captions, geometry, looks
from medley.media.picture.captions import Text
from medley.media.picture.geometry import Size

ROUNDING_US = 1_000  # added to each time: containers round to a millisecond, and half frames must not flicker
NORMAL = Rational(num=1)
FIELDS_ABOVE = Fraction(101, 100)  # times a clip's rate: from there on a picture for each field shows its motion
PAD_FRAMES = 2  # clones at the end at most: more would be a frozen picture, so the segment fails instead
REFERENCE_WHITE_NITS = 203  # white paper in HDR
BRIGHTEST_NITS = {"arib-std-b67": 1_000, "smpte2084": 10_000}  # that HDR of each kind can be
HELD_BACK_FROM = 0.85  # of white in linear light: what is darker stays as it is
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
    if video.interlaced and not video.changes_size:  # a deinterlacer could not take that
        fields = canvas.fps.fraction > video.fps.fraction * speed.fraction * FIELDS_ABOVE
        stream = stream.filter("bwdif", mode="send_field" if fields else "send_frame", deint="interlaced")
    stream = clocked(stream, video, start_us, speed)
    if video.held_us:
        held_us = round(video.held_us / speed.fraction) + HELD_MORE_US
        stream = stream.filter("tpad", stop_mode="clone", stop_duration=f"{held_us}us")
    stream = stream.filter("fps", str(canvas.fps), start_time=0, round="near")
    zoom_percent = looks.zoom_percent(shot.look)
    if video.shapes:
        stream = _upright(_each_placed(stream, video, canvas, zoom_percent), video)
    else:
        size = geometry.fitted(video, canvas, zoom_percent)
        stream = _placed(_upright(_coloured(stream, video, size), video), size, canvas, facts.activity)
    stream = looks.applied(stream, shot.look).filter("setsar", 1)
    if text is not None:
        stream = captions.drawn(stream, text, canvas)
    return stream.filter("tpad", stop=PAD_FRAMES, stop_mode="clone").filter("trim", end_frame=shot.frames)


def clocked(stream: Any, video: VideoFacts, start_us: int, speed: Rational = NORMAL) -> Any:
    """The clip's frames with times that count from `start_us`. Pixels that change their shape become square, since
    FFmpeg takes them all for what the first were."""
    stream = stream.filter("settb", "AVTB").filter("setpts", f"(PTS-{start_us})*{speed.den}/{speed.num}+{ROUNDING_US}")
    pixels = [Fraction(shape.sar_num, shape.sar_den) for shape in video.shapes]
    if not any(pixel != pixels[0] for pixel in pixels):
        return stream
    begins = [float((shape.from_us - start_us) / speed.fraction / 1_000_000) for shape in video.shapes]
    wide = _one_of(pixels, begins)
    return stream.filter("scale", f"2*round(iw*{wide}/2)", "ih", eval="frame", flags="bicubic").filter("setsar", 1)


def _one_of(values: Sequence[Fraction], begins: Sequence[float]) -> str:
    """An expression for FFmpeg: each value from when it begins, in seconds. It is halved again and again, since FFmpeg
    reads no more than some 96 expressions within each other."""
    if len(values) == 1:
        return f"{values[0]}"
    half = len(values) // 2
    before, after = _one_of(values[:half], begins[:half]), _one_of(values[half:], begins[half:])
    return f"if(lt(t,{begins[half]:.6f}),{before},{after})"


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
    """Scale to `size` (upright) while still as coded, and bring the colours to BT.709 limited range. Of a video that
    changes its shape each picture keeps its own within that size, on black."""
    coded = size.turned if video.rotation in (90, 270) else size
    options = {"flags": scaling, **_colours(video)}
    if not video.shapes:
        return _standard(_over_black(stream, video).filter("scale", coded.width, coded.height, **options), video)
    stream = _scaled_each(_over_black(stream, video), coded, "decrease", **options)
    return _standard(stream.filter("pad", coded.width, coded.height, -1, -1, "black", eval="frame"), video)


def _each_placed(stream: Any, video: VideoFacts, canvas: Canvas, zoom_percent: int) -> Any:
    """The canvas, still turned as the clip is coded, with each picture of a video that changes its shape fitted on it
    as a clip of that shape would be."""
    box, zoomed = Size(canvas.width, canvas.height), geometry.zoomed(canvas, zoom_percent)
    if video.rotation in (90, 270):
        box, zoomed = box.turned, zoomed.turned
    both = _over_black(stream, video).filter_multi_output("split")
    how: Literal["increase", "decrease"] = "increase" if canvas.fit in ("crop", "smart") else "decrease"
    shown = _scaled_each(both[0], zoomed, how, flags="bicubic", **_colours(video))
    behind = _blurred(both[1], box, **_colours(video)) if canvas.fit == "blur" else _black(both[1], box)
    depth = "yuv420p10" if video.is_hdr else "yuv420"
    placed = behind.overlay(shown, x="(W-w)/2", y="(H-h)/2", eval="frame", format=depth)
    return _standard(placed, video)


def _scaled_each(stream: Any, box: Size, how: Literal["increase", "decrease"], **options: Any) -> Any:
    """Each picture in square pixels, as small as covers the box or as large as fits into it, by its own shape."""
    fit = {"force_original_aspect_ratio": how, "force_divisible_by": 2, "reset_sar": 1, "eval": "frame"}
    return stream.filter("scale", box.width, box.height, **fit, **options)


def _black(stream: Any, box: Size) -> Any:
    middle = "(minval+maxval)/2"
    return stream.filter("scale", box.width, box.height, flags="neighbor").filter(
        "lutyuv", y="minval", u=middle, v=middle
    )


def _over_black(stream: Any, video: VideoFacts) -> Any:
    return stream.filter("premultiply", inplace=1) if video.has_alpha else stream


def _colours(video: VideoFacts) -> dict[str, Any]:
    """Options of a scaling to BT.709 limited range; none for HDR, which is mapped afterwards."""
    if video.is_hdr:
        return {}
    options: dict[str, Any] = {"out_color_matrix": "bt709", "out_range": "tv"}
    if not video.pixel_format.startswith(("rgb", "bgr", "gbr", "argb", "abgr", "rgba", "bgra", "pal8")):
        options["in_range"] = "pc" if video.full_range else "tv"
        options["in_color_matrix"] = _matrix(video)
    return options


def _standard(stream: Any, video: VideoFacts) -> Any:
    """A scaled picture as all others are."""
    return _tone_mapped(stream, video) if video.is_hdr else stream.filter("format", "yuv420p")


def _matrix(video: VideoFacts) -> str:
    if video.matrix is not None and video.matrix.startswith("bt2020"):
        return "bt2020"
    guess = "bt709" if video.is_hd else "smpte170m"
    return SCALE_MATRICES.get(video.matrix or "", guess)


def _tone_mapped(stream: Any, video: VideoFacts) -> Any:
    """HDR to SDR in linear light: what is as bright as white paper becomes nearly white and what is darker stays as it
    is, and only what is brighter is held back, hues kept (ITU-R BT.2408). What the file leaves unsaid is BT.2020,
    limited range, as HDR always is."""
    brightest = BRIGHTEST_NITS[video.transfer or ""] / REFERENCE_WHITE_NITS
    return (
        stream.filter(
            "zscale",
            transferin=video.transfer,
            primariesin="2020",
            matrixin="2020_ncl",
            rangein="full" if video.full_range else "limited",
            transfer="linear",
            npl=REFERENCE_WHITE_NITS,
        )
        .filter("format", "gbrpf32le")
        .filter("zscale", primaries="709")
        .filter("tonemap", tonemap="mobius", param=HELD_BACK_FROM, peak=f"{brightest:.3f}", desat=0)
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


def _blurred(stream: Any, box: Size, **colours: Any) -> Any:
    """What fills the canvas behind pictures of any shape: each blurred and darkened, drawn out to it."""
    quarter = _quarter(box)
    small = stream.filter("scale", quarter.width, quarter.height, flags="fast_bilinear", **colours)
    return (
        small.filter("boxblur", 6, 2)
        .filter("eq", brightness=-0.1)
        .filter("scale", box.width, box.height, flags="bicubic")
    )


def _quarter(box: Size) -> Size:
    return Size(max(16, box.width // 8 * 2), max(16, box.height // 8 * 2))


def _over_blur(stream: Any, size: Size, box: Size) -> Any:
    """The picture over a blurred, darkened copy of itself that fills the canvas, made at a quarter of the size."""
    both = stream.filter_multi_output("split")
    quarter = _quarter(box)
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
