# SPDX-License-Identifier: Apache-2.0
"""``gatekeeper audit`` on a server that real pushes went through, and on a clone of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import pytest

from gatekeeper.git.recordrefs import APPROVALS, AUDIT
from tests.cli import Result, gatekeeper
from tests.repo import RepoBuilder
from tests.served import GATE, Served


class Audited(Served):
    """What came in before the hooks were there needs no record."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        for repo in (self.server, self.clone):
            repo.git("config", "gatekeeper.installedAt", self.base)

    def audit(self, *words: str, where: RepoBuilder | None = None) -> Result:
        return gatekeeper("audit", *words, "--repo", str((where or self.server).path), now=self.now())

    def land(self, name: str) -> str:
        head = self.branch(name, {f"{name}.py": "x = 1\n"})
        done = self.push(f"{name}:main")
        assert done.code == 0, done.err
        return head


@pytest.fixture
def served(tmp_path: Path) -> Audited:
    return Audited(tmp_path)


def test_show_log_and_verify_tell_of_a_push(served: Audited) -> None:
    head = served.land("one")
    shown = served.audit("show", head)
    assert shown.code == 0
    assert f"allowed refs/heads/main {served.base[:12]}..{head[:12]}" in shown.out
    assert f"by: {GATE}" in shown.out
    (line,) = served.audit("log").out.splitlines()
    assert line.endswith(f"allowed refs/heads/main {served.base[:12]}..{head[:12]}  ({GATE})")
    verified = served.audit("verify")
    assert (verified.code, verified.err) == (0, "")
    tip = served.server.git("for-each-ref", "--format=%(objectname)", "refs/gatekeeper/log/")
    assert verified.out.startswith("the record is whole: 1 record of 1 commit\n")
    assert f"signed tip: {tip} {GATE}, " in verified.out


def test_the_json_documents(served: Audited) -> None:
    head = served.land("one")
    show = served.audit("show", head, "--json").json()
    assert show["schema"] == "gatekeeper.audit-show/1"
    (record,) = cast("list[dict[str, Any]]", show["records"])
    assert (record["status"], record["by"], record["type"]) == ("listed", GATE, "urn:gatekeeper:decision:v1")
    assert record["statement"]["predicate"]["commits"] == [head]
    verify = served.audit("verify", "--json").json()
    assert verify["schema"] == "gatekeeper.audit-verify/1"
    assert (verify["exit"], verify["problems"], verify["next"]) == (0, [], "")
    assert verify["records"] == {"listed": 1, "local": 0, "unlisted": 0}
    (exported,) = served.audit("export", "--format", "jsonl").out.splitlines()
    assert json.loads(exported)["id"] == record["id"]
    report = served.audit("report", "--json").json()
    assert report["schema"] == "gatekeeper.audit-report/1"
    assert report["verdicts"] == {"allowed refs/heads/main": 1}
    assert "1 commit, 0 of them signed by people" in served.audit("report").out
    assert served.audit("log", "--json").json()["schema"] == "gatekeeper.audit-log/1"


def test_an_approved_push_names_what_covered_it(served: Audited) -> None:
    head = served.executable("exec")
    assert served.push("exec:main").code == 1
    assert served.approve("exec").code == 0
    assert served.push(APPROVALS, "exec:main").code == 0
    shown = served.audit("show", head).out
    assert "approval git.mode app.py" in shown
    assert ", covered by " in shown
    assert served.audit("verify").code == 0


def test_a_tampered_note_is_code_1_and_repair_puts_the_record_back(served: Audited) -> None:
    head = served.land("one")
    served.server.git("notes", "--ref", AUDIT, "add", "-f", "-m", '{"verdict":"whatever"}', head)
    broken = served.audit("verify")
    assert broken.code == 1
    assert broken.out.startswith(f"something is wrong: the note on {head} was rewritten: 1 record that the log holds")
    assert "next: restore the note from the log: gatekeeper audit verify --repair" in broken.out
    assert served.audit("show", head).code == 1
    repaired = served.audit("verify", "--repair")
    assert repaired.code == 1
    assert "repaired: put 1 note back from the logs" in repaired.out
    assert served.audit("show", head).code == 0
    again = served.audit("verify")
    assert again.code == 1  # the stranger's line is still there: a repair rewrites nothing
    assert "holds a line that does not count" in again.out


def test_a_push_past_the_gate_is_code_1(served: Audited) -> None:
    served.land("one")
    (served.server.path / "hooks/pre-receive").rename(served.server.path / "hooks/aside")
    past = served.land("past")
    verified = served.audit("verify")
    assert verified.code == 1
    assert f"commit {past} on refs/heads/main has no record of an accepted decision" in verified.out


def test_the_configuration_says_what_needs_no_record(served: Audited) -> None:
    served.land("one")
    (served.server.path / "hooks/pre-receive").rename(served.server.path / "hooks/aside")
    past = served.land("past")
    served.server.git("config", "--add", "gatekeeper.installedAt", past)
    assert served.audit("verify").code == 0
    served.server.git("config", "--add", "gatekeeper.installedAt", "nonsense")
    verified = served.audit("verify")
    assert verified.code == 4
    assert "gatekeeper.installedAt names 'nonsense', which is no commit here" in verified.err


