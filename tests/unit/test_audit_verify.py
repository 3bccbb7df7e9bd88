# SPDX-License-Identifier: Apache-2.0
"""``audit verify`` on records that are right, on records that are not, and on those of others."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gatekeeper.audit import seen
from gatekeeper.audit.gate_key import Gate
from gatekeeper.audit.logs import Problem, read_logs
from gatekeeper.audit.restore import restore_notes
from gatekeeper.errors import CannotDecide
from gatekeeper.git import chain, notes
from gatekeeper.git.libgit2 import Libgit2Store
from gatekeeper.git.plumbing import PlumbingStore
from gatekeeper.git.recordrefs import AUDIT
from gatekeeper.git.store import RefUpdate
from gatekeeper.signing import dsse, statement
from tests.git import places
from tests.records import GATE, MAIN, Recorder, never, soft_gate
from tests.repo import RepoBuilder
from tests.signers import SoftKey

WHO = b"mallory <mallory@example.org>"
RELEASE = "refs/heads/release"


def begun(repo: RepoBuilder, gate: Gate | None = None) -> Recorder:
    repo.commit({"a.txt": "before the gate\n"})
    recorder = Recorder(repo, gate)
    recorder.begin()
    return recorder


@pytest.fixture
def recorder(repo: RepoBuilder) -> Recorder:
    return begun(repo)


def entry(recorder: Recorder, *lines: bytes, gate: Gate | None = None, **more: object) -> str:
    """Put an entry into the gate's log by hand."""
    gate = gate or recorder.gate
    tip = recorder.tip(recorder.gate.log)
    addition = chain.Addition(b"by hand\n", lines, **more)  # type: ignore[arg-type]
    planned = chain.plan(recorder.store, tip, addition, gate.ident, recorder.clock, gate.sign_commit)
    recorder.store.write(planned.objects)
    recorder.store.update_refs([RefUpdate(recorder.gate.log, planned.tip, tip)])
    return planned.tip


@pytest.mark.parametrize(
    ("store", "object_format"), [(PlumbingStore, "sha1"), (PlumbingStore, "sha256"), (Libgit2Store, "sha1")]
)
def test_a_good_record_is_good_whatever_reads_it(
    store: type[PlumbingStore], object_format: str, tmp_path: Path
) -> None:
    repo = RepoBuilder.create(tmp_path / "r", object_format=object_format)
    recorder = begun(repo)
    recorder.land()
    recorder.land(count=3)
    recorder.store = store(places.opened(repo.path))
    audit = recorder.verify()
    assert (audit.problems, audit.notices) == ((), ())
    (tip,) = audit.tips
    assert (tip.ref, tip.oid, tip.status, tip.gate) == (
        recorder.gate.log,
        recorder.tip(recorder.gate.log),
        "listed",
        GATE,
    )
    assert (tip.entries, tip.when, audit.commits) == (3, repo.clock, 4)
    assert audit.records == {"listed": 2, "local": 0, "unlisted": 0}


def test_nothing_on_record_is_not_all_good(repo: RepoBuilder) -> None:
    repo.commit()
    with pytest.raises(CannotDecide, match="there is no record here"):
        Recorder(repo).verify()


def test_what_was_there_before_the_gate_needs_no_record(repo: RepoBuilder) -> None:
    for _ in range(3):
        repo.commit()
    recorder = Recorder(repo)
    recorder.land()  # a log that nobody began: what the first decision started from was there before
    assert not recorder.verify().problems
    recorder.begin()
    assert not recorder.verify().problems


def test_the_configured_installation_point_counts(repo: RepoBuilder) -> None:
    recorder = begun(repo)
    unrecorded = repo.commit({"a.txt": "by hand\n"})
    recorder.land()
    scope = recorder.scope()
    assert recorder.problem(scope).place == f"commit {unrecorded} on {MAIN}"
    assert not recorder.verify(scope._replace(installed=(unrecorded,))).problems


def test_a_gate_begun_in_an_empty_repository_asks_for_every_commit(repo: RepoBuilder) -> None:
    recorder = Recorder(repo)
    recorder.begin()
    past = repo.commit()
    recorder.land()
    assert recorder.problem().place == f"commit {past} on {MAIN}"


