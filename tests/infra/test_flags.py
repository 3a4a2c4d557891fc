"""Feature flags of CDK are pinned: those that the locked version recommends, so that a newer one's are seen."""

import json
from importlib.metadata import version

from tests.infra.conftest import ROOT, Synthesised


def test_flags_are_those_that_the_locked_version_recommends(synthesised: dict[str, Synthesised]) -> None:
    assert synthesised  # the synth has unpacked the package
    unpacked = ROOT / ".tools" / "jsii" / "aws-cdk-lib" / version("aws-cdk-lib")
    recommended = [json.loads(path.read_text()) for path in unpacked.glob("*/recommended-feature-flags.json")]
    assert recommended
    assert all(each == json.loads((ROOT / "cdk.json").read_text())["context"] for each in recommended)