def test_an_interrupted_record_is_said_and_completed(served: Audited) -> None:
    (served.server.path / "hooks/post-receive").rename(served.server.path / "hooks/aside")
    head = served.land("one")
    assert served.audit("show", head).out == f"there is no record of {head}\n"
    assert served.audit("verify").code != 0
    (served.server.path / "hooks/aside").rename(served.server.path / "hooks/post-receive")
    second = served.land("two")
    assert served.audit("verify").code == 0  # the next push completed the first
    (served.server.path / "hooks/post-receive").rename(served.server.path / "hooks/aside")
    third = served.land("three")
    waiting = served.audit("verify")
    assert waiting.code == 1
    assert f"the journal is not empty: the push of {third} to refs/heads/main is not on record yet" in waiting.out
    repaired = served.audit("verify", "--repair")
    assert (repaired.code, "repaired: recorded 1 interrupted push" in repaired.out) == (0, True)
    assert [served.audit("show", oid).code for oid in (head, second, third)] == [0, 0, 0]


def test_nothing_on_record_is_code_4_with_the_next_step(served: Audited) -> None:
    verified = served.audit("verify", where=served.clone)
    assert verified.code == 4
    assert "there is no record here" in verified.err
    assert "gatekeeper audit sync REMOTE" in verified.err


def test_a_clone_brings_the_record_and_verifies_it(served: Audited) -> None:
    head = served.land("one")
    served.sync()
    synced = served.audit("sync", "origin", where=served.clone)
    assert synced.code == 0, synced.err
    log = served.server.git("for-each-ref", "--format=%(refname)", "refs/gatekeeper/log/")
    assert synced.out.splitlines() == [f"brought {log}", f"brought {AUDIT}"]
    assert served.audit("sync", "origin", where=served.clone).out == "the same record here and at origin\n"
    here, there = (served.audit("verify", where=place) for place in (served.clone, served.server))
    assert (here.code, there.code) == (0, 0)
    assert here.out == there.out
    assert served.audit("show", head, where=served.clone).code == 0
    assert served.clone.git("for-each-ref", "refs/gatekeeper/fetched/") == ""


def test_sync_sends_approvals_and_joins_those_of_others(served: Audited, tmp_path: Path) -> None:
    served.executable("exec")
    served.push("exec:exec")
    other = RepoBuilder(tmp_path / "other")
    served.clone.git("clone", "-q", str(served.server.path), str(other.path))
    assert served.approve("exec").code == 0
    assert f"sent {APPROVALS}" in served.audit("sync", "origin", where=served.clone).out.splitlines()
    synced = served.audit("sync", "origin", where=other)
    assert synced.code == 0
    assert f"brought {APPROVALS}" in synced.out.splitlines()
    assert other.git("rev-parse", APPROVALS) == served.server.git("rev-parse", APPROVALS)


def test_sync_says_what_a_server_does_not_take(served: Audited) -> None:
    served.land("one")
    served.audit("sync", "origin", where=served.clone)
    served.clone.git("notes", "--ref", AUDIT, "add", "-m", "mine", served.base)
    synced = served.audit("sync", "origin", where=served.clone)
    assert synced.code == 0
    assert f"origin did not take {AUDIT}: " in synced.out


def test_two_views_of_one_log_are_code_1(served: Audited) -> None:
    served.land("one")
    served.audit("sync", "origin", where=served.clone)
    log = served.server.git("for-each-ref", "--format=%(refname)", "refs/gatekeeper/log/")
    forged = served.server.commit_tree(served.server.git("rev-parse", f"{log}^{{tree}}"), [])
    served.server.git("update-ref", log, forged)
    synced = served.audit("sync", "origin", where=served.clone)
    assert synced.code == 1
    assert f"something is wrong: {log} has two views: " in synced.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("show", "nonsense"), "nonsense names no commit here"),
        (("verify", "--since", "nonsense"), "nonsense names no commit here"),
        (("log", "--limit", "-1"), "--limit is a number of records"),
        (("report", "--html", "page.html"), "is not available in this version yet"),
        (("export", "--format", "otlp"), "is not available in this version yet"),
    ],
)
def test_what_cannot_be_meant_is_code_2(words: tuple[str, ...], said: str, served: Audited) -> None:
    done = served.audit(*words)
    assert done.code == 2
    assert said in done.err


def test_a_remote_that_is_not_there_is_code_4(served: Audited) -> None:
    done = served.audit("sync", "/nowhere/at/all", where=served.clone)
    assert done.code == 4
    assert "cannot fetch from /nowhere/at/all" in done.err


def test_since_leaves_out_what_was_before(served: Audited) -> None:
    served.land("one")
    since = served.land("two")
    served.land("three")
    assert served.audit("verify", "--since", since).code == 0
