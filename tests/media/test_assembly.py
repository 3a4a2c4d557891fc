"""An output is its segments, bit for bit: T1 to T5 and T8 to T11 of the engine, over every kind of clip."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest

from medley.contracts.engine import Canvas, Codec, Encoding, Tags
from medley.contracts.media import Rational
from medley.errors import FFmpegFailed, Unavailable
from medley.media.intake import probe
from medley.media.output import assembly
from medley.media.output.assembly import Assembled, AssemblyPiece
from medley.media.sound import pcm
from medley.media.sound.pcm import SoundPart
from tests.media import measure
from tests.media.clips import AAC, KINDS, X264, Maker, picture, run, tone
from tests.media.conftest import CANVAS, DRAFT, Render, Rendered

NTSC = CANVAS.model_copy(update={"fps": Rational(num=30_000, den=1001)})


def made(
    pieces: Sequence[AssemblyPiece], sounds: Sequence[SoundPart], folder: Path, canvas: Canvas = CANVAS, **options: Any
) -> Assembled:
    options = {"tags": Tags(title="A mix"), "workdir": folder, "encoding": DRAFT, "out": folder / "out.mp4"} | options
    return assembly.assemble(pieces, sounds, canvas, **options)


def assemble(parts: Sequence[Rendered], folder: Path, canvas: Canvas = CANVAS, **options: Any) -> Path:
    """Whole segments, one after the other."""
    done = made([part.piece for part in parts], [part.part for part in parts], folder, canvas, **options)
    out: Path = options.get("out", folder / "out.mp4")
    assert done.frames == sum(part.frames for part in parts)
    assert done.size_bytes == out.stat().st_size
    assert {path.name for path in folder.iterdir() if path.is_dir()} == set()
    return out


def prefixes(part: Rendered, lengths: Sequence[int], folder: Path, canvas: Canvas = CANVAS) -> Path:
    """The first frames of one segment, again and again."""
    pieces = [AssemblyPiece(part.video, length) for length in lengths]
    made(pieces, [SoundPart(part.sound, length) for length in lengths], folder, canvas)
    return folder / "out.mp4"


def check(out: Path, frames: int, canvas: Canvas) -> None:
    """What holds for every output, measured from the outside."""
    samples = pcm.samples_before(frames, canvas.fps)
    with av.open(str(out)) as container:
        video, sound = container.streams.video[0], container.streams.audio[0]
        assert video.average_rate == canvas.fps.fraction
        assert video.time_base is not None
        assert video.duration * video.time_base == frames / canvas.fps.fraction
        assert (video.start_time, sound.start_time) == (0, 0)
        step = Fraction(1) / canvas.fps.fraction / video.time_base
        times = [(packet.pts, packet.dts) for packet in container.demux(video) if packet.size]
    assert times == [(k * step, k * step) for k in range(frames)]
    assert samples <= len(measure.samples(out)) < samples + 1024
    assert measure.decode_errors(out) == ""


@pytest.mark.parametrize("canvas", [CANVAS, NTSC], ids=["30", "29.97"])
def test_every_kind_of_clip_in_one_video(canvas: Canvas, make: Maker, render: Render, tmp_path: Path) -> None:
    kinds = [*KINDS, "Big Buck Bunny"]
    assert len(kinds) >= 50
    parts: list[Rendered] = []
    for kind in kinds:
        if canvas is CANVAS or len(parts) < 12:  # the second rate needs no second look at every decoder
            parts.append(render(make(kind), canvas=canvas))
    out = assemble(parts, tmp_path, canvas)
    hashes = [measure.frame_hashes(part.video) for part in parts]
    assert [len(frames) for frames in hashes] == [part.frames for part in parts]
    assert measure.frame_hashes(out) == [frame for frames in hashes for frame in frames]
    check(out, sum(part.frames for part in parts), canvas)


def test_forty_joins_at_a_fractional_rate(make: Maker, render: Render, tmp_path: Path) -> None:
    one, other = render(make("plain"), canvas=NTSC, frames=7), render(make("no sound"), canvas=NTSC, frames=11)
    out = assemble([part for _ in range(20) for part in (one, other)] + [one], tmp_path, NTSC)
    expected = (measure.frame_hashes(one.video) + measure.frame_hashes(other.video)) * 20
    assert measure.frame_hashes(out) == expected + measure.frame_hashes(one.video)
    check(out, 20 * 18 + 7, NTSC)


@pytest.mark.parametrize("canvas", [CANVAS, NTSC], ids=["30", "29.97"])
def test_any_prefix_of_a_segment_is_exact(canvas: Canvas, make: Maker, render: Render, tmp_path: Path) -> None:
    whole = render(make("plain"), canvas=canvas)
    hashes = measure.frame_hashes(whole.video)
    lengths = [1, 2, 3, 8, 13, 29, 30, 31, len(hashes) - 1, len(hashes)]
    out = prefixes(whole, lengths, tmp_path, canvas)
    assert measure.frame_hashes(out) == [frame for length in lengths for frame in hashes[:length]]
    check(out, sum(lengths), canvas)


def test_no_picture_is_repeated_at_an_end(tmp_path: Path, render: Render) -> None:
    whole = render(measure.numbered(tmp_path / "clip.mp4", "30", 45, *X264))
    lengths = [45, 20, 45]
    out = prefixes(whole, lengths, tmp_path)
    assert measure.numbers(out) == [n for length in lengths for n in range(length)]


def test_a_clip_in_parts_looks_as_in_one(render: Render, tmp_path: Path) -> None:
    clip = measure.numbered(tmp_path / "clip.mp4", "25", 60, *X264)
    whole = render(clip)
    out = assemble([render(clip, start_frame=at, frames=24) for at in (0, 24, 48)], tmp_path)
    assert measure.numbers(out) == measure.numbers(whole.video)


def test_segments_encoded_otherwise_are_refused(make: Maker, render: Render, tmp_path: Path) -> None:
    draft, high = render(make("plain")), render(make("plain"), encoding=Encoding(quality="high"))
    with pytest.raises(FFmpegFailed) as refused:
        assemble([draft, high], tmp_path)
    assert refused.value.code == "mixed_segments"


def test_more_frames_than_a_segment_has_are_found(make: Maker, render: Render, tmp_path: Path) -> None:
    part = render(make("no sound"), frames=20)
    with pytest.raises(FFmpegFailed) as found:
        made([AssemblyPiece(part.video, 21), part.piece], [SoundPart(None, 41)], tmp_path)
    assert found.value.code == "bad_video"


def test_damage_between_render_and_assembly_is_found(make: Maker, render: Render, tmp_path: Path) -> None:
    part = render(make("plain"))
    assert part.sound is not None
    part.sound.write_bytes(part.sound.read_bytes()[:5_001])
    with pytest.raises(FFmpegFailed) as found:
        assemble([part], tmp_path)
    assert found.value.code == "bad_sound"


def test_sound_and_picture_last_as_long_as_each_other(make: Maker, render: Render, tmp_path: Path) -> None:
    part = render(make("plain"))
    for wrong in (part.frames - 1, part.frames + 1):
        with pytest.raises(FFmpegFailed) as found:
            made([part.piece], [SoundPart(None, wrong)], tmp_path)
        assert found.value.code == "bad_sound"


def test_no_time_left_stops_it(make: Maker, render: Render, tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        assemble([render(make("plain"))] * 190, tmp_path, remaining_s=lambda: 0)


@pytest.mark.parametrize("container", ["mp4", "mov"])
def test_our_tags_are_written_and_the_sources_are_not(container: str, render: Render, tmp_path: Path) -> None:
    tagged = ("-metadata", "title=Secret", "-metadata", "location=+48.2+016.3/", "-metadata:s:v", "handler_name=Phone")
    run(*picture(), *tone(), *X264, *AAC, *tagged, str(tmp_path / "clip.mp4"))
    part = render(tmp_path / "clip.mp4")
    tags = Tags(title='Ann\'s \x00\n"mix" = 1; 🎬', artist="Ann", comment="Made with Medley")
    out = assemble([part], tmp_path, tags=tags, container=container, out=tmp_path / f"tagged.{container}")
    with av.open(str(out)) as file:
        theirs = {name: file.metadata.pop(name) for name in ("encoder", "major_brand", "minor_version")}
        file.metadata.pop("compatible_brands")
        assert theirs["major_brand"].strip() == {"mp4": "isom", "mov": "qt"}[container]
        assert file.metadata == {"title": 'Ann\'s "mix" = 1; 🎬', "artist": "Ann", "comment": "Made with Medley"}
    content = out.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")  # so that it plays while it loads
    for word in (b"Secret", b"+48.2", b"Phone"):
        assert word not in content
    assert probe.probe(out).video.frames == part.frames
    check(out, part.frames, CANVAS)


@pytest.mark.parametrize(("codec", "tag"), [("h264", "avc1"), ("hevc", "hvc1"), ("av1", "av01")])
def test_every_codec_joins_and_is_named_as_players_know_it(
    codec: Codec, tag: str, make: Maker, render: Render, tmp_path: Path
) -> None:
    encoding = Encoding(quality="draft", codec=codec)
    parts = [render(make("plain"), encoding=encoding, start_frame=at, frames=n) for at, n in ((0, 9), (12, 7), (3, 11))]
    out = assemble(parts, tmp_path, encoding=encoding, full_check=True)
    assert measure.frame_hashes(out) == [frame for part in parts for frame in measure.frame_hashes(part.video)]
    with av.open(str(out)) as file:
        assert file.streams.video[0].codec_context.codec_tag == tag
    check(out, 27, CANVAS)


def test_damage_inside_a_picture_is_found_by_the_full_check(make: Maker, render: Render, tmp_path: Path) -> None:
    part = render(make("plain"))
    content = bytearray(part.video.read_bytes())
    start = content.index(b"mdat") + 2_000
    content[start : start + 600] = bytes(600)
    part.video.write_bytes(content)
    assemble([part], tmp_path)
    with pytest.raises(FFmpegFailed) as found:
        assemble([part], tmp_path, full_check=True)
    assert found.value.code == "bad_video"


def test_sound_is_laid_out_apart_from_the_picture(make: Maker, render: Render, tmp_path: Path) -> None:
    """Muted, then loud, then crossfaded into silence, over pieces that end elsewhere."""
    part = render(make("plain"), frames=30)
    sounds = [
        SoundPart(part.sound, 20, volume_percent=0),
        SoundPart(part.sound, 30, volume_percent=200),
        SoundPart(None, 20, overlap=10),
    ]
    done = made([part.piece, part.piece], sounds, tmp_path)
    heard = measure.samples(tmp_path / "out.mp4")
    assert done.samples == 96_000
    quiet, loud, fading, gone = heard[2_000:30_000], heard[40_000:60_000], heard[76_000:80_000], heard[84_000:94_000]
    assert quiet.max() < 50
    assert 5_000 < loud.max() < 6_500  # 32768 / 8, less for one channel in two, times two
    assert fading.max() < loud.max() / 2
    assert gone.max() < 50
    check(tmp_path / "out.mp4", 60, CANVAS)


def test_the_same_video_twice_is_the_same_file(make: Maker, render: Render, tmp_path: Path) -> None:
    part = render(make("plain"))
    assert made([part.piece], [part.part], tmp_path) == made([part.piece], [part.part], tmp_path)
