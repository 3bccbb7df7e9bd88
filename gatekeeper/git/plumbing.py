# SPDX-License-Identifier: Apache-2.0
"""The store over git's own plumbing: reads every format that git reads; a few spawns for any amount of work."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import TracebackType

from gatekeeper.git import refs
from gatekeeper.git.changes import is_ancestor, new_commits
from gatekeeper.git.objects import Objects
from gatekeeper.git.pack import write_objects
from gatekeeper.git.repository import Repository
from gatekeeper.git.store import RefUpdate


class PlumbingStore:
    """A :class:`~gatekeeper.git.store.Store`. Reads through one persistent ``cat-file``, started when needed."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.object_format = repository.object_format
        self._objects: Objects | None = None

    def _reader(self) -> Objects:
        if self._objects is None:
            self._objects = Objects(self.repository)
        return self._objects

    def read(self, oid: str) -> tuple[str, bytes]:
        return self._reader().read(oid)

    def read_many(self, oids: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        return self._reader().read_many(oids)

    def commits(self, head: str, known: Sequence[str]) -> tuple[str, ...]:
        return new_commits(self._reader(), head, known)

    def contains(self, newer: str, older: str) -> bool:
        return newer == older or is_ancestor(self._reader(), older, newer)

    def write(self, objects: Sequence[tuple[str, bytes]]) -> list[str]:
        return write_objects(self.repository, objects)

    def ref(self, name: str) -> str | None:
        return self.repository.ref(name)

    def refs(self, prefix: str) -> dict[str, str]:
        return {name: value.oid for name, value in self.repository.refs(prefix).items()}

    def update_refs(self, updates: Sequence[RefUpdate]) -> None:
        refs.update_refs(self.repository, updates)

    def close(self) -> None:
        if self._objects is not None:
            self._objects.close()
            self._objects = None

    def __enter__(self) -> PlumbingStore:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
