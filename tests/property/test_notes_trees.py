# SPDX-License-Identifier: Apache-2.0
"""Trees of notes are maps: whatever their fan-out, they read, grow and compare as a plain dictionary does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.git.notediff import Comparison
from gatekeeper.git.notegrowth import grow
from gatekeeper.git.notetree import everything, find, join_lines, split_lines
from gatekeeper.git.objects import TreeEntry
from gatekeeper.git.store import Store
from gatekeeper.git.trees import FOLDER, format_tree
from tests.git import places
from tests.repo import RepoBuilder

WIDTH = 6
Lines = dict[str, frozenset[bytes]]
keys = st.text("01ef", min_size=WIDTH, max_size=WIDTH)
lines = st.frozensets(st.sampled_from([b"a", b"b", b"c"]), min_size=1)
notes = st.dictionaries(keys, lines, max_size=60)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    path = Path(tmp_path_factory.mktemp("trees")) / "r.git"
    with places.hermetic():
        RepoBuilder.create(path, bare=True)
    with places.store_of("plumbing", path) as opened:
        yield opened


def fanned(store: Store, wanted: Lines, cuts: dict[str, int], prefix: str = "") -> str | None:
    """A tree in which each key lies as many folders deep as ``cuts`` says, as if several gits had taken turns."""
    if not wanted:
        return None
    depth = len(prefix) // 2
    entries: list[TreeEntry] = []
    below: dict[str, Lines] = {}
    for key, content in wanted.items():
        if cuts.get(key, 0) > depth:
            below.setdefault(key[len(prefix) : len(prefix) + 2], {})[key] = content
        else:
            (blob,) = store.write([("blob", join_lines(content))])
            entries.append(TreeEntry(0o100644, key[len(prefix) :].encode(), blob))
    for digits, inner in below.items():
        entries.append(TreeEntry(FOLDER, digits.encode(), fanned(store, inner, cuts, prefix + digits) or ""))
    return store.write([("tree", format_tree(entries))])[0]


def read(store: Store, tree: str | None) -> Lines:
    return {key: content(store, blobs) for key, blobs in everything(store, tree, WIDTH).keys.items()}


def content(store: Store, blobs: tuple[str, ...]) -> frozenset[bytes]:
    return frozenset(line for oid in blobs for line in split_lines(store.read(oid)[1]))


@settings(max_examples=30)
@given(first=notes, second=notes, cuts=st.dictionaries(keys, st.integers(0, 2)))
def test_growing_is_joining_dictionaries(store: Store, first: Lines, second: Lines, cuts: dict[str, int]) -> None:
    tree = fanned(store, first, cuts)
    assert read(store, tree) == first
    expected = {key: first.get(key, frozenset()) | second.get(key, frozenset()) for key in first | second}
    grown = grow(store, tree, second)
    store.write(grown.objects)
    assert read(store, grown.tree) == expected
    for key in second:
        assert content(store, find(store, grown.tree, key)) == expected[key]
    if second:
        assert grow(store, grown.tree, second).tree == grown.tree


@settings(max_examples=30)
@given(first=notes, second=notes, cuts=st.dictionaries(keys, st.integers(0, 2)))
def test_comparing_is_comparing_dictionaries(store: Store, first: Lines, second: Lines, cuts: dict[str, int]) -> None:
    old, new = fanned(store, first, cuts), fanned(store, second, {})
    found = {
        one.key: (content(store, one.before), content(store, one.after))
        for one in Comparison(store, WIDTH).differences(old, new)
    }
    nothing: frozenset[bytes] = frozenset()
    assert found == {
        key: (first.get(key, nothing), second.get(key, nothing))
        for key in sorted(first | second)
        if first.get(key) != second.get(key)
    }
    assert list(found) == sorted(found)
    assert list(Comparison(store, WIDTH).differences(new, new)) == []


@given(st.lists(st.binary(max_size=20)))
def test_lines_have_one_form(lines: list[bytes]) -> None:
    clean = [line for line in lines if line and b"\n" not in line]
    blob = join_lines(clean)
    assert split_lines(blob) == tuple(sorted(set(clean)))
    assert join_lines(split_lines(blob)) == blob
