# SPDX-License-Identifier: Apache-2.0
"""What a change does to files, as SHA-256: the ``content`` that an approval is bound to.

The bytes that are hashed are defined in docs/formats.md, with test vectors. Neither line numbers nor
object ids nor anything of a commit but its trees has a part in it, so a rebase over changes elsewhere
keeps it; and it does not rest on SHA-1.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

from gatekeeper.errors import ObjectMissing, TooLarge
from gatekeeper.git.hunks import FilePatch, Pair, read_patches
from gatekeeper.git.merges import automatic_merges
from gatekeeper.git.objects import Objects
from gatekeeper.model import MODE_GITLINK, Change

PAIRS_AT_ONCE = 128


class Content(NamedTuple):
    """What a change does. Digests are SHA-256 in lower-case hex."""

    net: str
    """Of the target's tree against the result's."""
    series: str
    """Over the digests of the commits that change anything, parents before children."""
    commits: int
    """How many commits that is: clean merges and empty commits are not among them."""


class Digests:
    """Digests over one repository, each computed once."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._pairs: dict[Pair, str] = {}
        self._commits: dict[str, str] = {}

    def of_change(self, change: Change) -> Content:
        """The content of ``change``. Raises ObjectMissing.

        Where the automatic merge conflicts, net is of the merge base's tree against the head's; where the ref
        is created, of the tree before the first new commit.
        """
        commits = [digest for digest in self.of_commits(change.commits) if digest != EMPTY]
        (net,) = self.of_trees([net_trees(self._objects, change)])
        return Content(net, series(commits), len(commits))

    def of_commits(self, oids: Sequence[str]) -> list[str]:
        """Each commit against its parent, a root against nothing, a merge against its automatic merge.

        Parents come before children. A merge that was made by resolving conflicts is held against its first
        parent: the markers in its automatic merge name commits.
        """
        wanted = [oid for oid in dict.fromkeys(oids) if oid not in self._commits]
        self._commits.update(zip(wanted, self.of_trees(commit_trees(self._objects, wanted)), strict=True))
        return [self._commits[oid] for oid in oids]

    def of_trees(self, pairs: Sequence[Pair]) -> list[str]:
        """What turns the first tree of each pair into the second; ``EMPTY`` where nothing does."""
        wanted = [pair for pair in dict.fromkeys(pairs) if pair not in self._pairs]
        for start in range(0, len(wanted), PAIRS_AT_ONCE):
            chunk = wanted[start : start + PAIRS_AT_ONCE]
            self._pairs.update(zip(chunk, _digests(self._objects, chunk), strict=True))
        return [self._pairs[pair] for pair in pairs]


def commit_trees(objects: Objects, oids: Sequence[str]) -> list[Pair]:
    """For each commit, the tree that it is held against, and its own."""
    objects.prefetch(oids)
    commits = [objects.commit(oid) for oid in oids]
    merges = automatic_merges(objects, [commit for commit in commits if len(commit.parents) > 1])
    clean = {oid: merge.tree for oid, merge in merges.items() if merge.clean}
    return [(clean.get(commit.oid) or _parent_tree(objects, commit.parents), commit.tree) for commit in commits]


def net_trees(objects: Objects, change: Change) -> Pair:
    """The trees before and after the whole change, as :class:`Content` takes them."""
    head = objects.commit(change.head)
    if change.creates:
        first = objects.commit(change.commits[0]) if change.commits else None
        return (_parent_tree(objects, first.parents) if first else head.tree), head.tree
    if change.result_tree is not None:
        return objects.commit(change.base).tree, change.result_tree
    done = objects.room.run("merge-base", change.base, change.head, check=False)
    return _parent_tree(objects, done.stdout.decode().split()[:1]), head.tree


def _parent_tree(objects: Objects, parents: Sequence[str]) -> str:
    return objects.commit(parents[0]).tree if parents else objects.repository.empty_tree


def series(digests: Sequence[str]) -> str:
    """One digest over those of several commits, in order; those that change nothing are left out before."""
    whole = hashlib.sha256(_field(b"gatekeeper series v1"))
    for digest in digests:
        whole.update(_field(bytes.fromhex(digest)))
    return whole.hexdigest()


def _digests(objects: Objects, pairs: Sequence[Pair]) -> list[str]:
    found = read_patches(objects, pairs)
    objects.prefetch([file.new_oid for files in found for file in files if file.binary and file.new_mode])
    return [_digest(objects, files) for files in found]


def _digest(objects: Objects, files: Sequence[FilePatch]) -> str:
    whole = hashlib.sha256(_field(b"gatekeeper content v1"))
    for file in files:
        if file.binary:
            kind, body = b"binary", _new_side(objects, file)
        else:
            kind, body = b"text", b"".join(_field(hunk.body) for hunk in file.hunks)
        modes = b"%06o" % file.old_mode, b"%06o" % file.new_mode
        whole.update(b"".join(map(_field, (file.path, *modes, kind, body))))
    return whole.hexdigest()


def _new_side(objects: Objects, file: FilePatch) -> bytes:
    """SHA-256 of the new side's bytes, whatever their size; of none where the path is gone."""
    if not file.new_mode:
        return hashlib.sha256().digest()
    if file.new_mode == MODE_GITLINK:
        return hashlib.sha256(f"Subproject commit {file.new_oid}\n".encode()).digest()
    try:
        (_, content), *_ = objects.read_many((file.new_oid,))
        return hashlib.sha256(content).digest()
    except TooLarge:
        return _streamed(objects, file.new_oid)


def _streamed(objects: Objects, oid: str) -> bytes:
    whole = hashlib.sha256()
    process = objects.room.start("cat-file", "blob", oid)
    while chunk := process.stdout.read(1 << 20):
        whole.update(chunk)
    if process.close():
        raise ObjectMissing(oid)
    return whole.digest()


def _field(value: bytes) -> bytes:
    return len(value).to_bytes(8, "big") + value


EMPTY = hashlib.sha256(_field(b"gatekeeper content v1")).hexdigest()
"""The digest of no change at all."""
