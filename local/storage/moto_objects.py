"""Objects of moto's S3 kept in an `ObjectFolder` instead of memory, and a few faults of moto's mended.

moto keeps every object and every part of an upload in memory and forgets them at its end. Here a key's value is a
file, so memory does not grow with what is stored or uploaded. Completing a multipart upload joins files.

Uploads in parts that are under way are kept in an `UploadFolder`, and survive a restart.

What is called when:

    PUT of an object    ticket -> moto -> StoredKey.value = ticket -> set_metadata, which records it on the disk
    begin of an upload  StoredMultipart() -> a record of the upload
    PUT of a part       the same as of an object, but StoredMultipart.set_part records the part
    complete            StoredMultipart.complete joins the parts and gives moto a ticket -> dispose does nothing -> as a
                        PUT of an object -> StoredMultipart.forget removes records and parts
    abort               dispose -> StoredMultipart.forget
    an object replaced  dispose of the old key removes its file
    DELETE              delete_and_forget removes the record -> dispose removes the file
"""

import codecs
import hashlib
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar, Final, Self, cast

from moto.s3 import models
from moto.s3.exceptions import EntityTooSmall, InvalidPart, MalformedXML, NoSuchUpload
from moto.settings import S3_UPLOAD_PART_MIN_SIZE
from requests.structures import CaseInsensitiveDict

from local.compute.invocation import ACCOUNT_ID, REGION
from local.storage.objects import Content, ObjectFolder, Record, joined
from local.storage.uploads import Found, UploadFolder

_DAY_S: Final = 86_400


class Handover:
    """Contents on their way through moto, which only passes on bytes: a ticket goes instead, good for once."""

    def __init__(self, folder: ObjectFolder) -> None:
        self.folder = folder
        self._waiting: dict[bytes, Content] = {}

    def ticket(self, content: Content) -> bytes:
        ticket = uuid.uuid4().bytes
        self._waiting[ticket] = content
        return ticket

    def content(self, value: bytes) -> Content:
        """What `value` is a ticket for, or a content that holds `value` itself."""
        return self._waiting.pop(value, None) or self.folder.write([value])

    def withdraw(self, ticket: bytes) -> None:
        """Discard the content if nobody came for it: moto refused the request."""
        content = self._waiting.pop(ticket, None)
        if content is not None:
            self.folder.discard(content)


class StoredKey(models.FakeKey):
    """A key, or a part of an upload (then `name` is its number), whose value is a file."""

    handover: ClassVar[Handover]
    stored: Content

    @property
    def value(self) -> bytes:
        return self.stored.path.read_bytes()

    @value.setter
    def value(self, new: bytes) -> None:
        self.stored = self.handover.content(new)
        self.contentsize = self.stored.size_bytes
        self._etag = self._etag or self.stored.md5

    def set_metadata(self, metadata: Any, replace: bool = False) -> None:
        """The last thing moto does to a new object before it answers, so what is recorded here is complete."""
        super().set_metadata(metadata, replace)
        self.handover.folder.save(self.name, self.stored, etag=self.etag.strip('"'), metadata=self.metadata)
        if isinstance(self.multipart, StoredMultipart):
            self.multipart.forget()

    def dispose(self, garbage: bool = False) -> None:
        """Called when the key was replaced or deleted; as garbage, when the process ends, which is no reason."""
        if not garbage and not self.disposed:
            self.handover.folder.discard(self.stored)
        self.disposed = True


class StoredMultipart(models.FakeMultipart):
    """A multipart upload whose parts are files."""

    uploads: ClassVar[UploadFolder]

    def __init__(self, key_name: str, metadata: Any, *rest: Any, **named: Any) -> None:
        super().__init__(key_name, metadata, *rest, **named)
        self.began = time.time()
        self._joined = False
        self.uploads.begin(self.id, key_name, metadata)

    @classmethod
    def restored(cls, found: Found) -> Self:
        """An upload of an earlier process."""
        upload = cast("Self", cls.__new__(cls))
        metadata = CaseInsensitiveDict(found.upload.metadata)
        super().__init__(upload, found.upload.key, metadata, ACCOUNT_ID, REGION, tags={})
        upload.id, upload.began, upload._joined = found.id, found.upload.began, False
        for number, part in found.parts.items():
            ticket = StoredKey.handover.ticket(cls.uploads.content(part))
            key = super().set_part(upload, number, ticket)
            key.last_modified = datetime.fromtimestamp(part.modified, UTC).replace(tzinfo=None)
        return upload

    def set_part(self, part_id: int, value: bytes) -> models.FakeKey:
        key = super().set_part(part_id, value)
        if isinstance(key, StoredKey):
            self.uploads.keep(self.id, part_id, key.stored)
        return key

    def complete(self, body: Iterator[tuple[int, str]]) -> tuple[bytes, str, None]:
        """Join the parts of (number, ETag) into one content; returns a ticket for it and S3's ETag of such."""
        parts: list[models.FakeKey] = []
        for number, etag in body:
            part = self.parts.get(number)
            if part is None or part.etag.strip('"') != etag.strip('"'):
                raise InvalidPart
            if parts and parts[-1].size < S3_UPLOAD_PART_MIN_SIZE:
                raise EntityTooSmall
            parts.append(part)
        if not parts:
            raise MalformedXML
        md5 = hashlib.md5(usedforsecurity=False)
        for part in parts:
            md5.update(codecs.decode(part.etag.strip('"'), "hex"))
        handover = StoredKey.handover
        content = handover.folder.write(joined(part.stored for part in parts if isinstance(part, StoredKey)))
        self._joined = True
        return handover.ticket(content), f"{md5.hexdigest()}-{len(parts)}", None

    def dispose(self) -> None:
        """Called when the upload was aborted, or joined: then the object is yet to be recorded."""
        if not self._joined:
            self.forget()

    def forget(self) -> None:
        """Remove what was kept of the upload; its object is there, or nobody wants it."""
        for part in self.parts.values():
            part.dispose()
        self.uploads.end(self.id)


