"""What documents say to type into AWS's command line: services, operations and options that there are."""

import re
from collections.abc import Iterator
from pathlib import Path

import botocore.session
from botocore import xform_name

from tests.infra.conftest import ROOT

COMMON = {"cli-binary-format", "output", "query"}
OWN = {"configure"}  # of the command line, not of a service
FENCE = re.compile(r"```sh\n(.*?)```", re.DOTALL)


def commands(page: Path) -> Iterator[str]:
    """Each `aws ...` of a page, on one line."""
    text = page.read_text().replace("\\\n", " ")
    for block in FENCE.findall(text):
        yield from re.findall(r"\baws .*", block)
    yield from (" ".join(each.split()) for each in re.findall(r"`(aws [^`]+)`", FENCE.sub("", text)))


def faults(command: str) -> Iterator[str]:
    """What the command line would refuse."""
    _, service, name, *rest = command.split()
    session = botocore.session.get_session()
    model = session.get_service_model(service)
    known = {xform_name(each, "-"): each for each in model.operation_names}
    if name == "wait":
        waiters = session.get_waiter_model(service)
        named = {xform_name(each, "-"): each for each in waiters.waiter_names}
        if rest[0] not in named:
            yield f"wait {rest[0]}"
            return
        operation = waiters.get_waiter(named[rest[0]]).operation
    elif name not in known:
        yield name
        return
    else:
        operation = known[name]
    taken = model.operation_model(operation).input_shape
    options = set(re.findall(r"(?<=\s)--([\w-]+)", command)) - COMMON
    yield from sorted(options - {xform_name(each, "-") for each in taken.members})
    if options:  # else it is only spoken of
        yield from sorted(f"lacks {each}" for each in taken.required_members if xform_name(each, "-") not in options)


def test_commands_of_documents_are_ones_that_aws_knows() -> None:
    pages = [ROOT / "docs" / name for name in ("DEPLOY.md", "RUNBOOK.md")]
    found = [each for page in pages for each in commands(page) if each.split()[1] not in OWN]
    assert len(found) > 10
    assert {each: wrong for each in found if (wrong := list(faults(each)))} == {}


def test_a_command_that_aws_does_not_know_is_found() -> None:
    for command, wrong in {
        "aws rds rename-db-cluster --db-cluster-identifier a": ["rename-db-cluster"],
        "aws rds wait db-cluster-renamed --db-cluster-identifier a": ["wait db-cluster-renamed"],
        "aws lambda get-alias --name live --stage a": ["stage", "lacks FunctionName"],
    }.items():
        assert list(faults(command)) == wrong
