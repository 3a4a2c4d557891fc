"""Retention: what is not kept for good; docs/decisions/what-is-kept.md says what, how long and why."""

from typing import Protocol


class Retention(Protocol):
    def forget_work(self, ended_s: int, limit: int) -> int:
        """Delete the tasks of up to `limit` generations that ended so long ago, and empty the recipes of their outputs.

        Returns of how many. Generation and outputs stay: they say what was bought and what became of it.
        """
        ...

    def forget_uploads(self, removed_s: int, limit: int) -> int:
        """Delete the rows of up to `limit` clips, and as many assets, whose objects were removed so long ago.

        Returns how many.
        """
        ...
