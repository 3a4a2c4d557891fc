"""What the CDK app writes: one synth of both stages for the whole run of the tests, with nothing in the environment."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from infra.deploy import EDGE, STACKS
from infra.names import Names
from infra.rows import Function
from infra.stages import DEV, PROD, STAGES, Stage
from infra.topology import TOPOLOGY
from tests.once import once

ROOT = Path(__file__).parents[2]
ACCOUNT, REGION = "123456789012", "us-east-1"
VARIANTS = {  # of stages, as somebody has them for a while
    "unprotected": replace(PROD, protect=False),
    "replacing": replace(DEV, origin_secrets=("origin-2", "origin")),
}
SYNTH = """
from infra import app, stages
from tests.infra.conftest import VARIANTS
stages.STAGES.update(VARIANTS)
app.main()
"""

PSEUDO = {"AWS::AccountId": ACCOUNT, "AWS::Region": REGION, "AWS::Partition": "aws"}
RESOLVED: dict[str, Callable[[Any], Any]] = {
    "Ref": lambda name: PSEUDO.get(name, f"<{name}>"),
    "Fn::GetAtt": lambda path: f"<{'.'.join(path)}>",
    "Fn::GetStackOutput": lambda output: f"<{output['OutputName']}>",
    "Fn::Join": lambda parts: parts[0].join(plain(each) for each in parts[1]),
}


def plain(value: Any) -> Any:
    """A template's value with what refers to others resolved: pseudo parameters to the account of these tests, the
    rest to `<name>`."""
    if isinstance(value, list):
        return [plain(each) for each in value]
    if not isinstance(value, dict):
        return value
    (first, *others) = value or {"": None}
    if first in RESOLVED and not others:
        return RESOLVED[first](value[first])
    return {name: plain(each) for name, each in value.items()}


@dataclass(frozen=True)
class Resource:
    """One resource of a template."""

    id: str
    stack: str
    type: str
    raw: Mapping[str, Any]

    @property
    def properties(self) -> dict[str, Any]:
        resolved: dict[str, Any] = plain(self.raw.get("Properties", {}))
        return resolved


@dataclass(frozen=True)
class Synthesised:
    """The assembly of one stage."""

    stage: Stage
    folder: Path

    @property
    def names(self) -> Names:
        return Names(self.stage.name, ACCOUNT, REGION)

    @property
    def templates(self) -> list[Path]:
        return [self.folder / f"{self.names.of(stack)}.template.json" for stack in self.stacks]

    @property
    def stacks(self) -> tuple[str, ...]:
        return (EDGE, *STACKS) if self.stage.firewall else STACKS

    def resources(self, kind: str | None = None) -> Iterator[Resource]:
        """Those of a type, or all, of all stacks."""
        for stack, path in zip(self.stacks, self.templates, strict=True):
            for name, raw in json.loads(path.read_text())["Resources"].items():
                if kind is None or raw["Type"] == kind:
                    yield Resource(name, stack, raw["Type"], raw)

    def only(self, kind: str, **properties: Any) -> Resource:
        """The one resource of a type that has these properties."""
        (found,) = (each for each in self.resources(kind) if properties.items() <= each.properties.items())
        return found

    def function(self, row: Function) -> Resource:
        return self.only("AWS::Lambda::Function", FunctionName=self.names.of(row.name))

    def json(self, name: str) -> Any:
        return json.loads((self.folder / name).read_text())


def make_artefacts(folder: Path) -> None:
    """Something of every name that is deployed; what is in it does not matter to a template."""
    zips = {f"function-{row.folder}" for row in TOPOLOGY.functions if row.kind == "zip"}
    zips |= {f"layer-{name}" for row in TOPOLOGY.functions for name in row.layers}
    (folder / "image").mkdir(parents=True)
    (folder / "image" / "Dockerfile").write_text("ARG BASE\nFROM ${BASE}\n")
    for name in zips:
        with zipfile.ZipFile(folder / f"{name}.zip", "w") as archive:
            archive.writestr(zipfile.ZipInfo("nothing.py"), name)


def synthesise(folder: Path) -> None:
    """As for a deployment, but that the environment is empty and nothing can be looked up."""
    make_artefacts(folder / "artefacts")
    places = ("--artefacts", folder / "artefacts", "--out", folder / "out")
    command = [sys.executable, "-c", SYNTH, *STAGES, *VARIANTS, *places]
    run = subprocess.run(
        list(map(str, command)),
        cwd=ROOT,
        env={"PATH": "/nonexistent", "HOME": "/nonexistent"},
        capture_output=True,
        text=True,
        check=False,
    )
    (folder / "log").write_text(run.stdout + run.stderr)
    assert run.returncode == 0, (run.stdout + run.stderr)[-4000:]


@pytest.fixture(scope="session")
def synthesised(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Synthesised]:
    """By stage or variant of one."""
    folder = once(tmp_path_factory, "synthesised", synthesise)
    return {name: Synthesised(stage, folder / "out" / name) for name, stage in (STAGES | VARIANTS).items()}


@pytest.fixture(params=STAGES)
def cloud(request: pytest.FixtureRequest, synthesised: dict[str, Synthesised]) -> Synthesised:
    """One stage after the other."""
    return synthesised[request.param]
