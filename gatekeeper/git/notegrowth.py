# SPDX-License-Identifier: Apache-2.0
"""Adding lines to a tree of notes: only the folders on the way are rewritten.

A folder is split where git would split it: when each of the sixteen first digits has at least two keys, or
folders, below it. So a tree grown here is byte for byte the tree that ``git notes add`` grows, and neither
rewrites what the other left.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from gatekeeper.git.notetree import Folder, join_lines, read_folder, split_lines
from gatekeeper.git.objects import TreeEntry
from gatekeeper.git.pack import object_id
from gatekeeper.git.store import Store
from gatekeeper.git.trees import FOLDER, format_tree


class Grown(NamedTuple):
    tree: str
    objects: tuple[tuple[str, bytes], ...]
    """``(type, content)``, to be written before ``tree`` is used."""


class _Wanted(NamedTuple):
    """What a key is to hold."""

    lines: tuple[bytes, ...]
    """To be added."""
    blobs: tuple[str, ...]
    """Already there, in a folder above."""


def grow(store: Store, tree: str | None, additions: Mapping[str, Iterable[bytes]]) -> Grown:
    """``tree`` with the lines of ``additions`` (by key) added; a line that is there stays once. Nothing is written."""
    growth = _Growth(store)
    root = growth.folder(tree, {key: _Wanted(tuple(lines), ()) for key, lines in additions.items()})
    return Grown(root, tuple(growth.objects.values()))


class _Growth:
    def __init__(self, store: Store) -> None:
        self.store = store
        self.objects: dict[str, tuple[str, bytes]] = {}

    def folder(self, tree: str | None, wanted: Mapping[str, _Wanted]) -> str:
        """Id of ``tree`` with ``wanted`` (by the rest of the key) in it."""
        left = len(next(iter(wanted), ""))
        folder = read_folder(self.store, tree, left)
        split = left > 2 and _is_full(folder, wanted)
        keys, folders = dict(folder.keys), dict(folder.folders)
        here: dict[str, _Wanted] = {}
        below: dict[str, dict[str, _Wanted]] = {}
        for rest in keys.keys() | wanted.keys() if split else wanted.keys():
            lines, blobs = wanted.get(rest, _Wanted((), ()))
            if rest in keys:
                blobs = (keys.pop(rest), *blobs)
            if split or rest[:2] in folders:
                below.setdefault(rest[:2], {})[rest[2:]] = _Wanted(lines, blobs)
            else:
                here[rest] = _Wanted(lines, blobs)
        keys.update(self._blobs(here))
        for digits, inner in below.items():
            folders[digits] = self.folder(folders.get(digits), inner)
        entries = [
            *folder.others,
            *(TreeEntry(FOLDER, digits.encode(), oid) for digits, oid in folders.items()),
            *(TreeEntry(0o100644, rest.encode(), oid) for rest, oid in keys.items()),
        ]
        return self._add("tree", format_tree(entries))

    def _blobs(self, here: Mapping[str, _Wanted]) -> Iterator[tuple[str, str]]:
        """The blob of each key of a folder. What is only moved, and so left as it is, is not read."""
        touched = [oid for lines, blobs in here.values() if lines or len(blobs) > 1 for oid in blobs]
        present = {
            oid: split_lines(content) for oid, (_, content) in zip(touched, self.store.read_many(touched), strict=True)
        }
        for rest, (lines, blobs) in here.items():
            if len(blobs) == 1 and (not lines or set(lines) <= set(present[blobs[0]])):
                yield rest, blobs[0]
            else:
                yield rest, self._add("blob", join_lines([*lines, *(line for oid in blobs for line in present[oid])]))

    def _add(self, kind: str, content: bytes) -> str:
        oid = object_id(self.store.object_format, kind, content)
        self.objects[oid] = (kind, content)
        return oid


def _is_full(folder: Folder, wanted: Iterable[str]) -> bool:
    counts = dict.fromkeys("0123456789abcdef", 0)
    for digits in folder.folders:
        counts[digits[0]] = 2
    for rest in folder.keys.keys() | set(wanted):
        counts[rest[0]] += 1
    return all(count >= 2 for count in counts.values())
