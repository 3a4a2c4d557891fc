"""Every metric that is published has its row in the table, and every row is published."""

import ast
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

from medley.runtime.metrics import METRICS, SWEEP

ROOT = Path(__file__).parents[2]
MAKERS = {"shared/medley/runtime/metrics.py", "shared/medley/aws/errors.py"}


def calls(*names: str) -> Iterator[tuple[str, ast.Call]]:
    """Calls of functions and methods of these names, with the file they stand in."""
    for folder in ("shared", "functions"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in names:
                    yield str(path.relative_to(ROOT)), node


def test_metrics_are_made_in_one_place() -> None:
    assert {path for path, _ in calls("add_metric", "single_metric")} == MAKERS


def test_what_is_published_is_in_the_table() -> None:
    """But for what sweep counts: that is published whatever its name, and tried out with the function."""
    written = {
        node.value
        for _, call in calls("publish", "single_metric")
        for argument in (*call.args, *(keyword.value for keyword in call.keywords if keyword.arg == "name"))
        for node in (argument.keys if isinstance(argument, ast.Dict) else [argument])
        if isinstance(node, ast.Constant)
    }
    rows = {row.name for row in METRICS if row.services != SWEEP}
    services = {name for row in METRICS for name in row.services}
    assert rows <= written
    assert written <= rows | services


def test_names_are_given_once() -> None:
    names = [row.name for row in METRICS]
    assert sorted(set(names)) == sorted(names)
    assert not [name for name in names for row in METRICS if name != row.name and fnmatch(name, row.name)]
