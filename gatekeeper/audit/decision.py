# SPDX-License-Identifier: Apache-2.0
"""From a verdict to the decision that goes on record. docs/audit.md lists the fields.

No message of a finding is in it: a message may quote what was found, and a record stays for ever.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from gatekeeper.audit.draft import Draft, readable
from gatekeeper.git.recordrefs import AUDIT
from gatekeeper.model import LEVELS, Finding, PolicyId, Requirement, Verdict
from gatekeeper.signing import canonical, statement
from gatekeeper.signing.times import rfc3339

MOST_COMMITS = 1000
"""With more, the decision names the head and a digest of the list."""
MOST_FINDINGS = 2000
"""With more, the most severe are listed and a digest stands for all."""
MOST_IGNORED = 200


class Circumstances(NamedTuple):
    """What a verdict does not know of how it came to be."""

    gate: str
    """The fingerprint of the gate's key."""
    decided_at: int
    """The gate's clock, seconds since the epoch."""
    pusher: str | None = None
    """Whom the host says pushed; None where it does not say."""
    landed: str | None = None
    """The commit that the target was set to, where it is not the change's head (a merge or squash)."""
    people: Mapping[str, str] = {}
    """Commits signed by a person's key, with the principal. All others are agent work."""


def decision(verdict: Verdict, circumstances: Circumstances, parents: Callable[[str], Sequence[str]]) -> Draft:
    """The decision on an accepted change, to be noted on each of its commits.

    ``parents`` gives the parents of a commit of the change; asked only where the commits are too many to list.
    """
    change = verdict.change
    commits = change.commits
    listed = len(commits) <= MOST_COMMITS
    known = tuple(oid for oid in (change.head if not change.deletes else change.base, circumstances.landed) if oid)
    subjects = tuple(dict.fromkeys([*commits, *known] if listed else known))
    predicate: dict[str, object] = {
        "repository": readable(verdict.repository),
        "target": None if change.target is None else readable(change.target),
        "base": change.base,
        "head": change.head,
        "resultTree": change.result_tree,
        "policy": _policy(verdict.policy),
        "verdict": verdict.outcome,
        **_findings(verdict.findings),
        "approvals": {
            "required": _requirements(verdict.required),
            "missing": _requirements(verdict.missing),
            "present": list(verdict.present),
            "sole": list(verdict.sole),
            "ignored": [{"id": one.id, "reason": readable(one.reason)} for one in verdict.ignored[:MOST_IGNORED]],
            "vetoes": list(verdict.vetoes),
        },
        "scanned": verdict.scanned._asdict(),
        "notChecked": [{"rule": one.rule, "reason": readable(one.reason)} for one in verdict.not_checked],
        "notices": [readable(notice) for notice in verdict.notices],
        "people": dict(circumstances.people) if listed else {},
        "gate": circumstances.gate,
        "host": {"pusher": None if circumstances.pusher is None else readable(circumstances.pusher)},
        "decidedAt": rfc3339(circumstances.decided_at),
    }
    if listed:
        predicate["commits"] = list(commits)
    else:
        predicate["commitsDigest"] = {
            "count": len(commits),
            "sha256": commits_digest(commits),
            "without": _boundary(commits, parents),
        }
    if len(verdict.ignored) > MOST_IGNORED:
        predicate["ignoredOmitted"] = len(verdict.ignored) - MOST_IGNORED
    if change.rewinds:
        predicate["rewinds"] = True
    if change.tag is not None:
        predicate["tag"] = change.tag
    if circumstances.landed is not None:
        predicate["landed"] = circumstances.landed
    return Draft(statement.DECISION, subjects, predicate, AUDIT)


def commits_digest(commits: Iterable[str]) -> str:
    """SHA-256, in hex, over the ids in lower-case hex, sorted, each ended by a newline."""
    return hashlib.sha256("".join(f"{oid}\n" for oid in sorted(commits)).encode()).hexdigest()


def _boundary(commits: Sequence[str], parents: Callable[[str], Sequence[str]]) -> list[str]:
    """The parents of the commits that are not among them: without these, the head's history is the list again."""
    inside = set(commits)
    return sorted({parent for oid in commits for parent in parents(oid)} - inside)


def _policy(policy: PolicyId) -> dict[str, object]:
    return {
        "source": readable(policy.source),
        "sha256": policy.sha256,
        "serial": policy.serial,
        "preset": policy.preset,
        "managed": list(policy.managed),
    }


def _requirements(requirements: Iterable[Requirement]) -> list[dict[str, object]]:
    return [{"team": one.team, "count": one.people} for one in requirements]


def _findings(findings: Sequence[Finding]) -> dict[str, object]:
    documents = [_finding(one) for one in findings]
    if len(documents) <= MOST_FINDINGS:
        return {"findings": documents}
    order = sorted(range(len(findings)), key=lambda number: -LEVELS.index(findings[number].level))
    kept = [documents[number] for number in sorted(order[:MOST_FINDINGS])]
    digest = hashlib.sha256(canonical.dumps(documents)).hexdigest()
    return {"findings": kept, "findingsDigest": {"count": len(documents), "sha256": digest}}


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "rule": finding.rule,
        "level": finding.level,
        "commit": finding.commit,
        "path": None if finding.path is None else readable(finding.path),
        "line": finding.line,
        "fingerprint": finding.fingerprint,
        "approvers": dict(finding.approvers),
        "coveredBy": list(finding.covered_by),
    }
