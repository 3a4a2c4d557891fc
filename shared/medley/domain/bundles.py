"""A bundle: chosen outputs of a generation as one or more zip archives, its volumes. Plain values and decisions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from medley.domain.names import file_stem
from medley.domain.retries import Standing
from medley.domain.wording import CORE
from medley.limits import BUNDLE_DAYS, BUNDLE_VOLUME_BYTES


class BundleState(StrEnum):
    MAKING = "making"
    READY = "ready"
    FAILED = "failed"
    DELETED = "deleted"  # by its owner


class VolumeState(StrEnum):
    SENT = "sent"  # its command is in the outbox or beyond
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"  # its bundle ended before it did


@dataclass(frozen=True)
class MissingFile:
    """An output that could not be put into its archive: `code` is `gone` or `damaged`."""

    n: int
    file: str
    code: str


@dataclass(frozen=True)
class VolumeContent:
    """What an archive is to hold: outputs by number, and how many bytes they have together."""

    outputs: tuple[int, ...]
    bytes_total: int


@dataclass(frozen=True)
class Volume:
    """One archive of a bundle, `n` from 1. `bytes_done` counts bytes of its outputs, `size_bytes` is the archive's.
    `heartbeat_at`: last sign of life of whoever makes it; `upload_id`: of the upload under way, or left behind."""

    n: int
    outputs: tuple[int, ...]
    bytes_total: int
    bytes_done: int
    state: VolumeState
    attempt: int
    faults: int
    outages: int
    redelivered_unstarted: int
    heartbeat_at: datetime | None
    upload_id: str | None
    size_bytes: int | None
    missing: tuple[MissingFile, ...]

    @property
    def standing(self) -> Standing:
        """As much of it as decides what becomes of it, by the policy for tasks."""
        return Standing(
            sent=self.state is VolumeState.SENT,
            attempt=self.attempt,
            started=self.heartbeat_at is not None,
            faults=self.faults,
            outages=self.outages,
            redelivered_unstarted=self.redelivered_unstarted,
        )


@dataclass(frozen=True)
class Bundle:
    """One bundle as it stands. `seq` rises by one with each committed change; `code` and `message` say why it
    failed."""

    id: UUID
    user_id: UUID
    generation_id: UUID
    project_name: str
    naming: str
    state: BundleState
    seq: int
    code: str | None
    message: str | None
    created_at: datetime
    deadline: datetime
    ended_at: datetime | None
    volumes: tuple[Volume, ...] = ()

    @property
    def outputs(self) -> tuple[int, ...]:
        """The numbers of all its outputs, in order."""
        return tuple(n for volume in self.volumes for n in volume.outputs)

    @property
    def bytes_total(self) -> int:
        return sum(volume.bytes_total for volume in self.volumes)

    @property
    def bytes_done(self) -> int:
        return sum(volume.bytes_done for volume in self.volumes)

    @property
    def missing(self) -> tuple[MissingFile, ...]:
        return tuple(file for volume in self.volumes for file in volume.missing)

    @property
    def expires_at(self) -> datetime | None:
        """From when on a ready bundle may be gone."""
        if self.state is not BundleState.READY or self.ended_at is None:
            return None
        return self.ended_at + timedelta(days=BUNDLE_DAYS)

    def can_be_fetched(self, volume: Volume, now: datetime) -> bool:
        """True while the archive is there."""
        kept = self.expires_at is None or now < self.expires_at
        return volume.state is VolumeState.FINISHED and self.state in (BundleState.MAKING, BundleState.READY) and kept

    def archive_name(self, volume: Volume) -> str:
        """What the archive is saved under."""
        place = "" if len(self.volumes) == 1 else f" {volume.n} of {len(self.volumes)}"
        return f"{file_stem(self.project_name)}{place}.zip"


def volumes_of(sizes: Sequence[tuple[int, int]], *, volume_bytes: int = BUNDLE_VOLUME_BYTES) -> Iterator[VolumeContent]:
    """Outputs (number and bytes, by number) cut into archives of at most so many bytes; a larger output gets one of its
    own."""
    numbers: list[int] = []
    total = 0
    for n, size in sizes:
        if numbers and total + size > volume_bytes:
            yield VolumeContent(tuple(numbers), total)
            numbers, total = [], 0
        numbers.append(n)
        total += size
    if numbers:
        yield VolumeContent(tuple(numbers), total)


@dataclass(frozen=True)
class BundleEnd:
    """How a bundle ends, with the reason if it failed."""

    state: BundleState
    code: str | None = None
    message: str | None = None


ALL_GONE = BundleEnd(BundleState.FAILED, "gone", CORE.say("gone", of="bundle"))
OVERDUE = BundleEnd(BundleState.FAILED, "deadline", CORE.say("deadline", of="bundle"))
GIVEN_UP = BundleEnd(BundleState.FAILED, "gave_up", CORE.say("gave_up", of="bundle"))


def end_of(bundle: Bundle) -> BundleEnd | None:
    """How a bundle ends whose volumes stand so; None while one is still to be made."""
    if any(volume.state is VolumeState.FAILED for volume in bundle.volumes):
        return GIVEN_UP
    if any(volume.state is not VolumeState.FINISHED for volume in bundle.volumes):
        return None
    return ALL_GONE if len(bundle.missing) == len(bundle.outputs) else BundleEnd(BundleState.READY)
