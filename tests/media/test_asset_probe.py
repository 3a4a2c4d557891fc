"""What the probe finds in music, voice-overs and images, and why it refuses others."""

import struct
import zlib
from pathlib import Path
from typing import Any

import pytest

from medley import limits
from medley.contracts.assets import AudioAssetFacts, ImageFacts
from medley.errors import NotMedia
from medley.media.intake import asset_probe
from medley.media.intake.asset_probe import probe_asset
from tests.media.clips import AAC, Maker, picture, run, tone

SOUNDS = {
    "wav": ("-c:a", "pcm_s16le"),
    "mp3": ("-c:a", "libmp3lame"),
    "m4a": AAC,
    "aac": AAC,
    "flac": ("-c:a", "flac"),
    "ogg": ("-c:a", "libvorbis"),
    "opus": ("-c:a", "libopus"),
    "aiff": ("-c:a", "pcm_s16be"),
    "mka": ("-c:a", "flac"),
    "webm": ("-c:a", "libopus"),
}
IMAGES = {
    "rgba.png": (("-pix_fmt", "rgba"), "png", True),
    "rgb.png": (("-pix_fmt", "rgb24"), "png", False),
    "palette.png": (("-pix_fmt", "pal8"), "png", True),
    "grey.png": (("-pix_fmt", "gray"), "png", False),
    "photo.jpg": ((), "jpeg", False),
    "lossy.webp": ((), "webp", False),
    "lossless.webp": (("-lossless", "1", "-pix_fmt", "bgra"), "webp", True),
}


def image(path: Path, *args: str, size: str = "64x48") -> Path:
    run(*picture(size), "-frames:v", "1", *args, str(path))
    return path


def refusal(path: Path) -> str:
    with pytest.raises(NotMedia) as refused:
        probe_asset(path)
    assert refused.value.message.endswith(".")
    assert str(path.parent) not in refused.value.message
    return refused.value.code


@pytest.mark.parametrize("suffix", SOUNDS)
def test_every_kind_of_sound(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"sound.{suffix}"
    run(*tone(48_000), *SOUNDS[suffix], str(path))
    facts = probe_asset(path)
    assert isinstance(facts, AudioAssetFacts)
    assert (facts.sample_rate, facts.channels) == (48_000, 2)
    assert abs(facts.duration_us - 1_200_000) < 60_000
    assert facts.size_bytes == path.stat().st_size


def test_a_song_with_its_cover(tmp_path: Path) -> None:
    cover = ("-c:v", "mjpeg", "-frames:v", "1", "-disposition:v", "attached_pic")
    for suffix, codec in (("mp3", ("-c:a", "libmp3lame")), ("m4a", AAC)):
        path = tmp_path / f"song.{suffix}"
        run(*tone(), *picture("64x64"), "-map", "0", "-map", "1", *codec, *cover, str(path))
        assert isinstance(probe_asset(path), AudioAssetFacts)


def test_a_video_is_a_sound_if_it_has_one(make: Maker) -> None:
    facts = probe_asset(make("plain"))
    assert isinstance(facts, AudioAssetFacts)
    assert facts.codec == "aac"
    assert refusal(make("no sound")) == "no_audio"


@pytest.mark.parametrize("name", IMAGES)
def test_every_kind_of_image(name: str, tmp_path: Path) -> None:
    args, codec, alpha = IMAGES[name]
    path = image(tmp_path / name, *args)
    facts = probe_asset(path)
    assert facts == ImageFacts(
        codec=codec, width=64, height=48, alpha=alpha, size_bytes=path.stat().st_size, sha256=facts.sha256
    )


def test_a_photograph_is_measured_upright(tmp_path: Path) -> None:
    """Cameras say in EXIF how a photograph is to be turned."""
    plain = image(tmp_path / "photo.jpg").read_bytes()
    entry = struct.pack("<HHII", 0x0112, 3, 1, 6)  # orientation: turn clockwise
    exif = b"Exif\0\0II*\0" + struct.pack("<IH", 8, 1) + entry + struct.pack("<I", 0)
    (tmp_path / "turned.jpg").write_bytes(plain[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + plain[2:])
    facts = probe_asset(tmp_path / "turned.jpg")
    assert isinstance(facts, ImageFacts)
    assert (facts.width, facts.height) == (48, 64)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\xff", "not_media"),
        (b"Dear diary, today I made a song.\n", "not_media"),
        (bytes(100_000), "not_media"),
        (b"GIF89a" + bytes(500), "not_media"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>", "not_media"),
        (b"#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n", "playlist"),
        (b"\xef\xbb\xbf \n#extm3u\nhttp://169.254.169.254/latest\n", "playlist"),
        (b"ffconcat version 1.0\nfile '/etc/passwd'\n", "playlist"),
        (b"[playlist]\nFile1=/etc/passwd\n", "playlist"),
        (b"ID3\x04" + bytes(5_000), "not_media"),
        (b"OggS" + bytes(5_000), "not_media"),
        (b"fLaC" + bytes(5_000), "not_media"),
        (b"\xff\xfb" + bytes(5_000), "not_media"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "truncated"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50) + b"IEND", "unreadable"),
        (b"\xff\xd8\xff\xe0" + bytes(50), "truncated"),
        (b"\xff\xd8\xff\xe0" + bytes(50) + b"\xff\xd9", "unreadable"),
        (b"RIFF\x10\0\0\0WEBPVP8 " + bytes(50), "unreadable"),
        (b"RIFF\xff\xff\0\0WEBPVP8 " + bytes(50), "truncated"),
    ],
)
def test_what_is_no_asset(content: bytes, code: str, tmp_path: Path) -> None:
    path = tmp_path / "song.mp3"
    path.write_bytes(content)
    assert refusal(path) == code


