# SPDX-License-Identifier: Apache-2.0
"""Trees that map a hex key to a blob of lines, fanned out as git fans out notes (git's notes.c). Reading.

Every fan-out that git may have left is read, mixed ones too: a key's digits lie in folders of two digits each,
as deep as it happens to be, and a key found in two places has the lines of both.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from gatekeeper.errors import CannotDecide, TooLarge
from gatekeeper.git.objects import TreeEntry
from gatekeeper.git.store import Store
from gatekeeper.git.trees import FOLDER, parse_tree

MOST_FOLDERS = 1_000_000
"""Folders visited in one reading: a few nested trees can claim more keys than could ever be read."""
_HEX = frozenset(b"0123456789abcdef")


class Folder(NamedTuple):
    """One tree of such a map."""

    folders: dict[str, str]
    """Two digits to the id of a tree."""
    keys: dict[str, str]
    """The rest of a key to the id of a blob."""
    others: tuple[TreeEntry, ...]
    """Whatever else lies there. git keeps it, so it is kept."""


class Contents(NamedTuple):
    keys: dict[str, tuple[str, ...]]
    """Every key, in order, with the ids of its blobs."""
    stray: bytes | None
    """The name of one entry that belongs to no key; None where there is none."""
    folders: int
    """How many were read."""


def split_lines(blob: bytes) -> tuple[bytes, ...]:
    """The lines that are not empty, in order, without line ends."""
    return tuple(line for line in blob.split(b"\n") if line)


def join_lines(lines: Iterable[bytes]) -> bytes:
    """The canonical blob of a set of lines: sorted by bytes, each ended by a newline.

    ``git notes merge -s cat_sort_uniq`` writes the same bytes.
    """
    return b"".join(line + b"\n" for line in sorted(set(lines)))


def find(store: Store, tree: str | None, key: str) -> tuple[str, ...]:
    """Ids of the blobs of ``key``: none, one, or several where the fan-out is mixed."""
    found = []
    rest = key
    while tree is not None:
        folder = read_folder(store, tree, len(rest))
        if rest in folder.keys:
            found.append(folder.keys[rest])
        tree, rest = folder.folders.get(rest[:2]), rest[2:]
    return tuple(found)


def everything(store: Store, tree: str | None, width: int, most: int = MOST_FOLDERS) -> Contents:
    """The whole map, whose keys have ``width`` digits. Raises TooLarge beyond ``most`` folders."""
    found: dict[str, tuple[str, ...]] = {}
    stray: bytes | None = None
    level = [("", tree)] if tree is not None else []
    seen = 0
    while level:
        seen += len(level)
        if seen > most:
            raise too_large()
        below: list[tuple[str, str]] = []
        contents = store.read_many([oid for _, oid in level])
        for (prefix, oid), (kind, raw) in zip(level, contents, strict=True):
            folder = parse_folder(kind, raw, oid, width - len(prefix))
            for rest, blob in folder.keys.items():
                found[prefix + rest] = (*found.get(prefix + rest, ()), blob)
            below.extend((prefix + digits, child) for digits, child in folder.folders.items())
            if folder.others:
                stray = folder.others[0].name
        level = below
    return Contents(dict(sorted(found.items())), stray, seen)


def read_folder(store: Store, tree: str | None, left: int) -> Folder:
    """The tree ``tree``, below which keys still have ``left`` digits; None is empty."""
    if tree is None:
        return Folder({}, {}, ())
    kind, raw = store.read(tree)
    return parse_folder(kind, raw, tree, left)


def parse_folder(kind: str, raw: bytes, oid: str, left: int) -> Folder:
    """A tree object's bytes. Raises CannotDecide where it is none."""
    if kind != "tree":
        raise CannotDecide(f"object {oid} is a {kind} where a tree of notes is expected", "look with: git fsck")
    folders, keys, others = {}, {}, []
    for entry in parse_tree(raw, len(oid) // 2):
        is_hex = _HEX.issuperset(entry.name)
        if is_hex and entry.mode == FOLDER and len(entry.name) == 2 and left > 2:
            folders[entry.name.decode()] = entry.oid
        elif is_hex and entry.mode & 0o170000 == 0o100000 and len(entry.name) == left:
            keys[entry.name.decode()] = entry.oid
        else:
            others.append(entry)
    return Folder(folders, keys, tuple(others))


def too_large() -> TooLarge:
    return TooLarge(
        "a tree of notes has too many folders and is not read", "fetch the notes ref again from a server you trust"
    )
