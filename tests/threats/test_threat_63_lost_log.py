# SPDX-License-Identifier: Apache-2.0
"""63. A note deleted, the notes or log ref rolled back or forked: the log must contain the last tip seen."""

from __future__ import annotations

import pytest

from gatekeeper.git.recordrefs import AUDIT
from tests.records import Recorder
from tests.repo import RepoBuilder


@pytest.fixture
def recorder(repo: RepoBuilder) -> Recorder:
    repo.commit()
    recorder = Recorder(repo)
    recorder.begin()
    return recorder


def test_a_deleted_note_is_named(recorder: Recorder) -> None:
    head = recorder.land()
    recorder.repo.git("notes", "--ref", AUDIT, "remove", head)
    problem = recorder.problem()
    assert (problem.place, problem.what) == (
        "refs/notes/gatekeeper/audit",
        "is empty or gone, and the logs hold records of 1 commits",
    )
    other = recorder.land()
    assert recorder.problem().place == f"the note on {head}"
    assert recorder.problem().what == "was deleted: the log holds 1 record of it"
    assert other != head


def test_notes_rolled_back_are_named(recorder: Recorder) -> None:
    recorder.land()
    head = recorder.land()
    recorder.repo.git("update-ref", AUDIT, f"{AUDIT}~1")
    assert recorder.problem().place == f"the note on {head}"


def test_a_log_rolled_back_is_named_though_notes_and_branch_go_with_it(recorder: Recorder) -> None:
    recorder.land()
    state = recorder.repo.git("for-each-ref", "--format=update %(refname) %(objectname)")
    recorder.land()
    assert not recorder.verify().problems
    recorder.repo.git("update-ref", "--stdin", stdin=state.encode() + b"\n")
    problem = recorder.problem()
    assert problem.place == recorder.gate.log
    assert "was rolled back or replaced" in problem.what
    assert problem.next_step.startswith("find out who did it, then restore it: git update-ref ")


def test_a_log_rolled_back_alone_is_named_by_a_clone_that_never_saw_it(recorder: Recorder) -> None:
    recorder.land()
    old = recorder.tip(recorder.gate.log) or ""
    head = recorder.land()
    recorder.repo.git("update-ref", recorder.gate.log, old)
    for state in (recorder.repo.path / ".git" / "gatekeeper" / "seen").iterdir():
        state.unlink()
    problems = recorder.verify(recorder.scope(hosts_gate=False)).problems
    assert [problem.place for problem in problems] == [f"the note on {head}", f"commit {head} on refs/heads/main"]
    assert problems[0].what.endswith(", which its gate's log has not")


def test_a_log_that_was_replaced_is_named(recorder: Recorder) -> None:
    recorder.land()
    old = recorder.tip(recorder.gate.log) or ""
    recorder.land()
    seen = recorder.tip(recorder.gate.log)
    recorder.repo.git("update-ref", recorder.gate.log, old)
    (recorder.repo.path / ".git" / "gatekeeper" / "seen" / recorder.gate.id).unlink()
    recorder.land()
    (recorder.repo.path / ".git" / "gatekeeper" / "seen" / recorder.gate.id).write_text(f"{seen}\n")
    assert "was rolled back or replaced" in recorder.problem().what


def test_a_log_that_is_gone_is_named(recorder: Recorder) -> None:
    recorder.land()
    recorder.repo.git("update-ref", "-d", recorder.gate.log)
    assert recorder.problem().place == recorder.gate.log
    assert recorder.problem().what.endswith("and is gone")
