# SPDX-License-Identifier: Apache-2.0
"""Notes written here are git's notes: git reads, merges and grows them, and we read what git grew."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gatekeeper.errors import TooLarge
from gatekeeper.git import notes, notetree
from gatekeeper.git.store import RefUpdate, Store
from tests.git import places
from tests.repo import RepoBuilder

REF = "refs/notes/gatekeeper/audit"
WHO = b"gate <gate@example.org>"
CASES = [("plumbing", "sha1"), ("plumbing", "sha256"), ("libgit2", "sha1")]


class Place:
    def __init__(self, store: Store, builder: RepoBuilder, width: int) -> None:
        self.store, self.builder, self.width = store, builder, width

    def key(self, number: int) -> str:
        """The id of an object that needs not exist."""
        return hashlib.sha256(b"%d" % number).hexdigest()[: self.width]

    def append(self, additions: dict[str, list[bytes]], ref: str = REF) -> str:
        tip = notes.append(self.store, ref, additions, WHO, 1_700_000_000)
        assert tip is not None
        return tip

    def git(self, *words: str | bytes, stdin: bytes = b"") -> str:
        return self.builder.git(*words, stdin=stdin)


@pytest.fixture(params=CASES, ids="-".join)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    kind, object_format = request.param
    builder = RepoBuilder.create(tmp_path / "r", object_format=object_format)
    with places.store_of(kind, builder.path) as store:
        yield Place(store, builder, 40 if object_format == "sha1" else 64)


def test_git_shows_what_was_appended(place: Place) -> None:
    commit = place.builder.commit()
    place.append({commit: [b"{b}", b"{a}"]})
    assert place.git("notes", "--ref", "gatekeeper/audit", "show", commit) == "{a}\n{b}"
    assert notes.note(place.store, REF, commit) == b"{a}\n{b}\n"
    assert place.git("log", "-1", "--format=%an <%ae> %at|%cn %cd|%s", "--date=raw", REF) == (
        "gate <gate@example.org> 1700000000|gate 1700000000 +0000|Notes added by gatekeeper"
    )


def test_a_line_is_there_once_and_what_is_there_stays(place: Place) -> None:
    commit = place.builder.commit()
    place.git("notes", "--ref", "gatekeeper/audit", "add", "-m", "older", commit)
    first = place.append({commit: [b"new"]})
    assert place.append({commit: [b"new", b"older"]}) == first
    assert place.append({}) == first
    assert notes.note(place.store, REF, commit) == b"new\nolder\n"


def test_no_note_and_no_ref_are_none(place: Place) -> None:
    assert notes.note(place.store, REF, place.key(1)) is None
    assert list(notes.all_notes(place.store, REF)) == []
    assert notes.append(place.store, REF, {}, WHO, 1) is None
    place.append({place.key(1): [b"x"]})
    assert notes.note(place.store, REF, place.key(2)) is None


def test_the_tree_grows_as_gits_own(place: Place) -> None:
    """Byte for byte, over the sizes at which git adds folders: neither rewrites what the other left."""
    keys = place.store.write([("blob", b"noted %d" % number) for number in range(700)])
    for count in (1, 15, 60, 120, 700):
        ours, gits = f"refs/notes/ours-{count}", f"refs/notes/gits-{count}"
        for start in range(0, count, 23):
            place.append({key: [b"line"] for key in keys[start : min(start + 23, count)]}, ours)
        place.git("notes", "--ref", gits, "add", "-m", "line", keys[0])
        copies = "".join(f"{keys[0]} {key}\n" for key in keys[1:count])
        place.git("notes", "--ref", gits, "copy", "--stdin", stdin=copies.encode())
        assert place.git("rev-parse", f"{ours}^{{tree}}") == place.git("rev-parse", f"{gits}^{{tree}}")


def test_one_commit_however_many_notes(place: Place) -> None:
    place.append({place.key(number): [b"%d" % number] for number in range(1000)})
    assert place.git("rev-list", "--count", REF) == "1"
    found = dict(notes.all_notes(place.store, REF))
    assert found == {place.key(number): b"%d\n" % number for number in range(1000)}
    assert list(found) == sorted(found)
    assert len(place.git("notes", "--ref", "gatekeeper/audit", "list").splitlines()) == 1000
    assert place.git("fsck", "--strict", "--no-dangling") == ""


def test_every_fan_out_is_read_mixed_ones_too(place: Place) -> None:
    keys = [place.key(number) for number in range(6)]
    one, two = place.builder.blob(b"one\n"), place.builder.blob(b"two\n")

    def at(*cuts: int, blob: str, key: str) -> str:
        parts, start = [], 0
        for cut in cuts:
            parts.append(key[start:cut])
            start = cut
        return f"100644 blob {blob}\t" + "/".join([*parts, key[start:]])

    paths = [
        at(blob=one, key=keys[0]),
        at(2, blob=one, key=keys[1]),
        at(2, 4, blob=one, key=keys[2]),
        at(2, 4, 6, blob=one, key=keys[3]),
        at(blob=one, key=keys[4]),
        at(2, blob=two, key=keys[4]),
        f"100644 blob {one}\tREADME",
    ]
    index = {"GIT_INDEX_FILE": str(place.builder.path / "index")}
    place.builder.git("update-index", "--add", "--index-info", stdin="\n".join(paths).encode() + b"\n", env=index)
    tip = place.builder.commit_tree(place.builder.git("write-tree", env=index), [])
    place.store.update_refs([RefUpdate(REF, tip, None)])
    expected = {key: {b"one"} for key in keys[:4]} | {keys[4]: {b"one", b"two"}}
    assert {key: set(notetree.split_lines(note)) for key, note in notes.all_notes(place.store, REF)} == expected
    for key, lines in expected.items():
        assert set(notetree.split_lines(notes.note(place.store, REF, key) or b"")) == lines
        assert set(place.git("notes", "--ref", REF, "show", key).encode().split()) == lines
    place.append({key: [b"more"] for key in keys})
    for key in keys:
        lines = expected.get(key, set()) | {b"more"}
        assert set(notetree.split_lines(notes.note(place.store, REF, key) or b"")) == lines
        assert set(place.git("notes", "--ref", REF, "show", key).encode().split()) == lines
    assert "README" in place.git("ls-tree", "--name-only", REF)


def test_git_merges_two_histories_and_so_do_we_to_the_same_bytes(place: Place) -> None:
    keys = [place.key(number) for number in range(40)]
    base = place.append({key: [b"base"] for key in keys[:20]})
    ours = place.append({key: [b"x", b"ours"] for key in keys[10:30]})
    place.store.update_refs([RefUpdate("refs/notes/theirs", base, None)])
    theirs = place.append({key: [b"theirs", b"a"] for key in keys[15:40]}, "refs/notes/theirs")
    joined = notes.plan_merge(place.store, ours, theirs, WHO, 2)
    place.store.write(joined.objects)
    place.git("notes", "--ref", REF, "merge", "-q", "-s", "cat_sort_uniq", "refs/notes/theirs")
    assert place.git("rev-parse", f"{REF}^{{tree}}") == place.git("rev-parse", f"{joined.tip}^{{tree}}")
    assert place.git("rev-parse", f"{joined.tip}^1", f"{joined.tip}^2").split() == [ours, theirs]
    again = notes.plan_merge(place.store, joined.tip, theirs, WHO, 3)
    assert len(again.objects) == 1


def test_a_tree_that_claims_more_than_anybody_can_read_is_refused(place: Place) -> None:
    """256 entries to one tree of 256 entries to one tree ...: a few objects, 2^64 notes."""
    tree = place.builder.tree([("100644", b"0" * (place.width - 16), place.builder.blob(b"x"))])
    for _ in range(8):
        tree = place.builder.tree([("40000", b"%02x" % number, tree) for number in range(256)])
    with pytest.raises(TooLarge):
        notetree.everything(place.store, tree, place.width, most=5000)


WRITER = """
import os, sys
from gatekeeper.git import notes
from gatekeeper.git.plumbing import PlumbingStore
from gatekeeper.git.repository import open_repository
path, number = sys.argv[1], int(sys.argv[2])
with PlumbingStore(open_repository(path, os.environ)) as store:
    for step in range(3):
        notes.append(store, "refs/notes/gatekeeper/audit",
                     {"%040x" % step: [b"writer %d step %d" % (number, step)]}, b"w <w@example.org>", 1)
"""


def test_twenty_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    """Threat 66, with real processes."""
    builder = RepoBuilder.create(tmp_path / "r.git", bare=True)
    words = [sys.executable, "-c", WRITER, str(builder.path)]
    env = {**os.environ, "PYTHONPATH": os.getcwd()}
    writers = [subprocess.Popen([*words, str(number)], env=env) for number in range(20)]
    assert [writer.wait(timeout=60) for writer in writers] == [0] * 20
    for step in range(3):
        lines = builder.git("notes", "--ref", "gatekeeper/audit", "show", f"{step:040x}").splitlines()
        assert sorted(lines) == sorted(f"writer {number} step {step}" for number in range(20))
