# SPDX-License-Identifier: Apache-2.0
"""65. ``git notes merge`` with any strategy that joins lines: one line each, in no order, none lost or corrupted."""

from __future__ import annotations

import pytest

from gatekeeper.git import notes
from gatekeeper.git.notetree import split_lines
from gatekeeper.git.recordrefs import AUDIT
from gatekeeper.git.store import RefUpdate
from tests.records import Recorder
from tests.repo import RepoBuilder


@pytest.mark.parametrize("strategy", ["union", "cat_sort_uniq"])
def test_two_clones_of_the_record_join_without_loss(strategy: str, repo: RepoBuilder) -> None:
    repo.commit()
    recorder = Recorder(repo)
    recorder.begin()
    head = recorder.land()
    ours = recorder.tip(AUDIT)
    repo.clock += 60
    verdict = recorder.verdict("refs/heads/release", recorder.repository.zero, head)
    recorder.record(recorder.draft(verdict))
    theirs = recorder.tip(AUDIT)
    later = recorder.draft(recorder.verdict("refs/heads/next", recorder.repository.zero, head))
    recorder.store.update_refs([RefUpdate(AUDIT, ours, theirs), RefUpdate("refs/notes/theirs", theirs, None)])
    repo.clock += 60
    recorder.record(later)
    repo.git("notes", "--ref", AUDIT, "merge", "-q", "-s", strategy, "refs/notes/theirs")
    assert len(set(split_lines(notes.note(recorder.store, AUDIT, head) or b""))) == 3
    assert not recorder.verify().problems
