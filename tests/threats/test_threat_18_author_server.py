# SPDX-License-Identifier: Apache-2.0
"""Threat 18, by a push: who made a commit does not fill a slot for it, by whichever key or address."""

from __future__ import annotations

import pytest

from tests import forged, signers
from tests.repo import AGENT
from tests.served import ALICE, MAIN, POLICY, Served

APPROVALS = "refs/notes/gatekeeper/approvals"


@pytest.mark.parametrize(
    ("author", "committer", "role"),
    [(("Alice", ALICE), AGENT, "author"), (AGENT, ("A.", "Alice@Example.ORG"), "committer")],
)
def test_neither_approve_nor_the_server_takes_an_approval_of_ones_own(
    served: Served, author: tuple[str, str], committer: tuple[str, str], role: str
) -> None:
    served.executable("agent/fix")
    words = ("commit", "-q", "--amend", "-m", "work", "--author", f"{author[0]} <{author[1]}>")
    served.clone.git(*words, env={"GIT_COMMITTER_NAME": committer[0], "GIT_COMMITTER_EMAIL": committer[1]})
    told = served.approve("agent/fix", ALICE)
    assert told.code == 1
    assert f"an approval by {ALICE} would not count: approver is the commit's {role}" in told.err
    forged.note(served, forged.approval(served, "agent/fix", ALICE))
    done = served.push(APPROVALS, "agent/fix:main")
    assert done.code == 1
    assert f"approver is the commit's {role}" in done.err
    assert served.refs() == {MAIN: served.base}


def test_a_second_key_makes_no_second_person(served: Served) -> None:
    second = signers.key("alice's second key")
    keys = served.clone.git("show", "origin/main:.gatekeeper/allowed_signers") + "\n"
    policy = POLICY.replace("serial: 1", "serial: 2") + "humans: same\n"
    listed = keys + signers.signers_line(ALICE, second.public)
    base = served.by_people({".gatekeeper/allowed_signers": listed, ".gatekeeper/policy.yaml": policy})
    served.executable("agent/fix")
    served.clone.git("config", "gpg.format", "ssh")
    served.clone.git("config", "user.signingKey", second.path)
    who = {"GIT_COMMITTER_NAME": AGENT[0], "GIT_COMMITTER_EMAIL": AGENT[1]}
    served.clone.git("commit", "-q", "--amend", "-S", "-m", "work", env=who)
    forged.note(served, forged.approval(served, "agent/fix", ALICE))
    done = served.push(APPROVALS, "agent/fix:main")
    assert done.code == 1
    assert "approver is the commit's author" in done.err
    assert served.refs() == {MAIN: base}
