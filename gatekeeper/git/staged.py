# SPDX-License-Identifier: Apache-2.0
"""What ``git commit`` is about to record, as a commit that does not exist yet."""

from __future__ import annotations

import os

from gatekeeper.errors import CannotDecide
from gatekeeper.git.objects import Objects
from gatekeeper.git.repository import Repository
from gatekeeper.model import Commit, Ident

NOBODY = Ident(b"", b"", 0, b"+0000")


def staged_commit(repository: Repository, objects: Objects, index_file: str | None, message: bytes) -> Commit:
    """The index as a commit on HEAD (and on what is being merged), with ``message``. Its id is all zeros.

    ``index_file`` is the index git named for this commit (``GIT_INDEX_FILE``), None for the usual one. The tree is
    written in the clean room. Raises CannotDecide where the index has unmerged paths.
    """
    extra = {
        "GIT_OBJECT_DIRECTORY": os.path.join(objects.room.path, "objects"),
        "GIT_ALTERNATE_OBJECT_DIRECTORIES": objects.room.env["GIT_ALTERNATE_OBJECT_DIRECTORIES"],
    }
    if index_file:
        extra["GIT_INDEX_FILE"] = index_file
    done = repository.git("write-tree", check=False, extra=extra)
    if done.returncode:
        raise CannotDecide(
            "the index cannot be written as a tree: " + done.stderr.decode("utf-8", "replace").strip(),
            "resolve what git status shows as unmerged, then stage it",
        )
    head = repository.resolve("HEAD")
    parents = (*([head] if head else []), *_being_merged(repository.git_dir))
    tree = done.stdout.decode().strip()
    return Commit(repository.zero, tree, parents, NOBODY, NOBODY, message, (), b"")


def _being_merged(git_dir: str) -> tuple[str, ...]:
    try:
        with open(os.path.join(git_dir, "MERGE_HEAD"), encoding="ascii") as file:
            return tuple(file.read().split())
    except FileNotFoundError:
        return ()


def message_commit(repository: Repository, objects: Objects, message: bytes) -> Commit:
    """``message`` on an unchanged HEAD, for judging words alone. Its id is all zeros."""
    head = repository.resolve("HEAD")
    tree = objects.commit(head).tree if head else repository.empty_tree
    return Commit(repository.zero, tree, (head,) if head else (), NOBODY, NOBODY, message, (), b"")
