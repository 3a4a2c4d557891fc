"""Deployment of a stage, as `make synth diff deploy destroy STAGE=dev` do it.

    python -m infra.deploy synth|diff|deploy|destroy STAGE [--replace ID]...

Each stack is first asked what would change; a change that loses something stored stops everything, unless it is named.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, Protocol
from urllib.error import URLError
from urllib.request import urlopen

from infra import pages
from infra.app import BUILT
from infra.changes import refused
from infra.names import Names
from infra.node import ROOT, prepare
from infra.stages import SAMPLE_KEY, STAGES, Stage

STACKS: Final = ("web", "data", "media", "api", "watch")  # in the order they need each other
BUCKETS: Final[Mapping[str, tuple[str, ...]]] = {"data": ("objects",), "web": ("site", "access_logs")}  # by stack
EDGE: Final = "edge"  # before them, where the stage has a firewall
EDGE_REGION: Final = "us-east-1"
ASSEMBLY: Final = ROOT / ".tools" / "cdk.out"
SITE: Final = ROOT / "web" / "dist"
CERTIFICATES: Final = "https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem"
CHANGE_SET: Final = "medley"
POLL_S: Final = 3.0
NO_CHANGE_SET: Final = "ChangeSetNotFound"
NO_STACK: Final = "ValidationError"
NO_BUCKET: Final = "NoSuchBucket"
SETTLED: Final = frozenset({"CREATE_COMPLETE", "FAILED"})


class Stopped(Exception):
    """The deployment does not go on; the message says why, and what to do."""


class Stacks(Protocol):
    """What is used of CloudFormation."""

    def describe_change_set(self, **which: Any) -> Mapping[str, Any]: ...

    def delete_change_set(self, **which: Any) -> Any: ...


@dataclass(frozen=True)
class Deployer:
    """One stage in one account. `run` runs a command and raises CalledProcessError if it fails; `empty` deletes all
    that is in a bucket, named as in `infra.names`, if there is one: what holds something cannot be deleted."""

    stage: Stage
    stacks: Callable[[], Stacks]
    run: Callable[[Sequence[str]], object]
    empty: Callable[[str], object]
    say: Callable[[str], object] = print
    sleep: Callable[[float], object] = time.sleep
    named: frozenset[str] = field(default_factory=frozenset)
    region: Callable[[], str] = field(default_factory=lambda: _region)

    def names(self) -> Iterator[str]:
        """Of the stacks, in the order they are made."""
        names = Names(self.stage.name, "", "")
        return (names.of(stack) for stack in ((EDGE, *STACKS) if self.stage.firewall else STACKS))

    def check(self) -> None:
        """Raises: Stopped, if the stage still has what its file came with, or cannot be where it is to go."""
        if self.stage.firewall and self.region() != EDGE_REGION:
            raise Stopped(
                f"The firewall of a CDN is in {EDGE_REGION}, and so is a stage that has one; this is "
                f"{self.region() or 'no region'}. Deploy there, or say firewall=False in infra/stages.py."
            )
        if SAMPLE_KEY in self.stage.download_keys:
            raise Stopped(
                "infra/stages.py has a sample among download_keys: `python -m infra.download_keys` makes one."
            )
        values = (self.stage.domain, self.stage.certificate_arn, self.stage.mail_sender, self.stage.alarms_to)
        example = [value for value in values if value and ("example.com" in value or ":123456789012:" in value)]
        if example:
            raise Stopped(
                f"infra/stages.py says {example[0]!r} of stage {self.stage.name}: write your own there first."
            )

    def diff(self) -> None:
        """Show what would change."""
        self.run(_cdk("diff", *self.names()))

    def deploy(self) -> None:
        """Ask, then change, stack by stack.

        Raises:
            Stopped: something stored would be lost. Stacks before that one are deployed, it and those after are not.
        """
        for stack in self.names():
            self._ask(stack)
            self.run(_cdk("deploy", stack, "--exclusively", "--require-approval", "never"))

    def may_go(self) -> None:
        """Raises: Stopped, if the stage is protected."""
        if self.stage.protect:
            raise Stopped(f"Stage {self.stage.name} is protected. docs/DEPLOY.md says how it is taken down.")

    def destroy(self) -> None:
        """Take everything away, last stack first, each bucket emptied once nothing writes to it any more. What was
        stopped on its way is done again from the start. Raises: Stopped, if the stage is protected."""
        self.may_go()
        for stack in reversed(list(self.names())):
            for bucket in BUCKETS.get(stack.rpartition("-")[2], ()):
                self.empty(bucket)
            self.run(_cdk("destroy", stack, "--exclusively", "--force"))

    def _ask(self, stack: str) -> None:
        """Have CloudFormation work out the changes without making them, and leave nothing of that behind."""
        how = ("--method", "prepare-change-set", "--change-set-name", CHANGE_SET)
        which = {"StackName": stack, "ChangeSetName": CHANGE_SET}
        client = self.stacks()
        try:
            self.run(_cdk("deploy", stack, "--exclusively", "--require-approval", "never", *how))
            changes = self._changes(client, which)
        finally:
            _forget(client, which)
        if lost := refused(changes, self.named):
            told = "; ".join(map(str, lost))
            raise Stopped(f"{stack}: {told}. Nothing was changed. REPLACE={lost[0].id} says that this is meant.")
        self.say(f"{stack}: {len(changes)} changes")

    def _changes(self, client: Stacks, which: Mapping[str, str]) -> list[Mapping[str, Any]]:
        """All of them, once CloudFormation knows them."""
        from botocore.exceptions import ClientError

        found: list[Mapping[str, Any]] = []
        try:
            answer = client.describe_change_set(**which)
        except ClientError as error:
            if error.response["Error"]["Code"] == NO_CHANGE_SET:  # CDK makes none where there is nothing to change
                return []
            raise
        while answer["Status"] not in SETTLED:
            self.sleep(POLL_S)
            answer = client.describe_change_set(**which)
        if answer["Status"] == "FAILED" and "didn't contain changes" not in answer.get("StatusReason", ""):
            raise Stopped(f"{which['StackName']}: {answer.get('StatusReason', 'no reason given')}")
        found += answer.get("Changes", [])
        while token := answer.get("NextToken"):
            answer = client.describe_change_set(**which, NextToken=token)
            found += answer.get("Changes", [])
        return found


def _forget(client: Stacks, which: Mapping[str, str]) -> None:
    """Delete a change set, if it and its stack are there."""
    from botocore.exceptions import ClientError

    try:
        client.delete_change_set(**which)
    except ClientError as error:
        if error.response["Error"]["Code"] not in {NO_CHANGE_SET, NO_STACK}:
            raise


def _cdk(command: str, *more: str) -> list[str]:
    """The pinned command line of CDK, on an assembly that is there already."""
    script = ROOT / "node_modules" / "aws-cdk" / "bin" / "cdk"
    return [os.environ["JSII_NODE"], str(script), command, "--app", str(ASSEMBLY), *more]


def synthesise(stage: Stage) -> None:
    """Build what is deployed and write the assembly.

    Raises:
        CalledProcessError: a step said why on its way.
        Stopped: the certificates of RDS cannot be had.
    """
    certificates = ROOT / ".tools" / "rds.pem"
    try:
        with urlopen(CERTIFICATES, timeout=30) as answer:
            certificates.write_bytes(answer.read())
    except (URLError, TimeoutError) as error:
        raise Stopped(f"The certificates of RDS cannot be had from {CERTIFICATES}: {error}") from error
    built = (str(BUILT), "--architecture", stage.zip_architecture, "--certificates", str(certificates))
    subprocess.run([sys.executable, "-m", "layers.build", *built], check=True, cwd=ROOT)
    shutil.rmtree(ASSEMBLY, ignore_errors=True)
    environment = {**os.environ, "STAGE": stage.name, "CDK_OUTDIR": str(ASSEMBLY)}
    subprocess.run([sys.executable, "-m", "infra.app"], check=True, cwd=ROOT, env=environment)


def send_pages(stage: Stage) -> int:
    """The built site to its bucket; returns how many files."""
    import boto3

    account = boto3.client("sts").get_caller_identity()["Account"]
    session = boto3.Session()
    bucket = Names(stage.name, account, session.region_name or "").site
    client: Any = session.client("s3")
    return pages.send(SITE, bucket, client)


def empty(stage: Stage, what: str) -> None:
    """Delete everything in one bucket of a stage, if there is such a bucket."""
    import boto3
    from botocore.exceptions import ClientError

    names = Names(stage.name, boto3.client("sts").get_caller_identity()["Account"], boto3.Session().region_name or "")
    called = {"objects": names.objects, "site": names.site, "access_logs": names.access_logs}[what]
    try:
        boto3.resource("s3").Bucket(called).objects.all().delete()
    except ClientError as error:
        if error.response["Error"]["Code"] != NO_BUCKET:
            raise


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m infra.deploy")
    parser.add_argument("command", choices=("synth", "diff", "deploy", "destroy"))
    parser.add_argument("stage", choices=STAGES)
    parser.add_argument(
        "--replace", action="append", default=[], metavar="ID", help="what may be replaced or destroyed"
    )
    arguments = parser.parse_args()
    prepare()
    stage = STAGES[arguments.stage]
    deployer = Deployer(stage, _cloudformation, _run, partial(empty, stage), named=frozenset(arguments.replace))
    try:
        _do(arguments.command, deployer)
    except (Stopped, OSError) as stopped:
        sys.exit(str(stopped))
    except subprocess.CalledProcessError as failed:
        sys.exit(failed.returncode)


def _do(command: str, deployer: Deployer) -> None:
    """Raises: Stopped, OSError, CalledProcessError."""
    if command != "synth":
        deployer.check()
    if command == "deploy":
        list(pages.in_order(SITE))  # before anything is changed
    if command == "destroy":
        deployer.may_go()  # before minutes of building
    synthesise(deployer.stage)
    match command:
        case "diff":
            deployer.diff()
        case "deploy":
            deployer.deploy()
            deployer.say(f"site: {send_pages(deployer.stage)} files")
        case "destroy":
            deployer.destroy()


def _region() -> str:
    import boto3

    return boto3.Session().region_name or ""


def _cloudformation() -> Stacks:
    import boto3

    client: Stacks = boto3.client("cloudformation")
    return client


def _run(command: Sequence[str]) -> None:
    subprocess.run(list(command), check=True, cwd=ROOT)


if __name__ == "__main__":
    main()
