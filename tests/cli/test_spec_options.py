"""Every option of the spec is one of the command line, made from the model."""

import re
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import pytest
from typer.testing import CliRunner

from cli.clip_files import WrongUsage, clip_id_of
from cli.main import app
from cli.mix_order import ASSET_IDS, read
from cli.spec_options import GROUP_FIELDS, options
from medley.apps.video_mixer.spec import MixSpec


def test_no_field_of_the_spec_is_left_out() -> None:
    reached = {option.path[0] for option in options()}
    assert reached | {"mode", "groups", "never_adjacent"} == set(MixSpec.model_fields)
    assert len({option.name for option in options()}) == len(list(options()))


@pytest.mark.parametrize("columns", ["40", "80", "200"])
def test_the_help_names_every_option_however_narrow(monkeypatch: pytest.MonkeyPatch, columns: str) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    shown = CliRunner().invoke(app, ["mix", "--help"]).output
    names = [option.name for option in options()] + ["never_adjacent", *GROUP_FIELDS]
    missing = [name for name in names if not re.search(rf"^ +--{name.replace('_', '-')} ", shown, re.MULTILINE)]
    assert missing == []
    assert "[15]" in shown
    assert "\\" not in shown


def test_the_list_of_commands_cuts_no_sentence() -> None:
    shown = CliRunner(env={"COLUMNS": "80"}).invoke(app, ["--help"]).output
    assert "..." not in shown.partition("Commands:")[2]


@pytest.mark.parametrize("command", ["mix", "plan"])
def test_the_help_speaks_of_files_and_options(command: str) -> None:
    shown = CliRunner(env={"COLUMNS": "80"}).invoke(app, [command, "--help"]).output
    of_the_web = re.compile(r"project|library|asset|empty|mode\b", re.IGNORECASE)
    assert [line for line in shown.splitlines() if of_the_web.search(line)] == []
    assert "A sound file." in shown
    assert "Without --groups:" in " ".join(shown.split())


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    made = [tmp_path / name for name in ("a.mp4", "b.mp4", "c.mp4", "song.mp3", "logo.png")]
    for path in made:
        path.touch()
    return made


def spec(files: list[Path], **given: Any) -> dict[str, Any]:
    """What the options come to, without defaults."""
    return read([str(path) for path in files[:3]], [], given).spec.model_dump(mode="json", exclude_unset=True)


def test_values_are_read_as_the_model_wants_them(files: list[Path]) -> None:
    given = {
        "count": "5",
        "fps": "29.97",
        "resolution": "480",
        "speeds": "1,1.25,0.8",
        "looks": "none,mono",
        "duration_s": "12.5",
        "vary_opening": False,
        "caption": "{n} of {count}",
        "caption_style_anchor": "top",
        "caption_style_size_percent": "9",
    }
    assert spec(files, **given) == {
        "mode": "automatic",
        "count": 5,
        "fps": "29.97",
        "resolution": 480,
        "speeds": ["1", "5/4", "4/5"],
        "looks": ["none", "mono"],
        "duration_s": 12.5,
        "vary_opening": False,
        "caption": "{n} of {count}",
        "caption_style": {"anchor": "top", "size_percent": 9},
    }


def test_files_stand_for_clips_and_assets(files: list[Path]) -> None:
    a, b, c, song, logo = files
    found = spec(
        files,
        first_clip="a.mp4",
        last_clip=str(c),
        never_adjacent=["a.mp4,b.mp4"],
        music=str(song),
        music_volume_percent="20",
        music_loop=False,
        watermark=str(logo),
    )
    assert found["first_clip"] == str(clip_id_of(a))
    assert found["last_clip"] == str(clip_id_of(c))
    assert found["never_adjacent"] == [[str(clip_id_of(a)), str(clip_id_of(b))]]
    asset: UUID = uuid5(ASSET_IDS, str(song))
    assert found["music"] == {"asset": str(asset), "volume_percent": 20, "loop": False}
    assert found["watermark"] == {"asset": str(uuid5(ASSET_IDS, str(logo)))}


def test_what_is_wrong_with_a_group_is_named_by_its_option(files: list[Path]) -> None:
    with pytest.raises(WrongUsage, match=r"^--group-clips: At least 1\."):
        read([], [f"hook={files[0]}"], {"group_clips": ["hook=0"]})
    with pytest.raises(WrongUsage, match=r"^--clips-per-video: This has no effect with --groups"):
        read([], [f"hook={files[0]}"], {"clips_per_video": "1"})


def test_an_option_about_a_group_there_is_not(files: list[Path]) -> None:
    with pytest.raises(WrongUsage, match=r"about group 'body', but no group: name its files with --groups"):
        read([str(files[0])], [], {"group_clips": ["body=1"]})
    with pytest.raises(WrongUsage, match=r"about group 'body', but only 'hook'"):
        read([], [f"hook={files[0]}"], {"group_caption": ["body=Hi"]})


def test_options_about_groups(files: list[Path]) -> None:
    a, b, c, *_ = map(str, files)
    given = {
        "group_clips": ["body=2"],
        "group_caption": ["body=Hi, a=b", "hook=Yo"],
        "group_volume_percent": ["hook=5"],
    }
    found = read([], [f"hook={a}", f"body={b},{c}"], given).spec
    assert found.mode == "groups"
    assert [group.model_dump(exclude_unset=True) for group in found.groups] == [
        {"name": "body", "clips": 2, "caption": "Hi, a=b"},
        {"name": "hook", "volume_percent": 5, "caption": "Yo"},
    ]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"speeds": "1,3"}, "--speeds: A speed is between 0.5 and 2"),
        ({"fps": "31"}, "--fps: "),
        ({"transition": "zoom"}, "--transition: One of these: cut, fade, "),
        ({"music": "no.mp3"}, "--music: there is no file 'no.mp3'"),
        ({"music_volume_percent": "20"}, "--music is missing, though options of it are given"),
        ({"first_clip": "z.mp4"}, "'z.mp4' is not one of the clips"),
        ({"group_clips": ["body"]}, "--group-clips is written NAME=VALUE"),
        ({"trim": "head"}, "--window-s: Say how many seconds of a trimmed clip are kept."),
        ({"share": "smart"}, "--share: This has no effect without an exact length."),
        ({"skip": "3"}, "--seed: To skip videos of an earlier order, its seed is needed."),
        ({"caption_style_anchor": "top"}, "--caption-style-...: This has no effect without a caption."),
        ({"never_adjacent": ["a.mp4"]}, "--never-adjacent: A set of clips that are never adjacent needs at least two."),
        ({"caption": "{oops}"}, "--caption: The text can hold"),
    ],
)
def test_what_is_wrong_is_named(files: list[Path], given: dict[str, Any], told: str) -> None:
    with pytest.raises(WrongUsage) as refused:
        spec(files, **given)
    assert told in str(refused.value)
