"""`medley plan` says what `medley mix` would do with the same words, and does nothing."""

import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli import mix_order
from cli import plan as plan_command
from cli.main import app
from tests.apps import scenes
from tests.cli.conftest import QUICK
from tests.media.clips import picture, run, tone

SEEDED = ("--seed", "7", "--clips-per-video", "3")


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs the command in a folder of its own; returns its exit status and what it said."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str | Path) -> tuple[int, str]:
        result = CliRunner().invoke(app, ["plan", *QUICK, *map(str, arguments)], catch_exceptions=False)
        return result.exit_code, " ".join(result.output.split())

    return run


def test_it_plans_what_mix_makes(plan: Any, clips: dict[str, Path], tmp_path: Path) -> None:
    words = [*map(str, clips.values()), "--count", "4", *SEEDED, "--looks", "none,mirror"]
    planned, made = tmp_path / "plan.json", tmp_path / "mix.json"
    assert plan(*words, "--json", planned)[0] == 0
    command = ["mix", *QUICK, *words, "--out", str(tmp_path / "out"), "--json", str(made), "--no-cache"]
    assert CliRunner().invoke(app, command, catch_exceptions=False).exit_code == 0
    before, after = json.loads(planned.read_text()), json.loads(made.read_text())
    for key in ("format", "seed", "spec", "capacity", "binding"):
        assert before[key] == after[key], key
    same = ("n", "title", "frames", "duration_s", "shots", "segments")
    assert [{k: o[k] for k in same} for o in before["outputs"]] == [{k: o[k] for k in same} for o in after["outputs"]]
    assert {output["state"] for output in before["outputs"]} == {"planned"}
    assert before["work"]["segments"] == after["segments"]["encoded"]
    assert before["distinctness"] == after["distinctness"] | {"pictures": None}
    assert after["distinctness"]["pictures"]["covered_percent"] > 0
    used = {use["digest"] for output in after["outputs"] for use in output["segments"]}
    assert set(after["prints"]) == used


def test_nothing_is_made_and_nothing_is_left(plan: Any, clips: dict[str, Path], tmp_path: Path) -> None:
    status, said = plan(*clips.values(), "--count", "2", *SEEDED)
    assert status == 0
    assert "2 of 24 possible videos" in said
    assert "Seed 7" in said
    assert "To encode, each once: 4 segments" in said
    assert "Most alike" not in said
    assert list(tmp_path.iterdir()) == []


def test_explained_it_shows_each_video_and_how_alike_they_are(plan: Any, clips: dict[str, Path]) -> None:
    status, said = plan(*clips.values(), "--count", "6", *SEEDED, "--speeds", "1,2", "--explain")
    assert status == 0
    assert all(f"Video {n}" in said for n in range(1, 7))
    assert all(path.name in said for path in clips.values())
    assert "(2x)" in said
    assert "Speeds: 8 times the different videos" in said
    assert "How alike: 15 pairs" in said
    assert "no figure here promises anything" in said


def test_many_videos_are_cut_short_and_said_to_be(
    plan: Any, clips: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan_command, "SHOWN", 2)
    said = plan(*clips.values(), "--count", "5", *SEEDED, "--explain")[1]
    assert "and 3 more" in said
    assert "Video 3" not in said


def test_names_cannot_speak_to_the_terminal(plan: Any, clips: dict[str, Path], tmp_path: Path) -> None:
    odd = tmp_path / "[bold]\x1b[31mred.mp4"
    odd.write_bytes(next(iter(clips.values())).read_bytes())
    twin = tmp_path / "twin\x1b[31m.mp4"
    twin.write_bytes(odd.read_bytes())  # named in a note
    status, said = plan(odd, twin, "--count", "1", "--explain")
    assert status == 0
    assert "\x1b" not in said
    assert "[bold]" in said
    assert "twin" in said


def test_what_cannot_be_met_is_said(plan: Any, clips: dict[str, Path], tmp_path: Path) -> None:
    status, said = plan(*clips.values(), "--count", "25", *SEEDED)
    assert (status, "only 24 are possible" in said) == (1, True)
    (tmp_path / "note.txt").write_text("hello")
    status, said = plan(tmp_path / "note.txt", "--count", "1")
    assert (status, "None of the files is a usable clip" in said) == (1, True)


def test_an_asset_of_another_kind_is_named_with_what_is_needed(
    plan: Any, clips: dict[str, Path], tmp_path: Path
) -> None:
    run(*tone(), str(tmp_path / "voice.wav"))
    run(*picture("64x48"), "-frames:v", "1", str(tmp_path / "logo.png"))
    for option, file, told in (
        ("--watermark", "voice.wav", "--watermark needs an image, and voice.wav is a sound."),
        ("--music", "logo.png", "--music needs a sound, and logo.png is an image."),
    ):
        status, said = plan(*clips.values(), "--count", "1", option, file)
        assert (status, told in said) == (1, True)


