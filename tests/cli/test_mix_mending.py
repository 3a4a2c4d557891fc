"""`medley mix` over a cache in which something is lost or damaged."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.directory_store import DirectoryStore
from cli.main import app
from tests.apps.scenes import SILENT
from tests.cli.conftest import QUICK
from tests.damages import DAMAGES, change, mistake

MIXED = ("--count", "4", "--order", "fixed", "--clips-per-video", "2", "--seed", "5")


def become_a_folder(path: Path, other: Path) -> None:
    path.unlink()
    path.mkdir()
    (path / "within").touch()


@pytest.fixture(scope="module")
def filled(clips: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[int, bytes]]:
    """A cache that holds all of four videos, and the videos by number."""
    folder = tmp_path_factory.mktemp("filled")
    places = ["--out", str(folder / "out"), "--cache", str(folder / "cache"), "--json", str(folder / "report.json")]
    result = CliRunner().invoke(app, ["mix", *QUICK, *MIXED, *map(str, clips.values()), *places])
    assert result.exit_code == 0
    made = json.loads((folder / "report.json").read_text())["outputs"]
    return folder / "cache", {output["n"]: (folder / "out" / output["file"]).read_bytes() for output in made}


@pytest.mark.parametrize("damage", [*DAMAGES, become_a_folder])
def test_a_damaged_cache_is_mended_on_the_way(
    mix: Any,
    clips: dict[str, Path],
    tmp_path: Path,
    filled: tuple[Path, dict[int, bytes]],
    damage: Callable[[Path, Path], None],
) -> None:
    whole, videos = filled
    cache = tmp_path / "cache"
    shutil.copytree(whole, cache)
    for kind in ("mp4", "wav", "jpg", "json"):
        one, other, *_ = sorted(cache.rglob(f"*.{kind}"))
        damage(one, other)
    ran = mix(*MIXED, *clips.values(), cached=cache)
    assert (ran.status, "Traceback" in ran.said) == (0, False)
    made = {output["n"]: (ran.out / output["file"]).read_bytes() for output in ran.report["outputs"]}
    assert made == videos
    assert ran.said.count("is encoded anew") == (damage in {change, mistake})
    assert 1 <= ran.report["segments"]["encoded"] <= 3
    again = mix(*MIXED, *clips.values(), cached=cache, out="again")
    assert (again.status, again.report["segments"]) == (0, {"encoded": 0, "reused": 4})


def test_what_is_lost_as_soon_as_it_is_made_is_made_anew_once(
    mix: Any, clips: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = DirectoryStore.upload

    def upload(store: DirectoryStore, path: Path, key: str, content_type: str, **known: Any) -> None:
        if not key.endswith(".wav"):
            real(store, path, key, content_type, **known)

    monkeypatch.setattr(DirectoryStore, "upload", upload)
    ran = mix(clips["red"], clips[SILENT], "--count", "2", "--clips-per-video", "1", cached=tmp_path / "cache")
    assert ran.status == 1
    assert ran.said.count("is encoded anew") == 1
    failed = next(output for output in ran.report["outputs"] if output["state"] == "failed")
    assert (failed["reason"]["code"], failed["shots"][0]["name"]) == ("segment_lost", "red.mp4")
    assert "A part of this video was lost and could not be made anew" in ran.said
