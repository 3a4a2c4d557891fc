"""The Python client says what the API's document says."""

import ast
import json
import runpy
from pathlib import Path

ROOT = Path(__file__).parents[2]
GENERATE = runpy.run_path(str(ROOT / "clients" / "generate.py"))
GENERATED = ROOT / "clients" / "python" / "medley_client" / "generated"


def test_the_typed_client_is_what_the_document_says() -> None:
    """`make docs` writes it anew."""
    for name, content in GENERATE["rendered"]().items():
        assert (GENERATED / name).read_text() == content, name


def test_every_operation_of_the_document_is_a_method() -> None:
    document = json.loads((ROOT / "docs" / "openapi.json").read_text())
    named = {operation["operationId"] for item in document["paths"].values() for operation in item.values()}
    (operations,) = [
        node for node in ast.parse((GENERATED / "operations.py").read_text()).body if isinstance(node, ast.ClassDef)
    ]
    methods = {node.name for node in operations.body if isinstance(node, ast.FunctionDef)}
    assert methods == named | {"__init__"}
