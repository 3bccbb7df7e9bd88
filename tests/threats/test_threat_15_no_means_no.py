# SPDX-License-Identifier: Apache-2.0
"""Threat 15, by pushes: what was withdrawn stays dead, and a veto follows the content."""

from __future__ import annotations

from typing import cast

from tests import forged, signers
from tests.cli import Result, gatekeeper
from tests.repo import AGENT
from tests.served import ALICE, BOB, MAIN, Served

APPROVALS = "refs/notes/gatekeeper/approvals"


def say(served: Served, who: str, *words: str) -> Result:
    key = signers.key(who).path
    return gatekeeper(*words, "--key", key, "--yes", "--json", "--repo", str(served.clone.path), now=served.now())


def test_a_revoked_approval_does_not_come_back(served: Served) -> None:
    served.executable("agent/fix")
    said = forged.approval(served, "agent/fix", BOB)
    forged.note(served, said)
    approved = served.clone.git("rev-parse", APPROVALS)
    identity = forged.identity(said)
    assert say(served, BOB, "revoke", identity).code == 0
    assert served.push(APPROVALS).code == 0
    done = served.push("agent/fix:main")
    assert done.code == 1
    assert "its signer revoked it" in done.err
    served.clone.git("update-ref", APPROVALS, approved)  # as it was, and as the server has it, without the revocation
    done = served.push(f"+{APPROVALS}", "agent/fix:main")
    assert done.code == 1
    assert f"{APPROVALS}: not a fast-forward" in done.err
    assert served.refs() == {MAIN: served.base}


def test_a_revocation_counts_even_where_its_note_is_lost(served: Served) -> None:
    served.executable("agent/fix")
    said = forged.approval(served, "agent/fix", BOB)
    forged.note(served, said)
    approved = served.clone.git("rev-parse", APPROVALS)
    assert say(served, BOB, "revoke", forged.identity(said)).code == 0
    assert served.push(APPROVALS).code == 0
    served.server.git("update-ref", APPROVALS, approved)  # by hand, on the server
    done = served.push("agent/fix:main")
    assert done.code == 1
    assert "its signer revoked it" in done.err


def test_a_veto_follows_the_content_through_a_rebase_and_a_squash(served: Served) -> None:
    served.executable("agent/fix")
    served.clone.commit({"b.txt": "b\n"}, "more", AGENT)
    told = say(served, ALICE, "reject", "agent/fix", "--reason", "no")
    assert told.code == 0, told.err
    identity = cast(str, told.json()["id"])
    assert served.push(APPROVALS).code == 0
    served.by_people({"other.txt": "x\n"})
    for how in ("rebase", "squash"):
        served.clone.branch(f"agent/{how}", "agent/fix")
        served.clone.git("rebase", "-q", "refs/remotes/origin/main")
        if how == "squash":
            served.clone.git("reset", "-q", "--soft", "refs/remotes/origin/main")
            served.clone.commit(None, "all of it", AGENT)
        forged.note(served, forged.approval(served, f"agent/{how}", BOB))
        done = served.push(APPROVALS, f"agent/{how}:main")
        assert done.code == 1
        assert "denied" in done.err
        assert identity[:12] in done.err
    assert say(served, ALICE, "revoke", identity).code == 0
    assert served.push(APPROVALS, "agent/squash:main").code == 0
