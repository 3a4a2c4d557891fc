"""Bundles: asking for one, looking at them, deleting one. How they are made is in `medley.services.bundling`."""

import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from uuid import UUID

from medley import limits
from medley.contracts import keys
from medley.contracts.work import MakeVolume
from medley.domain.bundles import Bundle, BundleEnd, BundleState, Volume, volumes_of
from medley.domain.generations import MAIN, Generation
from medley.domain.naming import DEFAULT, check_naming
from medley.errors import Conflict, NotFound
from medley.ports.bundles import NewBundle, VolumeRef
from medley.ports.cloud import Message, UploadSigner
from medley.ports.database import Transaction, UnitOfWork
from medley.ports.identity import Clock, Ids
from medley.services import generations
from medley.services.after_commit import AfterCommit, bundle_changed
from medley.services.idempotency import check_key, check_same

QUEUE: Final = "bundles"
ROUTE: Final = "create_bundle"  # the scope of idempotency keys
MEDIA_TYPE: Final = "application/zip"
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Asked:
    """What is asked for: outputs by number, all that are there if None, and how their files are named."""

    outputs: Sequence[int] | None = None
    naming: str = DEFAULT


@dataclass(frozen=True)
class Created:
    """The bundle. `replayed`: the key was used before, and this is what it got then."""

    bundle: Bundle
    replayed: bool = False
    effects: AfterCommit = field(default_factory=AfterCommit)


def create(
    transaction: Transaction, ids: Ids, clock: Clock, *, user_id: UUID, generation_id: UUID, asked: Asked, key: str
) -> Created:
    """Have a bundle made. With the same key and request it is the same bundle again, and nothing is made twice.

    Raises:
        NotFound: code `unknown_generation`; with a key used before, `unknown_bundle` if that was deleted.
        InvalidInput: codes `invalid_idempotency_key`, `idempotency_key_reused`, `invalid_naming`.
        Conflict: code `outputs_not_there` with `outputs`, the numbers; `nothing_made`; `too_many_bundles`;
            `in_progress`.
    """
    check_key(key)
    naming = check_naming(asked.naming)
    chosen = None if asked.outputs is None else sorted(set(asked.outputs))
    fingerprint = hashlib.sha256(json.dumps([str(generation_id), chosen, naming]).encode()).hexdigest()
    with transaction() as uow:
        generation = generations.read(uow, user_id, generation_id)
        answer = uow.idempotency.claim(user_id, ROUTE, key, fingerprint)
        if answer is not None:
            check_same(answer, fingerprint)
            return Created(read(uow, user_id, UUID((answer.body or {})["bundle_id"])), replayed=True)
        sizes = _sizes(uow, clock, generation_id, chosen)
        uow.library.lock_owner(user_id)  # what is counted now is exact
        _require_room(uow, user_id)
        volumes = tuple(volumes_of(sizes))
        name = _project_name(uow, generation)
        bundle = uow.bundles.add(NewBundle(ids.new(), user_id, generation_id, name, naming, volumes))
        first = [VolumeRef(user_id, bundle.id, volume.n, volume.attempt) for volume in bundle.volumes]
        uow.outbox.add([command(ref) for ref in first])
        uow.idempotency.answer(user_id, ROUTE, key, {"bundle_id": str(bundle.id)})
        effects = AfterCommit.on(uow, user_id, bundle_changed(bundle), sends=True)
        uow.commit()
    about = {"bundle_id": str(bundle.id), "outputs": len(sizes), "volumes": len(volumes), "bytes": bundle.bytes_total}
    logger.info("bundle asked for", extra=about)
    return Created(bundle, effects=effects)


def command(ref: VolumeRef) -> Message:
    """The message that has a volume made."""
    order = MakeVolume(owner_id=ref.owner_id, bundle_id=ref.bundle_id, volume=ref.volume, attempt=ref.attempt)
    return Message(QUEUE, str(ref.owner_id), order.model_dump_json())


def read(uow: UnitOfWork, user_id: UUID, bundle_id: UUID) -> Bundle:
    """The bundle as it stands. Raises: NotFound (code `unknown_bundle`)."""
    bundle = uow.bundles.get(user_id, bundle_id)
    if bundle is None:
        raise NotFound("There is no such bundle.", code="unknown_bundle")
    return bundle


def delete(uow: UnitOfWork, user_id: UUID, bundle_id: UUID) -> AfterCommit:
    """Delete a bundle, in whatever state; what is being made of it is called off. Its archives are removed by `sweep`.

    Raises:
        NotFound: code `unknown_bundle`.
    """
    read(uow, user_id, bundle_id)
    bundle = uow.bundles.lock(bundle_id)
    if bundle is None or not uow.bundles.end(bundle, BundleEnd(BundleState.DELETED)):
        raise NotFound("There is no such bundle.", code="unknown_bundle")
    ended = replace(bundle, state=BundleState.DELETED, seq=bundle.seq + 1)
    return AfterCommit.on(uow, user_id, bundle_changed(ended))


def archive_url(signer: UploadSigner, bundle: Bundle, volume: Volume) -> str:
    """A link that saves an archive under its name, for limits.DOWNLOAD_URL_S. Signing needs no network."""
    key = keys.bundle(bundle.user_id, bundle.id, volume.n)
    return signer.sign_get(key, file_name=bundle.archive_name(volume), content_type=MEDIA_TYPE)


def _sizes(
    uow: UnitOfWork, clock: Clock, generation_id: UUID, chosen: Sequence[int] | None
) -> Sequence[tuple[int, int]]:
    """Number and bytes of what is to be bundled, by number. Raises: Conflict (`outputs_not_there`, `nothing_made`)."""
    now = clock.now()
    found = uow.generations.outputs(generation_id, after=0, limit=limits.OUTPUTS_PER_GENERATION)
    mains = ((output.n, output.part(MAIN)) for output in found if not output.expired(now))
    there = {n: main.content[0] for n, main in mains if main is not None}
    if chosen is None:
        if not there:
            raise Conflict("This generation has no video that can be downloaded.", code="nothing_made")
        return sorted(there.items())
    absent = [n for n in chosen if n not in there]
    if absent:
        raise Conflict(
            "Some of these videos cannot be downloaded: they are not made, or not kept any more.",
            code="outputs_not_there",
            outputs=absent,
        )
    return [(n, there[n]) for n in chosen]


def _require_room(uow: UnitOfWork, user_id: UUID) -> None:
    """Raises: Conflict (code `too_many_bundles`)."""
    making, kept = uow.bundles.count(user_id)
    if making >= limits.BUNDLES_MAKING_PER_USER:
        raise Conflict(
            f"At most {limits.BUNDLES_MAKING_PER_USER} bundles are made at a time; wait for one to end, or delete one.",
            code="too_many_bundles",
            limit=limits.BUNDLES_MAKING_PER_USER,
        )
    if kept >= limits.BUNDLES_KEPT_PER_USER:
        raise Conflict(
            f"At most {limits.BUNDLES_KEPT_PER_USER} bundles are kept at a time; delete one.",
            code="too_many_bundles",
            limit=limits.BUNDLES_KEPT_PER_USER,
        )


def _project_name(uow: UnitOfWork, generation: Generation) -> str:
    """Of the generation's project; its app's name where that was deleted."""
    project = uow.library.project(generation.user_id, generation.project_id)
    return generation.app if project is None else project.name
