# SPDX-License-Identifier: Apache-2.0
"""What a change does to files, as SHA-256: the ``content`` that an approval is bound to.

The bytes that are hashed are defined in docs/formats.md, with test vectors. Neither line numbers nor
object ids nor anything of a commit but its trees has a part in it, so a rebase over changes elsewhere
keeps it; and it does not rest on SHA-1.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from gatekeeper.errors import CannotDecide, ObjectMissing, TooLarge
from gatekeeper.git import process
from gatekeeper.git.merges import automatic_merges
from gatekeeper.git.objects import Objects
from gatekeeper.model import MODE_GITLINK, Change

Pair = tuple[str, str]
"""Ids of two trees, before and after."""
PAIRS_AT_ONCE = 128
WORDS = (
    "diff-tree", "--stdin", "-r", "-z", "--raw", "-p", "--no-abbrev", "--full-index", "--no-renames",
    "--diff-algorithm=myers", "-U3", "--inter-hunk-context=0", "--no-indent-heuristic", "--no-ext-diff",
    "--no-textconv", "--no-color", "--src-prefix=a/", "--dst-prefix=b/", "--ignore-submodules=none",
    "--submodule=short",
)  # fmt: skip
HEADERS = (b"old mode ", b"new mode ", b"deleted file mode ", b"new file mode ", b"index ", b"--- ", b"+++ ")


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
        (net,) = self.of_trees([self._net(change)])
        return Content(net, series(commits), len(commits))

    def of_commits(self, oids: Sequence[str]) -> list[str]:
        """Each commit against its parent, a root against nothing, a merge against its automatic merge.

        A merge that conflicts is held against its first parent: the markers in its automatic merge name commits.
        """
        wanted = [oid for oid in dict.fromkeys(oids) if oid not in self._commits]
        self._commits.update(zip(wanted, self.of_trees(self._trees(wanted)), strict=True))
        return [self._commits[oid] for oid in oids]

    def of_trees(self, pairs: Sequence[Pair]) -> list[str]:
        """What turns the first tree of each pair into the second; ``EMPTY`` where nothing does."""
        wanted = [pair for pair in dict.fromkeys(pairs) if pair not in self._pairs]
        for start in range(0, len(wanted), PAIRS_AT_ONCE):
            chunk = wanted[start : start + PAIRS_AT_ONCE]
            self._pairs.update(zip(chunk, _digests(self._objects, chunk), strict=True))
        return [self._pairs[pair] for pair in pairs]

    def _trees(self, oids: Sequence[str]) -> list[Pair]:
        self._objects.prefetch(oids)
        commits = [self._objects.commit(oid) for oid in oids]
        merges = automatic_merges(self._objects.room, [commit for commit in commits if len(commit.parents) > 1])
        clean = {oid: merge.tree for oid, merge in merges.items() if merge.clean}
        return [(clean.get(commit.oid) or self._parent_tree(commit.parents), commit.tree) for commit in commits]

    def _parent_tree(self, parents: Sequence[str]) -> str:
        return self._objects.commit(parents[0]).tree if parents else self._objects.repository.empty_tree

    def _net(self, change: Change) -> Pair:
        head = self._objects.commit(change.head)
        if change.creates:
            first = self._objects.commit(change.commits[0]) if change.commits else head
            return (self._parent_tree(first.parents) if change.commits else head.tree), head.tree
        if change.result_tree is not None:
            return self._objects.commit(change.base).tree, change.result_tree
        done = self._objects.room.run("merge-base", change.base, change.head, check=False)
        return self._parent_tree(done.stdout.decode().split()[:1]), head.tree


def series(digests: Sequence[str]) -> str:
    """One digest over those of several commits, in order; those that change nothing are left out before."""
    whole = hashlib.sha256(_field(b"gatekeeper series v1"))
    for digest in digests:
        whole.update(_field(bytes.fromhex(digest)))
    return whole.hexdigest()


class _File(NamedTuple):
    path: bytes
    old_mode: bytes
    new_mode: bytes
    new_oid: str
    hunks: tuple[bytes, ...]
    binary: bool


def _digests(objects: Objects, pairs: Sequence[Pair]) -> list[str]:
    empty = objects.repository.empty_tree
    if any(empty in pair for pair in pairs):
        objects.room.run("hash-object", "-w", "-t", "tree", "--stdin")
    request = "".join(f"{old} {new}\n" for old, new in pairs).encode()
    done = objects.room.run(*WORDS, stdin=request, check=False)
    if done.returncode:
        raise _broken(done)
    found = list(_Patches(done.stdout).read(pairs))
    objects.prefetch([file.new_oid for files in found for file in files if file.binary and file.new_oid.strip("0")])
    return [_digest(objects, files) for files in found]


def _digest(objects: Objects, files: Sequence[_File]) -> str:
    whole = hashlib.sha256(_field(b"gatekeeper content v1"))
    for file in sorted(files):
        if file.binary:
            kind, body = b"binary", _new_side(objects, file)
        else:
            kind, body = b"text", b"".join(map(_field, file.hunks))
        whole.update(b"".join(map(_field, (file.path, file.old_mode, file.new_mode, kind, body))))
    return whole.hexdigest()


def _new_side(objects: Objects, file: _File) -> bytes:
    """SHA-256 of the new side's bytes, whatever their size; of none where the path is gone."""
    if not file.new_oid.strip("0"):
        return hashlib.sha256().digest()
    if int(file.new_mode, 8) == MODE_GITLINK:
        return hashlib.sha256(f"Subproject commit {file.new_oid}\n".encode()).digest()
    try:
        (_, content), *_ = objects.read_many((file.new_oid,))
        return hashlib.sha256(content).digest()
    except TooLarge:
        return _streamed(objects, file.new_oid)


