"""What every fact about a task says of it."""

from typing import Any

from medley.contracts.work import Work


def about(work: Work) -> dict[str, Any]:
    """Whose and which task, and which start of it."""
    return {
        "owner_id": work.owner_id,
        "generation_id": work.generation_id,
        "task_id": work.task_id,
        "attempt": work.attempt,
    }
