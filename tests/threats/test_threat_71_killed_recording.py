# SPDX-License-Identifier: Apache-2.0
"""71, for the record. Killed at every step of recording: nothing is lost, nothing doubled, the next call repairs.

A ``git`` in front of the real one kills its caller at the n-th spawn, before or after git has done its work.
"""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from gatekeeper.audit.journal import Update, complete, intents, land, write_intent
from gatekeeper.git import chain
from gatekeeper.git.plumbing import PlumbingStore
from gatekeeper.git.repository import open_repository
from gatekeeper.git.store import Store
from tests.records import MAIN, Recorder, never
from tests.repo import RepoBuilder

BEFORE = 'if [ "$n" = "$(cat $here/at)" ]; then kill -9 $PPID; exit 1; fi; exec "$real" "$@"'
AFTER = '"$real" "$@"; code=$?; if [ "$n" = "$(cat $here/at)" ]; then kill -9 $PPID; fi; exit $code'
MOST = 40


class Killer:
    """A folder whose ``git`` kills whoever spawns it for the n-th time."""

    def __init__(self, folder: Path, when: str) -> None:
        folder.mkdir()
        self.folder = folder
        real = shutil.which("git")
        head = f"#!/bin/sh\nhere={folder}\nreal={real}\nn=$(($(cat $here/count) + 1))\necho $n > $here/count\n"
        (folder / "git").write_text(head + when + "\n")
        (folder / "git").chmod(0o755)

    def kills(self, at: int, repo: RepoBuilder, work: Callable[[Store], object]) -> bool:
        """Do ``work`` in a process that dies at its ``at``-th git; False where it came to its end."""
        (self.folder / "at").write_text(str(at))
        (self.folder / "count").write_text("0")
        child = os.fork()
        if child == 0:
            code = 1
            try:
                environ = {**os.environ, "PATH": f"{self.folder}:{os.environ['PATH']}"}
                with PlumbingStore(open_repository(str(repo.path), environ)) as store:
                    work(store)
                code = 0
            finally:
                os._exit(code)
        status = os.waitpid(child, 0)[1]
        if os.WIFSIGNALED(status):
            assert os.WTERMSIG(status) == signal.SIGKILL
            return True
        assert os.WEXITSTATUS(status) == 0
        return False


def prepared(repo: RepoBuilder) -> tuple[Recorder, Update]:
    base = repo.commit({"a.txt": "first\n"})
    recorder = Recorder(repo)
    recorder.begin()
    head = repo.commit_tree(repo.git("rev-parse", f"{base}^{{tree}}"), [base])
    return recorder, Update(MAIN, base, head, (recorder.draft(recorder.verdict(MAIN, base, head)),))


def entries(recorder: Recorder) -> int:
    return len(list(chain.walk(recorder.store, recorder.tip(recorder.gate.log)))) - 1


def _complete(recorder: Recorder, update: Update, store: Store) -> None:
    complete(store, recorder.gate, recorder.clock, [(update.ref, update.old, update.new)])


def _land(recorder: Recorder, update: Update, store: Store) -> None:
    land(store, recorder.gate, [update], recorder.clock)


@pytest.mark.parametrize("when", [BEFORE, AFTER], ids=["before", "after"])
def test_post_receive(when: str, tmp_path: Path) -> None:
    killer = Killer(tmp_path / "bin", when)
    for at in range(1, MOST):
        repo = RepoBuilder.create(tmp_path / str(at))
        recorder, update = prepared(repo)
        write_intent(recorder.repository, [update], recorder.clock)
        repo.git("update-ref", MAIN, update.new)
        killed = killer.kills(at, repo, partial(_complete, recorder, update))
        complete(recorder.store, recorder.gate, recorder.clock, (), never)
        assert (entries(recorder), intents(recorder.repository)) == (1, ([], []))
        assert not recorder.verify().problems
        if not killed:
            assert at > 4
            return
    raise AssertionError(f"more than {MOST} spawns to record one push")


@pytest.mark.parametrize("when", [BEFORE, AFTER], ids=["before", "after"])
def test_landing(when: str, tmp_path: Path) -> None:
    killer = Killer(tmp_path / "bin", when)
    for at in range(1, MOST):
        repo = RepoBuilder.create(tmp_path / str(at))
        recorder, update = prepared(repo)
        killed = killer.kills(at, repo, partial(_land, recorder, update))
        complete(recorder.store, recorder.gate, recorder.clock, (), never)
        landed = recorder.tip(MAIN) == update.new
        assert entries(recorder) == int(landed)
        assert not recorder.verify().problems
        if not killed:
            assert landed
            assert at > 4
            return
    raise AssertionError(f"more than {MOST} spawns to land one change")
