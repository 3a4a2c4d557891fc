"""`medley probe`: facts, verdict and warnings of any file, as tables and as JSON."""

import json
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.main import app
from cli.probe import verdict
from medley.domain.wording import READABLE
from tests.media.clips import Maker, picture, run, tone


@pytest.fixture(scope="session")
def make(tmp_path_factory: pytest.TempPathFactory) -> Maker:
    return Maker(tmp_path_factory.mktemp("probed"))


def probed(*arguments: str | Path) -> tuple[int, str]:
    result = CliRunner(env={"COLUMNS": "120", "NO_COLOR": "1"}).invoke(app, ["probe", *map(str, arguments)])
    return result.exit_code, result.stdout


def as_json(*arguments: str | Path) -> tuple[int, list[dict[str, Any]]]:
    status, out = probed(*arguments, "--json")
    return status, list(json.loads(out)["files"])


def test_a_clip_is_shown_with_all_that_is_known_of_it(make: Maker) -> None:
    status, out = probed(make("plain"))
    assert status == 0
    for text in (
        "plain.mp4",
        "accepted as clip",
        "h264, 160x120",
        "30.000 frames per second",
        "1.200 s, 36 frames",
        "yuv420p",
        "aac, 48,000 Hz, 2 channels",
        f"{make('plain').stat().st_size:,} bytes",
    ):
        assert text in out


@pytest.mark.parametrize(
    ("kind", "warning"),
    [
        ("variable rate", "variable frame rate"),
        ("one long frame", "stands still for 0.87 s"),
        ("HLG", "HDR"),
        ("PQ", "HDR"),
        ("interlaced", "deinterlaced"),
        ("wide pixels", "not square (4:3)"),
        ("full range", "full range"),
        ("no sound", "no sound"),
        ("5.1 sound", "6 channels"),
        ("sound half a second late", "sound begins 0."),
        ("picture half a second late", "before the picture: that much is cut"),
        ("sound shorter", "before the picture: silence from there"),
        ("plain", "fewer than 480 pixels"),
    ],
)
def test_what_will_be_changed_is_said_before(kind: str, warning: str, make: Maker) -> None:
    assert [each for each in verdict(make(kind)).warnings if warning in each.message], verdict(make(kind)).warnings


def test_a_clip_like_any_other_has_no_warning(tmp_path: Path) -> None:
    path = tmp_path / "usual.mp4"
    run(*picture("854x480", seconds="0.5"), *tone(seconds="0.5"), "-c:v", "libx264", "-pix_fmt", "yuv420p", str(path))
    assert verdict(path).warnings == []


def test_turned_clips_are_measured_upright(make: Maker) -> None:
    assert "h264, 120x160, turned 90 degrees" in probed(make("rotated 90"))[1]


def test_a_refused_file_has_its_reason_and_the_status_says_so(make: Maker, tmp_path: Path) -> None:
    (tmp_path / "list.mp4").write_text("#EXTM3U\nhttp://169.254.169.254/latest\n")
    status, out = probed(make("plain"), tmp_path / "list.mp4")
    assert status == 1
    assert "accepted as clip" in out
    assert "refused (playlist)" in out
    assert "names other files" in out


def test_assets_are_told_from_clips(tmp_path: Path) -> None:
    run(*tone(), str(tmp_path / "a.mp3"))
    run(*picture("64x48"), "-frames:v", "1", "-pix_fmt", "rgba", str(tmp_path / "b.png"))
    run(*picture("64x48"), "-frames:v", "1", str(tmp_path / "c.webp"))
    (tmp_path / "d.txt").write_text("Dear diary")
    status, files = as_json(tmp_path)
    assert status == 1
    assert [file.get("as") for file in files] == ["music or voice-over", "image", "image", None]
    assert files[-1] == {
        "file": str(tmp_path / "d.txt"),
        "accepted": False,
        "code": "not_media",
        "reason": f"The file is not a video Medley can read. Clips are {READABLE}; convert others to one of them.",
    }
    status, out = probed(tmp_path / "a.mp3", tmp_path / "b.png")
    assert status == 0
    assert "1.2" in out
    assert "png, 64x48, see-through" in out


