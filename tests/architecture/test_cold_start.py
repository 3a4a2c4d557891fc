"""What a function costs before it does anything: few modules, and where it starts from a picture of itself, nothing in
that picture that is alive, or that two copies would have in common."""

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from infra.topology import TOPOLOGY
from medley.runtime import token_keys
from tests.architecture.conftest import PATH, ROOT

# Modules loaded by an import of the handler: what there are today, and some room. Each costs about a millisecond of a
# cold start; whoever needs more looks first whether it can be imported on first use.
BUDGETS = {
    "api": 1320,
    "bundle": 1000,
    "canary": 1060,
    "dead_letter": 990,
    "export": 990,
    "ingest": 850,
    "mail": 970,
    "migrate": 800,
    "plan": 990,
    "record": 990,
    "relay": 920,
    "socket": 1040,
    "sweep": 960,
    "worker": 730,
}
NEVER = {"alembic", "moto", "pytest", "schemathesis", "hypothesis"}
SNAPSHOTS = [row.name for row in TOPOLOGY.functions if row.snapshot]


def python(script: str, **environment: str) -> Any:
    """What a script prints, as JSON, in a fresh process with nothing else in its environment."""
    run = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={"PYTHONPATH": PATH, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout.splitlines()[-1])


@pytest.mark.parametrize("name", sorted({row.folder for row in TOPOLOGY.functions}))
def test_a_handler_loads_no_more_modules_than_it_may(loaded_by: Callable[[str], set[str]], name: str) -> None:
    loaded = loaded_by(name)
    assert not NEVER & loaded
    assert len(loaded) <= BUDGETS[name], f"{name} loads {len(loaded)} modules"


COPIES = """
import importlib, json, os, random, secrets, sys, threading
from snapshot_restore_py import get_after_restore, get_before_snapshot

handler = importlib.import_module(f"functions.{os.environ['NAME']}.handler")
for hook, given, named in get_before_snapshot():
    hook(*given, **named)

def sockets():
    paths = [f"/proc/self/fd/{n}" for n in os.listdir("/proc/self/fd")]
    return [path for path in paths if os.path.lexists(path) and os.readlink(path).startswith("socket:")]

from medley.aws import clients
from medley.runtime import database
alive = {
    "sockets": sockets(),
    "threads": [each.name for each in threading.enumerate()][1:],
    "dependencies": handler.dependencies.cache_info().currsize,
    "sessions": clients._session.cache_info().currsize,
    "pools": database.engine.cache_info().currsize,
}

def copy(restored):
    read, write = os.pipe()
    picture = random.getstate()
    if os.fork() == 0:
        random.setstate(picture)  # memory comes back as it was; fork alone would have seeded it anew
        if restored:
            for hook, given, named in get_after_restore():
                hook(*given, **named)
        from uuid import UUID
        from medley import tracing
        from medley.ports.identity import Claims
        from medley.runtime.random_secrets import RandomSecrets
        from medley.runtime.system import SystemClock, TimeOrderedIds
        from medley.runtime.tokens import SignedTokens
        tokens, claims = SignedTokens(os.environ["KEYS"], "medley", SystemClock()), Claims(UUID(int=1), UUID(int=2))
        with tracing.follow(None, "test"):
            made = {
                "id": str(TimeOrderedIds().new())[14:],
                "secret": RandomSecrets().new().text,
                "refresh": tokens.refresh(UUID(int=3)).text,
                "ticket": tokens.ticket(claims, "https://site.test"),
                "trace": tracing.trace_id(),
                "jitter": random.random(),
            }
        os.write(write, json.dumps(made).encode())
        os._exit(0)
    os.close(write)
    os.wait()
    with os.fdopen(read) as answer:
        return json.loads(answer.read())

print(json.dumps({"alive": alive, "restored": [copy(True), copy(True)], "raw": [copy(False), copy(False)]}))
"""


@pytest.fixture(scope="module", params=SNAPSHOTS)
def copies(request: pytest.FixtureRequest) -> Any:
    """A function as it is when its picture is taken, and what its copies make."""
    return python(COPIES, NAME=request.param, KEYS=token_keys.new_keys())


def test_nothing_lives_when_the_picture_is_taken(copies: Any) -> None:
    assert not any(copies["alive"].values()), copies["alive"]


def test_two_copies_have_nothing_random_in_common(copies: Any) -> None:
    first, second = copies["restored"]
    assert first.keys() == second.keys() == {"id", "secret", "refresh", "ticket", "trace", "jitter"}
    assert not [name for name, value in first.items() if second[name] == value]


def test_they_would_have_if_the_generator_were_not_seeded_anew(copies: Any) -> None:
    first, second = copies["raw"]
    assert first["jitter"] == second["jitter"]


def test_the_application_is_in_the_picture() -> None:
    script = """
import json, functions.api.handler as handler
from snapshot_restore_py import get_before_snapshot
for hook, given, named in get_before_snapshot():
    hook(*given, **named)
print(json.dumps(handler._application.cache_info().currsize))
"""
    assert python(script) == 1
