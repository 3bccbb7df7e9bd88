# SPDX-License-Identifier: Apache-2.0
"""68. A local gate's record is marked as local; the server seals its own. A stranger's counts for nothing."""

from __future__ import annotations

from tests.records import MAIN, Recorder, soft_gate
from tests.repo import RepoBuilder


def test_a_record_by_this_machines_own_gate_is_local(repo: RepoBuilder) -> None:
    repo.commit()
    mine = soft_gate("laptop")
    recorder = Recorder(repo, mine)
    recorder.begin()
    recorder.land()
    audit = recorder.verify(recorder.scope(hosts_gate=False), recorder.trust(local=mine))
    assert audit.problems == ()
    assert audit.records == {"listed": 0, "local": 1, "unlisted": 0}
    assert [tip.status for tip in audit.tips] == ["local"]
    assert audit.notices == (
        "no log of a gate that the policy lists is here; bring it with: gatekeeper audit sync REMOTE",
        f"{mine.log} is by this machine's own gate, which the policy does not list: local",
    )


def test_the_server_seals_the_same_commit_itself(repo: RepoBuilder) -> None:
    repo.commit()
    mine = soft_gate("laptop")
    laptop = Recorder(repo, mine)
    laptop.begin()
    base, head = laptop.tip(MAIN) or "", laptop.land()
    server = Recorder(repo)
    server.record(server.draft(server.verdict(MAIN, base, head)))
    audit = server.verify(trust=server.trust(local=mine))
    assert audit.problems == ()
    assert audit.records == {"listed": 1, "local": 1, "unlisted": 0}


def test_a_record_by_a_gate_that_nobody_lists_covers_nothing(repo: RepoBuilder) -> None:
    repo.commit()
    server = Recorder(repo)
    server.begin()
    server.land()
    stranger = Recorder(repo, soft_gate("stranger"))
    head = stranger.land()
    audit = server.verify(server.scope(hosts_gate=False))
    assert [problem.place for problem in audit.problems] == [f"commit {head} on {MAIN}"]
    assert audit.records == {"listed": 1, "local": 0, "unlisted": 1}
    assert audit.notices[0].startswith(f"{stranger.gate.log} is by an unknown key")
    assert "which the policy does not list: it does not count" in audit.notices[0]
