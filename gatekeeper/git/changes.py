# SPDX-License-Identifier: Apache-2.0
"""From revisions to a change, its commits, and what each of them changes.

Content is found by object id (``diff-tree --raw``), never in patch text, which attributes, NUL bytes and
text conversions can empty. docs/adr/0001.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from gatekeeper.errors import CannotDecide, GitFailed, HistoryCutOff, ObjectMissing
from gatekeeper.git import process
from gatekeeper.git.merges import AutomaticMerge, automatic_merge, automatic_merges
from gatekeeper.git.objects import Objects
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
    """Its parent's tree; the empty tree for a root; for a merge the tree of the recomputed automatic merge."""
    files: tuple[FileChange, ...]
    merge: AutomaticMerge | None
    """For a merge commit, what git alone would have made of its parents."""


def read_commits(objects: Objects, oids: Sequence[str]) -> Iterator[CommitChange]:
    """What each commit changes, in the order given, which must be parents before children.

    An ordinary commit is held against its parent, a root against nothing, a merge against its automatic merge:
    a clean, untouched merge changes nothing.
    """
    for start in range(0, len(oids), CHUNK):
        chunk = oids[start : start + CHUNK]
        objects.prefetch(chunk)
        yield from commit_changes(objects, [objects.commit(oid) for oid in chunk])


def commit_changes(objects: Objects, commits: Sequence[Commit]) -> Iterator[CommitChange]:
    """As :func:`read_commits`, of commits already read (or not yet made)."""
    merges = automatic_merges(objects.room, [commit for commit in commits if len(commit.parents) > 1])
    objects.prefetch([commit.parents[0] for commit in commits if len(commit.parents) == 1])
    old_trees = []
    for commit in commits:
        if len(commit.parents) > 1:
            old_trees.append(merges[commit.oid].tree)
        else:
            old_trees.append(
                objects.commit(commit.parents[0]).tree if commit.parents else objects.repository.empty_tree
            )
    changed = diff_trees(objects, [(old, commit.tree) for old, commit in zip(old_trees, commits, strict=True)])
    for commit, old_tree, files in zip(commits, old_trees, changed, strict=True):
        yield CommitChange(commit, old_tree, files, merges.get(commit.oid))


def diff_trees(objects: Objects, pairs: Sequence[tuple[str, str]]) -> Iterator[tuple[FileChange, ...]]:
    """What turns the first tree of each pair into the second, in raw byte order of paths, pair by pair."""
    unlike = [pair for pair in pairs if pair[0] != pair[1]]
    _ensure_empty_tree(objects, unlike)
    request = "".join(f"{old} {new}\n" for old, new in unlike).encode()
    words = ("diff-tree", "--stdin", "-r", "--raw", "-z", "--no-renames", "--no-abbrev")
    done = objects.room.run(*words, stdin=request, check=False)
    answers = _parse_raw(done.stdout)
    for pair in pairs:
        if pair[0] == pair[1]:
            yield ()
            continue
        header, files = next(answers, ("", ()))
        if done.returncode or header != f"{pair[0]} {pair[1]}":  # git skips a pair that it cannot read
            raise _broken_trees(objects, unlike, done)
        yield files


def _ensure_empty_tree(objects: Objects, pairs: Sequence[tuple[str, str]]) -> None:
    if any(objects.repository.empty_tree in pair for pair in pairs):
        objects.room.run("hash-object", "-w", "-t", "tree", "--stdin")


def _parse_raw(output: bytes) -> Iterator[tuple[str, tuple[FileChange, ...]]]:
    """Read ``diff-tree --stdin --raw -z``: for each pair its header line, then its records."""
    fields = iter(output.split(b"\0"))
    current: tuple[str, list[FileChange]] | None = None
    for field in fields:
        rest = field
        while rest and not rest.startswith(b":"):
            header, _, rest = rest.partition(b"\n")
            if current is not None:
                yield current[0], tuple(current[1])
            current = header.decode(), []
        if rest:
            assert current is not None
            old_mode, new_mode, old_oid, new_oid, _ = rest[1:].split(b" ")
            file = FileChange(next(fields), int(old_mode, 8), int(new_mode, 8), old_oid.decode(), new_oid.decode())
            current[1].append(file)
    if current is not None:
        yield current[0], tuple(current[1])


def _broken_trees(objects: Objects, pairs: Sequence[tuple[str, str]], done: process.Completed) -> CannotDecide:
    for tree in dict.fromkeys(tree for pair in pairs for tree in pair):
        if objects.room.run("cat-file", "-e", tree, check=False).returncode:
            return ObjectMissing(tree, "tree")
    detail = done.stderr.decode("utf-8", "replace").strip() or "it skipped a tree"
    return GitFailed("diff-tree", detail, "check the repository with: git fsck")
