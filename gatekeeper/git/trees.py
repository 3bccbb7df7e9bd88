# SPDX-License-Identifier: Apache-2.0
"""Tree objects as bytes. Format: git's gitformat-index neighbour in tree-walk.c, ``mode SP name NUL id`` each."""

from __future__ import annotations

from collections.abc import Iterable

from gatekeeper.errors import CannotDecide
from gatekeeper.git.objects import TreeEntry

FOLDER = 0o040000


def parse_tree(raw: bytes, width: int) -> tuple[TreeEntry, ...]:
    """The entries in stored order; ``width`` is the bytes of an object id. Raises CannotDecide where malformed."""
    entries, at = [], 0
    try:
        while at < len(raw):
            space = raw.index(b" ", at)
            end = raw.index(b"\0", space)
            stop = end + 1 + width
            if stop > len(raw):
                raise ValueError
            entries.append(TreeEntry(int(raw[at:space], 8), raw[space + 1 : end], raw[end + 1 : stop].hex()))
            at = stop
    except ValueError as error:
        raise CannotDecide("a tree object is malformed", "check the repository with: git fsck") from error
    return tuple(entries)


def format_tree(entries: Iterable[TreeEntry]) -> bytes:
    """The object's bytes, in git's order (a folder sorts as if its name ended in a slash)."""
    ordered = sorted(entries, key=lambda entry: entry.name + b"/" if entry.mode == FOLDER else entry.name)
    return b"".join(b"%o %b\0%b" % (entry.mode, entry.name, bytes.fromhex(entry.oid)) for entry in ordered)
