# SPDX-License-Identifier: Apache-2.0
"""66. Many writers at once: no record is lost and the log does not fork. Of notes: tests/git/test_notes_with_git."""

from __future__ import annotations

import os
import subprocess
import sys

from gatekeeper.git import chain, notes
from gatekeeper.git.notetree import split_lines
from gatekeeper.git.recordrefs import AUDIT
from tests.records import Recorder
from tests.repo import RepoBuilder

WRITER = """
import os, sys
from tests.records import MAIN, Recorder
from tests.repo import RepoBuilder
from gatekeeper.audit.record import record
from pathlib import Path
path, number, head = sys.argv[1], int(sys.argv[2]), sys.argv[3]
recorder = Recorder(RepoBuilder(Path(path)))
recorder.repo.clock += number
draft = recorder.draft(recorder.verdict(f"refs/heads/topic-{number}", recorder.repository.zero, head))
record(recorder.store, recorder.gate, [draft], recorder.clock, since=recorder.clock)
"""


def test_eight_gates_recording_at_once_lose_nothing(repo: RepoBuilder) -> None:
    head = repo.commit()
    recorder = Recorder(repo)
    recorder.begin()
    words = [sys.executable, "-c", WRITER, str(repo.path)]
    env = {**os.environ, "PYTHONPATH": os.getcwd()}
    writers = [subprocess.Popen([*words, str(number), head], env=env) for number in range(8)]
    assert [writer.wait(timeout=60) for writer in writers] == [0] * 8
    lines = set(split_lines(notes.note(recorder.store, AUDIT, head) or b""))
    logged = [
        chain.lines_of(recorder.store, one) for one in chain.walk(recorder.store, recorder.tip(recorder.gate.log))
    ]
    assert len(logged) == 9
    assert {line for one in logged for line in one} == lines
    assert len(lines) == 8
    assert not recorder.verify(recorder.scope(hosts_gate=False)).problems
