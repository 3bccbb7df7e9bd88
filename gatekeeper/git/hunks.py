# SPDX-License-Identifier: Apache-2.0
"""The hunks between two trees, as git's own diff makes them in a clean room, read strictly.

No attribute, configuration or rename detection has a part in them (docs/adr/0050). What is shown to an
approver and what an approval is bound to are both made from these.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from gatekeeper.errors import CannotDecide, ObjectMissing
from gatekeeper.git import process
from gatekeeper.git.objects import Objects

Pair = tuple[str, str]
"""Ids of two trees, before and after."""
WORDS = (
    "diff-tree", "--stdin", "-r", "-z", "--raw", "-p", "--no-abbrev", "--full-index", "--no-renames",
    "--diff-algorithm=myers", "-U3", "--inter-hunk-context=0", "--no-indent-heuristic", "--no-ext-diff",
    "--no-textconv", "--no-color", "--src-prefix=a/", "--dst-prefix=b/", "--ignore-submodules=none",
    "--submodule=short",
)  # fmt: skip
HEADERS = (b"old mode ", b"new mode ", b"deleted file mode ", b"new file mode ", b"index ", b"--- ", b"+++ ")
NOTHING = frozenset(
    (b"0" * 40, b"e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
     b"0" * 64, b"473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813")
)  # fmt: skip
"""Ids of what has no lines: a side that is not there, and the empty blob."""


class Hunk(NamedTuple):
    header: bytes
    """The ``@@`` line with its line end: line numbers, and the function git found."""
    body: bytes
    """Lines that begin with a space, ``-``, ``+`` or a backslash, each with its line end."""


class FilePatch(NamedTuple):
    """One path that differs. A changed type is the hunks of the removal, then those of the addition."""

    path: bytes
    old_mode: int
    new_mode: int
    old_oid: str
    new_oid: str
    hunks: tuple[Hunk, ...]
    binary: bool
    """A side holds a NUL in its first 8,000 bytes: then there are no hunks of it."""


def read_patches(objects: Objects, pairs: Sequence[Pair]) -> list[tuple[FilePatch, ...]]:
    """What turns the first tree of each pair into the second, in raw byte order of paths. Raises ObjectMissing."""
    empty = objects.repository.empty_tree
    if any(empty in pair for pair in pairs):
        objects.room.run("hash-object", "-w", "-t", "tree", "--stdin")
    request = "".join(f"{old} {new}\n" for old, new in pairs).encode()
    done = objects.room.run(*WORDS, stdin=request, check=False)
    if done.returncode:
        raise _broken(done)
    return list(_Patches(done.stdout).read(pairs))


class _Patches:
    """A strict reader of ``diff-tree --stdin -z --raw -p``. Lines of a hunk are counted, never guessed."""

    def __init__(self, output: bytes) -> None:
        self._output, self._at = output, 0

    def read(self, pairs: Sequence[Pair]) -> Iterator[tuple[FilePatch, ...]]:
        for old, new in pairs:
            if self._line() != f"{old} {new}".encode():
                raise _unreadable()
            records = []
            while self._output.startswith(b":", self._at):
                records.append((self._until(b"\0")[1:].split(b" "), self._until(b"\0")))
            if records and self._until(b"\0"):
                raise _unreadable()
            yield tuple(sorted(self._file(fields, path) for fields, path in records))
        if self._at != len(self._output):
            raise _unreadable()

    def _file(self, fields: Sequence[bytes], path: bytes) -> FilePatch:
        old_mode, new_mode, old_oid, new_oid, status = fields
        hunks: list[Hunk] = []
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
        if not (hunks or binary or old_oid == new_oid or {old_oid, new_oid} <= NOTHING):
            raise _unreadable()
        modes = int(old_mode, 8), int(new_mode, 8)
        return FilePatch(path, *modes, old_oid.decode(), new_oid.decode(), tuple(hunks), binary)

    def _hunk(self) -> Hunk:
        header = self._line()
        counts = re.match(rb"@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@", header)
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
        return Hunk(header + b"\n", output[start:at])

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
