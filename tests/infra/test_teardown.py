"""A protected stage is taken down in two steps: first a deployment takes its protections away and loses nothing."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from infra.deploy import BUCKETS, Deployer
from infra.stages import PROD
from tests.infra.conftest import Synthesised
from tests.infra.test_deploy import Commands, FakeCloudFormation, change
from tests.infra.test_stateful import KEPT

POLICIES = {"DeletionPolicy", "UpdateReplacePolicy"}
Resources = Mapping[tuple[str, str], Mapping[str, Any]]


def resources(cloud: Synthesised) -> Resources:
    """By stack and logical id."""
    return {(each.stack, each.id): each.raw for each in cloud.resources()}


def changed(before: Resources, after: Resources) -> Iterator[tuple[str, str, str]]:
    """Stack, logical id and place, of everything that one stage says otherwise than another."""
    for place in sorted(before.keys() | after.keys()):
        old, new = before.get(place, {}), after.get(place, {})
        for name in sorted(old.keys() | new.keys()):
            if name != "Properties" and old.get(name) != new.get(name):
                yield *place, name
        had, has = old.get("Properties", {}), new.get("Properties", {})
        for name in sorted(had.keys() | has.keys()):
            if had.get(name) != has.get(name):
                yield *place, f"Properties.{name}"


def change_sets(before: Resources, after: Resources) -> dict[str, list[Mapping[str, Any]]]:
    """What CloudFormation would say, by stack."""
    found: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for stack, name in sorted({(stack, name) for stack, name, _ in changed(before, after)}):
        old, new = before.get((stack, name)), after.get((stack, name))
        kind = (old or new or {})["Type"]
        action = "Add" if old is None else "Remove" if new is None else "Modify"
        found[stack].append(change(action, name, kind, "False"))
    return found


@pytest.fixture
def walk(synthesised: dict[str, Synthesised]) -> tuple[Resources, Resources]:
    """A protected stage, and the same without its protections."""
    return resources(synthesised["prod"]), resources(synthesised["unprotected"])


def test_the_first_deployment_takes_the_protections_away_and_nothing_else(walk: tuple[Resources, Resources]) -> None:
    found = list(changed(*walk))
    others = {(name, what) for _, name, what in found if what not in POLICIES}
    assert others == {
        ("Database", "Properties.DeletionProtection"),
        *((name, "Metadata") for name in ("Objects", "Pages", "AccessLogs")),
    }
    for stack in {stack for stack, _, what in found if what in POLICIES}:  # CloudFormation changes no policy alone
        assert [what for place, _, what in found if place == stack and what not in POLICIES], stack


def test_nobody_has_to_name_anything_for_that(
    walk: tuple[Resources, Resources], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JSII_NODE", "/node")
    ran = Commands()
    stage = replace(PROD, protect=False)
    Deployer(stage, lambda: FakeCloudFormation(**change_sets(*walk)), ran, print, sleep=lambda _: None).deploy()
    assert ran[-1] == "deploy medley-prod-watch"


@pytest.mark.parametrize("kind", KEPT)
def test_then_nothing_is_kept(synthesised: dict[str, Synthesised], kind: str) -> None:
    for each in synthesised["unprotected"].resources(kind):
        assert {each.raw.get(policy) for policy in POLICIES} == {"Delete"}, each.id


@pytest.mark.parametrize("stage", ["dev", "unprotected"])
def test_every_bucket_is_emptied_before_the_stack_it_is_in_goes(
    synthesised: dict[str, Synthesised], stage: str
) -> None:
    cloud = synthesised[stage]
    called = {"objects": cloud.names.objects, "site": cloud.names.site, "access_logs": cloud.names.access_logs}
    for each in cloud.resources("AWS::S3::Bucket"):
        assert each.properties["BucketName"] in [called[bucket] for bucket in BUCKETS[each.stack]]
