"""Uploads in parts that are under way, on disk: what is known of each, and of each part that has arrived.

    uploads/{upload id}/upload      JSON: key, metadata, time
    uploads/{upload id}/{number}    JSON: content file, size, MD5

The bytes of parts are content files of `local.storage.objects`. The record of an upload goes after that of the object
made of it has come, so whatever moment a process is killed at, the next one finds the parts, the object, or both.
"""

import json
import shutil
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from local.disk import sync_folder, write_whole
from local.storage.objects import Content, ObjectFolder

_UPLOAD: Final = "upload"


@dataclass(frozen=True)
class Part:
    """A part that has arrived. `content` is a file name, `modified` seconds since the epoch."""

    content: str
    size_bytes: int
    md5: str
    modified: float


@dataclass(frozen=True)
class Upload:
    """What is known of one upload. `began` is seconds since the epoch."""

    key: str
    metadata: Mapping[str, str]
    began: float


@dataclass(frozen=True)
class Found:
    """An upload of an earlier process, with its parts by number."""

    id: str
    upload: Upload
    parts: dict[int, Part] = field(default_factory=dict)


_ADAPTER: Final = TypeAdapter(Upload)
_PART: Final = TypeAdapter(Part)


class UploadFolder:
    """Uploads below `folder`, for one process; the bytes of their parts are in `objects`."""

    def __init__(self, folder: Path, objects: ObjectFolder, *, durable: bool) -> None:
        self._folder = folder / "uploads"
        self._objects = objects
        self._durable = durable
        self._folder.mkdir(exist_ok=True)

    def begin(self, upload_id: str, key: str, metadata: Mapping[str, str]) -> None:
        """Note an upload that was begun now."""
        (self._folder / upload_id).mkdir()
        if self._durable:
            sync_folder(self._folder)
        self._write(upload_id, _UPLOAD, Upload(key, dict(metadata), time.time()))

    def keep(self, upload_id: str, number: int, content: Content) -> None:
        """Note a part that has arrived, instead of an earlier one of its number."""
        part = Part(content.path.name, content.size_bytes, content.md5, time.time())
        self._write(upload_id, str(number), part)

    def end(self, upload_id: str) -> None:
        """Forget an upload; its contents are its caller's."""
        shutil.rmtree(self._folder / upload_id, ignore_errors=True)

    def load(self) -> list[Found]:
        """The uploads of earlier processes. What is not as it was written is put aside."""
        found = [self._read(path) for path in self._folder.iterdir()]
        return [each for each in found if each is not None]

    def content(self, part: Part) -> Content:
        """The content file of a part."""
        return Content(self._objects.path(part.content), part.size_bytes, part.md5)

    def _write(self, upload_id: str, name: str, known: Upload | Part) -> None:
        write_whole(self._folder / upload_id / name, json.dumps(asdict(known)), durable=self._durable)

    def _read(self, folder: Path) -> Found | None:
        try:
            found = Found(folder.name, _ADAPTER.validate_json((folder / _UPLOAD).read_bytes()))
        except FileNotFoundError:
            shutil.rmtree(folder, ignore_errors=True)  # killed as it began
            return None
        except (OSError, ValidationError):
            self._objects.put_aside(folder, "it cannot be read")
            return None
        for path in folder.iterdir():
            if path.name.isdecimal() and (part := self._read_part(path)) is not None:
                found.parts[int(path.name)] = part
        return found

    def _read_part(self, path: Path) -> Part | None:
        try:
            part = _PART.validate_json(path.read_bytes())
            whole = self._objects.path(part.content).stat().st_size == part.size_bytes
        except (OSError, ValidationError):
            whole = False
        if not whole:
            self._objects.put_aside(path, "it, or the content it names, is not as it was written")
            return None
        return part
