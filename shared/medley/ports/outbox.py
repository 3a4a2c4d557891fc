"""Repositories of outbox."""

from typing import Protocol


class Outbox(Protocol): ...


class Idempotency(Protocol): ...
