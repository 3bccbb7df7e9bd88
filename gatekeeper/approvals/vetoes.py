# SPDX-License-Identifier: Apache-2.0
"""Rejections in force: they follow content through rebases and squashes until their signer revokes them."""

from __future__ import annotations

from collections.abc import Collection

from gatekeeper.approvals.case import Case
from gatekeeper.approvals.predicates import Rejection
from gatekeeper.approvals.recur import recurs


def in_force(case: Case, rejections: Collection[Rejection], lifted: Collection[tuple[str, str]]) -> tuple[str, ...]:
    """Ids, sorted, of the rejections that deny the change. ``lifted`` are (id, who revoked it)."""
    if case.change.deletes:
        return ()
    asked = _asked(case)
    found = {
        said.id
        for said in rejections
        if said.approver in asked and (said.id, said.approver) not in lifted and _meets(case, said)
    }
    return tuple(sorted(found))


def _asked(case: Case) -> frozenset[str]:
    """Everybody in a team that the change needs; in one that ordinary findings need, where it needs none."""
    needed = [team for finding in case.findings for team, _ in finding.approvers]
    teams = needed or [team for team, _ in case.policy.approval.require]
    return frozenset(person for team in teams for person in case.policy.teams.get(team, ()))


def _meets(case: Case, said: Rejection) -> bool:
    """True where the change holds what was rejected: the commit itself, or its content."""
    if said.head == case.change.head or said.head in case.change.commits:
        return True
    digests = case.facts.digests(case.change.commits)
    return recurs(said.content, digests) or recurs(said.content, [case.facts.content(case.change).net])
