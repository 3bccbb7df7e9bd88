# SPDX-License-Identifier: Apache-2.0
"""Threat 78, by pushes: approved, landed, reverted by people, and pushed again in every disguise: spent."""

from __future__ import annotations

import pytest

from tests import forged
from tests.repo import AGENT
from tests.served import BOB, MAIN, Served

APPROVALS = "refs/notes/gatekeeper/approvals"


@pytest.mark.parametrize("how", ["cherry-pick", "revert of the revert", "merge again", "squash"])
def test_an_old_approval_lands_nothing_twice(served: Served, how: str) -> None:
    head = served.executable("agent/fix")
    forged.note(served, forged.approval(served, "agent/fix", BOB))
    assert served.push(APPROVALS, "agent/fix:main").code == 0
    served.sync()
    served.clone.branch("people", "refs/remotes/origin/main")
    served.clone.git("revert", "--no-edit", head)
    served.unhooked("people:main")
    served.sync()
    tip = served.refs()[MAIN]
    served.clone.branch("agent/again", "refs/remotes/origin/main")
    if how == "cherry-pick":
        served.clone.git("cherry-pick", head)
    elif how == "revert of the revert":
        served.clone.git("revert", "--no-edit", "HEAD")
    elif how == "squash":
        served.clone.git("checkout", "-q", head, "--", "app.py")
        served.clone.commit(None, "work", AGENT)
    else:
        tree = served.clone.git("rev-parse", f"{head}^{{tree}}")
        served.clone.git("reset", "-q", "--hard", served.clone.commit_tree(tree, [tip, head]))
    done = served.push("agent/again:main")
    assert done.code == 1
    assert "needs 1 of maintainers" in done.err
    assert f"it is spent: what it approves landed in {head}" in done.err
    assert served.refs() == {MAIN: tip}
