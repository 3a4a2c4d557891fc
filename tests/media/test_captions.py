"""Whatever is typed, a caption keeps to the safe margins, and is text and nothing else."""

from itertools import product
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medley.apps.video_mixer import glyphs
from medley.contracts.engine import Anchor, Canvas, Caption
from medley.contracts.media import Rational
from medley.media.picture import anchors, captions, typeface
from medley.media.sandbox import ffmpeg
from tests.breadth import usual
from tests.media import pictures
from tests.media.clips import run
from tests.media.conftest import DRAFT, Render

SMALL = Canvas(width=480, height=270, fps=Rational(num=30))
TEXTS = {
    "plain": "Sale ends tonight",
    "quotes, escapes and expansions": 'it\'s "100"%{pts} \\n :;,[] = %{n}%% \\ ${x} {e\\:1}',
    "lines": "One\r\nTwo\rThree\u2028Four\x0bFive",
    "controls": "a\x00b\x07c\x1b[31md\u202ee\ufeff",
    "emoji": "Hé 😀 🎬 👨\u200d👩\u200d👧 ok",
    "scripts": "Ж Ω שלום مرحبا ½ €",
    "long": "Lorem ipsum dolor sit amet consectetur " * 7,
    "one word": "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverleihungsurkunde",
    "many lines": "a\n" * 149 + "b",
    "widest": "W" * 300,
    "accents": "e\u0301\u0302\u0303\u0304" * 20 + "ÅÇ",
}
PERSIAN = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"  # its joiner keeps two letters apart
MONOCHROME = "color=0x606060:size=160x120:rate=30:duration=0.2"


@pytest.fixture(scope="module")
def grey(tmp_path_factory: pytest.TempPathFactory) -> Path:
    clip = tmp_path_factory.mktemp("grey") / "grey.mp4"
    run("-f", "lavfi", "-i", MONOCHROME, "-pix_fmt", "yuv420p", str(clip))
    return clip


def drawn(video: Path) -> np.ndarray:
    """Where the first picture is not the grey it was: clearly, for an encoder blurs."""
    y = pictures.decoded(video)[0].y
    return np.abs(y - np.median(y)) > 24


SIZES = [2, 20]  # percent
CANVASES = [SMALL, Canvas(width=270, height=480, fps=Rational(num=30))]
CORNERS: list[Anchor] = ["top_left", "center", "bottom_right"]


@pytest.mark.parametrize("name", TEXTS)
def test_no_text_leaves_the_safe_margins(name: str, grey: Path, render: Render) -> None:
    first, shapes = list(TEXTS).index(name), list(product(SIZES, CANVASES))
    some = [(*shape, CORNERS[(first + at) % 3]) for at, shape in enumerate(shapes)]
    for size_percent, canvas, anchor in usual(some, [(*shape, anchor) for shape in shapes for anchor in CORNERS]):
        area = anchors.safe_area(canvas)
        inside = (slice(area.y - 1, area.y + area.height + 1), slice(area.x - 1, area.x + area.width + 1))
        caption = Caption(text=TEXTS[name], anchor=anchor, size_percent=size_percent)
        marks = drawn(render(grey, frames=1, canvas=canvas, caption=caption).video)
        assert marks[inside].sum() == marks.sum() > 0


