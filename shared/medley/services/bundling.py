"""Bundling: making one archive of a bundle, from its command to its end.

An archive is the unit of work: whoever is interrupted leaves nothing that is used, and the next attempt makes it anew.
No transaction is open while bytes flow. Signs of life say how far it is; the first that finds nobody waiting any more
stops the work.
"""

import json
import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, Final

from medley import limits
from medley.contracts import keys
from medley.contracts.work import MakeVolume
from medley.domain import retries
from medley.domain.bundles import Bundle, BundleState, MissingFile, Volume, VolumeState
from medley.domain.generations import MAIN, Output, Part
from medley.domain.manifests import as_csv
from medley.domain.naming import NamedOrder, NamedVideo, file_names
from medley.errors import Broken, Conflict, DatabaseUnavailable, InvariantBroken, MedleyError, Unavailable
from medley.ports.bundles import VolumeRef
from medley.ports.cloud import ArchiveStore, Pusher
from medley.ports.database import UnitOfWorkFactory
from medley.services import after_commit, archives, generations, volumes
from medley.services.after_commit import AfterCommit, bundle_changed
from medley.services.archives import ArchivedFile, FileVanished, OutOfTime, Text
from medley.services.bundles import MEDIA_TYPE
from medley.services.manifests import Reporter

MARGIN_S: Final = 20.0  # seconds kept back to say that there is no time left
MANIFEST: Final = "manifest.json"
TABLE: Final = "manifest.csv"
MISSING: Final = "missing.txt"
_REASONS: Final = {
    archives.GONE: "This video is not there any more.",
    archives.DAMAGED: "This video was damaged in storage.",
}
_NOBODYS: Final = (BundleState.FAILED, BundleState.DELETED)
logger = logging.getLogger(__name__)


class NotWanted(Exception):
    """Nobody waits for this attempt any more: the bundle has ended, or another attempt is under way."""