def test_a_ref_that_became_protected_later_counts_from_where_it_was(recorder: Recorder) -> None:
    recorder.land()
    unasked = recorder.repo.commit()
    recorder.repo.git("update-ref", RELEASE, unasked)
    recorder.repo.git("update-ref", MAIN, "HEAD~1")
    scope = recorder.scope(MAIN, RELEASE)
    problem = recorder.problem(scope)
    assert problem.place == f"commit {unasked} on {RELEASE}"
    assert problem.next_step.endswith(f"git config --add gatekeeper.installedAt {unasked}")
    assert not recorder.verify(scope._replace(installed=(unasked,))).problems


def test_a_commit_that_came_in_past_the_gate_is_named(recorder: Recorder) -> None:
    recorder.land()
    past = recorder.repo.commit({"a.txt": "past\n"})
    commit, ref = recorder.verify().problems
    assert commit.place == f"commit {past} on {MAIN}"
    assert commit.what == "has no record of an accepted decision"
    assert ref.what.startswith(f"is at {past}, and the last decision set it to ")


def test_many_are_counted_not_listed(recorder: Recorder) -> None:
    recorder.land()
    for _ in range(8):
        recorder.repo.commit()
    problems = recorder.verify(recorder.scope(hosts_gate=False)).problems
    assert len(problems) == 6
    assert problems[-1] == Problem(MAIN, "has 3 more commits without a record", problems[0].next_step)


def test_a_decision_that_was_not_allowed_covers_nothing(recorder: Recorder) -> None:
    base = recorder.tip(MAIN) or ""
    head = recorder.repo.commit()
    recorder.record(recorder.draft(recorder.verdict(MAIN, base, head)._replace(outcome="needs-approval")))
    assert recorder.problem().place == f"commit {head} on {MAIN}"


def test_a_decision_for_a_ref_that_is_not_protected_covers_nothing(recorder: Recorder) -> None:
    base = recorder.tip(MAIN) or ""
    head = recorder.repo.commit()
    recorder.record(recorder.draft(recorder.verdict("refs/heads/topic", base, head)))
    assert recorder.problem().place == f"commit {head} on {MAIN}"


def test_a_protected_ref_rolled_back_made_or_removed_past_the_gate_shows(recorder: Recorder) -> None:
    recorder.land()
    head = recorder.land()
    both = recorder.scope(MAIN, RELEASE).is_protected
    recorder.repo.git("update-ref", MAIN, "HEAD~1")
    assert f"and the last decision set it to {head}" in recorder.problem().what
    recorder.repo.git("update-ref", MAIN, head)
    recorder.repo.git("update-ref", RELEASE, head)
    made = recorder.problem(recorder.scope(MAIN, RELEASE))
    assert made == Problem(RELEASE, f"is at {head} and no decision set it there")
    recorder.record(recorder.draft(recorder.verdict(RELEASE, recorder.repository.zero, head)))
    assert not recorder.verify(recorder.scope(MAIN, RELEASE)).problems
    recorder.repo.git("update-ref", "-d", RELEASE)
    gone = recorder.problem(recorder.scope(MAIN, is_protected=both))
    assert gone == Problem(RELEASE, f"is gone, and the last decision set it to {head}")


def test_a_clone_may_lag_behind(recorder: Recorder) -> None:
    recorder.land()
    recorder.land()
    recorder.repo.git("update-ref", MAIN, "HEAD~1")
    assert not recorder.verify(recorder.scope(hosts_gate=False)).problems


def test_a_merge_made_by_the_gate_is_covered(recorder: Recorder) -> None:
    base, repo = recorder.tip(MAIN) or "", recorder.repo
    head = repo.commit_tree(repo.git("rev-parse", "main^{tree}"), [base])
    merge = repo.commit_tree(repo.git("rev-parse", "main^{tree}"), [base, head])
    repo.git("update-ref", MAIN, merge)
    recorder.record(recorder.draft(recorder.verdict(MAIN, base, head), landed=merge))
    assert not recorder.verify().problems


def test_an_annotated_tag_is_held_to_the_object_that_was_decided(recorder: Recorder) -> None:
    repo, tag = recorder.repo, "refs/tags/v1"
    head = recorder.land()
    repo.git("tag", "-a", "v1", "-m", "one")
    verdict = recorder.verdict(tag, recorder.repository.zero, head)
    change = verdict.change._replace(commits=(), tag=repo.git("rev-parse", tag))
    recorder.record(recorder.draft(verdict._replace(change=change)))
    assert not recorder.verify(recorder.scope(MAIN, tag)).problems
    repo.git("tag", "-f", "-a", "v1", "-m", "another")
    assert recorder.problem(recorder.scope(MAIN, tag)).what.startswith("is at ")


