"""The apps Medley offers. Adding one is a package beside this file and a line in `PACKAGES`.

A package that fails to load, or lacks what it requires, is reported and left out; the others start.
"""

import importlib
import logging
import runpy
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal, Protocol, runtime_checkable

from pydantic import BaseModel

from medley.contracts.assets import AssetSource
from medley.contracts.media import ClipSource
from medley.domain.accounts import Role
from medley.domain.generations import Plan
from medley.domain.previews import PreviewedVideo, Screen
from medley.domain.projects import Group, LibraryIds
from medley.domain.quotes import PriceLine, Quote
from medley.domain.reports import Distinctness, Timeline
from medley.domain.wording import CORE
from medley.errors import AppUnavailable, Broken, InvalidInput
from medley.ports.worker import Operation
from medley.sentences import Sentence
from medley.settings import AppSettings

PACKAGES = ("medley.apps.video_mixer",)
ASKED = {"asked": True}  # validation context of a spec as a client sends it: its JSON types count
STORED = {"stored": True}  # validation context of a spec once accepted: what would be refused today is let pass
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Manifest:
    """How an app presents itself.

    `codes` are those of the refusals its quotes and plans give besides the core's.
    `order` sorts the cards, `color` is a CSS color of the card, `flags` are `beta` or `soon` (shown, not to be ordered
    from), `roles` who may see it and order, and whoever may more (all, if none is named), `requires` the lanes it
    cannot do without.
    Another `planner_version` chooses other outputs for the same seed.
    `sample` is a spec (JSON values) of little work for two short clips: whoever makes it sees that all works.
    """

    id: str
    name: str
    description: str
    icon: str
    version: str
    order: int = 100
    color: str = "#6b7280"
    flags: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()
    requires: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    planner_version: int = 1
    codes: tuple[str, ...] = ()
    sample: Mapping[str, Any] | None = None

    def is_for(self, role: Role | None) -> bool:
        """True if an account of that role, or a visitor without one, may see it."""
        return not self.roles or (role is not None and any(role.includes(each) for each in self.roles))


@dataclass(frozen=True)
class Library:
    """The ready clips, groups and assets of a project, in order: everything a quote or plan may look at."""

    clips: tuple[ClipSource, ...]
    groups: tuple[Group, ...] = ()
    assets: tuple[AssetSource, ...] = ()

    @property
    def ids(self) -> LibraryIds:
        """What it holds, by ids alone."""
        return LibraryIds(
            tuple(clip.clip_id for clip in self.clips),
            self.groups,
            tuple(asset.asset_id for asset in self.assets),
        )


class Spec(Protocol):
    """What the spec of every app has."""

    @property
    def count(self) -> int: ...

    @property
    def seed(self) -> int | None: ...

    def model_dump(self, *, mode: Literal["json"]) -> dict[str, Any]: ...


class App(Protocol):
    """What the core asks of an app. All of it is pure; what runs on workers is in the app's `worker` module."""

    manifest: Manifest
    spec: type[BaseModel]  # is a `Spec`; read with the context STORED from where it was kept
    sentences: Mapping[str, str]  # templates of all it says besides the core's, by code

    def price(self, spec: Any) -> Sequence[PriceLine]:
        """The lines of the quote for `spec.count` outputs, from the spec alone: at once, whatever the library."""
        ...

    def quote(self, spec: Any, library: Library) -> Quote:
        """Capacity, price and work of `spec.count` outputs. A count above the capacity is quoted too.

        Raises:
            InvalidInput: the library cannot give what the spec asks, whatever the count.
        """
        ...

    def plan(self, spec: Any, library: Library, seed: int, earlier: Sequence[Mapping[str, Any]] = ()) -> Plan:
        """The outputs and tasks of `spec.count` outputs: same arguments, same plan.

        `earlier` are recipes that an older planner made for this seed, of the outputs that come before these; only an
        app that `Continues` is given any.

        Raises:
            InvalidInput: code `too_many_outputs` with `possible` and `binding` when more is asked than is possible.
        """
        ...


@runtime_checkable
class Continues(Protocol):
    """What an app says of which more can be ordered with the same seed; optional."""

    def skipped(self, spec: Any) -> int:
        """How many outputs of the seed come before those the spec asks for."""
        ...

    def skipping(self, spec: Any, skipped: int) -> Any:
        """The same spec, with so many outputs of the seed before."""
        ...


@runtime_checkable
class Reports(Protocol):
    """What an app whose outputs are videos of clips can say of them besides; optional."""

    def timeline(self, spec: Any, recipe: Mapping[str, Any]) -> Timeline:
        """The video an output's recipe makes."""
        ...

    def distinctness(self, videos: Mapping[int, Timeline], details: Sequence[Mapping[str, Any]]) -> Distinctness:
        """How unlike each other videos are: by their numbers, with the `detail` of each finished task."""
        ...

    def prints(self, details: Sequence[Mapping[str, Any]]) -> Mapping[str, Sequence[str]]:
        """The prints of the segments that the finished tasks told of: by digest, a hash for each second."""
        ...


@runtime_checkable
class Previews(Protocol):
    """What an app whose outputs are videos of clips can say of them before they are made; optional. What `App.plan`
    refuses, it refuses alike."""

    def screen(self, spec: Any, *, draft: bool = False) -> Screen:
        """The picture of every video of a spec, or of its draft."""
        ...

    def first(
        self, spec: Any, library: Library, seed: int, count: int, earlier: Sequence[Mapping[str, Any]] = ()
    ) -> Sequence[PreviewedVideo]:
        """The first `count` videos, or all if there are fewer, that `App.plan` makes of the same arguments."""
        ...

    def draft(self, spec: Any, library: Library, seed: int, earlier: Sequence[Mapping[str, Any]] = ()) -> Plan:
        """The first of them alone, at no price: quick to make, and marked as a preview over all of its picture."""
        ...


