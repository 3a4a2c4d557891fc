"""Exports: all that is kept about somebody, as an archive they can take with them.

Asked for with the password, made by the function `export`, told by mail, fetched by a link for EXPORT_DAYS.
"""

import json
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from medley.contracts import keys
from medley.contracts.export import MakeExport
from medley.contracts.mail import SendMail, Template
from medley.domain.audit import Action, Event
from medley.domain.bundles import MissingFile
from medley.domain.exports import Export
from medley.domain.names import file_stem
from medley.errors import Broken, TooManyRequests, Unavailable
from medley.limits import EXPORT_BYTES, EXPORT_DAYS, EXPORTS_PER_DAY
from medley.ports.cloud import ArchiveStore, Message
from medley.ports.database import UnitOfWork, UnitOfWorkFactory
from medley.ports.exports import OwnedFile
from medley.services import archives, credentials, mail
from medley.services.after_commit import AfterCommit
from medley.services.archives import ArchivedFile, FileVanished
from medley.services.credentials import Challenge

QUEUE: Final = "exports"
MEDIA_TYPE: Final = "application/zip"
FILE_NAME: Final = "medley-export.zip"
MARGIN_S: Final = 20.0  # seconds kept back to say that there is no time left
FULL: Final = "export_full"  # why a file is left out
_WHY: Final = {
    "gone": "it is not stored any more",
    "damaged": "what is stored is not what it was",
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
    return uow.exports.lately(user_id, EXPORT_DAYS * _DAY_S)


@dataclass(frozen=True)
class Exporter:
    """Whoever makes the archives."""

    unit_of_work: UnitOfWorkFactory
    store: ArchiveStore

    def make(self, order: MakeExport, remaining_s: Callable[[], float]) -> AfterCommit:
        """Make one archive and promise the mail that says so. One that is made, or of nobody, is passed over: it may
        come twice.

        Raises:
            Unavailable: to be tried again.
        """
        with self.unit_of_work() as uow:
            export = uow.exports.get(order.owner_id, order.export_id)
            user = uow.accounts.user(order.owner_id)
            owned = uow.exports.files(order.owner_id)
        if export is None or export.made_at is not None or user is None or user.deleted_at is not None:
            return AfterCommit()
        size = self._archive(export, *archived(owned), remaining_s)
        with self.unit_of_work() as uow:
            first = uow.exports.made(export.id, size)
            if first:
                mail.ask_for(uow, SendMail(template=Template.EXPORT_READY, cause=export.id, user_id=order.owner_id))
            uow.commit()
        logger.info("export made", extra={"export_id": str(export.id), "size_bytes": size})
        return AfterCommit(sends=first)

    def _archive(
        self,
        export: Export,
        files: Sequence[ArchivedFile],
        left_out: Sequence[MissingFile],
        remaining_s: Callable[[], float],
    ) -> int:
        """Stream it into the store; returns its size. A file that goes meanwhile is named with those left out."""
        known = list(left_out)
        while True:
            missing = list(known)
            lost = {file.n for file in known}
            left = [file for file in files if file.n not in lost]
            chunks = archives.stream(
                left,
                self.store,
                missing=missing,
                texts=lambda: self._texts(export.user_id, missing),  # noqa: B023 - now
            )
            try:
                return self._upload(chunks, keys.export(export.user_id, export.id), remaining_s)
            except FileVanished as vanished:
                known.append(vanished.missing)

    def _upload(self, chunks: Iterable[bytes], key: str, remaining_s: Callable[[], float]) -> int:
        def in_time() -> None:
            if remaining_s() < MARGIN_S:
                raise Unavailable("The time for this export is up.", code="out_of_time")

        upload_id = self.store.start_multipart(key, MEDIA_TYPE)
        try:
            return archives.upload(chunks, self.store, key, upload_id, after_part=in_time, before_end=in_time)
        except BaseException:
            with suppress(Unavailable, Broken):  # then it expires by itself
                self.store.abort_multipart(key, upload_id)
            raise

    def _texts(self, user_id: UUID, missing: Sequence[MissingFile]) -> Iterator[archives.Text]:
        """A file for each subject, a line of JSON for each thing; and what could not be had."""
        with self.unit_of_work() as uow:
            for subject in uow.exports.subjects():
                lines = [json.dumps(row, ensure_ascii=False) for row in uow.exports.rows(subject, user_id)]
                yield f"{subject}.jsonl", "".join(f"{line}\n" for line in lines).encode()
        if missing:
            yield "missing.txt", "".join(f"{file.file}: {_WHY[file.code]}\r\n" for file in missing).encode()


def archived(owned: Sequence[OwnedFile]) -> tuple[Sequence[ArchivedFile], Sequence[MissingFile]]:
    """The files as they are to be in the archive, none under the name of another: as many of the newest as an export
    holds; and those that it does not."""
    used: set[str] = set()
    files: list[ArchivedFile] = []
    left_out: list[MissingFile] = []
    size = 0
    for n, file in enumerate(owned, start=1):
        size += file.size_bytes
        stem, dot, suffix = (
            file.name.rpartition(".") if file.kind != "videos" else (file.name, ".", file.key.rpartition(".")[2])
        )
        name = f"{file.kind}/{file.folder}/{file_stem(stem or suffix)}{dot}{file_stem(suffix) if dot else ''}"
        if name.casefold() in used:
            name = f"{file.kind}/{file.folder}/{n} {name.rpartition('/')[2]}"
        used.add(name.casefold())
        if size > EXPORT_BYTES:
            left_out.append(MissingFile(n, name, FULL))
        else:
            files.append(ArchivedFile(n, name, file.key, file.size_bytes, file.sha256))
    return files, left_out
