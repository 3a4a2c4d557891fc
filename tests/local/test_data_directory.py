"""One directory belongs to one cloud at a time."""

import multiprocessing
import os
import signal

import pytest

from local.data_directory import DataDirectory, DirectoryInUse


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


def test_the_key_is_made_once_and_private(tmp_path):
    directory = DataDirectory(tmp_path / "data")
    directory.take()
    key = directory.token_key()
    assert '"Ed25519"' in key
    assert DataDirectory(tmp_path / "data").token_key() == key
    assert (tmp_path / "data/token-key.json").stat().st_mode & 0o777 == 0o600
    directory.give_back()


def test_forgetting_removes_everything(tmp_path):
    directory = DataDirectory(tmp_path / "data")
    directory.take()
    directory.token_key()
    directory.give_back()
    directory.forget()
    assert not (tmp_path / "data").exists()
