"""The exact commands FFmpeg is given."""

import re
from pathlib import Path

import pytest

from medley.contracts.engine import Canvas, Encoding, Into, Segment, Shot, Transition, Watermark
from medley.contracts.media import AudioFacts, ClipFacts, Rational, VideoFacts
from medley.media.output import encoders, segment_command, verify
from medley.media.picture import captions, jpeg
from medley.media.picture.captions import Text
from medley.media.sandbox import input_options
from medley.media.sandbox.allowlist import demuxer_options
from medley.media.sandbox.input_options import SourceFile, Window

CANVAS = Canvas(width=1280, height=720, fps=Rational(num=30_000, den=1001), fit="crop")
FACTS = ClipFacts(
    container="mov,mp4,m4a,3gp,3g2,mj2",
    size_bytes=1,
    sha256="0" * 64,
    video=VideoFacts(
        codec="h264",
        width=1920,
        height=1080,
        rotation=90,
        fps=Rational(num=30),
        pixel_format="yuv420p",
        start_us=21_000,
        duration_us=10_000_000,
        longest_frame_us=40_000,
        frames=300,
    ),
    audio=AudioFacts(codec="aac", sample_rate=48_000, channels=2, duration_us=10_000_000),
)
SHOT = Shot(clip_sha256="0" * 64, start_frame=90, frames=60, speed=Rational(num=11, den=10))
GLOBAL = "ffmpeg -hide_banner -nostdin -nostats -v error -progress pipe:1 -stats_period 0.5 -y"


def rendered(facts: ClipFacts = FACTS, canvas: Canvas = CANVAS, *, sound: bool = True) -> list[str]:
    return segment_command.command(
        "ffmpeg",
        Segment(shot=SHOT),
        canvas=canvas,
        encoding=Encoding(),
        sources={SHOT.clip_sha256: SourceFile(Path("/in/clip"), facts)},
        texts=[None],
        image=None,
        video_out=Path("/out/v.mp4"),
        sound_out=Path("/out/a.wav") if sound else None,
        samples_out=Path("/out/s.gray"),
        threads=2,
    )


def filters(argv: list[str]) -> list[str]:
    """The filters of a command in order, without the labels between them."""
    return re.findall(r"\]([^\[\];]+)\[", argv[argv.index("-filter_complex") + 1])


def picture(facts: ClipFacts = FACTS, canvas: Canvas = CANVAS) -> list[str]:
    """The filters between the timing at the front and the finish at the end, which are the same for all."""
    chain = filters(rendered(facts, canvas, sound=False))
    return chain[chain.index("fps=30000/1001:round=near:start_time=0") + 1 : chain.index("setsar=1")]


def clip(**changes: object) -> ClipFacts:
    return FACTS.model_copy(update={"video": FACTS.video.model_copy(update={"rotation": 0} | changes)})