def install(folder: ObjectFolder, uploads: UploadFolder) -> Handover:
    """Make this process's moto keep its objects in `folder`, and in `uploads` what is under way. Call it once, before
    moto serves anything."""
    StoredKey.handover = Handover(folder)
    StoredMultipart.uploads = uploads
    models.FakeKey = StoredKey  # type: ignore[misc]  # moto has no other way in
    models.FakeMultipart = StoredMultipart  # type: ignore[misc]
    delete_object = models.S3Backend.delete_object

    def delete_and_forget(backend: Any, bucket_name: str, key_name: str, *rest: Any, **named: Any) -> Any:
        folder.forget(key_name)
        return delete_object(backend, bucket_name, key_name, *rest, **named)

    models.S3Backend.delete_object = delete_and_forget  # type: ignore[assignment, method-assign]
    return StoredKey.handover


class _Uploads(models.MultipartDict):
    """The uploads in progress of a bucket; moto breaks when asked to go on with another."""

    def __missing__(self, upload_id: str) -> models.FakeMultipart:
        raise NoSuchUpload(upload_id=upload_id)


def make_bucket(name: str) -> None:
    """Make the bucket."""
    models.s3_backends[ACCOUNT_ID]["aws"].create_bucket(name, REGION).multiparts = _Uploads()


def restore(bucket: str, records: Iterable[Record], found: Iterable[Found]) -> None:
    """Put the objects and uploads of an earlier process into `bucket`. Nobody is told: nothing new was stored."""
    backend = models.s3_backends[ACCOUNT_ID]["aws"]
    handover = StoredKey.handover
    for record in records:
        ticket = handover.ticket(handover.folder.content(record))
        key = backend.put_object(bucket, record.key, ticket, etag=record.etag, disable_notification=True)
        key.metadata.update(record.metadata)
        key.last_modified = datetime.fromtimestamp(record.modified, UTC).replace(tzinfo=None)
    for upload in found:
        backend.buckets[bucket].multiparts[upload.id] = StoredMultipart.restored(upload)


def expire(bucket: str, days: Mapping[str, int], upload_days: Mapping[str, int], now: float) -> None:
    """Remove the objects below these prefixes that are older than so many days, and the uploads under way.

    Args:
        now: seconds since the epoch.
    """
    backend = models.s3_backends[ACCOUNT_ID]["aws"]
    found = backend.buckets[bucket]
    for name in list(found.keys):
        key = found.keys.get(name)
        age_s = now - key.last_modified.replace(tzinfo=UTC).timestamp() if key else 0.0
        if any(name.startswith(prefix) and age_s > limit * _DAY_S for prefix, limit in days.items()):
            backend.delete_object(bucket, name)
    for upload_id, upload in list(found.multiparts.items()):
        age_s = now - cast("StoredMultipart", upload).began
        if any(upload.key_name.startswith(prefix) and age_s > limit * _DAY_S for prefix, limit in upload_days.items()):
            found.multiparts.pop(upload_id).dispose()


def has_bucket(name: str) -> bool:
    """True if there is such a bucket."""
    return name in models.s3_backends[ACCOUNT_ID]["aws"].buckets


def stored_key(bucket: str, name: str) -> StoredKey | None:
    """The object `name` of `bucket`, if both exist."""
    found = models.s3_backends[ACCOUNT_ID]["aws"].buckets.get(bucket)
    key: StoredKey | None = found.keys.get(name) if found else None
    return key
