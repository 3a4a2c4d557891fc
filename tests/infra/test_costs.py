"""What docs/COSTS.md counts is what is deployed, and each price says of when it is."""

import re
import runpy
from typing import Any

import pytest

from infra.prices import PRICES
from infra.rows import QueueTrigger
from infra.stages import DEV
from infra.topology import TOPOLOGY
from tests.infra.conftest import ROOT, Synthesised


@pytest.fixture(scope="module")
def costs() -> dict[str, Any]:
    """The generator of the page."""
    return runpy.run_path(str(ROOT / "docs" / "generate_costs.py"))


def test_alarms_are_those_of_the_templates(cloud: Synthesised, costs: dict[str, Any]) -> None:
    found = 0
    for alarm in cloud.resources("AWS::CloudWatch::Alarm"):
        formula = alarm.properties.get("Metrics", [])
        found += sum("MetricStat" in each for each in formula) if formula else 1
    assert costs["looked_at"](cloud.stage) == found


def test_secrets_are_those_of_the_templates_and_of_the_keys_made_by_hand(
    cloud: Synthesised, costs: dict[str, Any]
) -> None:
    made = len(list(cloud.resources("AWS::SecretsManager::Secret")))
    assert costs["secrets"](cloud.stage) == made + len(cloud.stage.download_keys)


def test_snapshots_and_pollers_are_those_of_the_templates(cloud: Synthesised, costs: dict[str, Any]) -> None:
    kept = [
        each.properties["MemorySize"]
        for each in cloud.resources("AWS::Lambda::Function")
        if "SnapStart" in each.properties
    ]
    assert costs["snapshots_gb"]() == sum(kept) / 1_024
    sources = len(list(cloud.resources("AWS::Lambda::EventSourceMapping")))
    assert sources == sum(isinstance(each, QueueTrigger) for row in TOPOLOGY.functions for each in row.triggers)
    assert costs["polls"]() == pytest.approx(sources * 5 * 3 * 60 * 730)


def test_firewall_and_dashboard_are_those_of_the_templates(
    synthesised: dict[str, Synthesised], costs: dict[str, Any]
) -> None:
    cloud = synthesised["prod"]
    (firewall,) = cloud.resources("AWS::WAFv2::WebACL")
    assert len(list(cloud.resources("AWS::CloudWatch::Dashboard"))) == 1
    items = costs["lines"](1_000, costs["Month"](requests=0))
    rules = len(firewall.properties["Rules"])
    assert items["firewall"] == PRICES["firewall"].dollars + rules * PRICES["rule"].dollars


def test_a_stage_that_sleeps_is_cheaper_than_its_database_awake(costs: dict[str, Any]) -> None:
    idle = costs["asleep"](DEV)
    (database,) = (dollars for item, dollars in idle.items() if item.startswith("database"))
    assert database < 0.25 * costs["price"]("capacity", costs["LEAST"] * costs["HOURS"])
    assert sum(idle.values()) < DEV.budget_usd


def test_each_price_says_of_when_it_is_and_who_says_so() -> None:
    for price in PRICES.values():
        assert re.fullmatch(r"(read )?\d{4}-\d{2}(-\d{2})?", price.seen), price
        assert re.search(r"\w+\.\w+/", price.source), price
        assert price.dollars > 0