def test_render() -> None:
    options = demuxer_options()
    argv = rendered()
    assert argv == [
        *GLOBAL.split(),
        *("-filter_complex_threads", "2"),
        *(
            "-codec_whitelist",
            options["codec_whitelist"],
            "-copyts",
            "-display_rotation:v",
            "0",
            "-drop_changed:a",
            "1",
        ),
        *("-format_whitelist", options["format_whitelist"], "-max_pixels", "41052672", "-max_streams", "32"),
        *("-protocol_whitelist", "file", "-reinit_filter:v", "0", "-ss", "1.984000", "-start_at_zero"),
        *("-t", "4.282200", "-threads", "2", "-i", "file:/in/clip"),
        *("-filter_complex", argv[argv.index("-filter_complex") + 1]),
        *(
            "-map",
            "[s12]",
            "-f",
            "mp4",
            "-bf",
            "0",
            "-crf",
            "20",
            "-fps_mode",
            "passthrough",
            "-frames:v",
            "60",
            "-g",
            "30",
        ),
        *("-map_chapters", "-1", "-map_metadata", "-1", "-movie_timescale", "30000", "-preset", "veryfast"),
        *("-threads", "2", "-vcodec", "libx264", "-video_track_timescale", "30000"),
        *("-x264-params", "stitchable=1:open-gop=0:scenecut=0", "file:/out/v.mp4"),
        *("-map", "[s16]", "-f", "rawvideo", "-fps_mode", "passthrough", "-frames:v", "2", "file:/out/s.gray"),
        *("-map", "[s22]", "-f", "wav", "-acodec", "pcm_s16le", "-fflags", "+bitexact", "-map_metadata", "-1"),
        "file:/out/a.wav",
    ]
    assert filters(argv) == [
        "settb=AVTB",
        "setpts=(PTS-3024000)*10/11+1000",
        "fps=30000/1001:round=near:start_time=0",
        "scale=2276:1280:flags=bicubic:in_color_matrix=bt709:in_range=tv:out_color_matrix=bt709:out_range=tv",
        "format=yuv420p",
        "transpose=clock",
        "crop=1280:720",
        "setsar=1",
        "tpad=stop=2:stop_mode=clone",
        "trim=end_frame=60",
        "format=yuv420p",
        "setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=tv",
        "split=2",
        r"select=not(mod(n\,30))",
        "scale=64:64:flags=area",
        "format=gray",
        "asetpts=PTS-3024000/1000000/TB",
        "aresample=48000:async=1:first_pts=0:ochl=stereo",
        "rubberband=tempo=1.100000000",
        "aformat=channel_layouts=stereo:sample_fmts=s16",
        "apad=whole_len=96096",
        "atrim=end_sample=96096",
    ]


@pytest.mark.parametrize(
    ("changes", "colours"),
    [
        ({}, "in_color_matrix=bt709:in_range=tv"),
        ({"width": 640, "height": 360}, "in_color_matrix=smpte170m:in_range=tv"),
        ({"matrix": "bt470bg", "full_range": True}, "in_color_matrix=bt470:in_range=pc"),
        ({"matrix": "bt2020nc"}, "in_color_matrix=bt2020:in_range=tv"),
        ({"matrix": "gbr", "pixel_format": "gbrp"}, ""),
    ],
)
def test_colours_become_bt709(changes: dict[str, object], colours: str) -> None:
    (scale, pixel_format) = picture(clip(**changes))
    expected = ["scale=1280:720", "flags=bicubic", colours, "out_color_matrix=bt709", "out_range=tv"]
    assert scale == ":".join(part for part in expected if part)
    assert pixel_format == "format=yuv420p"


@pytest.mark.parametrize(("transfer", "peak"), [("smpte2084", "49.261"), ("arib-std-b67", "4.926")])
def test_hdr_is_tone_mapped_after_scaling(transfer: str, peak: str) -> None:
    assert picture(clip(transfer=transfer, pixel_format="yuv420p10le")) == [
        "scale=1280:720:flags=bicubic",
        f"zscale=matrixin=2020_ncl:npl=203:primariesin=2020:rangein=limited:transfer=linear:transferin={transfer}",
        "format=gbrpf32le",
        "zscale=primaries=709",
        f"tonemap=desat=0:param=0.85:peak={peak}:tonemap=mobius",
        "zscale=matrix=709:range=limited:transfer=709",
        "format=yuv420p",
    ]


def test_interlaced_pictures_are_made_whole_first_and_may_not_change_their_size() -> None:
    argv = rendered(clip(interlaced=True))
    assert filters(argv)[0] == "bwdif=deint=interlaced:mode=send_frame"
    assert "-reinit_filter:v" not in argv


@pytest.mark.parametrize(
    ("fit", "rotation", "mirrored", "placed"),
    [
        ("pad", 180, False, ["transpose=clock", "transpose=clock"]),
        ("pad", 270, True, ["transpose=cclock", "hflip", "pad=1280:720:-1:-1:black"]),
        ("crop", 0, False, []),
    ],
)
def test_turning_and_placing(fit: str, rotation: int, mirrored: bool, placed: list[str]) -> None:
    canvas = CANVAS.model_copy(update={"fit": fit})
    assert picture(clip(rotation=rotation, mirrored=mirrored), canvas)[2:] == placed


def test_blur_fills_what_the_picture_leaves() -> None:
    assert picture(FACTS, CANVAS.model_copy(update={"fit": "blur"}))[3:] == [
        "split=2",
        "scale=320:570:flags=fast_bilinear",
        "crop=320:180",
        "boxblur=6:2",
        "eq=brightness=-0.1",
        "scale=1280:720:flags=bicubic",
        "overlay=eof_action=repeat:x=438:y=0",
    ]


