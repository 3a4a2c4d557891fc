"""A passage has exactly its frames, goes from one shot to the other, and joins to both by copying."""

from itertools import product
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest

from medley.contracts.engine import Caption, Tags, Transition
from medley.contracts.media import Rational
from medley.errors import NotMedia
from medley.media.output import assembly
from medley.media.sound.pcm import SoundPart
from tests.breadth import usual
from tests.media import measure, pictures
from tests.media.clips import X264, Maker, run
from tests.media.conftest import CANVAS, DRAFT, Render

KINDS = get_args(Transition)
LENGTHS = [2, 3, 7, 30]
RATES = ["24000/1001", "25", "30000/1001", "60000/1001"]


def plain(folder: Path, color: str, seconds: str = "1.2") -> Path:
    clip = folder / f"{color}.mp4"
    source = f"color={color}:size=160x120:rate=30:duration={seconds}"
    run("-f", "lavfi", "-i", source, "-pix_fmt", "yuv420p", "-c:v", "libx264", "-qp", "0", str(clip))
    return clip


@pytest.fixture(scope="module")
def ends(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A grey clip, and a white one."""
    folder = tmp_path_factory.mktemp("ends")
    return plain(folder, "gray"), plain(folder, "white")


@pytest.mark.parametrize("frames", LENGTHS)
@pytest.mark.parametrize("kind", KINDS)
def test_each_frame_is_a_step_further(kind: Transition, frames: int, ends: tuple[Path, Path], render: Render) -> None:
    made = render(ends[0], frames=frames, into=(kind, ends[1], {}))
    light = np.array([picture.y.mean() for picture in pictures.decoded(made.video)])
    grey, white = 126, 235
    assert len(light) == frames
    if kind == "fade":
        down = frames // 2
        falling = [16 + (grey - 16) * (1 - (i + 1) / down) for i in range(down)]
        rising = [16 + (white - 16) * (i + 1) / (frames - down + 1) for i in range(frames - down)]
        expected = falling + rising
    else:
        expected = [grey + (white - grey) * (i + 1) / (frames + 1) for i in range(frames)]
    assert light == pytest.approx(expected, abs=2.5)


@pytest.mark.parametrize(("kind", "fps"), usual(list(zip(KINDS, RATES, strict=True)), list(product(KINDS, RATES))))
def test_at_every_rate(kind: Transition, fps: str, ends: tuple[Path, Path], render: Render) -> None:
    canvas = CANVAS.model_copy(update={"fps": Rational.of(fps)})
    made = render(ends[0], frames=13, canvas=canvas, into=(kind, ends[1], {}))
    light = [picture.y.mean() for picture in pictures.decoded(made.video)]
    assert len(light) == 13
    assert len(set(np.round(light))) == 13  # none is shown twice


@pytest.mark.parametrize("kind", KINDS)
def test_a_passage_joins_bit_for_bit(kind: Transition, make: Maker, render: Render, tmp_path: Path) -> None:
    one, other = make("plain"), make("Big Buck Bunny")
    body = render(one, frames=20)
    passage = render(one, start_frame=20, frames=9, into=(kind, other, {"look": "mirror"}))
    rest = render(other, skip_frames=9, frames=15, look="mirror")
    made = [body, passage, rest]
    out = tmp_path / "out.mp4"
    sounds = [SoundPart(None, sum(piece.frames for piece in made))]
    assembly.assemble(
        [piece.piece for piece in made], sounds, CANVAS, DRAFT, out, tags=Tags(title=""), workdir=tmp_path
    )
    hashes = [frame for piece in made for frame in measure.frame_hashes(piece.video)]
    assert len(hashes) == 44
    assert measure.frame_hashes(out) == hashes


@pytest.mark.parametrize("speed", ["9/10", "1", "5/4"])
def test_what_stands_around_a_passage_goes_on_where_it_ends(speed: str, tmp_path: Path, render: Render) -> None:
    clip = measure.numbered(tmp_path / "clip.mp4", "25", 60, *X264)
    rate = Rational.of(speed)
    whole = measure.numbers(render(clip, frames=48, start_frame=2, speed=rate).video)
    for skip in (0, 10, 17):
        rest = render(clip, frames=30, start_frame=2, skip_frames=skip, speed=rate)
        assert measure.numbers(rest.video) == whole[skip : skip + 30]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("short", [0, 1])
def test_a_shot_that_ends_early_is_found(kind: Transition, short: int, ends: tuple[Path, Path], render: Render) -> None:
    """Were it not, the passage would jump, in a file that looks right from outside."""
    start = [0, 0]
    start[short] = 26  # of 36 frames, for a passage of 20
    more: dict[str, Any] = {"start_frame": start[1]}
    with pytest.raises(NotMedia) as refused:
        render(ends[0], frames=20, start_frame=start[0], into=(kind, ends[1], more))
    assert refused.value.code == "short_footage"


@pytest.mark.parametrize("kind", KINDS)
def test_a_clip_passes_into_itself(kind: Transition, make: Maker, render: Render) -> None:
    same = render(make("plain"), frames=6, start_frame=3, into=(kind, make("plain"), {"start_frame": 3}))
    other = render(make("plain"), frames=6, start_frame=20, into=(kind, make("plain"), {}))
    assert len(measure.frame_hashes(same.video)) == len(measure.frame_hashes(other.video)) == 6


def test_a_caption_goes_with_its_shot(ends: tuple[Path, Path], tmp_path: Path, render: Render) -> None:
    black = plain(tmp_path, "black")
    caption = Caption(text="TEXT", anchor="center", size_percent=20)
    made = render(black, frames=9, caption=caption, into=("dissolve", black, {}))
    brightest = [int(picture.y.max()) for picture in pictures.decoded(made.video)]
    assert brightest == sorted(brightest, reverse=True)
    assert brightest[0] > 180
    assert brightest[-1] < 60
