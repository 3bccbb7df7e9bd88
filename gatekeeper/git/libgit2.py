# SPDX-License-Identifier: Apache-2.0
"""The store that reads objects through libgit2: for bulk work, where a reader in this process is quickest.

Only libgit2's object database is opened, never its repository: that needs no configuration, so none of it
can act, and it reads what libgit2's repository refuses for its ref format alone. docs/adr/0040.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from gatekeeper.errors import CannotDecide, ObjectMissing, TooLarge
from gatekeeper.git.objects import LARGEST
from gatekeeper.git.plumbing import PlumbingStore
from gatekeeper.git.repository import Repository

if TYPE_CHECKING:
    import pygit2

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

        self._odb: pygit2.Odb = pygit2.Odb(os.path.join(repository.common_dir, "objects"))

    def read(self, oid: str) -> tuple[str, bytes]:
        try:
            kind, content = self._odb.read(oid)
        except KeyError as error:
            raise ObjectMissing(oid) from error
        if len(content) > LARGEST:
            raise TooLarge(f"object {oid} is larger than {LARGEST >> 20} MiB", "keep such files out of git (git lfs)")
        return _KINDS[kind], content

    def read_many(self, oids: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        return map(self.read, oids)
