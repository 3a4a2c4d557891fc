"""The documents name what exists: functions, queues, tables, settings, limits, error codes and invariants."""

import re
import runpy
from pathlib import Path

from infra.topology import TOPOLOGY
from medley.db.tables import metadata

ROOT = Path(__file__).parents[2]
ARCHITECTURE = (ROOT / "docs" / "ARCHITECTURE.md").read_text()
INVARIANTS = (ROOT / "docs" / "INVARIANTS.md").read_text()
HOSTS = re.compile(r"pypi\.org|pythonhosted|npmjs|deb\.debian")


def test_architecture_names_every_function_queue_and_prefix() -> None:
    names = [row.name for row in (*TOPOLOGY.functions, *TOPOLOGY.queues, *TOPOLOGY.prefixes)]
    assert [name for name in names if f"`{name}`" not in ARCHITECTURE] == []


def test_reference_is_what_the_code_says() -> None:
    """Limits, settings, functions, queues and error codes; `make docs` writes it anew."""
    namespace = runpy.run_path(str(ROOT / "docs" / "generate_reference.py"))
    assert (ROOT / "docs" / "REFERENCE.md").read_text() == namespace["render"]()


def test_the_openapi_document_is_what_the_code_says() -> None:
    """`make docs` writes it anew."""
    namespace = runpy.run_path(str(ROOT / "docs" / "generate_openapi.py"))
    assert namespace["PAGE"].read_text() == namespace["render"]()


def test_the_tables_of_the_policy_for_failure_are_what_its_function_answers() -> None:
    namespace = runpy.run_path(str(ROOT / "docs" / "generate_retries.py"))
    assert namespace["PAGE"].read_text() == namespace["page"]()


def test_the_costs_are_those_of_the_table_of_prices() -> None:
    namespace = runpy.run_path(str(ROOT / "docs" / "generate_costs.py"))
    assert namespace["PAGE"].read_text() == namespace["page"]()


def test_the_sentences_are_those_the_code_says() -> None:
    namespace = runpy.run_path(str(ROOT / "docs" / "generate_sentences.py"))
    assert namespace["PAGE"].read_text() == namespace["page"]()
    assert namespace["TABLE"].read_text() == namespace["table"]()


def test_every_invariant_a_constraint_cites_is_written_down() -> None:
    tables = "".join(path.read_text() for path in (ROOT / "shared/medley/db/tables").glob("*.py"))
    cited = {f"I{n}" for n in re.findall(r'"(?:\w+_)?i(\d+)_', tables)}
    assert cited
    assert sorted(name for name in cited if not re.search(rf"\b{name}\b", INVARIANTS)) == []


def test_how_long_rows_are_kept_is_written_down_for_every_table() -> None:
    kept = (ROOT / "docs" / "decisions" / "what-is-kept.md").read_text()
    assert [table.name for table in metadata.sorted_tables if f"`{table.name}`" not in kept] == []


def test_readme_commands_are_targets_of_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    used = set(re.findall(r"`make ([a-z]+)", (ROOT / "README.md").read_text()))
    assert {"demo", "test"} <= used <= targets


def test_every_python_file_a_document_names_exists() -> None:
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    named = {name for path in documents for name in re.findall(r"`([\w/]+\.py)`", path.read_text())}
    folders = (
        "shared",
        "functions",
        "infra",
        "layers",
        "local",
        "cli",
        "clients",
        "tests",
        "bench",
        "docs",
        "examples",
        "web/tools",
        "web/e2e",
    )
    files = [f"/{path.relative_to(ROOT)}" for folder in folders for path in (ROOT / folder).rglob("*.py")]
    assert named
    assert sorted(name for name in named if not any(file.endswith(f"/{name}") for file in files)) == []


def test_no_file_names_the_host_of_a_package_registry() -> None:
    names = ("*.md", "*.toml", "*.lock", "*.py", "Makefile", "*.json")
    files = [path for name in names for path in ROOT.glob(name)] + list((ROOT / "docs").rglob("*.md"))
    assert [str(path) for path in files if HOSTS.search(path.read_text())] == []
