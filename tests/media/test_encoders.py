"""Every codec and quality joins by copying: equal headers whatever is shown, exact prefixes, bit-equal joins."""

import json
from itertools import cycle, product
from pathlib import Path
from typing import Any, get_args

import av
import pytest

from medley.contracts.engine import Canvas, Codec, Container, Encoding, Quality, Tags
from medley.contracts.media import Rational
from medley.errors import FFmpegFailed
from medley.media.output import assembly, encoders, verify
from medley.media.output.assembly import AssemblyPiece
from medley.media.sound.pcm import SoundPart
from tests.breadth import usual
from tests.media import measure
from tests.media.clips import Maker, run
from tests.media.conftest import CANVAS, Render

CODECS = get_args(Codec)
QUALITIES = get_args(Quality)
RATES = ("24000/1001", "24", "25", "30000/1001", "30", "50", "60000/1001", "60")
NAMES = {"h264": "h264", "hevc": "hevc", "av1": "libdav1d"}


def joined(
    pieces: list[AssemblyPiece], encoding: Encoding, folder: Path, canvas: Canvas = CANVAS, container: Container = "mp4"
) -> Path:
    out = folder / f"out.{container}"
    sounds = [SoundPart(None, sum(piece.frames for piece in pieces))]
    more: dict[str, Any] = {"tags": Tags(title="A mix"), "container": container, "workdir": folder}
    assembly.assemble(pieces, sounds, canvas, encoding, out, full_check=True, **more)
    return out


@pytest.mark.parametrize(
    ("codec", "quality"), usual(list(zip(CODECS, QUALITIES, strict=True)), list(product(CODECS, QUALITIES)))
)
def test_headers_depend_on_the_settings_alone(codec: Codec, quality: Quality, make: Maker, render: Render) -> None:
    """T4: neither on what is shown, nor for how long, nor on how many threads made it."""
    for cap in (None, 600):
        encoding = Encoding(codec=codec, quality=quality, max_kbps=cap)
        made = [
            render(make("plain"), encoding=encoding, frames=1),
            render(make("plain"), encoding=encoding, frames=34),
            render(make("Big Buck Bunny"), encoding=encoding, frames=7, look="mono"),
        ]
        assert len({verify.parameter_sets(segment.video) for segment in made}) == 1
        with av.open(str(made[1].video)) as container:
            assert bytes(container.streams.video[0].codec_context.extradata or b"") == verify.parameter_sets(
                made[1].video
            )


@pytest.mark.parametrize("codec", CODECS)
def test_headers_tell_the_colours(codec: Codec, make: Maker, render: Render) -> None:
    made = render(make("full range"), encoding=Encoding(codec=codec, quality="draft"), frames=2)
    with av.open(str(made.video)) as container:
        (frame, *_) = container.decode(video=0)
    assert (frame.colorspace, frame.color_range) == (1, 1)  # BT.709, limited
    assert (frame.color_primaries, frame.color_trc) == (1, 1)


@pytest.mark.parametrize(
    ("codec", "gop_s"), usual([("h264", 5), ("hevc", 1), ("av1", 5)], list(product(CODECS, (1, 5))))
)
def test_any_prefix_is_exact(codec: Codec, gop_s: int, make: Maker, render: Render, tmp_path: Path) -> None:
    """T2 and T3, at every kind of length: within, at and past a group of pictures, and of hidden frames in it."""
    encoding = Encoding(codec=codec, gop_s=gop_s)
    made = render(make("Big Buck Bunny"), encoding=encoding, frames=66)
    hashes = measure.frame_hashes(made.video)
    lengths = [1, 2, 3, 8, 15, 16, 17, 29, 30, 31, 47, 59, 60, 61, 65, 66]
    out = joined([AssemblyPiece(made.video, length) for length in lengths], encoding, tmp_path)
    assert measure.frame_hashes(out) == [frame for length in lengths for frame in hashes[:length]]


@pytest.mark.parametrize(
    ("codec", "quality"), usual(list(zip(CODECS, QUALITIES, strict=True)), list(product(CODECS, QUALITIES)))
)
def test_segments_with_b_frames_join_whole(
    codec: Codec, quality: Quality, make: Maker, render: Render, tmp_path: Path
) -> None:
    """T2 and T4: from the shortest on, whatever order their packets are in; the whole video decodes evenly."""
    encoding = Encoding(codec=codec, quality=quality, gop_s=5, b_frames=True)
    lengths = (encoders.REORDERED_FRAMES_MIN, 66, 4, 7, 34)
    kinds = ("plain", "Big Buck Bunny", "no sound", "Big Buck Bunny", "variable rate")
    made = [render(make(kind), encoding=encoding, frames=frames) for kind, frames in zip(kinds, lengths, strict=True)]
    assert len({verify.parameter_sets(segment.video) for segment in made}) == 1
    out = joined([segment.piece for segment in made] * 2, encoding, tmp_path)
    assert measure.frame_hashes(out) == [frame for one in made for frame in measure.frame_hashes(one.video)] * 2
    verify.output(out, 2 * sum(lengths), CANVAS, encoding, verify.parameter_sets(out))


