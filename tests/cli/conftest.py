"""`medley mix` for its tests."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli import clip_files
from cli.main import app
from tests.apps import scenes
from tests.media.probes import facts_of_content

QUICK = ("--resolution", "480", "--quality", "draft")


@pytest.fixture(autouse=True)
def _probed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """To probe its clips is half of the work of a short run; here clips of one content are, for all runs."""
    monkeypatch.setattr(clip_files, "probe", facts_of_content)


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The scenes, by colour."""
    return scenes.make(tmp_path_factory.mktemp("scenes"))


@dataclass(frozen=True)
class Ran:
    status: int
    said: str
    out: Path
    report: dict[str, Any]

    @property
    def files(self) -> list[str]:
        return sorted(path.name for path in self.out.iterdir())

    @property
    def orders(self) -> list[list[str]]:
        return [[shot["name"] for shot in output["shots"]] for output in self.report["outputs"]]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache for the tests that do not care, so that each segment is encoded once."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def mix(tmp_path: Path, cache: Path) -> Any:
    """Runs the command; unless told otherwise into `out`, with the shared cache and a report."""

    def run(*arguments: str | Path, out: str = "out", cached: Path | None = cache) -> Ran:
        folder, report = tmp_path / out, tmp_path / f"{out}.json"
        where = ["--no-cache"] if cached is None else ["--cache", str(cached)]
        words = [str(word).replace("OUT", str(folder)) for word in arguments]
        command = ["mix", *QUICK, *words, "--out", str(folder), "--json", str(report), *where]
        result = CliRunner().invoke(app, command, catch_exceptions=False)
        text = " ".join(result.output.split())
        return Ran(result.exit_code, text, folder, json.loads(report.read_text()) if report.exists() else {})

    return run
