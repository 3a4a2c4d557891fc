"""The apps Medley offers. Adding one is a package beside this file and a line in `PACKAGES`.

A package that fails to load is reported and left out; the others start.
"""

import importlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Protocol
from uuid import UUID

from pydantic import BaseModel

from medley.contracts.assets import AssetSource
from medley.contracts.commands import Command
from medley.contracts.media import ClipSource
from medley.domain.generations import Plan, PlannedOutput, PlannedTask, Quote
from medley.domain.reports import Distinctness, Timeline
from medley.errors import InvalidInput
from medley.ports.worker import Worker

PACKAGES = ("medley.apps.video_mixer",)
STORED = {"stored": True}  # validation context of a spec once accepted: what would be refused today is let pass
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Manifest:
    """How an app presents itself. Another `planner_version` chooses other videos for the same seed."""

    id: str
    name: str
    description: str
    icon: str
    version: str
    features: tuple[str, ...] = ()
    planner_version: int = 1


@dataclass(frozen=True)
class Group:
    """An ordered, named set of clips, as the app sees it."""

    name: str
    clip_ids: tuple[UUID, ...]


@dataclass(frozen=True)
class Library:
    """The ready clips, groups and assets of a project, in order: everything a quote or plan may look at."""

    clips: tuple[ClipSource, ...]
    groups: tuple[Group, ...] = ()
    assets: tuple[AssetSource, ...] = ()


@dataclass(frozen=True)
class Order:
    """Who and what a task's command is for."""

    owner_id: UUID
    generation_id: UUID
    task_id: UUID
    attempt: int


class App(Protocol):
    """What the core asks of an app. All of it is pure; what runs on workers is in the app's `worker` module."""

    manifest: Manifest
    spec: type[BaseModel]  # read with the context STORED from where it was kept

    def quote(self, spec: Any, library: Library) -> Quote:
        """Capacity, price and work of `spec.count` videos.

        Raises:
            InvalidInput: the library cannot give what the spec asks, whatever the count.
        """
        ...

    def plan(self, spec: Any, library: Library, seed: int, earlier: Sequence[Mapping[str, Any]] = ()) -> Plan:
        """The outputs and tasks of `spec.count` videos: same arguments, same plan.

        `earlier` are recipes that an older planner made for this seed: the first of the videos the spec skips.

        Raises:
            InvalidInput: code `too_many_outputs` with `possible` and `binding` when more is asked than is possible.
        """
        ...

    def command(self, order: Order, spec: Any, task: PlannedTask, outputs: Sequence[PlannedOutput]) -> Command:
        """The command of one task for those of its outputs still wanted; `task.payload` holds all else it needs."""
        ...

    def timeline(self, spec: Any, recipe: Mapping[str, Any]) -> Timeline:
        """The video an output's recipe makes."""
        ...

    def distinctness(self, videos: Mapping[int, Timeline], prints: Mapping[str, Sequence[str]]) -> Distinctness:
        """How unlike each other videos are: by their numbers, with what prints of their segments there are."""
        ...


@dataclass(frozen=True)
class Registry:
    apps: Mapping[str, App]
    failures: Mapping[str, str]  # package -> why it was left out
    packages: Mapping[str, str] = field(default_factory=dict)  # app -> package

    def get(self, app_id: str) -> App:
        """Find an app.

        Raises:
            InvalidInput: code `unknown_app`.
        """
        if app_id not in self.apps:
            raise InvalidInput(f"There is no app {app_id!r}.", code="unknown_app", apps=sorted(self.apps))
        return self.apps[app_id]

    def worker(self, app_id: str) -> Worker:
        """The app's worker, imported on first use: only media functions have what it needs.

        Raises:
            InvalidInput: code `unknown_app`.
        """
        if app_id not in self.packages:
            raise InvalidInput(f"There is no app {app_id!r}.", code="unknown_app", apps=sorted(self.packages))
        worker: Worker = importlib.import_module(f"{self.packages[app_id]}.worker")
        return worker


def load(packages: Sequence[str] = PACKAGES) -> Registry:
    """Import each package and take its `APP`; one that fails is left out and named in `failures`."""
    apps: dict[str, App] = {}
    failures: dict[str, str] = {}
    homes: dict[str, str] = {}
    for package in packages:
        try:
            app: App = importlib.import_module(package).APP
            apps[app.manifest.id] = app
            homes[app.manifest.id] = package
        except Exception as error:  # a broken plugin must not take the product down
            logger.exception("app left out", extra={"package": package})
            failures[package] = f"{type(error).__name__}: {error}"
    return Registry(apps, failures, homes)


@cache
def registry() -> Registry:
    """The registry of this process."""
    return load()


def worker(app_id: str) -> Worker:
    """The worker of one app of this process's registry. Raises: InvalidInput (code `unknown_app`)."""
    return registry().worker(app_id)
