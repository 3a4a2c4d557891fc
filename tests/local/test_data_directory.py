"""One directory belongs to one cloud at a time."""

import multiprocessing
import os
import signal

import pytest

from local.data_directory import DataDirectory, DirectoryBroken, DirectoryInUse
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


def test_the_secret_is_made_once_and_private(tmp_path):
    directory = DataDirectory(tmp_path)
    secret = directory.access_secret()
    assert DataDirectory(tmp_path).access_secret() == secret
    assert (tmp_path / "access-secret").stat().st_mode & 0o777 == 0o600


def test_the_port_of_the_storage_is_kept(tmp_path):
    assert DataDirectory(tmp_path).storage_port is None
    DataDirectory(tmp_path).keep_storage_port(8001)
    assert DataDirectory(tmp_path).storage_port == 8001


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("token-keys.json", DataDirectory.token_keys),
        ("token-key.json", DataDirectory.token_keys),
        ("access-secret", DataDirectory.access_secret),
        ("settings.json", lambda directory: directory.storage_port),
    ],
)
@pytest.mark.parametrize("content", [b"", b'{"keys": [', b"\xff\xfe\x00", b'{"storage_port": 70000}'])
def test_a_damaged_file_is_named_in_one_sentence(tmp_path, name, read, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DirectoryBroken) as raised:
        read(DataDirectory(tmp_path))
    assert str(tmp_path / name) in str(raised.value)
    assert "\n" not in str(raised.value)
    assert (tmp_path / name).read_bytes() == content


def test_only_what_a_cloud_stored_is_removed(tmp_path):
    directory = DataDirectory(tmp_path / "data")
    directory.take()
    for folder in (directory.storage, directory.log, directory.mailbox):
        folder.mkdir()
        (folder / "x").write_text("x")
    directory.token_keys()
    directory.access_secret()
    directory.keep_storage_port(8001)
    directory.give_back()
    (directory.path / "thesis.txt").write_text("years of work")
    assert directory.forget() == ["thesis.txt"]
    assert [path.name for path in directory.path.iterdir()] == ["thesis.txt"]
    (directory.path / "thesis.txt").unlink()
    assert directory.forget() == []
    assert not directory.path.exists()


def test_a_folder_that_no_cloud_had_is_left_as_it_is(tmp_path):
    """Even where its files have the names that a cloud would give them."""
    (tmp_path / "work" / "log").mkdir(parents=True)
    (tmp_path / "work" / "settings.json").write_text("{}")
    assert DataDirectory(tmp_path / "work").forget() == ["log", "settings.json"]
    (tmp_path / "file").write_text("x")
    assert DataDirectory(tmp_path / "file").forget() == ["file"]
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["file", "log", "settings.json", "work"]


def test_the_demos_cloud_is_forgotten_too(tmp_path):
    outer, demo = DataDirectory(tmp_path / "data"), DataDirectory(tmp_path / "data" / "demo")
    demo.take()
    with pytest.raises(DirectoryInUse):
        outer.forget()
    demo.give_back()
    assert outer.forget() == []
    assert not outer.path.exists()


def test_a_link_to_a_directory_stays(tmp_path):
    elsewhere = DataDirectory(tmp_path / "elsewhere")
    elsewhere.take()
    elsewhere.give_back()
    (tmp_path / "data").symlink_to(elsewhere.path, target_is_directory=True)
    assert DataDirectory(tmp_path / "data").forget() == []
    assert (tmp_path / "data").is_symlink()
    assert list(elsewhere.path.iterdir()) == []
