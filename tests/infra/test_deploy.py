"""The command that deploys: it asks before it changes, loses nothing unasked, and sends the page last."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from subprocess import CalledProcessError
from typing import Any

import pytest
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from infra import download_keys
from infra.changes import STATEFUL, Loss, losses
from infra.deploy import STACKS, Deployer, Stopped
from infra.names import Names
from infra.pages import in_order, send
from infra.stages import DEV, PROD, SAMPLE_KEY, STAGES
from tests.infra.conftest import ROOT, Synthesised
from tests.infra.test_stateful import STATEFUL as PINNED

OURS = replace(DEV, mail_sender="Medley <hello@ours.example>")


def change(action: str, name: str, kind: str, replacement: str | None = None) -> dict[str, Any]:
    """One of DescribeChangeSet's."""
    resource = {"Action": action, "LogicalResourceId": name, "ResourceType": kind}
    return {"Type": "Resource", "ResourceChange": resource | ({"Replacement": replacement} if replacement else {})}


class FakeCloudFormation:
    """Change sets by stack; a stack without one has nothing to change."""

    def __init__(self, **changes: Sequence[Mapping[str, Any]]) -> None:
        self.changes = changes
        self.deleted: list[str] = []
        self.pending = 1

    def describe_change_set(self, **which: str) -> Mapping[str, Any]:
        changes = self.changes.get(which["StackName"].rpartition("-")[2])
        if changes is None:
            error = {"Error": {"Code": "ChangeSetNotFound", "Message": which["ChangeSetName"]}}
            raise ClientError(error, "DescribeChangeSet")  # type: ignore[arg-type]
        if self.pending:
            self.pending -= 1
            return {"Status": "CREATE_IN_PROGRESS"}
        if "NextToken" in which or len(changes) < 2:
            return {"Status": "CREATE_COMPLETE", "Changes": changes[1:] if "NextToken" in which else changes}
        return {"Status": "CREATE_COMPLETE", "Changes": changes[:1], "NextToken": "more"}

    def delete_change_set(self, **which: str) -> None:
        if which["StackName"].rpartition("-")[2] not in self.changes:
            raise ClientError({"Error": {"Code": "ChangeSetNotFound", "Message": ""}}, "DeleteChangeSet")
        self.deleted.append(which["StackName"])


class Commands(list[str]):
    """What was run: the command of CDK and the stack."""

    def __call__(self, command: Sequence[str]) -> None:
        words = [word for word in command[2:] if not word.startswith("/")]
        prepared = "prepare-change-set" in command
        self.append(f"{'ask' if prepared else words[0]} {' '.join(w for w in words[1:] if w.startswith('medley-'))}")


