"""Names and texts are data: whatever is in them, a command stays the command it is."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from medley.contracts.engine import Canvas, Caption, Encoding, Into, Shot, Tags, Watermark
from medley.contracts.media import WireModel
from medley.media.intake import probe
from medley.media.output import assembly
from medley.media.picture import posters
from medley.media.sandbox import ffmpeg
from tests.media.clips import Maker
from tests.media.conftest import CANVAS, DRAFT, Render

NAMES = (
    "-i evil.mp4",
    "-y",
    "new\nline.mp4",
    "both 'kinds' of \"quotes\" and a back\\slash.mp4",
    "$(touch made) `touch made`;touch made.mp4",
    "a|b.mp4",
    "%03d.mp4",
    "*.mp4",
    "concat:a|b",
    "file:x",
    "pipe:0",
    "http:,,evil",
    "[in];[in]null,movie=x:y=z.mp4",
    "\u202egpj.elif 🎬.mp4",
)
TEXTS = (
    "%{localtime} %{pts} %{e:1/0}",
    "':x=0,drawtext=textfile=/etc/passwd[out];[out]null",
    "-y /etc/passwd",
    "\\' \\n \\\\ ,;:=[]@",
    "first line\nsecond\x00\x1b[31m\r\nthird",
)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_by_any_name_is_read_and_written_as_itself(
    name: str, make: Maker, render: Render, tmp_path: Path
) -> None:
    """As the name of the clip and of the folder all outputs go to, with a caption in a file there."""
    folder = tmp_path / f"to {name}"
    folder.mkdir()
    clip = tmp_path / name
    clip.write_bytes(make("tiny").read_bytes())
    made = render(clip, frames=5, folder=folder, caption=Caption(text="Hello"))
    posters.clip_poster(clip, made.source.facts, folder / f"poster {name}.jpg")
    posters.poster(made.video, CANVAS, folder / "poster%03d.jpg")
    assert made.sound is not None
    assembled = assembly.assemble(
        [made.piece], [made.part], CANVAS, DRAFT, folder / f"out {name}", tags=Tags(title=name), workdir=folder
    )
    assert assembled.frames == 5
    expected = {made.video.name, made.sound.name, f"poster {name}.jpg", "poster%03d.jpg", f"out {name}"}
    assert {path.name for path in folder.iterdir()} == expected
    assert {path.name for path in tmp_path.iterdir()} == {name, folder.name}


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_drawn_and_is_no_part_of_the_filters(
    text: str, make: Maker, render: Render, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands: list[list[str]] = []
    real = ffmpeg.run

    def overheard(argv: list[str], **options: Any) -> str:
        commands.append(argv)
        return real(argv, **options)

    monkeypatch.setattr(ffmpeg, "run", overheard)
    made = render(make("tiny"), frames=5, caption=Caption(text=text))
    assembly.assemble(
        [made.piece],
        [made.part],
        CANVAS,
        DRAFT,
        tmp_path / "out.mp4",
        tags=Tags(title=text, artist=text, comment=text),
        workdir=tmp_path,
    )
    words = [word for argv in commands for word in argv]
    mark = text.split("\n", maxsplit=1)[0]
    named = [word for word in words if mark in word]
    assert all(word.startswith(("title=", "artist=", "comment=")) for word in named)
    assert not any(ord(letter) < ord(" ") for word in named for letter in word)


def test_a_name_does_not_make_a_clip(tmp_path: Path, make: Maker) -> None:
    """Nor unmake it: what is in the file counts."""
    path = tmp_path / "playlist.m3u8"
    path.write_bytes(make("tiny").read_bytes())
    assert probe.probe(path).video.frames == 36


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        (Canvas, {"width": 64, "height": 48, "fps": {"num": 30}, "fit": "crop,movie=/etc/passwd"}),
        (Canvas, {"width": "64:48", "height": 48, "fps": {"num": 30}}),
        (Canvas, {"width": 64, "height": 48, "fps": "30,movie=x"}),
        (Encoding, {"quality": "standard -f lavfi"}),
        (Encoding, {"codec": "rawvideo"}),
        (Encoding, {"options": "-f lavfi"}),
        (Shot, {"clip_sha256": "0" * 64, "frames": 5, "look": "hflip,null"}),
        (Shot, {"clip_sha256": "../../etc/passwd", "frames": 5}),
        (Into, {"kind": "custom:expr=1", "shot": {"clip_sha256": "0" * 64, "frames": 5}}),
        (Caption, {"text": "x", "anchor": "0:y=0"}),
        (Watermark, {"image_sha256": "/etc/passwd"}),
    ],
)
def test_a_parameter_is_one_of_a_list(model: type[WireModel], fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        model(**fields)


def test_a_parameter_nobody_knows_is_passed_over_in_a_message() -> None:
    """It comes from newer code, or from nobody of ours; either way no argument is made of it."""
    assert Encoding.model_validate({"options": "-f lavfi"}) == Encoding()
