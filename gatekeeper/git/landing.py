# SPDX-License-Identifier: Apache-2.0
"""The commit by which a change lands, made without a work tree."""

from __future__ import annotations

import os

from gatekeeper.errors import CannotDecide
from gatekeeper.git.objects import Objects
from gatekeeper.git.store import Store
from gatekeeper.model import Change


def landing_commit(
    objects: Objects, store: Store, change: Change, message: bytes, who: bytes, when: int, squash: bool
) -> str:
    """Write the merge (or, with ``squash``, the one commit) that brings ``change`` to its target; its id.

    The tree is the automatic merge, written into the repository's own objects by a git that sees no configuration.
    ``who`` is ``Name <email>``, ``when`` seconds since the epoch. Raises CannotDecide where it conflicts.
    """
    if change.result_tree is None:
        raise CannotDecide(
            "it does not merge cleanly", f"rebase it onto {change.target}, or merge {change.target} into it"
        )
    if change.result_tree != objects.commit(change.head).tree:
        kept = {"GIT_OBJECT_DIRECTORY": os.path.join(objects.repository.common_dir, "objects")}
        words = ("merge-tree", "--write-tree", "--no-messages", change.base, change.head)
        tree = objects.room.run(*words, extra=kept).stdout.decode().strip()
        if tree != change.result_tree:
            raise CannotDecide("the merge is not what was judged", "run the command again")
    parents = (change.base,) if squash else (change.base, change.head)
    lines = [b"tree " + change.result_tree.encode(), *(b"parent " + parent.encode() for parent in parents)]
    stamp = who + b" %d +0000" % when
    raw = b"\n".join([*lines, b"author " + stamp, b"committer " + stamp, b"", message])
    return store.write([("commit", raw)])[0]


def checked_out(objects: Objects, ref: str) -> str | None:
    """The work tree that has the branch ``ref`` checked out; None where none has."""
    listed = objects.repository.git("worktree", "list", "--porcelain", "-z").stdout
    for block in listed.split(b"\0\0"):
        fields = dict(line.partition(b" ")[::2] for line in block.split(b"\0") if line)
        if os.fsdecode(fields.get(b"branch", b"")) == ref and b"bare" not in fields:
            return os.fsdecode(fields[b"worktree"])
    return None
