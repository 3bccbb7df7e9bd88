# SPDX-License-Identifier: Apache-2.0
"""Threat 35, by a push: a name, an address and trailers make no commit a person's; a listed key's signature does."""

from __future__ import annotations

import pytest

from tests import signers
from tests.cli import gatekeeper
from tests.served import BOB, MAIN, Served

MESSAGE = f"Fix it\n\nReviewed-by: Bob <{BOB}>\nSigned-off-by: Bob <{BOB}>\nApproved-by: {BOB}\n"
AS_BOB = {f"GIT_{party}_{what}": value for party in ("AUTHOR", "COMMITTER") for what, value in
          (("NAME", "Bob"), ("EMAIL", BOB))}  # fmt: skip


@pytest.mark.parametrize("signed_by", [None, "stranger", "claude@agents.example.org"])
def test_a_claimed_person_is_agent_work(served: Served, signed_by: str | None) -> None:
    served.executable("agent/fix")
    words = ["commit", "-q", "--amend", "--reset-author", "-F", "-"]
    if signed_by:
        served.clone.git("config", "gpg.format", "ssh")
        served.clone.git("config", "user.signingKey", signers.key(signed_by).path)
        words.append("-S")
    served.clone.git(*words, stdin=MESSAGE.encode(), env=AS_BOB)
    done = served.push("agent/fix:main")
    assert done.code == 1
    assert "becomes executable; needs 1 of maintainers" in done.err
    assert served.refs() == {MAIN: served.base}


def test_a_persons_signature_is_that_persons_approval_and_on_record(served: Served) -> None:
    served.executable("agent/fix")
    served.clone.git("config", "gpg.format", "ssh")
    served.clone.git("config", "user.signingKey", signers.key(BOB).path)
    served.clone.git("commit", "-q", "--amend", "-S", "-m", "work")
    assert served.push("agent/fix:main").code == 0
    told = gatekeeper("audit", "show", MAIN, "--json", "--repo", str(served.server.path))
    assert told.code == 0
    assert f"commit-signature:{served.refs()[MAIN]}" in told.out
    assert BOB in told.out
