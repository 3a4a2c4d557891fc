"""docs/SECURITY.md names tests that exist."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_test_it_names_exists() -> None:
    named = set(re.findall(r"`(test_\w+)`", (ROOT / "docs" / "SECURITY.md").read_text()))
    written = {name for path in (ROOT / "tests").rglob("test_*.py") for name in defined(path)}
    assert len(named) > 40
    assert sorted(named - written) == []


def defined(path: Path) -> list[str]:
    return re.findall(r"^(?:async )?def (test_\w+)", path.read_text(), re.MULTILINE)
