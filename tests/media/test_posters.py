"""Posters are upright, small and there."""

from pathlib import Path

import av
import pytest

from medley.errors import NotMedia
from medley.media.picture import posters
from tests.media import measure
from tests.media.clips import Maker, run
from tests.media.conftest import CANVAS, Render
from tests.media.probes import facts as facts_of


def size(path: Path) -> tuple[int, int]:
    with av.open(str(path)) as picture:
        stream = picture.streams.video[0]
        return stream.width, stream.height


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("plain", (480, 360)),
        ("rotated 90", (360, 480)),
        ("wide pixels", (480, 270)),
        ("HLG", (480, 360)),
        ("portrait", (270, 480)),
        ("VP9 without duration", (480, 360)),
        ("transport stream", (480, 360)),
        ("two frames", (480, 360)),
        ("Big Buck Bunny", (480, 270)),
    ],
)
def test_poster_of_a_clip(kind: str, expected: tuple[int, int], make: Maker, tmp_path: Path) -> None:
    clip = make(kind)
    posters.clip_poster(clip, facts_of(clip), tmp_path / "poster.jpg")
    assert size(tmp_path / "poster.jpg") == expected
    assert (tmp_path / "poster.jpg").stat().st_size < 100_000


def test_poster_of_the_largest_clip(tmp_path: Path) -> None:
    """Decoders make its rows and columns longer, beyond the probe's own limit."""
    clip = tmp_path / "clip.mp4"
    run("-f", "lavfi", "-i", "color=size=7990x5006:rate=5:duration=0.4", "-preset", "ultrafast", str(clip))
    posters.clip_poster(clip, facts_of(clip), tmp_path / "poster.jpg")
    assert size(tmp_path / "poster.jpg") == (480, 300)


@pytest.mark.parametrize("frames", [1, 14, 15, 16, 36])
def test_poster_of_a_segment_however_short(frames: int, make: Maker, render: Render, tmp_path: Path) -> None:
    made = render(make("plain"), frames=frames)
    posters.poster(made.video, CANVAS, tmp_path / "poster.jpg")
    assert size(tmp_path / "poster.jpg") == (480, 360)


def test_colours_are_kept(make: Maker, render: Render, tmp_path: Path) -> None:
    """The clip's own poster and that of its segment show the same brightness."""
    made = render(make("plain"))
    posters.clip_poster(make("plain"), made.source.facts, tmp_path / "clip.jpg")
    posters.poster(made.video, CANVAS, tmp_path / "segment.jpg")
    (clip,), (segment,) = measure.luma(tmp_path / "clip.jpg"), measure.luma(tmp_path / "segment.jpg")
    assert abs(clip - segment) <= 3


def test_a_clip_that_does_not_decode(make: Maker, tmp_path: Path) -> None:
    facts = facts_of(make("plain"))
    (tmp_path / "broken.mp4").write_bytes(b"\x00\x00\x00\x18ftypisom" + bytes(2_000))
    with pytest.raises(NotMedia) as refused:
        posters.clip_poster(tmp_path / "broken.mp4", facts, tmp_path / "poster.jpg")
    assert refused.value.code == "unreadable"
