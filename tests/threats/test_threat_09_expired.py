# SPDX-License-Identifier: Apache-2.0
"""Threat 9, by a push: an approval ends, and the policy says when at the latest; it is spent once it has landed."""

from __future__ import annotations

from tests import forged
from tests.served import BOB, MAIN, Served

APPROVALS = "refs/notes/gatekeeper/approvals"
DAY = 86400


def test_an_approval_that_is_over_counts_no_more(served: Served) -> None:
    served.executable("agent/fix")
    now = int(served.now())
    forged.note(served, forged.approval(served, "agent/fix", not_before=now - 2 * DAY, expires=now - DAY))
    done = served.push(APPROVALS, "agent/fix:main")
    assert done.code == 1
    assert "it expired at 20" in done.err


def test_nobody_signs_for_longer_than_the_policy_gives(served: Served) -> None:
    served.executable("agent/fix")
    now = int(served.now())
    forged.note(served, forged.approval(served, "agent/fix", not_before=now - 8 * DAY, expires=now + 365 * DAY))
    done = served.push(APPROVALS, "agent/fix:main")
    assert done.code == 1
    assert "it expired at 20" in done.err


def test_nor_for_a_time_to_come(served: Served) -> None:
    served.executable("agent/fix")
    now = int(served.now())
    forged.note(served, forged.approval(served, "agent/fix", not_before=now + DAY, expires=now + 2 * DAY))
    done = served.push(APPROVALS, "agent/fix:main")
    assert done.code == 1
    assert "it is not valid before 20" in done.err


def test_what_was_reverted_is_not_landed_again_by_the_old_approval(served: Served) -> None:
    head = served.executable("agent/fix")
    assert served.approve("agent/fix", BOB).code == 0
    assert served.push(APPROVALS, "agent/fix:main").code == 0
    served.sync()
    served.clone.branch("people", "refs/remotes/origin/main")
    served.clone.git("revert", "--no-edit", head)
    served.unhooked("people:main")
    served.sync()
    reverted = served.refs()[MAIN]
    served.clone.branch("agent/again", "refs/remotes/origin/main")
    served.clone.git("revert", "--no-edit", "HEAD")
    done = served.push("agent/again:main")
    assert done.code == 1
    assert f"it is spent: what it approves landed in {head}" in done.err
    assert served.refs()[MAIN] == reverted
