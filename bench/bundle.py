"""A bundle of 10 GiB: how much memory its maker takes, and how long.

python bench/bundle.py [--gib 10] [--videos 50]

The function's own code streams an archive, by boto3 and over HTTP, out of an S3 that makes up what is read and forgets
what is stored (bench/object_sink.py), with its rows in a real PostgreSQL. Memory is the highest resident set of the
process that makes it, everything imported included. One video is of 5 GiB where there is room for it, so the archive
needs zip64 by one file's size as by its own; its end is read as Python's zipfile reads it.

Exit status 1 if it takes 300 MB or more, or the archive has not the bytes and files it should have.
"""

import argparse
import hashlib
import io
import os
import resource
import sys
import time
import zipfile
from functools import partial
from typing import Any, Final, cast
from uuid import UUID

import psycopg
from filled_database import Size, filled
from object_sink import BLOCK, sink

from medley.apps.registry import registry
from medley.aws import clients
from medley.aws.storage import S3Store
from medley.contracts.work import MakeVolume
from medley.db.engine import make_engine
from medley.db.unit_of_work import SqlUnitOfWork
from medley.domain.bundles import BundleState, volumes_of
from medley.ports.bundles import NewBundle
from medley.runtime.system import TimeOrderedIds
from medley.services.bundling import Bundler
from medley.services.manifests import Reporter
from medley.settings import AwsSettings

GIB: Final = 1024**3
MEMORY_BYTES_MAX: Final = 300_000_000
SMALL: Final = Size(users=100, outputs=1_000, clips=400, entries=500)


class Nobody:
    """No browser is open."""

    def push(self, *_: Any) -> bool:
        return True


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gib", type=float, default=10, help="of videos (10)")
    parser.add_argument("--videos", type=int, default=50, help="how many (50, at most 50)")
    options = parser.parse_args()
    os.environ |= {"AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench"}
    with sink() as bucket_url, filled(SMALL) as url:
        sizes = sizes_of(round(options.gib * GIB), options.videos)
        return measure(url, bucket_url, sizes)


def sizes_of(total: int, videos: int) -> list[int]:
    """Bytes of each video: one of half of them, the others alike."""
    rest = total // 2 // (videos - 1)
    return [total - rest * (videos - 1), *[rest] * (videos - 1)]


def measure(url: str, bucket_url: str, sizes: list[int]) -> int:
    """Make one bundle, and print what it took."""
    engine = make_engine(url)
    unit_of_work = partial(SqlUnitOfWork, engine)
    owner, generation = prepare(url, sizes)
    store = S3Store(clients.s3(AwsSettings(endpoint_url=bucket_url)), "media")
    (content,) = volumes_of(list(enumerate(sizes, start=1)), volume_bytes=sum(sizes))
    with unit_of_work() as uow:
        asked = NewBundle(TimeOrderedIds().new(), owner, generation, "Project", "{project} {n}", (content,))
        bundle = uow.bundles.add(asked)
        uow.commit()
    bundler = Bundler(unit_of_work, store, Reporter(unit_of_work, registry(), store), cast(Any, Nobody()))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    began, cpu = time.perf_counter(), time.process_time()
    order = MakeVolume(owner_id=owner, bundle_id=bundle.id, volume=1, attempt=1)
    bundler.make(order, lambda: 900.0)
    took, computed = time.perf_counter() - began, time.process_time() - cpu
    highest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    with unit_of_work() as uow:
        made = uow.bundles.get(owner, bundle.id)
    engine.dispose()
    assert made is not None
    whole = made.state is BundleState.READY and is_whole(bucket_url, made.volumes[0].size_bytes or 0, sizes)
    print(f"{sum(sizes) / GIB:.1f} GiB of {len(sizes)} videos, the largest {max(sizes) / GIB:.1f} GiB: {made.state}")
    print(f"  {took:.0f} s, {computed:.0f} CPU-s, {sum(sizes) / took / 1e6:.0f} MB/s")
    print(f"  memory: {highest / 1e6:.0f} MB at most, {before / 1e6:.0f} MB of it before the first byte")
    print(f"  archive: {made.volumes[0].size_bytes:,} bytes, {'as it should be' if whole else 'NOT as it should be'}")
    return 0 if whole and highest < MEMORY_BYTES_MAX else 1


def prepare(url: str, sizes: list[int]) -> tuple[UUID, UUID]:
    """Have the first videos of a generation be of these sizes, and their objects what the bucket makes up; returns
    whose, and which."""
    hashes = {size: hashed(size) for size in set(sizes)}
    with psycopg.connect(url) as connection:
        found = connection.execute(
            "SELECT user_id, id FROM generations WHERE state = 'succeeded' ORDER BY id DESC LIMIT 1"
        ).fetchone()
        assert found is not None
        for n, size in enumerate(sizes, start=1):
            connection.execute(
                "UPDATE outputs SET settled_at = now(), parts = jsonb_set(jsonb_set(parts, '{0,size_bytes}',"
                " to_jsonb(%s::bigint)), '{0,sha256}', to_jsonb(%s::text)) WHERE generation_id = %s AND n = %s",
                (size, hashes[size], found[1], n),
            )
    return found[0], found[1]


def hashed(size: int) -> str:
    """Of an object of the bucket."""
    digest = hashlib.sha256()
    for _ in range(size // len(BLOCK)):
        digest.update(BLOCK)
    digest.update(BLOCK[: size % len(BLOCK)])
    return digest.hexdigest()


def is_whole(bucket_url: str, size: int, sizes: list[int]) -> bool:
    """Whether the archive came to so many bytes, and its records name all videos with their sizes."""
    import httpx2

    stored, _, tail = httpx2.get(f"{bucket_url}/stored").content.partition(b"\n")

    class Tail(io.BytesIO):
        """The end of the archive, where the rest of it would be."""

        def seek(self, offset: int, whence: int = 0) -> int:
            start = size - len(tail)
            return start + super().seek(max(0, offset - start) if whence == 0 else offset, whence)

        def tell(self) -> int:
            return size - len(tail) + super().tell()

    with zipfile.ZipFile(Tail(tail)) as archive:
        named = [info.file_size for info in archive.infolist() if info.filename.endswith(".mp4")]
    return int(stored) == size and named == sizes


if __name__ == "__main__":
    sys.exit(main())
