# SPDX-License-Identifier: Apache-2.0
"""Who stands for a finding: by an approval, or by having signed its commit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from gatekeeper.approvals.case import Case
from gatekeeper.approvals.exclusion import Exclusion
from gatekeeper.approvals.predicates import Approval
from gatekeeper.model import Finding

UNASKED = "approver is in no team that is asked"
OWN = "commit-signature:"
"""Before a commit id: what stands for its findings is the person's signature of the commit itself."""


class Evidence(NamedTuple):
    id: str
    person: str
    teams: tuple[str, ...]
    """The teams whose slots it may fill."""
    sole: bool
    """True where ``exclude`` would keep the person out, were the team larger than what is asked of it."""


class Witnesses:
    """The approvals that stand for a change, and the people who signed its commits."""

    def __init__(self, case: Case, standing: Sequence[Approval]) -> None:
        self._case, self._standing = case, standing
        self._exclusion = Exclusion(case)
        self._members = {team: frozenset(people) for team, people in case.policy.teams.items()}
        self._listed: dict[str, frozenset[str]] = {}
        self._reached: dict[str, frozenset[str]] = {}
        self.reasons: dict[str, str] = {}
        """By id, why an approval did not stand for a finding: the most telling reason so far."""

    def of(self, finding: Finding) -> list[Evidence]:
        """All that stands for ``finding``, in no order that matters."""
        return [*self._approvals(finding), *self._own_signature(finding)]

    def _approvals(self, finding: Finding) -> Iterator[Evidence]:
        for said in self._standing:
            teams = self._teams(said.approver, finding)
            reason = self._gap(said, finding) if teams else UNASKED
            if reason is None:
                excluded = self._exclusion.reason(said.approver, finding)
                open_to = tuple(team for team in teams if excluded is None or self._is_sole(team, finding))
                if open_to:
                    yield Evidence(said.id, said.approver, open_to, excluded is not None)
                    continue
                reason = str(excluded)
            if self.reasons.get(said.id, UNASKED) == UNASKED:
                self.reasons[said.id] = reason

    def _gap(self, said: Approval, finding: Finding) -> str | None:
        if finding.fingerprint not in said.findings:
            return f"it does not list {finding.rule} {finding.fingerprint}"
        if finding.commit != said.head and not self._reaches(said, finding):
            return f"it does not reach commit {finding.commit}"
        return said.key.lacks(self._case.policy.presence_of(finding.rule)) or None

    def _reaches(self, said: Approval, finding: Finding) -> bool:
        if said.head not in self._listed:
            self._listed[said.head] = frozenset(said.commits)
        if finding.commit in self._listed[said.head]:
            return True
        # A clean merge has findings only where it ends a change that has some as a whole.
        return finding in self._case.whole and finding.commit in self._merged(said)

    def _merged(self, said: Approval) -> frozenset[str]:
        """The commits that ``said`` lists, and clean merges of them with what the target has."""
        if said.head not in self._reached:
            change, reached = frozenset(self._case.change.commits), set(said.commits)
            for oid in self._case.change.commits:
                commit = self._case.facts.commit(oid)
                if reached.issuperset(change.intersection(commit.parents)) and self._case.facts.adds_nothing(commit):
                    reached.add(oid)
            self._reached[said.head] = frozenset(reached)
        return self._reached[said.head]

    def _own_signature(self, finding: Finding) -> Iterator[Evidence]:
        """``humans: counts``: a person's signature of a commit is that person's approval of its findings."""
        policy = self._case.policy
        if policy.humans != "counts" or not self._is_own(finding):
            return
        signer = self._case.facts.signer(finding.commit)
        if signer is None or not self._case.is_person(signer.principal):
            return
        teams = self._teams(signer.principal, finding)
        if teams and not signer.key.lacks(policy.presence_of(finding.rule)):
            yield Evidence(OWN + finding.commit, signer.principal, teams, False)

    def _is_own(self, finding: Finding) -> bool:
        """True where signing the commit says something about ``finding``: not of refs, policies, whole changes."""
        if finding.commit not in self._case.change.commits or finding in self._case.whole:
            return False
        if finding.rule.startswith("secrets."):  # at this level by an inline comment, unless the policy says so
            return self._case.policy.level_of(finding.rule) == "approval"
        return finding.rule != "self.policy"

    def _teams(self, principal: str, finding: Finding) -> tuple[str, ...]:
        return tuple([team for team, _ in finding.approvers if principal in self._members.get(team, ())])

    def _is_sole(self, team: str, finding: Finding) -> bool:
        """True where the team has nobody to spare: every member is needed, so ``exclude`` cannot bind one."""
        return len(self._members[team]) <= dict(finding.approvers)[team]
