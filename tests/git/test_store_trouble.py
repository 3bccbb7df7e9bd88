# SPDX-License-Identifier: Apache-2.0
"""Locked refs, damaged objects, disks that take nothing: one clear sentence, the next step, nothing half done."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gatekeeper.errors import CannotDecide, GitFailed, RefLocked, RefMoved, StateUnwritable
from gatekeeper.git.libgit2 import Libgit2Store
from gatekeeper.git.plumbing import PlumbingStore
from gatekeeper.git.refs import ATTEMPTS, LOCKED, persist
from gatekeeper.git.store import RefUpdate
from tests.git import places
from tests.repo import RepoBuilder

REF = "refs/notes/gatekeeper/test"


def test_a_locked_ref_is_named_with_its_lock_file_and_the_command_that_removes_it(repo: RepoBuilder) -> None:
    commit = repo.commit()
    lock = repo.path / ".git" / "refs" / "heads" / "main.lock"
    lock.touch()
    with PlumbingStore(places.opened(repo.path)) as store, pytest.raises(RefLocked) as caught:
        store.update_refs([RefUpdate("refs/heads/main", commit, commit)])
    assert str(lock) in str(caught.value)
    assert f"rm -- '{lock}'" in caught.value.next_step


def test_a_ref_to_nowhere_is_refused_in_words(repo: RepoBuilder) -> None:
    with PlumbingStore(places.opened(repo.path)) as store, pytest.raises(GitFailed, match="nonexistent object"):
        store.update_refs([RefUpdate(REF, "1" * 40, None)])


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes where it likes")
def test_a_read_only_repository_is_said_to_be_one(repo: RepoBuilder) -> None:
    objects = repo.path / ".git" / "objects"
    objects.chmod(0o500)
    try:
        with PlumbingStore(places.opened(repo.path)) as store, pytest.raises(StateUnwritable):
            store.write([("blob", b"content")])
    finally:
        objects.chmod(0o700)


def test_an_object_store_that_cannot_grow_is_an_error_and_moves_no_ref(repo: RepoBuilder) -> None:
    commit = repo.commit()
    store = PlumbingStore(places.opened(repo.path))
    store.repository.env["GIT_OBJECT_DIRECTORY"] = str(repo.path / "a.txt")
    (repo.path / "a.txt").write_text("a file where a folder should be")
    with pytest.raises(CannotDecide):
        store.write([("blob", b"content")])
    assert repo.git("rev-parse", "main") == commit


@pytest.mark.parametrize("kind", places.STORES)
def test_a_damaged_object_is_an_error_not_an_empty_one(kind: str, repo: RepoBuilder) -> None:
    oid = repo.blob(b"precious\n" * 99)
    loose = repo.path / ".git" / "objects" / oid[:2] / oid[2:]
    loose.chmod(0o600)
    loose.write_bytes(loose.read_bytes()[:20])
    with places.store_of(kind, repo.path) as store, pytest.raises(CannotDecide):
        store.read(oid)


@pytest.mark.parametrize("kind", places.STORES)
def test_a_damaged_pack_gives_an_error_or_the_true_bytes(kind: str, repo: RepoBuilder) -> None:
    blobs = [("blob", b"number %d\n" % number * 50) for number in range(150)]
    with places.store_of("plumbing", repo.path) as store:
        oids = store.write(blobs)
    (pack,) = (repo.path / ".git" / "objects" / "pack").glob("*.pack")
    pack.chmod(0o600)
    content = bytearray(pack.read_bytes())
    content[len(content) // 2] ^= 0x40
    pack.write_bytes(content)
    errors = 0
    for oid, blob in zip(oids, blobs, strict=True):
        with places.store_of(kind, repo.path) as store:
            try:
                assert store.read(oid) == blob
            except CannotDecide:
                errors += 1
            if errors:
                break
    assert errors


def test_libgit2_does_not_look_into_a_quarantine(repo: RepoBuilder) -> None:
    repository = places.opened(repo.path)
    repository.env["GIT_QUARANTINE_PATH"] = "somewhere"
    with pytest.raises(CannotDecide, match="quarantine"):
        Libgit2Store(repository)


@pytest.mark.parametrize(("error", "times"), [(RefMoved("refs/x"), ATTEMPTS), (RefLocked("held"), LOCKED)])
def test_a_lost_race_is_tried_again_a_bounded_number_of_times(error: CannotDecide, times: int) -> None:
    calls: list[int] = []
    pauses: list[float] = []

    def attempt() -> None:
        calls.append(1)
        raise error

    with pytest.raises(type(error)):
        persist(attempt, pauses.append)
    assert len(calls) == times
    assert max(pauses) <= 0.2


def test_ids_are_those_of_the_object_format(tmp_path: Path) -> None:
    for object_format in places.FORMATS:
        path = places.make("bare", object_format, tmp_path / object_format)
        with places.store_of("plumbing", path) as store:
            assert store.write([("blob", b"")]) == [RepoBuilder(path).git("hash-object", "--stdin")]
