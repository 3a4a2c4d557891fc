"""Idempotency keys of clients: what one may be, and the answer to one that was used for something else."""

from medley.errors import InvalidInput
from medley.limits import IDEMPOTENCY_KEY_CHARACTERS
from medley.ports.outbox import Answer


def check_key(key: str) -> None:
    """Raises: InvalidInput (code `invalid_idempotency_key`)."""
    if not 1 <= len(key) <= IDEMPOTENCY_KEY_CHARACTERS or not key.isprintable():
        raise InvalidInput(
            f"An Idempotency-Key has 1 to {IDEMPOTENCY_KEY_CHARACTERS} printable characters.",
            code="invalid_idempotency_key",
            limit=IDEMPOTENCY_KEY_CHARACTERS,
        )


def check_same(answer: Answer, fingerprint: str) -> None:
    """Raises: InvalidInput (code `idempotency_key_reused`), if the answer is to another request."""
    if answer.fingerprint != fingerprint:
        raise InvalidInput("This Idempotency-Key was used for another request.", code="idempotency_key_reused")
