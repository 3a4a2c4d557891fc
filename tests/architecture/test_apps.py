"""The core names no app: the registry tells it of them. The command line works for one, and says so; so may a screen of
the web app that is an app's own."""

import re
from collections.abc import Iterator
from pathlib import Path

from medley.apps.registry import PACKAGES, load

ROOT = Path(__file__).parents[2]
CORE = ("shared", "functions", "infra", "local", "clients", "layers", "web/src")
KINDS = {".py", ".json", ".toml", ".sql", ".ts", ".tsx", ".css"}
SCREENS = ("web/src/features/mix",)  # each of one app
WRITTEN = ("web/src/api/schema.d.ts", "clients/python/medley_client/generated")  # from the API's document


def files_of_the_core() -> Iterator[Path]:
    left_out = [ROOT / name for name in (*SCREENS, *WRITTEN)]
    for folder in CORE:
        for path in sorted((ROOT / folder).rglob("*")):
            tests = path.name.endswith((".test.ts", ".test.tsx"))
            if path.suffix in KINDS and not tests and not {path, *path.parents} & set(left_out):
                yield path


def test_no_file_outside_an_apps_package_names_an_app() -> None:
    found = load()
    assert found.failures == ()
    named = []
    for app, package in found.packages.items():
        own = ROOT / "shared" / Path(*package.split("."))
        names = {app, package, package.rpartition(".")[2], found.apps[app].manifest.name, found.apps[app].spec.__name__}
        pattern = re.compile("|".join(map(re.escape, names)), re.IGNORECASE)
        for path in (path for path in files_of_the_core() if own not in path.parents):
            text = path.read_text().replace(f"PACKAGES = {PACKAGES!r}".replace("'", '"'), "")
            named += [f"{path.relative_to(ROOT)}: {line.strip()}" for line in text.splitlines() if pattern.search(line)]
    assert named == []


def test_files_of_every_kind_are_looked_at() -> None:
    looked_at = {path.suffix for path in files_of_the_core()}
    assert looked_at >= {".py", ".json", ".ts", ".tsx"}
    assert all((ROOT / name).exists() for name in (*SCREENS, *WRITTEN))
