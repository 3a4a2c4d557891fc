"""What the core asks of every app, as a suite: subclass it, say which app and what to order of it.

Its operations run for real, in the order of the tasks' needs, each twice: the second delivery must end the same.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

import pytest

from cli.directory_store import DirectoryStore
from infra.topology import LANES
from medley import workdir
from medley.apps.registry import ASKED, STORED, App, Library, Registry, load
from medley.contracts import keys, plans
from medley.contracts.facts import OutputMade, TaskFact, TaskFinished, TaskProgressed
from medley.contracts.work import Work
from medley.domain.generations import MAIN, Plan, check_plan
from medley.domain.wording import CORE
from medley.errors import Broken
from medley.ports.worker import Job, WorkerContext
from medley.sentences import Sentence, fill
from tests.apps import builders, forms

OWNER, GENERATION = UUID(int=1), UUID(int=2)
ROOT = Path(__file__).parents[2]
WHAT_TIMES = ("at", "wall_ms", "cpu_ms", "made", "reused")  # a second delivery may find what the first made

QUIET = """
import sys
def audit(event, args):
    if event in {"socket.connect", "socket.bind", "subprocess.Popen", "os.posix_spawn", "os.fork"}:
        raise AssertionError(f"{event} at import")
sys.addaudithook(audit)
import importlib
importlib.import_module(sys.argv[1])
print(" ".join(sys.modules))
"""


class Ran:
    """One run of a plan's tasks: a store, and the facts of each task."""

    def __init__(self, folder: Path, store: DirectoryStore) -> None:
        self.store = store
        self.folder = folder / "work"
        self.facts: list[TaskFact] = []

    def task(self, registry: Registry, work: Work) -> list[dict[str, Any]]:
        """Do one task as a lane would; returns its facts without times."""
        before = len(self.facts)
        member = self.store.read(keys.plan(work.owner_id, work.plan), work.start, work.length)
        content = plans.read_task(member, work.crc)
        operation = registry.operation(work.app, work.operation)
        with workdir.scratch(self.folder) as private:
            context = WorkerContext(
                store=self.store,
                fetch=self.store.fetch,
                scratch=private,
                report=self.facts.append,
                remaining_s=lambda: 600.0,
                threads=1,
            )
            operation.run(Job(work, operation.payload.model_validate(content.payload), content.outputs), context)
        told = [fact for fact in self.facts[before:] if not isinstance(fact, TaskProgressed)]
        values = [json.loads(fact.model_dump_json(exclude=set(WHAT_TIMES))) for fact in told]
        return sorted(values, key=str)


