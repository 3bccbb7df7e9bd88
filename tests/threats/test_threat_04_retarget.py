# SPDX-License-Identifier: Apache-2.0
"""Threat 4: what was approved for a laxer branch is judged anew for every protected ref that it goes on to."""

from __future__ import annotations

from tests import forged
from tests.served import BOB, MAIN, POLICY, Served

RELEASE = "refs/heads/release/1"
APPROVALS = "refs/notes/gatekeeper/approvals"


def release(served: Served, policy: str) -> None:
    """A protected branch with a policy of its own."""
    served.clone.branch("release", "refs/remotes/origin/main")
    served.clone.commit({".gatekeeper/policy.yaml": policy}, "release's own policy")
    served.unhooked(f"release:{RELEASE}")
    served.clone.git("fetch", "-q", "origin")


def test_an_approval_for_one_branch_lands_nothing_on_another(served: Served) -> None:
    served.unhooked(f"{served.base}:{RELEASE}")
    served.clone.git("update-ref", RELEASE, served.base)
    served.executable("agent/fix")
    forged.note(served, forged.approval(served, "agent/fix", BOB, RELEASE))
    assert served.push(APPROVALS, f"agent/fix:{RELEASE}").code == 0
    done = served.push("agent/fix:main")
    assert done.code == 1
    assert f"it is for {RELEASE}, not for {MAIN}" in done.err
    assert served.refs()[MAIN] == served.base


def test_a_laxer_policy_on_the_target_loosens_nothing(served: Served) -> None:
    release(served, POLICY.replace("protect:", "levels: {git.*: 'off'}\nprotect:").replace("serial: 1", "serial: 9"))
    served.clone.branch("agent/fix", "refs/remotes/origin/release/1")
    (served.clone.path / "app.py").chmod(0o755)
    served.clone.git("add", "app.py")
    served.clone.commit(None, "work")
    done = served.push(f"agent/fix:{RELEASE}")
    assert done.code == 1
    assert f"needs approval: 1 commit for {RELEASE} (1 to approve)" in done.err
    assert "app.py  approval  git.mode" in done.err


def test_a_stricter_policy_on_the_target_counts(served: Served) -> None:
    release(served, POLICY.replace("protect:", "levels: {git.mode: deny}\nprotect:").replace("serial: 1", "serial: 9"))
    served.clone.branch("agent/fix", "refs/remotes/origin/release/1")
    (served.clone.path / "app.py").chmod(0o755)
    served.clone.git("add", "app.py")
    served.clone.commit(None, "work")
    done = served.push(f"agent/fix:{RELEASE}")
    assert done.code == 1
    assert "app.py  deny  git.mode" in done.err


def test_what_lies_on_an_unprotected_branch_is_judged_in_full_where_it_is_protected(served: Served) -> None:
    served.executable("agent/fix")
    assert served.push("agent/fix:agent/fix").code == 0
    for ref in (MAIN, RELEASE):
        done = served.push(f"agent/fix:{ref}")
        assert done.code == 1
        assert "app.py  approval  git.mode" in done.err
