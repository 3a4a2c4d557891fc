"""Short ways to talk to an embedded S3."""

import json

from local.storage.service import BUCKET, Storage

SECRET = "a secret of the tests"  # of a server that whoever has no `Storage` signs for
PART = 5 * 1024**2  # S3's smallest


def put(storage: Storage, key: str, content: bytes, content_type: str = "video/mp4") -> None:
    storage.s3().put_object(Bucket=BUCKET, Key=key, Body=content, ContentType=content_type)


def get(storage: Storage, key: str) -> bytes:
    return storage.s3().get_object(Bucket=BUCKET, Key=key)["Body"].read()


def keys(storage: Storage) -> list[str]:
    return [found["Key"] for found in storage.s3().list_objects_v2(Bucket=BUCKET).get("Contents", [])]


def url(storage: Storage, key: str, operation: str = "get_object", **signed: object) -> str:
    """A presigned URL; `signed` are more parameters of the operation."""
    return storage.s3().generate_presigned_url(operation, Params={"Bucket": BUCKET, "Key": key, **signed})


def events(storage: Storage) -> list[tuple[str, str]]:
    """What waits in `uploads`, as (name, key)."""
    sqs = storage.sqs()
    found: list[tuple[str, str]] = []
    while messages := sqs.receive_message(QueueUrl=storage.queue_urls["uploads"], MaxNumberOfMessages=10).get(
        "Messages"
    ):
        for message in messages:
            for record in json.loads(message["Body"]).get("Records", []):
                found.append((record["eventName"], record["s3"]["object"]["key"]))
            sqs.delete_message(QueueUrl=storage.queue_urls["uploads"], ReceiptHandle=message["ReceiptHandle"])
    return found


def upload_in_parts(storage: Storage, key: str, *parts: bytes) -> None:
    s3 = storage.s3()
    upload_id = s3.create_multipart_upload(Bucket=BUCKET, Key=key, ContentType="video/mp4")["UploadId"]
    etags = [
        s3.upload_part(Bucket=BUCKET, Key=key, UploadId=upload_id, PartNumber=n, Body=part)["ETag"]
        for n, part in enumerate(parts, 1)
    ]
    s3.complete_multipart_upload(
        Bucket=BUCKET,
        Key=key,
        UploadId=upload_id,
        MultipartUpload={"Parts": [{"PartNumber": n, "ETag": etag} for n, etag in enumerate(etags, 1)]},
    )
