# SPDX-License-Identifier: Apache-2.0
"""Whether an approval is of this change, now: every signed field but ``policy`` against what is recomputed."""

from __future__ import annotations

from binascii import a2b_base64

from gatekeeper.approvals.case import Case
from gatekeeper.approvals.predicates import Approval
from gatekeeper.git.content import Content
from gatekeeper.policy.schema import Policy
from gatekeeper.signing.times import rfc3339


def objection(said: Approval, case: Case) -> str | None:
    """Why ``said`` does not stand for the change, fit to follow "ignored:"; None where it does."""
    if said.approver in case.policy.agents:
        return "an agent signed it, and agents never approve"
    if said.approver in case.policy.gates:
        return "a gate signed it, and gates never approve"
    if said.target != case.change.target:
        return f"it is for {said.target}, not for {case.change.target or 'a plain range'}"
    if case.now < said.not_before:
        return f"it is not valid before {rfc3339(said.not_before)}"
    if case.now >= end(said, case.policy):
        return f"it expired at {rfc3339(end(said, case.policy))}"
    return _moved(said, case) or _differs(said, case)


def end(said: Approval, policy: Policy) -> int:
    """When ``said`` expires, in seconds since the epoch: as signed, or when the policy gives it no more time."""
    return min(said.expires, said.not_before + policy.approval.expires)


def _moved(said: Approval, case: Case) -> str | None:
    if said.base != case.change.base:
        landed = case.facts.landed(said.base, said.head, said.content)
        if landed is not None:
            return f"it is spent: what it approves landed in {landed}"
        return "the target moved since it was signed; approve again"
    if said.head != case.change.head and said.head not in case.change.commits:
        return "the commits were rewritten since it was signed; approve again"
    return None


def _differs(said: Approval, case: Case) -> str | None:
    part = case.facts.up_to(said.head)
    if said.commits != part.commits:
        return "it lists other commits than the change has"
    if part.result_tree is None:
        return "the change conflicts with the target"
    if said.result_tree != part.result_tree:
        return "the merge gives another tree than the one it was signed for"
    if said.content != case.facts.content(part):
        return "the content is not what was signed"
    return None


def holds_content(line: bytes, content: Content) -> bool:
    """True where an envelope may be about ``content``, rebased or squashed. Cheap; nothing is verified."""
    payload = a2b_base64(line[line.find(b":") + 2 : line.find(b'",')])
    return any(digest.encode() in payload for digest in (content.net, content.series))
