"""The runbook names what there is: whoever is called finds the field, the line and the setting it speaks of."""

import ast
import re
from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from pathlib import Path

from infra.alarms import rollbacks
from infra.names import Names
from infra.rows import Function, Lane, QueueTrigger
from infra.stages import Stage
from infra.topology import TOPOLOGY
from medley.db.tables import metadata
from medley.runtime.metrics import METRICS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "RUNBOOK.md").read_text()
LOGS = {"debug", "info", "warning", "error", "critical", "exception", "log"}
AWS = {  # its own words
    *("AccessDenied", "Init Duration", "Restore Duration", "Runtime.ExitError", "Task timed out", "ERROR"),
    "medley:stage",  # a tag that all of a stage has: infra/app.py
}
COMMANDS = ("aws ", "filter ", "make ", "medley ", "https://")  # and addresses
PLACES = re.compile(r"(/aws/lambda/)?medley-<stage>-(<\w+>|[a-z-]+)")


def logged() -> Iterator[str]:
    """Fields and messages of what functions log."""
    for folder in ("shared", "functions"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    yield from _logged_by(node)


def _logged_by(function: ast.AST) -> Iterator[str]:
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    saying = [call for call in calls if call.func.attr in LOGS]  # type: ignore[attr-defined]
    for call in saying:
        yield from (each.value for each in call.args if isinstance(each, ast.Constant) and isinstance(each.value, str))
    for call in calls:
        if call.func.attr == "append_context_keys":  # type: ignore[attr-defined]
            yield from (each.arg for each in call.keywords if each.arg)
    for node in ast.walk(function):
        if saying and isinstance(node, ast.Dict):
            yield from (key.value for key in node.keys if isinstance(key, ast.Constant) and isinstance(key.value, str))
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and _is_record(node.value):
            yield node.attr


def _is_record(node: ast.AST) -> bool:
    """Whether it is the line that is being written (medley.runtime.observability)."""
    return isinstance(node, ast.Name) and node.id == "record"


@cache
def known() -> set[str]:
    """All that may stand between backticks."""
    rows = {row.name for row in (*TOPOLOGY.functions, *TOPOLOGY.queues)}
    settings = {each.name for kind in (Function, Lane, QueueTrigger, Stage) for each in fields(kind)}
    metrics = {row.name.replace("*", "…") for row in METRICS}
    columns = {column.name for table in metadata.sorted_tables for column in table.columns}
    taken_back = {row.name for row in rollbacks(TOPOLOGY.function("api"), Names("prod", "", ""), "")}
    return rows | settings | metrics | columns | taken_back | set(logged()) | AWS


def unknown(page: str) -> list[str]:
    """What a page names that there is not."""
    names = [each for each in re.findall(r"`([^`]+)`", page) if not each.startswith(COMMANDS)]
    there = known()
    return [
        name
        for name in dict.fromkeys(names)
        if name not in there and not PLACES.fullmatch(name) and not ("/" in name and (ROOT / name).exists())
    ]


def test_the_runbook_names_what_there_is() -> None:
    assert unknown(PAGE) == []


def test_a_name_that_there_is_not_is_found() -> None:
    page = "`ms` and `took_ms` of `answered`, `reserved` and `reserve` of a row, `looked_at`, `infra/alarm.py`"
    assert unknown(page) == ["took_ms", "reserve", "infra/alarm.py"]


def test_targets_of_make_that_the_runbook_names_are_there() -> None:
    targets = set(" ".join(re.findall(r"^([a-z -]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)).split())
    assert set(re.findall(r"`make ([a-z-]+)", PAGE)) <= targets
