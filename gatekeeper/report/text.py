# SPDX-License-Identifier: Apache-2.0
"""A verdict for a terminal: the verdict first, then what was found by file, worst first, then what to do."""

from __future__ import annotations

from gatekeeper.model import LEVELS, Finding, Verdict
from gatekeeper.report.options import Options
from gatekeeper.report.sanitise import line
from gatekeeper.report.wording import ORDER, commit, count, headline, looked_at, next_step, people, place, short

LONGEST = 400
"""Characters of a path or message that are shown; what is over is counted."""
MOST = 200
"""Findings that are listed; the rest is counted, and ``--json`` has them all."""


def render(verdict: Verdict, options: Options) -> str:
    kind = {"allowed": "good", "needs-approval": "approval", "denied": "deny"}[verdict.outcome]
    lines = [options.paint(kind, headline(verdict)), *findings(verdict.findings, options), *summary(verdict)]
    step = next_step(verdict, options.subject)
    if step:
        lines.append(f"next: {options.paint('strong', step)}")
    return "\n".join(lines) + "\n"


def findings(found: tuple[Finding, ...], options: Options) -> list[str]:
    """Lines for each file, the file with the worst finding first; equal findings of several commits are one."""
    files: dict[bytes | None, dict[Finding, list[Finding]]] = {}
    for finding in found:
        same = finding._replace(commit="" if finding.path is not None else finding.commit, fingerprint="")
        files.setdefault(finding.path, {}).setdefault(same, []).append(finding)
    lines, listed = [], 0
    for _, groups in sorted(files.items(), key=_file_order):
        for _, members in sorted(groups.items(), key=lambda item: _order(item[0])):
            if listed < MOST:
                lines += _finding(members, options)
            listed += 1
    if listed > MOST:
        lines.append(f"  and {listed - MOST:,} more (all of them: --json)")
    return lines


def summary(verdict: Verdict) -> list[str]:
    """What is asked for, given, missing, ignored, not checked, and how much was looked at."""
    lines = []
    if verdict.required:
        lines.append(f"asks for: {people(verdict.required)}")
    if verdict.present:
        lines.append(f"counted: {', '.join(short(one) for one in verdict.present)}")
    if verdict.missing and verdict.missing != verdict.required:
        lines.append(f"missing: {people(verdict.missing)}")
    lines += [f"rejected by: {short(one)}" for one in verdict.vetoes]
    lines += [f"ignored: {line(short(one.id))}: {line(one.reason, LONGEST)}" for one in verdict.ignored]
    unasked: dict[str, list[str]] = {}
    for one in verdict.not_checked:
        unasked.setdefault(one.reason, []).append(one.rule)
    lines += [f"not checked: {', '.join(rules)} ({line(reason, LONGEST)})" for reason, rules in unasked.items()]
    lines += [f"note: {line(notice, LONGEST)}" for notice in verdict.notices]
    lines.append(f"looked at: {looked_at(verdict)}")
    return lines


def _finding(members: list[Finding], options: Options) -> list[str]:
    first = members[0]
    level = "approved" if first.covered else first.level
    painted = options.paint("good" if first.covered else first.level, level)
    where = "" if first.path is None or not first.commit.strip("0") else f", {commit(first.commit)}"
    if len(members) > 1:
        where = f", {count(len(members), 'commit')} from {short(first.commit)}"
    who = f"; needs {people(first.approvers)}" if first.approvers and not first.covered else ""
    return [
        f"  {place(first, LONGEST)}  {painted}  {first.rule}",
        f"      {line(first.message, LONGEST)}{options.paint('faint', who + where)}",
    ]


def _order(finding: Finding) -> tuple[bool, int, int, str]:
    return finding.covered, ORDER.index(finding.level), finding.line or 0, finding.rule


def _file_order(item: tuple[bytes | None, dict[Finding, list[Finding]]]) -> tuple[int, bytes]:
    path, groups = item
    return -max(-1 if one.covered else LEVELS.index(one.level) for one in groups), path or b""
