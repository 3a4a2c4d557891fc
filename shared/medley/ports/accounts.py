"""Repositories of accounts."""

from typing import Protocol


class Accounts(Protocol): ...


class Sockets(Protocol): ...
