"""Repositories of library."""

from typing import Protocol


class Library(Protocol): ...
