# SPDX-License-Identifier: Apache-2.0
"""Threat 7, by a push: an approval that was signed in a fork counts nowhere else, and is not even taken."""

from __future__ import annotations

from tests import forged
from tests.served import BOB, Served

APPROVALS = "refs/notes/gatekeeper/approvals"


def test_an_approval_of_a_fork_is_refused_at_the_door(served: Served) -> None:
    served.executable("agent/fix")
    forged.note(served, forged.approval(served, "agent/fix", BOB, repository="example.org/fork"))
    done = served.push(APPROVALS, "agent/fix:main")
    assert done.code == 1
    assert "does not count: it was signed for another repository (example.org/fork)" in done.err
    done = served.push("agent/fix:main")
    assert done.code == 1
    assert "needs 1 of maintainers" in done.err


def test_nor_does_it_count_where_it_came_in_past_the_gate(served: Served) -> None:
    served.executable("agent/fix")
    forged.note(served, forged.approval(served, "agent/fix", BOB, repository="example.org/fork"))
    served.unhooked(APPROVALS)
    done = served.push("agent/fix:main")
    assert done.code == 1
    assert "it was signed for another repository (example.org/fork)" in done.err
