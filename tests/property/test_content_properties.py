# SPDX-License-Identifier: Apache-2.0
"""The content digest against git's own patches, and what it must and must not depend on."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.git.content import EMPTY, Digests
from gatekeeper.git.objects import Objects
from gatekeeper.git.repository import open_repository
from tests.repo import RepoBuilder

LINES = st.lists(
    st.sampled_from(
        ["a\n", "b\n", "\n", "  a\n", "@@ -1 +1 @@\n", "-x\n", "+x\n", "\\ No newline\n", "diff --git a b\n", "c\r\n"]
    ),
    max_size=14,
)
TEXT = st.builds(lambda lines, last: "".join(lines) + last, LINES, st.sampled_from(["", "", "end", "\x00"]))
SIDE = st.dictionaries(st.sampled_from(["a", "b.c", "d\n", ":1 2"]), TEXT, max_size=3)


class Bench:
    """One repository that a whole test writes trees into."""

    def __init__(self, repo: RepoBuilder, objects: Objects) -> None:
        self.repo, self.objects = repo, objects

    def tree(self, files: dict[str, str]) -> str:
        blobs = {name: self.repo.blob(text.encode()) for name, text in sorted(files.items())}
        return self.repo.tree([("100644", name.encode(), oid) for name, oid in blobs.items()])

    def digest(self, old: dict[str, str], new: dict[str, str]) -> str:
        return Digests(self.objects).of_trees([(self.tree(old), self.tree(new))])[0]


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    path: Path = tmp_path_factory.mktemp("content") / "repo"
    repo = RepoBuilder.create(path)
    with Objects(open_repository(str(path), os.environ)) as objects:
        yield Bench(repo, objects)


def field(value: bytes) -> bytes:
    return len(value).to_bytes(8, "big") + value


def written_out(bench: Bench, old: dict[str, str], new: dict[str, str]) -> str:
    """The digest from one ``git diff`` per path, with its hunks cut out by the line numbers between them."""
    whole = field(b"gatekeeper content v1")
    for name in sorted(old.keys() | new.keys(), key=str.encode):
        sides = [side.get(name) for side in (old, new)]
        if sides[0] == sides[1]:
            continue
        kind, body = b"text", b""
        if any("\0" in (side or "") for side in sides):
            kind, body = b"binary", hashlib.sha256((sides[1] or "").encode()).digest()
        else:
            pair = [bench.tree({} if side is None else {"f": side}) for side in sides]
            words = ("-p", "--diff-algorithm=myers", "--no-indent-heuristic")
            patch = bench.repo.run("diff-tree", *words, *pair).stdout
            hunks = re.split(rb"^@@ -.*\n", patch, flags=re.MULTILINE)[1:]
            body = b"".join(map(field, hunks))
        modes = [b"000000" if side is None else b"100644" for side in sides]
        whole += b"".join(map(field, (name.encode(), *modes, kind, body)))
    return hashlib.sha256(whole).hexdigest()


@settings(max_examples=25)
@given(old=SIDE, new=SIDE)
def test_the_digest_is_that_of_gits_own_patches(bench: Bench, old: dict[str, str], new: dict[str, str]) -> None:
    assert bench.digest(old, new) == written_out(bench, old, new)


@settings(max_examples=25)
@given(old=LINES, new=LINES, above=st.lists(st.sampled_from(["p\n", "q\n"]), min_size=1, max_size=9))
def test_lines_further_up_do_not_matter(bench: Bench, old: list[str], new: list[str], above: list[str]) -> None:
    fence = [f"fence {number}\n" for number in range(4)]
    short = [{"f": "".join(fence + side)} for side in (old, new)]
    shifted = [{"f": "".join(above + fence + side)} for side in (old, new)]
    assert bench.digest(*short) == bench.digest(*shifted)


@settings(max_examples=25)
@given(old=LINES, one=LINES, other=LINES)
def test_another_result_is_another_digest(bench: Bench, old: list[str], one: list[str], other: list[str]) -> None:
    sides = [{"f": "".join(side)} for side in (old, one, other)]
    digests = [bench.digest(sides[0], sides[1]), bench.digest(sides[0], sides[2])]
    assert (digests[0] == digests[1]) == (one == other)
    assert (digests[0] == EMPTY) == (old == one)
