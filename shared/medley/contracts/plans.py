"""The plan of a generation as one object: `plans/{owner}/{sha256 of its bytes}`.

It is a row of gzip members, one for each task, in the order of their indexes; together they are one valid gzip file of
lines of JSON. A member holds the task's payload and, of the outputs it makes, title and recipe. So a worker reads the
bytes of its own task alone, and a manifest the whole.
"""

import gzip
import hashlib
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from medley.domain.generations import Plan, PlannedOutput, PlannedTask
from medley.errors import PlanDamaged

GONE: Final = "plan_gone"  # code of what a worker says that does not find its task in the plan's object
LEVEL = 6  # of gzip: a tenth of a large plan's JSON, in a few hundred milliseconds


@dataclass(frozen=True)
class Place:
    """Where a task's member lies in the object, in bytes, and its CRC-32: that of another plan may be as long."""

    start: int
    length: int
    crc: int


@dataclass(frozen=True)
class PlanObject:
    """A plan as it is stored: its bytes, the hex SHA-256 that names it, and where each task of the plan lies."""

    content: bytes
    digest: str
    places: tuple[Place, ...]


@dataclass(frozen=True)
class OutputRecipe:
    """What a task is to make: output `n` of a generation, and the app's recipe for it (JSON values)."""

    n: int
    title: str
    recipe: Mapping[str, Any]


@dataclass(frozen=True)
class TaskContent:
    """One task of a plan: the app's payload (JSON values) and the outputs it makes."""

    payload: Mapping[str, Any]
    outputs: tuple[OutputRecipe, ...]


def write(plan: Plan) -> PlanObject:
    """The plan's object; the same plan gives the same bytes."""
    outputs = {output.n: output for output in plan.outputs}
    members = [_member(task, [outputs[n] for n in task.makes]) for task in plan.tasks]
    places, start = [], 0
    for member in members:
        places.append(Place(start, len(member), zlib.crc32(member)))
        start += len(member)
    content = b"".join(members)
    return PlanObject(content, digest_of(content), tuple(places))


def digest_of(content: bytes) -> str:
    """The hex SHA-256 that names an object of these bytes."""
    return hashlib.sha256(content).hexdigest()


def _member(task: PlannedTask, outputs: Sequence[PlannedOutput]) -> bytes:
    made = [{"n": output.n, "title": output.title, "recipe": dict(output.recipe)} for output in outputs]
    line = json.dumps({"payload": dict(task.payload), "outputs": made}, ensure_ascii=False, separators=(",", ":"))
    return gzip.compress(line.encode() + b"\n", LEVEL, mtime=0)


def read_task(member: bytes, crc: int | None = None) -> TaskContent:
    """Read one task's member, which has this CRC-32 if it is known. Raises: PlanDamaged."""
    whole = crc is None or zlib.crc32(member) == crc
    tasks = list(read_tasks(member)) if whole else []
    if len(tasks) != 1:
        raise PlanDamaged("a stored plan cannot be read")
    return tasks[0]


def read_recipes(content: bytes) -> dict[int, Mapping[str, Any]]:
    """The recipe of each output of an object. Raises: PlanDamaged."""
    return {output.n: output.recipe for task in read_tasks(content) for output in task.outputs}


def read_tasks(content: bytes) -> Iterator[TaskContent]:
    """Read all tasks of an object, or of any run of its members, in order. Raises: PlanDamaged."""
    try:
        told = [json.loads(line) for line in gzip.decompress(content).splitlines()]
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise PlanDamaged("a stored plan cannot be read") from error
    for task in told:
        outputs = (OutputRecipe(output["n"], output["title"], output["recipe"]) for output in task["outputs"])
        yield TaskContent(task["payload"], tuple(outputs))