@dataclass(frozen=True)
class Bundler:
    """Whoever makes archives."""

    unit_of_work: UnitOfWorkFactory
    store: ArchiveStore
    reporter: Reporter
    pusher: Pusher
    clock_s: Callable[[], float] = field(default=time.monotonic)

    def make(self, order: MakeVolume, remaining_s: Callable[[], float]) -> None:
        """Make one archive in the seconds that remain. An order that is not under way any more is passed over.

        Raises:
            DatabaseUnavailable: nothing can be noted; the order has to come again.
        """
        ref = VolumeRef(order.owner_id, order.bundle_id, order.volume, order.attempt)
        with self.unit_of_work() as uow:
            bundle = uow.bundles.begin(ref.bundle_id, ref.volume, ref.attempt, quiet_s=limits.BUNDLE_QUIET_S)
            uow.commit()
        if bundle is None:
            logger.info("volume left unmade: it is done, called off, or somebody makes it")
            return
        try:
            self._tell(*self._make(bundle, ref, remaining_s))
        except NotWanted:
            logger.info("volume called off")
        except DatabaseUnavailable:
            raise
        except Exception as error:  # whatever it is, the volume's row is where it counts
            code = error.code if isinstance(error, MedleyError) else type(error).__name__
            trouble = retries.trouble_of(error)
            level = logging.CRITICAL if trouble is retries.Trouble.BROKEN else logging.WARNING
            logger.log(level, "volume interrupted", exc_info=True, extra={"code": code, "trouble": trouble.value})
            event = retries.Interrupted(ref.attempt, trouble)
            with self.unit_of_work() as uow:
                follows = volumes.happened(uow, ref, event)
                uow.commit()
            if follows is not None:
                self._tell(follows)

    def _make(self, bundle: Bundle, ref: VolumeRef, remaining_s: Callable[[], float]) -> Sequence[AfterCommit]:
        """Make and note it; what follows from that."""
        volume = bundle.volumes[ref.volume - 1]
        key = keys.bundle(bundle.user_id, bundle.id, volume.n)
        if volume.upload_id is not None:  # left by an attempt that was killed; it may have got to the end
            self.store.abort_multipart(key, volume.upload_id)
            self.store.delete(key)
        content = self._content(bundle, volume)
        known: list[MissingFile] = []
        while True:
            missing = list(known)
            try:
                size = self._archive(content, key, missing, _Progress(self, ref, remaining_s))
                break
            except FileVanished as vanished:
                lost = vanished.missing
                logger.warning("archive begun anew", extra={"output": lost.n, "code": lost.code})
                known.append(lost)
        return self._finish(bundle, ref, key, size, sorted(missing, key=lambda file: file.n))

    def _archive(self, content: "_Content", key: str, missing: list[MissingFile], progress: "_Progress") -> int:
        """Stream one archive into the store, without what is `missing`, to which more may be added; returns its
        size."""
        left_out = {file.n for file in missing}
        chunks = archives.stream(
            [file for file in content.files if file.n not in left_out],
            self.store,
            missing=missing,
            texts=lambda: content.texts(missing),
        )
        self.store.delete(key)  # of an attempt that was killed before it could say that it was done
        upload_id = self.store.start_multipart(key, MEDIA_TYPE)
        try:
            self._note_upload(progress.ref, upload_id)
            return archives.upload(
                progress.counted(chunks), self.store, key, upload_id, after_part=progress.say, before_end=progress.ask
            )
        except BaseException:
            self._drop(progress.ref, key, upload_id)
            raise

    def _drop(self, ref: VolumeRef, key: str, upload_id: str) -> None:
        """Drop an upload that is of no use; one that cannot be dropped now expires by itself."""
        try:
            self.store.abort_multipart(key, upload_id)
        except (Unavailable, Broken) as error:
            logger.warning("upload not dropped", extra={"volume": ref.volume, "reason": error.message})

    def _note_upload(self, ref: VolumeRef, upload_id: str) -> None:
        with self.unit_of_work() as uow:
            uow.bundles.note_upload(ref.bundle_id, ref.volume, ref.attempt, upload_id)
            uow.commit()

    def _finish(
        self, bundle: Bundle, ref: VolumeRef, key: str, size: int, missing: Sequence[MissingFile]
    ) -> Sequence[AfterCommit]:
        gone = [file.n for file in missing if file.code == archives.GONE]
        follows: list[AfterCommit] = []
        with self.unit_of_work() as uow:
            if gone:  # first: who deletes an account locks the generation and then the bundle
                uow.generations.lock(bundle.generation_id)
            uow.bundles.lock(bundle.id)
            done = uow.bundles.finish(bundle.id, ref.volume, ref.attempt, size_bytes=size, missing=missing)
            now = uow.bundles.lock(bundle.id)
            if done and gone:
                follows.append(generations.note_gone(uow, bundle.generation_id, gone, gone=True))
            if done and now is not None:
                follows.append(volumes.end_if_over(uow, now))
            uow.commit()
        if not done:
            if now is None or now.state in _NOBODYS or now.volumes[ref.volume - 1].state is VolumeState.SENT:
                self.store.delete(key)  # an object is never replaced: this one would be in the next one's way
            raise NotWanted
        logger.info("volume made", extra={"size_bytes": size, "missing": len(missing)})
        return follows

    def _content(self, bundle: Bundle, volume: Volume) -> "_Content":
        """What is to be in an archive, under which names."""
        with self.unit_of_work() as uow:
            generation = generations.read(uow, bundle.user_id, bundle.generation_id)
            found = uow.generations.outputs(generation.id, after=0, limit=limits.OUTPUTS_PER_GENERATION)
        wanted = set(bundle.outputs)
        outputs = [output for output in found if output.n in wanted]
        told = self._manifest(bundle)
        order = NamedOrder(bundle.project_name, generation.seed, str(generation.id), generation.outputs_total)
        shots = {each["n"]: each["shots"] for each in told["outputs"]} if told else {}
        named = [_named(output, shots.get(output.n, ())) for output in outputs]
        names = file_names(bundle.naming, order, named, taken=(MANIFEST, TABLE, MISSING))
        own = set(volume.outputs)
        files = [_file(output, names[output.n]) for output in outputs if output.n in own]
        return _Content(files, told)

    def _manifest(self, bundle: Bundle) -> Mapping[str, Any] | None:
        """The manifest of the bundle's outputs; None if what they were made of is not kept any more."""
        try:
            return self.reporter.manifest(bundle.user_id, bundle.generation_id, among=frozenset(bundle.outputs))
        except Conflict as error:
            logger.warning("bundle without a manifest", extra={"code": error.code})
            return None

    def _tell(self, *follows: AfterCommit) -> None:
        after_commit.push(follows, self.unit_of_work, self.pusher)


