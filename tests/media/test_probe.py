"""What the probe finds in good clips, and why it refuses bad ones."""

import json
import re
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from medley import limits
from medley.contracts.engine import available_frames
from medley.contracts.media import Rational
from medley.errors import NotMedia, Unavailable
from medley.media.intake import probe
from medley.media.intake.asset_probe import probe_asset
from medley.media.intake.pictures import orientation
from medley.media.intake.sniff import sniff
from tests.media.clips import AAC, KINDS, PLAIN, X264, Maker, picture, run, tone
from tests.media.probes import facts as facts_of

ONE = Rational(num=1)


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_is_understood(name: str, make: Maker) -> None:
    kind = KINDS[name]
    facts = facts_of(make(name))
    found = facts.video.model_dump(mode="json")
    assert {key: found[key] for key in kind.video} == kind.video
    if kind.audio is None:
        assert facts.audio is None
    else:
        assert facts.audio is not None
        sound = facts.audio.model_dump(mode="json")
        assert {key: sound[key] for key in kind.audio} == kind.audio
    assert available_frames(facts, Rational(num=30), ONE) == pytest.approx(facts.video.duration_us * 30 / 1e6, abs=0.76)


def test_the_real_clip(make: Maker) -> None:
    facts = probe.probe(make("Big Buck Bunny"))
    assert (facts.video.width, facts.video.height, facts.video.fps) == (1280, 720, Rational(num=25))
    assert facts.audio is not None
    assert facts.audio.channels == 6
    assert facts.size_bytes == 1_055_736
    assert available_frames(facts, Rational(num=30), ONE) == 158


