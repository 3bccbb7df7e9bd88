# SPDX-License-Identifier: Apache-2.0
"""What a decision says, and what it must never say."""

from __future__ import annotations

import json
from collections.abc import Sequence

from gatekeeper.audit.decision import MOST_FINDINGS, Circumstances, commits_digest, decision
from gatekeeper.audit.draft import Draft, readable
from gatekeeper.git.recordrefs import AUDIT
from gatekeeper.model import Change, Ignored, NotChecked, Verdict
from gatekeeper.signing import statement
from tests.verdicts import BASE, HEAD, TREE, finding, verdict

WHEN = 1_795_446_000
CIRCUMSTANCES = Circumstances("SHA256:gate", WHEN, "alice", None, {HEAD: "bob@example.org"})


def no_parents(oid: str) -> Sequence[str]:
    raise AssertionError("parents are asked for long lists only")


def draft(of: Verdict, circumstances: Circumstances = CIRCUMSTANCES) -> Draft:
    return decision(of, circumstances, no_parents)


def test_it_says_what_was_decided_about_what_by_which_policy() -> None:
    said = draft(verdict(finding(covered_by=("ab" * 32,))))
    assert (said.predicate_type, said.subjects, said.notes) == (statement.DECISION, (HEAD,), AUDIT)
    assert json.loads(said.payload())["predicate"] == {
        "repository": "example.org/payments",
        "target": "refs/heads/main",
        "base": BASE,
        "head": HEAD,
        "commits": [HEAD],
        "resultTree": TREE,
        "policy": {
            "source": "refs/heads/main:.gatekeeper/policy.yaml",
            "sha256": "d" * 64,
            "serial": 3,
            "preset": "balanced",
            "managed": [],
        },
        "verdict": "allowed",
        "findings": [
            {
                "rule": "deps.new-direct",
                "level": "approval",
                "commit": HEAD,
                "path": "pyproject.toml",
                "line": 14,
                "fingerprint": "0123456789abcdef0123",
                "approvers": {"maintainers": 1},
                "coveredBy": ["ab" * 32],
            }
        ],
        "approvals": {"required": [], "missing": [], "present": [], "ignored": [], "vetoes": [], "sole": []},
        "scanned": {"commits": 1, "blobs": 2, "bytes": 4096},
        "notChecked": [],
        "notices": [],
        "people": {HEAD: "bob@example.org"},
        "gate": "SHA256:gate",
        "host": {"pusher": "alice"},
        "decidedAt": "2026-11-23T15:00:00Z",
    }


def test_its_id_is_known_before_it_is_signed() -> None:
    assert draft(verdict()).id() == draft(verdict()).id()
    assert draft(verdict()).id() != draft(verdict(), CIRCUMSTANCES._replace(decided_at=WHEN + 1)).id()


def test_messages_of_findings_stay_out() -> None:
    said = draft(verdict(finding(message="the value is hunter2", path=b"hunter1")))
    assert b"hunter2" not in said.payload()
    assert b"hunter1" in said.payload()


def test_bytes_that_are_not_text_are_escaped_without_two_meanings() -> None:
    said = draft(verdict(finding(path=b"caf\xe9\\x\n\x1b[1m")))
    (one,) = json.loads(said.payload())["predicate"]["findings"]
    assert one["path"] == "caf\\xe9\\\\x\n\x1b[1m"
    assert readable(b"\\xe9") != readable(b"\xe9")
    assert readable("b\udce9") == readable(b"b\xe9") == "b\\xe9"


def test_what_was_ignored_and_not_checked_is_said() -> None:
    said = draft(
        verdict()._replace(
            ignored=tuple(Ignored(f"{number:064x}", "expired") for number in range(201)),
            not_checked=(NotChecked("deps.unknown-name", "no network"),),
            notices=("built-in\udcff",),
        )
    ).predicate
    approvals = said["approvals"]
    assert isinstance(approvals, dict)
    assert len(approvals["ignored"]) == 200
    assert said["ignoredOmitted"] == 1
    assert said["notChecked"] == [{"rule": "deps.unknown-name", "reason": "no network"}]
    assert said["notices"] == ["built-in\\xff"]


def test_a_merge_names_the_commit_that_landed() -> None:
    said = draft(verdict(), CIRCUMSTANCES._replace(landed="e" * 40))
    assert said.subjects == (HEAD, "e" * 40)
    assert said.predicate["landed"] == "e" * 40


def test_a_deletion_is_about_what_was_there() -> None:
    change = Change("refs/heads/old", BASE, "0" * 40, (), None)
    assert draft(verdict()._replace(change=change)).subjects == (BASE,)


def test_a_tag_and_a_rewind_are_named() -> None:
    change = verdict().change._replace(tag="f" * 40, rewinds=True)
    said = draft(verdict()._replace(change=change)).predicate
    assert (said["tag"], said["rewinds"]) == ("f" * 40, True)


def test_over_a_thousand_commits_are_a_digest_that_can_be_recomputed() -> None:
    commits = tuple(f"{number:040x}" for number in range(1001))
    change = verdict().change._replace(commits=commits, head=commits[-1])
    parents = {oid: (f"{number - 1:040x}",) if number else (BASE,) for number, oid in enumerate(commits)}
    said = decision(verdict()._replace(change=change), CIRCUMSTANCES, parents.__getitem__)
    assert said.subjects == (commits[-1],)
    assert "commits" not in said.predicate
    assert said.predicate["commitsDigest"] == {"count": 1001, "sha256": commits_digest(commits), "without": [BASE]}
    assert commits_digest(commits) == commits_digest(reversed(commits))
    assert len(said.payload()) < 4000


def test_a_thousand_commits_are_named_and_noted_one_by_one() -> None:
    commits = tuple(f"{number:040x}" for number in range(1000))
    change = verdict().change._replace(commits=commits, head=commits[-1])
    assert draft(verdict()._replace(change=change)).subjects == commits


def test_too_many_findings_are_cut_to_the_worst_and_counted() -> None:
    warns = [finding("warn", path=b"%d" % number) for number in range(MOST_FINDINGS + 50)]
    said = draft(verdict(*warns, finding("approval", path=b"worst", covered_by=("x",)))).predicate
    findings = said["findings"]
    assert isinstance(findings, list)
    assert len(findings) == MOST_FINDINGS
    assert findings[-1]["path"] == "worst"
    digest = said["findingsDigest"]
    assert isinstance(digest, dict)
    assert digest["count"] == MOST_FINDINGS + 51
