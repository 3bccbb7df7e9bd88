# SPDX-License-Identifier: Apache-2.0
"""Threat 13, by a push: the base moved, so what lands is not what was reviewed."""

from __future__ import annotations

from tests.served import BOB, MAIN, Served

APPROVALS = "refs/notes/gatekeeper/approvals"
MOVED = "the target moved since it was signed; approve again"


def test_a_merge_with_what_came_since_needs_a_new_approval(served: Served) -> None:
    served.executable("agent/fix")
    assert served.approve("agent/fix", BOB).code == 0
    moved = served.by_people({"app.py": "print(3)\n"})
    served.clone.branch("agent/fix", "agent/fix")
    served.clone.git("merge", "-q", "--no-edit", "refs/remotes/origin/main")
    done = served.push(APPROVALS, "agent/fix:main")
    assert done.code == 1
    assert MOVED in done.err
    assert served.refs() == {MAIN: moved}
    assert served.approve("agent/fix", BOB).code == 0
    assert served.push(APPROVALS, "agent/fix:main").code == 0


def test_a_rebase_onto_what_came_since_needs_a_new_approval(served: Served) -> None:
    served.executable("agent/fix")
    assert served.approve("agent/fix", BOB).code == 0
    moved = served.by_people({"app.py": "print(3)\n"})
    served.clone.branch("agent/fix", "agent/fix")
    served.clone.git("rebase", "-q", "refs/remotes/origin/main")
    done = served.push(APPROVALS, "agent/fix:main")
    assert done.code == 1
    assert "needs approval" in done.err
    assert served.refs() == {MAIN: moved}


def test_the_approved_commit_itself_sets_nothing_back(served: Served) -> None:
    served.executable("agent/fix")
    assert served.approve("agent/fix", BOB).code == 0
    moved = served.by_people({"app.py": "print(3)\n"})
    done = served.push(APPROVALS, "+agent/fix:main")
    assert done.code == 1
    assert "sets refs/heads/main to history that does not contain" in done.err
    assert served.refs() == {MAIN: moved}
