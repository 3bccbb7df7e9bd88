# SPDX-License-Identifier: Apache-2.0
"""Verdicts made by hand, for tests of what is done with one."""

from __future__ import annotations

from gatekeeper.model import Change, Finding, Level, Outcome, PolicyId, Requirement, Scanned, Verdict

BASE, HEAD, TREE = "a" * 40, "b" * 40, "c" * 40
POLICY = PolicyId("refs/heads/main:.gatekeeper/policy.yaml", "d" * 64, 3, "balanced")


def finding(
    level: Level = "approval",
    path: bytes | None = b"pyproject.toml",
    message: str = "new dependency 'left-pad'",
    rule: str = "deps.new-direct",
    line: int | None = 14,
    commit: str = HEAD,
    covered_by: tuple[str, ...] = (),
) -> Finding:
    approvers = (("maintainers", 1),) if level == "approval" else ()
    return Finding(rule, level, commit, path, line, message, "0123456789abcdef0123", approvers, covered_by)


def verdict(*findings: Finding, target: str | None = "refs/heads/main", commits: tuple[str, ...] = (HEAD,)) -> Verdict:
    levels = [one.level for one in findings if not one.covered]
    outcome: Outcome = "denied" if "deny" in levels else "needs-approval" if "approval" in levels else "allowed"
    need = (Requirement("maintainers", 1),) if outcome == "needs-approval" else ()
    return Verdict(
        outcome=outcome,
        repository="example.org/payments",
        change=Change(target, BASE, HEAD, commits, TREE),
        policy=POLICY,
        findings=findings,
        required=need,
        missing=need,
        scanned=Scanned(len(commits), 2, 4096),
    )
