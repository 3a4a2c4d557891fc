"""All options of the picture at once, on every canvas: what is made has the right size, frames and times."""

from itertools import cycle
from pathlib import Path
from typing import Any, NamedTuple, get_args

import pytest

from medley.contracts.engine import Anchor, Canvas, Caption, Codec, Encoding, Fit, Look, Quality, Transition, Watermark
from medley.contracts.media import Rational
from medley.media.output import verify
from tests.breadth import usual
from tests.media import measure
from tests.media.clips import Maker, run
from tests.media.conftest import Render

ASPECTS = {"9:16": (9, 16), "16:9": (16, 9), "1:1": (1, 1), "4:5": (4, 5)}
SHORT_SIDES = (480, 720, 1080, 2160)
RATES = ("24000/1001", "24", "25", "30000/1001", "30", "50", "60000/1001", "60")
KINDS = ("rotated 90", "wide pixels", "variable rate", "HLG", "odd size", "interlaced", "full range", "portrait")
IMAGE = "b" * 64


def sized(aspect: tuple[int, int], short: int) -> tuple[int, int]:
    across, down = aspect
    unit = short / min(aspect)
    return round(across * unit / 2) * 2, round(down * unit / 2) * 2


class Case(NamedTuple):
    canvas: tuple[str, int]
    fps: str
    fit: Fit
    look: Look
    into: Transition | None
    codec: Codec
    quality: Quality | None  # None: a draft with a ceiling
    anchor: Anchor
    clip: str


# Sixteen canvases, in an order in which any four in a row have each shape and each size; the other options go round at
# lengths of their own, so that each comes up, in many company, and within the first nine cases.
CANVASES = [(aspect, SHORT_SIDES[(at + step) % 4]) for step in range(4) for at, aspect in enumerate(ASPECTS)]
EVERY = [
    Case(*values)
    for values in zip(
        CANVASES,
        cycle(RATES),
        cycle(get_args(Fit)),
        cycle(get_args(Look)),
        cycle((None, *get_args(Transition))),
        cycle(get_args(Codec)),
        cycle((None, *get_args(Quality)[::-1])),
        cycle(get_args(Anchor)),
        cycle(KINDS),
        strict=False,
    )
]
CASES = usual(EVERY[:9], EVERY)


@pytest.mark.parametrize("case", CASES, ids=lambda case: " ".join(map(str, (*case.canvas, *case[1:]))))
def test_together(case: Case, make: Maker, render: Render, tmp_path: Path) -> None:
    width, height = sized(ASPECTS[case.canvas[0]], case.canvas[1])
    canvas = Canvas(width=width, height=height, fps=Rational.of(case.fps), fit=case.fit)
    run("-f", "lavfi", "-i", "color=white:size=64x32,format=rgba", "-frames:v", "1", str(tmp_path / "mark.png"))
    caption = Caption(text="It's 100 % “ready”", anchor=case.anchor)
    after: dict[str, Any] = {"look": "mono", "skip_frames": 4, "caption": caption}
    made = render(
        make(case.clip),
        frames=3,
        canvas=canvas,
        encoding=Encoding(codec=case.codec, quality=case.quality or "draft", max_kbps=None if case.quality else 4_000),
        speed=Rational.of("5/4"),
        look=case.look,
        caption=caption,
        into=(case.into, make("plain"), after) if case.into else None,
        watermark=Watermark(image_sha256=IMAGE, anchor=case.anchor),
        images={IMAGE: tmp_path / "mark.png"},
    )
    verify.segment(made.video, 3, canvas, Encoding(codec=case.codec))
    assert len(measure.frame_hashes(made.video)) == 3
    assert measure.decode_errors(made.video) == ""


def test_every_option_comes_up() -> None:
    found = list(zip(*CASES, strict=True))
    assert set(found[0]) >= set(CANVASES[:4])
    wanted = (RATES, get_args(Fit), get_args(Look), (None, *get_args(Transition)), get_args(Codec))
    assert [set(values) for values in found[1:6]] == [set(values) for values in wanted]
    assert {quality for quality in found[6] if quality} == set(get_args(Quality))
    assert [set(values) for values in found[7:9]] == [set(get_args(Anchor)), set(KINDS)]
    assert len(set(CANVASES)) == len(EVERY) == 16
