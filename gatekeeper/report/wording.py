# SPDX-License-Identifier: Apache-2.0
"""Words that every format for people shares: counts, places, the next step."""

from __future__ import annotations

from gatekeeper.model import LEVELS, Finding, Level, Requirement, Verdict
from gatekeeper.report.sanitise import line

OUTCOMES = {"allowed": "allowed", "needs-approval": "needs approval", "denied": "denied"}
ORDER: tuple[Level, ...] = tuple(reversed(LEVELS))
"""Worst first."""
PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:@=+,^~%")
SHORT = 12
"""Digits of an object id that people are shown."""


def count(number: int, thing: str) -> str:
    """``1 commit``, ``1,200 commits``."""
    return f"{number:,} {thing}" + ("" if number == 1 else "s")


def short(oid: str) -> str:
    return oid[:SHORT]


def commit(oid: str) -> str:
    """``commit 1a2b...``, or ``this change`` for the zeros of what is not a commit (yet, or any more)."""
    return f"commit {short(oid)}" if oid.strip("0") else "this change"


def place(finding: Finding, limit: int | None = None) -> str:
    """``path:line``, or ``commit 1a2b...`` where the finding is about no path; one printable line."""
    where = commit(finding.commit) if finding.path is None else line(finding.path, limit)
    return f"{where}:{finding.line}" if finding.line else where


def people(requirements: tuple[Requirement, ...] | tuple[tuple[str, int], ...]) -> str:
    """``1 of maintainers, 2 of security``."""
    return ", ".join(f"{number} of {line(team)}" for team, number in requirements)


def headline(verdict: Verdict) -> str:
    """The verdict in one sentence without a full stop."""
    change = verdict.change
    what = OUTCOMES[verdict.outcome] + ": "
    if change.deletes:
        what += f"deleting {line(change.target or '')}"
    else:
        what += "the new commit" if change.unmade else count(len(change.commits), "commit")
        what += f" for {line(change.target)}" if change.target else ""
    open_ones = [finding for finding in verdict.findings if not finding.covered]
    parts = []
    for level, thing in (("deny", "to fix"), ("approval", "to approve"), ("warn", "to know")):
        number = sum(finding.level == level for finding in open_ones)
        if number:
            parts.append(f"{number:,} {thing}")
    covered = len(verdict.findings) - len(open_ones)
    if covered:
        parts.append(f"{covered:,} approved")
    if verdict.vetoes:
        parts.append(count(len(verdict.vetoes), "rejection"))
    return f"{what} ({', '.join(parts)})" if parts else what


def looked_at(verdict: Verdict) -> str:
    """How much was inspected, under which policy. Nothing inspected is said, never implied."""
    scanned, policy = verdict.scanned, verdict.policy
    sizes = (
        f"{count(scanned.commits, 'commit')}, {count(scanned.blobs, 'file version')}, {count(scanned.bytes, 'byte')}"
    )
    looked = sizes if scanned != (0, 0, 0) else "nothing (no commits to inspect)"
    return f"{looked}; policy {line(policy.source)}, serial {policy.serial}, {policy.preset}"


def next_step(verdict: Verdict, subject: str | None = None) -> str:
    """The command to run now, safe to paste; empty where nothing is to be done.

    ``subject`` is the change as its user named it; the head's object id stands in for one that
    cannot be pasted safely. What is not a commit yet is approved as HEAD, once it is made.
    """
    if verdict.outcome == "denied":
        rules = [finding.rule for finding in verdict.findings if finding.level == "deny"]
        return f"gatekeeper explain {quoted(rules[0])}" if rules else ""
    if verdict.outcome == "needs-approval":
        change = verdict.change
        head = "HEAD" if change.unmade else change.head
        words = ["gatekeeper", "approve", subject if subject and line(subject) == subject else head]
        if change.target:
            words += ["--target", change.target]
        return " ".join(map(quoted, words))
    return ""


def quoted(word: str) -> str:
    """``word`` as one word of a POSIX shell."""
    if word and PLAIN.issuperset(word):
        return word
    return "'" + word.replace("'", "'\\''") + "'"
