# SPDX-License-Identifier: Apache-2.0
"""Pushes to an append-only notes ref, built by hand."""

from __future__ import annotations

import os

from gatekeeper.git import notes
from gatekeeper.git.appended import Appended, Refused, appended
from gatekeeper.git.plumbing import PlumbingStore
from gatekeeper.git.repository import open_repository
from tests.repo import RepoBuilder

WHO = b"alice <alice@example.org>"
KEYS = tuple(f"{number:040x}" for number in range(400))


class NotesPusher:
    """Somebody with a clone who may put anything into a push."""

    def __init__(self, repo: RepoBuilder) -> None:
        self.repo = repo
        self.store = PlumbingStore(open_repository(str(repo.path), os.environ))

    def commit(self, notes_: dict[str, bytes], parents: list[str] | None = None, message: bytes = b"notes\n") -> str:
        """A notes commit with exactly these notes, flat, whatever its parents hold."""
        entries = [("100644", key.encode(), self.repo.blob(content)) for key, content in sorted(notes_.items())]
        return self.repo.commit_tree(self.repo.tree(entries), parents or [], message)

    def append(self, tip: str | None, additions: dict[str, list[bytes]]) -> str:
        """An honest append."""
        planned = notes.plan(self.store, tip, additions, WHO, 1)
        assert planned is not None
        self.store.write(planned.objects)
        return planned.tip

    def push(self, old: str | None, new: str | None) -> Appended | Refused:
        return appended(self.store, old, new)

    def refusal(self, old: str | None, new: str | None) -> str:
        answer = self.push(old, new)
        assert isinstance(answer, Refused), answer
        return answer.reason
