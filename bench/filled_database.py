"""A database as it is after two years, filled by itself: users, projects, clips, generations, the ledger and the rest.

Every row is what the services would have written, so that all invariants hold; only nobody was there. A tenth of the
users makes videos, in proportion all that is counted. Each generation has 50 outputs, and of the latest, `RUNNING` of
every thousand run and as many ended within the hour.
"""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any, Final

import psycopg

from local.database.postgres import Postgres
from medley.contracts.engine import ENGINE_VERSION
from medley.db import migrations
from medley.limits import GENERATION_DEADLINE_S

OUTPUTS: Final = 50  # of each generation
RUNNING: Final = 10  # of a thousand generations
CLIPS: Final = 40  # of each project
FACTS: Final = {
    "container": "mov,mp4",
    "size_bytes": 7_000_000,
    "sha256": "a" * 64,
    "video": {
        "codec": "h264",
        "width": 1080,
        "height": 1920,
        "fps": {"num": 30, "den": 1},
        "pixel_format": "yuv420p",
        "duration_us": 5_000_000,
        "frames": 150,
    },
    "audio": None,
}


@dataclass(frozen=True)
class Size:
    """How much there is. Every tenth user or so has one project of CLIPS clips; entries are shared out to all."""

    users: int = 100_000
    outputs: int = 1_000_000
    clips: int = 200_000
    entries: int = 1_000_000

    @property
    def generations(self) -> int:
        return self.outputs // OUTPUTS

    @property
    def projects(self) -> int:
        return self.clips // CLIPS

    @property
    def values(self) -> dict[str, Any]:
        """What the statements are told."""
        return {
            "users": self.users,
            "projects": self.projects,
            "clips": CLIPS,
            "generations": self.generations,
            "outputs": OUTPUTS,
            "recent": max(2, self.generations * RUNNING // 1_000),
            "grants": max(1, (self.entries - 2 * self.generations) // self.users),
            "engine": ENGINE_VERSION,
            "deadline_s": GENERATION_DEADLINE_S,
            "facts": f"'{json.dumps(FACTS)}'",
        }

    def of(self, part: float) -> "Size":
        """A part of all that."""
        return Size(*(round(count * part) for count in (self.users, self.outputs, self.clips, self.entries)))


@contextmanager
def filled(size: Size) -> Iterator[str]:
    """The libpq URL of a database filled so, on a server of its own that ends with the block."""
    with (
        tempfile.TemporaryDirectory(prefix="medley-bench-") as folder,
        Postgres(Path(folder) / "data", durable=False) as server,
    ):
        server.create_database("medley")
        url = server.url("medley")
        migrations.upgrade(url)
        fill(url, size)
        yield url


def fill(url: str, size: Size) -> None:
    """Fill the empty database at a libpq URL, which has the newest schema, and gather its statistics."""
    script = Path(__file__).with_suffix(".sql").read_text()
    statements = Template(script).substitute(size.values)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")  # the rows refer to each other as they should
        connection.execute("SET work_mem = '256MB'")
        connection.execute(statements)  # type: ignore[arg-type]
        connection.execute("VACUUM ANALYZE")
