"""Links to finished outputs and pictures. Signing needs no network."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from mimetypes import MimeTypes
from pathlib import PurePosixPath
from typing import Final, Protocol
from uuid import UUID

from medley.domain.assets import Asset, AssetKind
from medley.domain.generations import MAIN, POSTER, Output
from medley.domain.names import file_stem
from medley.domain.projects import Clip
from medley.domain.uploads import UploadState
from medley.errors import Conflict
from medley.limits import DOWNLOAD_URL_S, OUTPUT_DAYS
from medley.ports.cloud import ObjectStore, UploadSigner
from medley.ports.database import Transaction
from medley.ports.identity import Clock
from medley.services import assets, generations

PICTURE_TYPE = "image/jpeg"
JSON_TYPE = "application/json"
_SUFFIXES: Final = MimeTypes()  # Python's own table, not this machine's


@dataclass(frozen=True)
class Link:
    """A URL anyone may open until `expires_at`; it saves under `file_name`."""

    url: str
    file_name: str
    expires_at: datetime


class Bucket(ObjectStore, UploadSigner, Protocol):
    """The bucket, for both of its sides."""


def output_link(
    transaction: Transaction, bucket: Bucket, clock: Clock, *, user_id: UUID, generation_id: UUID, n: int
) -> Link:
    """A link that downloads a made output under its title, once it is seen to be there; what is seen is noted.

    Raises:
        NotFound: code `unknown_generation` or `unknown_output`.
        Conflict: code `not_made`; there is none, or not yet. Code `expired`; it is not kept any more. Code `gone`; it
            was lost.
        StorageUnavailable: the bucket does not answer.
    """
    output, gone = look(transaction, bucket, clock, user_id=user_id, generation_id=generation_id, n=n)
    main = output.part(MAIN)
    if gone or main is None:
        raise output_gone()
    name = file_name(output)
    url = bucket.sign_get(main.key, file_name=name, content_type=main.media_type)
    return Link(url, name, clock.now() + timedelta(seconds=DOWNLOAD_URL_S))


def look(
    transaction: Transaction, bucket: Bucket, clock: Clock, *, user_id: UUID, generation_id: UUID, n: int
) -> tuple[Output, bool]:
    """A made output, and whether its object is lost; what is seen is noted.

    Raises:
        NotFound, Conflict, StorageUnavailable: as `output_link`, but for `gone`.
    """
    with transaction() as uow:
        output = generations.output(uow, user_id, generation_id, n)
    main = output.part(MAIN)
    if main is None:
        raise Conflict("This output is not there.", code="not_made", state=output.state)
    if output.expired(clock.now()):
        raise output_expired()
    found = bucket.head(main.key)
    gone = found is None or found.size_bytes != main.size_bytes
    if gone != (output.gone_at is not None):
        with transaction() as uow:
            uow.generations.note_gone(generation_id, n, gone=gone)
            uow.commit()
    return output, gone


def output_gone() -> Conflict:
    """What is answered about an output whose object is lost."""
    return Conflict("This output was lost. It can be made again, free of charge.", code="gone")


def output_expired() -> Conflict:
    """What is answered about an output past its days."""
    return Conflict(f"Outputs are kept for {OUTPUT_DAYS} days; this one is deleted.", code="expired", days=OUTPUT_DAYS)


def output_poster(signer: UploadSigner, clock: Clock, output: Output) -> str | None:
    """A link that shows a made output's picture, which is kept as long as the output: its poster, or itself if it is
    one."""
    part = output.part(POSTER) or output.part(MAIN)
    if part is None or not part.media_type.startswith("image/") or output.expired(clock.now()):
        return None
    return signer.sign_get(part.key, file_name=None, content_type=part.media_type)


def picture_url(signer: UploadSigner, key: str | None) -> str | None:
    """A link that shows a poster, if there is one."""
    return signer.sign_get(key, file_name=None, content_type=PICTURE_TYPE) if key else None


@dataclass(frozen=True)
class ClipPictures:
    """Links to what ingest made of a clip; None where there is nothing."""

    poster: str | None = None
    filmstrip: str | None = None
    waveform: str | None = None


def clip_pictures(signer: UploadSigner, clip: Clip) -> ClipPictures:
    """Links that show a clip's poster, its filmstrip and the data of its waveform."""
    waveform = clip.waveform_key
    return ClipPictures(
        poster=picture_url(signer, clip.poster_key),
        filmstrip=picture_url(signer, clip.filmstrip_key),
        waveform=signer.sign_get(waveform, file_name=None, content_type=JSON_TYPE) if waveform else None,
    )


def asset_url(signer: UploadSigner, asset: Asset) -> str | None:
    """A link that plays or shows a ready asset as what ingest found it to be, whatever its owner called it."""
    if asset.state is not UploadState.READY or asset.facts is None:
        return None
    kind = f"image/{asset.facts['codec']}" if asset.kind is AssetKind.IMAGE else asset.content_type
    return signer.sign_get(assets.key_of(asset), file_name=None, content_type=kind)


def file_name(output: Output) -> str:
    """The title with the suffix of its kind, as the name of a file anywhere."""
    main = output.part(MAIN)
    suffix = PurePosixPath(main.key).suffix if main else _SUFFIXES.guess_extension(output.media_type)
    return file_stem(output.title) + (suffix or "")