@pytest.mark.parametrize("fate", [Path.unlink, lambda path: (path.unlink(), os.mkfifo(path))], ids=["gone", "a pipe"])
@pytest.mark.parametrize("which", ["red", "song"])
def test_a_file_that_goes_away_before_it_is_read_is_named(
    plan: Any, clips: dict[str, Path], monkeypatch: pytest.MonkeyPatch, which: str, fate: Any
) -> None:
    files = {name: Path(shutil.copy(clips[name], Path.cwd())) for name in ("red", "gold", "green")}
    files["song"] = Path(shutil.copy(clips["green"], Path.cwd() / "song.mp4"))
    real = mix_order.read

    def read(*arguments: Any, **options: Any) -> Any:
        order = real(*arguments, **options)
        fate(files[which])
        return order

    monkeypatch.setattr(mix_order, "read", read)
    words = [files["red"], files["gold"], files["green"], "--count", "1", "--music", files["song"]]
    status, said = plan(*words)
    assert (status, "Traceback" in said) == (int(which == "song"), False)
    assert f"{files[which].name}: The file cannot be opened: No such file or directory." in said


def test_a_report_needs_a_folder(plan: Any, clips: dict[str, Path], tmp_path: Path) -> None:
    status, said = plan(*clips.values(), "--count", "1", "--json", tmp_path / "none" / "plan.json")
    assert (status, "there is no folder" in said) == (2, True)


def test_it_takes_the_options_of_mix_but_those_about_making(plan: Any, clips: dict[str, Path]) -> None:
    shown = {name: CliRunner().invoke(app, [name, "--help"]).output for name in ("mix", "plan")}
    mix_, plan_ = ({*re.findall(r"^ +(--[a-z-]+)", text, re.MULTILINE)} for text in shown.values())
    making = {"--out", "--workers", "--cache", "--no-cache", "--csv", "--sheet"}
    assert (mix_ - plan_, plan_ - mix_) == (making, {"--explain"})
    readme = (Path(__file__).parents[2] / "README.md").read_text()
    assert [option for option in making if f"`{option}`" not in readme] == []
    assert plan(*clips.values(), "--workers", "2")[0] == 2


def test_as_many_as_there_are(plan: Any, clips: dict[str, Path], tmp_path: Path) -> None:
    three = [clips[name] for name in ("red", "blue", "gold")]
    status, said = plan(*three, "--count", "max", "--json", tmp_path / "plan.json")
    assert (status, "6 of 6 possible videos" in said) == (0, True)
    told = json.loads((tmp_path / "plan.json").read_text())
    assert (told["spec"]["count"], len(told["outputs"])) == (6, 6)
    assert "4 of 6 possible videos" in plan(*three, "--count", "max", "--seed", "1", "--skip", "2")[1]
    many = plan(*three, "--count", "max", "--speeds", "1,0.8,1.25,1.5", "--looks", "none,mono")
    assert "1000 of 3,072 possible videos" in many[1]


def test_what_would_give_more_is_named_with_its_numbers(plan: Any, clips: dict[str, Path]) -> None:
    status, said = plan(clips["red"], clips["blue"], "--count", "5")
    assert status == 1
    assert "5 different videos were asked for, but only 2 are possible: all 2 clips in any order" in said
    assert "What would give more: another speed (8), another look (8)," in said
    assert "another clip (6)" in said


def test_what_is_left_out_is_named_also_where_nothing_is_made(
    plan: Any, clips: dict[str, Path], tmp_path: Path
) -> None:
    folder = tmp_path / "folder"
    (folder / "within").mkdir(parents=True)
    for name in ("red", "blue", "gold"):
        shutil.copy(clips[name], folder / f"{name}.mp4")
    (folder / "song.mp3").write_bytes(b"ID3" + bytes(200))
    (folder / "moving.gif").write_bytes(b"GIF89a" + bytes(200))
    status, said = plan(folder, "--count", "50")
    assert status == 1
    for named in ("Left out: song.mp3: ", "Left out: moving.gif: ", "within/: --recursive takes the clips in it too"):
        assert named in said
    assert plan(folder, "--count", "2")[0] == 0
    status, said = plan(folder, "--count", "2", "--strict")
    assert (status, "--strict: nothing is made, because of " in said) == (1, True)
    assert "warnings." in said


def test_strict_makes_a_warning_an_error(plan: Any, tmp_path: Path) -> None:
    large = scenes.make(tmp_path / "large", size="640x480")
    assert plan(large["red"], large["gold"], "--count", "2", "--strict")[0] == 0
    status, said = plan(large["red"], large["blue"], "--count", "2", "--strict")
    assert (status, "blue.mp4: no sound: it will be silent" in said) == (1, True)
    assert "--strict: nothing is made, because of 1 warning." in said
    assert "To encode" not in said
    copy = shutil.copy(large["red"], tmp_path / "again.mp4")
    status, said = plan(large["red"], large["gold"], copy, "--count", "2", "--strict")
    assert (status, "Same content as another clip, so counted once: again.mp4." in said) == (1, True)
