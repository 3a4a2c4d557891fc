"""Previews: the first videos of an order, before it is placed: what it takes to play them, or the first as a draft."""

import logging
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from pydantic import ValidationError

from medley.apps.registry import App, Library, Previews, Registry, Spec
from medley.domain.generations import Generation
from medley.domain.previews import PreviewedVideo, Screen
from medley.errors import AppUnavailable, NotFound, TooManyRequests
from medley.limits import PREVIEWED_VIDEOS, PREVIEWS_PER_DAY
from medley.ports.cloud import ObjectStore
from medley.ports.database import Transaction, UnitOfWork
from medley.ports.generations import NewGeneration
from medley.ports.identity import Ids
from medley.services import ordering, projects
from medley.services.earlier import EarlierVideos, skipped_by, stored_spec
from medley.services.idempotency import check_key
from medley.services.ordering import Ordered

DAY_S: Final = 86_400
ROUTE: Final = "create_preview"  # the scope of idempotency keys
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Preview:
    """The first of `count` videos. An order of the same spec with `seed` in it makes exactly these, as long as the
    project stays as it is. `names` are those of its clips; so many more can be rendered today: `left`."""

    seed: int
    count: int
    screen: Screen
    videos: Sequence[PreviewedVideo]
    names: Mapping[UUID, str]
    left: int


@dataclass(frozen=True)
class Previewer:
    """The collaborators of previews. `transaction` opens a unit of work for one user."""

    transaction: Transaction
    registry: Registry
    store: ObjectStore
    ids: Ids

    def first(self, user_id: UUID, project_id: UUID, spec: Mapping[str, Any], count: int) -> Preview:
        """The first `count` videos (at most PREVIEWED_VIDEOS) that an order of this spec makes; with a new seed if it
        names none.

        Raises:
            NotFound: code `unknown_project`; code `no_preview`, the app has none.
            InvalidInput: codes `unknown_app`, `invalid_spec`, `too_many_outputs`, the app's.
            Conflict: code `plan_expired`; what this is to go on from is not kept any more.
            AppUnavailable: the app cannot be used at the moment.
            StorageUnavailable: the bucket does not answer; asked only where videos of an older planner are skipped.
        """
        return self._previewed(user_id, project_id, spec, min(count, PREVIEWED_VIDEOS))[1]

    def render(self, user_id: UUID, project_id: UUID, spec: Mapping[str, Any], key: str) -> Ordered:
        """Have the first video made that an order of this spec makes: a draft, marked as a preview, free of charge.

        It is a generation of one output like any, but for its price and that it is in no list. `key` is the caller's
        Idempotency-Key; see `ordering.create`.

        Raises:
            NotFound, InvalidInput, AppUnavailable, StorageUnavailable: as `first`.
            InvalidInput: codes `invalid_idempotency_key`, `idempotency_key_reused`.
            Conflict: as `first`; codes `in_progress`, `library_changed`, `too_many_open_generations`.
            TooManyRequests: codes `too_many_previews`, `too_many_orders`.
        """
        check_key(key)
        fingerprint = ordering.fingerprint_of(project_id, spec)
        with self.transaction() as uow:
            answer = uow.idempotency.find(user_id, ROUTE, key)
            if answer is not None:
                return ordering.again(uow, user_id, answer, fingerprint)
            projects.read(uow, user_id, project_id)  # first: nobody else learns how many were made
            _require_one_left(uow, project_id)
        asked, preview = self._previewed(user_id, project_id, spec, 1)
        new = NewGeneration(
            id=self.ids.new(),
            user_id=user_id,
            project_id=project_id,
            app=asked.app.manifest.id,
            app_version=asked.app.manifest.version,
            spec=asked.spec.model_dump(mode="json"),
            seed=preview.seed,
            library=asked.library.ids,
            price_lines=(),
            price=0,
            outputs_total=1,
            preview=True,
        )
        with self.transaction() as uow:
            answer = uow.idempotency.claim(user_id, ROUTE, key, fingerprint)
            if answer is not None:
                return ordering.again(uow, user_id, answer, fingerprint)
            ordered = ordering.place(uow, new)
            _require_one_left(uow, project_id, but=1)  # exact: the wallet is locked by now
            uow.idempotency.answer(user_id, ROUTE, key, ordering.kept(ordered))
            uow.commit()
        return ordered

    def _previewed(
        self, user_id: UUID, project_id: UUID, spec: Mapping[str, Any], count: int
    ) -> tuple["_Asked", Preview]:
        with self.transaction() as uow:
            ready = uow.library.ready_library(user_id, project_id)
            left = PREVIEWS_PER_DAY - len(_of_today(uow, project_id, PREVIEWS_PER_DAY))
        app = self.registry.offered(ready.app, lambda: ordering.role_of(self.transaction, user_id))
        library = ordering.offered(ready)
        asked = ordering.parse_spec(app, spec)
        if not isinstance(app, Previews):
            raise NotFound(f"{app.manifest.name} shows no preview.", code="no_preview", app=app.manifest.name)
        seed = ordering.seed_of(asked, self.ids.new())
        earlier = EarlierVideos(self.transaction, self.store).recipes(project_id, app, seed, skipped_by(app, asked))
        videos = app.first(asked, library, seed, count, earlier)
        names = {clip.clip_id: clip.name for clip in library.clips}
        return _Asked(app, asked, library), Preview(seed, asked.count, app.screen(asked), videos, names, left)


@dataclass(frozen=True)
class _Asked:
    app: App
    spec: Spec
    library: Library


def _require_one_left(uow: UnitOfWork, project_id: UUID, *, but: int = 0) -> None:
    """Raises: TooManyRequests (code `too_many_previews`). `but` so many that are placed by this."""
    ages_s = _of_today(uow, project_id, PREVIEWS_PER_DAY + but)
    if len(ages_s) == PREVIEWS_PER_DAY + but:
        wait_s = math.ceil(DAY_S - ages_s[-1])
        raise TooManyRequests(
            f"At most {PREVIEWS_PER_DAY} previews of a project are made a day; the next in {wait_s} seconds.",
            code="too_many_previews",
            limit=PREVIEWS_PER_DAY,
            retry_after_s=wait_s,
        )


def _of_today(uow: UnitOfWork, project_id: UUID, most: int) -> Sequence[float]:
    """The age in seconds of each preview of the last day, the newest first."""
    return [age_s for age_s in uow.history.preview_ages_s(project_id, most) if age_s < DAY_S]


def screen_of(registry: Registry, generation: Generation) -> Screen | None:
    """The picture of a generation's videos; None where its app cannot say."""
    try:
        app = registry.get(generation.app)
        if isinstance(app, Previews):
            return app.screen(stored_spec(app, generation), draft=generation.preview)
    except (AppUnavailable, ValidationError):
        logger.warning("no screen", exc_info=True, extra={"generation_id": str(generation.id)})
    return None
