"""DirectoryStore, which stands for S3 in `medley mix`, keeps the same contract."""

from pathlib import Path

import pytest

from cli.directory_store import DirectoryStore
from tests.aws.object_store_contract import ObjectStoreContract, key

__all__ = ["key"]  # a fixture


class TestDirectoryStore(ObjectStoreContract):
    """The contract, kept by DirectoryStore."""

    @pytest.fixture
    def store(self, tmp_path_factory: pytest.TempPathFactory) -> DirectoryStore:
        root: Path = tmp_path_factory.mktemp("store")
        return DirectoryStore(root)