@pytest.mark.parametrize("codec", ["h264", "hevc"])
def test_b_frames_come_out_of_order_only_where_they_may(codec: Codec, make: Maker, render: Render) -> None:
    made = render(make("Big Buck Bunny"), encoding=Encoding(codec=codec, b_frames=True), frames=66)
    verify.segment(made.video, 66, CANVAS, Encoding(codec=codec, b_frames=True))
    with pytest.raises(FFmpegFailed, match="not decoded evenly"):
        verify.segment(made.video, 66, CANVAS, Encoding(codec=codec))


@pytest.mark.parametrize(
    ("codec", "b_frames"),
    usual([("h264", True), ("hevc", False), ("av1", False)], list(product(CODECS, (False, True)))),
)
def test_key_frames_come_as_often_as_is_said(codec: Codec, b_frames: bool, make: Maker, render: Render) -> None:
    for gop_s, keys in ((1, [0, 30, 60]), (2, [0, 60])):
        encoding = Encoding(codec=codec, gop_s=gop_s, b_frames=b_frames)
        made = render(make("Big Buck Bunny"), encoding=encoding, frames=66)
        with av.open(str(made.video)) as container:
            frames = list(container.decode(video=0))
        assert [number for number, frame in enumerate(frames) if frame.key_frame] == keys


@pytest.mark.parametrize(
    ("codec", "fps"), usual(list(zip(cycle(CODECS), RATES, strict=False)), list(product(CODECS, RATES)))
)
def test_joins_at_every_rate(codec: Codec, fps: str, make: Maker, render: Render, tmp_path: Path) -> None:
    canvas = CANVAS.model_copy(update={"fps": Rational.of(fps)})
    encoding = Encoding(codec=codec, quality="draft")
    kinds = ("plain", "no sound", "variable rate", "59.94 frames per second")
    lengths = (9, 23, 1, 17)
    made = [
        render(make(kind), canvas=canvas, encoding=encoding, frames=frames)
        for kind, frames in zip(kinds, lengths, strict=True)
    ]
    out = joined([segment.piece for segment in made] * 2, encoding, tmp_path, canvas)
    assert measure.frame_hashes(out) == [frame for one in made for frame in measure.frame_hashes(one.video)] * 2
    with av.open(str(out)) as container:
        stream = container.streams.video[0]
        assert stream.average_rate == canvas.fps.fraction
        assert stream.codec_context.name == NAMES[codec]


@pytest.mark.parametrize("codec", ["h264", "hevc"])  # FFmpeg writes no AV1 into QuickTime files
def test_quicktime(codec: Codec, make: Maker, render: Render, tmp_path: Path) -> None:
    encoding = Encoding(codec=codec, quality="draft")
    made = [render(make(kind), encoding=encoding, frames=12) for kind in ("plain", "portrait")]
    out = joined([segment.piece for segment in made], encoding, tmp_path, container="mov")
    assert b"ftypqt" in out.read_bytes()[:16]
    assert measure.frame_hashes(out) == [frame for one in made for frame in measure.frame_hashes(one.video)]
    assert verify.parameter_sets(out) == verify.parameter_sets(made[0].video)


@pytest.mark.parametrize("codec", CODECS)
def test_a_ceiling_holds(codec: Codec, tmp_path: Path, render: Render) -> None:
    """Noise wants twenty times as much."""
    clip = tmp_path / "noise.mkv"
    noise = "testsrc2=size=320x180:rate=30:duration=1,noise=alls=40:allf=t,format=yuv420p"
    run("-f", "lavfi", "-i", noise, "-c:v", "libx264", "-qp", "0", "-preset", "ultrafast", str(clip))
    canvas = CANVAS.model_copy(update={"width": 320, "height": 180})

    def kbps(encoding: Encoding) -> float:
        video = render(clip, canvas=canvas, frames=30, encoding=encoding).video
        return video.stat().st_size * 8 / 1000

    free = kbps(Encoding(codec=codec))
    capped = kbps(Encoding(codec=codec, max_kbps=500))
    assert free > 2_000
    assert capped < 550


@pytest.mark.parametrize("codec", CODECS)
def test_the_largest_canvas_fits_the_sandbox(codec: Codec, make: Maker, render: Render) -> None:
    canvas = Canvas(width=3840, height=2160, fps=Rational(num=30), fit="blur")
    made = render(make("plain"), canvas=canvas, encoding=Encoding(codec=codec, quality="draft"), frames=3)
    assert len(measure.frame_hashes(made.video)) == 3


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("threads", [1, 2, 16])
def test_an_encoder_takes_the_threads_it_is_given(codec: Codec, threads: int) -> None:
    options = encoders.options(Encoding(codec=codec), CANVAS.fps, threads)
    told = {
        "h264": options.get("threads") == threads,
        "hevc": f"pools={threads}:frame-threads=1" in options.get("x265-params", ""),
        "av1": options.get("svtav1-params") == f"lp={min(threads, 6)}",
    }
    assert told[codec]
    assert options["g"] == 30


