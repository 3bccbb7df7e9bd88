# SPDX-License-Identifier: Apache-2.0
"""What coverage asks of git. Nothing here is taken from a statement: it is recomputed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from gatekeeper.approvals.recur import recurs
from gatekeeper.errors import HistoryCutOff, ObjectMissing, SignatureInvalid
from gatekeeper.git.changes import build_change, new_commits
from gatekeeper.git.content import Content, Digests
from gatekeeper.git.merges import automatic_merge
from gatekeeper.git.objects import Objects
from gatekeeper.model import Change, Commit
from gatekeeper.signing.allowed_signers import Signers
from gatekeeper.signing.commits import verify_commit
from gatekeeper.signing.sshsig import Verified


class CommitSigner(NamedTuple):
    """Whose key signed a commit."""

    principal: str
    key: Verified


class Facts(Protocol):
    """Answers are exact, and worked out when they are asked for."""

    def up_to(self, head: str) -> Change:
        """The part of the change that ends at ``head``, one of its commits: same target, same base."""
        ...

    def content(self, change: Change) -> Content: ...

    def digests(self, commits: Sequence[str]) -> list[str]:
        """The content of each commit by itself."""
        ...

    def commit(self, oid: str) -> Commit: ...

    def signer(self, oid: str) -> CommitSigner | None:
        """Whose listed key signed the commit; None where none did."""
        ...

    def adds_nothing(self, commit: Commit) -> bool:
        """True for a merge whose tree is the clean automatic merge of its parents."""
        ...

    def landed(self, since: str, head: str, content: Content) -> str | None:
        """The commit by which ``head``, or its content, came into the target after ``since``; None where it did not."""
        ...


class GitFacts:
    """:class:`Facts` about one change, read from objects."""

    def __init__(self, objects: Objects, change: Change, signers: Signers, now: int, known: Sequence[str] = ()) -> None:
        """``known`` are the commits that count as already there, as ``build_change`` was given them."""
        self._objects, self._change, self._signers, self._now = objects, change, signers, now
        self._known = known
        self._parts = {change.head: change}
        self._contents: dict[str, Content] = {}
        self._digests = Digests(objects)
        self._signed: dict[str, CommitSigner | None] = {}
        self._clean: dict[str, bool] = {}

    def up_to(self, head: str) -> Change:
        if head not in self._parts:
            self._parts[head] = build_change(self._objects, self._change.target, self._change.base, head, self._known)
        return self._parts[head]

    def content(self, change: Change) -> Content:
        if change.head not in self._contents:
            self._contents[change.head] = self._digests.of_change(change)
        return self._contents[change.head]

    def digests(self, commits: Sequence[str]) -> list[str]:
        return self._digests.of_commits(commits)

    def commit(self, oid: str) -> Commit:
        return self._objects.commit(oid)

    def signer(self, oid: str) -> CommitSigner | None:
        if oid not in self._signed:
            try:
                found = CommitSigner(*verify_commit(self._objects.commit(oid), self._signers, self._now))
            except SignatureInvalid:
                self._signed[oid] = None  # a commit that no listed key signed is agent work
            else:
                self._signed[oid] = found
        return self._signed[oid]

    def adds_nothing(self, commit: Commit) -> bool:
        if commit.oid not in self._clean:
            merge = automatic_merge(self._objects.room, commit.parents) if len(commit.parents) > 1 else None
            self._clean[commit.oid] = merge is not None and merge.clean and merge.tree == commit.tree
        return self._clean[commit.oid]

    def landed(self, since: str, head: str, content: Content) -> str | None:
        tip = self._change.base
        if not tip.strip("0") or not since.strip("0"):
            return None
        try:
            history = new_commits(self._objects, tip, (since,))
        except (ObjectMissing, HistoryCutOff):
            return None  # then it cannot be told why the base moved, only that it did
        if head in history:
            return head
        for oid, digest in zip(history, self._digests.of_commits(history), strict=True):
            if recurs(content, [digest]):
                return oid
        if recurs(content, self._digests.of_commits(history)):
            return history[-1]
        return self._merged(history, content)

    def _merged(self, history: Sequence[str], content: Content) -> str | None:
        """The merge that brought it in as a whole."""
        merges = [commit for commit in map(self._objects.commit, history) if len(commit.parents) > 1]
        pairs = [(self._objects.commit(merge.parents[0]).tree, merge.tree) for merge in merges]
        for merge, digest in zip(merges, self._digests.of_trees(pairs), strict=True):
            if recurs(content, [digest]):
                return merge.oid
        return None