def _streamed(objects: Objects, oid: str) -> bytes:
    whole = hashlib.sha256()
    with objects.room.start("cat-file", "blob", oid) as process:
        assert process.stdout is not None
        while chunk := process.stdout.read(1 << 20):
            whole.update(chunk)
    if process.returncode:
        raise ObjectMissing(oid)
    return whole.digest()


def _field(value: bytes) -> bytes:
    return len(value).to_bytes(8, "big") + value


EMPTY = hashlib.sha256(_field(b"gatekeeper content v1")).hexdigest()
"""The digest of no change at all."""


class _Patches:
    """A strict reader of ``diff-tree --stdin -z --raw -p``. Lines of a hunk are counted, never guessed."""

    def __init__(self, output: bytes) -> None:
        self._output, self._at = output, 0

    def read(self, pairs: Sequence[Pair]) -> Iterator[tuple[_File, ...]]:
        for old, new in pairs:
            if self._line() != f"{old} {new}".encode():
                raise _unreadable()
            records = []
            while self._output.startswith(b":", self._at):
                records.append((self._until(b"\0")[1:].split(b" "), self._until(b"\0")))
            if records and self._until(b"\0"):
                raise _unreadable()
            yield tuple(self._file(fields, path) for fields, path in records)
        if self._at != len(self._output):
            raise _unreadable()

    def _file(self, fields: Sequence[bytes], path: bytes) -> _File:
        old_mode, new_mode, _, new_oid, status = fields
        hunks: list[bytes] = []
        binary = False
        for _ in range(2 if status == b"T" else 1):  # a changed type is shown as a removal and an addition
            if not self._line().startswith(b"diff --git "):
                raise _unreadable()
            while self._output.startswith(HEADERS, self._at):
                self._line()
            if self._output.startswith(b"Binary files ", self._at):
                self._line()
                binary = True
            while self._output.startswith(b"@@ -", self._at):
                hunks.append(self._hunk())
        return _File(path, old_mode, new_mode, new_oid.decode(), tuple(hunks), binary)

    def _hunk(self) -> bytes:
        counts = re.match(rb"@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@", self._line())
        if counts is None:
            raise _unreadable()
        old, new = (1 if count is None else int(count) for count in counts.groups())
        output, start, at = self._output, self._at, self._at
        while old or new or output.startswith(b"\\ ", at):
            mark, end = output[at : at + 1], output.find(b"\n", at)
            if mark == b"+":
                new -= 1
            elif mark == b"-":
                old -= 1
            elif mark == b" ":
                old, new = old - 1, new - 1
            elif mark != b"\\":
                raise _unreadable()
            if old < 0 or new < 0 or end < 0:
                raise _unreadable()
            at = end + 1
        self._at = at
        return output[start:at]

    def _line(self) -> bytes:
        return self._until(b"\n")

    def _until(self, end: bytes) -> bytes:
        stop = self._output.find(end, self._at)
        if stop < 0:
            raise _unreadable()
        found = self._output[self._at : stop]
        self._at = stop + 1
        return found


def _unreadable() -> CannotDecide:
    return CannotDecide("git diff-tree answered in a form that is not known", "use git 2.38 or later")


def _broken(done: process.Completed) -> CannotDecide:
    missing = re.search(rb"\b([0-9a-f]{40}|[0-9a-f]{64})\b", done.stderr)
    if missing is not None and done.returncode == 128:
        return ObjectMissing(missing[1].decode())
    return process.failure(("diff-tree",), done)
