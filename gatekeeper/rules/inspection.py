# SPDX-License-Identifier: Apache-2.0
"""Rules over commits: a pure function of the objects, the enabled rules and their settings.

Small work runs here; a long range is spread over processes, each with its own reader.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from gatekeeper.errors import DeadlinePassed, TooLarge
from gatekeeper.git.carried import carried
from gatekeeper.git.changes import CommitChange, commit_changes, read_commits
from gatekeeper.git.objects import Objects
from gatekeeper.git.repository import open_repository
from gatekeeper.model import Change, Commit, FileChange, Hit, Scanned
from gatekeeper.rules import fingerprint
from gatekeeper.rules.registry import rules_for
from gatekeeper.rules.rule import Rule, RuleSettings
from gatekeeper.rules.view import BLOB_MODES, CommitDiff

AHEAD = 64
"""Commits whose blobs are fetched in one round trip."""
SPREAD = 384
"""From so many commits on, processes are worth their start."""
CHUNK_AT_MOST = 1024
"""Commits a process takes at a time, so that progress shows and memory stays small."""
UNREAD = "git.binary"
"""The rule under which a file too large to be read asks for a person."""
BY_MERGE = "a merge carries it here, where no commit touches it"


class Inspected(NamedTuple):
    """What the rules say of one commit."""

    commit: str
    hits: tuple[Hit, ...]
    scanned: Scanned
    paths: tuple[bytes, ...]


class Job(NamedTuple):
    """Everything a process needs to inspect a run of commits."""

    environ: Mapping[str, str]
    git_dir: str
    commits: tuple[str, ...]
    enabled: tuple[str, ...]
    settings: RuleSettings
    deadline: float | None
    """On ``time.monotonic``'s clock; past it the work stops with DeadlinePassed."""


def inspect(objects: Objects, job: Job) -> Iterator[Inspected]:
    """Inspect every commit of ``job``, in order.

    Raises DeadlinePassed, ObjectMissing and whatever else makes a verdict impossible.
    """
    workers = min(os.cpu_count() or 1, 8)
    if len(job.commits) < SPREAD or workers < 2:
        yield from inspect_run(objects, job)
        return
    from concurrent.futures import ProcessPoolExecutor

    size = min(CHUNK_AT_MOST, -(-len(job.commits) // workers))
    runs = [job._replace(commits=job.commits[at : at + size]) for at in range(0, len(job.commits), size)]
    with ProcessPoolExecutor(workers) as pool:
        for run in pool.map(_inspect_apart, runs):
            yield from run


def _inspect_apart(job: Job) -> list[Inspected]:
    with Objects(open_repository(".", job.environ, git_dir=job.git_dir)) as objects:
        return list(inspect_run(objects, job))


def inspect_run(objects: Objects, job: Job) -> Iterator[Inspected]:
    """Inspect the commits of ``job`` one after another in this process."""
    rules = rules_for(job.enabled)
    changes = read_commits(objects, job.commits)
    while group := list(islice(changes, AHEAD)):
        objects.prefetch([oid for change in group for file in change.files for oid in _sides(file)])
        for change in group:
            if job.deadline is not None and time.monotonic() > job.deadline:
                raise DeadlinePassed(
                    "the time allowed for a decision is over", "push again: what was inspected is kept"
                )
            yield inspect_commit(objects, change, rules, job)


def inspect_carried(objects: Objects, change: Change, job: Job) -> Iterator[Inspected]:
    """Inspect what the merges of ``change`` put in another place than where its commits wrote it."""
    rules: Sequence[Rule] | None = None
    for moved in carried(objects, change):
        check_time(job.deadline)
        rules = rules_for(job.enabled) if rules is None else rules
        found = inspect_commit(objects, moved, rules, job)
        hits = tuple(hit._replace(message=f"{hit.message} ({BY_MERGE})") for hit in found.hits)
        yield found._replace(hits=hits)


def check_time(deadline: float | None) -> None:
    """Raises DeadlinePassed after ``deadline``, on ``time.monotonic``'s clock."""
    if deadline is not None and time.monotonic() > deadline:
        raise DeadlinePassed("the time allowed for a decision is over", "push fewer commits at a time")


def inspect_unmade(objects: Objects, commit: Commit, job: Job) -> Inspected:
    """Inspect a commit that is about to be made (``git.staged``)."""
    return inspect_commit(objects, next(commit_changes(objects, [commit])), rules_for(job.enabled), job)


def inspect_commit(objects: Objects, change: CommitChange, rules: Sequence[Rule], job: Job) -> Inspected:
    """Run ``rules`` over one commit."""
    view = CommitDiff(objects, change, job.settings)
    unread = tuple(hit for file in change.files if (hit := _unread(view, file)) is not None)
    if unread:
        if UNREAD not in job.enabled:
            raise TooLarge(unread[0].message, f"keep it out of git (git lfs), or give the rule {UNREAD} a level")
        view = CommitDiff(objects, change, job.settings, frozenset(hit.path for hit in unread))
    hits = (*unread, *(hit for rule in rules for hit in rule.inspect(view)))
    read = [len(view.new(file)) for file in change.files if file.new_mode in BLOB_MODES]
    paths = tuple(file.path for file in change.files)
    return Inspected(change.commit.oid, hits, Scanned(1, len(read), sum(read)), paths)


def _sides(file: FileChange) -> Iterator[str]:
    if file.new_mode in BLOB_MODES:
        yield file.new_oid
        if file.old_mode in BLOB_MODES:
            yield file.old_oid


def _unread(view: CommitDiff, file: FileChange) -> Hit | None:
    """A hit for a file that is over the cap on either side."""
    try:
        view.new(file)
        view.olds(file)
    except TooLarge as error:
        mark = fingerprint.changed(UNREAD, file.path, file.old_oid.encode(), file.new_oid.encode())
        return Hit(UNREAD, file.path, None, f"too large to inspect: {error}", mark, "approval")
    return None
