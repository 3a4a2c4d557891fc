"""Small files that would cost a lot, and headers that lie about what is in them."""

import struct
from pathlib import Path

import pytest

from medley import limits
from medley.errors import FFmpegFailed, NotMedia
from medley.media.intake import probe, webp
from medley.media.picture import jpeg
from medley.media.sandbox import ffmpeg, input_options
from medley.media.sandbox.child_limits import Limits
from tests.media.clips import X264, Maker, picture, run
from tests.media.conftest import CANVAS, Render
from tests.safety.boxes import boxes_deep, matroska_of_tracks


def refusal(path: Path) -> str:
    with pytest.raises(NotMedia) as refused:
        probe.probe(path)
    return refused.value.code


@pytest.mark.parametrize("kind", [b"ANMF", b"EXIF", b"\0\0\0\0"])
def test_chunks_of_a_moving_picture_are_counted_whatever_they_are(kind: bytes, tmp_path: Path) -> None:
    """Each costs eight bytes of the file, and this process looks at them."""
    path, most = tmp_path / "clip.webp", 100
    head = b"VP8X" + struct.pack("<IB9x", 10, 2)
    for count in (most - 1, most):
        chunks = head + count * (kind + bytes(4))
        path.write_bytes(b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WEBP" + chunks)
        assert webp.scanned(path, most).get("failed") == (None if count < most else "packets")


@pytest.mark.parametrize("codec", ["png", "apng"])
def test_packed_pictures_in_a_video_are_not_even_decoded(codec: str, tmp_path: Path) -> None:
    """A PNG of a few kilobytes can unpack to gigabytes."""
    path = tmp_path / "clip.mkv"
    made = tmp_path / "made.mkv"
    run(*picture("64x48", seconds="0.3"), "-c:v", "png", str(made))
    if codec == "png":
        made.rename(path)
    else:
        run("-i", str(made), "-c:v", codec, "-f", codec, str(path))
    assert refusal(path) in ("unsupported_codec", "picture")


@pytest.mark.parametrize(("file", "place"), [("clip.gif", slice(6, 10)), ("clip.webp", slice(24, 30))])
def test_a_moving_picture_whose_canvas_is_huge_is_not_allocated(file: str, place: slice, tmp_path: Path) -> None:
    path = tmp_path / file
    coded = ("-c:v", "libwebp_anim") if file.endswith("webp") else ()
    run(*picture("64x48", seconds="0.3"), *coded, str(path))
    data = bytearray(path.read_bytes())
    data[place] = b"\xe8\xfd" * 2 if file.endswith("gif") else b"\xe8\xfd\x00" * 2
    path.write_bytes(data)
    assert refusal(path) in ("too_large_picture", "bad_picture_size")


@pytest.mark.parametrize("side", [8_200, 16_000, 65_500])
def test_a_picture_whose_own_header_is_huge_is_not_allocated(side: int, make: Maker, tmp_path: Path) -> None:
    """The container says 160x120; each picture says otherwise, and there is little more to it."""
    data = make("motion JPEG").read_bytes()
    lies = data.replace(
        b"\xff\xc0\x00\x11\x08\x00\x78\x00\xa0", b"\xff\xc0\x00\x11\x08" + struct.pack(">HH", side, side)
    )
    assert lies != data
    path = tmp_path / "clip.avi"
    path.write_bytes(lies)
    assert refusal(path) in ("unreadable", "too_large_picture")


def test_a_picture_too_large_is_refused_by_the_renderer_as_well(make: Maker, tmp_path: Path) -> None:
    """Later pictures may be larger than those the probe looked at."""
    facts = probe.probe(make("motion JPEG"))
    path, out = tmp_path / "clip.avi", tmp_path / "out.jpg"
    run(
        "-f",
        "lavfi",
        "-i",
        "color=size=8200x8200:rate=5:duration=0.2",
        "-c:v",
        "mjpeg",
        "-pix_fmt",
        "yuvj420p",
        str(path),
    )
    with pytest.raises(FFmpegFailed) as failed:
        ffmpeg.run(jpeg.clip_poster(ffmpeg.executable(), path, facts.video, out, at_us=0, side=64))
    assert "Picture size 8200x8200" in "".join(failed.value.__notes__)


def test_a_decoder_gets_no_more_memory_than_its_share(make: Maker, tmp_path: Path) -> None:
    """The clip is in order; the process ends, and nothing else does."""
    facts = probe.probe(make("plain"))
    argv = jpeg.clip_poster(ffmpeg.executable(), make("plain"), facts.video, tmp_path / "o.jpg", at_us=0, side=64)
    ffmpeg.run(argv)
    with pytest.raises(FFmpegFailed):
        ffmpeg.run(argv, limit=Limits(memory_bytes=150_000_000))


def test_no_file_grows_beyond_the_limit(tmp_path: Path) -> None:
    source = ("-f", "lavfi", "-i", "sine=duration=60:sample_rate=48000")
    argv = [ffmpeg.executable(), "-v", "error", *source, "-f", "wav", f"file:{tmp_path}/out.wav"]
    with pytest.raises(FFmpegFailed):
        ffmpeg.run(argv, limit=Limits(file_bytes=100_000))
    assert (tmp_path / "out.wav").stat().st_size <= 100_000


@pytest.mark.parametrize("count", [limits.CLIP_STREAMS + 1, 1_000, 20_000])
def test_thousands_of_streams(count: int, tmp_path: Path) -> None:
    path = tmp_path / "clip.mkv"
    path.write_bytes(matroska_of_tracks(count))
    assert refusal(path) == "too_many_streams"


def test_more_packets_than_a_clip_can_have(make: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    clip = make("no sound")  # 36 pictures
    monkeypatch.setattr(limits, "CLIP_PACKETS", 36)
    assert probe.probe(clip).video.frames == 36
    monkeypatch.setattr(limits, "CLIP_PACKETS", 35)
    assert refusal(clip) == "too_many_packets"


@pytest.mark.parametrize("lie", [0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF])
@pytest.mark.parametrize("header", [b"mvhd", b"tkhd", b"mdhd"])
def test_a_movie_that_lies_about_its_duration_is_measured(header: bytes, lie: int, make: Maker, tmp_path: Path) -> None:
    """Ten hours and more, nothing, or less than nothing: what is there is counted, or the clip is refused."""
    data = bytearray(make("plain").read_bytes())
    for kind, start in boxes_deep(bytes(data)):
        if kind == header:
            at = start + (28 if kind == b"tkhd" else 24)
            data[at : at + 4] = struct.pack(">I", lie)
    path = tmp_path / "clip.mp4"
    path.write_bytes(data)
    assert measured(path) in ("truncated", 1_200_000)


@pytest.mark.parametrize("lie", [0.0, -1.0, 36_000_000.0, float("nan"), float("inf"), 1e300])
def test_a_matroska_that_lies_about_its_duration_is_measured(lie: float, make: Maker, tmp_path: Path) -> None:
    data = make("Matroska").read_bytes()
    at = data.index(b"\x44\x89\x88") + 3
    path = tmp_path / "clip.mkv"
    path.write_bytes(data[:at] + struct.pack(">d", lie) + data[at + 8 :])
    assert measured(path) in ("truncated", 1_200_000)


def measured(path: Path) -> int | str:
    """The duration of a clip's picture in microseconds, or why it is refused."""
    try:
        return probe.probe(path).video.duration_us
    except NotMedia as error:
        return error.code


def test_an_hour_of_silence_behind_a_second_of_picture_is_not_decoded(tmp_path: Path, render: Render) -> None:
    """FLAC packs it to almost nothing; what is read of it ends where the segment does."""
    path = tmp_path / "clip.mkv"
    silence = ("-f", "lavfi", "-i", "anullsrc=r=8000:cl=mono:d=3600")
    run(*picture("64x48", seconds="1"), *silence, *X264, "-c:a", "flac", "-frame_size", "65535", str(path))
    made = render(path)
    assert made.source.facts.audio is not None
    assert made.source.facts.audio.duration_us > 3_000_000_000
    where = input_options.window(made.source.facts, made.segment.shot, CANVAS.fps)
    assert where.seek_us + where.length_us < 3_000_000
    assert made.sound is not None
    assert made.sound.stat().st_size < 200_000
