# SPDX-License-Identifier: Apache-2.0
"""The automatic merge, recomputed: what a merge commit would be if nobody had touched it.

``git merge-tree --write-tree`` (git 2.38 or later) with default configuration, in a clean room, where no
merge driver, attribute or rename setting of a repository exists.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from gatekeeper.errors import CannotDecide, ObjectMissing
from gatekeeper.git.cleanroom import CleanRoom
from gatekeeper.model import Commit

FEW = 8
"""Up to so many merges are recomputed one by one; more are sieved by one process first."""
_IDENTITY = {
    "GIT_AUTHOR_NAME": "gatekeeper", "GIT_AUTHOR_EMAIL": "gatekeeper@invalid", "GIT_AUTHOR_DATE": "@0 +0000",
    "GIT_COMMITTER_NAME": "gatekeeper", "GIT_COMMITTER_EMAIL": "gatekeeper@invalid", "GIT_COMMITTER_DATE": "@0 +0000",
}  # fmt: skip


class AutomaticMerge(NamedTuple):
    tree: str
    """Written in the clean room; with conflict markers in the files that conflict."""
    clean: bool
    conflicts: frozenset[bytes] = frozenset()
    """The paths that conflict."""


def automatic_merge(room: CleanRoom, parents: Sequence[str]) -> AutomaticMerge:
    """Merge two or more commits. An octopus is merged one by one, as git does; any conflict makes it unclean."""
    current, clean, tree = parents[0], True, ""
    conflicts: set[bytes] = set()
    words = ("merge-tree", "--write-tree", "--allow-unrelated-histories", "--no-messages", "--name-only", "-z")
    for number, other in enumerate(parents[1:], 2):
        done = room.run(*words, current, other, check=False)
        if done.returncode not in (0, 1):
            raise _failed(room, done.stderr, (current, other))
        first, *names = done.stdout.split(b"\0")
        tree, clean = first.decode(), clean and done.returncode == 0
        conflicts.update(name for name in names if name)
        if number < len(parents):
            current = _interim_commit(room, tree, (current, other))
    return AutomaticMerge(tree, clean, frozenset(conflicts))


def _interim_commit(room: CleanRoom, tree: str, parents: Sequence[str]) -> str:
    words = [word for parent in parents for word in ("-p", parent)]
    done = room.run("commit-tree", tree, *words, "-m", "interim", extra=_IDENTITY)
    return done.stdout.decode().strip()


def automatic_merges(room: CleanRoom, merges: Sequence[Commit]) -> dict[str, AutomaticMerge]:
    """The automatic merge of each merge commit's parents, by the commit's id. Parents come before children."""
    same = _untouched(room, merges) if len(merges) > FEW else frozenset()
    return {
        merge.oid: AutomaticMerge(merge.tree, True) if merge.oid in same else automatic_merge(room, merge.parents)
        for merge in merges
    }


def _untouched(room: CleanRoom, merges: Sequence[Commit]) -> frozenset[str]:
    """Two-parent merges that equal their clean automatic merge, by one process for all of them.

    A merge is named only where git prints nothing for it: neither a changed path nor a conflict notice.
    ``merges`` hold parents before children and are asked for in the other order: ``git log`` forgets the parents of
    what it has shown, and would then find no merge base.
    """
    pairs = [merge.oid for merge in reversed(merges) if len(merge.parents) == 2]
    output = ("--remerge-diff", "--raw", "-p", "-U0", "--no-renames", "--format=%x00%H")
    plain = ("--no-color", "--no-ext-diff", "--no-textconv", "--no-notes", "--no-show-signature")
    words = ("log", "--no-walk=unsorted", "--stdin", *output, *plain)
    done = room.run(*words, stdin="".join(f"{oid}\n" for oid in pairs).encode(), check=False)
    if done.returncode:
        return frozenset()  # one by one, so that the merge concerned is named
    entries = [entry.partition(b"\n") for entry in done.stdout.split(b"\0")[1:]]
    return frozenset(oid.decode() for oid, _, rest in entries if not rest.strip()).intersection(pairs)


def _failed(room: CleanRoom, stderr: bytes, parents: Sequence[str]) -> CannotDecide:
    for parent in parents:
        if room.run("cat-file", "-e", parent, check=False).returncode:
            return ObjectMissing(parent, "commit")
    return CannotDecide(
        f"git cannot merge {parents[0]} and {parents[1]}: {stderr.decode('utf-8', 'replace').strip()}",
        "check that git is 2.38 or later, and the repository with: git fsck",
    )
