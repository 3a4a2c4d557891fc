"""Repository of bundles and their volumes.

Whoever ends a volume has locked its bundle before (`lock`), so that exactly one of them ends the bundle.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from medley.domain.bundles import Bundle, BundleEnd, MissingFile, VolumeContent
from medley.domain.retries import Standing
from medley.ports.generations import LivenessPolicy


@dataclass(frozen=True)
class NewBundle:
    """What is stored of a bundle when it is asked for."""

    id: UUID
    user_id: UUID
    generation_id: UUID
    project_name: str
    naming: str
    volumes: Sequence[VolumeContent]


@dataclass(frozen=True)
class VolumeRef:
    """An archive that is being made, by its bundle and number; whose it is, and the attempt under way."""

    owner_id: UUID
    bundle_id: UUID
    volume: int
    attempt: int


@dataclass(frozen=True)
class EndedBundle:
    """A bundle nobody can fetch any more, whose archives may still be there."""

    id: UUID
    user_id: UUID
    volumes: int


class Bundles(Protocol):
    def count(self, user_id: UUID) -> tuple[int, int]:
        """How many of the user's are being made, and how many are kept: in the making, or ready and not expired."""
        ...

    def add(self, new: NewBundle) -> Bundle:
        """Store it, in the making, its volumes sent for their first attempt."""
        ...

    def get(self, user_id: UUID, bundle_id: UUID) -> Bundle | None:
        """The bundle, if it is this user's and not deleted."""
        ...

    def of_user(
        self, user_id: UUID, *, generation_id: UUID | None, before: UUID | None, limit: int
    ) -> Sequence[Bundle]:
        """Newest first, starting after the bundle `before`; of one generation, or of all."""
        ...

    def lock(self, bundle_id: UUID) -> Bundle | None:
        """The bundle in whatever state, its row locked until the transaction ends."""
        ...

    def begin(self, bundle_id: UUID, volume: int, attempt: int, *, quiet_s: int) -> Bundle | None:
        """A sign of life of a volume that is sent with this attempt; None if it is not, or if somebody gave one for the
        same attempt within `quiet_s` seconds: two are not to make one archive at once."""
        ...

    def note_upload(self, bundle_id: UUID, volume: int, attempt: int, upload_id: str | None) -> None:
        """Remember the upload under way, so that whoever comes next can drop it."""
        ...

    def progressed(self, bundle_id: UUID, volume: int, attempt: int, bytes_done: int) -> Bundle | None:
        """A sign of life with how far it is; the bundle as it stands, or None if nobody waits for this attempt, and
        the transaction is not to be committed."""
        ...

    def finish(
        self, bundle_id: UUID, volume: int, attempt: int, *, size_bytes: int, missing: Sequence[MissingFile]
    ) -> bool:
        """sent -> finished. False if it is not sent with this attempt."""
        ...

    def fail(self, bundle_id: UUID, volume: int) -> bool:
        """sent -> failed."""
        ...

    def send_again(self, bundle_id: UUID, volume: int, standing: Standing, *, after_s: int) -> bool:
        """sent -> sent, in so many seconds; from now on it stands so. False if it is not sent."""
        ...

    def end(self, bundle: Bundle, ending: BundleEnd) -> bool:
        """The bundle ends, and volumes still sent are cancelled. False if it has not the state of `bundle` any more."""
        ...

    # what sweep asks
    def overdue(self, *, after: UUID | None, limit: int) -> Sequence[UUID]:
        """Bundles in the making past their deadline, by id, after `after`: a page of them."""
        ...

    def silent(self, silence: LivenessPolicy, *, limit: int) -> Sequence[VolumeRef]:
        """Up to `limit` sent volumes that nothing was heard of for too long."""
        ...

    def sent(self, *, after: UUID | None, limit: int) -> Sequence[VolumeRef]:
        """Sent volumes of the next `limit` bundles in the making by id, after the bundle `after`."""
        ...

    def removable(self, *, after: UUID | None, limit: int) -> Sequence[EndedBundle]:
        """Failed, deleted and expired bundles whose archives were not yet removed, by id, after `after`."""
        ...

    def objects_removed(self, bundle_ids: Sequence[UUID]) -> None: ...

    def prune(self, ended_s: int, limit: int) -> int:
        """Forget up to `limit` bundles that ended so long ago and whose archives are removed; returns how many."""
        ...
