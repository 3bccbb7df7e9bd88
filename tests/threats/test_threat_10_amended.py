# SPDX-License-Identifier: Apache-2.0
"""Threat 10, by a push: what was rewritten since it was approved is not what was approved."""

from __future__ import annotations

import pytest

from tests.repo import AGENT
from tests.served import BOB, MAIN, Served

APPROVALS = "refs/notes/gatekeeper/approvals"


@pytest.mark.parametrize("how", ["message", "content", "parent"])
def test_an_amended_commit_needs_a_new_approval(served: Served, how: str) -> None:
    served.executable("agent/fix")
    assert served.approve("agent/fix", BOB).code == 0
    if how == "parent":
        served.clone.branch("agent/other", "refs/remotes/origin/main")
        served.clone.commit({"b.txt": "b\n"}, "before it", AGENT)
        served.clone.git("cherry-pick", "agent/fix")
        served.clone.branch("agent/fix")
    else:
        served.clone.write({"app.py": "print(2)\n"} if how == "content" else {})
        served.clone.git("commit", "-q", "--amend", "-m", "Another story")
    done = served.push(APPROVALS, "agent/fix:main")
    assert done.code == 1
    assert "needs approval" in done.err
    assert "needs 1 of maintainers" in done.err
    assert served.refs() == {MAIN: served.base}