@pytest.fixture(autouse=True)
def node(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JSII_NODE", "/node")


def deployer(stacks: FakeCloudFormation, ran: Commands, **more: Any) -> Deployer:
    emptied = Commands()
    return Deployer(
        **{"stage": OURS, "empty": emptied.append, "sleep": lambda _: None} | more, stacks=lambda: stacks, run=ran
    )


def test_each_stack_is_asked_before_it_is_changed() -> None:
    stacks = FakeCloudFormation(data=[change("Modify", "Database", "AWS::RDS::DBCluster", "False")])
    ran, said = Commands(), list[str]()
    deployer(stacks, ran, say=said.append).deploy()
    assert ran == [f"{what} medley-dev-{stack}" for stack in STACKS for what in ("ask", "deploy")]
    assert "medley-dev-data: 1 changes" in said
    assert stacks.deleted == ["medley-dev-data"]


@pytest.mark.parametrize(
    "lost",
    [
        change("Modify", "Objects", "AWS::S3::Bucket", "True"),
        change("Modify", "Objects", "AWS::S3::Bucket", "Conditional"),
        change("Remove", "Objects", "AWS::S3::Bucket"),
    ],
)
def test_nothing_stored_is_lost_unless_it_is_named(lost: Mapping[str, Any]) -> None:
    changes = [change("Modify", "ApiRole", "AWS::IAM::Role", "True"), lost]
    ran = Commands()
    with pytest.raises(Stopped, match=r"Objects \(AWS::S3::Bucket\) would be .* REPLACE=Objects"):
        deployer(FakeCloudFormation(data=changes), ran).deploy()
    assert ran[-1] == "ask medley-dev-data"
    deployer(FakeCloudFormation(data=changes), ran, named=frozenset({"Objects"})).deploy()
    assert ran[-1] == "deploy medley-dev-watch"


def test_a_change_set_that_fails_says_why_and_is_not_left_behind() -> None:
    class Failing(FakeCloudFormation):
        def describe_change_set(self, **_: Any) -> Mapping[str, Any]:
            return {"Status": "FAILED", "StatusReason": "No such certificate"}

    class Refused(Commands):
        def __call__(self, command: Sequence[str]) -> None:
            raise CalledProcessError(1, list(command))

    stacks = Failing(web=[])
    with pytest.raises(Stopped, match="medley-dev-web: No such certificate"):
        deployer(stacks, Commands()).deploy()
    assert stacks.deleted == ["medley-dev-web"]
    with pytest.raises(CalledProcessError):
        deployer(stacks, Refused()).deploy()
    assert stacks.deleted == ["medley-dev-web"] * 2


def test_everything_that_is_pinned_is_watched_for() -> None:
    assert PINNED.keys() == STATEFUL
    assert list(losses([change("Add", "Objects", "AWS::S3::Bucket")])) == []
    assert list(losses([change("Remove", "Mail", "AWS::SQS::Queue")])) == [Loss("Mail", "AWS::SQS::Queue", "destroyed")]


@pytest.mark.parametrize("stage", [DEV, PROD], ids=lambda stage: stage.name)
def test_a_stage_nobody_wrote_is_not_deployed(stage: Any) -> None:
    with pytest.raises(Stopped, match="write your own"):
        deployer(FakeCloudFormation(), Commands(), stage=replace(stage, firewall=False, download_keys=())).check()
    deployer(FakeCloudFormation(), Commands()).check()


def test_a_stage_with_a_firewall_is_where_the_cdns_is() -> None:
    stage = replace(OURS, firewall=True)
    for region, said in (("eu-central-1", "this is eu-central-1"), ("", "this is no region")):
        with pytest.raises(Stopped, match=f"us-east-1.*{said}"):
            deployer(FakeCloudFormation(), Commands(), stage=stage, region=lambda at=region: at).check()
    deployer(FakeCloudFormation(), Commands(), stage=stage, region=lambda: "us-east-1").check()
    ran = Commands()
    deployer(FakeCloudFormation(), ran, stage=stage).deploy()
    assert ran[0] == "ask medley-dev-edge"


def test_a_key_nobody_has_the_private_half_of_is_refused_and_one_of_yours_is_made() -> None:
    with pytest.raises(Stopped, match="download_keys"):
        deployer(FakeCloudFormation(), Commands(), stage=replace(OURS, download_keys=(SAMPLE_KEY,))).check()
    kept: dict[str, str] = {}

    class Secrets:
        def create_secret(self, **told: str) -> dict[str, str]:
            kept[told["Name"]] = told["SecretString"]
            return told

    public = download_keys.make(Names("dev", "", ""), Secrets())
    ((name, private),) = kept.items()
    assert name == f"medley-dev-download-{download_keys.fingerprint(public)}"
    loaded = load_pem_private_key(private.encode(), None).public_key()
    assert loaded.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode() == public
    deployer(FakeCloudFormation(), Commands(), stage=replace(OURS, download_keys=(public,))).check()


def test_a_protected_stage_is_not_destroyed_and_another_is_emptied_first() -> None:
    done = Commands()
    with pytest.raises(Stopped, match="protected"):
        deployer(FakeCloudFormation(), done, stage=PROD).destroy()
    assert done == []
    deployer(FakeCloudFormation(), done, empty=lambda bucket: done.append(f"empty {bucket}")).destroy()
    buckets = {"data": ["empty objects"], "web": ["empty site", "empty access_logs"]}
    assert done == [
        step for stack in reversed(STACKS) for step in (*buckets.get(stack, []), f"destroy medley-dev-{stack}")
    ]


def test_files_go_first_and_the_page_last(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="build the site"):
        list(in_order(tmp_path))
    for name in ("index.html", "favicon.ico", "assets/app-1.js", "assets/app-1.css"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    sent: list[dict[str, Any]] = []

    class S3:
        def put_object(self, **what: Any) -> None:
            sent.append(what)

    assert send(tmp_path, "pages", S3()) == 4
    assert [each["Key"] for each in sent] == ["assets/app-1.css", "assets/app-1.js", "favicon.ico", "index.html"]
    assert [each["ContentType"] for each in sent[:2]] == ["text/css", "text/javascript"]
    assert {each["CacheControl"] for each in sent[:2]} == {"public, max-age=31536000, immutable"}
    assert {each["CacheControl"] for each in sent[2:]} == {"no-cache"}


def test_the_base_of_the_image_is_one_image_and_no_tag() -> None:
    for stage in STAGES.values():
        assert re.fullmatch(r"public\.ecr\.aws/lambda/python@sha256:[0-9a-f]{64}", stage.base_image)


def test_the_command_line_of_cdk_is_pinned() -> None:
    wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]["aws-cdk"]
    lock = json.loads((ROOT / "package-lock.json").read_text())
    assert lock["packages"]["node_modules/aws-cdk"]["version"] == wanted
    assert not [package for package in lock["packages"].values() if "resolved" in package]


def test_new_code_of_the_api_is_rolled_back_where_it_fails(cloud: Synthesised) -> None:
    """Whether it raises or answers 5xx: Lambda takes an answer of 500 for a success."""
    wanted = [cloud.names.of(name) for name in ("api-alias-errors", "api-5xx-at-once")]
    alarms = [cloud.only("AWS::CloudWatch::Alarm", AlarmName=name) for name in wanted]
    assert alarms[0].properties["MetricName"] == "Errors"
    counted = [each["MetricStat"]["Metric"] for each in alarms[1].properties["Metrics"] if "MetricStat" in each]
    assert {each["MetricName"] for each in counted} == {"5xx", "Count"}
    groups = list(cloud.resources("AWS::CodeDeploy::DeploymentGroup"))
    assert len(groups) == cloud.stage.canary
    live = next(each for each in cloud.resources("AWS::Lambda::Alias") if each.id == "ApiLive")
    assert ("UpdatePolicy" in live.raw) == cloud.stage.canary
    for group in groups:
        assert group.properties["DeploymentConfigName"] == "CodeDeployDefault.LambdaCanary10Percent5Minutes"
        assert group.properties["AlarmConfiguration"]["Alarms"] == [{"Name": f"<{each.id}>"} for each in alarms]
        assert "DEPLOYMENT_STOP_ON_ALARM" in group.properties["AutoRollbackConfiguration"]["Events"]