def test_over_a_thousand_commits_are_found_again_by_their_digest(recorder: Recorder) -> None:
    repo, base = recorder.repo, recorder.tip(MAIN) or ""
    text = f"reset {MAIN}\nfrom {base}\n\n" + "".join(
        f"commit {MAIN}\ncommitter A <a@example.org> {number} +0000\ndata 0\n" for number in range(1100)
    )
    repo.git("fast-import", "--quiet", stdin=(text + "done\n").encode())
    head = recorder.tip(MAIN) or ""
    recorder.record(recorder.draft(recorder.verdict(MAIN, base, head)))
    assert notes.note(recorder.store, AUDIT, head)
    assert len(list(notes.all_notes(recorder.store, AUDIT))) == 1
    audit = recorder.verify()
    assert not audit.problems
    repo.clock += 60
    verdict = recorder.verdict(MAIN, base, head)
    commits = verdict.change.commits
    dropped = verdict.change._replace(commits=(*commits[:500], *commits[501:]))
    recorder.record(recorder.draft(verdict._replace(change=dropped)))
    assert recorder.problem().what == "names 1099 commits, and others are there"


def test_an_entry_by_another_key_shows_and_what_it_says_does_not_count(recorder: Recorder) -> None:
    recorder.land()
    mallory = soft_gate("mallory")
    past = recorder.repo.commit({"a.txt": "past\n"})
    base = recorder.repo.git("rev-parse", "HEAD~1")
    forged = mallory.seal(recorder.draft(recorder.verdict(MAIN, base, past)).payload()).envelope.line
    at = entry(recorder, forged, gate=mallory)
    problems = recorder.verify().problems
    assert problems[0].place == f"{recorder.gate.log} entry {at}"
    assert problems[0].what == f"is signed by {mallory.fingerprint}, which is not the gate of this log"
    assert f"commit {past} on {MAIN}" in [one.place for one in problems]


def test_a_statement_of_another_gate_in_a_log_shows(recorder: Recorder) -> None:
    head = recorder.land()
    mallory = soft_gate("mallory")
    line = mallory.seal(statement.build(statement.DECISION, [head], {})).envelope.line
    entry(recorder, line)
    assert "which is not the gate of this log" in recorder.problem().what


def test_an_unsigned_entry_and_one_that_is_no_entry_show(recorder: Recorder) -> None:
    repo, tip = recorder.repo, recorder.land() and recorder.tip(recorder.gate.log)
    assert tip
    unsigned = repo.commit_tree(repo.git("rev-parse", f"{tip}^{{tree}}"), [tip])
    repo.git("update-ref", recorder.gate.log, unsigned)
    assert recorder.problem().what == "does not count: commit is not signed"
    other = repo.commit_tree(repo.git("rev-parse", "main^{tree}"), [tip])
    repo.git("update-ref", recorder.gate.log, other)
    assert recorder.problem().place == f"{recorder.gate.log} entry {other}"


def test_an_entry_that_joins_two_histories_shows(recorder: Recorder) -> None:
    recorder.land()
    repo, tip = recorder.repo, recorder.tip(recorder.gate.log) or ""
    other = repo.commit_tree(repo.git("rev-parse", f"{tip}^{{tree}}"), [])
    joined = repo.commit_tree(repo.git("rev-parse", f"{tip}^{{tree}}"), [tip, other])
    repo.git("update-ref", recorder.gate.log, joined)
    assert "does not follow the entry before it alone" in [one.what for one in recorder.verify().problems]


def test_a_second_installation_in_the_middle_shows(recorder: Recorder) -> None:
    recorder.land()
    entry(recorder, refs={MAIN: recorder.tip(MAIN)})
    assert recorder.problem().what == "claims an installation in the middle of the log"


