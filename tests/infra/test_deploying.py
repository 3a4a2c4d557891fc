"""`make synth`, `diff`, `deploy` and `destroy`, from their words to what is asked of programs and of AWS."""

import io
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.error import URLError

import boto3
import pytest
from botocore.exceptions import ClientError

from infra import deploy
from infra.deploy import STACKS
from infra.names import Names
from infra.stages import PROD
from tests.infra.conftest import ACCOUNT, REGION
from tests.infra.test_deploy import OURS, FakeCloudFormation

NAMES = Names(OURS.name, ACCOUNT, REGION)
BUILT = ["fetch certificates", "layers.build", "infra.app"]


@dataclass
class Edge:
    """Programs and AWS, played: what was asked of them, in order. CDK works on an assembly of its stage alone."""

    assembly: Path
    buckets: set[str] = field(default_factory=lambda: {NAMES.objects, NAMES.site})
    done: list[str] = field(default_factory=list)

    def run(self, command: Sequence[str], *, env: dict[str, str] | None = None, **_: Any) -> None:
        if command[0] == sys.executable:
            self.done.append(command[2])
            if command[2] == "infra.app" and env is not None:
                self.assembly.mkdir()
                (self.assembly / env["STAGE"]).touch()
            return
        assert (self.assembly / OURS.name).is_file(), "CDK is asked about what is not there"
        stacks = " ".join(word.removeprefix(f"medley-{OURS.name}-") for word in command if word.startswith("medley-"))
        self.done.append(f"{'ask' if 'prepare-change-set' in command else command[2]} {stacks}")

    def fetch(self, *_: Any, **__: Any) -> io.BytesIO:
        self.done.append("fetch certificates")
        return io.BytesIO(b"certificates")

    def client(self, service: str) -> Any:
        return {
            "sts": SimpleNamespace(get_caller_identity=lambda: {"Account": ACCOUNT}),
            "cloudformation": FakeCloudFormation(),
            "s3": SimpleNamespace(put_object=lambda **what: self.done.append(f"put {what['Bucket']}/{what['Key']}")),
        }[service]

    def bucket(self, name: str) -> Any:
        def delete() -> None:
            if name not in self.buckets:
                raise ClientError({"Error": {"Code": "NoSuchBucket", "Message": name}}, "ListObjects")
            self.done.append(f"empty {name}")

        return SimpleNamespace(objects=SimpleNamespace(all=lambda: SimpleNamespace(delete=delete)))


@pytest.fixture
def edge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Edge:
    """Nothing that is written or removed lies outside a folder of the test."""
    (tmp_path / ".tools").mkdir()
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "index.html").touch()
    played = Edge(tmp_path / "assembly")
    for name, value in {"ROOT": tmp_path, "SITE": tmp_path / "dist", "ASSEMBLY": played.assembly}.items():
        monkeypatch.setattr(deploy, name, value)
    for name in ("JSII_NODE", "JSII_RUNTIME_PACKAGE_CACHE_ROOT"):
        monkeypatch.setenv(name, "/nowhere")
    monkeypatch.setattr(deploy, "STAGES", {OURS.name: OURS})
    monkeypatch.setattr(deploy, "urlopen", played.fetch)
    monkeypatch.setattr(subprocess, "run", played.run)
    monkeypatch.setattr(boto3, "client", played.client)
    monkeypatch.setattr(boto3, "Session", lambda: SimpleNamespace(region_name=REGION, client=played.client))
    monkeypatch.setattr(boto3, "resource", lambda _: SimpleNamespace(Bucket=played.bucket))
    return played


@pytest.fixture
def make(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], list[str]]:
    """`make COMMAND STAGE=dev`; what was done."""

    def make(command: str) -> list[str]:
        monkeypatch.setattr(sys, "argv", ["infra.deploy", command, OURS.name])
        deploy.main()
        return edge.done

    return make


def test_synth_builds_and_sends_nothing(make: Callable[[str], list[str]]) -> None:
    assert make("synth") == BUILT


def test_without_a_network_it_is_said_what_cannot_be_had(
    edge: Edge, make: Callable[[str], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fetch(*_: Any, **__: Any) -> io.BytesIO:
        raise URLError("no such name")

    monkeypatch.setattr(deploy, "urlopen", fetch)
    with pytest.raises(SystemExit, match=r"certificates of RDS .*truststore.*no such name"):
        make("synth")
    assert edge.done == []


def test_diff_compares_all_stacks(make: Callable[[str], list[str]]) -> None:
    assert make("diff") == [*BUILT, f"diff {' '.join(STACKS)}"]


def test_deploy_asks_then_changes_then_sends_the_pages(make: Callable[[str], list[str]]) -> None:
    changed = [f"{what} {stack}" for stack in STACKS for what in ("ask", "deploy")]
    assert make("deploy") == [*BUILT, *changed, f"put {NAMES.site}/index.html"]


def test_pages_that_were_not_built_stop_a_deployment_before_it_begins(
    edge: Edge, make: Callable[[str], list[str]]
) -> None:
    (deploy.SITE / "index.html").unlink()
    with pytest.raises(SystemExit, match="build the site"):
        make("deploy")
    assert edge.done == []


def test_destroy_works_on_what_this_stage_is_made_of(make: Callable[[str], list[str]]) -> None:
    emptied = {"data": [f"empty {NAMES.objects}"], "web": [f"empty {NAMES.site}"]}
    taken = [step for stack in reversed(STACKS) for step in (*emptied.get(stack, []), f"destroy {stack}")]
    assert make("destroy") == [*BUILT, *taken]


def test_destroy_can_be_asked_again_after_it_was_stopped(edge: Edge, make: Callable[[str], list[str]]) -> None:
    edge.buckets.clear()
    assert make("destroy")[len(BUILT) :] == [f"destroy {stack}" for stack in reversed(STACKS)]


@pytest.mark.parametrize("command", ["diff", "deploy", "destroy"])
def test_what_nobody_wrote_or_what_is_protected_is_not_even_built(
    edge: Edge, make: Callable[[str], list[str]], monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    protected = [replace(OURS, protect=True)] if command == "destroy" else []
    for stage in (PROD, *protected):
        monkeypatch.setattr(deploy, "STAGES", {OURS.name: stage})
        with pytest.raises(SystemExit, match=r"stages\.py|protected"):
            make(command)
    assert edge.done == []
