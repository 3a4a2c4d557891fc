"""Collecting these tests starts nothing: CDK runs in Node, which has to be found first, and only where it is used."""

import subprocess
import sys

from tests.infra.conftest import ROOT

COLLECT = """
import importlib, pathlib, sys
for path in sorted(pathlib.Path("tests/infra").glob("*.py")):
    importlib.import_module(f"tests.infra.{path.stem}")
print(*sorted(name for name in ("aws_cdk", "jsii") if name in sys.modules))
"""


def test_no_module_imports_cdk() -> None:
    found = subprocess.run([sys.executable, "-c", COLLECT], cwd=ROOT, check=True, capture_output=True, text=True)
    assert found.stdout.split() == []