@pytest.mark.parametrize("height", [480, 2160])
def test_size_and_place_follow_the_canvas(height: int, grey: Path, render: Render) -> None:
    canvas = Canvas(width=height * 16 // 9 // 2 * 2, height=height, fps=Rational(num=30))
    caption = Caption(text="Hxp", anchor="bottom_right", size_percent=10)
    rows, columns = np.nonzero(drawn(render(grey, frames=1, canvas=canvas, caption=caption).video))
    assert 0.07 < (rows.max() - rows.min()) / height < 0.1
    assert 0.92 < rows.max() / height < 0.95
    assert 0.93 < columns.max() / canvas.width < 0.95


@pytest.mark.parametrize("anchor", get_args(Anchor))
def test_each_anchor_is_where_it_says(anchor: Anchor, grey: Path, render: Render) -> None:
    caption = Caption(text="Text", anchor=anchor, size_percent=8)
    rows, columns = np.nonzero(drawn(render(grey, frames=1, canvas=SMALL, caption=caption).video))
    thirds = {"near": 0, "middle": 1, "far": 2}
    assert int(np.mean(columns) / SMALL.width * 3) == thirds[anchors.across(anchor)]
    assert int(np.mean(rows) / SMALL.height * 3) == thirds[anchors.down(anchor)]


def test_nothing_in_a_text_is_expanded(grey: Path, render: Render) -> None:
    """What FFmpeg would replace by the time or a number is drawn as wide as it is typed, and alike in every picture."""
    caption = Caption(text="%{pts}%{frame_num}%{n}", anchor="top_left", size_percent=8)
    one, *more = pictures.decoded(render(grey, frames=4, canvas=SMALL, caption=caption).video)
    assert all(pictures.difference(one.y, other.y) < 1 for other in more)
    (_, columns) = np.nonzero(drawn(render(grey, frames=1, canvas=SMALL, caption=caption).video))
    layout = captions.laid_out(caption, SMALL)
    assert layout is not None
    expected = typeface.typeface().width(caption.text) * layout.px
    assert columns.max() - columns.min() == pytest.approx(expected, rel=0.05)


@pytest.mark.parametrize("text", ["日本語", "\U0010ffff", "\u200d\u200c", "\n \n"])
def test_what_cannot_be_drawn_leaves_the_picture_as_it_is(text: str, grey: Path, render: Render) -> None:
    assert captions.laid_out(Caption(text=text), SMALL) is None
    assert not drawn(render(grey, frames=1, canvas=SMALL, caption=Caption(text=text)).video).any()


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("Hé 🦄 ok", ("Hé ok",)),
        ("a\n\n\n\nb\n", ("a", "", "b")),
        ("one two three four five six seven", ("one two three", "four five six seven")),
        ("e\u0301", ("é",)),
        ("👨\u200d👩\u200d👧 ok", ("ok",)),
        (PERSIAN, (PERSIAN,)),
        ("a\u202eb\tc", ("ab c",)),
    ],
)
def test_lines(text: str, lines: tuple[str, ...]) -> None:
    layout = captions.laid_out(Caption(text=text, size_percent=10), Canvas(width=480, height=480, fps=Rational(num=30)))
    assert layout is not None
    assert layout.lines == lines


@given(st.text(min_size=1, max_size=300), st.integers(2, 20), st.sampled_from([(480, 480), (270, 480), (3840, 2160)]))
def test_every_layout_fits_by_its_measures(text: str, size_percent: int, size: tuple[int, int]) -> None:
    canvas = Canvas(width=size[0], height=size[1], fps=Rational(num=30))
    layout = captions.laid_out(Caption(text=text, size_percent=size_percent), canvas)
    if layout is None:
        return
    area, face = anchors.safe_area(canvas), typeface.typeface()
    assert all(face.width(line) * layout.px <= area.width - 2 * layout.outline_px for line in layout.lines)
    assert len(layout.lines) * face.line * layout.px <= area.height - 2 * layout.outline_px
    assert layout.px * face.line <= canvas.height * size_percent / 100


def test_the_text_is_in_no_command_and_its_file_is_gone(
    grey: Path, render: Render, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands: list[list[str]] = []
    really_run = ffmpeg.run

    def spy(argv: list[str], **more: Any) -> str:
        commands.append(argv)
        return really_run(argv, **more)

    monkeypatch.setattr("medley.media.output.segments.ffmpeg.run", spy)
    folder = tmp_path / "it's, a:[folder]; with=all\\that"
    folder.mkdir()
    secret = "Secret' text"
    made = render(grey, frames=1, canvas=SMALL, encoding=DRAFT, caption=Caption(text=secret), folder=folder)
    assert drawn(made.video).any()
    assert len(commands) == 1
    assert not any("ecret" in word for word in commands[0])
    assert list(folder.iterdir()) == [made.video]


def test_the_listed_characters_are_those_of_the_typeface() -> None:
    assert glyphs.characters() == set(typeface.typeface().advances)
