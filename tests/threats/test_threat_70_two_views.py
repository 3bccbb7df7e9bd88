# SPDX-License-Identifier: Apache-2.0
"""70. Two views of one log: the signed tips differ, or one contains the other; a fork is told from a delay."""

from __future__ import annotations

from pathlib import Path

from tests.records import Recorder
from tests.repo import RepoBuilder


def test_the_signed_tips_of_two_clones_can_be_compared(repo: RepoBuilder, tmp_path: Path) -> None:
    repo.commit()
    recorder = Recorder(repo)
    recorder.begin()
    recorder.land()
    repo.git("clone", "-q", "--mirror", str(repo.path), str(tmp_path / "clone.git"))
    clone = Recorder(RepoBuilder(tmp_path / "clone.git"))
    (here,) = recorder.verify().tips
    (there,) = clone.verify(clone.scope(hosts_gate=False)).tips
    assert here == there
    recorder.land()
    (here,) = recorder.verify().tips
    assert here != there
    assert recorder.store.contains(here.oid, there.oid)


def test_a_fork_shown_to_somebody_else_is_found_when_the_views_meet(repo: RepoBuilder, tmp_path: Path) -> None:
    repo.commit()
    recorder = Recorder(repo)
    recorder.begin()
    repo.git("clone", "-q", "--mirror", str(repo.path), str(tmp_path / "clone.git"))
    clone = Recorder(RepoBuilder(tmp_path / "clone.git"))
    recorder.land()
    assert not recorder.verify().problems
    assert not clone.verify(clone.scope(hosts_gate=False)).problems
    other = clone.repo.commit_tree(clone.repo.git("rev-parse", "main^{tree}"), [clone.repo.git("rev-parse", "main")])
    base = clone.tip("refs/heads/main") or ""
    clone.repo.git("update-ref", "refs/heads/main", other)
    clone.repo.clock += 5
    clone.record(clone.draft(clone.verdict("refs/heads/main", base, other)))
    repo.git("fetch", "-q", "--force", str(clone.repo.path), f"{clone.gate.log}:{clone.gate.log}")
    assert "was rolled back or replaced" in recorder.problem().what
