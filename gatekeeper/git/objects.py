# SPDX-License-Identifier: Apache-2.0
"""Reading objects by id through one persistent ``git cat-file`` in a clean room."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import BinaryIO, NamedTuple

from gatekeeper.errors import CannotDecide, ObjectMissing, TooLarge
from gatekeeper.git.cleanroom import CleanRoom
from gatekeeper.git.commits import parse_commit
from gatekeeper.git.repository import Repository
from gatekeeper.git.spawn import Program
from gatekeeper.model import Commit

BATCH = 512
"""Requests in flight at most: their lines fit a pipe, so neither side can block the other."""
LARGEST = 64 * 1024 * 1024
"""Bytes of an object that is read; a larger one is :class:`TooLarge`, never read in part."""
KEEP = 24 * 1024 * 1024
"""Bytes of objects kept between commits: the new side of one is often the old side of the next."""

TYPES = ("blob", "tree", "commit", "tag")


class TreeEntry(NamedTuple):
    mode: int
    name: bytes
    oid: str


class Objects:
    """Context manager over one clean room and one ``cat-file``. Not for use by two threads."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.room: CleanRoom = repository.clean_room()
        self._process: Program | None = None
        self._kept: dict[str, tuple[str, bytes]] = {}
        self._kept_bytes = 0

    def read(self, oid: str) -> tuple[str, bytes]:
        """(type, content). Raises ObjectMissing, TooLarge."""
        kept = self._kept.get(oid)
        return kept if kept is not None and kept[0] in TYPES else next(self.read_many((oid,)))

    def read_many(self, oids: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """(type, content) of each, in order. Raises ObjectMissing, TooLarge at the one concerned."""
        for start in range(0, len(oids), BATCH):
            chunk = oids[start : start + BATCH]
            wanted = [oid for oid in dict.fromkeys(chunk) if oid not in self._kept]
            fresh = dict(zip(wanted, self._fetch(wanted), strict=True)) if wanted else {}
            found = [fresh[oid] if oid in fresh else self._kept[oid] for oid in chunk]
            self._keep(fresh)
            for oid, (kind, content) in zip(chunk, found, strict=True):
                if kind == "missing":
                    raise self._missing(oid)
                if kind == "large":
                    raise TooLarge(
                        f"object {oid} is larger than {LARGEST >> 20} MiB and is not inspected in part",
                        "keep such files out of git (git lfs), or let a person land it without gatekeeper",
                    )
                yield kind, content

    def prefetch(self, oids: Sequence[str]) -> None:
        """Bring what is not kept yet, in one round trip; what is missing or too large shows when it is read."""
        for start in range(0, len(oids), BATCH):
            wanted = [oid for oid in dict.fromkeys(oids[start : start + BATCH]) if oid not in self._kept]
            if wanted:
                self._keep(dict(zip(wanted, self._fetch(wanted), strict=True)))

    def _keep(self, fresh: dict[str, tuple[str, bytes]]) -> None:
        size = sum(len(content) for _, content in fresh.values())
        if self._kept_bytes + size > KEEP:
            self._kept.clear()
            self._kept_bytes = 0
        self._kept.update(fresh)
        self._kept_bytes += size

    def _fetch(self, oids: Sequence[str]) -> list[tuple[str, bytes]]:
        if self._process is None:
            self._process = self.room.start("cat-file", "--batch-command", "--buffer")
        stdin, stdout = self._process.stdin, self._process.stdout
        try:
            stdin.write(b"".join([b"contents %b\n" % oid.encode() for oid in oids]) + b"flush\n")
            stdin.flush()
            return [_answer(stdout) for _ in oids]
        except BrokenPipeError as error:
            raise CannotDecide("git cat-file ended early", "check the repository with: git fsck") from error

    def _missing(self, oid: str) -> ObjectMissing:
        if self.repository.config("remote.origin.promisor") or self.repository.config("extensions.partialclone"):
            return ObjectMissing(oid, next_step="bring it with: git fetch --refetch --no-filter")
        return ObjectMissing(oid)

    def blob(self, oid: str) -> bytes:
        """A blob's bytes."""
        return self._typed(oid, "blob")

    def commit(self, oid: str) -> Commit:
        """A commit, parsed. Raises CannotDecide where it is malformed."""
        return parse_commit(oid, self._typed(oid, "commit"))

    def tree(self, oid: str) -> tuple[TreeEntry, ...]:
        """The entries of a tree in stored order, with the modes that git takes theirs for."""
        raw, width, entries, at = self._typed(oid, "tree"), len(oid) // 2, [], 0
        while at < len(raw):
            space = raw.index(b" ", at)
            end = raw.index(b"\0", space)
            stop = end + 1 + width
            entries.append(TreeEntry(_mode(raw[at:space]), raw[space + 1 : end], raw[end + 1 : stop].hex()))
            at = stop
        return tuple(entries)

    def find(self, treeish: str, path: bytes) -> TreeEntry | None:
        """The entry at ``path`` below a tree or commit; None where there is none."""
        if treeish == self.repository.empty_tree:
            return None
        kind, content = self.read(treeish)
        if kind == "commit":
            treeish = parse_commit(treeish, content).tree
        entry = TreeEntry(0o040000, b"", treeish)
        for name in path.split(b"/"):
            if entry.mode != 0o040000:
                return None
            found = next((one for one in self.tree(entry.oid) if one.name == name), None)
            if found is None:
                return None
            entry = found
        return entry

    def blob_at(self, treeish: str, path: bytes) -> bytes | None:
        """The bytes of the regular file at ``path``; None where there is none, or where it is something else."""
        entry = self.find(treeish, path)
        return self.blob(entry.oid) if entry and entry.mode in (0o100644, 0o100755) else None

    def _typed(self, oid: str, expected: str) -> bytes:
        kind, content = self.read(oid)
        if kind != expected:
            raise CannotDecide(
                f"object {oid} is a {kind} where a {expected} is expected", "check the repository with: git fsck"
            )
        return content

    def close(self) -> None:
        if self._process is not None:
            self._process.close()
        self.room.close()

    def __enter__(self) -> Objects:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _mode(stored: bytes) -> int:
    """What git makes of a mode, whatever its other bits: a diff shows no other, and a checkout writes no other.

    Source: ``canon_mode`` in git's cache.h.
    """
    mode = int(stored, 8)
    kind = mode & 0o170000
    if kind == 0o100000:
        return 0o100755 if mode & 0o100 else 0o100644
    return kind if kind in (0o040000, 0o120000) else 0o160000


def _answer(stdout: BinaryIO) -> tuple[str, bytes]:
    """One answer of cat-file: (type, content), or ("missing", b""), or ("large", b"")."""
    header = stdout.readline()
    fields = header.split()
    if len(fields) == 2 and fields[1] in (b"missing", b"ambiguous"):
        return "missing", b""
    if len(fields) != 3:
        raise CannotDecide("git cat-file gave no answer", "check the repository with: git fsck")
    size = int(fields[2])
    if size > LARGEST:
        left = size + 1
        while left:
            left -= len(stdout.read(min(left, 1 << 20))) or left
        return "large", b""
    content = stdout.read(size)
    if len(content) != size or stdout.read(1) != b"\n":
        raise CannotDecide("git cat-file stopped in the middle of an object", "check the repository with: git fsck")
    return fields[1].decode(), content
