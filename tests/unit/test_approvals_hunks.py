# SPDX-License-Identifier: Apache-2.0
"""Output of ``diff-tree`` that is not as git writes it is never taken for a smaller change."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gatekeeper.errors import CannotDecide
from gatekeeper.git.hunks import WORDS, read_patches
from gatekeeper.git.objects import Objects
from gatekeeper.git.process import Completed
from gatekeeper.git.repository import open_repository
from tests.repo import RepoBuilder


class Replayed:
    """A clean room whose ``diff-tree`` answers what it is told to."""

    def __init__(self, output: bytes) -> None:
        self.output = output

    def run(self, *words: str, stdin: bytes = b"", check: bool = True) -> Completed:
        return Completed(0, self.output, b"")


@contextmanager
def replayed(objects: Objects, output: bytes) -> Iterator[None]:
    room = objects.room
    objects.room = Replayed(output)  # type: ignore[assignment]
    try:
        yield
    finally:
        objects.room = room


def real_output(repo: RepoBuilder, objects: Objects) -> tuple[tuple[str, str], bytes]:
    repo.commit({"a.txt": "one\ntwo\n", "b.txt": "b\n"})
    repo.commit({"a.txt": "one\nthree", "b.txt": None, "c.bin": b"\0"})
    pair = (repo.git("rev-parse", "HEAD~^{tree}"), repo.git("rev-parse", "HEAD^{tree}"))
    return pair, objects.room.run(*WORDS, stdin=f"{pair[0]} {pair[1]}\n".encode()).stdout


def test_an_answer_cut_anywhere_is_refused(tmp_path: Path) -> None:
    repo = RepoBuilder.create(tmp_path / "repo")
    with Objects(open_repository(str(repo.path), os.environ)) as objects:
        pair, output = real_output(repo, objects)
        assert len(read_patches(objects, [pair])[0]) == 3
        headline = output.index(b"\n") + 1  # alone it says that nothing differs
        for length in (length for length in range(len(output)) if length != headline):
            with replayed(objects, output[:length]), pytest.raises(CannotDecide):
                read_patches(objects, [pair])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"@@ -1,2 +1,2 @@", b"@@ -1,3 +1,2 @@"),
        (b"@@ -1,2 +1,2 @@", b"@@ -1,1 +1,2 @@"),
        (b"@@ -1,2 +1,2 @@", b"@@ odd @@"),
        (b"\n+three", b"\n*three"),
        (b"\ndiff --git a/b.txt", b"\nindex "),
        (b"\nBinary files", b"\nSomething new"),
    ],
)
def test_an_answer_with_other_words_is_refused(tmp_path: Path, old: bytes, new: bytes) -> None:
    repo = RepoBuilder.create(tmp_path / "repo")
    with Objects(open_repository(str(repo.path), os.environ)) as objects:
        pair, output = real_output(repo, objects)
        assert old in output
        with replayed(objects, output.replace(old, new)), pytest.raises(CannotDecide, match="a form that is not known"):
            read_patches(objects, [pair])
