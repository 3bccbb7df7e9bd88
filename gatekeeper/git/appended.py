# SPDX-License-Identifier: Apache-2.0
"""What a push adds to an append-only notes ref, or why it may not.

Looks at shape and size alone; whether a line is a valid statement, and whose, is for who asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from gatekeeper.errors import CannotDecide, TooLarge
from gatekeeper.git.notediff import Comparison
from gatekeeper.git.notes import read_commit
from gatekeeper.git.notetree import split_lines
from gatekeeper.git.store import Store
from gatekeeper.model import Commit

MOST_LINES = 256
"""New lines in one push."""
LONGEST_LINE = 64 * 1024
"""Bytes of a line, and of a notes commit's own object."""
MOST_COMMITS = 1024
"""New notes commits in one push: each line may come in a commit of its own, and be merged a few times."""
MOST_FOLDERS = 20_000
"""Trees of notes that are read to see what one push changes."""


class Appended(NamedTuple):
    lines: Mapping[str, tuple[bytes, ...]]
    """The new lines, by the object they are noted on."""


class Refused(NamedTuple):
    reason: str
    """A sentence without a full stop, fit to follow the ref's name and a colon."""


def appended(store: Store, old: str | None, new: str | None) -> Appended | Refused:
    """What turns the notes commit ``old`` (None: no ref yet) into ``new`` (None: deletion).

    Every new commit must hold notes alone and every line of each of its parents, so that nothing is lost on
    the way and nothing else comes in under it. Raises ObjectMissing.
    """
    if new is None:
        return Refused("the record is never deleted")
    try:
        return _appended(store, old, new)
    except TooLarge as error:
        return Refused(str(error))


def _appended(store: Store, old: str | None, new: str) -> Appended | Refused:
    try:
        head = read_commit(store, new)
    except CannotDecide as error:
        return Refused(f"not a notes commit ({error})")
    if old is not None and not store.contains(new, old):
        return Refused("not a fast-forward; fetch the ref and merge it: git notes merge -s cat_sort_uniq")
    commits = store.commits(new, (old,) if old is not None else ())
    if len(commits) > MOST_COMMITS:
        return Refused(f"{len(commits)} new notes commits; at most {MOST_COMMITS} a push")
    comparison = Comparison(store, len(new), MOST_FOLDERS)
    for oid in commits:
        commit = read_commit(store, oid)
        reason = _commit_refusal(store, comparison, commit)
        if reason:
            return Refused(f"notes commit {oid[:12]} {reason}")
    before = read_commit(store, old).tree if old is not None else None
    added: dict[str, tuple[bytes, ...]] = {}
    for key, was, now in comparison.differences(before, head.tree):
        known = _lines(store, was)
        lines = tuple(line for line in _lines(store, now) if line not in known)
        if lines:
            added[key] = lines
    count = sum(map(len, added.values()))
    if count > MOST_LINES:
        return Refused(f"{count} new lines; at most {MOST_LINES} a push")
    return Appended(added)


def _commit_refusal(store: Store, comparison: Comparison, commit: Commit) -> str | None:
    if len(commit.raw) > LONGEST_LINE:
        return f"is {len(commit.raw)} bytes long; at most {LONGEST_LINE}"
    for parent in commit.parents or (None,):
        before = read_commit(store, parent).tree if parent is not None else None
        for key, was, now in comparison.differences(before, commit.tree):
            reason = _note_refusal(store, was, now)
            if reason:
                return f"{reason} {key[:12]}"
        if comparison.stray is not None:
            name = comparison.stray.decode("utf-8", "backslashreplace")
            return f"holds {name!r}, which is no note"
    return None


def _note_refusal(store: Store, was: Iterable[str], now: Iterable[str]) -> str | None:
    """What is wrong with a note that changed, fit to go before the noted object; None where it only grew."""
    lines = _lines(store, now)
    missing = _lines(store, was).keys() - lines.keys()
    if missing:
        return "removes or rewrites a line on"
    if any(len(line) > LONGEST_LINE for line in lines):
        return f"has a line longer than {LONGEST_LINE} bytes on"
    # Blank lines are what `git notes append` puts between; more than that is ballast.
    size = sum(len(store.read(oid)[1]) for oid in now)
    if size > sum(map(len, lines)) + 2 * len(lines) + 2:
        return "has something other than lines on"
    return None


def _lines(store: Store, blobs: Iterable[str]) -> dict[bytes, None]:
    """The lines of all ``blobs``, each once, in order."""
    return dict.fromkeys(line for oid in blobs for line in split_lines(store.read(oid)[1]))