def test_a_picture_that_is_no_image_either_says_why(tmp_path: Path) -> None:
    run(*picture("8200x64"), "-frames:v", "1", str(tmp_path / "wide.png"))
    run(*picture("64x48"), "-frames:v", "1", str(tmp_path / "cut.jpg"))
    whole = (tmp_path / "cut.jpg").read_bytes()
    (tmp_path / "cut.jpg").write_bytes(whole[: len(whole) // 2])
    wide, cut = verdict(tmp_path / "wide.png"), verdict(tmp_path / "cut.jpg")
    assert (wide.code, cut.code) == ("too_large_picture", "truncated")
    assert "a clip must be a video. The image is 8200x64; at most " in (wide.reason or "")
    assert "a clip must be a video. The image is damaged or cut off" in (cut.reason or "")


def test_a_clip_cut_off_is_not_taken_for_a_sound(make: Maker, tmp_path: Path) -> None:
    whole = tmp_path / "whole.mp4"
    run(*picture(), *tone(), "-c:v", "libx264", "-movflags", "+faststart", str(whole))
    (tmp_path / "cut.mp4").write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    assert verdict(tmp_path / "cut.mp4").code == "truncated"


def test_json_holds_the_facts_as_they_go_over_the_wire(make: Maker) -> None:
    status, (file,) = as_json(make("sound half a second late"))
    assert (status, file["accepted"], file["as"]) == (0, True, "clip")
    assert file["facts"]["video"]["fps"] == {"num": 30, "den": 1}
    (late,) = (each for each in file["warnings"] if each["code"] == "sound_late")
    seconds = late["parameters"]["for_ms"] / 1000
    assert late["message"] == f"sound begins {seconds:.2f} s after the picture: silence until then"


@pytest.mark.parametrize("name", ["[bold red]x.mp4", "a\x1b[31mb\n.mp4", "ü 😀.mp4"])
def test_no_name_is_taken_for_markup(name: str, make: Maker, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(make("plain").read_bytes())
    status, out = probed(tmp_path / name)
    assert status == 0
    assert "".join(c if c.isprintable() else "\ufffd" for c in name) in out
    assert "\x1b[31m" not in out


def test_folders_within_are_looked_into_if_asked_for(make: Maker, tmp_path: Path) -> None:
    """As what was passed over, and what is said where nothing was named, recommend."""
    (tmp_path / "whole" / "deep").mkdir(parents=True)
    (tmp_path / "whole" / "deep" / "a.mp4").write_bytes(make("plain").read_bytes())
    said = CliRunner().invoke(app, ["probe", str(tmp_path / "whole")])
    assert (said.exit_code, "--recursive takes what is in" in " ".join(said.output.split())) == (2, True)
    status, files = as_json(tmp_path / "whole", "--recursive")
    assert (status, [Path(file["file"]).name for file in files]) == (0, ["a.mp4"])


def test_what_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["probe", str(tmp_path / "nothing.mp4")])
    assert result.exit_code == 2
    assert CliRunner().invoke(app, ["probe"]).exit_code == 2


def test_probe_and_mix_say_the_same_of_a_clip(make: Maker, tmp_path: Path) -> None:
    """Clip by clip, a line each."""
    names = ["sound longer", "5.1 sound"]
    said = {each.message for name in names for each in verdict(make(name)).warnings}
    assert "its sound goes on when its picture has ended: the last picture is held from 1.20 s on" in said
    out = CliRunner(env={"NO_COLOR": "1"}).invoke(
        app, ["plan", *(str(make(name)) for name in names), "--resolution", "480"], catch_exceptions=False
    )
    lines = [line for line in out.output.splitlines() if line.split(": ")[0].endswith(".mp4")]
    assert set(chain.from_iterable(line.split(": ", 1)[1].split("; ") for line in lines)) == said
