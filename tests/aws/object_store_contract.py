"""What every ObjectStore (medley.ports.cloud) promises. Subclass it and give it a fixture `store`, empty."""

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from medley.contracts import keys
from medley.errors import NotFound
from medley.ports.cloud import ObjectStore


@pytest.fixture
def key() -> str:
    """A key nobody used before."""
    return keys.segment(uuid4(), uuid4().hex * 2, "mp4")


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


class ObjectStoreContract:
    @pytest.mark.parametrize("content", [b"", b"a", bytes(range(256)) * 5_000], ids=["empty", "byte", "1.28 MB"])
    def test_what_was_stored_can_be_fetched(self, store: ObjectStore, key: str, tmp_path: Path, content: bytes) -> None:
        store.upload(written(tmp_path / "from", content), key, "video/mp4")
        store.download(key, tmp_path / "to")
        assert (tmp_path / "to").read_bytes() == content
        found = store.head(key)
        assert found is not None
        assert (found.key, found.size_bytes) == (key, len(content))
        assert found.etag
        assert '"' not in found.etag
        assert abs(datetime.now(UTC) - found.stored_at) < timedelta(minutes=1)
        assert found.sha256 == hashlib.sha256(content).hexdigest()

    def test_a_checksum_that_is_known_is_not_computed_again(self, store: ObjectStore, key: str, tmp_path: Path) -> None:
        store.upload(written(tmp_path / "from", b"x"), key, "video/mp4", sha256="a" * 64)
        found = store.head(key)
        assert found is not None
        assert found.sha256 == "a" * 64

    def test_no_object(self, store: ObjectStore, key: str, tmp_path: Path) -> None:
        assert store.head(key) is None
        with pytest.raises(NotFound) as raised:
            store.download(key, tmp_path / "to")
        assert raised.value.code == "object_gone"
        assert raised.value.message == "The file is not stored any more."  # a customer's to read
        assert key in raised.value.__notes__[0]
        assert list(tmp_path.iterdir()) == []

    def test_a_second_upload_replaces_the_first(self, store: ObjectStore, key: str, tmp_path: Path) -> None:
        store.upload(written(tmp_path / "one", b"first"), key, "video/mp4")
        store.upload(written(tmp_path / "two", b"the second"), key, "video/mp4")
        store.download(key, tmp_path / "to")
        assert (tmp_path / "to").read_bytes() == b"the second"

    def test_a_download_replaces_a_file(self, store: ObjectStore, key: str, tmp_path: Path) -> None:
        store.upload(written(tmp_path / "from", b"new"), key, "video/mp4")
        written(tmp_path / "to", b"an old and longer one")
        store.download(key, tmp_path / "to")
        assert (tmp_path / "to").read_bytes() == b"new"

    def test_what_is_deleted_is_gone_and_may_be_deleted_again(
        self, store: ObjectStore, key: str, tmp_path: Path
    ) -> None:
        store.upload(written(tmp_path / "from", b"x"), key, "video/mp4")
        store.delete(key)
        assert store.head(key) is None
        store.delete(key)

    def test_keys_are_kept_apart(self, store: ObjectStore, tmp_path: Path) -> None:
        owner, generation = uuid4(), uuid4()
        one, eleven = keys.output(owner, generation, 1), keys.output(owner, generation, 11)
        store.upload(written(tmp_path / "one", b"1"), one, "video/mp4")
        store.upload(written(tmp_path / "eleven", b"11"), eleven, "video/mp4")
        store.delete(one)
        found = store.head(eleven)
        assert found is not None
        assert found.size_bytes == 2

    def test_a_part_of_what_was_written_can_be_read(self, store: ObjectStore, key: str, tmp_path: Path) -> None:
        store.write(b"0123456789", key, "application/json")
        assert store.read(key) == b"0123456789"
        assert (store.read(key, 3, 4), store.read(key, 8), store.read(key, 0, 1)) == (b"3456", b"89", b"0")
        store.download(key, tmp_path / "to")
        assert (tmp_path / "to").read_bytes() == b"0123456789"
        store.write(b"anew", key, "application/json")
        assert store.read(key) == b"anew"

    def test_nothing_can_be_read_where_there_is_no_object(self, store: ObjectStore, key: str) -> None:
        for start, length in ((0, None), (5, 10)):
            with pytest.raises(NotFound) as raised:
                store.read(key, start, length)
            assert raised.value.code == "object_gone"
