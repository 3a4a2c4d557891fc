"""Stored plans, read whole: what the bucket has is taken for the plan only if it has the plan's SHA-256."""

from uuid import UUID

from medley.contracts import keys, plans
from medley.errors import NotFound
from medley.ports.cloud import ObjectStore


def read(store: ObjectStore, owner_id: UUID, digest: str) -> bytes | None:
    """The object of somebody's plan with that digest; None if it is lost or damaged.

    Raises:
        StorageUnavailable: the bucket does not answer.
    """
    try:
        content = store.read(keys.plan(owner_id, digest))
    except NotFound:
        return None
    return content if plans.digest_of(content) == digest else None
