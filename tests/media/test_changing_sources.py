"""Sources whose shape or clock changes, fields, and pictures that move: seen and heard as they were meant."""

import re
import subprocess
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import ffmpeg as graph
import numpy as np
import pytest
from PIL import Image

from medley.contracts.clip_warnings import warnings
from medley.contracts.engine import Canvas, Fit
from medley.contracts.media import ClipFacts, PictureShape, Rational
from medley.errors import NotMedia
from medley.media.intake import activity, probe
from medley.media.intake.shapes import PARTS, announced
from medley.media.picture import posters, video_filters
from medley.media.sandbox import ffmpeg
from medley.media.sandbox.ffmpeg_command import argv
from tests.media import measure
from tests.media.clips import AAC, X264, Maker, picture, run
from tests.media.conftest import CANVAS, Render
from tests.media.probes import facts as facts_of
from tests.media.test_commands import FACTS
from tests.media.test_odd_sources import SECOND, bleep, colour, heard, joined, lamp, seen

STEP = 960  # samples, 20 ms
MPEG2 = ("-c:v", "mpeg2video", "-q:v", "3")
X265 = ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error")
VP8 = ("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "1M")


def told(facts: ClipFacts) -> list[str]:
    return [warning.code for warning in warnings(facts)]


def square(size: str, *more: str) -> tuple[str, ...]:
    """Two seconds of black with a red square of half the shorter side in its middle, in square pixels."""
    side = min(map(int, size.split("x"))) // 2
    source = f"color=black:size={size}:rate=30:duration=2,drawbox=(iw-{side})/2:(ih-{side})/2:{side}:{side}:red:fill"
    return ("-f", "lavfi", "-i", ",".join((source, *more)))


def red_box(video: Path, number: int, canvas: Canvas) -> tuple[int, int]:
    """Width and height of what is red in a picture."""
    view = f"select=eq(n\\,{number}),scale=in_color_matrix=bt709:in_range=tv,format=rgb24"
    data = run("-i", str(video), "-vf", view, "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "rgb24", "-")
    pixels = np.frombuffer(data, np.uint8).reshape(canvas.height, canvas.width, 3)
    rows, columns = np.nonzero((pixels[:, :, 0] > 128) & (pixels[:, :, 1] < 90))
    return int(np.ptp(columns)) + 1, int(np.ptp(rows)) + 1


def copied(path: Path, *parts: Sequence[str]) -> Path:
    """One file of parts, their packets as they are."""
    names = []
    for number, part in enumerate(parts):
        names.append(path.with_name(f"part{number}.mkv"))
        run(*part, str(names[-1]))
    listed = path.with_name("parts.txt")
    listed.write_text("".join(f"file '{name}'\n" for name in names))
    run("-f", "concat", "-safe", "0", "-i", str(listed), "-c", "copy", str(path))
    return path


@pytest.fixture(scope="module")
def turned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """A clip that is turned in its middle, and each of its two parts."""
    folder, (wide, tall) = tmp_path_factory.mktemp("turned"), (square("320x180"), square("180x320"))
    path = joined(folder / "clip.ts", (*wide, *bleep(2), *X264, *AAC), (*tall, *bleep(2), *X264, *AAC))
    for name, part in (("wide", wide), ("tall", tall)):
        run(*part, *X264, str(folder / f"{name}.mp4"))
    return path, folder / "wide.mp4", folder / "tall.mp4"


@pytest.mark.parametrize("fit", ["pad", "crop", "blur", "smart"])
def test_each_part_of_a_picture_that_is_turned_is_fitted_as_a_clip_of_its_shape(
    fit: Fit, turned: tuple[Path, Path, Path], tmp_path: Path, render: Render
) -> None:
    canvas = CANVAS.model_copy(update={"fit": fit, "width": 160, "height": 120})
    path, wide, tall = turned
    facts = facts_of(path)
    assert "picture_changes" in told(facts)
    assert [str(shape) for shape in facts.video.shapes] == ["320x180", "180x320"]
    made = render(path, canvas=canvas, activity=activity.measure(path, facts, threads=1))
    for number, alone in ((15, wide), (90, tall)):
        expected = red_box(render(alone, canvas=canvas, frames=20).video, 15, canvas)
        assert red_box(made.video, number, canvas) == pytest.approx(expected, abs=3)
        assert expected[0] == pytest.approx(expected[1], abs=3)
    assert len(heard(made)) == 4
    posters.clip_poster(path, facts, tmp_path / "poster.jpg")


@pytest.mark.parametrize(("codec", "suffix"), [(X265, "ts"), (MPEG2, "ts"), (VP8, "mkv"), (("-c:v", "mjpeg"), "mkv")])
def test_codecs_say_in_their_own_ways_that_the_size_changes(
    codec: Sequence[str], suffix: str, tmp_path: Path, render: Render
) -> None:
    parts = [(*square(size), *codec) for size in ("320x176", "176x320")]
    path = (joined if suffix == "ts" else copied)(tmp_path / f"clip.{suffix}", *parts)
    made = render(path)
    assert "picture_changes" in told(made.source.facts)
    for number in (15, 100):
        width, height = red_box(made.video, number, CANVAS)
        assert width == pytest.approx(height, abs=3)


def test_pixels_that_change_their_shape_keep_what_is_seen_in_shape(tmp_path: Path, render: Render) -> None:
    """Television goes from 4:3 to 16:9 without another size."""
    narrow = (*square("192x144", "scale=180:144", "setsar=16/15"), *MPEG2)
    wide = (*square("256x144", "scale=180:144", "setsar=64/45"), *MPEG2)
    path = joined(tmp_path / "clip.ts", narrow, wide)
    made = render(path)
    facts = made.source.facts
    assert "picture_changes" in told(facts)
    assert not facts.video.changes_size
    for number in (15, 100):
        width, height = red_box(made.video, number, CANVAS)
        assert width == pytest.approx(height, abs=4)


def test_what_stays_as_it_is_has_no_word_of_changes(make: Maker) -> None:
    for kind in ("plain", "HEVC", "AV1", "odd size", "anamorphic DV shape", "motion JPEG", "ProRes", "fragmented"):
        facts = facts_of(make(kind))
        assert not {"picture_changes", "sound_drifts"} & {*told(facts)}
        assert facts.reading == ""


def test_only_parameter_sets_are_news_of_a_key_frame() -> None:
    start = b"\0\0\1"
    assert announced("h264", b"\0" + start + b"\x09\xf0" + start + b"\x67abc\0" + start + b"\x65xyz") == b"\x67abc"
    assert announced("h264", b"\0\0\0\2\x09\xf0\0\0\0\4\x67abc\0\0\0\3\x65xy", 4) == b"\x67abc"
    assert announced("hevc", start + b"\x40\1v" + start + b"\x42\1sps" + start + b"\x26\1") == b"\x42\1sps"
    assert announced("av1", b"\x12\0\x0a\3abc\x32\2xy") == b"abc"
    assert announced("mpeg4", start + b"\xb6frame") == announced("h263", b"anything") == b""
    for codec in ("h264", "hevc", "av1", "mpeg2video", "mpeg4", "vp8", "vp9", "mjpeg", "prores"):
        for data in (b"", b"\0", b"\xff" * 9, start, start + b"\xb3", b"\0\0\0\0" * 4):
            assert isinstance(announced(codec, data, 4), bytes)


def fields(path: Path, order: str) -> None:
    """Twenty-five pictures of two fields each, in each of which a bar is further on."""
    bar = "color=black:size=180x144:rate=50:duration=1,geq=lum='if(between(X,N*3,N*3+20),235,16)':cb=128:cr=128"
    weave = f"tinterlace=interleave_{'top' if order == 'tff' else 'bottom'},setfield={order},format=yuv420p"
    coded = ("-flags", "+ildct+ilme", "-c:v", "mpeg2video", "-q:v", "2", "-g", "12", "-f", "mpegts")
    run("-f", "lavfi", "-i", f"{bar},{weave}", *coded, str(path))


def places(video: Path, size: tuple[int, int]) -> list[float]:
    """Where the bar is in each picture."""
    data = run("-i", str(video), "-vf", "format=gray", "-f", "rawvideo", "-")
    pictures = np.frombuffer(data, np.uint8).reshape(-1, size[1], size[0])
    bright = pictures[:, size[1] // 2 - 8 : size[1] // 2 + 8].mean(axis=1) > 110
    return [float(np.flatnonzero(line).mean()) if line.any() else 0.0 for line in bright]


@pytest.mark.parametrize("count", [2, 3, PARTS - 1, PARTS])
def test_as_many_shapes_as_are_found_are_shown(count: int) -> None:
    """FFmpeg's own reader of expressions has a limit too."""
    shapes = tuple(
        PictureShape(width=64, height=36, sar_num=32 + n % 3 * 16, sar_den=32, from_us=n * 100_000)
        for n in range(count)
    )
    video = FACTS.video.model_copy(update={"shapes": shapes})
    source = graph.input(f"color=black:size=64x36:rate=10:duration={count / 10}", f="lavfi")
    shown = video_filters.clocked(source, video, 0, Rational(num=1)).filter("showinfo")
    words = argv(ffmpeg.executable(), graph.output(shown, "-", f="null"))
    words[words.index("-v") + 1] = "info"
    said = subprocess.run(words, capture_output=True, text=True, check=True).stderr
    assert [int(width) for width in re.findall(r" s:(\d+)x36 ", said)] == [64 + n % 3 * 32 for n in range(count)]


@pytest.mark.parametrize("order", ["tff", "bff"])
def test_each_field_is_a_picture_where_there_is_time_for_it(order: str, tmp_path: Path, render: Render) -> None:
    path = tmp_path / "clip.mts"
    fields(path, order)
    for rate, speed in ((50, "1"), (25, "1/2"), (25, "1"), (50, "2")):
        canvas = Canvas(width=180, height=144, fps=Rational(num=rate), fit="pad")
        made = render(path, canvas=canvas, speed=Rational.of(speed))
        steps = [after - before for before, after in pairwise(places(made.video, (180, 144))[4:-4])]
        each = 3 if Rational.of(speed).fraction * 50 <= rate else 6
        assert steps == pytest.approx([each] * len(steps), abs=2.0), (rate, speed)


def drifting(path: Path, pace: float, seconds: int, *codec: str) -> None:
    """A clock that counts `pace` samples where there is time for one, and a picture that is right."""
    beep = f"aevalsrc=0.5*sin(2*PI*1000*t)*lt(mod(t/{pace}\\,1)\\,0.1):s=48000:d={seconds * pace}"
    sound = ("-f", "lavfi", "-i", beep, "-af", f"asetpts=PTS/{pace}")
    run(*lamp(seconds), *sound, *X264, *codec, str(path))


@pytest.mark.parametrize(
    ("pace", "file", "codec"),
    [
        (0.992, "clip.mkv", ("-c:a", "pcm_s16le")),
        (1.006, "clip.mkv", ("-c:a", "flac")),
        (0.995, "clip.mp4", AAC),
        (1.004, "clip.ts", ("-c:a", "mp2")),
    ],
)
def test_sound_that_drifts_stays_with_its_picture(
    pace: float, file: str, codec: Sequence[str], tmp_path: Path, render: Render
) -> None:
    path = tmp_path / file
    drifting(path, pace, 14, *codec)
    made = render(path)
    facts = made.source.facts
    assert "sound_drifts" in told(facts)
    assert seen(made) == [n * SECOND for n in range(14)]
    assert heard(made) == pytest.approx([n * 48_000 for n in range(14)], abs=STEP)
    late = render(path, start_frame=240, frames=120)
    assert heard(late)[:4] == pytest.approx([n * 48_000 for n in range(4)], abs=STEP)
    scores = activity.measure(path, facts, threads=1)
    assert scores is not None


def test_a_short_gap_in_the_sound_costs_no_step(tmp_path: Path, render: Render) -> None:
    """Readers pass over less than a tenth of a second."""
    path = tmp_path / "clip.mkv"
    gaps = "aselect='not(between(t,0.5,0.56)+between(t,1.5,1.56)+between(t,2.5,2.56))'"
    run(*lamp(4), *bleep(4), "-af", gaps, *X264, "-c:a", "pcm_s16le", str(path))
    made = render(path)
    assert "sound_drifts" in told(made.source.facts)
    assert heard(made) == pytest.approx([n * 48_000 for n in range(4)], abs=STEP)


@pytest.mark.parametrize("file", ["clip.gif", "clip.webp"])
def test_pictures_that_move_are_clips(file: str, tmp_path: Path, render: Render) -> None:
    path = tmp_path / file
    coded = ("-c:v", "libwebp_anim") if file.endswith("webp") else ()
    run(*lamp(3), "-vf", "fps=10", *coded, "-loop", "0", str(path))
    made = render(path)
    assert made.frames == 3 * SECOND
    assert seen(made) == [0, SECOND, 2 * SECOND]
    assert "see_through" not in told(made.source.facts)
    assert made.source.facts.audio is None
    late = render(path, start_frame=45, frames=30)
    assert seen(late) == [15]
    posters.clip_poster(path, made.source.facts, tmp_path / "poster.jpg")
    assert activity.measure(path, made.source.facts, threads=1) is not None


@pytest.mark.parametrize("file", ["clip.gif", "clip.webp"])
def test_what_of_a_moving_picture_can_be_seen_through_is_black(file: str, tmp_path: Path, render: Render) -> None:
    path = tmp_path / file
    view = "format=rgba,geq=r=255:g=128:b=0:a='if(lt(X,80+N),255,0)'"
    webp = ("-c:v", "libwebp_anim", "-lossless", "1")
    coded = webp if file.endswith("webp") else ("-vf", "split[a][b];[a]palettegen[p];[b][p]paletteuse")
    run("-f", "lavfi", "-i", f"color=black:size=160x120:rate=10:duration=1,{view}", *coded, "-loop", "0", str(path))
    made = render(path)
    assert "see_through" in told(made.source.facts)
    assert colour(made.video, "iw/4") == pytest.approx((255, 128, 0), abs=16)
    assert colour(made.video, "iw*3/4") == pytest.approx((0, 0, 0), abs=8)


@pytest.mark.parametrize("file", ["clip.gif", "clip.webp"])
def test_a_moving_picture_may_be_seen_through_later_on(file: str, tmp_path: Path, render: Render) -> None:
    path = tmp_path / file
    whole = Image.new("RGBA", (160, 120), (255, 128, 0, 255))
    half = whole.copy()
    half.paste((0, 0, 0, 0), (80, 0, 160, 120))
    pictures = [whole] * 4 + [half] * 6
    for number, each in enumerate(pictures):  # pictures that are the same would become one
        pictures[number] = each.copy()
        pictures[number].paste((0, 255, 0, 255), (0, 0, 2 + number, 2))
    pictures[0].save(path, save_all=True, append_images=pictures[1:], duration=100, loop=0, disposal=2, lossless=True)
    made = render(path, start_frame=24, frames=6)
    assert "see_through" in told(made.source.facts)
    assert colour(made.video, "iw/4") == pytest.approx((255, 128, 0), abs=16)
    assert colour(made.video, "iw*3/4") == pytest.approx((0, 0, 0), abs=8)


@pytest.mark.parametrize("file", ["clip.gif", "clip.webp"])
def test_a_picture_that_stands_still_is_none(file: str, tmp_path: Path) -> None:
    path = tmp_path / file
    run(*picture(seconds="0.1"), "-frames:v", "1", str(path))
    with pytest.raises(NotMedia) as refused:
        probe.probe(path)
    assert refused.value.code == "picture"


def test_a_moving_picture_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    whole, path = tmp_path / "whole.webp", tmp_path / "clip.webp"
    run(*picture(seconds="1"), "-c:v", "libwebp_anim", str(whole))
    data = whole.read_bytes()
    for size in range(30, len(data), len(data) // 9):
        path.write_bytes(data[:size])
        with pytest.raises(NotMedia) as refused:
            probe.probe(path)
        assert refused.value.code in ("truncated", "picture", "not_media")


def test_white_paper_is_white_in_hdr_too_and_grey_as_grey(tmp_path: Path, render: Render) -> None:
    """ITU-R BT.2408: the signals of white paper and of a grey card, in both kinds of HDR and in SDR. What is brighter
    is told from white, and black stays black."""
    for transfer, white, card, bright in (("arib-std-b67", 0.75, 0.38, 0.95), ("smpte2084", 0.58, 0.38, 0.72)):
        levels = [round(64 + 876 * level) for level in (white, card, bright)]
        luma = f"if(lt(Y,20),64,if(lt(X,53),{levels[0]},if(lt(X,106),{levels[1]},{levels[2]})))"
        setting = f"setparams=color_primaries=bt2020:color_trc={transfer}:colorspace=bt2020nc:range=tv"
        source = f"color=size=160x120:rate=30:duration=0.2,format=yuv420p10le,geq=lum='{luma}':cb=512:cr=512,{setting}"
        path = tmp_path / f"{transfer}.mp4"
        run("-f", "lavfi", "-i", source, *X265, str(path))
        video = render(path).video
        paper, grey, light = (colour(video, place) for place in ("iw/6", "iw/2", "iw*5/6"))
        assert min(paper) >= 0.95 * 255
        assert grey == pytest.approx((0.425 * 255,) * 3, abs=6)
        assert min(light) > max(paper)
        assert measure.corner(video) > 240
        view = "crop=8:8:0:0,scale=1:1:flags=area,format=gray"
        assert run("-i", str(video), "-vf", view, "-frames:v", "1", "-f", "rawvideo", "-")[0] <= 20
