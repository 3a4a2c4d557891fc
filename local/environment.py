"""Environment variables of one function: what Lambda sets, and the settings its topology row names. No more.

Pure: a table in, a dictionary out. Nothing is inherited from the shell the cloud was started in, so a function
that reads a setting it was not given fails here as it would fail in an account.
"""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from infra.rows import Function, Setting
from local.compute.invocation import REGION

ACCESS_KEY_ID = "local"  # of the cloud itself; a function's is its name
SECRET_ACCESS_KEY = "local-secret"  # noqa: S105 - no secret; presigned requests are checked against it


@dataclass(frozen=True)
class Surroundings:
    """Where the parts of one cloud are. URLs have no trailing slash."""

    database_urls: Mapping[str, str]  # by role
    aws_url: str
    bucket: str
    queue_urls: Mapping[str, str]
    lanes: tuple[str, ...]
    http_url: str
    socket_url: str
    management_url: str
    token_keys: str  # a JWK Set
    ffmpeg_threads: int
    overrides: Mapping[str, str] = field(default_factory=dict)  # variables given instead of the ones below


def function_environment(row: Function, surroundings: Surroundings) -> dict[str, str]:
    """All variables of the function `row`, but the address of its Runtime API and its TMPDIR, which each process has
    of its own."""
    variables = _lambda_variables(row) | _aws_variables(row, surroundings)
    for setting in row.settings:
        variables |= setting_variables(setting, row, surroundings)
    return variables


def setting_variables(setting: Setting, row: Function, surroundings: Surroundings) -> dict[str, str]:
    """The variables behind one name of a row's `settings`: those the class in medley.settings reads."""
    variables: dict[str, str]
    prefix = f"{PREFIXES[setting]}_"
    match setting:
        case "database":
            variables = {"DATABASE_URL": surroundings.database_urls[row.database_role]}
        case "bucket":
            variables = {"BUCKET_NAME": surroundings.bucket, "BUCKET_PUBLIC_URL": surroundings.aws_url}
        case "queues":
            variables = {"QUEUE_URLS": json.dumps({name: surroundings.queue_urls[name] for name in row.sends})}
        case "sockets":
            variables = {"SOCKET_MANAGEMENT_URL": surroundings.management_url, "SOCKET_URL": surroundings.socket_url}
        case "tokens":
            variables = {"TOKEN_KEYS": surroundings.token_keys}
        case "accounts":
            secure = surroundings.http_url.startswith("https://")
            variables = {"ACCOUNT_COOKIE_SECURE": str(secure).lower()}
        case "caller":
            variables = {"CALLER_PROXY_SECRETS": "[]"}  # nothing stands before the gateway
        case "ffmpeg":
            variables = {"FFMPEG_THREADS": str(surroundings.ffmpeg_threads)}
        case "apps":
            variables = {"APP_LANES": json.dumps(surroundings.lanes)}
    return variables | {name: value for name, value in surroundings.overrides.items() if name.startswith(prefix)}


PREFIXES: Mapping[Setting, str] = {
    "database": "DATABASE",
    "bucket": "BUCKET",
    "queues": "QUEUE",
    "sockets": "SOCKET",
    "tokens": "TOKEN",
    "accounts": "ACCOUNT",
    "caller": "CALLER",
    "ffmpeg": "FFMPEG",
    "apps": "APP",
}


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
        "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": surroundings.aws_url,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
