# SPDX-License-Identifier: Apache-2.0
"""From revisions to a change, its commits, and what each of them changes.

Content is found by object id (``diff-tree --raw``), never in patch text, which attributes, NUL bytes and
text conversions can empty. docs/adr/0001.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from gatekeeper.errors import CannotDecide, HistoryCutOff, ObjectMissing
from gatekeeper.git import process
from gatekeeper.git.merges import automatic_merge, remerged
from gatekeeper.git.objects import Objects
from gatekeeper.git.rawdiff import diff_trees
from gatekeeper.model import Change, Commit, FileChange

CHUNK = 1024
"""Commits read at a time: enough to spread what starting a git costs, few enough for memory."""


def new_commits(objects: Objects, head: str, known: Sequence[str]) -> tuple[str, ...]:
    """Ids of the commits reachable from ``head`` and from none of ``known``, parents before children.

    Raises HistoryCutOff where a shallow clone ends inside, ObjectMissing where a commit is missing.
    """
    wanted = "".join([f"{head}\n", *(f"^{oid}\n" for oid in known)]).encode()
    done = objects.room.run("rev-list", "--topo-order", "--reverse", "--stdin", stdin=wanted, check=False)
    if done.returncode:
        raise _broken_history(objects, (head, *known), done)
    return tuple(done.stdout.decode().split())


def is_ancestor(objects: Objects, older: str, newer: str) -> bool:
    """True where ``older`` is reachable from ``newer`` (or is it)."""
    done = objects.room.run("merge-base", "--is-ancestor", older, newer, check=False)
    if done.returncode not in (0, 1):
        raise _broken_history(objects, (older, newer), done)
    return done.returncode == 0


def _broken_history(objects: Objects, tips: Sequence[str], done: process.Completed) -> CannotDecide:
    if objects.repository.shallow:
        return HistoryCutOff(
            "history is cut off inside the change (shallow clone)", "deepen it with: git fetch --unshallow"
        )
    for tip in tips:
        if objects.room.run("cat-file", "-e", tip, check=False).returncode:
            return ObjectMissing(tip, "commit")
    return process.failure(("rev-list",), done)


def build_change(objects: Objects, target: str | None, base: str, head: str, known: Sequence[str] = ()) -> Change:
    """The change that brings ``head`` (a commit id) to ``target``, whose tip is ``base``.

    ``known`` are commits that count as already there besides ``base`` (for a ref that is created: the tips of
    the protected refs). ``result_tree`` is that of the automatic merge of base and head, so head's own where
    base is its ancestor; None where that merge conflicts.
    """
    if not base.strip("0"):
        return Change(target, base, head, new_commits(objects, head, known), objects.commit(head).tree)
    commits = new_commits(objects, head, (base, *known))
    if is_ancestor(objects, base, head):
        return Change(target, base, head, commits, objects.commit(head).tree)
    if not commits:
        return Change(target, base, head, (), objects.commit(base).tree)
    merge = automatic_merge(objects.room, (base, head))
    return Change(target, base, head, commits, merge.tree if merge.clean else None)


class CommitChange(NamedTuple):
    """What one commit changes."""

    commit: Commit
    old_tree: str
    """Its first parent's tree; the empty tree for a root."""
    files: tuple[FileChange, ...]
    """Against the parent; of a merge, against the automatic merge of its parents (see ``merges.remerged``)."""


def read_commits(objects: Objects, oids: Sequence[str]) -> Iterator[CommitChange]:
    """What each commit changes, in the order given, which must be parents before children.

    An ordinary commit is held against its parent, a root against nothing, a merge against its automatic merge:
    an untouched merge changes nothing.
    """
    for start in range(0, len(oids), CHUNK):
        chunk = oids[start : start + CHUNK]
        objects.prefetch(chunk)
        yield from commit_changes(objects, [objects.commit(oid) for oid in chunk])


def commit_changes(objects: Objects, commits: Sequence[Commit]) -> Iterator[CommitChange]:
    """As :func:`read_commits`, of commits already read (or not yet made)."""
    objects.prefetch([commit.parents[0] for commit in commits if commit.parents])
    merged = remerged(objects, [commit for commit in commits if len(commit.parents) > 1])
    empty = objects.repository.empty_tree
    old_trees = [objects.commit(commit.parents[0]).tree if commit.parents else empty for commit in commits]
    pairs = [
        (commit.tree if len(commit.parents) > 1 else old, commit.tree)
        for old, commit in zip(old_trees, commits, strict=True)
    ]
    for commit, old_tree, files in zip(commits, old_trees, diff_trees(objects, pairs), strict=True):
        yield CommitChange(commit, old_tree, merged[commit.oid] if len(commit.parents) > 1 else files)
