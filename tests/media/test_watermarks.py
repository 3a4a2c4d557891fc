"""A watermark stands where it should, as large and as clear as it should, whatever kind of image it is."""

from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest

from medley.contracts.assets import ImageFacts
from medley.contracts.engine import Anchor, Caption, Watermark
from medley.errors import MedleyError, NotMedia
from medley.media.intake.asset_probe import probe_asset
from medley.media.picture import anchors
from tests.media import measure, pictures
from tests.media.clips import Maker, run
from tests.media.conftest import CANVAS, Render

IMAGE = "a" * 64
CANVAS_720 = CANVAS.model_copy(update={"width": 640, "height": 360})
KINDS = {
    "PNG": ("mark.png", ()),
    "PNG without a suffix": ("mark", ("-f", "image2", "-c:v", "png")),
    "PNG called a JPEG": ("mark.jpg", ("-f", "image2", "-c:v", "png")),
    "PNG called a sequence": ("mark%03d.png", ()),
    "JPEG": ("mark.jpg", ("-pix_fmt", "yuvj444p", "-q:v", "2")),
    "WebP": ("mark.webp", ("-c:v", "libwebp", "-quality", "95")),
    "lossless WebP": ("mark.webp", ("-c:v", "libwebp", "-lossless", "1")),
}


@pytest.fixture(scope="module")
def black(tmp_path_factory: pytest.TempPathFactory) -> Path:
    clip = tmp_path_factory.mktemp("black") / "black.mp4"
    run("-f", "lavfi", "-i", "color=black:size=160x90:rate=30:duration=0.5", "-pix_fmt", "yuv420p", str(clip))
    return clip


def image(folder: Path, name: str = "mark.png", *more: str, source: str = "color=white:size=200x100") -> Path:
    made = folder / f"made{Path(name).suffix}"
    run("-f", "lavfi", "-i", f"{source},format=rgba", "-frames:v", "1", *more, str(made))
    return made.rename(folder / name)


