"""The CDK app: the stacks of a stage, made from the topology.

    python -m infra.app dev prod --artefacts FOLDER --out FOLDER     writes FOLDER/<stage>, an assembly for each

CDK's command line runs it with STAGE in the environment and without arguments.
"""

import argparse
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infra.deployment import Artefacts, Deployment, places, surroundings
from infra.names import Names
from infra.node import ROOT, prepare
from infra.stages import STAGES, Stage
from infra.topology import TOPOLOGY

if TYPE_CHECKING:
    from aws_cdk import App

BUILT = ROOT / ".tools" / "artefacts"


def build(app: "App", stage: Stage, artefacts: Artefacts) -> None:
    """Put the stacks of one stage into an app."""
    from aws_cdk import Aws, Tags

    from infra import acknowledged
    from infra.stacks.api import ApiStack
    from infra.stacks.data import DataStack
    from infra.stacks.edge import EdgeStack
    from infra.stacks.media import MediaStack
    from infra.stacks.watch import WatchStack
    from infra.stacks.web import WebStack

    names = Names(stage.name, Aws.ACCOUNT_ID, Aws.REGION)
    deployment = Deployment(stage, names, TOPOLOGY, artefacts)
    common: dict[str, Any] = {"termination_protection": stage.protect}
    edge = EdgeStack(app, deployment, **common) if stage.firewall else None
    web = WebStack(app, deployment, edge.firewall if edge else None, **common)
    data = DataStack(app, deployment, web.front, web.access_logs, **common)
    around = surroundings(deployment, web.front, data.database.host)
    known = places(deployment, web.front, data.database.resource_id)
    media = MediaStack(app, deployment, around, known, **common)
    api = ApiStack(app, deployment, around=around, places=known, front=web.front, network=data.network, **common)
    watch = WatchStack(app, deployment, web.front, **common)
    for later, earlier in ((data, web), (media, data), (api, data), (api, media), (watch, api)):
        later.node.add_dependency(earlier)
    if edge:
        web.node.add_dependency(edge)
    Tags.of(app).add("medley:stage", stage.name)
    acknowledged.acknowledge(app, stage, TOPOLOGY)


def synthesise(stage: Stage, artefacts: Artefacts, out: Path | None) -> None:
    """Write the assembly of one stage to `out`, or where CDK's command line wants it.

    Raises:
        RuntimeError: cdk-nag finds what nobody acknowledged; it is in `validation-report.json`.
    """
    from aws_cdk import App, Validations
    from cdk_nag import AwsSolutionsChecks

    context = json.loads((ROOT / "cdk.json").read_text())["context"]
    app = App(context=context, outdir=str(out) if out else None, analytics_reporting=False)
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    build(app, stage, artefacts)
    app.synth()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m infra.app")
    parser.add_argument("stages", nargs="*", choices=[*STAGES, []], help="STAGE of the environment, if none is given")
    parser.add_argument("--artefacts", type=Path, default=BUILT, help="what was built")
    parser.add_argument("--out", type=Path, help="a folder for each stage is made here")
    arguments = parser.parse_args()
    prepare()
    for name in arguments.stages or [os.environ["STAGE"]]:
        out = arguments.out / name if arguments.out else None
        synthesise(STAGES[name], Artefacts(arguments.artefacts.resolve()), out)


if __name__ == "__main__":
    main()
