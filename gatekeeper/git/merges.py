# SPDX-License-Identifier: Apache-2.0
"""The automatic merge, recomputed: what a merge commit would be if nobody had touched it.

``git merge-tree --write-tree`` (git 2.38 or later) with default configuration, in a clean room, where no
merge driver, attribute or rename setting of a repository exists.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from gatekeeper.errors import CannotDecide, ObjectMissing
from gatekeeper.git.cleanroom import CleanRoom
from gatekeeper.git.objects import Objects
from gatekeeper.git.rawdiff import diff_trees, parse_raw
from gatekeeper.model import Commit, FileChange

_IDENTITY = {
    "GIT_AUTHOR_NAME": "gatekeeper", "GIT_AUTHOR_EMAIL": "gatekeeper@invalid", "GIT_AUTHOR_DATE": "@0 +0000",
    "GIT_COMMITTER_NAME": "gatekeeper", "GIT_COMMITTER_EMAIL": "gatekeeper@invalid", "GIT_COMMITTER_DATE": "@0 +0000",
}  # fmt: skip


class AutomaticMerge(NamedTuple):
    tree: str
    """Written in the clean room; with conflict markers in the files that conflict."""
    clean: bool


def automatic_merge(room: CleanRoom, parents: Sequence[str]) -> AutomaticMerge:
    """Merge two or more commits. An octopus is merged one by one, as git does; any conflict makes it unclean."""
    current, clean, tree = parents[0], True, ""
    for number, other in enumerate(parents[1:], 2):
        words = ("merge-tree", "--write-tree", "--allow-unrelated-histories", "--no-messages", current, other)
        done = room.run(*words, check=False)
        if done.returncode not in (0, 1):
            raise _failed(room, done.stderr, (current, other))
        tree, clean = done.stdout.split(b"\n", 1)[0].decode(), clean and done.returncode == 0
        if number < len(parents):
            current = interim_commit(room, tree, (current, other))
    return AutomaticMerge(tree, clean)


def interim_commit(room: CleanRoom, tree: str, parents: Sequence[str]) -> str:
    """Write a commit that vanishes with the clean room; its id."""
    words = [word for parent in parents for word in ("-p", parent)]
    done = room.run("commit-tree", tree, *words, "-m", "interim", extra=_IDENTITY)
    return done.stdout.decode().strip()


def automatic_merges(objects: Objects, merges: Sequence[Commit]) -> dict[str, AutomaticMerge]:
    """The automatic merge of each merge commit's parents, by the commit's id. Parents come before children.

    A merge whose tree is that of the automatic merge counts as clean.
    """
    touched = remerged(objects, merges)
    untouched = {merge.oid: AutomaticMerge(merge.tree, True) for merge in merges if not touched[merge.oid]}
    return {merge.oid: untouched.get(merge.oid) or automatic_merge(objects.room, merge.parents) for merge in merges}


def remerged(objects: Objects, merges: Sequence[Commit]) -> dict[str, tuple[FileChange, ...]]:
    """What each merge commit has that the automatic merge of its parents has not, by its id.

    The old side of a file that git had to merge, or that conflicts, was written by nobody and cannot be read.
    ``merges`` hold parents before children and are asked for in the other order: ``git log`` forgets the parents of
    what it has shown, and would then find no merge base.
    """
    pairs = [merge.oid for merge in reversed(merges) if len(merge.parents) == 2]
    found = dict(_remerged_pairs(objects, pairs)) if pairs else {}
    for merge in merges:
        if len(merge.parents) > 2:
            automatic = automatic_merge(objects.room, merge.parents)
            found[merge.oid] = next(diff_trees(objects, [(automatic.tree, merge.tree)]))
    return found


def _remerged_pairs(objects: Objects, oids: Sequence[str]) -> Iterator[tuple[str, tuple[FileChange, ...]]]:
    words = ("log", "--no-walk=unsorted", "--stdin", "--remerge-diff", "--raw", "-z", "--no-abbrev", "--no-renames",
             "--no-notes", "--no-show-signature", "--no-color", "--format=tformat:%H")  # fmt: skip
    done = objects.room.run(*words, stdin="".join(f"{oid}\n" for oid in oids).encode(), check=False)
    answers = parse_raw(done.stdout)
    for oid in oids:
        header, files = next(answers, ("", ()))
        if done.returncode or header != oid:
            raise _failed(objects.room, done.stderr, objects.commit(oid).parents)
        yield header, files


def _failed(room: CleanRoom, stderr: bytes, parents: Sequence[str]) -> CannotDecide:
    for parent in parents:
        if room.run("cat-file", "-e", parent, check=False).returncode:
            return ObjectMissing(parent, "commit")
    return CannotDecide(
        f"git cannot recompute the merge of {parents[0]} and {parents[1]}: {stderr.decode('utf-8', 'replace').strip()}",
        "check that git is 2.38 or later, and the repository with: git fsck",
    )
