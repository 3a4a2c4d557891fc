"""What `medley mix` can write besides the videos: the manifest as a table, and the contact sheet."""

import csv
import io
from pathlib import Path

from PIL import Image
from typer.testing import CliRunner

from cli.main import app
from tests.cli.conftest import QUICK


def mix(out: Path, clips: dict[str, Path], *options: str | Path) -> tuple[int, str]:
    command = ["mix", *QUICK, *map(str, clips.values()), "--count", "3", "--seed", "7", "--no-cache"]
    result = CliRunner().invoke(app, [*command, "--out", str(out), *map(str, options)], catch_exceptions=False)
    return result.exit_code, " ".join(result.output.split())


def test_a_table_and_a_sheet_of_what_was_made(clips: dict[str, Path], tmp_path: Path) -> None:
    table, sheet = tmp_path / "mix.csv", tmp_path / "sheet.png"
    assert mix(tmp_path / "out", clips, "--csv", table, "--sheet", sheet)[0] == 0
    rows = list(csv.DictReader(io.StringIO(table.read_bytes().decode("utf-8-sig"), newline="")))
    assert len(rows) == 3 * len(clips)
    assert {row["file"] for row in rows} == {str(path) for path in (tmp_path / "out").iterdir()}
    assert {row["clip"] for row in rows} == {path.name for path in clips.values()}
    with Image.open(sheet) as picture:
        assert picture.format == "PNG"
        assert picture.height > 3 * 100
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mix.csv", "out", "sheet.png"]


def test_a_sheet_of_no_kind_we_draw_is_refused_before_anything_is_made(clips: dict[str, Path], tmp_path: Path) -> None:
    status, said = mix(tmp_path / "out", clips, "--sheet", tmp_path / "sheet.txt")
    assert (status, "should end with .png" in said) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_reports_may_go_where_the_videos_go(clips: dict[str, Path], tmp_path: Path) -> None:
    out = tmp_path / "out"
    files = {"--json": out / "mix.json", "--csv": out / "tables" / "mix.csv", "--sheet": out / "sheet.png"}
    assert mix(out, clips, *(part for pair in files.items() for part in pair))[0] == 0
    assert [path for path in files.values() if not path.is_file()] == []
    status, said = mix(out, clips, "--csv", tmp_path / "none" / "mix.csv")
    assert (status, "there is no folder" in said) == (2, True)
