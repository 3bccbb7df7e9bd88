# SPDX-License-Identifier: Apache-2.0
"""Threat 79, by a push: a commit with the approved tree, made after a fix has landed, silently takes the fix back."""

from __future__ import annotations

import pytest

from tests.served import BOB, MAIN, Served

APPROVALS = "refs/notes/gatekeeper/approvals"


@pytest.mark.parametrize("merge", [False, True])
def test_the_approved_tree_on_another_base_is_not_approved(served: Served, merge: bool) -> None:
    head = served.executable("agent/fix")
    assert served.approve("agent/fix", BOB).code == 0
    fixed = served.by_people({"fix.py": "fixed = True\n"})
    tree = served.clone.git("rev-parse", f"{head}^{{tree}}")
    stale = served.clone.commit_tree(tree, [fixed, head] if merge else [fixed])
    assert "D\tfix.py" in served.clone.git("diff", "--name-status", fixed, stale)
    done = served.push(APPROVALS, f"{stale}:main")
    assert done.code == 1
    assert "needs 1 of maintainers" in done.err
    assert served.refs() == {MAIN: fixed}
