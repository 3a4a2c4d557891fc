"""Repositories of generations."""

from typing import Protocol


class Generations(Protocol): ...
