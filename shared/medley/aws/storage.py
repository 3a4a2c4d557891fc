"""Objects in S3: `ObjectStore`, `PartStore` and `UploadSigner` of `medley.ports.cloud`."""

import hashlib
import unicodedata
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import quote

from boto3.s3.transfer import TransferConfig
from botocore.exceptions import BotoCoreError

from medley import checksums, limits, tracing
from medley.aws import clients
from medley.aws.cdn_links import CdnLinkSigner
from medley.aws.errors import translated
from medley.aws.link_signer import LinkSigner
from medley.errors import InvalidInput, MedleyError, NotFound, StorageUnavailable
from medley.ports.cloud import SignedRequest, StoredObject, StoredPart, UploadPart, object_gone
from medley.settings import AwsSettings, BucketSettings

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_SINGLE_PUT_BYTES: Final = 32 * 1024**2  # above this an upload goes in parts, several at once
_PART_BYTES: Final = 16 * 1024**2
_CHUNK_BYTES: Final = 1024**2
_DOWNLOAD_ATTEMPTS: Final = 4  # each goes on where the one before broke off
_METADATA: Final = "x-amz-meta-"  # before the name of what is told of an object
_GONE: Final = frozenset({"NoSuchKey", "NotFound", "404"})


class S3Store:
    """One bucket. `signer` signs for the endpoint a browser reaches, which may differ from ours; `now` is the time that
    links are signed at; `cdn` signs links to what it serves, where there is one."""

    def __init__(
        self,
        client: "S3Client",
        bucket: str,
        *,
        signer: "S3Client | None" = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        cdn: CdnLinkSigner | None = None,
    ) -> None:
        self._client = client
        self._bucket = bucket
        self._signer = signer or client
        self._now = now
        self._cdn = cdn
        self._transfer = TransferConfig(
            multipart_threshold=_SINGLE_PUT_BYTES, multipart_chunksize=_PART_BYTES, max_concurrency=4
        )

    @classmethod
    def from_environment(cls, cdn: CdnLinkSigner | None = None) -> Self:
        """The store AWS_* and BUCKET_* name."""
        aws, bucket = AwsSettings(), BucketSettings()
        return cls(clients.s3(aws), bucket.name, signer=clients.s3(aws, bucket.public_url), cdn=cdn)

    def head(self, key: str) -> StoredObject | None:
        try:
            with translated(StorageUnavailable, f"Cannot look at {key}", {code: object_gone(key) for code in _GONE}):
                found = self._client.head_object(Bucket=self._bucket, Key=key)
        except NotFound:
            return None
        made = found["Metadata"]
        sha256 = made.get("sha256") if made.get("key") == key else None  # a copy of another object is not this one
        trace = made.get(tracing.TRACEPARENT)
        return StoredObject(key, found["ContentLength"], _bare(found["ETag"]), found["LastModified"], sha256, trace)

    def download(self, key: str, path: Path) -> None:
        """Write the object to `path`, which appears when it is whole; a broken connection is taken up again.

        Raises:
            NotFound: code `object_gone`; also when it was replaced half-way.
            StorageUnavailable: it could not be had in several attempts.
        """
        partial = path.with_name(f"{path.name}.part")
        try:
            with partial.open("wb") as file:
                self._fetch(key, file.write)
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)

    def upload(self, path: Path, key: str, content_type: str, *, sha256: str | None = None) -> None:
        made = {"key": key, "sha256": sha256 or checksums.sha256(path)}
        with translated(StorageUnavailable, f"Cannot store {key}"):
            if path.stat().st_size <= _SINGLE_PUT_BYTES:
                with path.open("rb") as body:
                    self._client.put_object(
                        Bucket=self._bucket, Key=key, Body=body, ContentType=content_type, Metadata=made
                    )
            else:
                extra = {"ContentType": content_type, "Metadata": made}
                self._client.upload_file(str(path), self._bucket, key, ExtraArgs=extra, Config=self._transfer)

    def read(self, key: str, start: int = 0, length: int | None = None) -> bytes:
        """See ObjectStore.read; a broken connection is taken up again by `download` alone."""
        known = {code: object_gone(key) for code in (*_GONE, "InvalidRange")}  # it ends before these bytes begin
        rest: dict[str, Any] = {} if (start, length) == (0, None) else {"Range": _range(start, length)}
        with translated(StorageUnavailable, f"Cannot read {key}", known):
            return self._client.get_object(Bucket=self._bucket, Key=key, **rest)["Body"].read()

    def write(self, content: bytes, key: str, content_type: str) -> None:
        made = {"key": key, "sha256": hashlib.sha256(content).hexdigest()}
        with translated(StorageUnavailable, f"Cannot store {key}"):
            self._client.put_object(Bucket=self._bucket, Key=key, Body=content, ContentType=content_type, Metadata=made)

    def delete(self, key: str) -> None:
        with translated(StorageUnavailable, f"Cannot delete {key}"):
            self._client.delete_object(Bucket=self._bucket, Key=key)

    def keys(self, prefix: str, limit: int) -> Sequence[str]:
        with translated(StorageUnavailable, f"Cannot list {prefix}"):
            found = self._client.list_objects_v2(Bucket=self._bucket, Prefix=prefix, MaxKeys=limit)
        return [each["Key"] for each in found.get("Contents", [])]

    def sign_put(self, key: str, content_type: str, size_bytes: int) -> SignedRequest:
        """A PUT of exactly `size_bytes`, where there is no object yet: what is there, 412 says, is not replaced.

        The number of bytes is signed too, as Content-Length, which every client sends; and the trace that the object
        tells of, if one is under way.
        """
        trace = _traced()
        only = {"Content-Type": content_type, "If-None-Match": "*"}
        only |= {f"{_METADATA}{name}": value for name, value in trace.items()}
        parameters = {
            "Key": key,
            "ContentType": content_type,
            "ContentLength": size_bytes,
            "IfNoneMatch": "*",
            "Metadata": trace,
        }
        return SignedRequest("PUT", self._sign("put_object", parameters, limits.UPLOAD_URL_S), only)

    def start_multipart(self, key: str, content_type: str) -> str:
        with translated(StorageUnavailable, f"Cannot begin the upload of {key}"):
            begun = self._client.create_multipart_upload(
                Bucket=self._bucket, Key=key, ContentType=content_type, Metadata=_traced()
            )
        return begun["UploadId"]

    def parts(self, key: str, upload_id: str, *, after: int, limit: int) -> Sequence[StoredPart]:
        with translated(StorageUnavailable, f"Cannot look at the upload of {key}", {"NoSuchUpload": _upload_gone()}):
            found = self._client.list_parts(
                Bucket=self._bucket, Key=key, UploadId=upload_id, MaxParts=limit, PartNumberMarker=after
            )
        return [StoredPart(part["PartNumber"], part["Size"], _bare(part["ETag"])) for part in found.get("Parts", [])]

    def sign_part(self, key: str, upload_id: str, number: int, size_bytes: int) -> SignedRequest:
        """A PUT of one part of exactly `size_bytes`; `number` counts from 1."""
        parameters = {"Key": key, "UploadId": upload_id, "PartNumber": number, "ContentLength": size_bytes}
        return SignedRequest("PUT", self._sign("upload_part", parameters, limits.UPLOAD_URL_S), {})

    def upload_part(self, key: str, upload_id: str, number: int, content: bytes) -> UploadPart:
        with translated(StorageUnavailable, f"Cannot store {key}", {"NoSuchUpload": _upload_gone()}):
            stored = self._client.upload_part(
                Bucket=self._bucket, Key=key, UploadId=upload_id, PartNumber=number, Body=content
            )
        return UploadPart(number, stored["ETag"])

    def complete_multipart(self, key: str, upload_id: str, parts: Sequence[UploadPart]) -> None:
        """Join the parts, where there is no object yet; another upload that was first stands (`upload_gone`)."""
        wrong = InvalidInput("The parts are not those that were uploaded.", code="wrong_parts")
        known: dict[str, MedleyError]
        known = dict.fromkeys(("InvalidPart", "InvalidPartOrder", "EntityTooSmall", "MalformedXML"), wrong)
        if not parts:
            raise wrong
        known |= dict.fromkeys(("NoSuchUpload", "PreconditionFailed"), _upload_gone())
        with translated(StorageUnavailable, f"Cannot complete {key}", known):
            self._client.complete_multipart_upload(
                Bucket=self._bucket,
                Key=key,
                UploadId=upload_id,
                IfNoneMatch="*",
                MultipartUpload={"Parts": [{"PartNumber": part.number, "ETag": part.etag} for part in parts]},
            )

    def abort_multipart(self, key: str, upload_id: str) -> None:
        """Forget the upload and its parts; one that is gone already is fine."""
        try:
            with translated(StorageUnavailable, f"Cannot abort {key}", {"NoSuchUpload": _upload_gone()}):
                self._client.abort_multipart_upload(Bucket=self._bucket, Key=key, UploadId=upload_id)
        except NotFound:
            return

    def sign_get(self, key: str, *, file_name: str | None, content_type: str) -> str:
        links = self._cdn if self._cdn is not None and self._cdn.serves(key, content_type) else self._links
        with translated(StorageUnavailable, f"Cannot sign for {key}"):
            return links.sign(key, disposition=content_disposition(file_name), content_type=content_type)

    @cached_property
    def _links(self) -> LinkSigner:
        return LinkSigner(self._signer, self._bucket, clients.credentials, self._now)

    def _sign(self, operation: str, parameters: dict[str, Any], expires_s: int) -> str:
        with translated(StorageUnavailable, f"Cannot sign for {parameters['Key']}"):
            return self._signer.generate_presigned_url(
                operation, Params={"Bucket": self._bucket, **parameters}, ExpiresIn=expires_s
            )

    def _fetch(self, key: str, write: Callable[[bytes], object]) -> None:
        known = {**dict.fromkeys(_GONE, object_gone(key)), "PreconditionFailed": object_gone(key)}
        done, etag = 0, ""
        for attempt in range(1, _DOWNLOAD_ATTEMPTS + 1):
            rest: dict[str, Any] = {"Range": f"bytes={done}-", "IfMatch": etag} if done else {}
            with translated(StorageUnavailable, f"Cannot fetch {key}", known):
                answer = self._client.get_object(Bucket=self._bucket, Key=key, **rest)
                etag = answer["ETag"]
                try:
                    for chunk in answer["Body"].iter_chunks(_CHUNK_BYTES):
                        write(chunk)
                        done += len(chunk)
                except BotoCoreError:
                    if attempt == _DOWNLOAD_ATTEMPTS:
                        raise
                else:
                    return


def content_disposition(file_name: str | None) -> str:
    """The header that saves a download under `file_name`, or shows it in the browser if that is None.

    RFC 6266: an ASCII fallback for old clients, then the real name (RFC 8187). Whatever the name holds, it is one
    parameter of one header: controls and path separators are gone, quotes and everything unusual are escaped.
    """
    if file_name is None:
        return "inline"
    name = "".join(
        "_" if character in "/\\" or unicodedata.category(character).startswith("C") else character
        for character in file_name
    )
    fallback = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().replace('"', "'")
    return f"attachment; filename=\"{fallback or 'download'}\"; filename*=UTF-8''{quote(name, safe='')}"


def _traced() -> dict[str, str]:
    """Metadata of an object that is uploaded: the trace under way, if there is one."""
    trace = tracing.carried()
    return {} if trace is None else {tracing.TRACEPARENT: trace}


def _range(start: int, length: int | None) -> str:
    return f"bytes={start}-{'' if length is None else start + length - 1}"


def _bare(etag: str) -> str:
    return etag.strip('"')


def _upload_gone() -> NotFound:
    return NotFound("The parts of this upload are not stored any more; start over.", code="upload_gone")