def test_window_of_a_first_segment_reads_from_the_start() -> None:
    shot = SHOT.model_copy(update={"start_frame": 0})
    assert input_options.window(FACTS, shot, CANVAS.fps) == Window(start_us=21_000, seek_us=0, length_us=3_263_200)


def test_window_of_a_transport_stream_reaches_further_back() -> None:
    shot = SHOT.model_copy(update={"start_frame": 600})
    assert input_options.window(FACTS, shot, CANVAS.fps).seek_us == 20_041_000 - 1_040_000
    stream = FACTS.model_copy(update={"container": "mpegts"})
    assert input_options.window(stream, shot, CANVAS.fps).seek_us == 20_041_000 - 15_040_000


@pytest.mark.parametrize(
    ("fps", "ticks"), [("30", 15_360), ("25", 12_800), ("24000/1001", 24_000), ("30000/1001", 30_000), ("60", 15_360)]
)
def test_a_frame_is_a_whole_number_of_ticks(fps: str, ticks: int) -> None:
    rate = Rational.of(fps)
    assert encoders.timescale(rate) == ticks
    assert ticks * rate.den % rate.num == 0


def passed(kind: Transition, into: Shot = SHOT) -> list[str]:
    """The command for a passage with everything over it."""
    other = SHOT.model_copy(update={"look": "mirror", "skip_frames": 5})
    into = into.model_copy(update={"look": "none"})
    text = Text(captions.Layout(("Ready",), 40), "top", Path("/out/0.txt"))
    return segment_command.command(
        "ffmpeg",
        Segment(shot=other, into=Into(kind=kind, shot=into), watermark=Watermark(image_sha256="1" * 64)),
        canvas=CANVAS,
        encoding=Encoding(codec="hevc", max_kbps=5_000),
        sources={SHOT.clip_sha256: SourceFile(Path("/in/clip"), FACTS)},
        texts=[text, None],
        image=Path("/out/watermark"),
        video_out=Path("/out/v.mp4"),
        sound_out=None,
        samples_out=Path("/out/s.gray"),
        threads=2,
    )


def test_a_passage_draws_each_shots_text_on_it_and_the_watermark_over_both() -> None:
    argv = passed("wipe", SHOT.model_copy(update={"start_frame": 0}))
    steps = filters(argv)
    names = [step.partition("=")[0] for step in steps]
    assert names.index("hflip") < names.index("drawtext") < names.index("xfade")
    assert (names.count("drawtext"), names.count("tpad"), names.count("xfade")) == (1, 2, 1)
    assert names[-7:] == ["overlay", "format", "setparams", "split", "select", "scale", "format"]
    assert "xfade=duration=2035367us:offset=-33367us:transition=wipeleft" in steps
    inputs = [argv[at + 1] for at, word in enumerate(argv) if word == "-i"]
    assert sorted(inputs) == ["file:/in/clip", "file:/in/clip", "file:/out/watermark"]
    assert "hvc1" in argv
    assert argv[argv.index("-maxrate") + 1] == argv[argv.index("-bufsize") + 1] == "5000k"


def test_a_clip_that_passes_into_the_same_stretch_of_itself_is_read_once() -> None:
    argv = passed("dissolve", SHOT.model_copy(update={"skip_frames": 5}))
    assert argv.count("file:/in/clip") == 1


def test_every_file_is_named_as_a_file() -> None:
    """So none can be an option or another protocol."""
    for argv in (
        rendered(),
        passed("slide"),
        verify.decoding("ffmpeg", Path("/in/v.mp4"), threads=1),
        jpeg.clip_poster("ffmpeg", Path("/in/clip"), FACTS.video, Path("/o.jpg"), at_us=1, side=480),
        jpeg.canvas_poster("ffmpeg", Path("/in/v.mp4"), CANVAS, Path("/o.jpg"), at_us=1, side=480),
    ):
        assert [word for word in argv if word.startswith("/")] == []
        assert any(word.startswith("file:/") for word in argv)
