# SPDX-License-Identifier: Apache-2.0
"""Threat 19, by a push: a count of two is two people, not two keys, two statements, or a statement and a signature."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import forged, signers
from tests import served as serving
from tests.repo import AGENT
from tests.served import ALICE, BOB, MAIN, Served

APPROVALS = "refs/notes/gatekeeper/approvals"
SECOND = "alice's second key"


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Served:
    monkeypatch.setattr(serving, "POLICY", serving.POLICY.replace("{maintainers: 1}", "{maintainers: 2}"))
    served = Served(tmp_path)
    keys = served.clone.git("show", "origin/main:.gatekeeper/allowed_signers") + "\n"
    line = signers.signers_line(ALICE, signers.key(SECOND).public)
    served.by_people({".gatekeeper/allowed_signers": keys + line})
    return served


def test_two_keys_of_one_person_are_one_person(served: Served) -> None:
    served.executable("agent/fix")
    said = forged.approval(served, "agent/fix", ALICE)
    forged.note(served, said)
    forged.note(served, said._replace(nonce="ff" * 16), SECOND)
    done = served.push(APPROVALS, "agent/fix:main")
    assert done.code == 1
    assert "needs 2 of maintainers" in done.err
    assert "1 of maintainers" in done.err
    assert served.refs()[MAIN] != served.clone.git("rev-parse", "agent/fix")
    assert served.approve("agent/fix", BOB).code == 0
    assert served.push(APPROVALS, "agent/fix:main").code == 0


def test_a_statement_and_a_commit_signature_of_one_person_are_one_person(served: Served) -> None:
    served.executable("agent/fix")
    served.clone.git("config", "gpg.format", "ssh")
    served.clone.git("config", "user.signingKey", signers.key(SECOND).path)
    who = {"GIT_COMMITTER_NAME": AGENT[0], "GIT_COMMITTER_EMAIL": AGENT[1]}
    served.clone.git("commit", "-q", "--amend", "-S", "-m", "work", env=who)
    forged.note(served, forged.approval(served, "agent/fix", ALICE))
    done = served.push(APPROVALS, "agent/fix:main")
    assert done.code == 1
    assert "needs 2 of maintainers" in done.err
