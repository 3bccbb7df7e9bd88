# SPDX-License-Identifier: Apache-2.0
"""Threat 12, by a push: white space alone is a change, where ``git patch-id --stable`` sees none."""

from __future__ import annotations

import pytest

from tests.repo import AGENT
from tests.served import BOB, Served

APPROVALS = "refs/notes/gatekeeper/approvals"
BEFORE = "if ready:\n    check()\nland()\n"


@pytest.mark.parametrize("after", ["if ready:\n    check()\n    land()\n", "if ready:\n\tcheck()\nland()\n"])
def test_an_approval_of_one_indentation_is_not_of_another(served: Served, after: str) -> None:
    served.executable("agent/fix")
    first = served.clone.commit({"land.py": BEFORE}, "work", AGENT)
    assert served.approve("agent/fix", BOB).code == 0
    served.clone.branch("agent/fix", f"{first}~1")
    second = served.clone.commit({"land.py": after}, "work", AGENT)
    ids = {served.clone.git("patch-id", "--stable", stdin=_patch(served, oid)).split()[0] for oid in (first, second)}
    assert len(ids) == 1
    done = served.push(APPROVALS, "agent/fix:main")
    assert done.code == 1
    assert "needs approval: 2 commits for refs/heads/main (1 to approve)" in done.err
    assert served.push(APPROVALS, f"{first}:main").code == 0


def _patch(served: Served, oid: str) -> bytes:
    return served.clone.run("show", oid).stdout
