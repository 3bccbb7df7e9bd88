# SPDX-License-Identifier: Apache-2.0
"""What a merge puts in another place than where it was written.

git follows renames: where one side renamed ``a`` to ``b``, what a commit of the other side did to ``a`` lands in ``b``,
and a file added to a renamed folder goes along. The merge is clean, and no commit of the change touches ``b``.
docs/adr/0055.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from gatekeeper.git import process
from gatekeeper.git.changes import CHUNK, CommitChange
from gatekeeper.git.merges import interim_commit
from gatekeeper.git.objects import Objects
from gatekeeper.model import Change, Commit, FileChange

_WORDS = ("diff-tree", "--stdin", "-c", "-r", "--raw", "-z", "--no-abbrev", "--no-renames")


class _Side(NamedTuple):
    mode: int
    oid: str


class _Combined(NamedTuple):
    """A path that a merge has otherwise than each of its parents."""

    path: bytes
    parents: tuple[_Side, ...]
    new: _Side


def carried(objects: Objects, change: Change) -> Iterator[CommitChange]:
    """The files that the merges of ``change`` carried to another path, each against the parent that has that path.

    Among the merges is the one that would land ``change`` on its base. The commits are shown without parents and
    message, which are inspected with the commits themselves.
    """
    new = frozenset(change.commits)
    merges = {one.oid: one for one in _merges(objects, change.commits)}
    landing = _landing(objects, change)
    if landing is not None:
        merges[landing.oid] = landing
    for oid, files in _combined(objects, list(merges)):
        merge = merges[oid]
        shown = change.head if merge is landing else oid
        by_parent: dict[int, list[FileChange]] = {}
        for file in files:
            absent = [parent for parent, side in zip(merge.parents, file.parents, strict=True) if not side.mode]
            if file.new.mode and not new.isdisjoint(absent):
                at = next((number for number, side in enumerate(file.parents) if side.mode), _known(merge, new))
                old = file.parents[at]
                by_parent.setdefault(at, []).append(
                    FileChange(file.path, old.mode, file.new.mode, old.oid, file.new.oid)
                )
        for at, moved in by_parent.items():
            old_tree = objects.commit(merge.parents[at]).tree
            view = merge._replace(oid=shown, parents=(), message=b"", signatures=(), raw=b"")
            yield CommitChange(view, old_tree, tuple(moved))


def _merges(objects: Objects, oids: Sequence[str]) -> Iterator[Commit]:
    for start in range(0, len(oids), CHUNK):
        chunk = oids[start : start + CHUNK]
        objects.prefetch(chunk)
        yield from (commit for commit in map(objects.commit, chunk) if len(commit.parents) > 1)


def _landing(objects: Objects, change: Change) -> Commit | None:
    """The merge of base and head, made in the clean room; None where head itself lands, or nothing can."""
    if change.creates or change.deletes or change.unmade or change.rewinds or change.result_tree is None:
        return None
    head = objects.commit(change.head)
    if change.result_tree in (head.tree, objects.commit(change.base).tree):
        return None
    oid = interim_commit(objects.room, change.result_tree, (change.base, change.head))
    return head._replace(oid=oid, tree=change.result_tree, parents=(change.base, change.head))


def _known(merge: Commit, new: frozenset[str]) -> int:
    """Which parent was there before the change; the first where none was."""
    return next((number for number, parent in enumerate(merge.parents) if parent not in new), 0)


def _combined(objects: Objects, merges: Sequence[str]) -> Iterator[tuple[str, list[_Combined]]]:
    """What each merge has otherwise than all of its parents. Format: git-diff-tree(1), "Diff format for merges"."""
    if not merges:
        return
    done = objects.room.run(*_WORDS, stdin="".join(f"{oid}\n" for oid in merges).encode(), check=False)
    if done.returncode:
        raise process.failure(_WORDS, done)
    fields = iter(done.stdout.split(b"\0"))
    found: Mapping[str, list[_Combined]] = {oid: [] for oid in merges}
    oid = ""
    for field in fields:
        if not field.startswith(b":"):
            oid = field.decode() or oid
            continue
        parents = len(field) - len(field.lstrip(b":"))
        words = field[parents:].decode().split(" ")
        sides = [_Side(int(words[at], 8), words[parents + 1 + at]) for at in range(parents + 1)]
        found[oid].append(_Combined(next(fields), tuple(sides[:-1]), sides[-1]))
    yield from found.items()