@dataclass(frozen=True)
class Failure:
    """Why an app cannot be used: `reason` is for a person; its `manifest` may say no more than its name."""

    package: str
    reason: Sentence
    manifest: Manifest


@dataclass(frozen=True, eq=False)
class Registry:
    """`apps` that can be used, by id in the order of their cards; `failures` of the packages that cannot.

    One is equal to itself alone: an API is made for each.
    """

    apps: Mapping[str, App]
    failures: tuple[Failure, ...] = ()
    packages: Mapping[str, str] = field(default_factory=dict)  # app -> package

    def get(self, app_id: str) -> App:
        """Find an app. Raises: InvalidInput (code `unknown_app`), AppUnavailable (it is one of the `failures`)."""
        if app_id in self.apps:
            return self.apps[app_id]
        for failure in self.failures:
            if failure.manifest.id == app_id:
                raise AppUnavailable(f"{failure.manifest.name} cannot be used at the moment: {failure.reason}")
        raise self._unknown(app_id)

    def seen(self, app_id: str, role: Callable[[], Role]) -> App:
        """Find an app that somebody may see; `role` is asked only of one that is not for all. Raises: as `offered`."""
        app = self.get(app_id)
        if app.manifest.roles and not app.manifest.is_for(role()):
            raise self._unknown(app_id)
        return app

    def offered(self, app_id: str, role: Callable[[], Role]) -> App:
        """Find an app to order from; orders that were placed go on, whatever has become of its flags and roles.

        Raises:
            InvalidInput: code `unknown_app`; also where it is for other roles.
            AppUnavailable: it is one of the `failures`, or comes `soon`.
        """
        app = self.seen(app_id, role)
        if "soon" in app.manifest.flags:
            raise AppUnavailable(f"{app.manifest.name} comes soon; nothing can be ordered from it yet.")
        return app

    def _unknown(self, app_id: str) -> InvalidInput:
        known = sorted(each for each, app in self.apps.items() if app.manifest.is_for(None))
        return InvalidInput(f"There is no app {app_id!r}.", code="unknown_app", app=app_id, apps=known)

    def operation(self, app_id: str, name: str) -> Operation:
        """What an app's worker does under that name; its module is imported on first use, where it can be.

        Raises:
            AppUnavailable: the app was left out here, or its worker does not load: what waits for it is kept.
            Broken: code `unknown_operation`.
        """
        if app_id not in self.packages:
            raise AppUnavailable(f"There is no app {app_id!r} here.")
        try:
            operations: Mapping[str, Operation] = importlib.import_module(f"{self.packages[app_id]}.worker").OPERATIONS
        except Exception as error:  # a broken plugin must not take the product down
            logger.exception("worker of an app left out", extra={"app": app_id})
            raise AppUnavailable(f"The worker of {app_id} does not load: {type(error).__name__}: {error}") from error
        if name not in operations:
            raise Broken(f"{app_id} has no operation {name!r}.", code="unknown_operation")
        return operations[name]


def load(packages: Sequence[str] = PACKAGES, lanes: Collection[str] | None = None) -> Registry:
    """Import each package and take its `APP`; one that fails, or requires a lane that is not among `lanes` (None: not
    asked), is left out and told of in `failures`."""
    apps: dict[str, App] = {}
    failures: list[Failure] = []
    homes: dict[str, str] = {}
    for package in packages:
        try:
            app: App = importlib.import_module(package).APP
            manifest = app.manifest
        except Exception as error:  # a broken plugin must not take the product down
            logger.exception("app left out", extra={"package": package})
            why = CORE.say("app_broken", error=f"{type(error).__name__}: {error}")
            failures.append(Failure(package, why, _manifest_alone(package)))
            continue
        missing = [] if lanes is None else [lane for lane in manifest.requires if lane not in lanes]
        if missing:
            logger.error("app left out", extra={"package": package, "missing": missing})
            why = CORE.say("lanes_missing", count=len(missing), lanes=missing)
            failures.append(Failure(package, why, manifest))
            continue
        apps[manifest.id] = app
        homes[manifest.id] = package
    ordered = sorted(apps.values(), key=lambda app: (app.manifest.order, app.manifest.id))
    return Registry({app.manifest.id: app for app in ordered}, tuple(failures), homes)


def _manifest_alone(package: str) -> Manifest:
    """How a package that does not load presents itself: by its module `manifest`, read without the package, or at least
    by the package's name."""
    parent, _, name = package.rpartition(".")
    try:
        folders = importlib.import_module(parent).__path__
        for folder in folders:
            path = Path(folder) / name / "manifest.py"
            if path.is_file():
                manifest = runpy.run_path(str(path))["MANIFEST"]
                if isinstance(manifest, Manifest):
                    return manifest
    except Exception:  # it is as broken as the rest
        logger.exception("app has no manifest", extra={"package": package})
    return Manifest(name, name.replace("_", " ").capitalize(), "", "alert", "")


@cache
def registry() -> Registry:
    """The registry of this process: the packages and lanes that its settings name."""
    settings = AppSettings()
    return load(settings.packages or PACKAGES, settings.lanes or None)
