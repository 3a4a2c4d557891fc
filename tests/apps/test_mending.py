"""Whatever becomes of what is stored, all videos are right: in a directory, and in the embedded S3."""

import hashlib
import json
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from pathlib import Path
from uuid import UUID

import pytest

from local.storage.service import Storage
from medley.apps.video_mixer import worker
from medley.apps.video_mixer.operations import AssembleOutputs, RenderSegments
from medley.aws.storage import S3Store
from medley.contracts import keys
from medley.contracts.facts import OutputMade, TaskBlocked, TaskFact, TaskFinished
from medley.ports.worker import Job
from medley.runtime.download_cache import DownloadCache
from tests.apps.bench import CANVAS, DRAFT, GENERATION, OWNER, Bench, part_of
from tests.breadth import usual
from tests.damages import DAMAGES, change, cut, empty, lose, mistake

SHOWN = (("red", "blue"), ("green", "gold"), ("red", "gold"))  # clips of the videos
AGAIN = UUID(int=77)  # a second generation, of the same videos


@dataclass
class Shop:
    """The worker over some store, with the commands of a generation. `path` is where an object is on the disk."""

    bench: Bench
    renders: dict[str, Job[RenderSegments]]
    assembling: Job[AssembleOutputs]
    path: Callable[[str], Path]

    def render(self, attempt: int) -> list[TaskFact]:
        """Make all segments and sounds; the facts that end it."""
        for job in self.renders.values():
            worker.render(replace(job, work=job.work.model_copy(update={"attempt": attempt})), self.bench.context)
        return self._facts()

    def assemble(self, generation: UUID, outputs: tuple[int, ...] = (1, 2, 3)) -> list[TaskFact]:
        """Join these videos of a generation; the facts."""
        work = self.assembling.work.model_copy(update={"generation_id": generation, "outputs": outputs})
        wanted = tuple(output for output in self.assembling.outputs if output.n in outputs)
        worker.assemble(Job(work, self.assembling.payload, wanted), self.bench.context)
        return self._facts()

    def key(self, colour: str, suffix: str) -> str:
        """What was made of a clip."""
        payload = self.renders[colour].payload
        digest = payload.sounds[0].digest() if suffix == "wav" else payload.segments[0].digest(CANVAS, DRAFT)
        return keys.segment(OWNER, digest, suffix)

    def _facts(self) -> list[TaskFact]:
        told = self.bench.settled
        self.bench.facts.clear()
        return told


def content_path(folder: Path, key: str) -> Path:
    """Where the embedded S3 keeps an object's content."""
    record = folder / "records" / hashlib.sha256(key.encode()).hexdigest()
    return folder / "content" / json.loads(record.read_text())["content"]


@pytest.fixture
def shop(request: pytest.FixtureRequest, bench: Bench, clips: dict[str, Path], tmp_path: Path) -> Iterator[Shop]:
    renders = {colour: bench.render(path, (0, 15)) for colour, path in clips.items()}
    parts = {colour: part_of(job) for colour, job in renders.items()}
    assembling = bench.assemble(*[tuple(parts[colour] for colour in colours) for colours in SHOWN])
    if request.param == "directory":
        yield Shop(bench, renders, assembling, lambda key: tmp_path / "bucket" / key)
        return
    downloads = tmp_path / "downloads"
    downloads.mkdir()
    with Storage(tmp_path / "storage", durable=False) as storage:
        store = S3Store(storage.s3(), storage.bucket)
        for colour, job in renders.items():
            store.upload(clips[colour], job.payload.clips[0].key, "video/mp4")

        def fetch(key: str, *, sha256: str | None = None) -> Path:
            """As a task of its own, in an environment that kept nothing."""
            private = Path(tempfile.mkdtemp(dir=downloads))
            return DownloadCache(tmp_path / "cache", 0, private).fetch(store, key, sha256=sha256)

        bench.context = replace(bench.context, store=store, fetch=fetch)
        yield Shop(bench, renders, assembling, partial(content_path, tmp_path / "storage"))


def checksums(facts: list[TaskFact]) -> dict[int, str]:
    return {fact.n: fact.parts[0].sha256 for fact in facts if isinstance(fact, OutputMade)}


@pytest.mark.parametrize(
    ("shop", "damage"),
    usual(
        [("directory", lose), ("directory", cut), ("directory", change), *product(["s3"], [empty, change, mistake])],
        list(product(["directory", "s3"], DAMAGES)),
    ),
    indirect=["shop"],
)
def test_what_is_lost_or_damaged_is_made_anew_once(shop: Shop, damage: Callable[[Path, Path], None]) -> None:
    shop.render(1)
    first = checksums(shop.assemble(GENERATION))
    assert len(first) == len(SHOWN)
    for colour, suffix, other in (
        ("red", "mp4", "blue"),
        ("gold", "wav", "red"),
        ("green", "jpg", "blue"),
        ("blue", "json", "gold"),
    ):
        damage(shop.path(shop.key(colour, suffix)), shop.path(shop.key(other, suffix)))
    assert all(isinstance(fact, TaskFinished) for fact in shop.render(1))
    facts = shop.assemble(AGAIN)
    made = checksums(facts)
    blocked = facts[-1]
    if isinstance(blocked, TaskBlocked):
        assert damage in {change, mistake}  # what shows only when it is read
        assert set(blocked.lost) <= {shop.key("red", "mp4"), shop.key("gold", "wav"), shop.key("green", "jpg")}
        assert all(isinstance(fact, TaskFinished) for fact in shop.render(2))
        made |= checksums(shop.assemble(AGAIN, blocked.outputs))
    else:
        assert damage is not change
    assert made == first
    for colour in shop.renders:
        for suffix in ("mp4", "jpg", "json", "wav"):
            if suffix != "wav" or shop.renders[colour].payload.sounds:
                shop.bench.context.fetch(shop.key(colour, suffix))
