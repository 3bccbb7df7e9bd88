# SPDX-License-Identifier: Apache-2.0
"""Threat 14, by a push: an approval is of the commits it lists, no more and no fewer."""

from __future__ import annotations

from tests import forged
from tests.repo import AGENT
from tests.served import BOB, MAIN, Served

APPROVALS = "refs/notes/gatekeeper/approvals"


def test_a_commit_on_top_of_the_approved_tip_is_new(served: Served) -> None:
    served.executable("agent/fix")
    assert served.approve("agent/fix", BOB).code == 0
    served.clone.write({"b.sh": "echo\n"})
    (served.clone.path / "b.sh").chmod(0o755)
    served.clone.git("add", "b.sh")
    top = served.clone.commit(None, "one more", AGENT)
    done = served.push(APPROVALS, "agent/fix:main")
    assert done.code == 1
    assert "b.sh  approval  git.mode" in done.err
    assert f"is a new executable file; needs 1 of maintainers, commit {top[:12]}" in done.err
    assert served.refs() == {MAIN: served.base}
    assert served.push(APPROVALS, "agent/fix~1:main").code == 0


def test_an_approved_tip_covers_no_commit_that_it_does_not_list(served: Served) -> None:
    first = served.executable("agent/fix")
    tip = served.clone.commit({"b.txt": "b\n"}, "harmless", AGENT)
    forged.note(served, forged.approval(served, "agent/fix", commits=(tip,)))
    done = served.push(APPROVALS, "agent/fix:main")
    assert done.code == 1
    assert "it lists other commits than the change has" in done.err
    forged.note(served, forged.approval(served, "agent/fix", commits=(first, served.base, tip)))
    assert served.push(APPROVALS, "agent/fix:main").code == 1


def test_a_finding_that_was_not_shown_is_not_approved(served: Served) -> None:
    served.executable("agent/fix")
    forged.note(served, forged.approval(served, "agent/fix", findings=frozenset(["0" * 20])))
    done = served.push(APPROVALS, "agent/fix:main")
    assert done.code == 1
    assert "it does not list git.mode" in done.err


def test_nor_is_a_part_of_what_was_approved_as_a_whole(served: Served) -> None:
    served.executable("agent/fix")
    served.clone.commit({"b.txt": "b\n"}, "what makes it safe", AGENT)
    forged.note(served, forged.approval(served, "agent/fix", BOB))
    done = served.push(APPROVALS, "agent/fix~1:main")
    assert done.code == 1
    assert "needs 1 of maintainers" in done.err