def extent(video: Path) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what is bright in the last picture."""
    rows, columns = np.nonzero(pictures.decoded(video)[-1].y > 60)
    return int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1


def marked(render: Render, clip: Path, path: Path, frames: int = 3, **more: Any) -> Path:
    watermark = Watermark(image_sha256=IMAGE, **more)
    return render(clip, frames=frames, canvas=CANVAS_720, watermark=watermark, images={IMAGE: path}).video


@pytest.mark.parametrize("name", ["photo.jpg", "photo.webp", "photo%d.png", "photo.mp3"])
def test_a_photograph_by_any_name(name: str, black: Path, tmp_path: Path, render: Render) -> None:
    noise = "color=white:size=400x200,noise=alls=60"  # larger than what FFmpeg guesses a kind from
    args = ("-f", "image2", "-c:v", "mjpeg", "-pix_fmt", "yuvj444p") if name == "photo.mp3" else ()
    path = image(tmp_path, name, *args, source=noise)
    facts = probe_asset(path)
    assert isinstance(facts, ImageFacts)
    assert (facts.width, facts.height) == (400, 200)
    left, top, right, bottom = extent(marked(render, black, path, opacity_percent=100, width_percent=25))
    assert (right - left, bottom - top) == pytest.approx((160, 80), abs=3)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_image(kind: str, black: Path, tmp_path: Path, render: Render) -> None:
    name, args = KINDS[kind]
    video = marked(render, black, image(tmp_path, name, *args), opacity_percent=100, width_percent=25)
    left, top, right, bottom = extent(video)
    assert (right - left, bottom - top) == pytest.approx((160, 80), abs=3)
    area = anchors.safe_area(CANVAS_720)
    assert (right, bottom) == pytest.approx((area.x + area.width, area.y + area.height), abs=2)
    assert pictures.decoded(video)[-1].y[bottom - 40, right - 80] == pytest.approx(235, abs=3)


@pytest.mark.parametrize("anchor", get_args(Anchor))
def test_each_anchor(anchor: Anchor, black: Path, tmp_path: Path, render: Render) -> None:
    left, top, right, bottom = extent(marked(render, black, image(tmp_path), anchor=anchor))
    area = anchors.safe_area(CANVAS_720)
    across = {"near": left - area.x, "middle": (left + right) / 2 - 320, "far": right - area.x - area.width}
    down = {"near": top - area.y, "middle": (top + bottom) / 2 - 180, "far": bottom - area.y - area.height}
    assert abs(across[anchors.across(anchor)]) <= 2
    assert abs(down[anchors.down(anchor)]) <= 2


@pytest.mark.parametrize("source", ["color=white:size=2000x100", "color=white:size=100x2000", "color=white:size=3x2"])
def test_however_large_it_keeps_to_the_safe_margins(source: str, black: Path, tmp_path: Path, render: Render) -> None:
    left, top, right, bottom = extent(marked(render, black, image(tmp_path, source=source), width_percent=100))
    area = anchors.safe_area(CANVAS_720)
    assert left >= area.x - 2
    assert top >= area.y - 2
    assert right <= area.x + area.width + 2
    assert bottom <= area.y + area.height + 2
    assert right - left >= area.width - 4 or bottom - top >= area.height - 4


@pytest.mark.parametrize("opacity", [100, 50, 25])
def test_opacity(opacity: int, black: Path, tmp_path: Path, render: Render) -> None:
    video = marked(render, black, image(tmp_path), anchor="center", width_percent=50, opacity_percent=opacity)
    for picture in pictures.decoded(video):
        assert picture.y[180, 320] == pytest.approx(16 + (235 - 16) * opacity / 100, abs=4)


def test_transparent_parts_do_not_show(black: Path, tmp_path: Path, render: Render) -> None:
    """Nor does their colour, bright here, at the edges of the others."""
    box = "drawbox=x=150:y=150:w=100:h=100:c=black:replace=1:t=fill"
    source = f"color=white:size=400x400,format=rgba,geq=r=255:g=255:b=255:a=0,{box}"
    video = marked(render, black, image(tmp_path, source=source), anchor="center", width_percent=30)
    assert pictures.decoded(video)[-1].y.max() <= 20


def test_colours_are_those_of_the_image(black: Path, tmp_path: Path, render: Render) -> None:
    for name, args in (KINDS["PNG"], KINDS["JPEG"], KINDS["WebP"]):
        path = image(tmp_path, name, *args, source="color=red:size=200x100")
        video = marked(render, black, path, anchor="center", width_percent=50, opacity_percent=100)
        picture = pictures.decoded(video)[-1]
        assert (picture.y[180, 320], picture.u[90, 160], picture.v[90, 160]) == pytest.approx((63, 102, 240), abs=5)


def test_it_stays_through_a_passage_and_over_a_caption(
    make: Maker, black: Path, tmp_path: Path, render: Render
) -> None:
    watermark = Watermark(image_sha256=IMAGE, anchor="center", width_percent=50, opacity_percent=100)
    made = render(
        make("plain"),
        frames=8,
        canvas=CANVAS_720,
        watermark=watermark,
        images={IMAGE: image(tmp_path)},
        into=("slide", black, {}),
        caption=Caption(text="Covered", anchor="center", size_percent=10),
    )
    assert len(measure.frame_hashes(made.video)) == 8
    for picture in pictures.decoded(made.video):
        assert picture.y[150:210, 220:420] == pytest.approx(235, abs=4)


def test_only_the_first_of_images_in_a_row_is_shown(black: Path, tmp_path: Path, render: Render) -> None:
    path = image(tmp_path)
    path.write_bytes(path.read_bytes() + image(tmp_path, "behind.png", source="color=black:size=200x100").read_bytes())
    assert isinstance(probe_asset(path), ImageFacts)
    video = marked(render, black, path, frames=8, anchor="center", width_percent=50, opacity_percent=100)
    for picture in pictures.decoded(video):
        assert picture.y[180, 320] == pytest.approx(235, abs=3)


def test_the_largest_images_are_drawn(black: Path, tmp_path: Path, render: Render) -> None:
    """Also those whose rows decoders make longer."""
    for size in ("4096x4096", "4000x4194"):
        path = image(tmp_path, source=f"color=white:size={size}")
        assert isinstance(probe_asset(path), ImageFacts)
        left, _, right, _ = extent(marked(render, black, path, width_percent=25))
        assert right - left == pytest.approx(160, abs=3)


def test_what_the_probe_refuses_is_not_drawn(black: Path, tmp_path: Path, render: Render) -> None:
    moving, large = tmp_path / "moving.webp", image(tmp_path, source="color=white:size=4300x4300")
    run("-f", "lavfi", "-i", "testsrc=size=64x48:rate=10:duration=0.4", "-c:v", "libwebp", str(moving))
    for path in (moving, large):
        with pytest.raises(NotMedia):
            probe_asset(path)
        with pytest.raises(MedleyError):
            marked(render, black, path)


def test_what_is_no_image_is_refused(make: Maker, black: Path, tmp_path: Path, render: Render) -> None:
    for content in (b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"#EXTM3U\n", make("plain").read_bytes()):
        path = tmp_path / "mark.png"
        path.write_bytes(content)
        with pytest.raises(MedleyError):
            marked(render, black, path)
