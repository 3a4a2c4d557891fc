"""The contact sheet shows each video's pictures in order, decodes no picture twice, and goes on to further pages."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image

from cli import contact_sheet as drawing
from cli.contact_sheet import MARGIN, contact_sheet
from tests.media.clips import run

COLORS = {"red": (255, 0, 0), "lime": (0, 255, 0), "blue": (0, 0, 255), "white": (255, 255, 255)}
H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-bf", "0", "-g", "10", "-x264-params", "stitchable=1:scenecut=0")
CODECS = {
    "h264": H264,
    "hevc": ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "keyint=10:bframes=0:log-level=error"),
    "av1": ("-c:v", "libsvtav1", "-preset", "12", "-g", "10", "-svtav1-params", "pred-struct=1:lp=1"),
}


def joined(folder: Path, name: str, colors: Sequence[str], codec: str = "h264", frames: int = 20) -> Path:
    """A video of a segment of each colour, copied."""
    for color in {*colors}:
        segment = folder / f"{codec}-{color}.mp4"
        if not segment.exists():
            picture = f"color={color}:size=160x90:rate=10"
            run(
                "-f",
                "lavfi",
                "-i",
                picture,
                "-frames:v",
                str(frames),
                *CODECS[codec],
                "-pix_fmt",
                "yuv420p",
                str(segment),
            )
    listing = folder / "list.txt"
    listing.write_text("".join(f"file '{codec}-{color}.mp4'\n" for color in colors))
    run("-f", "concat", "-i", str(listing), "-c", "copy", str(folder / name))
    return folder / name


def nearest(pixel: tuple[int, ...]) -> str | None:
    """The colour a pixel is of, None if it is of none."""
    name, color = min(COLORS.items(), key=lambda item: sum(abs(a - b) for a, b in zip(item[1], pixel, strict=True)))
    return name if sum(abs(a - b) for a, b in zip(color, pixel, strict=True)) < 60 else None


@pytest.mark.parametrize("codec", CODECS)
def test_each_strip_shows_its_video_from_start_to_end(codec: str, tmp_path: Path) -> None:
    orders = [("red", "lime", "blue"), ("blue", "red", "lime")]
    videos = [joined(tmp_path, f"{n}.mp4", order, codec) for n, order in enumerate(orders)]
    assert contact_sheet(videos, tmp_path / "sheet.png") == [tmp_path / "sheet.png"]
    with Image.open(tmp_path / "sheet.png") as picture:
        image = picture.convert("RGB")
    for row in range(2):
        top = image.height * (2 * row + 1) // 4 + 12
        tiles = [nearest(image.getpixel((MARGIN + 96 + 193 * tile, top))) for tile in range(6)]  # type: ignore[arg-type]
        assert tiles == [color for color in orders[row] for _ in range(2)]


def test_a_picture_copied_into_many_videos_is_decoded_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    decode, decoded = drawing._decode, []
    monkeypatch.setattr(drawing, "_decode", lambda *given: decoded.append(given) or decode(*given))
    orders = [("red", "lime"), ("lime", "red"), ("red", "white"), ("white", "lime")]
    contact_sheet([joined(tmp_path, f"{n}.mp4", order) for n, order in enumerate(orders)], tmp_path / "sheet.png")
    assert len(decoded) == 3 * 2  # two key frames of each colour


def test_a_short_video_has_fewer_pictures(tmp_path: Path) -> None:
    short, long = joined(tmp_path, "short.mp4", ("red",), frames=1), joined(tmp_path, "long.mp4", ("blue",) * 3)
    contact_sheet([short], tmp_path / "short.png")
    contact_sheet([long], tmp_path / "long.png")
    with Image.open(tmp_path / "short.png") as one, Image.open(tmp_path / "long.png") as six:
        assert one.width < six.width / 3


def test_more_than_a_page_goes_on_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "PER_PAGE", 2)
    videos = [joined(tmp_path, f"{n}.mp4", ("red",)) for n in range(5)]
    out = tmp_path / "pages"
    out.mkdir()
    pages = contact_sheet(videos, out / "all.jpg")
    assert [page.name for page in pages] == ["all.jpg", "all-2.jpg", "all-3.jpg"]
    assert sorted(out.iterdir()) == sorted(pages)


@pytest.mark.parametrize(
    ("title", "shown"),
    [("Été 01", "Été 01"), ("東京 の 夏 07", "07"), ("🎬 Reel 2", "Reel 2"), ("東京", "5"), ("(夏) - !", "5")],
)
def test_a_title_is_shown_as_far_as_the_typeface_has_it(title: str, shown: str) -> None:
    assert drawing._legible(title, 5) == shown


def test_tiles_shrink_as_videos_grow_many(tmp_path: Path) -> None:
    video = joined(tmp_path, "a.mp4", ("red", "lime", "blue"))
    areas = []
    for count in (12, 60, 200):
        contact_sheet([video] * count, tmp_path / "sheet.png")
        with Image.open(tmp_path / "sheet.png") as picture:
            assert 1 < picture.width / picture.height < 3
            areas.append(picture.width * picture.height / count)
    assert areas[0] > areas[1] > areas[2]


def test_a_name_that_is_no_picture_is_refused_and_nothing_is_left(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no name of a picture"):
        contact_sheet([], tmp_path / "sheet.txt")
    (tmp_path / "not.mp4").write_bytes(bytes(100))
    with pytest.raises(Exception, match="Invalid data"):
        contact_sheet([tmp_path / "not.mp4"], tmp_path / "sheet.png")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["not.mp4"]
