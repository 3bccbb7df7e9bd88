# SPDX-License-Identifier: Apache-2.0
"""What rules see, read from git by object id."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from gatekeeper.git.changes import CommitChange
from gatekeeper.git.commits import parse_tag
from gatekeeper.git.diff import added_lines, windows
from gatekeeper.git.objects import Objects, TreeEntry
from gatekeeper.git.rawdiff import diff_trees
from gatekeeper.model import MODE_LINK, Change, FileChange
from gatekeeper.rules.rule import AddedLine, Region, RuleSettings, Side

BLOB_MODES = (0o100644, 0o100755, 0o100664, MODE_LINK)
MODE_TREE = 0o040000
SNIFF = 8000
"""Bytes that decide whether a file is binary, as git decides it."""


class TreeDiff:
    """Two trees and what differs between them. A ``rules.rule.Diff``."""

    def __init__(
        self,
        objects: Objects,
        old_tree: str,
        new_tree: str,
        files: tuple[FileChange, ...],
        settings: RuleSettings,
        oversized: frozenset[bytes | None] = frozenset(),
    ) -> None:
        """``oversized`` are paths for which a person is asked anyway: they read as empty."""
        self._oversized = oversized
        self._objects, self._trees = objects, {"old": old_tree, "new": new_tree}
        self.files, self.settings = files, settings
        self._regions: dict[FileChange, Region] = {}
        self._added: dict[FileChange, tuple[AddedLine, ...]] = {}

    def new(self, file: FileChange) -> bytes:
        return self._objects.blob(file.new_oid) if file.new_mode in BLOB_MODES and self._readable(file) else b""

    def old(self, file: FileChange) -> bytes:
        return self._objects.blob(file.old_oid) if file.old_mode in BLOB_MODES and self._readable(file) else b""

    def olds(self, file: FileChange) -> tuple[bytes, ...]:
        return (self.old(file),)

    def _readable(self, file: FileChange) -> bool:
        return not self._oversized or file.path not in self._oversized

    def region(self, file: FileChange) -> Region:
        region = self._regions.get(file)
        if region is None:
            new = self.new(file)
            _, _, start, end = windows(self.old(file), new)
            region = self._regions[file] = Region(new[start:end], new.count(b"\n", 0, start) + 1 if start else 1)
        return region

    def added(self, file: FileChange) -> tuple[AddedLine, ...]:
        lines = self._added.get(file)
        if lines is None:
            lines = tuple(AddedLine(*line) for line in added_lines(self.old(file), self.new(file)))
            self._added[file] = lines
        return lines

    def is_binary(self, file: FileChange) -> bool:
        head = self.new(file)[:SNIFF]
        return b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff"))

    def read_tree(self, path: bytes, side: Side) -> bytes | None:
        return self._objects.blob_at(self._trees[side], path)

    def exists(self, path: bytes, side: Side) -> bool:
        return self._objects.find(self._trees[side], path) is not None

    def entries(self, directory: bytes, side: Side) -> tuple[tuple[int, bytes], ...]:
        tree = self._trees[side]
        if directory:
            entry = self._objects.find(tree, directory)
            if entry is None or entry.mode != MODE_TREE:
                return ()
            tree = entry.oid
        if tree == self._objects.repository.empty_tree:
            return ()
        return tuple((entry.mode, entry.name) for entry in self._objects.tree(tree))


class CommitDiff(TreeDiff):
    """One commit. A ``rules.rule.CommitView``."""

    def __init__(
        self,
        objects: Objects,
        change: CommitChange,
        settings: RuleSettings,
        oversized: frozenset[bytes | None] = frozenset(),
    ) -> None:
        super().__init__(objects, change.old_tree, change.commit.tree, change.files, settings, oversized)
        self.commit = change.commit
        self._versions: dict[bytes, tuple[TreeEntry, ...]] = {}

    def old(self, file: FileChange) -> bytes:
        return b"".join(self.olds(file))

    def olds(self, file: FileChange) -> tuple[bytes, ...]:
        if len(self.commit.parents) < 2:
            return (super().old(file),)
        if file.old_mode not in BLOB_MODES or not self._readable(file):
            return (b"",)
        versions = self._parents_versions(file.path)
        if any(entry.oid == file.old_oid for entry in versions):
            return (self._objects.blob(file.old_oid),)
        return tuple(self._objects.blob(entry.oid) for entry in versions)

    def _parents_versions(self, path: bytes) -> tuple[TreeEntry, ...]:
        """What the parents of a merge have at ``path``, each version once."""
        if path not in self._versions:
            entries = [self._objects.find(parent, path) for parent in self.commit.parents]
            files = dict.fromkeys(entry for entry in entries if entry is not None and entry.mode in BLOB_MODES)
            self._versions[path] = tuple(files)
        return self._versions[path]


class WholeChange:
    """The whole change at once. A ``rules.rule.ChangeView``."""

    def __init__(
        self,
        objects: Objects,
        change: Change,
        settings: RuleSettings,
        protected: bool,
        paths: frozenset[bytes],
        objection: Callable[[], str | None],
    ) -> None:
        self._objects, self.change, self.settings = objects, change, settings
        self.protected, self.paths = protected, paths
        self._objection = objection

    @cached_property
    def net(self) -> TreeDiff:
        old, new = net_trees(self._objects, self.change)
        return TreeDiff(self._objects, old, new, next(diff_trees(self._objects, [(old, new)])), self.settings)

    @cached_property
    def tag(self) -> bytes | None:
        if not self.change.tag:
            return None
        texts, (kind, raw) = [], self._objects.read(self.change.tag)
        while kind == "tag":
            texts.append(raw)
            kind, raw = self._objects.read(parse_tag(self.change.tag, raw)[0])
        return b"\n".join(texts)

    def policy_objection(self) -> str | None:
        return self._objection()


def net_trees(objects: Objects, change: Change) -> tuple[str, str]:
    """The trees before and after: the target's and the result's; where the merge conflicts, merge base and head."""
    empty = objects.repository.empty_tree
    if change.deletes:
        return objects.commit(change.base).tree, empty
    old = empty if change.creates else objects.commit(change.base).tree
    if change.result_tree is not None:
        return old, change.result_tree
    done = objects.room.run("merge-base", change.base, change.head, check=False)
    fork = done.stdout.decode().strip()
    return objects.commit(fork).tree if fork else empty, objects.commit(change.head).tree
