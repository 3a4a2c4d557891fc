"""Links to finished videos and pictures. Signing needs no network."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePosixPath

from medley.contracts.media import VIDEO_TYPES
from medley.domain.assets import Asset, AssetKind
from medley.domain.generations import Output, OutputState
from medley.domain.names import file_stem
from medley.domain.projects import Clip
from medley.domain.uploads import UploadState
from medley.errors import Conflict
from medley.limits import DOWNLOAD_URL_S, OUTPUT_DAYS
from medley.ports.cloud import UploadSigner
from medley.ports.identity import Clock
from medley.services import assets

PICTURE_TYPE = "image/jpeg"
JSON_TYPE = "application/json"


@dataclass(frozen=True)
class Link:
    """A URL anyone may open until `expires_at`; it saves under `file_name`."""

    url: str
    file_name: str
    expires_at: datetime


def output_link(signer: UploadSigner, clock: Clock, output: Output) -> Link:
    """A link that downloads a finished video under its title.

    Raises:
        Conflict: code `not_made`; there is no video, or not yet. Code `expired`; it is not kept any more.
    """
    if output.state is not OutputState.MADE or output.key is None:
        raise Conflict("This video is not there.", code="not_made", state=output.state)
    if output.expired(clock.now()):
        raise video_expired()
    name = file_name(output)
    kind = VIDEO_TYPES.get(PurePosixPath(output.key).suffix.removeprefix("."), "application/octet-stream")
    url = signer.sign_get(output.key, file_name=name, content_type=kind)
    return Link(url, name, clock.now() + timedelta(seconds=DOWNLOAD_URL_S))


def video_expired() -> Conflict:
    """What is answered about a video past its days."""
    return Conflict(f"A video is kept for {OUTPUT_DAYS} days; this one is deleted.", code="expired", days=OUTPUT_DAYS)


def output_poster(signer: UploadSigner, clock: Clock, output: Output) -> str | None:
    """A link that shows a finished video's picture, which is kept as long as the video."""
    return None if output.expired(clock.now()) else picture_url(signer, output.poster_key)


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
    return file_stem(output.title) + (PurePosixPath(output.key or "").suffix or ".mp4")
