# SPDX-License-Identifier: Apache-2.0
"""67. amend and rebase: no false note is copied, and where a user's settings copy them they are found out."""

from __future__ import annotations

from gatekeeper.git import notes
from gatekeeper.git.recordrefs import AUDIT
from tests.records import Recorder
from tests.repo import RepoBuilder


def test_git_copies_no_record_unless_it_is_told_to(repo: RepoBuilder) -> None:
    repo.commit()
    recorder = Recorder(repo)
    recorder.begin()
    head = recorder.land()
    repo.git("commit", "-q", "--amend", "-m", "amended")
    amended = repo.git("rev-parse", "HEAD")
    assert notes.note(recorder.store, AUDIT, amended) is None
    assert notes.note(recorder.store, AUDIT, head) is not None
    assert recorder.problem().place == f"commit {amended} on refs/heads/main"


def test_a_copied_record_does_not_speak_for_the_new_commit(repo: RepoBuilder) -> None:
    repo.commit()
    recorder = Recorder(repo)
    recorder.begin()
    head = recorder.land()
    repo.git("-c", "notes.rewriteRef=refs/notes/*", "commit", "-q", "--amend", "-m", "amended")
    amended = repo.git("rev-parse", "HEAD")
    assert notes.note(recorder.store, AUDIT, amended) is not None
    problem = recorder.problem()
    assert problem.place == f"the note on {amended}"
    assert problem.what.endswith(f"which is about another commit: {head}")
