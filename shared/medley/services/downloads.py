"""Links to finished outputs and pictures. Signing needs no network."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from mimetypes import MimeTypes
from posixpath import splitext
from typing import Final
from uuid import UUID

from medley.domain.assets import Asset, AssetKind
from medley.domain.generations import MAIN, POSTER, Output, OutputState
from medley.domain.links import LinkWindow
from medley.domain.names import file_stem
from medley.domain.projects import Clip
from medley.domain.uploads import UploadState
from medley.domain.wording import CORE
from medley.errors import Conflict, Rejected
from medley.limits import PAGE_ITEMS
from medley.ports.cloud import UploadSigner
from medley.ports.database import Transaction
from medley.ports.identity import Clock
from medley.services import generations, uploads
from medley.services.after_commit import AfterCommit
from medley.services.uploads import Bucket

PICTURE_TYPE = "image/jpeg"
JSON_TYPE = "application/json"
PROXY_TYPE = "video/mp4"
_SUFFIXES: Final = MimeTypes()  # Python's own table, not this machine's


@dataclass(frozen=True)
class Link:
    """A URL anyone may open until `expires_at`; it saves under `file_name`."""

    url: str
    file_name: str
    expires_at: datetime


@dataclass(frozen=True)
class OutputLinks:
    """Links to outputs, by number, and why there is none to others. `next` is the number after which there may be
    more."""

    links: Mapping[int, Link]
    missing: Mapping[int, Rejected]
    next: int | None = None


def output_link(
    transaction: Transaction,
    bucket: Bucket,
    clock: Clock,
    *,
    user_id: UUID,
    generation_id: UUID,
    n: int,
    tell: Callable[[AfterCommit], None],
) -> Link:
    """A link that downloads a made output under its title, once it is seen to be there; what is seen is noted, and what
    follows from that is for `tell` to do, whatever is answered.

    Raises:
        NotFound: code `unknown_generation` or `unknown_output`.
        Conflict: code `not_made`; there is none, or not yet. Code `expired`; it is not kept any more. Code `gone`; it
            was lost.
        StorageUnavailable: the bucket does not answer.
    """
    output, gone = look(transaction, bucket, clock, user_id=user_id, generation_id=generation_id, n=n, tell=tell)
    link = output_gone() if gone else _link(bucket, clock, replace(output, gone_at=None))
    if isinstance(link, Rejected):
        raise link
    return link


def output_links(
    transaction: Transaction,
    signer: UploadSigner,
    clock: Clock,
    *,
    user_id: UUID,
    generation_id: UUID,
    numbers: Sequence[int] | None = None,
    after: int = 0,
    limit: int = PAGE_ITEMS,
) -> OutputLinks:
    """Links to the outputs with these `numbers`, or to all that were made, a page after another. Nobody looks whether
    their objects are there: that one is lost is known if it was found so before.

    Args:
        transaction: opens a unit of work for this user.
        signer: signs the links.
        clock: says what has expired.
        user_id: whose.
        generation_id: of the outputs.
        numbers: at most PAGE_ITEMS; None means all that were made.
        after: of all, those after this number.
        limit: of all, so many are looked at, at most PAGE_ITEMS.

    Raises:
        NotFound: code `unknown_generation`.
    """
    limit, made = min(limit, PAGE_ITEMS), frozenset({OutputState.MADE})
    with transaction() as uow:
        generations.read(uow, user_id, generation_id)
        if numbers is None:
            found = uow.history.outputs(generation_id, made, after=after, limit=limit)
        else:
            found = uow.history.outputs_of(generation_id, numbers[:PAGE_ITEMS])
    by_number: dict[int, Link | Rejected] = dict.fromkeys(numbers or (), generations.unknown_output())
    by_number |= {output.n: _link(signer, clock, output) for output in found}
    return OutputLinks(
        {n: link for n, link in by_number.items() if isinstance(link, Link)},
        {n: reason for n, reason in by_number.items() if isinstance(reason, Rejected)},
        found[-1].n if numbers is None and len(found) == limit else None,
    )


def _link(signer: UploadSigner, clock: Clock, output: Output) -> Link | Rejected:
    """A link to an output as far as is known of it, or the reason why there is none."""
    main = output.part(MAIN)
    if main is None:
        return output_not_made(output)
    if output.expired(clock.now()):
        return output_expired()
    if output.gone_at is not None:
        return output_gone()
    name = file_name(output)
    window = LinkWindow.of(clock.now())  # before it is signed: at worst a link lives longer than we say
    return Link(signer.sign_get(main.key, file_name=name, content_type=main.media_type), name, window.expires_at)


def look(
    transaction: Transaction,
    bucket: Bucket,
    clock: Clock,
    *,
    user_id: UUID,
    generation_id: UUID,
    n: int,
    tell: Callable[[AfterCommit], None],
) -> tuple[Output, bool]:
    """A made output, and whether its object is lost; what is seen is noted and told.

    Raises:
        NotFound, Conflict, StorageUnavailable: as `output_link`, but for `gone`.
    """
    with transaction() as uow:
        output = generations.output(uow, user_id, generation_id, n)
    main = output.part(MAIN)
    if main is None:
        raise output_not_made(output)
    if output.expired(clock.now()):
        raise output_expired()
    found = bucket.head(main.key)
    gone = found is None or found.size_bytes != main.size_bytes
    if gone != (output.gone_at is not None):
        with transaction() as uow:
            follows = generations.note_gone(uow, generation_id, [n], gone=gone)
            uow.commit()
        tell(follows)
    return output, gone


def output_not_made(output: Output) -> Conflict:
    """What is answered about an output that is not made, or not yet."""
    return Conflict("This output is not there.", code="not_made", state=output.state)


def output_gone() -> Conflict:
    """What is answered about an output whose object is lost."""
    return Conflict(CORE.say("gone", of="output"))


def output_expired() -> Conflict:
    """What is answered about an output past its days."""
    return Conflict("This output was kept as long as its generation says, and is deleted.", code="expired")


def output_poster(signer: UploadSigner, clock: Clock, output: Output) -> str | None:
    """A link that shows a made output's picture, which is kept as long as the output: its poster, or itself if it is
    one."""
    part = output.part(POSTER) or output.part(MAIN)
    if part is None or not part.media_type.startswith("image/") or output.expired(clock.now()):
        return None
    return signer.sign_get(part.key, file_name=None, content_type=part.media_type)


def output_posters(signer: UploadSigner, clock: Clock, outputs: Sequence[Output]) -> list[str]:
    """Links that show the pictures of those of these outputs that have one."""
    links = (output_poster(signer, clock, output) for output in outputs)
    return [link for link in links if link is not None]


def picture_url(signer: UploadSigner, key: str | None) -> str | None:
    """A link that shows a poster, if there is one."""
    return signer.sign_get(key, file_name=None, content_type=PICTURE_TYPE) if key else None


def picture_urls(signer: UploadSigner, keys: Sequence[str]) -> list[str]:
    """Links that show these posters."""
    return [signer.sign_get(key, file_name=None, content_type=PICTURE_TYPE) for key in keys]


@dataclass(frozen=True)
class ClipPictures:
    """Links to what ingest made of a clip; None where there is nothing."""

    poster: str | None = None
    filmstrip: str | None = None
    waveform: str | None = None
    play: str | None = None


def clip_pictures(signer: UploadSigner, clip: Clip) -> ClipPictures:
    """Links that show a clip's poster, its filmstrip and the data of its waveform, and play it."""
    waveform = clip.waveform_key
    return ClipPictures(
        poster=picture_url(signer, clip.poster_key),
        filmstrip=picture_url(signer, clip.filmstrip_key),
        waveform=signer.sign_get(waveform, file_name=None, content_type=JSON_TYPE) if waveform else None,
        play=_play_url(signer, clip),
    )


def _play_url(signer: UploadSigner, clip: Clip) -> str | None:
    """A link to a ready clip's proxy or, where none was made, to its file."""
    if clip.state is not UploadState.READY:
        return None
    if clip.proxy_key is not None:
        return signer.sign_get(clip.proxy_key, file_name=None, content_type=PROXY_TYPE)
    return signer.sign_get(uploads.key_of(clip), file_name=None, content_type=clip.content_type)


def asset_url(signer: UploadSigner, asset: Asset) -> str | None:
    """A link that plays or shows a ready asset as what ingest found it to be, whatever its owner called it."""
    if asset.state is not UploadState.READY or asset.facts is None:
        return None
    kind = f"image/{asset.facts['codec']}" if asset.kind is AssetKind.IMAGE else asset.content_type
    return signer.sign_get(uploads.key_of(asset), file_name=None, content_type=kind)


def file_name(output: Output) -> str:
    """The title with the suffix of its kind, as the name of a file anywhere."""
    main = output.part(MAIN)
    suffix = splitext(main.key)[1] if main else _SUFFIXES.guess_extension(output.media_type)
    return file_stem(output.title) + (suffix or "")
