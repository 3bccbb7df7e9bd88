# SPDX-License-Identifier: Apache-2.0
"""Reading and writing objects and refs for the record: one Protocol, two implementations.

``git.plumbing`` reads every repository that git reads and loads nothing heavy; ``git.libgit2`` is for bulk
work on formats that libgit2 reads. Refs go through git in both (docs/adr/0040).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import NamedTuple, Protocol

from gatekeeper.git.repository import Repository


class RefUpdate(NamedTuple):
    """One compare-and-swap. ``old == new`` only verifies."""

    name: str
    new: str | None
    """The object id to set; None deletes."""
    old: str | None
    """What the ref must hold now; None: it must not exist."""


class Store(Protocol):
    """Context manager. Object ids are lower-case hex; contents are without git's ``type size NUL`` prefix."""

    repository: Repository
    object_format: str

    def read(self, oid: str) -> tuple[str, bytes]:
        """(type, content). Raises ObjectMissing, TooLarge."""
        ...

    def read_many(self, oids: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """(type, content) of each, in order. Raises ObjectMissing, TooLarge at the one concerned."""
        ...

    def commits(self, head: str, known: Sequence[str]) -> tuple[str, ...]:
        """Commits reachable from ``head`` and from none of ``known``, parents before children."""
        ...

    def contains(self, newer: str, older: str) -> bool:
        """True where the commit ``older`` is reachable from ``newer``, or is it."""
        ...

    def write(self, objects: Sequence[tuple[str, bytes]]) -> list[str]:
        """Write ``(type, content)`` objects; their ids in order. Raises GitFailed, StateUnwritable."""
        ...

    def ref(self, name: str) -> str | None:
        """What the full ref ``name`` holds, unpeeled; None where there is none."""
        ...

    def refs(self, prefix: str) -> dict[str, str]:
        """All refs under ``prefix``, by full name, unpeeled."""
        ...

    def update_refs(self, updates: Sequence[RefUpdate]) -> None:
        """All of ``updates`` or none. Raises RefMoved, RefLocked, StateUnwritable, GitFailed."""
        ...

    def close(self) -> None: ...

    def __enter__(self) -> Store: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def open_store(repository: Repository) -> Store:
    """The store for bulk work: libgit2's where it reads this repository, else git's plumbing.

    Never on the hook path: it imports pygit2. Close it, or use it as a context manager.
    """
    from gatekeeper.git.libgit2 import Libgit2Store, refusal
    from gatekeeper.git.plumbing import PlumbingStore

    return PlumbingStore(repository) if refusal(repository) else Libgit2Store(repository)
