# SPDX-License-Identifier: Apache-2.0
"""Reading a log on several processors gives what one gives."""

from __future__ import annotations

import pytest

from gatekeeper.audit.scan import check_line, scan, scan_log
from gatekeeper.errors import SignatureInvalid
from gatekeeper.git.store import open_store
from gatekeeper.signing import statement
from tests.records import Recorder, soft_gate
from tests.repo import RepoBuilder


def test_many_processes_find_what_one_finds(repo: RepoBuilder) -> None:
    repo.commit()
    recorder = Recorder(repo)
    recorder.begin()
    for _ in range(5):
        recorder.land()
    oids = recorder.store.commits(recorder.tip(recorder.gate.log) or "", ())
    alone = scan(recorder.store, recorder.gate.id, oids)
    with open_store(recorder.repository) as store:
        assert list(scan_log(store, recorder.gate.id, oids, chunk=2)) == alone
        assert list(scan_log(store, recorder.gate.id, oids)) == alone
    assert [one.problem for one in alone] == [""] * 6
    assert [one.refs for one in alone] == [True] + [False] * 5
    assert [len(one.found) for one in alone] == [0] + [1] * 5


@pytest.mark.parametrize(
    "predicate",
    [
        {},
        {"target": "refs/heads/main", "base": "a" * 40},
        {"target": 7, "base": "a" * 40, "head": "b" * 40},
        {"target": None, "base": "a" * 40, "head": "b" * 40, "commitsDigest": 7},
        {"target": None, "base": "a" * 40, "head": "b" * 40, "commitsDigest": {"count": "1"}},
    ],
)
def test_a_decision_without_what_it_needs_does_not_count(predicate: dict[str, object]) -> None:
    line = soft_gate("gate").seal(statement.build(statement.DECISION, ["b" * 40], predicate)).envelope.line
    with pytest.raises(SignatureInvalid, match="a decision "):
        check_line("sha1", line)