class _Progress:
    """How far an archive is, told every BUNDLE_PROGRESS_S; and whether anybody still waits for it."""

    def __init__(self, bundler: Bundler, ref: VolumeRef, remaining_s: Callable[[], float]) -> None:
        self.ref = ref
        self._bundler = bundler
        self._remaining_s = remaining_s
        self._done = 0
        self._said_at = bundler.clock_s()

    def counted(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            yield chunk
            self._done += len(chunk)

    def say(self) -> None:
        """Raises: OutOfTime, NotWanted."""
        if self._remaining_s() < MARGIN_S:
            raise OutOfTime("The time for this archive is up.")
        if self._bundler.clock_s() - self._said_at >= limits.BUNDLE_PROGRESS_S:
            self.ask()

    def ask(self) -> None:
        """Say it now. Raises: NotWanted."""
        ref = self.ref
        with self._bundler.unit_of_work() as uow:
            bundle = uow.bundles.progressed(ref.bundle_id, ref.volume, ref.attempt, self._done)
            if bundle is None:
                raise NotWanted
            follows = AfterCommit.on(uow, bundle.user_id, bundle_changed(bundle))
            uow.commit()
        after_commit.push([follows], self._bundler.unit_of_work, self._bundler.pusher)
        self._said_at = self._bundler.clock_s()


@dataclass(frozen=True)
class _Content:
    """The files of an archive, and the manifest of its bundle."""

    files: Sequence[ArchivedFile]
    manifest: Mapping[str, Any] | None

    def texts(self, missing: Sequence[MissingFile]) -> Iterator[Text]:
        """The files of our own making: the manifest of what is in this archive, and what is not in it."""
        if self.manifest is not None:
            told = self._told(self.manifest, {file.n: file for file in missing})
            yield MANIFEST, json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
            yield TABLE, as_csv(told).encode()
        lines = [f"{file.file}: {_REASONS[file.code]}" for file in missing]
        if self.manifest is None:
            lines.append(f"{MANIFEST}, {TABLE}: What these videos were made of is not kept any more.")
        if lines:
            yield MISSING, "".join(f"{line}\r\n" for line in lines).encode()

    def _told(self, manifest: Mapping[str, Any], missing: Mapping[int, MissingFile]) -> Mapping[str, Any]:
        names = {file.n: file.name for file in self.files}
        outputs = []
        for output in manifest["outputs"]:
            lost = missing.get(output["n"])
            if lost is not None:
                outputs.append(output | {"file": None, "code": lost.code, "message": _REASONS[lost.code]})
            elif output["n"] in names:
                outputs.append(output | {"file": names[output["n"]]})
        return {**manifest, "outputs": outputs}


def _main(output: Output) -> Part:
    """Its object. Raises: InvariantBroken, if it is not made."""
    main = output.part(MAIN)
    if main is None:
        raise InvariantBroken("an output of a bundle is not made", n=output.n)
    return main


def _file(output: Output, name: str) -> ArchivedFile:
    main = _main(output)
    return ArchivedFile(output.n, name, main.key, *main.content)


def _named(output: Output, shots: Sequence[Mapping[str, Any]]) -> NamedVideo:
    """As much of an output as can be in its file's name."""
    if output.settled_at is None:
        raise InvariantBroken("an output of a bundle is not made", n=output.n)
    clips = [shot["name"] for shot in shots]
    suffix = PurePosixPath(_main(output).key).suffix
    return NamedVideo(output.n, output.title, output.settled_at.date(), suffix, clips)
