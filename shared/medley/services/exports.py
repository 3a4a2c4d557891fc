"""Exports: all that is kept about somebody, as an archive they can take with them.

Asked for with the password, made by the function `export`, told by mail, fetched by a link for EXPORT_DAYS.
"""

import json
import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import chain, count
from typing import Final
from uuid import UUID

from medley.contracts import keys
from medley.contracts.export import MakeExport
from medley.contracts.mail import SendMail, Template
from medley.domain.audit import Action, Event
from medley.domain.bundles import MissingFile
from medley.domain.exports import Export
from medley.domain.names import file_stem
from medley.errors import Broken, NotFound, StorageUnavailable, TooManyRequests, Unavailable
from medley.limits import EXPORT_BYTES, EXPORT_DAYS, EXPORTS_PER_DAY
from medley.ports.cloud import ArchiveStore, Message
from medley.ports.database import UnitOfWork, UnitOfWorkFactory
from medley.ports.exports import OwnedFile
from medley.services import archives, credentials, mail
from medley.services.after_commit import AfterCommit
from medley.services.archives import ArchivedFile, FileVanished, OutOfTime
from medley.services.credentials import Challenge

QUEUE: Final = "exports"
MEDIA_TYPE: Final = "application/zip"
FILE_NAME: Final = "medley-export.zip"
MARGIN_S: Final = 20.0  # seconds kept back to say that there is no time left
FULL: Final = "export_full"  # why a file is left out
NO_TIME: Final = "no_time"
_WHY: Final = {
    archives.GONE: "it is not stored any more",
    archives.DAMAGED: "what is stored is not what it was",
    NO_TIME: "there was no time for it, the newest files came first; download it by itself",
    FULL: f"an export holds {EXPORT_BYTES // 1024**3} GiB, the newest files first; download it by itself",
}
_DAY_S: Final = 86_400
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Asked:
    """An export that is being made. `effects` are for after the commit."""

    export: Export
    effects: AfterCommit


def ask(uow: UnitOfWork, met: Challenge, export_id: UUID, *, network: str) -> Asked:
    """Have an export made for somebody who gave their password again.

    Raises:
        NotSignedIn, InvalidInput: as `credentials.passed`.
        TooManyRequests: code `too_many_exports`.
    """
    user = credentials.passed(uow, met)
    if len(uow.exports.lately(user.id, _DAY_S)) >= EXPORTS_PER_DAY:
        raise TooManyRequests(
            f"At most {EXPORTS_PER_DAY} exports a day.", code="too_many_exports", limit=EXPORTS_PER_DAY
        )
    export = uow.exports.add(export_id, user.id)
    order = MakeExport(owner_id=user.id, export_id=export.id)
    uow.outbox.add([Message(QUEUE, str(user.id), order.model_dump_json())])
    uow.audit.add(Event(Action.EXPORT_ASKED, user.id, user.id, network))
    return Asked(export, AfterCommit(sends=True))


def of_user(uow: UnitOfWork, user_id: UUID) -> Sequence[Export]:
    """Those that are being made or can be fetched, newest first."""
    return uow.exports.kept(user_id, EXPORT_DAYS * _DAY_S)


