"""Two reviewers who know AWS: cdk-nag and cfn-lint find nothing that nobody answered for."""

import subprocess
import sys
from pathlib import Path

from infra.acknowledged import PACK, table
from infra.stages import STAGES
from infra.topology import TOPOLOGY
from tests.infra.conftest import Synthesised

SHORTEST_REASON = 20


def test_nothing_is_found_that_is_not_acknowledged_and_nothing_acknowledged_that_is_not_found(
    cloud: Synthesised,
) -> None:
    reports = {each["pluginName"]: each for each in cloud.json("validation-report.json")["pluginReports"]}
    report = reports[PACK]
    assert report["conclusion"] == "success"
    assert report.get("violations", []) == []
    found = {
        (each["acknowledgedAt"], each["acknowledgedId"].removeprefix(f"{PACK}::"))
        for each in report["suppressedViolations"]
    }
    assert found == {(row.path, row.rule) for row in table(cloud.stage, TOPOLOGY)}


def test_every_acknowledgement_has_a_reason(cloud: Synthesised) -> None:
    assert [row for row in table(cloud.stage, TOPOLOGY) if len(row.reason) < SHORTEST_REASON] == []


def test_cfn_lint_finds_nothing(synthesised: dict[str, Synthesised]) -> None:
    """W3005 apart: CDK itself writes down some of what has to come first."""
    paths = [path for stage in STAGES for path in synthesised[stage].templates]
    lint = Path(sys.executable).parent / "cfn-lint"
    command = [str(lint), "--ignore-checks", "W3005", "--template", *map(str, paths)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
