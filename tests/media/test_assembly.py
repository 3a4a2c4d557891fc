"""An output is its segments, bit for bit: T1 to T5 and T8 to T11 of the engine, over every kind of clip."""

from fractions import Fraction
from pathlib import Path

import av
import pytest

from medley.contracts.media import Canvas, Encoding, Rational
from medley.errors import FFmpegFailed, Unavailable
from medley.media import assembly, commands, probe
from medley.media.assembly import AssemblyPiece
from tests.media import measure
from tests.media.clips import KINDS, X264, Maker
from tests.media.conftest import CANVAS, Render, Rendered

NTSC = CANVAS.model_copy(update={"fps": Rational(num=30_000, den=1001)})


def assemble(pieces: list[AssemblyPiece], folder: Path, canvas: Canvas = CANVAS) -> Path:
    out = folder / "out.mp4"
    made = assembly.assemble(pieces, canvas, out, title="A mix", workdir=folder)
    assert made.frames == sum(piece.frames for piece in pieces)
    assert made.size_bytes == out.stat().st_size
    assert {path.name for path in folder.iterdir() if path.is_dir()} == set()
    return out


def check(out: Path, frames: int, canvas: Canvas) -> None:
    """What holds for every output, measured from the outside."""
    samples = commands.samples_before(frames, canvas.fps)
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
    made: list[Rendered] = []
    for kind in kinds:
        if canvas is CANVAS or len(made) < 12:  # the second rate needs no second look at every decoder
            made.append(render(make(kind), canvas=canvas))
    out = assemble([segment.piece for segment in made], tmp_path, canvas)
    hashes = [measure.frame_hashes(segment.video) for segment in made]
    assert [len(frames) for frames in hashes] == [segment.segment.frames for segment in made]
    assert measure.frame_hashes(out) == [frame for frames in hashes for frame in frames]
    check(out, sum(segment.segment.frames for segment in made), canvas)


def test_forty_joins_at_a_fractional_rate(make: Maker, render: Render, tmp_path: Path) -> None:
    one, other = render(make("plain"), canvas=NTSC, frames=7), render(make("no sound"), canvas=NTSC, frames=11)
    out = assemble([piece for _ in range(20) for piece in (one.piece, other.piece)] + [one.piece], tmp_path, NTSC)
    expected = (measure.frame_hashes(one.video) + measure.frame_hashes(other.video)) * 20
    assert measure.frame_hashes(out) == expected + measure.frame_hashes(one.video)
    check(out, 20 * 18 + 7, NTSC)


@pytest.mark.parametrize("canvas", [CANVAS, NTSC], ids=["30", "29.97"])
def test_any_prefix_of_a_segment_is_exact(canvas: Canvas, make: Maker, render: Render, tmp_path: Path) -> None:
    whole = render(make("plain"), canvas=canvas)
    hashes = measure.frame_hashes(whole.video)
    lengths = [1, 2, 3, 8, 13, 29, 30, 31, len(hashes) - 1, len(hashes)]
    out = assemble([AssemblyPiece(whole.video, whole.audio, length) for length in lengths], tmp_path, canvas)
    assert measure.frame_hashes(out) == [frame for length in lengths for frame in hashes[:length]]
    check(out, sum(lengths), canvas)


def test_no_picture_is_repeated_at_an_end(tmp_path: Path, render: Render) -> None:
    clip = measure.numbered(tmp_path / "clip.mp4", "30", 45, *X264)
    whole = render(clip)
    lengths = [45, 20, 45]
    out = assemble([AssemblyPiece(whole.video, None, length) for length in lengths], tmp_path)
    assert measure.numbers(out) == [n for length in lengths for n in range(length)]


def test_a_clip_in_parts_looks_as_in_one(make: Maker, render: Render, tmp_path: Path) -> None:
    clip = measure.numbered(tmp_path / "clip.mp4", "25", 60, *X264)
    whole = render(clip)
    parts = [render(clip, start_frame=at, frames=24) for at in (0, 24, 48)]
    out = assemble([AssemblyPiece(part.video, None, 24, continues=True) for part in parts], tmp_path)
    assert measure.numbers(out) == measure.numbers(whole.video)


def test_segments_encoded_otherwise_are_refused(make: Maker, render: Render, tmp_path: Path) -> None:
    draft, high = render(make("plain")), render(make("plain"), encoding=Encoding(quality="high"))
    with pytest.raises(FFmpegFailed) as refused:
        assemble([draft.piece, high.piece], tmp_path)
    assert refused.value.code == "mixed_segments"


def test_more_frames_than_a_segment_has_are_found(make: Maker, render: Render, tmp_path: Path) -> None:
    made = render(make("no sound"), frames=20)
    with pytest.raises(FFmpegFailed) as found:
        assemble([AssemblyPiece(made.video, None, 21), made.piece], tmp_path)
    assert found.value.code == "bad_video"


def test_damage_between_render_and_assembly_is_found(make: Maker, render: Render, tmp_path: Path) -> None:
    made = render(make("plain"))
    assert made.audio is not None
    made.audio.write_bytes(made.audio.read_bytes()[:5_000])
    with pytest.raises(FFmpegFailed) as found:
        assemble([made.piece], tmp_path)
    assert found.value.code == "bad_sound"


def test_no_time_left_stops_it(make: Maker, render: Render, tmp_path: Path) -> None:
    pieces = [render(make("plain")).piece] * 190
    with pytest.raises(Unavailable):
        assembly.assemble(pieces, CANVAS, tmp_path / "o.mp4", title="", workdir=tmp_path, remaining_s=lambda: 0)


def test_title_is_kept_and_the_sources_tags_are_not(make: Maker, render: Render, tmp_path: Path) -> None:
    piece = render(make("plain")).piece
    out = tmp_path / "out.mp4"
    assembly.assemble([piece], CANVAS, out, title='Ann\'s \x00\n"mix" = 1; 🎬', workdir=tmp_path)
    with av.open(str(out)) as container:
        assert container.metadata["title"] == 'Ann\'s "mix" = 1; 🎬'
        assert set(container.metadata) == {"title", "encoder", "major_brand", "minor_version", "compatible_brands"}
    assert probe.probe(out).video.frames == piece.frames