def refusal(path: Path) -> str:
    with pytest.raises(NotMedia) as refused:
        probe.probe(path)
    assert refused.value.message.endswith(".")
    assert str(path.parent) not in refused.value.message
    return refused.value.code


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"Dear diary, today I made a video.\n", "not_media"),
        (bytes(100_000), "not_media"),
        (b"#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n", "playlist"),
        (b"\xef\xbb\xbf \n#extm3u\nhttp://169.254.169.254/latest\n", "playlist"),
        (b"ffconcat version 1.0\nfile '/etc/passwd'\n", "playlist"),
        (b'<?xml version="1.0"?><MPD></MPD>', "playlist"),
        (b"[Script Info]\nTitle: x\n", "playlist"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "picture"),
        (b"\xff\xd8\xff\xe0" + bytes(50), "picture"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(50), "picture"),
        (b"GIF89a" + bytes(50), "not_media"),
        (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11" + bytes(50), "not_media"),
        (b"FLV\x01" + bytes(50), "not_media"),
        (b"\x00\x00\x01\xba" + bytes(50), "not_media"),
        (b"ID3\x04" + bytes(50), "no_video"),
        (b"OggS" + bytes(50), "no_video"),
        (b"\x00\x00\x00\x18ftypisom" + bytes(50), "not_media"),
        (b"\x1a\x45\xdf\xa3" + bytes(5000), "not_media"),
        (b"RIFF\xff\xff\xff\xffAVI LIST" + bytes(500), "not_media"),
        ((b"G" + bytes(187)) * 40, "not_media"),
    ],
)
def test_what_is_no_clip(content: bytes, code: str, tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(content)
    assert refusal(path) == code


@pytest.mark.parametrize("file", ["sound.wav", "sound.m4a", "sound.mkv", "sound.mp3"])
def test_sound_alone(file: str, tmp_path: Path) -> None:
    run(*tone(), str(tmp_path / file))
    assert refusal(tmp_path / file) == "no_video"


def test_sound_with_cover_art_has_no_video(tmp_path: Path) -> None:
    path = tmp_path / "song.m4a"
    cover = ("-c:v", "mjpeg", "-frames:v", "1", "-disposition:v", "attached_pic")
    run(*tone(), *picture("64x64"), *AAC, *cover, "-f", "mp4", str(path))
    assert refusal(path) == "no_video"


@pytest.mark.parametrize("keep", [0.1, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("suffix", ["mp4", "mov-at-front", "mkv", "avi"])
def test_a_file_cut_off(keep: float, suffix: str, make: Maker, tmp_path: Path) -> None:
    """An MP4 cut off has lost its index at the end; with the index in front its pictures end too early."""
    kinds = {"mp4": "plain", "mkv": "Matroska", "avi": "motion JPEG"}
    if suffix == "mov-at-front":
        source = tmp_path / "whole.mp4"
        run(*PLAIN, "-movflags", "+faststart", str(source))
    else:
        source = make(kinds[suffix])
    path = tmp_path / "cut"
    path.write_bytes(source.read_bytes()[: int(source.stat().st_size * keep)])
    if suffix == "mkv" and keep >= 0.9:  # its last tenth of a second is lost: what is left is whole
        assert 30 <= probe.probe(path).video.frames <= 36
    else:
        assert refusal(path) in ("truncated", "not_media")


@pytest.mark.parametrize("other", ["subtitle.mkv", "subtitle.mp4", "sound.mkv", "sound.avi", "header.mp4"])
def test_a_track_longer_than_picture_and_sound(other: str, tmp_path: Path) -> None:
    """Nothing of the picture and its sound is missing; cut off, the same file is refused."""
    kind, suffix = other.split(".")
    short, path = (*picture(), *tone(), "-map", "0", "-map", "1"), tmp_path / f"clip.{suffix}"
    if kind == "subtitle":
        (tmp_path / "late.srt").write_text("1\n00:00:20,000 --> 00:00:22,000\nlate\n")
        codec = "mov_text" if suffix == "mp4" else "srt"
        short = (*short[:-4], "-i", str(tmp_path / "late.srt"), *short[-4:], "-map", "2", "-c:s", codec)
    elif kind == "sound":
        short = (*short[:-4], *tone(seconds="9"), *short[-4:], "-map", "2")
    run(*short, *(X264 if suffix != "avi" else ("-c:v", "mpeg4")), "-c:a", "mp2", "-movflags", "+faststart", str(path))
    data = bytearray(path.read_bytes())
    if kind == "header":
        at = data.index(b"mvhd") + 20
        data[at : at + 4] = struct.pack(">I", 22 * struct.unpack(">I", data[at - 4 : at])[0])
        path.write_bytes(data)
    facts = probe.probe(path)
    assert facts.audio is not None
    assert (facts.video.frames, facts.audio.duration_us) == (36, pytest.approx(1_200_000, abs=30_000))
    path.write_bytes(data[: len(data) // 12])
    assert refusal(path) in ("truncated", "not_media")


def test_damage_in_the_middle_is_no_crash(make: Maker, tmp_path: Path) -> None:
    data = bytearray(make("plain").read_bytes())
    middle = len(data) // 2
    data[middle : middle + 2_000] = bytes(index * 7 % 256 for index in range(2_000))
    path = tmp_path / "damaged.mp4"
    path.write_bytes(data)
    assert probe.probe(path).video.frames == 36


def test_one_picture(tmp_path: Path) -> None:
    run(*picture(), "-frames:v", "1", *X264, str(tmp_path / "one.mp4"))
    assert refusal(tmp_path / "one.mp4") == "too_short"


@pytest.mark.parametrize("size", ["20000x16", "16x20000", "8200x8200"])
def test_a_picture_too_large(size: str, tmp_path: Path) -> None:
    source = f"color=size={size}:rate=5:duration=0.4"
    run("-f", "lavfi", "-i", source, "-c:v", "mjpeg", "-pix_fmt", "yuvj420p", str(tmp_path / "large.avi"))
    assert refusal(tmp_path / "large.avi") == "too_large_picture"


@pytest.mark.parametrize("side", [0, 20_000])
def test_a_container_that_lies_about_the_size(side: int, make: Maker, tmp_path: Path) -> None:
    """The stream's own header counts."""
    data = make("ProRes").read_bytes()
    at = data.index(b"stsd") + 44
    assert struct.unpack(">HH", data[at : at + 4]) == (160, 120)
    path = tmp_path / "lies.mov"
    path.write_bytes(data[:at] + struct.pack(">HH", side, side) + data[at + 4 :])
    assert probe.probe(path).video.width == 160


@pytest.mark.parametrize("side", [0, 9_000, 20_000])
def test_a_stream_that_lies_about_the_size(side: int, make: Maker, tmp_path: Path) -> None:
    marker = re.compile(rb"(\xff\xc0\x00\x11\x08)\x00\x78\x00\xa0")
    data, changed = marker.subn(
        lambda match: match[1] + struct.pack(">HH", side, side), make("motion JPEG").read_bytes()
    )
    assert changed == 36
    path = tmp_path / "lies.avi"
    path.write_bytes(data)
    assert refusal(path) == "unreadable"


def test_a_shape_nobody_can_see(tmp_path: Path) -> None:
    run(*picture("1600x144"), *X264, str(tmp_path / "strip.mp4"))
    assert refusal(tmp_path / "strip.mp4") == "too_narrow"


def test_more_streams_than_a_clip_can_have(tmp_path: Path) -> None:
    for count, code in ((limits.CLIP_STREAMS, None), (limits.CLIP_STREAMS + 1, "too_many_streams")):
        path = tmp_path / f"{count}.mkv"
        maps = [value for _ in range(count - 1) for value in ("-map", "1")]
        run(*picture(), *tone(8_000, "mono"), "-map", "0", *maps, *X264, "-c:a", "pcm_s16le", str(path))
        if code is None:
            assert probe.probe(path).audio is not None
        else:
            assert refusal(path) == code


def test_a_codec_left_out_on_purpose(tmp_path: Path) -> None:
    run(*picture(), *tone(), "-c:v", "ffv1", "-c:a", "pcm_s16le", str(tmp_path / "clip.mkv"))
    assert refusal(tmp_path / "clip.mkv") == "unsupported_codec"


def report(**changes: Any) -> dict[str, Any]:
    """What the scan says of a plain clip, with `changes` to its video."""
    video = {
        "codec": "h264",
        "decoder": "h264",
        "rate": [30, 1],
        "width": 640,
        "height": 360,
        "packets": 60,
        "first_us": 0,
        "end_us": 2_000_000,
        "longest_us": 33_333,
        "variable": False,
    }
    look = {"pixel_format": "yuv420p", "full_range": False, "primaries": None, "transfer": None, "matrix": None}
    look |= {"interlaced": False, "rotation": 0, "mirrored": False, "sar": None}
    video |= changes
    return {
        "container": "mov",
        "streams": 1,
        "start_us": 0,
        "declared_us": video["end_us"],
        "has_audio": False,
        "video": video,
        "picture": look | {"width": video["width"], "height": video["height"]},
    }


SECOND = 1_000_000


@pytest.mark.parametrize(
    ("within", "beyond", "code"),
    [
        ({"width": 8_192, "height": 4_882}, {"width": 8_193, "height": 4_000}, "too_large_picture"),
        ({"width": 8_000, "height": 5_000}, {"width": 8_000, "height": 5_001}, "too_large_picture"),
        ({"packets": 2, "end_us": 66_666}, {"packets": 1, "end_us": 33_333}, "too_short"),
        ({"packets": 9_000, "end_us": 600 * SECOND}, {"packets": 9_000, "end_us": 601 * SECOND}, "too_long"),
        ({"packets": 480}, {"packets": 505}, "too_fast"),
        ({"width": 3_600, "height": 360}, {"width": 3_602, "height": 360}, "too_narrow"),
    ],
)
def test_limits_at_and_one_past(within: dict[str, int], beyond: dict[str, int], code: str) -> None:
    assert probe.judge(report(**within), 1, "0" * 64).video.frames >= 2
    with pytest.raises(NotMedia) as refused:
        probe.judge(report(**beyond), 1, "0" * 64)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("counted", "declared", "expected"),
    [
        (60, [30, 1], "30"),
        (60, None, "30"),
        (47, [90_000, 1], "47/2"),
        (48, [1, 1], "24"),
    ],
)
def test_the_rate_is_counted(counted: int, declared: list[int] | None, expected: str) -> None:
    facts = probe.judge(report(packets=counted, rate=declared), 1, "0" * 64)
    assert facts.video.fps == Rational.of(expected)


@pytest.mark.parametrize(
    ("matrix", "expected"),
    [
        ((1, 0, 0, 1), (0, False)),
        ((0, 1, -1, 0), (90, False)),
        ((-1, 0, 0, -1), (180, False)),
        ((0, -1, 1, 0), (270, False)),
        ((-1, 0, 0, 1), (0, True)),
        ((1, 0, 0, -1), (180, True)),
        ((0, 1, 1, 0), (90, True)),
    ],
)
def test_orientation_of_a_display_matrix(matrix: tuple[int, ...], expected: tuple[int, bool]) -> None:
    a, b, c, d = (value * 65_536 for value in matrix)
    assert orientation(struct.pack("=9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)) == expected


def test_pictures_with_exif_are_read(tmp_path: Path) -> None:
    """Cameras that film in JPEG write it into each picture; the library cannot name that kind of side data."""
    run(*picture("64x48", seconds="0.2"), "-c:v", "mjpeg", "-pix_fmt", "yuvj420p", str(tmp_path / "%d.jpg"))
    entry = struct.pack("<HHII", 0x0112, 3, 1, 6)  # orientation: turn clockwise
    exif = b"Exif\0\0II*\0" + struct.pack("<IH", 8, 1) + entry + struct.pack("<I", 0)
    segment = b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif
    for path in tmp_path.glob("*.jpg"):
        data = path.read_bytes()
        path.write_bytes(data[:2] + segment + data[2:])
    run("-framerate", "30", "-i", str(tmp_path / "%d.jpg"), "-c", "copy", str(tmp_path / "camera.mov"))
    facts = probe.probe(tmp_path / "camera.mov")
    assert (facts.video.frames, facts.video.rotation) == (6, 90)


def test_the_report_is_bounded() -> None:
    assert len(json.dumps(report())) < limits.PROBE_REPORT_BYTES


@pytest.mark.parametrize("first", [0, 4])
def test_transport_streams_by_their_sync_bytes(first: int) -> None:
    size = 188 + first
    assert sniff((bytes(first) + b"G" + b"\xaa" * (size - 1 - first)) * 10) == "mpegts"


@pytest.mark.parametrize("read", [probe.probe, probe_asset])
@pytest.mark.parametrize("looks", [1, 2], ids=["its bytes", "what is in it"])
def test_reading_ends_when_the_callers_time_does(
    read: Callable[..., object], looks: int, make: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also in the midst of a file of which nothing comes."""
    stuck = tmp_path / "stuck.py"
    stuck.write_text("import time\ntime.sleep(600)\n")
    monkeypatch.setattr(probe, "SCAN", stuck)
    path = make("plain") if read is probe.probe else tmp_path / "song.wav"
    if read is not probe.probe:
        run(*tone(), str(path))
    asked: list[None] = []

    def remaining_s() -> float:
        asked.append(None)
        return 0.0 if len(asked) >= looks else 600.0

    with pytest.raises(Unavailable) as ended:
        read(path, remaining_s=remaining_s)
    assert (ended.value.code, len(asked)) == ("out_of_time", looks)
