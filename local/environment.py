"""Environment variables of one function: what Lambda sets, and the settings its topology row names. No more.

Pure: a table in, a dictionary out. Nothing is inherited from the shell the cloud was started in, so a function
that reads a setting it was not given fails here as it would fail in an account.
"""

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from infra import environment
from infra.environment import PREFIXES, settings_variables
from infra.rows import JOB_ROLE, OWNER_ROLE, REQUEST_ROLE, Function, Setting, Topology
from local.compute.invocation import REGION

ROLES = (REQUEST_ROLE, JOB_ROLE)  # that functions connect as
ACCESS_KEY_ID = "local"  # of the cloud itself; a function's is its name


def access_keys(topology: Topology, setting: Setting | None = None) -> list[str]:
    """Who may sign requests to this cloud; to what a setting leads to, the functions that have it."""
    return [ACCESS_KEY_ID, *(row.name for row in topology.functions if setting is None or setting in row.settings)]


@dataclass(frozen=True, kw_only=True)
class Surroundings(environment.Surroundings):
    """Where the parts of one embedded cloud are."""

    aws_url: str
    secret_access_key: str  # of everyone here
    overrides: Mapping[str, str] = field(default_factory=dict)  # variables given instead of the usual ones


def logins(url: Callable[..., str]) -> dict[str, environment.Login]:
    """How each role of a database is let in: `url` says so for a role, and for the owner where none is given."""
    return {role: environment.Login(url(role)) for role in ROLES} | {OWNER_ROLE: environment.Login(url())}


def function_environment(row: Function, surroundings: Surroundings) -> dict[str, str]:
    """All variables of the function `row`, but the address of its Runtime API and its TMPDIR, which each process has
    of its own."""
    own = tuple(f"{PREFIXES[setting]}_" for setting in row.settings)
    overrides = {name: value for name, value in surroundings.overrides.items() if name.startswith(own)}
    given = settings_variables(row, surroundings)
    return _lambda_variables(row) | _aws_variables(row, surroundings) | given | overrides


def check_overrides(overrides: Mapping[str, str]) -> None:
    """Refuse a variable that no function would be given: it is a slip of the pen.

    Raises:
        ValueError: names the variable.
    """
    for name in overrides:
        if not name.startswith(tuple(f"{prefix}_" for prefix in PREFIXES.values())):
            raise ValueError(f"No function has a setting {name}.")


def _lambda_variables(row: Function) -> dict[str, str]:
    root = str(Path(__file__).resolve().parent.parent)
    variables = {
        "_HANDLER": f"functions.{row.folder}.handler.handle",
        "AWS_EXECUTION_ENV": f"AWS_Lambda_python{sys.version_info.major}.{sys.version_info.minor}",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(row.memory_mib),
        "AWS_LAMBDA_FUNCTION_NAME": row.name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{row.name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": "local",
        "LAMBDA_TASK_ROOT": root,
        "LANG": "C.UTF-8",
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "POWERTOOLS_SERVICE_NAME": row.name,
        "PYTHONPATH": os.pathsep.join((root, f"{root}/shared")),
        "TZ": "UTC",
    }
    libraries = os.environ.get("LD_LIBRARY_PATH")  # where the interpreter itself may need it
    return variables | ({"LD_LIBRARY_PATH": libraries} if libraries else {})


def _aws_variables(row: Function, surroundings: Surroundings) -> dict[str, str]:
    return {
        "AWS_ACCESS_KEY_ID": row.name,  # as a role: what it may do in the bucket goes by it
        "AWS_SECRET_ACCESS_KEY": surroundings.secret_access_key,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": surroundings.aws_url,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
