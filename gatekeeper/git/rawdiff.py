# SPDX-License-Identifier: Apache-2.0
"""Which paths differ between two trees, by object id: what ``diff-tree --raw`` says, read byte for byte."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gatekeeper.errors import CannotDecide, GitFailed, ObjectMissing
from gatekeeper.git import process
from gatekeeper.git.objects import Objects
from gatekeeper.model import FileChange


def diff_trees(objects: Objects, pairs: Sequence[tuple[str, str]]) -> Iterator[tuple[FileChange, ...]]:
    """What turns the first tree of each pair into the second, in raw byte order of paths, pair by pair."""
    unlike = [pair for pair in pairs if pair[0] != pair[1]]
    _ensure_empty_tree(objects, unlike)
    request = "".join(f"{old} {new}\n" for old, new in unlike).encode()
    words = ("diff-tree", "--stdin", "-r", "--raw", "-z", "--no-renames", "--no-abbrev")
    done = objects.room.run(*words, stdin=request, check=False)
    answers = parse_raw(done.stdout)
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


def parse_raw(output: bytes) -> Iterator[tuple[str, tuple[FileChange, ...]]]:
    """Read what git prints with ``--raw -z`` for several diffs: for each its header line, then its records.

    A header begins with no colon. Paths are taken as they come, so none can be mistaken for a header.
    """
    fields = iter(output.split(b"\0"))
    current: tuple[str, list[FileChange]] | None = None
    for field in fields:
        rest = field.removeprefix(b"\n")
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
