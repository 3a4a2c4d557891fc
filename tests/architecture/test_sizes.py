"""Any function fits on a screen and any module in one sitting, and says what it is first."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
FUNCTION_LINES = 70
MODULE_LINES = 300
CODE = ("shared", "functions", "infra", "layers", "local", "cli", "clients", "bench")

NOBODYS = {"versions", "generated"}  # migrations are never edited, what a program writes is read by programs


def modules() -> Iterator[Path]:
    for folder in CODE:
        yield from (path for path in (ROOT / folder).rglob("*.py") if not NOBODYS & set(path.parts))


def test_modules_are_short() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in modules()}
    assert lengths
    assert {path: lines for path, lines in lengths.items() if lines > MODULE_LINES} == {}


def test_functions_are_short() -> None:
    long = {}
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > FUNCTION_LINES:
                    long[f"{path.relative_to(ROOT)}:{node.name}"] = lines
    assert long == {}


def test_no_module_is_named_for_what_it_is_not() -> None:
    vague = {"utils", "util", "helpers", "common", "misc"}
    assert [path for path in modules() if vague & {path.stem, *path.parts}] == []


def test_modules_open_with_their_noun() -> None:
    """What a module is stands first, so that a list of modules can be scanned."""
    asking = {"what", "how", "where", "when", "who", "why", "which", "whether", "that", "whatever"}
    opened = {}
    for path in modules():
        words = (ast.get_docstring(ast.parse(path.read_text())) or "").split()
        if words and words[0].lower() in asking:
            opened[str(path.relative_to(ROOT))] = " ".join(words[:6])
    assert opened == {}
