# SPDX-License-Identifier: Apache-2.0
"""A verdict as Markdown, for comments and job summaries.

Everything that a repository can choose stands in a code span (CommonMark 0.31, 6.1): there neither
HTML, links, images nor mentions work. Backslash escapes and entities would not do: renderers look
for mentions in what is left after both are resolved.
"""

from __future__ import annotations

from gatekeeper.model import Finding, Verdict
from gatekeeper.report.options import Options
from gatekeeper.report.sanitise import line
from gatekeeper.report.wording import ORDER, OUTCOMES, commit, count, next_step, short

LONGEST = 400
MOST = 100
ICONS = {"allowed": "✅", "needs-approval": "✋", "denied": "⛔"}


def render(verdict: Verdict, options: Options) -> str:
    change = verdict.change
    onto = f" for {code(change.target)}" if change.target else ""
    what = ("the new commit" if change.unmade else count(len(change.commits), "commit")) + onto
    if change.deletes:
        what = f"deleting {code(change.target or '')}"
    blocks = [f"### {ICONS[verdict.outcome]} gatekeeper: {OUTCOMES[verdict.outcome]}", f"{what[0].upper()}{what[1:]}."]
    ordered = sorted(verdict.findings, key=_order)
    items = [_item(finding) for finding in ordered[:MOST]]
    if len(ordered) > MOST:
        items.append(f"- and {len(ordered) - MOST:,} more; `gatekeeper check --json` lists them all")
    blocks += ["\n".join(group) for group in (items, _facts(verdict)) if group]
    step = next_step(verdict, options.subject)
    if step:
        blocks.append(f"Next: {code(step)}")
    return "\n\n".join(blocks) + "\n"


def code(text: str | bytes, limit: int | None = None) -> str:
    """``text`` as a code span: its fence is longer than any run of backticks inside."""
    content = line(text, limit)
    longest = max(map(len, "".join(char if char == "`" else " " for char in content).split()), default=0)
    fence = "`" * (longest + 1)
    pad = " " if not content.strip(" ") or content[0] in "` " or content[-1] in "` " else ""
    return f"{fence}{pad}{content}{pad}{fence}"


def _item(finding: Finding) -> str:
    where = commit(finding.commit) if finding.path is None else code(finding.path, LONGEST)
    if finding.line:
        where += f" line {finding.line}"
    level = "approved" if finding.covered else finding.level
    who = ", ".join(f"{number} of {code(team)}" for team, number in finding.approvers)
    needs = f" (needs {who})" if who and not finding.covered else ""
    return f"- **{level}** {where}: {code(finding.message, LONGEST)}{needs}, rule {code(finding.rule)}"


def _facts(verdict: Verdict) -> list[str]:
    scanned, policy = verdict.scanned, verdict.policy
    facts = []
    if verdict.missing:
        facts.append("- missing: " + ", ".join(f"{number} of {code(team)}" for team, number in verdict.missing))
    facts += [f"- rejected by {code(short(one))}" for one in verdict.vetoes]
    facts += [f"- ignored {code(short(one.id))}: {code(one.reason, LONGEST)}" for one in verdict.ignored]
    facts += [f"- not checked: {code(one.rule)} ({code(one.reason, LONGEST)})" for one in verdict.not_checked]
    facts += [f"- note: {code(notice, LONGEST)}" for notice in verdict.notices]
    sizes = (count(scanned.commits, "commit"), count(scanned.blobs, "file version"), count(scanned.bytes, "byte"))
    looked = ", ".join(sizes) if scanned != (0, 0, 0) else "nothing (no commits to inspect)"
    facts.append(f"- looked at {looked}; policy {code(policy.source)}, serial {policy.serial}, {code(policy.preset)}")
    return facts


def _order(finding: Finding) -> tuple[bool, int, bytes, int]:
    return finding.covered, ORDER.index(finding.level), finding.path or b"", finding.line or 0
