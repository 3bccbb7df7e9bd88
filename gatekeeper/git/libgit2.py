# SPDX-License-Identifier: Apache-2.0
"""The store that reads packs through libgit2: for bulk work, where a reader in this process is quickest.

Only libgit2's reader of packs is used. Its repository is never opened, so no configuration can act and no
ref format matters; loose objects are left to git, because libgit2 to this day loops for ever on a truncated
one (libgit2 issue 7342) and may write out of bounds on a lying one (7177). docs/adr/0040.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from gatekeeper.errors import CannotDecide
from gatekeeper.git.objects import BATCH, LARGEST
from gatekeeper.git.plumbing import PlumbingStore
from gatekeeper.git.repository import Repository

_KINDS = {1: "commit", 2: "tree", 3: "blob", 4: "tag"}


def refusal(repository: Repository) -> str | None:
    """Why libgit2 cannot read this repository's objects, fit to follow "libgit2:"; None where it can."""
    if repository.object_format != "sha1":
        return f"it does not read {repository.object_format} repositories"
    if repository.in_quarantine:
        return "it does not see objects in quarantine"
    try:
        import pygit2  # noqa: F401 - asked for here, so that a broken installation is a reason and not a crash
    except ImportError as error:
        return f"pygit2 cannot be loaded ({error})"
    return None


class Libgit2Store(PlumbingStore):
    """A :class:`~gatekeeper.git.store.Store`. Raises CannotDecide where :func:`refusal` gives a reason."""

    def __init__(self, repository: Repository) -> None:
        reason = refusal(repository)
        if reason:
            raise CannotDecide(f"libgit2: {reason}", "use the plumbing store")
        super().__init__(repository)
        import pygit2

        self._folder = os.path.join(repository.common_dir, "objects")
        self._packs = pygit2.Odb()
        for number, folder in enumerate(_object_folders(self._folder)):
            self._packs.add_backend(pygit2.OdbBackendPack(folder), number + 1)

    def read(self, oid: str) -> tuple[str, bytes]:
        return self._packed(oid) or super().read(oid)

    def read_many(self, oids: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        for start in range(0, len(oids), BATCH):
            chunk = oids[start : start + BATCH]
            found = [self._packed(oid) for oid in chunk]
            others = super().read_many([oid for oid, one in zip(chunk, found, strict=True) if one is None])
            for one in found:
                yield one or next(others)

    def _packed(self, oid: str) -> tuple[str, bytes] | None:
        """(type, content); None where no pack holds it, or where git has to say what is wrong with it."""
        if os.path.exists(os.path.join(self._folder, oid[:2], oid[2:])):
            return None
        try:
            if self._packs.read_header(oid)[1] > LARGEST:
                return None
            kind, content = self._packs.read(oid)
        except KeyError:
            return None
        except Exception as error:
            raise CannotDecide(f"object {oid} is damaged: {error}", "check the repository with: git fsck") from error
        return _KINDS[kind], content


def _object_folders(first: str) -> list[str]:
    """The object directories, alternates included. A line that git would read otherwise is left to git."""
    folders = [first]
    for folder in folders:
        try:
            with open(os.path.join(folder, "info", "alternates"), encoding="utf-8", errors="surrogateescape") as file:
                lines = file.read().splitlines()
        except FileNotFoundError:
            continue
        named = [os.path.normpath(os.path.join(folder, line)) for line in lines if line and line[0] not in '#"']
        folders.extend(path for path in named if path not in folders and os.path.isdir(path))
    return folders