@pytest.mark.parametrize("name", ["rgb.png", "photo.jpg", "lossy.webp"])
@pytest.mark.parametrize("keep", [0.3, 0.9])
def test_an_image_cut_off(name: str, keep: float, tmp_path: Path) -> None:
    data = image(tmp_path / name, *IMAGES[name][0]).read_bytes()
    (tmp_path / "cut").write_bytes(data[: int(len(data) * keep)])
    assert refusal(tmp_path / "cut") == "truncated"


@pytest.mark.parametrize("suffix", ["wav", "m4a", "mka"])
def test_a_sound_cut_off(suffix: str, tmp_path: Path) -> None:
    whole = tmp_path / f"whole.{suffix}"
    index_first = ("-movflags", "+faststart") if suffix == "m4a" else ()
    run(*tone(seconds="4"), *SOUNDS[suffix], *index_first, str(whole))
    (tmp_path / "cut").write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    assert refusal(tmp_path / "cut") in {"truncated", "not_media"}


def test_an_mp3_may_end_anywhere(tmp_path: Path) -> None:
    """Each of its frames stands for itself, and its length is but a guess until all are counted."""
    run(*tone(seconds="4"), "-c:a", "libmp3lame", "-write_xing", "0", str(tmp_path / "whole.mp3"))
    data = (tmp_path / "whole.mp3").read_bytes()
    (tmp_path / "cut.mp3").write_bytes(data[: len(data) // 2])
    facts = probe_asset(tmp_path / "cut.mp3")
    assert isinstance(facts, AudioAssetFacts)
    assert abs(facts.duration_us - 2_000_000) < 100_000


def png_of(width: int, height: int, rows: int = 1) -> bytes:
    """A PNG that says it is so large, and holds some rows of black."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(bytes(width + 1) * rows)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("size", "code"),
    [((8_193, 10), "too_large_picture"), ((8_000, 8_000), "too_large_picture"), ((60_000, 60_000), "unreadable")],
)
def test_an_image_that_would_unfold_to_gigabytes(size: tuple[int, int], code: str, tmp_path: Path) -> None:
    path = tmp_path / "bomb.png"
    path.write_bytes(png_of(*size))
    assert path.stat().st_size < 1_000
    assert refusal(path) == code


def test_the_largest_image_is_decoded(tmp_path: Path) -> None:
    path = tmp_path / "large.png"
    path.write_bytes(png_of(4_096, 4_096, rows=4_096))
    facts = probe_asset(path)
    assert isinstance(facts, ImageFacts)
    assert facts.width * facts.height == limits.ASSET_IMAGE_PIXELS


def test_animations_are_refused(tmp_path: Path) -> None:
    for suffix, form in (("webp", "webp"), ("png", "apng")):
        path = tmp_path / f"moving.{suffix}"
        run(*picture("64x48", "10", "0.4"), "-f", form, str(path))
        assert refusal(path) == "unreadable"


def test_an_image_of_too_many_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = image(tmp_path / "a.png")
    monkeypatch.setattr(limits, "ASSET_IMAGE_BYTES", path.stat().st_size)
    assert isinstance(probe_asset(path), ImageFacts)
    monkeypatch.setattr(limits, "ASSET_IMAGE_BYTES", path.stat().st_size - 1)
    assert refusal(path) == "too_large"


def test_more_streams_than_a_sound_can_have(tmp_path: Path) -> None:
    for count, code in ((limits.CLIP_STREAMS, None), (limits.CLIP_STREAMS + 1, "too_many_streams")):
        path = tmp_path / f"{count}.mka"
        maps = [value for _ in range(count) for value in ("-map", "0")]
        run(*tone(8_000, "mono"), *maps, "-c:a", "pcm_s16le", str(path))
        if code is None:
            assert isinstance(probe_asset(path), AudioAssetFacts)
        else:
            assert refusal(path) == code


def test_a_codec_left_out_on_purpose(tmp_path: Path) -> None:
    run(*tone(), "-c:a", "wmav2", str(tmp_path / "sound.mka"))
    assert refusal(tmp_path / "sound.mka") == "unsupported_codec"


def sound_report(**changes: Any) -> dict[str, Any]:
    """What the scan says of a plain sound, with `changes` to its stream."""
    audio = {"codec": "aac", "decoder": "aac", "packets": 100, "first_us": 0, "end_us": 2_000_000} | changes
    return {
        "container": "mov",
        "streams": 1,
        "start_us": 0,
        "declared_us": audio["end_us"],
        "audio": audio,
        "sound": {"sample_rate": 48_000, "channels": 2},
    }


SECOND = 1_000_000


@pytest.mark.parametrize(
    ("within", "beyond", "code"),
    [
        ({"end_us": 3_600 * SECOND}, {"end_us": 3_600 * SECOND + 1}, "too_long"),
        ({"end_us": 10_000}, {"end_us": 9_999}, "too_short"),
        ({"packets": 1}, {"packets": 0}, "unreadable"),
    ],
)
def test_limits_at_and_one_past(within: dict[str, int], beyond: dict[str, int], code: str) -> None:
    assert asset_probe.judge_sound(sound_report(**within), 1, "0" * 64).duration_us > 0
    with pytest.raises(NotMedia) as refused:
        asset_probe.judge_sound(sound_report(**beyond), 1, "0" * 64)
    assert refused.value.code == code


def test_a_sound_with_too_many_packets() -> None:
    with pytest.raises(NotMedia) as refused:
        asset_probe.judge_sound(sound_report() | {"failed": "packets"}, 1, "0" * 64)
    assert refused.value.code == "too_many_packets"


def image_report(width: int, height: int) -> dict[str, Any]:
    size = {"width": width, "height": height}
    return {"video": size, "picture": size | {"rotation": 0, "alpha": False, "corrupt": False}}


@pytest.mark.parametrize(("within", "beyond"), [((8_192, 2_048), (8_193, 2_000)), ((4_096, 4_096), (4_096, 4_097))])
def test_sizes_of_images_at_and_one_past(within: tuple[int, int], beyond: tuple[int, int]) -> None:
    assert asset_probe.judge_image(image_report(*within), "png", 1, "0" * 64).width == within[0]
    with pytest.raises(NotMedia) as refused:
        asset_probe.judge_image(image_report(*beyond), "png", 1, "0" * 64)
    assert refused.value.code == "too_large_picture"
