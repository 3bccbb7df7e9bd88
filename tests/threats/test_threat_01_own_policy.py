# SPDX-License-Identifier: Apache-2.0
"""Threat 1: a policy in the proposed tree has no say about the proposal, and is itself a finding."""

from __future__ import annotations

import pytest

from tests import signers
from tests.repo import AGENT
from tests.served import ALICE, BOB, MAIN, POLICY, Served, secret

MALLORY = "mallory@example.org"
LAX = POLICY.replace("serial: 1", "serial: 2").replace("protect:", "levels: {secrets.*: 'off'}\nprotect:")


def test_the_policy_of_the_base_decides_about_its_own_change(served: Served) -> None:
    served.branch("agent/fix", {".gatekeeper/policy.yaml": LAX})
    served.clone.commit({"key.txt": secret()}, "leak", AGENT)
    done = served.push("agent/fix:main")
    assert done.code == 1
    assert "denied: 2 commits for refs/heads/main (1 to fix, 1 to approve)" in done.err
    assert "key.txt:1  deny  secrets.ssh-private-key" in done.err
    assert "changes part of the gate's own policy; needs 2 of maintainers" in done.err
    assert f"policy {MAIN}:.gatekeeper/policy.yaml, serial 1" in done.err


def test_nobody_becomes_an_approver_by_the_change_that_needs_one(served: Served) -> None:
    listed = served.clone.git("show", "origin/main:.gatekeeper/allowed_signers")
    line = f'{MALLORY} namespaces="git,gatekeeper-approval" {signers.key(MALLORY).public}'
    policy = POLICY.replace("serial: 1", "serial: 2").replace(f"[{ALICE}, {BOB}]", f"[{ALICE}, {BOB}, {MALLORY}]")
    served.branch(
        "agent/fix", {".gatekeeper/policy.yaml": policy, ".gatekeeper/allowed_signers": f"{listed}\n{line}\n"}
    )
    told = served.approve("agent/fix", MALLORY)
    assert told.code == 1
    assert "is not listed in refs/remotes/origin/main:.gatekeeper/allowed_signers" in told.err


@pytest.mark.parametrize("order", [["newer:main", "agent/leak:leak"], ["agent/leak:leak", "newer:main"]])
def test_a_policy_that_lands_decides_from_the_next_push_on(served: Served, order: list[str]) -> None:
    served.branch("newer", {".gatekeeper/policy.yaml": LAX})
    for who in (ALICE, BOB):
        assert served.approve("newer", who).code == 0
    served.branch("agent/leak", {"key.txt": secret()})
    approvals = "refs/notes/gatekeeper/approvals"
    done = served.push(approvals, *order)
    assert done.code == 1
    assert "key.txt:1  deny  secrets.ssh-private-key" in done.err
    assert served.refs() == {MAIN: served.base}
    assert served.push(approvals, "newer:main").code == 0
    assert served.push("agent/leak:leak").code == 0


def test_taking_the_policy_away_is_denied(served: Served) -> None:
    served.branch("agent/fix", {".gatekeeper/policy.yaml": None})
    done = served.push("agent/fix:main")
    assert done.code == 1
    assert "removes the policy; a protected ref keeps one" in done.err
