"""Repositories of credits."""

from typing import Protocol


class Ledger(Protocol): ...
