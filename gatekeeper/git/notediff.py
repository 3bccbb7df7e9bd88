# SPDX-License-Identifier: Apache-2.0
"""What differs between two trees of notes, whatever their fan-outs; equal subtrees are never read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from gatekeeper.git.notetree import MOST_FOLDERS, Folder, everything, read_folder, too_large
from gatekeeper.git.store import Store


class Difference(NamedTuple):
    key: str
    before: tuple[str, ...]
    """Ids of the key's blobs; empty where it has none."""
    after: tuple[str, ...]


class Comparison:
    """Compares trees whose keys have ``width`` digits, within one budget of folders to read.

    ``stray`` holds the name of an entry of a newer tree that belongs to no key, once one was met.
    """

    def __init__(self, store: Store, width: int, most: int = MOST_FOLDERS) -> None:
        self.store, self.width, self.left = store, width, most
        self.stray: bytes | None = None

    def differences(self, old: str | None, new: str | None, prefix: str = "") -> Iterator[Difference]:
        """In order of keys, folder by folder. Raises TooLarge when the budget is spent, ObjectMissing."""
        if old == new:
            return
        before, after = self._read(old, prefix), self._read(new, prefix)
        if after.others and after.others != before.others:
            self.stray = after.others[0].name
        loose = {rest[:2] for folder in (before, after) for rest in folder.keys}
        for digits in sorted(before.folders.keys() | after.folders.keys() | loose):
            if digits not in loose:
                children = before.folders.get(digits), after.folders.get(digits)
                yield from self.differences(*children, prefix + digits)
            else:
                was, now = self._below(before, prefix, digits), self._below(after, prefix, digits)
                for key in sorted(was.keys() | now.keys()):
                    if was.get(key) != now.get(key):
                        yield Difference(key, was.get(key, ()), now.get(key, ()))

    def _read(self, tree: str | None, prefix: str) -> Folder:
        self._spend(1)
        return read_folder(self.store, tree, self.width - len(prefix))

    def _below(self, folder: Folder, prefix: str, digits: str) -> dict[str, tuple[str, ...]]:
        """All keys of ``folder`` that begin with ``digits``, directly in it or in a folder below."""
        found: dict[str, tuple[str, ...]] = {
            prefix + rest: (blob,) for rest, blob in folder.keys.items() if rest[:2] == digits
        }
        inner = everything(self.store, folder.folders.get(digits), self.width - len(prefix) - 2, self.left)
        self._spend(inner.folders)
        self.stray = inner.stray or self.stray
        for rest, blobs in inner.keys.items():
            key = prefix + digits + rest
            found[key] = (*found.get(key, ()), *blobs)
        return found

    def _spend(self, folders: int) -> None:
        self.left -= folders
        if self.left < 0:
            raise too_large()
