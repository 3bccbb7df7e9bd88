# SPDX-License-Identifier: Apache-2.0
"""The shapes in which a repository may lie on disk, each with the same two commits in it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gatekeeper.git.libgit2 import Libgit2Store
from gatekeeper.git.plumbing import PlumbingStore
from gatekeeper.git.repository import Repository, open_repository
from gatekeeper.git.store import Store
from tests.repo import RepoBuilder

SHAPES = ("bare", "work-tree", "linked-worktree", "alternates")
FORMATS = ("sha1", "sha256")
STORES = {"plumbing": PlumbingStore, "libgit2": Libgit2Store}


def make(shape: str, object_format: str, folder: Path) -> Path:
    """A repository of that shape, whose branch ``main`` has two commits; its path."""
    origin = RepoBuilder.create(folder / "origin", object_format=object_format)
    origin.commit({"a.txt": "one\n"}, "first")
    origin.commit({"a.txt": "two\n", "dir/b.txt": "b\n"}, "second")
    if shape == "work-tree":
        return origin.path
    if shape == "bare":
        origin.git("clone", "-q", "--bare", str(origin.path), str(folder / "bare.git"))
        return folder / "bare.git"
    if shape == "linked-worktree":
        origin.git("worktree", "add", "-q", "-b", "side", str(folder / "linked"))
        return folder / "linked"
    origin.git("clone", "-q", "--shared", str(origin.path), str(folder / "borrower"))
    return folder / "borrower"


@contextmanager
def hermetic() -> Iterator[None]:
    """For fixtures that live longer than one test, which the session's own clean environment does not reach."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(("GIT_", "GATEKEEPER_", "SSH_", "XDG_"))]:
            patch.delenv(name)
        patch.setenv("GIT_CONFIG_NOSYSTEM", "1")
        patch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
        yield


def opened(path: Path) -> Repository:
    return open_repository(str(path), os.environ)


def store_of(kind: str, path: Path) -> Store:
    return STORES[kind](opened(path))