class AppContract:
    """Promises of an app. `package` is what is registered, `spec` what is ordered."""

    package: ClassVar[str]
    spec: ClassVar[dict[str, Any]]

    @pytest.fixture
    def store(self, tmp_path: Path) -> DirectoryStore:
        return DirectoryStore(tmp_path / "bucket")

    @pytest.fixture
    def library(self, store: DirectoryStore) -> Library:
        """What is ordered from; an app that needs clips overrides it, and adopts them into the store."""
        return Library(())

    @pytest.fixture
    def registry(self) -> Registry:
        found = load([self.package], [lane.name for lane in LANES])
        assert found.failures == ()
        return found

    @pytest.fixture
    def app(self, registry: Registry) -> App:
        (app,) = registry.apps.values()
        return app

    @pytest.fixture
    def asked(self, app: App) -> Any:
        return app.spec.model_validate(self.spec)

    @pytest.fixture
    def plan(self, app: App, asked: Any, library: Library) -> Plan:
        return app.plan(asked, library, 7)

    def test_the_spec_comes_back_as_it_was_stored(self, app: App, asked: Any) -> None:
        stored = json.loads(json.dumps(asked.model_dump(mode="json")))
        assert app.spec.model_validate(stored, context=STORED) == asked
        assert (asked.count, hasattr(asked, "seed")) == (self.spec["count"], True)

    def test_the_same_seed_gives_the_same_plan(self, app: App, asked: Any, library: Library, plan: Plan) -> None:
        assert app.plan(asked, library, 7) == plan
        assert plans.write(app.plan(asked, library, 7)) == plans.write(plan)

    def test_the_core_can_run_the_plan(self, app: App, asked: Any, library: Library, plan: Plan) -> None:
        quote = app.quote(asked, library)
        assert check_plan(plan, quote.total, asked.count, [lane.name for lane in LANES]) is plan
        assert (quote.count, quote.needed >= quote.count) == (asked.count, True)
        assert plan.planner_version == app.manifest.planner_version

    def test_the_quote_is_the_sum_of_the_prices(self, app: App, asked: Any, library: Library, plan: Plan) -> None:
        quote = app.quote(asked, library)
        assert quote.total == plan.price == sum(line.total for line in app.price(asked))
        assert quote.total == sum(output.price for output in plan.outputs)

    def test_payloads_and_recipes_come_back_as_they_were_stored(self, registry: Registry, plan: Plan) -> None:
        written = plans.write(plan)
        outputs = {output.n: output for output in plan.outputs}
        for task, content in zip(plan.tasks, plans.read_tasks(written.content), strict=True):
            model = registry.operation(next(iter(registry.apps)), task.operation).payload
            assert model.model_validate(content.payload) == model.model_validate(task.payload)
            assert content.payload == task.payload
            assert [output.recipe for output in content.outputs] == [outputs[n].recipe for n in task.makes]

    def test_an_operation_nobody_has_is_our_fault(self, registry: Registry) -> None:
        with pytest.raises(Broken):
            registry.operation(next(iter(registry.apps)), "no such operation")

    def test_every_operation_may_be_delivered_twice(
        self, registry: Registry, plan: Plan, store: DirectoryStore, tmp_path: Path
    ) -> None:
        written, ran = plans.write(plan), Ran(tmp_path, store)
        store.write(written.content, keys.plan(OWNER, written.digest), "application/gzip")
        for work in _commands(next(iter(registry.apps)), plan, written):
            first = ran.task(registry, work)
            stored = _objects(tmp_path / "bucket")
            assert ran.task(registry, work) == first
            assert _objects(tmp_path / "bucket") == stored
            assert isinstance(ran.facts[-1], TaskFinished)
        self._check_outputs(plan, [fact for fact in ran.facts if isinstance(fact, OutputMade)], store)

    def _check_outputs(self, plan: Plan, made: list[OutputMade], store: DirectoryStore) -> None:
        assert {fact.n for fact in made} == {output.n for output in plan.outputs}
        planned = {output.n: output for output in plan.outputs}
        for fact in made:
            main, *others = fact.parts
            assert (main.role, main.media_type) == (MAIN, planned[fact.n].media_type)
            assert all(part.role != MAIN for part in others)
            prefix = keys.output_prefix(OWNER, GENERATION, fact.n)
            for part in fact.parts:
                assert part.key.startswith((f"{prefix}.", f"{prefix}-"))
                found = store.head(part.key)
                assert found is not None
                assert found.size_bytes == part.size_bytes

    def test_what_it_says_can_be_said_in_any_language(self, app: App, asked: Any, library: Library) -> None:
        quote, templates = app.quote(asked, library), {**CORE.templates, **app.sentences}
        assert set(app.sentences) & set(CORE.templates) == set()
        said = [quote.binding, *quote.notes, *(effect.text for effect in quote.effects)]
        said += [Sentence(line.label, line.code, line.parameters) for line in quote.lines]
        for sentence in said:
            assert fill(templates[sentence.code], sentence.parameters) == sentence

    def test_a_form_can_be_drawn_from_the_schema(self, app: App) -> None:
        assert list(forms.faults(app.spec.model_json_schema())) == []

    def test_its_sample_can_be_made_of_two_clips(self, app: App) -> None:
        if app.manifest.sample is not None:
            asked, clips = app.spec.model_validate(app.manifest.sample, context=ASKED), builders.library("ab")
            assert len(app.plan(asked, clips, 7).outputs) == asked.count

    @pytest.mark.parametrize("module", ["", ".worker"])
    def test_importing_opens_nothing(self, module: str) -> None:
        command = [sys.executable, "-c", QUIET, f"{self.package}{module}"]
        environment = {"PYTHONPATH": f"{ROOT}:{ROOT / 'shared'}"}
        run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stderr
        if not module:
            assert not {"av", "numpy", "PIL", "ffmpeg", f"{self.package}.worker"} & set(run.stdout.split())


def _commands(app: str, plan: Plan, written: plans.PlanObject) -> Iterator[Work]:
    for task, place in zip(plan.tasks, written.places, strict=True):
        yield Work(
            app=app,
            operation=task.operation,
            lane=task.lane,
            owner_id=OWNER,
            generation_id=GENERATION,
            task_id=UUID(int=100 + task.index),
            deadline=datetime(2100, 1, 1, tzinfo=UTC),
            plan=written.digest,
            start=place.start,
            length=place.length,
            crc=place.crc,
            outputs=task.makes,
        )


def _objects(bucket: Path) -> dict[str, bytes]:
    return {str(path.relative_to(bucket)): path.read_bytes() for path in bucket.rglob("*") if path.is_file()}
