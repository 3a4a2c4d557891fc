"""Canary of the layers: starts each function as Lambda would, with nothing on the path but its own zip and its layers.

    python -m layers.canary FOLDER          of what `layers.build` made there, for a machine like this one

A package that a layer lacks, a module compiled by another Python, an AWS client whose description was pruned: each
would show at the first event in the cloud, and shows here.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from infra.rows import Function
from infra.topology import TOPOLOGY

CLIENTS: Final = ("apigatewaymanagementapi", "s3", "secretsmanager", "sesv2", "sqs")
PROBE: Final = """
import importlib, importlib.machinery, json, sys
compiled, loader = [], importlib.machinery.SourceFileLoader
compile_source = loader.source_to_code
def told(self, data, path, **options):
    compiled.append(str(path))
    return compile_source(self, data, path, **options)
loader.source_to_code = told
importlib.import_module(sys.argv[1])
import boto3
for name in json.loads(sys.argv[2]):
    boto3.client(name, region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
files = [module.__spec__ for module in list(sys.modules.values()) if getattr(module, "__spec__", None)]
sources = [spec.origin for spec in files if spec.origin and spec.origin.endswith(".py")]
stale = [origin for origin in compiled if not origin.startswith(sys.base_prefix)]
foreign = [origin for origin in sources if not origin.startswith((sys.base_prefix, *sys.argv[3:]))]
print(json.dumps({"modules": len(sys.modules), "stale": stale, "foreign": foreign, "top": sorted(
    {name.partition(".")[0] for name in sys.modules})}))
"""


class Faulty(Exception):
    """A function that would not start in the cloud; the message says why."""


def start(row: Function, unpacked: Path) -> dict[str, Any]:
    """Import the handler of one function.

    Returns:
        `modules`, how many are loaded then, and `top`, the names of the packages they are of.

    Raises:
        Faulty: it does not import, or from elsewhere than its zip and layers, or something had to be compiled.
    """
    places = [unpacked / f"function-{row.folder}", *(unpacked / f"layer-{name}" / "python" for name in row.layers)]
    own = [str(place.resolve()) for place in places]
    handler = f"functions.{row.folder}.handler"
    run = subprocess.run(
        [sys.executable, "-S", "-s", "-B", "-c", PROBE, handler, json.dumps(CLIENTS), *own],
        env={"PYTHONPATH": ":".join(own), "AWS_EC2_METADATA_DISABLED": "true"},
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
    )
    if run.returncode:
        raise Faulty(f"{row.name} does not start:\n{run.stderr}")
    told: dict[str, Any] = json.loads(run.stdout)
    if told["foreign"]:
        raise Faulty(f"{row.name} has modules that are not deployed: {told['foreign'][:5]}")
    if told["stale"]:
        raise Faulty(f"{row.name} has modules whose bytecode is not used: {told['stale'][:5]}")
    return told


def main() -> None:
    for row in TOPOLOGY.functions:
        if row.kind == "zip":
            told = start(row, Path(sys.argv[1]) / "unpacked")
            sys.stdout.write(f"{row.name:12} starts with {told['modules']} modules\n")


if __name__ == "__main__":
    main()
