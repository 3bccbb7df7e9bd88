# SPDX-License-Identifier: Apache-2.0
"""32, for the record. A key revoked later, back to before a decision: ``audit verify`` lists what that touches."""

from __future__ import annotations

import pytest

from gatekeeper.audit.logs import Problem, Trust
from gatekeeper.git import notes
from gatekeeper.git.recordrefs import APPROVALS
from gatekeeper.signing import dsse, statement
from gatekeeper.signing.allowed_signers import Signers
from tests.records import GATE, MAIN, Recorder
from tests.repo import RepoBuilder
from tests.signers import SoftKey, signers_line
from tests.verdicts import finding

ALICE = "alice@example.org"


class Rested(Recorder):
    """A decision about one commit that rests on what ALICE's key signed."""

    def __init__(self, repo: RepoBuilder, *, own: bool) -> None:
        repo.commit()
        super().__init__(repo)
        self.begin()
        base = self.tip(MAIN) or ""
        self.head = self._signed(base) if own else repo.commit({"a.txt": "a\n"})
        repo.git("update-ref", MAIN, self.head)
        line = SoftKey("alice").seal(statement.APPROVAL, [self.head], {})
        self.said = f"commit-signature:{self.head}" if own else statement.parse(dsse.parse(line)).id
        if not own:
            notes.append(self.store, APPROVALS, {self.head: [line, b"junk"]}, b"a <a@example.org>", self.clock)
        found = finding(commit=self.head, covered_by=(self.said,))
        verdict = self.verdict(MAIN, base, self.head, (found,))
        self.record(self.draft(verdict if own else verdict._replace(present=(self.said,))))

    def _signed(self, parent: str) -> str:
        from gatekeeper.signing import sshsig

        tree = self.repo.git("rev-parse", f"{parent}^{{tree}}")
        who = f"alice <alice@example.org> {self.clock} +0000"
        head = f"tree {tree}\nparent {parent}\nauthor {who}\ncommitter {who}\n".encode()
        armored = sshsig.armor(SoftKey("alice").sign(head + b"\nwork\n", "git")).rstrip(b"\n")
        return self.repo.raw("commit", head + b"gpgsig " + armored.replace(b"\n", b"\n ") + b"\n\nwork\n")

    def trusting(self, *options: str, listed: bool = True) -> Trust:
        text = signers_line(GATE, SoftKey("gate").public, "git,gatekeeper-decision")
        if listed:
            text += signers_line(ALICE, SoftKey("alice").public, "git,gatekeeper-approval", *options)
        return Trust(Signers.parse(text.encode(), "allowed_signers"), (GATE,), None)


@pytest.mark.parametrize("own", [False, True], ids=["approval", "commit-signature"])
def test_a_key_that_was_void_by_then_is_named_with_what_it_let_in(own: bool, repo: RepoBuilder) -> None:
    rested = Rested(repo, own=own)
    assert not rested.verify(trust=rested.trusting()).problems
    assert not rested.verify(trust=rested.trusting('valid-before="20300101Z"')).problems
    (problem,) = rested.verify(trust=rested.trusting('valid-before="20231101Z"')).problems
    what = f"commit {rested.head[:12]}'s signature" if own else f"approval {rested.said[:12]}"
    assert isinstance(problem, Problem)
    assert problem.place.endswith(f" on {rested.head}")
    assert problem.what == f"let it onto {MAIN} by {what}: the key of {ALICE} expired at 2023-11-01T00:00:00Z"


@pytest.mark.parametrize("own", [False, True], ids=["approval", "commit-signature"])
def test_a_key_that_is_listed_no_longer_is_named_and_nothing_is_wrong(own: bool, repo: RepoBuilder) -> None:
    rested = Rested(repo, own=own)
    audit = rested.verify(trust=rested.trusting(listed=False))
    assert audit.problems == ()
    assert len(audit.notices) == 1
    assert audit.notices[0].endswith(", which is listed no longer: 1")


def test_approvals_that_are_not_here_are_not_missed(repo: RepoBuilder) -> None:
    rested = Rested(repo, own=False)
    repo.git("update-ref", "-d", APPROVALS)
    assert not rested.verify(trust=rested.trusting('valid-before="20231101Z"')).problems
