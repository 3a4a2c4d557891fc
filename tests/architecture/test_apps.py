"""The core names no app: the registry tells it of them. The command line works for one, and says so."""

import re
from pathlib import Path

from medley.apps.registry import PACKAGES, load

ROOT = Path(__file__).parents[2]
CORE = ("shared", "functions", "infra", "local", "clients", "layers")


def test_no_module_outside_an_apps_package_names_an_app() -> None:
    found = load()
    assert found.failures == ()
    named = []
    for app, package in found.packages.items():
        own = ROOT / "shared" / Path(*package.split("."))
        names = {app, package, package.rpartition(".")[2], found.apps[app].manifest.name}
        pattern = re.compile("|".join(map(re.escape, names)), re.IGNORECASE)
        for path in (path for folder in CORE for path in (ROOT / folder).rglob("*.py") if own not in path.parents):
            text = path.read_text().replace(f"PACKAGES = {PACKAGES!r}".replace("'", '"'), "")
            named += [f"{path.relative_to(ROOT)}: {line.strip()}" for line in text.splitlines() if pattern.search(line)]
    assert named == []
