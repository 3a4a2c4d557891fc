"""One directory belongs to one cloud at a time."""

import multiprocessing
import os
import signal

import pytest

from local.data_directory import DataDirectory, DirectoryInUse
from medley.runtime.system import SystemClock
from medley.runtime.tokens import SignedTokens
from tests.golden import releases


def test_a_directory_is_taken_once(tmp_path):
    first, second = DataDirectory(tmp_path / "data"), DataDirectory(tmp_path / "data")
    first.take()
    with pytest.raises(DirectoryInUse, match=f"process {os.getpid()}"):
        second.take()
    with pytest.raises(DirectoryInUse):
        second.forget()
    first.give_back()
    second.take()
    second.give_back()


def _take_and_die(path):
    DataDirectory(path).take()
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_killed_cloud_does_not_keep_it(tmp_path):
    process = multiprocessing.get_context("spawn").Process(target=_take_and_die, args=(tmp_path / "data",))
    process.start()
    process.join()
    directory = DataDirectory(tmp_path / "data")
    directory.take()
    directory.give_back()


def test_scratch_space_of_a_killed_cloud_is_cleared(tmp_path):
    directory = DataDirectory(tmp_path / "data")
    (directory.scratch / "render-1").mkdir(parents=True)
    directory.take()
    assert not directory.scratch.exists()
    directory.give_back()


def test_the_keys_are_made_once_and_private(tmp_path):
    directory = DataDirectory(tmp_path / "data")
    directory.take()
    keys = directory.token_keys()
    assert '"Ed25519"' in keys
    assert DataDirectory(tmp_path / "data").token_keys() == keys
    assert (tmp_path / "data/token-keys.json").stat().st_mode & 0o777 == 0o600
    directory.give_back()


def test_the_one_key_of_the_first_release_is_taken_over(tmp_path):
    found = releases.tokens("0006")
    directory = DataDirectory(tmp_path / "data")
    directory.take()
    (tmp_path / "data/token-key.json").write_text(found["key_file"])
    keys = directory.token_keys()
    assert directory.token_keys() == keys
    assert not (tmp_path / "data/token-key.json").exists()
    tokens = SignedTokens(keys, "medley", SystemClock())
    assert (
        tokens.read_refresh(found["refresh"]).digest
        == tokens.children(tokens.read_refresh(found["refresh_exchanged"]))[0].digest
    )
    directory.give_back()


def test_forgetting_removes_everything(tmp_path):
    directory = DataDirectory(tmp_path / "data")
    directory.take()
    directory.token_keys()
    directory.give_back()
    directory.forget()
    assert not (tmp_path / "data").exists()