def test_codecs_do_not_mix(make: Maker, render: Render, tmp_path: Path) -> None:
    made = [render(make("plain"), frames=5, encoding=Encoding(codec=codec)).piece for codec in ("h264", "hevc")]
    with pytest.raises(FFmpegFailed) as refused:
        joined(made, Encoding(), tmp_path)
    assert refused.value.code == "mixed_segments"


def test_a_segment_of_another_codec_size_or_length_is_found(make: Maker, render: Render) -> None:
    video = render(make("plain"), frames=5).video
    verify.segment(video, 5, CANVAS, Encoding())
    with pytest.raises(FFmpegFailed, match="5 frames, not 6"):
        verify.segment(video, 6, CANVAS, Encoding())
    with pytest.raises(FFmpegFailed, match="160x120"):
        verify.segment(video, 5, CANVAS.model_copy(update={"width": 320}), Encoding())
    with pytest.raises(FFmpegFailed, match="not hevc"):
        verify.segment(video, 5, CANVAS, Encoding(codec="hevc"))


@pytest.mark.parametrize("codec", CODECS)
def test_a_full_check_finds_what_packets_do_not_show(codec: Codec, make: Maker, render: Render, tmp_path: Path) -> None:
    """T10: bytes of a picture are damaged, and the index still looks right."""
    encoding = Encoding(codec=codec)
    made = render(make("Big Buck Bunny"), encoding=encoding, frames=30)
    out = joined([made.piece], encoding, tmp_path)
    verify.decode_whole(out, frames=30)
    with pytest.raises(FFmpegFailed, match="of 31 frames"):
        verify.decode_whole(out, frames=31)
    with av.open(str(out)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
    victim = max(packets[1:], key=lambda packet: packet.size)
    assert victim.pos is not None
    data = bytearray(out.read_bytes())
    data[victim.pos + 5 : victim.pos + victim.size] = bytes([0xA5]) * (victim.size - 5)
    out.write_bytes(data)
    verify.output(out, 30, CANVAS, encoding, verify.parameter_sets(made.video))
    with pytest.raises(FFmpegFailed) as found:
        verify.decode_whole(out)
    assert found.value.code == "bad_video"


@pytest.mark.parametrize("codec", CODECS)
def test_quality_is_that_of_a_direct_encode(codec: Codec, make: Maker, render: Render, tmp_path: Path) -> None:
    """VMAF against the source, away from a segment's ends: within a point of FFmpeg's own encode at its preset and CRF.

    Above it may be a little more: B-frames, which ours do without, are coded less finely than others.
    """
    canvas = Canvas(width=640, height=360, fps=Rational(num=25), fit="crop")
    encoding = Encoding(codec=codec)
    source = make("Big Buck Bunny")
    made = render(source, canvas=canvas, encoding=encoding, frames=30, start_frame=40)
    reference, direct = tmp_path / "reference.mkv", tmp_path / "direct.mp4"
    picture = "scale=640:360:flags=bicubic,trim=start_frame=30:end_frame=80,setpts=PTS-STARTPTS,fps=25"
    tags = "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709"  # or they would be converted
    run("-i", str(source), "-an", "-vf", f"{picture},{tags}", "-c:v", "ffv1", str(reference))
    effort = encoders.EFFORTS[codec][encoding.quality]
    library = {"h264": "libx264", "hevc": "libx265", "av1": "libsvtav1"}[codec]
    encode = ("-c:v", library, "-preset", effort.preset, "-crf", str(effort.crf), "-g", "25", "-threads", "1")
    run("-i", str(reference), *encode, str(direct))
    assert -1 < vmaf(made.video, reference, 2) - vmaf(direct, reference, 12) < 2


def vmaf(video: Path, reference: Path, first: int) -> float:
    """The mean of 26 frames from `first` on, those that the reference shows from its frame 12 on."""
    log = reference.with_name(f"{video.stem}.json")
    trims = ";".join(
        f"[{n}:v:0]trim=start_frame={at}:end_frame={at + 26},setpts=PTS-STARTPTS[v{n}]"
        for n, at in ((0, first), (1, 12))
    )
    score = f"{trims};[v0][v1]libvmaf=n_subsample=3:log_fmt=json:log_path={log}"
    run("-i", str(video), "-i", str(reference), "-filter_complex", score, "-f", "null", "-")
    return float(json.loads(log.read_text())["pooled_metrics"]["vmaf"]["mean"])


def test_a_missing_file_is_told_as_a_bad_one(tmp_path: Path) -> None:
    with pytest.raises(FFmpegFailed) as found:
        verify.decode_whole(tmp_path / "none.mp4")
    assert found.value.code == "bad_video"
