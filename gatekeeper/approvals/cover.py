# SPDX-License-Identifier: Apache-2.0
"""Which findings of a change people have approved, who is missing, and who said no.

Worked out anew by whoever verifies, from statements and from what is recomputed. docs/adr/0050 to 0054.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gatekeeper.approvals.case import Case
from gatekeeper.approvals.coverage import Coverage
from gatekeeper.approvals.evidence import Evidence, Witnesses
from gatekeeper.approvals.predicates import Approval
from gatekeeper.approvals.read import MISPLACED, Reader, Statements
from gatekeeper.approvals.slots import fill
from gatekeeper.approvals.standing import holds_content, objection
from gatekeeper.approvals.vetoes import in_force
from gatekeeper.errors import SignatureInvalid
from gatekeeper.model import Finding, Ignored, Requirement
from gatekeeper.policy.schema import Counts, larger

REVOKED = "its signer revoked it"
UNNEEDED = "nothing in the change needs approval"


def cover(case: Case, statements: Statements, reader: Reader) -> Coverage:
    """Hold ``statements`` against ``case``. ``reader`` opens what was noted elsewhere, to say why it does not count."""
    lifted = {(one.revokes, one.approver) for one in statements.revocations}
    revoked = lifted | {(one.revokes, one.approver) for one in statements.unlisted}
    reasons: dict[str, str] = {}
    standing = []
    for said in statements.approvals:
        reason = _objection(case, said, revoked)
        if reason is None:
            standing.append(said)
        else:
            reasons[said.id] = reason
    witnesses = Witnesses(case, standing)
    findings: list[Finding] = []
    counted: set[str] = set()
    sole: set[str] = set()
    missing: Counts = ()
    for finding in case.findings:
        if finding.level == "approval":
            evidence = witnesses.of(finding)
            counted.update(one.id for one in evidence)
            finding, lacking, alone = _filled(finding, evidence)
            missing = larger(missing, lacking)
            sole.update(alone)
        findings.append(finding)
    if any(finding.level == "approval" and not finding.covered for finding in findings):
        reasons.update(_elsewhere(case, statements.elsewhere, reader, revoked))
    for said in standing:
        reasons[said.id] = witnesses.reasons.get(said.id, UNNEEDED)
    return Coverage(
        tuple(findings),
        _requirements(larger(*(finding.approvers for finding in findings if finding.level == "approval"))),
        tuple(dict.fromkeys(said.id for said in standing if said.id in counted)),
        _requirements(missing),
        (*statements.ignored, *(Ignored(*pair) for pair in reasons.items() if pair[0] not in counted)),
        in_force(case, statements.rejections, lifted),
        tuple(sorted(sole)),
    )


def _objection(case: Case, said: Approval, revoked: set[tuple[str, str]]) -> str | None:
    if (said.id, said.approver) in revoked:
        return REVOKED
    return objection(said, case)


def _filled(finding: Finding, evidence: Iterable[Evidence]) -> tuple[Finding, Counts, set[str]]:
    """The finding with ``covered_by``, what it lacks, and the ids that fill a slot in spite of ``exclude``."""
    by_person: dict[str, list[Evidence]] = {}
    for one in sorted(evidence):
        by_person.setdefault(one.person, []).append(one)
    slots = [team for team, count in finding.approvers for _ in range(count)]
    able = {person: [team for one in own for team in one.teams] for person, own in by_person.items()}
    people = fill(slots, able)
    lacking: dict[str, int] = {}
    used: dict[str, bool] = {}
    for team, person in zip(slots, people, strict=True):
        if person is None:
            lacking[team] = lacking.get(team, 0) + 1
        else:
            best = min((one for one in by_person[person] if team in one.teams), key=lambda one: (one.sole, one.id))
            used[best.id] = best.sole
    if lacking or not used:
        return finding, tuple(sorted(lacking.items())), set()
    return finding._replace(covered_by=tuple(sorted(used))), (), {one for one, alone in used.items() if alone}


def _elsewhere(
    case: Case, lines: Sequence[bytes], reader: Reader, revoked: set[tuple[str, str]]
) -> Iterable[tuple[str, str]]:
    """Why approvals of the same content that are noted on other commits do not count, by id."""
    if not lines or case.change.deletes:
        return
    content = case.facts.content(case.change)
    for line in lines if content.commits else ():
        if holds_content(line, content):
            try:
                said = reader.open(line)
            except SignatureInvalid:
                continue  # a stranger's line on another commit is nobody's business here
            if isinstance(said, Approval):
                yield said.id, _objection(case, said, revoked) or MISPLACED


def _requirements(counts: Counts) -> tuple[Requirement, ...]:
    return tuple(Requirement(team, people) for team, people in counts)
