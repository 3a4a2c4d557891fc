"""Argon2id, with the parameters it is deployed with."""

import pytest
from argon2.exceptions import InvalidHashError

from medley.runtime.passwords import Argon2Hasher


def test_the_deployed_parameters_are_owasps() -> None:
    hashed = Argon2Hasher().hash("a long and private sentence")
    assert hashed.startswith("$argon2id$v=19$m=47104,t=1,p=1$")
    assert Argon2Hasher().verify("a long and private sentence", hashed)
    assert not Argon2Hasher().verify("a long and private sentence.", hashed)


def test_two_hashes_of_one_password_differ() -> None:
    hasher = Argon2Hasher(memory_kib=8)
    assert hasher.hash("same") != hasher.hash("same")


def test_nobody_has_no_password() -> None:
    hasher = Argon2Hasher(memory_kib=8)
    assert not hasher.verify("nobody's password", None)
    assert not hasher.verify("", None)


def test_a_hash_is_outdated_when_the_parameters_moved_on() -> None:
    older, newer = Argon2Hasher(memory_kib=8), Argon2Hasher(memory_kib=16)
    assert newer.outdated(older.hash("x"))
    assert not newer.outdated(newer.hash("x"))
    assert newer.verify("x", older.hash("x"))


def test_what_is_no_hash_is_a_fault_of_ours_and_not_a_wrong_password() -> None:
    with pytest.raises(InvalidHashError):
        Argon2Hasher(memory_kib=8).verify("x", "md5:deadbeef")
