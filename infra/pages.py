"""Pages of the site, sent to their bucket so that nobody ever meets a page whose files are missing.

Files with a hash in their name go first and stay for ever: a page that is open asks for those of its own day. The page
itself goes last.
"""

import mimetypes
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

PAGE: Final = "index.html"
FOR_EVER: Final = "public, max-age=31536000, immutable"
ASKED_EACH_TIME: Final = "no-cache"
HASHED: Final = "assets/"
TYPES: Final = {".js": "text/javascript", ".mjs": "text/javascript", ".webmanifest": "application/manifest+json"}


class Uploads(Protocol):
    """What is used of S3."""

    def put_object(self, **what: Any) -> Any: ...


@dataclass(frozen=True)
class Page:
    """One file and how it is sent."""

    path: Path
    key: str

    @property
    def kept(self) -> str:
        """Its Cache-Control."""
        return FOR_EVER if self.key.startswith(HASHED) else ASKED_EACH_TIME

    @property
    def media_type(self) -> str:
        return TYPES.get(self.path.suffix) or mimetypes.guess_type(self.path.name)[0] or "application/octet-stream"


def in_order(folder: Path) -> Iterator[Page]:
    """All files of a built site: those with a hash, the others, the page.

    Raises:
        FileNotFoundError: there is no page; the site was not built.
    """
    if not (folder / PAGE).is_file():
        raise FileNotFoundError(f"{folder / PAGE} is missing: build the site first.")
    files = [Page(path, path.relative_to(folder).as_posix()) for path in folder.rglob("*") if path.is_file()]
    yield from sorted(files, key=lambda each: (not each.key.startswith(HASHED), each.key == PAGE, each.key))


def send(folder: Path, bucket: str, client: Uploads) -> int:
    """Send them; returns how many. Nothing is deleted."""
    sent = 0
    for page in in_order(folder):
        client.put_object(
            Bucket=bucket,
            Key=page.key,
            Body=page.path.read_bytes(),
            ContentType=page.media_type,
            CacheControl=page.kept,
        )
        sent += 1
    return sent