def test_a_rejection_that_vanishes_from_the_log_shows(recorder: Recorder) -> None:
    line = SoftKey("carol").seal(statement.REJECTION, ["ab" * 20], {})
    recorder.record(negative={statement.parse(dsse.parse(line)).id: line})
    recorder.land()
    assert not recorder.verify().problems
    repo, tip = recorder.repo, recorder.tip(recorder.gate.log) or ""
    first = repo.git("rev-list", "--max-parents=0", tip)
    planned = chain.plan(
        recorder.store, first, chain.Addition(b"x\n"), recorder.gate.ident, repo.clock, recorder.gate.sign_commit
    )
    recorder.store.write(planned.objects)
    tree = repo.git("rev-parse", f"{planned.tip}^{{tree}}")
    header = f"tree {tree}\nparent {tip}\nauthor a <a> {repo.clock} +0000\ncommitter a <a> {repo.clock} +0000\n"
    signature = recorder.gate.sign_commit(header.encode() + b"\nx\n").rstrip(b"\n").replace(b"\n", b"\n ")
    raw = header.encode() + b"gpgsig " + signature + b"\n\nx\n"
    repo.git("update-ref", recorder.gate.log, repo.raw("commit", raw))
    assert recorder.problem().what == "does not carry on the rejections and revocations logged so far"


def test_a_key_that_has_expired_does_not_sign_any_more(recorder: Recorder) -> None:
    recorder.land()
    expired = recorder.trust(options=('valid-before="20231114221400Z"',))
    problem = recorder.problem(trust=expired)
    assert "was signed when the gate did not count" in problem.what
    assert "expired at 2023-11-14T22:14:00Z" in problem.what
    later = recorder.trust(options=('valid-before="20301114221400Z"',))
    assert not recorder.verify(trust=later).problems


def test_since_looks_at_what_came_after(recorder: Recorder) -> None:
    early = recorder.land()
    since = recorder.land()
    late = recorder.land()
    recorder.repo.git("notes", "--ref", AUDIT, "remove", early)
    assert recorder.problem().place == f"the note on {early}"
    scope = recorder.scope()._replace(since=since)
    assert recorder.verify(scope).problems[:1] == (recorder.problem(),)  # one chunk holds the whole of a short log
    past = recorder.repo.commit()
    assert f"commit {past} on {MAIN}" in [one.place for one in recorder.verify(recorder.scope(since=late)).problems]


@pytest.mark.parametrize("everything", [True, False])
def test_notes_that_the_log_holds_are_put_back(everything: bool, recorder: Recorder) -> None:
    first, second = recorder.land(), recorder.land(count=2)
    tip = recorder.tip(AUDIT) or ""
    if everything:
        recorder.repo.git("update-ref", "-d", AUDIT)
        assert recorder.problem() == Problem(
            AUDIT,
            "is empty or gone, and the logs hold records of 3 commits",
            "restore the note from the log: gatekeeper audit verify --repair",
        )
    else:
        recorder.repo.git("notes", "--ref", AUDIT, "remove", first)
        recorder.repo.git("notes", "--ref", AUDIT, "add", "-f", "-m", "{}", second)
    logs = list(read_logs(recorder.store, recorder.trust(), None))
    assert restore_notes(recorder.store, logs, recorder.clock, never) == (3 if everything else 2)
    assert restore_notes(recorder.store, logs, recorder.clock, never) == 0
    if everything:
        assert not recorder.verify().problems
        assert recorder.repo.git("rev-parse", f"{AUDIT}^{{tree}}") == recorder.repo.git("rev-parse", f"{tip}^{{tree}}")


def test_tips_are_remembered_only_when_all_is_well(recorder: Recorder) -> None:
    recorder.land()
    seen.remember(
        recorder.repository, recorder.gate.log, recorder.repo.git("rev-list", "--max-parents=0", recorder.gate.log)
    )
    past = recorder.repo.commit()
    recorder.problem()
    assert seen.seen_tip(recorder.repository, recorder.gate.log) != recorder.tip(recorder.gate.log)
    recorder.verify(recorder.scope(installed=(past,), hosts_gate=False))
    assert seen.seen_tip(recorder.repository, recorder.gate.log) == recorder.tip(recorder.gate.log)


def test_a_listed_gate_without_a_log_shows(repo: RepoBuilder) -> None:
    recorder = begun(repo, soft_gate("other"))
    recorder.land()
    problem = recorder.problem(recorder.scope(hosts_gate=False))
    assert problem == Problem(
        "refs/gatekeeper/log/", f"has no log of a listed gate ({GATE})", "gatekeeper audit sync REMOTE"
    )


def test_a_record_that_cannot_be_written_beside_is_verified_all_the_same(recorder: Recorder) -> None:
    recorder.land()
    folder = Path(recorder.repository.state_dir, "seen")
    (folder / f".{recorder.gate.id}.{os.getpid()}").mkdir()
    audit = recorder.verify()
    assert audit.problems == ()
    assert "the tips could not be noted" in audit.notices[0]
