"""A print says what a segment shows at each of its seconds, whatever it was encoded with."""

from pathlib import Path

import numpy as np
import pytest

from medley.errors import FFmpegFailed
from medley.media.picture.pdq import SIDE_PX, pdq
from medley.media.picture.perceptual_hash import prints
from tests.media.clips import run

SIZE = (320, 180)
SEGMENT = ("-c:v", "libx264", "-preset", "ultrafast", "-bf", "0", "-g", "30", "-x264-params", "scenecut=0:open-gop=0")
CODECS = {
    "h264": SEGMENT,
    "h264, key frames elsewhere": ("-c:v", "libx264", "-preset", "ultrafast", "-g", "45", "-bf", "2"),
    "hevc": ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "keyint=30:bframes=0:log-level=error"),
    "av1": ("-c:v", "libsvtav1", "-preset", "12", "-g", "30", "-svtav1-params", "pred-struct=1:lp=1"),
    "av1, key frames elsewhere": ("-c:v", "libsvtav1", "-preset", "12", "-g", "45", "-svtav1-params", "lp=1"),
}


def make(
    out: Path, *encoder: str, frames: int = 70, rate: str = "30", filters: str = "gblur=6", source: str = "testsrc2"
) -> Path:
    picture = f"{source}=size={SIZE[0]}x{SIZE[1]}:rate={rate},{filters}"
    arguments = ("-frames:v", str(frames), *(encoder or SEGMENT), "-pix_fmt", "yuv420p")
    run("-f", "lavfi", "-i", picture, *arguments, str(out))
    return out


def apart(one: str, other: str) -> int:
    return (int(one, 16) ^ int(other, 16)).bit_count()


def reference(video: Path, number: int) -> str:
    """The hash of one frame, decoded and made small by FFmpeg: each pixel the mean of those it stands for."""
    filters = f"select=eq(n\\,{number}),scale={SIDE_PX}:{SIDE_PX}:flags=area"
    raw = run("-i", str(video), "-vf", filters, "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "gray", "-")
    return pdq(np.frombuffer(raw, np.uint8).reshape(SIDE_PX, SIDE_PX))[0]


@pytest.mark.parametrize(
    ("frames", "rate", "expected"),
    [
        (1, "30", 1),
        (30, "30", 1),
        (31, "30", 2),
        (61, "30000/1001", 3),
        (50, "24000/1001", 3),
    ],
)
def test_one_hash_for_each_second_begun(frames: int, rate: str, expected: int, tmp_path: Path) -> None:
    found = prints(make(tmp_path / "a.mp4", frames=frames, rate=rate))
    assert [len(text) for text in found] == [64] * expected


@pytest.mark.parametrize("codec", CODECS)
def test_each_is_the_hash_of_the_frame_that_begins_the_second(codec: str, tmp_path: Path) -> None:
    video = make(tmp_path / "a.mp4", *CODECS[codec])
    found = prints(video)
    frames = [reference(video, number) for number in (0, 30, 60)]
    assert [min(range(3), key=lambda k: apart(text, frames[k])) for text in found] == [0, 1, 2]
    assert max(map(apart, found, frames)) <= 24
    assert min(apart(found[0], found[1]), apart(found[1], found[2])) > 31


def test_the_same_picture_is_alike_at_any_quality_and_another_is_not(tmp_path: Path) -> None:
    fine = prints(make(tmp_path / "fine.mp4", *SEGMENT, "-crf", "10"))
    coarse = prints(make(tmp_path / "coarse.mp4", *SEGMENT, "-crf", "38"))
    other = prints(make(tmp_path / "other.mp4", source="mandelbrot"))
    assert max(map(apart, fine, coarse)) <= 31
    assert min(map(apart, fine, other)) > 60


def test_a_picture_that_shows_nothing_keeps_its_place(tmp_path: Path) -> None:
    black_second = "drawbox=t=fill:color=black:enable='between(n,30,59)'"
    first, second, third = prints(make(tmp_path / "a.mp4", filters=black_second))
    assert (len(first), second, len(third)) == (64, "", 64)


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    whole = make(tmp_path / "a.mp4").read_bytes()
    for name, content in {"none": b"", "noise": bytes(4_000), "cut": whole[: len(whole) // 2]}.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(FFmpegFailed) as failed:
            prints(tmp_path / name)
        assert failed.value.code == "bad_video"
    with pytest.raises(FFmpegFailed):
        prints(tmp_path / "missing")


def test_frames_that_do_not_decode_are_said(tmp_path: Path) -> None:
    video = make(tmp_path / "a.mp4")
    content = bytearray(video.read_bytes())
    start = content.index(b"mdat") + 4
    content[start : start + 40_000] = bytes(40_000)
    video.write_bytes(content)
    with pytest.raises(FFmpegFailed):
        prints(video)