@dataclass(frozen=True)
class Exporter:
    """Whoever makes the archives."""

    unit_of_work: UnitOfWorkFactory
    store: ArchiveStore

    def make(self, order: MakeExport, remaining_s: Callable[[], float]) -> AfterCommit:
        """Make one archive and promise the mail that says so. One that is made, or of nobody, is passed over: it may
        come twice. Where the time is up first, one that holds less is promised.

        Raises:
            Unavailable: to be tried again.
        """
        with self.unit_of_work() as uow:
            export = uow.exports.get(order.owner_id, order.export_id)
            user = uow.accounts.user(order.owner_id)
            owned = uow.exports.files(order.owner_id)
        if export is None or export.made_at is not None or user is None or user.deleted_at is not None:
            return AfterCommit()
        stored = self._stored(order, owned, remaining_s)
        with self.unit_of_work() as uow:
            if isinstance(stored, MakeExport):
                uow.outbox.add([Message(QUEUE, str(order.owner_id), stored.model_dump_json())])
                follows = True
            elif follows := uow.exports.made(export.id, stored):
                mail.ask_for(uow, SendMail(template=Template.EXPORT_READY, cause=export.id, user_id=order.owner_id))
            uow.commit()
        if isinstance(stored, MakeExport):
            about = {"holds_bytes": stored.holds_bytes, "damaged": len(stored.damaged)}
            logger.warning("export out of time", extra={"export_id": str(export.id), **about})
        else:
            logger.info("export made", extra={"export_id": str(export.id), "size_bytes": stored})
        return AfterCommit(sends=follows)

    def _stored(
        self, order: MakeExport, owned: Sequence[OwnedFile], remaining_s: Callable[[], float]
    ) -> int | MakeExport:
        """The size of the archive once it is in the store; where the time is up first, what is to be made instead."""
        key = keys.export(order.owner_id, order.export_id)
        there = self.store.head(key)
        if there is not None:  # of an attempt that could not say that it was done; an object is never replaced
            return there.size_bytes
        damaged = set(order.damaged)
        while True:
            files, missing = archived(owned, damaged=damaged, holds_bytes=order.holds_bytes)
            texts = partial(self._texts, order.owner_id, missing)
            try:
                return self._upload(archives.stream(files, self.store, missing=missing, texts=texts), key, remaining_s)
            except FileVanished as vanished:
                damaged.update(file.key for file in files if file.n == vanished.missing.n)
            except OutOfTime:
                holds = order.holds_bytes
                if damaged == set(order.damaged):  # nothing was learnt that makes the next attempt shorter
                    holds = sum(file.size_bytes for file in files) // 2
                return order.model_copy(update={"damaged": tuple(sorted(damaged)), "holds_bytes": holds})

    def _upload(self, chunks: Iterable[bytes], key: str, remaining_s: Callable[[], float]) -> int:
        """Stream it into the store; returns its size. Raises: OutOfTime, FileVanished, StorageUnavailable."""

        def in_time() -> None:
            if remaining_s() < MARGIN_S:
                raise OutOfTime("The time for this export is up.")

        upload_id = self.store.start_multipart(key, MEDIA_TYPE)
        try:
            return archives.upload(chunks, self.store, key, upload_id, after_part=in_time, before_end=in_time)
        except BaseException as error:
            with suppress(Unavailable, Broken):  # then it expires by itself
                self.store.abort_multipart(key, upload_id)
            if not isinstance(error, NotFound):
                raise
            there = self.store.head(key)
            if there is None:
                raise StorageUnavailable("The parts of this export are gone.") from error
            return there.size_bytes  # another attempt was first, or the answer to this one's end was lost

    def _texts(self, user_id: UUID, missing: Sequence[MissingFile]) -> Iterator[archives.Text]:
        """A file for each subject, a line of JSON for each thing; and what could not be had."""
        with self.unit_of_work() as uow:
            for subject in uow.exports.subjects():
                lines = [json.dumps(row, ensure_ascii=False) for row in uow.exports.rows(subject, user_id)]
                yield f"{subject}.jsonl", "".join(f"{line}\n" for line in lines).encode()
        if missing:
            yield "missing.txt", "".join(f"{file.file}: {_WHY[file.code]}\r\n" for file in missing).encode()


def archived(
    owned: Sequence[OwnedFile], *, damaged: Collection[str] = (), holds_bytes: int | None = None
) -> tuple[list[ArchivedFile], list[MissingFile]]:
    """The files as they are to be in the archive, none under the name of another, and those that are left out.

    Args:
        owned: the newest first.
        damaged: keys of files that are known to be.
        holds_bytes: how much there is time for; None: as much as an export holds.

    Returns:
        From the newest on each file that fits beside those before it; the damaged and those that do not fit.
    """
    most, full = (EXPORT_BYTES, FULL) if holds_bytes is None else (holds_bytes, NO_TIME)
    used: set[str] = set()
    files: list[ArchivedFile] = []
    left_out: list[MissingFile] = []
    size = 0
    for n, file in enumerate(owned, start=1):
        name = _name(file, n, used)
        used.add(name.casefold())
        if file.key in damaged:
            left_out.append(MissingFile(n, name, archives.DAMAGED))
        elif size + file.size_bytes > most:
            left_out.append(MissingFile(n, name, full))
        else:
            size += file.size_bytes
            files.append(ArchivedFile(n, name, file.key, file.size_bytes, file.sha256))
    return files, left_out


def _name(file: OwnedFile, n: int, used: Collection[str]) -> str:
    """Where the `n`-th file lies in the archive; with a number in front where that is `used`."""
    stem, dot, suffix = (
        file.name.rpartition(".") if file.kind != "videos" else (file.name, ".", file.key.rpartition(".")[2])
    )
    own = f"{file_stem(stem or suffix)}{dot}{file_stem(suffix) if dot else ''}"
    numbered = (f"{number} {own}" for number in count(n))
    names = (f"{file.kind}/{file.folder}/{name}" for name in chain((own,), numbered))
    return next(name for name in names if name.casefold() not in used)
