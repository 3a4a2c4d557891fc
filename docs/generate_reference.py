"""Write docs/REFERENCE.md from the code: limits, settings, functions, queues, metrics, error codes. Run by `make docs`.

A test compares the file with what this would write, so the page cannot drift.
"""

import inspect
import re
from collections import defaultdict
from pathlib import Path

from infra.rows import DeployTrigger, HttpTrigger, QueueTrigger, ScheduleTrigger, SocketTrigger, Trigger
from infra.topology import TOPOLOGY
from medley import errors, limits, settings
from medley.runtime.metrics import METRICS

ROOT = Path(__file__).parents[1]
CATALOGUE = ROOT / "functions" / "api" / "error_catalogue.py"  # examples of all codes; none is given there
PAGE = ROOT / "docs" / "REFERENCE.md"
CODE = re.compile(r'(?:\bcode=|\brefused\(\s*|(?:InvalidInput|Conflict)\(\s*(?:SAID|CORE)\.say\(\s*)"([a-z0-9_]+)"')


def render() -> str:
    """The whole page, as Markdown."""
    sections = (_limits(), _settings(), _functions(), _queues(), _metrics(), _errors(), _codes())
    head = "# Reference\n\nWritten by `make docs` from the code; edit the code, not this page.\n\n"
    return head + "\n\n".join(sections) + "\n"


def _table(columns: list[str], rows: list[list[str]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in lines)


def _limits() -> str:
    rows = []
    for line in inspect.getsource(limits).splitlines():
        found = re.match(r"([A-Z_]+): Final = .*?(?:#\s*(.*))?$", line)
        if found:
            name, reason = found.groups()
            rows.append([f"`{name}`", f"{getattr(limits, name):,}", reason or ""])
    return "## Limits\n\nAll of `medley/limits.py`.\n\n" + _table(["limit", "value", "unit and reason"], rows)


def _settings() -> str:
    rows = []
    for name, item in inspect.getmembers(settings, inspect.isclass):
        if item.__module__ != settings.__name__:
            continue
        for field_name, field in item.model_fields.items():
            variable = field.validation_alias or f"{item.model_config['env_prefix']}{field_name}".upper()
            default = "required" if field.is_required() else f"`{field.default!r}`"
            rows.append([f"`{variable}`", default, f"`{name}`"])
    text = "## Settings\n\nEnvironment variables, by capability; each class reads its own when it is constructed.\n\n"
    return text + _table(["variable", "default", "class"], sorted(rows))


def _trigger(trigger: Trigger) -> str:
    match trigger:
        case HttpTrigger():
            return "HTTP API"
        case SocketTrigger():
            return "WebSocket API"
        case QueueTrigger(queue, batch, concurrency):
            return f"queue `{queue}`, batch {batch}, at most {concurrency or 'any'} at once"
        case ScheduleTrigger(every_s):
            return f"every {every_s} s"
        case DeployTrigger():
            return "each deployment"


def _functions() -> str:
    rows = [
        [
            f"`{row.name}`",
            row.kind,
            f"{row.memory_mib:,}",
            str(row.timeout_s),
            "; ".join(map(_trigger, row.triggers)),
            ", ".join(row.settings),
            ", ".join(f"`{name}`" for name in row.sends),
        ]
        for row in TOPOLOGY.functions
    ]
    columns = ["function", "package", "MiB", "time-out, s", "trigger", "settings", "sends to"]
    return "## Functions\n\n" + _table(columns, rows)


def _queues() -> str:
    rows = [
        [f"`{row.name}`", f"{row.visibility_s:,}", str(row.max_receive_count), f"`{row.dead_letter}`"]
        for row in TOPOLOGY.queues
    ]
    return "## Queues\n\n" + _table(["queue", "visibility, s", "receives", "dead letters"], rows)


def _metrics() -> str:
    rows = [[f"`{row.name}`", ", ".join(row.services), row.counts, row.alarm] for row in METRICS]
    text = "## Metrics\n\nCounters of the namespace `Medley`, read from the log (EMF), by service.\n\n"
    return text + _table(["metric", "service", "counts", "alarm"], rows)


def _errors() -> str:
    rows = []
    for name, kind in inspect.getmembers(errors, inspect.isclass):
        if issubclass(kind, errors.MedleyError):
            parent = kind.__bases__[0].__name__
            rows.append([f"`{name}`", f"`{parent}`" if parent != "Exception" else "", f"`{kind.default_code}`"])
    return "## Errors\n\n" + _table(["error", "is a", "code unless a closer one is given"], rows)


def _codes() -> str:
    places: defaultdict[str, set[str]] = defaultdict(set)
    for folder in ("shared/medley", "functions"):
        for path in sorted(set((ROOT / folder).rglob("*.py")) - {CATALOGUE}):
            for code in CODE.findall(path.read_text()):
                places[code].add(str(path.relative_to(ROOT)).removeprefix("shared/"))
    rows = [[f"`{code}`", ", ".join(f"`{path}`" for path in sorted(found))] for code, found in sorted(places.items())]
    return "## Closer codes\n\nStable; a program may act on them.\n\n" + _table(["code", "given in"], rows)


if __name__ == "__main__":
    PAGE.write_text(render())
