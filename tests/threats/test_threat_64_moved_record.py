# SPDX-License-Identifier: Apache-2.0
"""64. A note moved to another commit: the subject names the commit it is about."""

from __future__ import annotations

from gatekeeper.git.recordrefs import AUDIT
from tests.records import Recorder
from tests.repo import RepoBuilder


def test_a_record_copied_to_another_commit_is_named_and_covers_nothing(repo: RepoBuilder) -> None:
    repo.commit()
    recorder = Recorder(repo)
    recorder.begin()
    head = recorder.land()
    past = repo.commit({"a.txt": "past the gate\n"})
    repo.git("notes", "--ref", AUDIT, "copy", head, past)
    problems = recorder.verify().problems
    assert problems[0].place == f"the note on {past}"
    assert problems[0].what.endswith(f"which is about another commit: {head}")
    assert problems[1].place == f"commit {past} on refs/heads/main"
